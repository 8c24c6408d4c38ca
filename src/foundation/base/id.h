#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace galley {

/// The name of a thing for its whole life: 128 bits that grow with time. Bytes 0 to 5 are the
/// milliseconds since 1970, big-endian, the rest tells the ids of one millisecond apart. Outside it
/// is 32 lower-case hex digits; as text and as bytes ids sort by when they were made.
struct Id {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Id&) const = default;

  /// 32 lower-case hex digits.
  std::string Hex() const;

  /// Null unless `text` is exactly 32 lower-case hex digits.
  static std::optional<Id> Parse(std::string_view text);
};

/// Lower-case hex of any bytes.
std::string HexOf(std::string_view bytes);

}  // namespace galley
