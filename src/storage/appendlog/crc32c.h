#pragma once

#include <cstdint>
#include <string_view>

namespace galley::appendlog {

/// CRC-32C (Castagnoli, RFC 3720 section 12.1). `before` is the checksum of the bytes in front of
/// these, so that a checksum can be made in parts. Any thread.
std::uint32_t Crc32c(std::string_view bytes, std::uint32_t before = 0);

/// The two ways in which it is computed, for the tests. The processor's needs `HasCrc32c()`.
bool HasCrc32c();
std::uint32_t Crc32cByProcessor(std::string_view bytes, std::uint32_t before = 0);
std::uint32_t Crc32cByTable(std::string_view bytes, std::uint32_t before = 0);

}  // namespace galley::appendlog
