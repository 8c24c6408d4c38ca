#include "foundation/stats/hash.h"

#include <cstddef>
#include <cstring>

namespace galley::stats {
namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87U;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FU;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9U;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63U;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5U;

static_assert(std::endian::native == std::endian::little);

std::uint64_t Load64(const char* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t Load32(const char* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

std::uint64_t Round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t MergeLane(std::uint64_t hash, std::uint64_t lane) {
  return (hash ^ Round(0, lane)) * kPrime1 + kPrime4;
}

/// The part of the hash of all whole stripes of 32 bytes; `at` is moved behind them.
std::uint64_t HashStripes(const char*& at, const char* end) {
  std::uint64_t lane1 = kPrime1 + kPrime2;
  std::uint64_t lane2 = kPrime2;
  std::uint64_t lane3 = 0;
  std::uint64_t lane4 = 0 - kPrime1;
  for (; end - at >= 32; at += 32) {
    lane1 = Round(lane1, Load64(at));
    lane2 = Round(lane2, Load64(at + 8));
    lane3 = Round(lane3, Load64(at + 16));
    lane4 = Round(lane4, Load64(at + 24));
  }
  std::uint64_t hash =
      std::rotl(lane1, 1) + std::rotl(lane2, 7) + std::rotl(lane3, 12) + std::rotl(lane4, 18);
  hash = MergeLane(hash, lane1);
  hash = MergeLane(hash, lane2);
  hash = MergeLane(hash, lane3);
  return MergeLane(hash, lane4);
}

}  // namespace

std::uint64_t Hash(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  std::uint64_t hash = bytes.size() >= 32 ? HashStripes(at, end) : kPrime5;
  hash += bytes.size();
  for (; end - at >= 8; at += 8) {
    hash = std::rotl(hash ^ Round(0, Load64(at)), 27) * kPrime1 + kPrime4;
  }
  if (end - at >= 4) {
    hash = std::rotl(hash ^ (Load32(at) * kPrime1), 23) * kPrime2 + kPrime3;
    at += 4;
  }
  for (; at != end; ++at) {
    hash = std::rotl(hash ^ (static_cast<unsigned char>(*at) * kPrime5), 11) * kPrime1;
  }
  hash = (hash ^ (hash >> 33U)) * kPrime2;
  hash = (hash ^ (hash >> 29U)) * kPrime3;
  return hash ^ (hash >> 32U);
}

}  // namespace galley::stats
