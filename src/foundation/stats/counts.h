#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "foundation/base/error.h"

namespace galley::stats {

/// How many rows of a column are what. Exact; merging is adding, in any order. No thread of its
/// own: the caller's.
struct CountState {
  std::uint64_t rows = 0;
  std::uint64_t nulls = 0;
  std::uint64_t nans = 0;       ///< Not null.
  std::uint64_t zeros = 0;      ///< 0, -0.0, false.
  std::uint64_t negatives = 0;  ///< Below 0, -infinity included; not -0.0.

  bool operator==(const CountState&) const = default;

  void Add(std::span<const double> values);
  void Add(std::span<const std::int64_t> values);
  void AddNulls(std::uint64_t count);
  void Merge(const CountState& other);

  /// Rows with a value that is neither null nor NaN.
  std::uint64_t Values() const { return rows - nulls - nans; }
  /// The share of rows that are not null, 1 without rows: Deequ's Completeness (Schelter et al.,
  /// "Automating Large-Scale Data Quality Verification", PVLDB 11(12), 2018, table 1).
  double Completeness() const;

  std::string Encode() const;
  /// kDataLoss if `encoded` is not a whole state as Encode gives it; kUnimplemented if a newer
  /// version. The same for every state of this room.
  static Result<CountState> Decode(std::string_view encoded);
};

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

/// Range and sum of integers. Exact: 64-bit values never pass through a double, and the sum has 128
/// bits, which no 2^64 values overflow.
struct IntegerState {
  std::uint64_t n = 0;
  std::int64_t min = std::numeric_limits<std::int64_t>::max();  ///< Of no meaning if n is 0.
  std::int64_t max = std::numeric_limits<std::int64_t>::min();
  Int128 sum = 0;

  bool operator==(const IntegerState&) const = default;

  void Add(std::span<const std::int64_t> values);
  void Merge(const IntegerState& other);

  std::string Encode() const;
  static Result<IntegerState> Decode(std::string_view encoded);
};

/// The code points of a text: the bytes that do not continue one (Unicode 15, table 3-6). Of what
/// is not UTF-8 some number, at most that of its bytes.
std::uint64_t CodePoints(std::string_view text);

/// How long texts or byte strings are, in the unit that the caller adds. Exact.
struct LengthState {
  std::uint64_t n = 0;
  std::uint64_t min = std::numeric_limits<std::uint64_t>::max();  ///< Of no meaning if n is 0.
  std::uint64_t max = 0;
  std::uint64_t sum = 0;
  std::uint64_t empty = 0;  ///< Those of length 0.

  bool operator==(const LengthState&) const = default;

  void Add(std::uint64_t length);
  void Merge(const LengthState& other);

  std::string Encode() const;
  static Result<LengthState> Decode(std::string_view encoded);
};

}  // namespace galley::stats
