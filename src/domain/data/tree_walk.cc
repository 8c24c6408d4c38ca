#include "domain/data/tree_walk.h"

#include <algorithm>
#include <utility>

namespace galley::data {
namespace {

std::string Beneath(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}/{}", path, name);
}

/// What a folder is called in an error.
std::string_view Called(const std::string& path) {
  return path.empty() ? std::string_view(".") : std::string_view(path);
}

bool IsFolder(const TreeEntry& entry) {
  return entry.kind == EntryKind::kFolder;
}

/// Calls `take(one, other)` for the entries of two folders, by name; null where one has none.
template <typename Call>
Status Merge(const std::vector<TreeEntry>& ones, const std::vector<TreeEntry>& others, Call take) {
  auto one = ones.begin();
  auto other = others.begin();
  while (one != ones.end() || other != others.end()) {
    const bool has_one = one != ones.end() && (other == others.end() || one->name <= other->name);
    const bool has_other = other != others.end() && (one == ones.end() || other->name <= one->name);
    const TreeEntry* first = has_one ? &*one++ : nullptr;
    const TreeEntry* second = has_other ? &*other++ : nullptr;
    if (!TRY(take(first, second))) return {};
  }
  return {};
}

}  // namespace

Result<std::vector<TreeEntry>> TreeWalk::Read(const blob::Digest& digest) const {
  const auto object = blobs_.Read(digest, kFolderBytesMax);
  if (!object && object.error().code == Code::kNotFound) {
    return Fail(Code::kInvalidArgument, "the folder's object {} was not uploaded", digest.Hex());
  }
  if (!object) return std::unexpected(object.error());
  return Context(DecodeFolder(*object), fmt::format("the object {}", digest.Hex()));
}

Status TreeWalk::CheckFile(const TreeEntry& entry, const std::string& path) {
  const auto bytes = blobs_.SizeOf(entry.digest);
  if (!bytes && bytes.error().code == Code::kNotFound) {
    return Fail(Code::kInvalidArgument, "the bytes of '{}', {}, were not uploaded", path,
                entry.digest.Hex());
  }
  if (!bytes) return std::unexpected(bytes.error());
  if (*bytes == static_cast<std::uint64_t>(entry.bytes)) return {};
  return Fail(Code::kInvalidArgument, "'{}' should have {} bytes, but {} has {}", path, entry.bytes,
              entry.digest.Hex(), *bytes);
}

/// Checks what an entry stands for. The longest path within, from its name on.
Result<std::size_t> TreeWalk::CheckEntry(const TreeEntry& entry, const blob::Digest* known,
                                         const std::string& path) {
  if (!IsFolder(entry)) {
    TRY(CheckFile(entry, path));
    return entry.name.size();
  }
  const Checked inside = TRY(CheckFolder(entry.digest, known, path));
  if (inside.totals != TreeTotals{entry.files, entry.bytes}) {
    return Fail(Code::kInvalidArgument, "the folder '{}' has {} files and {} bytes, not {} and {}",
                path, inside.totals.files, inside.totals.bytes, entry.files, entry.bytes);
  }
  return entry.name.size() + 1 + inside.longest;
}

Result<TreeWalk::Checked> TreeWalk::CheckFolder(const blob::Digest& digest,
                                                const blob::Digest* known,
                                                const std::string& path) {
  if (const auto done = checked_.find(digest); done != checked_.end()) {
    const std::size_t longest = path.size() + 1 + done->second.longest;
    if (longest <= kTreePathBytesMax) return done->second;
    return Fail(Code::kInvalidArgument,
                "Invalid path: beneath '{}' one has {} bytes; the limit is "
                "{}",
                path, longest, kTreePathBytesMax);
  }
  const auto entries = TRY(Context(Read(digest), fmt::format("the folder '{}'", Called(path))));
  std::vector<TreeEntry> before;
  if (known != nullptr) before = TRY(Read(*known));
  Checked checked{.totals = TotalsOf(entries)};
  TRY(Merge(before, entries, [&](const TreeEntry* was, const TreeEntry* is) -> Result<bool> {
    if (is == nullptr) return true;
    if (was != nullptr && *was == *is) {
      checked.all = false;
      return true;
    }
    const std::string name = Beneath(path, is->name);
    TRY(CheckTreePath(name));
    const bool both = was != nullptr && IsFolder(*was);
    checked.longest =
        std::max(checked.longest, TRY(CheckEntry(*is, both ? &was->digest : nullptr, name)));
    if (both) checked.all = false;
    return true;
  }));
  if (checked.all) checked_.emplace(digest, checked);
  return checked;
}

Status TreeWalk::Check(const blob::Digest& root, const blob::Digest* checked) {
  TRY(CheckFolder(root, checked, ""));
  return {};
}

Result<TreeChanges> TreeWalk::Count(const blob::Digest& before, const blob::Digest& after) {
  if (before == after) return TreeChanges{};
  const auto known = counted_.find({before, after});
  if (known != counted_.end()) return known->second;
  const auto ones = TRY(Read(before));
  const auto others = TRY(Read(after));
  TreeChanges changes;
  TRY(Merge(ones, others, [&](const TreeEntry* was, const TreeEntry* is) -> Result<bool> {
    if (was != nullptr && is != nullptr && IsFolder(*was) == IsFolder(*is)) {
      if (*was == *is) return true;
      TreeChanges inside{.changed = 1};
      if (IsFolder(*is)) inside = TRY(Count(was->digest, is->digest));
      changes.added += inside.added;
      changes.removed += inside.removed;
      changes.changed += inside.changed;
      return true;
    }
    if (was != nullptr) changes.removed += was->files;
    if (is != nullptr) changes.added += is->files;
    return true;
  }));
  counted_.emplace(std::pair(before, after), changes);
  return changes;
}

/// All files that an entry stands for. False: `take` has enough.
Result<bool> TreeWalk::Whole(const TreeEntry& entry, bool is_before, const std::string& path,
                             const Take& take) const {
  const auto give = [&](FileChange change) {
    if (is_before) std::swap(change.before, change.after);
    return take(std::move(change));
  };
  if (IsFolder(entry)) return ListFolder(entry.digest, path, "", give);
  return give({path, std::nullopt, entry});
}

Result<bool> TreeWalk::CompareEntries(const TreeEntry* before, const TreeEntry* after,
                                      const std::string& path, const Take& take) const {
  if (before != nullptr && after != nullptr) {
    if (*before == *after) return true;
    if (IsFolder(*before) && IsFolder(*after)) {
      return CompareFolders(before->digest, after->digest, path, take);
    }
    if (!IsFolder(*before) && !IsFolder(*after)) return take({path, *before, *after});
  }
  if (before != nullptr && !TRY(Whole(*before, true, path, take))) return false;
  return after == nullptr || TRY(Whole(*after, false, path, take));
}

Result<bool> TreeWalk::CompareFolders(const blob::Digest& before, const blob::Digest& after,
                                      const std::string& path, const Take& take) const {
  const auto ones = TRY(Read(before));
  const auto others = TRY(Read(after));
  bool wants_more = true;
  TRY(Merge(ones, others, [&](const TreeEntry* was, const TreeEntry* is) -> Result<bool> {
    const std::string name = Beneath(path, (was != nullptr ? was : is)->name);
    wants_more = TRY(CompareEntries(was, is, name, take));
    return wants_more;
  }));
  return wants_more;
}

Status TreeWalk::Compare(const blob::Digest& before, const blob::Digest& after,
                         const Take& take) const {
  if (before != after) TRY(CompareFolders(before, after, "", take));
  return {};
}

Result<bool> TreeWalk::ListFolder(const blob::Digest& digest, const std::string& path,
                                  std::string_view behind, const Take& take) const {
  const auto slash = std::min(behind.find('/'), behind.size());
  const std::string_view first = behind.substr(0, slash);
  for (const TreeEntry& entry : TRY(Read(digest))) {
    const bool is_first = !behind.empty() && entry.name == first;
    if (entry.name < first || (is_first && slash == behind.size())) continue;
    const std::string name = Beneath(path, entry.name);
    if (!IsFolder(entry)) {
      if (!is_first && !take({name, std::nullopt, entry})) return false;
      continue;
    }
    const std::string_view rest = is_first ? behind.substr(slash + 1) : "";
    if (!TRY(ListFolder(entry.digest, name, rest, take))) return false;
  }
  return true;
}

Status TreeWalk::List(const blob::Digest& root, std::string_view behind, const Take& take) const {
  TRY(ListFolder(root, "", behind, take));
  return {};
}

}  // namespace galley::data
