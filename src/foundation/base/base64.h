#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace galley {

/// Base64 with padding (RFC 4648 §4).
std::string ToBase64(std::string_view bytes);

/// The bytes again, with or without padding; null if `text` is not base64.
std::optional<std::string> FromBase64(std::string_view text);

}  // namespace galley
