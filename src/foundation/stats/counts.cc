#include "foundation/stats/counts.h"

#include <algorithm>

#include "foundation/stats/bytes.h"

namespace galley::stats {

void CountState::Add(std::span<const double> values) {
  std::uint64_t nan = 0;
  std::uint64_t zero = 0;
  std::uint64_t negative = 0;
  for (const double value : values) {
    nan += value != value ? 1U : 0U;
    zero += value == 0 ? 1U : 0U;
    negative += value < 0 ? 1U : 0U;
  }
  rows += values.size();
  nans += nan;
  zeros += zero;
  negatives += negative;
}

void CountState::Add(std::span<const std::int64_t> values) {
  std::uint64_t zero = 0;
  std::uint64_t negative = 0;
  for (const std::int64_t value : values) {
    zero += value == 0 ? 1U : 0U;
    negative += value < 0 ? 1U : 0U;
  }
  rows += values.size();
  zeros += zero;
  negatives += negative;
}

void CountState::AddNulls(std::uint64_t count) {
  rows += count;
  nulls += count;
}

void CountState::Merge(const CountState& other) {
  rows += other.rows;
  nulls += other.nulls;
  nans += other.nans;
  zeros += other.zeros;
  negatives += other.negatives;
}

double CountState::Completeness() const {
  return rows == 0 ? 1 : static_cast<double>(rows - nulls) / static_cast<double>(rows);
}

std::string CountState::Encode() const {
  bytes::Writer writer;
  for (const std::uint64_t count : {rows, nulls, nans, zeros, negatives}) writer.U64(count);
  return EncodeState(StateId::kCounts, writer.text());
}

Result<CountState> CountState::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, StateId::kCounts)));
  CountState state;
  std::uint64_t left = state.rows = reader.U64();
  for (std::uint64_t CountState::* count :
       {&CountState::nulls, &CountState::nans, &CountState::zeros, &CountState::negatives}) {
    state.*count = reader.U64();
    if (state.*count > left) return Damaged(StateId::kCounts, "its parts are more than its rows");
    left -= state.*count;
  }
  if (!reader.Complete()) return Damaged(StateId::kCounts, "it has a wrong size");
  return state;
}

void IntegerState::Add(std::span<const std::int64_t> values) {
  // Two 64-bit sums instead of one of 128 bits, so that the loop is one for the vector unit: of the
  // halves of 2^32 values neither overflows.
  constexpr std::size_t kBlock = std::size_t{1} << 20U;
  for (std::size_t at = 0; at < values.size(); at += kBlock) {
    std::uint64_t low = 0;
    std::int64_t high = 0;
    std::int64_t least = min;
    std::int64_t most = max;
    for (const std::int64_t value : values.subspan(at, std::min(kBlock, values.size() - at))) {
      low += static_cast<std::uint64_t>(value) & 0xFFFFFFFFU;
      high += value >> 32;
      least = value < least ? value : least;
      most = value > most ? value : most;
    }
    sum += static_cast<Int128>(high) * (Int128{1} << 32) + static_cast<Int128>(low);
    min = least;
    max = most;
  }
  n += values.size();
}

void IntegerState::Merge(const IntegerState& other) {
  n += other.n;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  // Unsigned, because damaged files may bring sums that no values have.
  sum = static_cast<Int128>(static_cast<Uint128>(sum) + static_cast<Uint128>(other.sum));
}

std::string IntegerState::Encode() const {
  bytes::Writer writer;
  writer.U64(n);
  writer.I64(n == 0 ? 0 : min);
  writer.I64(n == 0 ? 0 : max);
  writer.U64(static_cast<std::uint64_t>(static_cast<Uint128>(sum)));
  writer.U64(static_cast<std::uint64_t>(static_cast<Uint128>(sum) >> 64U));
  return EncodeState(StateId::kIntegers, writer.text());
}

Result<IntegerState> IntegerState::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, StateId::kIntegers)));
  IntegerState state;
  state.n = reader.U64();
  const std::int64_t min = reader.I64();
  const std::int64_t max = reader.I64();
  const Uint128 low = reader.U64();
  state.sum = static_cast<Int128>(low | (static_cast<Uint128>(reader.U64()) << 64U));
  if (!reader.Complete()) return Damaged(StateId::kIntegers, "it has a wrong size");
  if (state.n == 0) {
    if (min != 0 || max != 0 || state.sum != 0) {
      return Damaged(StateId::kIntegers, "it has no values and is not empty");
    }
    return state;
  }
  state.min = min;
  state.max = max;
  const auto count = static_cast<Int128>(state.n);
  if (min > max || state.sum < count * min || state.sum > count * max) {
    return Damaged(StateId::kIntegers, "its sum is not between n times min and n times max");
  }
  return state;
}

std::uint64_t CodePoints(std::string_view text) {
  std::uint64_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1U : 0U;
  return count;
}

void LengthState::Add(std::uint64_t length) {
  ++n;
  min = std::min(min, length);
  max = std::max(max, length);
  sum += length;
  empty += length == 0 ? 1U : 0U;
}

void LengthState::Merge(const LengthState& other) {
  n += other.n;
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  sum += other.sum;
  empty += other.empty;
}

std::string LengthState::Encode() const {
  bytes::Writer writer;
  for (const std::uint64_t number : {n, n == 0 ? 0 : min, max, sum, empty}) writer.U64(number);
  return EncodeState(StateId::kLengths, writer.text());
}

Result<LengthState> LengthState::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, StateId::kLengths)));
  LengthState state;
  for (std::uint64_t LengthState::* number : {&LengthState::n, &LengthState::min, &LengthState::max,
                                              &LengthState::sum, &LengthState::empty}) {
    state.*number = reader.U64();
  }
  if (!reader.Complete()) return Damaged(StateId::kLengths, "it has a wrong size");
  if (state.n == 0) {
    if (state != LengthState{.min = 0}) {
      return Damaged(StateId::kLengths, "it has no values and is not empty");
    }
    return LengthState{};
  }
  const auto count = static_cast<Uint128>(state.n);
  if (state.min > state.max || state.sum < count * state.min || state.sum > count * state.max ||
      state.empty > state.n || (state.empty > 0) != (state.min == 0)) {
    return Damaged(StateId::kLengths, "its numbers contradict each other");
  }
  return state;
}

}  // namespace galley::stats
