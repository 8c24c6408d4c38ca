#include "storage/blob/pack_format.h"

#include <algorithm>

namespace galley::blob {
namespace {

constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kCheckBytes = 8;

Digest ChecksumOf(std::string_view footer_and_numbers) {
  Sha256 hash;
  hash.Add(kPackBegin);
  hash.Add(footer_and_numbers);
  return hash.Finish();
}

}  // namespace

void AppendNumber(std::string& to, std::uint64_t number, std::size_t bytes) {
  for (std::size_t at = 0; at < bytes; ++at, number >>= 8U) {
    to.push_back(static_cast<char>(number & 0xFFU));
  }
}

std::uint64_t NumberOf(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t at = bytes.size(); at > 0; --at) {
    number = number << 8U | static_cast<unsigned char>(bytes[at - 1]);
  }
  return number;
}

std::string EncodeHead(const Digest& digest, std::uint64_t size) {
  std::string head;
  AppendNumber(head, size, kNumberBytes);
  head += digest.Raw();
  head += DigestOf(head).Raw().substr(0, kCheckBytes);
  return head;
}

std::optional<PackEntry> DecodeHead(std::string_view head) {
  if (head.size() != kHeadBytes) return std::nullopt;
  const std::string_view checked = head.substr(0, kHeadBytes - kCheckBytes);
  if (DigestOf(checked).Raw().substr(0, kCheckBytes) != head.substr(checked.size())) {
    return std::nullopt;
  }
  return PackEntry{.digest = *Digest::FromRaw(head.substr(kNumberBytes, kDigestBytes)),
                   .size = NumberOf(head.substr(0, kNumberBytes))};
}

PackFooter EncodeFooter(std::vector<PackEntry>& entries, std::uint64_t offset) {
  std::ranges::sort(entries, {}, &PackEntry::digest);
  PackFooter footer;
  footer.bytes.reserve(entries.size() * kHeadBytes + kTailBytes);
  for (const PackEntry& entry : entries) {
    footer.bytes += entry.digest.Raw();
    AppendNumber(footer.bytes, entry.offset, kNumberBytes);
    AppendNumber(footer.bytes, entry.size, kNumberBytes);
  }
  AppendNumber(footer.bytes, entries.size(), kNumberBytes);
  AppendNumber(footer.bytes, offset, kNumberBytes);
  footer.checksum = ChecksumOf(footer.bytes);
  footer.bytes += footer.checksum.Raw();
  footer.bytes += kPackEnd;
  return footer;
}

Result<std::uint64_t> FooterOffset(std::string_view tail, std::uint64_t pack_bytes) {
  if (tail.size() != kTailBytes || !tail.ends_with(kPackEnd)) {
    return Fail(Code::kDataLoss, "it does not end as a pack does");
  }
  const std::uint64_t count = NumberOf(tail.substr(0, kNumberBytes));
  const std::uint64_t offset = NumberOf(tail.substr(kNumberBytes, kNumberBytes));
  if (count > kPackObjectsMax || offset < kPackBegin.size() || offset > pack_bytes ||
      pack_bytes - offset != count * kHeadBytes + kTailBytes) {
    return Fail(Code::kDataLoss, "its end does not fit its size");
  }
  return offset;
}

Result<std::vector<PackEntry>> DecodeFooter(std::string_view footer, std::uint64_t offset) {
  const std::size_t checked = footer.size() - kDigestBytes - kPackEnd.size();
  if (ChecksumOf(footer.substr(0, checked)).Raw() != footer.substr(checked, kDigestBytes)) {
    return Fail(Code::kDataLoss, "its footer is damaged");
  }
  std::vector<PackEntry> entries;
  for (std::string_view rest = footer.substr(0, footer.size() - kTailBytes); !rest.empty();
       rest.remove_prefix(kHeadBytes)) {
    const PackEntry entry{.digest = *Digest::FromRaw(rest.substr(0, kDigestBytes)),
                          .offset = NumberOf(rest.substr(kDigestBytes, kNumberBytes)),
                          .size = NumberOf(rest.substr(kDigestBytes + kNumberBytes, kNumberBytes))};
    if (entry.size > kObjectBytesMax || entry.offset + kHeadBytes + entry.size > offset) {
      return Fail(Code::kDataLoss, "its footer names an object outside of it");
    }
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace galley::blob
