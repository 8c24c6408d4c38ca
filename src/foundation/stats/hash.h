#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

namespace galley::stats {

/// XXH64 with seed 0 of any bytes. Source: Y. Collet, "xxHash fast digest algorithm", specification
/// 0.1.1 (github.com/Cyan4973/xxHash). Any thread.
std::uint64_t Hash(std::string_view bytes);

/// XXH64 of the number's 8 bytes, little-endian: the same as Hash of them, and inline.
inline std::uint64_t HashInteger(std::uint64_t value) {
  constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87U;
  constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FU;
  constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9U;
  constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63U;
  constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5U;
  std::uint64_t hash = kPrime5 + 8;
  hash ^= std::rotl(value * kPrime2, 31) * kPrime1;
  hash = std::rotl(hash, 27) * kPrime1 + kPrime4;
  hash = (hash ^ (hash >> 33U)) * kPrime2;
  hash = (hash ^ (hash >> 29U)) * kPrime3;
  return hash ^ (hash >> 32U);
}

/// The bits under which a number is hashed and listed: those of -0.0 are those of 0.0.
inline std::uint64_t BitsOf(double value) {
  return std::bit_cast<std::uint64_t>(value + 0.0);
}

}  // namespace galley::stats
