#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "domain/pipeline/definition.h"
#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "storage/blob/blob_store.h"

/// The files of a project's folder: what they are, what a job made of them, and putting that back.
namespace galley::pipeline {

/// Any thread. Digests are remembered by what stat says of a file (device, inode, size, both
/// times), so that what nobody touched is not read again.
class Workspace {
 public:
  static constexpr std::size_t kFilesMax = 100'000;  ///< Below one path.

  explicit Workspace(blob::BlobStore& blobs) : blobs_(blobs) {}

  /// What is at a path below `folder`: one file, or all files of a folder, by path. Symbolic links
  /// are followed as long as they stay below the folder. kNotFound if there is nothing.
  Result<std::vector<OutFile>> Look(const std::string& folder, const std::string& path);

  /// One digest for that: a file's own, or that of a folder's list of files.
  Result<std::string> DigestOf(const std::string& folder, const std::string& path);

  /// What a job left: its outs' files, stored where they shall be kept, and its metrics.
  /// kFailedPrecondition names what is missing or is no JSON object.
  Result<Results> Collect(const std::string& folder, const Job& job);

  /// Whether the files at a job's outs are exactly these, and no others.
  bool IsThere(const std::string& folder, const Job& job, const Results& results);

  /// Makes them so. False, and nothing is changed, if one of them was not kept.
  Result<bool> PutBack(const std::string& folder, const Job& job, const Results& results);

 private:
  struct Seen {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_ns = 0;
    std::int64_t changed_ns = 0;
    auto operator<=>(const Seen&) const = default;
  };
  Result<OutFile> LookAtFile(const std::string& folder, const std::string& path);
  Status Keep(const std::string& folder, const OutFile& file);

  static constexpr std::size_t kSeenMax = 1'000'000;

  blob::BlobStore& blobs_;
  std::mutex mutex_;
  std::map<Seen, std::string> digests_;  // Under mutex_.
};

/// The numbers of a JSON object, objects inside named by dots. kInvalidArgument: it is none.
Result<std::vector<Metric>> MetricsOf(std::string_view json);

}  // namespace galley::pipeline
