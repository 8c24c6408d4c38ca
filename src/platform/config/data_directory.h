#pragma once

#include <memory>
#include <string>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"
#include "foundation/io/random.h"

namespace galley::config {

/// The version of the data directory's layout that this program writes
/// (docs/formats/data_directory.md).
inline constexpr int kLayoutVersion = 1;

/// The folder where a server keeps everything, locked while this lives.
class DataDirectory {
 public:
  /// Creates the folder if needed, takes its lock, checks its version stamp and makes the token
  /// file. kFailedPrecondition: another process has it, or a newer Galley wrote it.
  static Result<DataDirectory> Open(const std::string& path, io::Random& random);

  const std::string& path() const { return path_; }
  std::string database() const { return path_ + "/galley.db"; }
  std::string blobs() const { return path_ + "/blobs"; }
  /// What opens the rights that need a token; also in the file `token`.
  const std::string& token() const { return token_; }

 private:
  DataDirectory(std::string path, io::UniqueFd lock, std::string token)
      : path_(std::move(path)), lock_(std::move(lock)), token_(std::move(token)) {}

  std::string path_;
  io::UniqueFd lock_;
  std::string token_;
};

/// Where the token of a data directory stands.
std::string TokenPath(const std::string& data);

}  // namespace galley::config
