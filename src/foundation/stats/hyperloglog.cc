#include "foundation/stats/hyperloglog.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <limits>
#include <numbers>

#include "foundation/stats/bytes.h"

namespace galley::stats {
namespace {

constexpr std::size_t kSlots = 2 * HyperLogLog::kExactMax;
/// The bits of a hash that are not the register's number, and the greatest value of a register.
constexpr unsigned kRestBits = 64 - HyperLogLog::kPrecision;
constexpr unsigned kValueMax = kRestBits + 1;
constexpr std::uint8_t kExactMode = 0;
constexpr std::uint8_t kRegisterMode = 1;
constexpr unsigned kRegisterBits = 6;

/// Ertl's sigma: what registers of 0 contribute.
double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1;
  double z = x;
  for (double before = -1; z != before; y += y) {
    x *= x;
    before = z;
    z += x * y;
  }
  return z;
}

/// Ertl's tau: what saturated registers contribute.
double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1;
  double z = 1 - x;
  for (double before = -1; z != before;) {
    x = std::sqrt(x);
    before = z;
    y /= 2;
    z -= (1 - x) * (1 - x) * y;
  }
  return z / 3;
}

}  // namespace

void HyperLogLog::AddExact(std::uint64_t hash) {
  hash += hash == 0 ? 1U : 0U;
  if (slots_.empty()) slots_.resize(kSlots);
  std::size_t slot = hash % kSlots;
  for (; slots_[slot] != 0; slot = (slot + 1) % kSlots) {
    if (slots_[slot] == hash) return;
  }
  slots_[slot] = hash;
  if (++hashes_ > kExactMax) ToRegisters();
}

void HyperLogLog::ToRegisters() {
  registers_.resize(kRegisters);
  for (const std::uint64_t hash : slots_) {
    if (hash != 0) AddToRegisters(hash);
  }
  slots_ = {};
  hashes_ = 0;
}

void HyperLogLog::Merge(const HyperLogLog& other) {
  if (this == &other) return;
  if (other.exact()) {
    for (const std::uint64_t hash : other.slots_) {
      if (hash != 0) Add(hash);
    }
    return;
  }
  if (exact()) ToRegisters();
  for (std::size_t i = 0; i < kRegisters; ++i) {
    registers_[i] = std::max(registers_[i], other.registers_[i]);
  }
}

double HyperLogLog::Estimate() const {
  if (exact()) return static_cast<double>(hashes_);
  std::array<std::uint32_t, kValueMax + 1> with = {};  // How many registers have a value.
  for (const std::uint8_t value : registers_) ++with[value];
  constexpr auto kM = static_cast<double>(kRegisters);
  double z = kM * Tau(1 - with[kValueMax] / kM);
  for (unsigned k = kRestBits; k >= 1; --k) z = (z + with[k]) / 2;
  z += kM * Sigma(with[0] / kM);
  constexpr double kAlpha = 1 / (2 * std::numbers::ln2);
  return kAlpha * kM * kM / z;
}

std::vector<std::uint64_t> HyperLogLog::Hashes() const {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(hashes_);
  std::ranges::copy_if(slots_, std::back_inserter(hashes), [](auto hash) { return hash != 0; });
  std::ranges::sort(hashes);
  return hashes;
}

std::string HyperLogLog::Encode() const {
  bytes::Writer writer;
  writer.U8(kPrecision);
  writer.U8(exact() ? kExactMode : kRegisterMode);
  if (exact()) {
    writer.U32(static_cast<std::uint32_t>(hashes_));
    for (const std::uint64_t hash : Hashes()) writer.U64(hash);
  }
  for (std::size_t i = 0; i < registers_.size(); i += 4) {
    std::uint32_t four = 0;
    for (std::size_t j = 0; j < 4; ++j) {
      four |= std::uint32_t{registers_[i + j]} << (kRegisterBits * j);
    }
    writer.U8(static_cast<std::uint8_t>(four));
    writer.U16(static_cast<std::uint16_t>(four >> 8U));
  }
  return EncodeState(StateId::kDistinct, writer.text());
}

Result<HyperLogLog> HyperLogLog::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, StateId::kDistinct)));
  if (reader.U8() != kPrecision) return Damaged(StateId::kDistinct, "its precision is not 12");
  const std::uint8_t mode = reader.U8();
  HyperLogLog sketch;
  if (mode == kExactMode) {
    const std::uint32_t count = reader.U32();
    if (count > kExactMax) return Damaged(StateId::kDistinct, "it has more than 512 hashes");
    std::uint64_t before = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint64_t hash = reader.U64();
      if (hash <= before) return Damaged(StateId::kDistinct, "its hashes do not ascend");
      before = hash;
      sketch.AddExact(hash);
    }
  } else if (mode == kRegisterMode) {
    sketch.registers_.resize(kRegisters);
    for (std::size_t i = 0; i < kRegisters; i += 4) {
      std::uint32_t four = reader.U8();
      four |= std::uint32_t{reader.U16()} << 8U;
      for (std::size_t j = 0; j < 4; ++j, four >>= kRegisterBits) {
        const auto value = static_cast<std::uint8_t>(four & 0x3FU);
        if (value > kValueMax) return Damaged(StateId::kDistinct, "a register is above 53");
        sketch.registers_[i + j] = value;
      }
    }
  } else {
    return Damaged(StateId::kDistinct, "its mode is neither 0 nor 1");
  }
  if (!reader.Complete()) return Damaged(StateId::kDistinct, "it has a wrong size");
  return sketch;
}

}  // namespace galley::stats
