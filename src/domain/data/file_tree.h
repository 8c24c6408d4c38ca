#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/blob/digest.h"

/// Folders of a version of files, as objects (docs/formats/pack.md). Pure. The command line makes
/// them, the server checks them.
namespace galley::data {

inline constexpr std::int64_t kTreeFilesMax = 10'000'000;
inline constexpr std::int64_t kTreeFileBytesMax = std::int64_t{64} << 30U;
inline constexpr std::size_t kFolderBytesMax = std::size_t{64} << 20U;
inline constexpr std::size_t kTreePathBytesMax = 1024;

enum class EntryKind : std::uint8_t { kFile = 1, kExecutable = 2, kFolder = 3 };

/// What a folder holds.
struct TreeEntry {
  EntryKind kind = EntryKind::kFile;
  std::int64_t bytes = 0;  ///< Of all files beneath, if it is a folder.
  std::int64_t files = 1;  ///< The same.
  blob::Digest digest;
  std::string name;
  bool operator==(const TreeEntry&) const = default;
};

/// What all entries come to.
struct TreeTotals {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  bool operator==(const TreeTotals&) const = default;
};
TreeTotals TotalsOf(const std::vector<TreeEntry>& entries);

/// Whether a path within a version is one: as CheckRelativePath, and UTF-8. kInvalidArgument says
/// what is wrong.
Status CheckTreePath(std::string_view path);

/// The object; sorts the entries by name. kInvalidArgument if there are too many.
Result<std::string> EncodeFolder(std::vector<TreeEntry>& entries);

/// kInvalidArgument if it is no folder's object, names are not sorted or no names of files, or a
/// number is out of its limits.
Result<std::vector<TreeEntry>> DecodeFolder(std::string_view object);

}  // namespace galley::data
