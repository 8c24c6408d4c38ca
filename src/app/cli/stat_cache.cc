#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

#include "app/cli/local_files.h"
#include "foundation/io/file.h"
#include "platform/config/settings.h"
#include "storage/blob/pack_format.h"

namespace galley::cli {
namespace {

constexpr std::string_view kBegin = "GLYSTAT1";
constexpr std::size_t kRecordBytes = 72;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kCacheBytesMax = std::size_t{1} << 30U;
constexpr std::int64_t kSettledNs = 1'000'000'000;

std::string CacheFolder() {
  if (auto home = config::ProcessEnvironment("XDG_CACHE_HOME"); home && !home->empty()) {
    return *home + "/galley/trees";
  }
  const auto home = config::ProcessEnvironment("HOME");
  return home && !home->empty() ? *home + "/.cache/galley/trees" : "";
}

/// Whatever must be equal for a file to be the same.
std::string KeyOf(const LocalFile& file) {
  std::string key;
  blob::AppendNumber(key, file.device, 8);
  blob::AppendNumber(key, file.inode, 8);
  blob::AppendNumber(key, static_cast<std::uint64_t>(file.bytes), 8);
  blob::AppendNumber(key, static_cast<std::uint64_t>(file.modified_ns), 8);
  blob::AppendNumber(key, static_cast<std::uint64_t>(file.changed_ns), 8);
  return key;
}

}  // namespace

StatCache StatCache::Load(const std::string& folder) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(folder.c_str(), nullptr),
                                                         &std::free);
  const std::string caches = CacheFolder();
  if (real == nullptr || caches.empty()) return StatCache("");
  StatCache cache(caches + "/" + blob::DigestOf(real.get()).Hex().substr(0, kDigestBytes));
  auto file = io::ReadFile(cache.path_, kCacheBytesMax);
  if (!file || !file->starts_with(kBegin) || file->size() < kBegin.size() + kDigestBytes) {
    return cache;
  }
  const std::size_t end = file->size() - kDigestBytes;
  const std::string_view checked = std::string_view(*file).substr(0, end);
  const bool whole = blob::DigestOf(checked).Raw() == std::string_view(*file).substr(end) &&
                     (end - kBegin.size()) % kRecordBytes == 0;
  if (whole) cache.records_ = file->substr(kBegin.size(), end - kBegin.size());
  return cache;
}

void StatCache::Apply(LocalTree& tree) const {
  std::unordered_map<std::string_view, std::string_view> known;
  known.reserve(records_.size() / kRecordBytes);
  for (std::string_view rest = records_; !rest.empty(); rest.remove_prefix(kRecordBytes)) {
    const std::string_view record = rest.substr(0, kRecordBytes);
    known.emplace(record.substr(0, kRecordBytes - kDigestBytes),
                  record.substr(kRecordBytes - kDigestBytes));
  }
  for (LocalFile& file : tree.files) {
    const auto found = known.find(KeyOf(file));
    if (found != known.end()) file.digest = blob::Digest::FromRaw(found->second);
  }
}

void StatCache::Save(const LocalTree& tree, std::int64_t now_ns) const {
  if (path_.empty()) return;
  std::string bytes(kBegin);
  bytes.reserve(tree.files.size() * kRecordBytes + kBegin.size() + kDigestBytes);
  for (const LocalFile& file : tree.files) {
    if (!file.digest || std::max(file.changed_ns, file.modified_ns) > now_ns - kSettledNs) continue;
    bytes += KeyOf(file);
    bytes += file.digest->Raw();
  }
  bytes += blob::DigestOf(bytes).Raw();
  const bool is_kept =
      io::MakeFolder(path_.substr(0, path_.rfind('/'))) && io::ReplaceFile(path_, bytes);
  if (!is_kept) ::unlink(path_.c_str());
}

}  // namespace galley::cli
