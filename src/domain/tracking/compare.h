#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tracking/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// What differs between runs, and their values as columns of numbers.
namespace galley::tracking {

// Limits of one comparison.
inline constexpr std::size_t kDiffRunsMax = 500;
inline constexpr std::size_t kDiffRowsMax = 2000;
inline constexpr std::size_t kParallelRunsMax = 5000;
inline constexpr std::size_t kParallelColumnsMax = 50;
inline constexpr std::size_t kCategoriesMax = 200;  ///< Of one axis.

/// A text, and the number that it is, if it is one.
struct DiffValue {
  std::string text;
  std::optional<double> number;
  bool is_metric = false;  ///< Logged as a number.
};
/// Two numbers are equal however they are written, and NaN is NaN.
bool SameValue(const std::optional<DiffValue>& left, const std::optional<DiffValue>& right);

struct DiffRow {
  std::string_view group;  ///< `attribute`, `param`, `metric`, `tag`, `input`, `code`, `env`.
  std::string key;
  std::vector<std::optional<DiffValue>> values;  ///< As the runs.
  bool same = false;
};
/// All rows by group and key. What names a run (its id, its name) is none. Pure.
std::vector<DiffRow> DiffRuns(std::span<const Run> runs);

/// The runs of these ids, in their order. kNotFound names the first that does not exist.
Result<std::vector<Run>> RunsOf(db::Connection& db, std::int64_t project,
                                std::span<const std::string> ids);

/// How an axis of a parallel plot is drawn.
enum class AxisType : std::uint8_t { kNumber, kLog, kCategory };

struct ParallelAxis {
  AxisType type = AxisType::kNumber;
  std::vector<double> values;  ///< NaN: missing. Of a category: its index.
  std::vector<std::string> categories;
  std::optional<double> min, max;
  std::int64_t missing = 0;
};
/// An axis of texts: numbers if all are, logarithmic if they are above 0 and span three decades or
/// more, else categories in order; those beyond kCategoriesMax are missing. Pure.
ParallelAxis AxisOf(std::span<const std::optional<std::string>> texts);

struct ParallelRun {
  std::string id;
  std::string name;
};
struct Parallel {
  std::vector<ParallelRun> runs;
  std::vector<ParallelAxis> axes;
};
/// Columns are `metrics.KEY` (the latest value), `params.KEY`, `tags.KEY`, or `attributes.` with
/// `started_ms`, `duration_ms`, `status`, `user`, `name`.
Result<Parallel> ReadParallel(db::Connection& db, std::int64_t project,
                              std::span<const std::string> ids,
                              std::span<const std::string> columns);

}  // namespace galley::tracking
