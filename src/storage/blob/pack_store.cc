#include "storage/blob/pack_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fmt/core.h>

#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"

namespace galley::blob {
namespace {

constexpr std::size_t kFilesMax = 32;
constexpr std::size_t kSlotsStart = 1024;
constexpr std::size_t kNameDigits = 32;
constexpr std::string_view kEnding = ".pack";

std::uint64_t PrefixOf(const Digest& digest) {
  return NumberOf(digest.Raw().substr(0, 8));
}

Status ReadExactly(int file, std::uint64_t offset, std::string& to) {
  for (std::size_t at = 0; at < to.size();) {
    const ssize_t got =
        ::pread(file, to.data() + at, to.size() - at, static_cast<off_t>(offset + at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(io::ErrnoError("reading"));
    if (got == 0) return Fail(Code::kDataLoss, "it is cut off");
    at += static_cast<std::size_t>(got);
  }
  return {};
}

Result<std::string> BytesAt(int file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  TRY(ReadExactly(file, offset, bytes));
  return bytes;
}

Result<io::UniqueFd> OpenPack(const std::string& path) {
  io::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  return file;
}

Result<std::uint64_t> BytesOf(int file) {
  struct stat facts{};
  if (::fstat(file, &facts) != 0) return std::unexpected(io::ErrnoError("reading"));
  return static_cast<std::uint64_t>(facts.st_size);
}

}  // namespace

Result<std::unique_ptr<PackStore>> PackStore::Open(std::string root, std::string staging) {
  TRY(io::MakeFolder(root));
  std::unique_ptr<PackStore> store(new PackStore(std::move(root), std::move(staging)));
  store->Load();
  return store;
}

std::unique_ptr<PackWriter> PackStore::Begin() {
  std::string path = fmt::format("{}/pack-{}", staging_, next_.fetch_add(1));
  return std::unique_ptr<PackWriter>(new PackWriter(*this, std::move(path)));
}

/// Takes in what is in the packs.
void PackStore::Load() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root_, error)) {
    const std::string path = entry.path().string();
    if (!path.ends_with(kEnding)) continue;
    auto entries = EntriesOf(path);
    if (!entries) {
      // Its objects are those whose records are whole. The others are missed where they are read.
      telemetry::LogError("a pack is damaged",
                          {{"file.path", path}, {"error.message", entries.error().message}});
      entries = Scan(path);
    }
    Insert(entry.path().filename().string(), *entries);
  }
}

Result<std::vector<PackEntry>> PackStore::EntriesOf(const std::string& path) const {
  const io::UniqueFd file = TRY(OpenPack(path));
  const std::uint64_t bytes = TRY(BytesOf(file.get()));
  if (bytes < kPackBegin.size() + kTailBytes) return Fail(Code::kDataLoss, "it is cut off");
  if (TRY(BytesAt(file.get(), 0, kPackBegin.size())) != kPackBegin) {
    return Fail(Code::kDataLoss, "it does not begin as a pack does");
  }
  const std::string tail = TRY(BytesAt(file.get(), bytes - kTailBytes, kTailBytes));
  const std::uint64_t offset = TRY(FooterOffset(tail, bytes));
  return DecodeFooter(TRY(BytesAt(file.get(), offset, bytes - offset)), offset);
}

/// The objects of a pack without a footer, by their records, up to the first that is damaged.
std::vector<PackEntry> PackStore::Scan(const std::string& path) const {
  std::vector<PackEntry> entries;
  const auto file = OpenPack(path);
  for (std::uint64_t at = kPackBegin.size(); file && at < kPackBytesMax * 2;) {
    const auto head = BytesAt(file->get(), at, kHeadBytes);
    auto entry = head ? DecodeHead(*head) : std::nullopt;
    if (!entry || entry->size > kObjectBytesMax) break;
    const auto object = BytesAt(file->get(), at + kHeadBytes, entry->size);
    if (!object) break;
    entry->offset = at;
    if (DigestOf(*object) == entry->digest) entries.push_back(*entry);
    at += kHeadBytes + entry->size;
  }
  return entries;
}

void PackStore::Put(const Slot& slot) {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = slot.prefix & mask;
  while (slots_[at].offset != 0) at = (at + 1) & mask;
  slots_[at] = slot;
}

void PackStore::Insert(const std::string& name, const std::vector<PackEntry>& entries) {
  const std::scoped_lock lock(mutex_);
  const auto pack = static_cast<std::uint32_t>(packs_.size());
  packs_.push_back(name);
  std::size_t wanted = std::max(slots_.size(), kSlotsStart);
  while ((used_ + entries.size()) * 3 > wanted * 2) wanted *= 2;
  if (wanted != slots_.size()) {
    const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(wanted));
    for (const Slot& slot : before) {
      if (slot.offset != 0) Put(slot);
    }
  }
  for (const PackEntry& entry : entries) {
    Put({PrefixOf(entry.digest), pack, static_cast<std::uint32_t>(entry.offset)});
  }
  used_ += entries.size();
}

/// All places where the object may be.
std::vector<PackStore::Slot> PackStore::Find(const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  std::vector<Slot> found;
  if (slots_.empty()) return found;
  const std::uint64_t prefix = PrefixOf(digest);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = prefix & mask; slots_[at].offset != 0; at = (at + 1) & mask) {
    if (slots_[at].prefix == prefix) found.push_back(slots_[at]);
  }
  return found;
}

/// The place is passed over from now on, until the next start.
void PackStore::Forget(const Slot& slot) {
  const std::scoped_lock lock(mutex_);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = slot.prefix & mask; slots_[at].offset != 0; at = (at + 1) & mask) {
    Slot& here = slots_[at];
    // Still in the way of a search, but of no digest: the place itself is where a search for it
    // begins to differ.
    if (here.pack == slot.pack && here.offset == slot.offset) here.prefix = ~here.prefix;
  }
}

Result<PackStore::File> PackStore::FileOf(std::uint32_t pack) {
  const std::scoped_lock lock(mutex_);
  const auto known = files_.find(pack);
  if (known != files_.end()) return known->second;
  if (files_.size() >= kFilesMax) files_.erase(files_.begin());
  auto file = std::make_shared<const io::UniqueFd>(TRY(OpenPack(root_ + "/" + packs_[pack])));
  files_.emplace(pack, file);
  return file;
}

Result<PackEntry> PackStore::HeadAt(const Slot& slot) {
  const File file = TRY(FileOf(slot.pack));
  const auto head = DecodeHead(TRY(BytesAt(file->get(), slot.offset, kHeadBytes)));
  if (head && head->size <= kObjectBytesMax) return *head;
  return Fail(Code::kDataLoss, "the head of its record is damaged");
}

Result<std::uint64_t> PackStore::SizeOf(const Digest& digest) {
  for (const Slot& slot : Find(digest)) {
    const auto head = HeadAt(slot);
    if (head && head->digest == digest) return head->size;
  }
  return Fail(Code::kNotFound, "there is no object {}", digest.Hex());
}

Result<std::string> PackStore::ReadAt(const Slot& slot, const Digest& digest) {
  const PackEntry head = TRY(HeadAt(slot));
  if (head.digest != digest) return Fail(Code::kNotFound, "another object is there");
  const File file = TRY(FileOf(slot.pack));
  std::string bytes = TRY(BytesAt(file->get(), slot.offset + kHeadBytes, head.size));
  if (DigestOf(bytes) == digest) return bytes;
  return Fail(Code::kDataLoss, "its bytes have another digest");
}

Result<std::string> PackStore::Read(const Digest& digest) {
  Error error{Code::kNotFound, fmt::format("there is no object {}", digest.Hex())};
  for (const Slot& slot : Find(digest)) {
    auto bytes = ReadAt(slot, digest);
    if (bytes) return bytes;
    if (bytes.error().code != Code::kDataLoss) continue;
    Forget(slot);
    const std::string name = [&] {
      const std::scoped_lock lock(mutex_);
      return packs_[slot.pack];
    }();
    error = {Code::kDataLoss,
             fmt::format("the pack {} is damaged at {}, where the object {} should be: {}", name,
                         slot.offset, digest.Hex(), bytes.error().message)};
    telemetry::LogError("an object is damaged", {{"error.message", error.message}});
  }
  return std::unexpected(std::move(error));
}

/// Gives a pack, whose bytes are on disk, its name.
Status PackStore::Seal(const std::string& from, const PackFooter& footer,
                       const std::vector<PackEntry>& entries) {
  const std::string name = footer.checksum.Hex().substr(0, kNameDigits) + std::string(kEnding);
  const std::string path = root_ + "/" + name;
  if (std::rename(from.c_str(), path.c_str()) != 0) {
    return std::unexpected(io::ErrnoError("naming " + path));
  }
  TRY(io::SyncFolder(root_));
  Insert(name, entries);
  return {};
}

}  // namespace galley::blob
