#include "protocol/control/ui/pack.h"

#include <algorithm>
#include <optional>

#include "storage/blob/digest.h"

// In the assembly file that CMakeLists.txt makes, around the pack's bytes.
extern "C" const char galley_ui_pack[];      // NOLINT(readability-identifier-naming)
extern "C" const char galley_ui_pack_end[];  // NOLINT(readability-identifier-naming)

namespace galley::ui {
namespace {

constexpr std::string_view kMagic = "GLYUIPK1";
constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kCheckedFrom = kMagic.size() + kDigestBytes;
constexpr std::size_t kEntriesFrom = kCheckedFrom + 4;
constexpr std::size_t kSpans = 2 + kCodings;
constexpr std::size_t kEntryBytes = kSpans * 8 + kDigestBytes;
constexpr std::size_t kTagDigits = 32;

/// A number of four bytes, the least significant first, that is known to be there.
std::size_t NumberAt(std::string_view bytes, std::size_t at) {
  std::size_t number = 0;
  for (std::size_t byte = 4; byte-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + byte]);
  }
  return number;
}

/// What an entry's span names; null if it is not within the pack.
std::optional<std::string_view> SpanAt(std::string_view bytes, std::size_t at) {
  const std::size_t offset = NumberAt(bytes, at);
  const std::size_t size = NumberAt(bytes, at + 4);
  if (offset > bytes.size() || size > bytes.size() - offset) return std::nullopt;
  return bytes.substr(offset, size);
}

Result<Asset> AssetAt(std::string_view bytes, std::size_t at) {
  std::array<std::string_view, kSpans> spans;
  for (std::size_t span = 0; span < kSpans; ++span) {
    const auto found = SpanAt(bytes, at + span * 8);
    if (!found) return Fail(Code::kDataLoss, "a file of the web page lies outside of its pack");
    spans[span] = *found;
  }
  const auto digest = blob::Digest::FromRaw(bytes.substr(at + kSpans * 8, kDigestBytes));
  if (!digest) return Fail(Code::kDataLoss, "a file of the web page has no digest");
  return Asset{.path = spans[0],
               .content_type = spans[1],
               .bodies = {spans[2], spans[3], spans[4]},
               .tag = digest->Hex().substr(0, kTagDigits)};
}

}  // namespace

Result<Pack> Pack::Parse(std::string_view bytes) {
  Pack pack;
  if (bytes.empty()) return pack;
  if (bytes.size() < kEntriesFrom || !bytes.starts_with(kMagic)) {
    return Fail(Code::kDataLoss, "the web page's pack does not begin with {}", kMagic);
  }
  const blob::Digest digest = blob::DigestOf(bytes.substr(kCheckedFrom));
  if (digest.Raw() != bytes.substr(kMagic.size(), kDigestBytes)) {
    return Fail(Code::kDataLoss, "the web page's pack is damaged: its checksum differs");
  }
  const std::size_t count = NumberAt(bytes, kCheckedFrom);
  if (count > (bytes.size() - kEntriesFrom) / kEntryBytes) {
    return Fail(Code::kDataLoss, "the web page's pack is too short for its {} files", count);
  }
  for (std::size_t entry = 0; entry < count; ++entry) {
    pack.assets_.push_back(TRY(AssetAt(bytes, kEntriesFrom + entry * kEntryBytes)));
  }
  const auto disordered = [](const Asset& left, const Asset& right) {
    return left.path >= right.path;
  };
  if (std::ranges::adjacent_find(pack.assets_, disordered) != pack.assets_.end()) {
    return Fail(Code::kDataLoss, "the web page's pack is not sorted by path");
  }
  pack.version_ = digest.Hex().substr(0, kTagDigits);
  return pack;
}

const Asset* Pack::Find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(assets_, path, {}, &Asset::path);
  return found != assets_.end() && found->path == path ? &*found : nullptr;
}

std::string_view EmbeddedPack() {
  return {galley_ui_pack, static_cast<std::size_t>(galley_ui_pack_end - galley_ui_pack)};
}

}  // namespace galley::ui
