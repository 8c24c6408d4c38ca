#include "foundation/base/base64.h"

#include <algorithm>

namespace galley {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string ToBase64(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    unsigned bits = 0;
    for (std::size_t in = 0; in < 3; ++in) {
      bits =
          bits << 8U | (at + in < bytes.size() ? static_cast<unsigned char>(bytes[at + in]) : 0U);
    }
    const std::size_t digits = std::min(bytes.size() - at, std::size_t{3}) + 1;
    for (std::size_t out = 0; out < 4; ++out) {
      text += out < digits ? kAlphabet[bits >> (18U - 6U * out) & 63U] : '=';
    }
  }
  return text;
}

std::optional<std::string> FromBase64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const auto digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFFU);
  }
  return bytes;
}

}  // namespace galley
