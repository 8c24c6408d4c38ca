#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/error.h"
#include "storage/blob/digest.h"

/// A user's folder as a commit sees it.
namespace galley::cli {

struct LocalFile {
  std::string path;   ///< Within the folder.
  std::string where;  ///< To open it.
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t bytes = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;  ///< ctime, which nobody can set.
  bool executable = false;
  std::optional<blob::Digest> digest;  ///< Once it is known.
};

struct LocalFolder {
  std::string path;                ///< Within the topmost one; empty for that.
  std::vector<std::size_t> files;  ///< In LocalTree::files.
  std::vector<std::unique_ptr<LocalFolder>> folders;
};

struct LocalTree {
  LocalFolder root;
  std::vector<LocalFile> files;
  std::int64_t bytes = 0;
};

/// All regular files beneath a folder. kInvalidArgument names a symbolic link or special file, a
/// path that no version can have, or a limit.
Result<LocalTree> WalkFolder(const std::string& folder);

/// Single files, each by its own name.
Result<LocalTree> TreeOf(const std::vector<std::string>& paths);

/// Reads a file that a walk found, front to back.
class LocalReader {
 public:
  /// kAborted, here and later, if the file is another one than the walk saw.
  static Result<LocalReader> Open(const LocalFile& file);

  /// At most `size` bytes; 0 at the end, when all bytes have come.
  Result<std::size_t> Read(char* to, std::size_t size);

  int descriptor() const { return descriptor_; }
  LocalReader(LocalReader&& other) noexcept;
  LocalReader& operator=(LocalReader&& other) noexcept;
  LocalReader(const LocalReader&) = delete;
  LocalReader& operator=(const LocalReader&) = delete;
  ~LocalReader();

  /// kAborted if the file changed since Open.
  Status CheckUnchanged() const;

 private:
  LocalReader(const LocalFile& file, int descriptor) : file_(&file), descriptor_(descriptor) {}

  const LocalFile* file_;
  int descriptor_ = -1;
  std::int64_t left_ = 0;
};

/// What was known of files by the last commit of a folder, so that an unchanged file is not read
/// again: known by device, inode, size and both times.
class StatCache {
 public:
  /// The cache of a folder; empty if there is none or it is damaged.
  static StatCache Load(const std::string& folder);

  /// Sets the digests of files that did not change.
  void Apply(LocalTree& tree) const;

  /// Keeps what is known of the tree. A file that changed less than a second before `now_ns` could
  /// change again without another time, and is left out. Errors are not told: it is a cache.
  void Save(const LocalTree& tree, std::int64_t now_ns) const;

 private:
  explicit StatCache(std::string path) : path_(std::move(path)) {}

  std::string path_;     // Empty: nowhere.
  std::string records_;  // As in the file, sorted.
};

}  // namespace galley::cli
