#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/tracking/points.h"
#include "domain/tracking/reduce.h"
#include "domain/tracking/smooth.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"

/// Metrics over steps or time, as a chart wants them.
namespace galley::tracking {

/// What stands on the x axis: the step, milliseconds since the run's start, or since 1970, or
/// another metric's value at the same step.
enum class XAxis : std::uint8_t { kStep, kRelative, kWall, kMetric };

/// What is left of a bucket of points: first, least, greatest and last; least and greatest; or
/// there are no buckets.
enum class Reduction : std::uint8_t { kM4, kMinMax, kRaw };

// Limits of one query.
inline constexpr std::size_t kSeriesRunsMax = 500;
inline constexpr std::size_t kSeriesKeysMax = 50;
inline constexpr std::size_t kSeriesPointsMin = 2;
inline constexpr std::size_t kSeriesPointsMax = 4000;  ///< Positions, unless all are asked for.
inline constexpr std::size_t kSeriesRawMax = 100'000;  ///< Positions of Reduction::kRaw.
inline constexpr std::int64_t kSeriesReadMax = 20'000'000;  ///< Points that are looked at.
inline constexpr std::size_t kNanSpansMax = 1000;           ///< Of one series.
inline constexpr std::size_t kInfinitiesMax = 100;          ///< Of one series, with their places.

struct SeriesQuery {
  std::vector<Id> runs;
  std::vector<std::string> keys;
  XAxis axis = XAxis::kStep;
  std::string x_key;           ///< Of XAxis::kMetric, which metric; else empty.
  std::optional<double> from;  ///< The part of the axis that is looked at, both ends included.
  std::optional<double> to;
  std::size_t points = 1000;  ///< At most so many positions.
  Reduction reduction = Reduction::kM4;
  Smoothing smoothing = Smoothing::kNone;  ///< Of all points, whatever part is looked at.
  double strength = 0;
  double outliers = 0;  ///< The share that is cut off at each end to find the y range; 0: none.
  std::vector<std::vector<std::size_t>> groups;  ///< Of indices into `runs`; each group one curve.
  Band band = Band::kNone;
};

struct Series {
  std::size_t of = 0;  ///< Index of the run, or of the group.
  std::string key;
  std::int64_t points = 0;  ///< Within the part that is looked at.
  std::int64_t total = 0;   ///< Of the whole series.
  /// Of XAxis::kMetric: points at whose step the other metric has no finite value. Of a group: sum.
  std::int64_t unplaced = 0;
  /// Of a group: `last` alone, the mean. Of an exact answer: `last` alone.
  Columns columns;
  /// Of a group: its band. Of a smoothed curve: least and greatest of the raw values.
  std::vector<double> low, high;
  std::vector<NanSpan> nan;
  std::int64_t infinite = 0;
  std::vector<std::pair<double, bool>> infinities;  ///< Where, and whether above.
};

struct SeriesAnswer {
  std::vector<double> x;
  bool exact = false;  ///< Every point has its own position.
  double from = 0;     ///< The part of the axis that was looked at.
  double to = 0;
  double whole_from = 0;  ///< The axis with all points of the runs and keys.
  double whole_to = 0;
  std::vector<Series> series;  ///< By key, then run; runs without the metric are left out.
  std::optional<Range> y;      ///< What remains without outliers.
  std::int64_t clipped = 0;    ///< Points outside of `y`.
  std::int64_t lacking = 0;    ///< Of XAxis::kMetric: runs with a key, but without `x_key`.
};

/// kNotFound: a run that does not exist; kInvalidArgument: a query beyond a limit, which is named.
Result<SeriesAnswer> ReadSeries(db::Connection& db, std::int64_t project, const SeriesQuery& query,
                                PointCache& cache);

}  // namespace galley::tracking
