#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/stats/counts.h"
#include "foundation/stats/frequent_items.h"
#include "foundation/stats/hyperloglog.h"
#include "foundation/stats/kll.h"
#include "foundation/stats/moments.h"

namespace galley::stats {

/// What a column holds; it decides which states it has. Values are fixed: they are stored.
enum class Kind : std::uint8_t {
  kInteger = 1,
  kFloating = 2,
  kText = 3,
  kBoolean = 4,
  kTimestamp = 5,  ///< Integer microseconds since 1970 in UTC, as is kDate.
  kDate = 6,
  kBinary = 7,
};

std::string_view KindName(Kind kind);

struct Options {
  /// For the sketches' random bits. Should differ between files: take it from the file's digest.
  std::uint64_t seed = 0;
  std::uint32_t quantiles_k = KllSketch::kDefaultK;
  /// Of integers and texts.
  std::uint32_t frequent_keys_max = FrequentItems::kDefaultKeysMax;
  /// Of floating numbers, timestamps and dates, which seldom repeat.
  std::uint32_t frequent_numbers_max = 1'000;
};

/// Which rows of a batch are not null: row i if bit i % 64 of word i / 64 is set, as DuckDB and
/// Arrow have it. Empty: all. Refers to the caller's words.
using Validity = std::span<const std::uint64_t>;

/// A state that this program does not know, as it came.
struct UnknownState {
  std::uint16_t id = 0;
  std::uint16_t version = 0;
  std::string encoded;  ///< Head and bytes.
};

/// The states of one column. Fed by one thread in batches, each with the function for its kind
/// (a CHECK), or merged. `counts` is always there; the others by kind (docs/formats/statistics.md),
/// as long as no merge with a column that lacks one has dropped it.
struct ColumnStatistics {
  explicit ColumnStatistics(Kind column_kind, const Options& options = {});

  /// kFloating. NaN is counted and is in no other state.
  void AddDoubles(std::span<const double> values, Validity validity = {});
  /// kInteger, kTimestamp, kDate. Moments and quantiles see them as doubles, exact up to 2^53.
  void AddIntegers(std::span<const std::int64_t> values, Validity validity = {});
  /// kText and kBinary.
  void AddTexts(std::span<const std::string_view> values, Validity validity = {});
  /// kBoolean.
  void AddBooleans(std::span<const bool> values, Validity validity = {});
  /// Any kind.
  void AddNulls(std::uint64_t count);

  /// Adds the other's rows. kFailedPrecondition, and nothing is changed, if the kinds differ. A
  /// state that one side lacks is dropped, unknown ones too, unless that side has no rows.
  Status Merge(const ColumnStatistics& other);

  Kind kind;
  CountState counts;
  std::optional<IntegerState> integers;
  std::optional<MomentState> moments;
  std::optional<HyperLogLog> distinct;
  std::optional<KllSketch> quantiles;
  std::optional<FrequentItems> frequent;  ///< Of numbers: NumberKey.
  std::optional<LengthState> lengths;
  std::vector<UnknownState> unknown;
};

/// A number's key in `frequent`: 8 bytes.
std::string NumberKey(std::int64_t value);
std::string NumberKey(double value);
/// The number of such a key; nothing if it has no 8 bytes.
std::optional<std::int64_t> IntegerOfKey(std::string_view key);
std::optional<double> DoubleOfKey(std::string_view key);

/// Kind, number of states and the states, ascending by id.
std::string EncodeColumn(const ColumnStatistics& column);
/// The column at the beginning of `encoded`, which is cut off there. kDataLoss if it is damaged,
/// kUnimplemented if its kind or its counts are of a newer version; other states that are not known
/// are kept in `unknown`.
Result<ColumnStatistics> DecodeColumn(std::string_view& encoded);

}  // namespace galley::stats
