#include "domain/data/file_tree.h"

#include <algorithm>

#include "foundation/base/path.h"
#include "foundation/expr/lexer.h"
#include "storage/blob/pack_format.h"

namespace galley::data {
namespace {

constexpr std::string_view kBegin = "GLYTREE1";
constexpr std::size_t kFixedBytes = 51;
constexpr std::int64_t kTreeBytesMax = kTreeFilesMax * kTreeFileBytesMax;

bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = expr::CodePointAt(text, at).second;
    if (bytes == 0) return false;
    at += bytes;
  }
  return true;
}

Result<TreeEntry> DecodeEntry(std::string_view fixed) {
  const std::uint64_t kind = blob::NumberOf(fixed.substr(0, 1));
  const std::uint64_t bytes = blob::NumberOf(fixed.substr(1, 8));
  const std::uint64_t files = blob::NumberOf(fixed.substr(9, 8));
  const bool is_folder = kind == static_cast<std::uint64_t>(EntryKind::kFolder);
  if (kind < 1 || kind > 3) return Fail(Code::kInvalidArgument, "an entry is of no kind");
  if (files < 1 || files > static_cast<std::uint64_t>(kTreeFilesMax) || (!is_folder && files > 1)) {
    return Fail(Code::kInvalidArgument, "{} files; from 1 to {} are allowed", files, kTreeFilesMax);
  }
  if (bytes > static_cast<std::uint64_t>(is_folder ? kTreeBytesMax : kTreeFileBytesMax)) {
    return Fail(Code::kInvalidArgument, "{} bytes; the limit of a file is {}", bytes,
                kTreeFileBytesMax);
  }
  return TreeEntry{.kind = static_cast<EntryKind>(kind),
                   .bytes = static_cast<std::int64_t>(bytes),
                   .files = static_cast<std::int64_t>(files),
                   .digest = *blob::Digest::FromRaw(fixed.substr(17, 32))};
}

}  // namespace

TreeTotals TotalsOf(const std::vector<TreeEntry>& entries) {
  TreeTotals totals;
  for (const TreeEntry& entry : entries) {
    totals.files += entry.files;
    totals.bytes += entry.bytes;
  }
  return totals;
}

Status CheckTreePath(std::string_view path) {
  if (!IsUtf8(path)) return Fail(Code::kInvalidArgument, "Invalid path: it is not UTF-8");
  return CheckRelativePath(path);
}

Result<std::string> EncodeFolder(std::vector<TreeEntry>& entries) {
  std::ranges::sort(entries, {}, &TreeEntry::name);
  std::string object(kBegin);
  for (const TreeEntry& entry : entries) {
    blob::AppendNumber(object, static_cast<std::uint64_t>(entry.kind), 1);
    blob::AppendNumber(object, static_cast<std::uint64_t>(entry.bytes), 8);
    blob::AppendNumber(object, static_cast<std::uint64_t>(entry.files), 8);
    object += entry.digest.Raw();
    blob::AppendNumber(object, entry.name.size(), 2);
    object += entry.name;
  }
  if (object.size() <= kFolderBytesMax) return object;
  return Fail(Code::kInvalidArgument,
              "it holds {} names, {} bytes with their digests; the limit "
              "is {} bytes",
              entries.size(), object.size(), kFolderBytesMax);
}

Result<std::vector<TreeEntry>> DecodeFolder(std::string_view object) {
  if (!object.starts_with(kBegin)) {
    return Fail(Code::kInvalidArgument, "it does not begin as a folder does");
  }
  std::vector<TreeEntry> entries;
  std::int64_t files = 0;
  for (std::string_view rest = object.substr(kBegin.size()); !rest.empty();) {
    const std::size_t length =
        rest.size() < kFixedBytes ? 0 : blob::NumberOf(rest.substr(kFixedBytes - 2, 2));
    if (length == 0 || rest.size() < kFixedBytes + length) {
      return Fail(Code::kInvalidArgument, "it is cut off within an entry");
    }
    TreeEntry entry = TRY(DecodeEntry(rest.substr(0, kFixedBytes)));
    entry.name = rest.substr(kFixedBytes, length);
    TRY(CheckTreePath(entry.name));
    if (entry.name.contains('/')) {
      return Fail(Code::kInvalidArgument, "Invalid path: the name '{}' has a slash", entry.name);
    }
    if (!entries.empty() && entries.back().name >= entry.name) {
      return Fail(Code::kInvalidArgument, "the name '{}' is not behind '{}'", entry.name,
                  entries.back().name);
    }
    files += entry.files;
    if (files > kTreeFilesMax) {
      return Fail(Code::kInvalidArgument, "more than {} files", kTreeFilesMax);
    }
    entries.push_back(std::move(entry));
    rest.remove_prefix(kFixedBytes + length);
  }
  if (entries.empty()) return Fail(Code::kInvalidArgument, "a folder without files");
  return entries;
}

}  // namespace galley::data
