#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/data/file_tree.h"
#include "foundation/base/error.h"
#include "storage/blob/blob_store.h"

/// Stored trees: checks, differences, lists. Inside of this room only.
namespace galley::data {

/// How two trees differ, in files.
struct TreeChanges {
  std::int64_t added = 0;
  std::int64_t removed = 0;
  std::int64_t changed = 0;
};

/// A file that differs. Null: it is not there.
struct FileChange {
  std::string path;
  std::optional<TreeEntry> before;
  std::optional<TreeEntry> after;
};

using Take = std::function<bool(FileChange)>;

/// One walk over trees. Folders that were read are not kept. One thread.
class TreeWalk {
 public:
  explicit TreeWalk(blob::BlobStore& blobs) : blobs_(blobs) {}

  /// The folder's entries. kDataLoss if it is damaged; kInvalidArgument if it was never stored or
  /// is no folder.
  Result<std::vector<TreeEntry>> Read(const blob::Digest& digest) const;

  /// Checks that all of a tree is there and right, but for what a tree that was checked before has
  /// at the same path. kInvalidArgument names what is not.
  Status Check(const blob::Digest& root, const blob::Digest* checked);

  Result<TreeChanges> Count(const blob::Digest& before, const blob::Digest& after);

  /// Calls `take` for the files that differ, in the order of the trees, until it returns false.
  Status Compare(const blob::Digest& before, const blob::Digest& after, const Take& take) const;

  /// Calls `take` for the files behind the path `behind`, in the order of the tree, until it
  /// returns false.
  Status List(const blob::Digest& root, std::string_view behind, const Take& take) const;

 private:
  struct Checked {
    TreeTotals totals;
    std::size_t longest = 0;  // Of the paths within, in bytes.
    bool all = true;          // Nothing was left out as known.
  };
  Result<Checked> CheckFolder(const blob::Digest& digest, const blob::Digest* known,
                              const std::string& path);
  Result<std::size_t> CheckEntry(const TreeEntry& entry, const blob::Digest* known,
                                 const std::string& path);
  Status CheckFile(const TreeEntry& entry, const std::string& path);
  Result<bool> CompareFolders(const blob::Digest& before, const blob::Digest& after,
                              const std::string& path, const Take& take) const;
  Result<bool> CompareEntries(const TreeEntry* before, const TreeEntry* after,
                              const std::string& path, const Take& take) const;
  Result<bool> ListFolder(const blob::Digest& digest, const std::string& path,
                          std::string_view behind, const Take& take) const;
  Result<bool> Whole(const TreeEntry& entry, bool is_before, const std::string& path,
                     const Take& take) const;

  blob::BlobStore& blobs_;
  std::map<blob::Digest, Checked> checked_;
  std::map<std::pair<blob::Digest, blob::Digest>, TreeChanges> counted_;
};

}  // namespace galley::data
