#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "foundation/base/error.h"

/// The bytes of states (docs/formats/statistics.md). Inside of this room only.
namespace galley::stats::bytes {

/// Appends little-endian numbers to a text that it owns.
class Writer {
 public:
  void U8(std::uint8_t value) { text_.push_back(static_cast<char>(value)); }
  void U16(std::uint16_t value) { Number(value, 2); }
  void U32(std::uint32_t value) { Number(value, 4); }
  void U64(std::uint64_t value) { Number(value, 8); }
  void I64(std::int64_t value) { Number(static_cast<std::uint64_t>(value), 8); }
  void F64(double value);
  void Raw(std::string_view bytes) { text_.append(bytes); }
  /// Length as u32, then the bytes.
  void Text(std::string_view bytes);

  const std::string& text() const { return text_; }
  std::string Take() && { return std::move(text_); }

 private:
  void Number(std::uint64_t value, std::size_t size);

  std::string text_;
};

/// Reads what Writer wrote. A read past the end gives 0 or nothing and makes the reader fail for
/// good, so that one question at the end is enough; who allocates by a number that was read asks
/// `left()` first. Refers to the bytes.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}

  std::uint8_t U8() { return static_cast<std::uint8_t>(Number(1)); }
  std::uint16_t U16() { return static_cast<std::uint16_t>(Number(2)); }
  std::uint32_t U32() { return static_cast<std::uint32_t>(Number(4)); }
  std::uint64_t U64() { return Number(8); }
  std::int64_t I64() { return static_cast<std::int64_t>(Number(8)); }
  double F64();
  std::string_view Raw(std::size_t size);
  std::string_view Text() { return Raw(U32()); }

  std::size_t left() const { return left_.size(); }
  bool failed() const { return failed_; }
  /// All was there, and nothing is behind it.
  bool Complete() const { return !failed_ && left_.empty(); }

 private:
  std::uint64_t Number(std::size_t size);

  std::string_view left_;
  bool failed_ = false;
};

}  // namespace galley::stats::bytes

namespace galley::stats {

/// What a state is. Values are fixed: they are stored.
enum class StateId : std::uint16_t {
  kCounts = 1,
  kIntegers = 2,
  kMoments = 3,
  kDistinct = 4,
  kQuantiles = 5,
  kFrequent = 6,
  kLengths = 7,
  // Those that stand alone, in no column.
  kHistogram = 100,
};

/// The only version so far of every state.
inline constexpr std::uint16_t kStateVersion = 1;
inline constexpr std::size_t kStateHeadBytes = 8;
/// What a reader takes: bytes of a state, rows of a file. Below 2^53 all counts are exact as
/// doubles.
inline constexpr std::uint32_t kStateBytesMax = std::uint32_t{64} << 20U;
inline constexpr std::uint64_t kRowsMax = std::uint64_t{1} << 48U;

/// A state's bytes with its head: id, version, length.
std::string EncodeState(StateId id, std::string_view payload);

/// What follows the head of a state that is all of `encoded`. kDataLoss if it is no such state,
/// kUnimplemented if it is in a version above kStateVersion.
Result<std::string_view> DecodeState(std::string_view encoded, StateId id);

/// The name for messages and the format page: `quantiles`; `state 9` for an unknown one.
std::string StateName(std::uint16_t id);

/// kDataLoss, naming the state and what is wrong with it.
std::unexpected<Error> Damaged(StateId id, std::string_view what);

}  // namespace galley::stats
