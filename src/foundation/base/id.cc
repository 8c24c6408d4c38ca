#include "foundation/base/id.h"

namespace galley {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

int DigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

std::string HexOf(std::string_view bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* out = text.data();
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    *out++ = kDigits[value >> 4U];
    *out++ = kDigits[value & 15U];
  }
  return text;
}

std::string Id::Hex() const {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as characters.
  return HexOf({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::optional<Id> Id::Parse(std::string_view text) {
  Id id;
  if (text.size() != id.bytes.size() * 2) return std::nullopt;
  for (std::size_t at = 0; at < id.bytes.size(); ++at) {
    const int high = DigitOf(text[2 * at]);
    const int low = DigitOf(text[2 * at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[at] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

}  // namespace galley
