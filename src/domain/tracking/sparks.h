#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"

/// Metrics of many runs as small pictures: a few points each, however long a series is.
namespace galley::tracking {

inline constexpr std::size_t kSparkRunsMax = 500;
inline constexpr std::size_t kSparkKeysMax = 8;
inline constexpr std::size_t kSparkPointsMin = 4;
inline constexpr std::size_t kSparkPointsMax = 40;

/// A value and the first step that has it.
struct AtStep {
  double value = 0;
  std::int64_t step = 0;
};

struct Spark {
  Id run;
  std::string key;
  std::int64_t points = 0;      ///< Of the whole series.
  std::vector<std::int64_t> x;  ///< Steps, ascending; or ordinals where all have one step.
  std::vector<double> y;        ///< Finite; the series' extremes are among them.
  std::optional<AtStep> low;    ///< Null: no point is a number.
  std::optional<AtStep> high;
};

/// By run as asked for, then key; runs that do not exist or lack a metric are left out. A series of
/// more points than kSparkReadAll is looked at at `points` steps, evenly apart, and at its
/// extremes.
inline constexpr std::int64_t kSparkReadAll = 1000;
Result<std::vector<Spark>> ReadSparks(db::Connection& db, std::int64_t project,
                                      std::span<const Id> runs, std::span<const std::string> keys,
                                      std::size_t points);

}  // namespace galley::tracking
