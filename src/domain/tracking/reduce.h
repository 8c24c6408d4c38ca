#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// How curves of many points become few positions without losing an extreme. Pure.
namespace galley::tracking {

/// The positions that all curves of a chart share.
struct Grid {
  /// Exact: where points are. Else the starts of buckets of equal width, the last of which takes
  /// `to` in.
  std::vector<double> x;
  double from = 0;
  double to = 0;
  bool exact = false;

  /// `count` >= 1 buckets of equal width from `from` to `to`; one if they are equal.
  static Grid Buckets(double from, double to, std::size_t count);
  /// The positions themselves, ascending and each once.
  static Grid Positions(std::vector<double> x);

  /// Which bucket takes `at`, from `from` to `to`: floor((at - from) / (to - from) * count).
  /// For a grid of positions `hint`, a result for a smaller `at`, saves the search.
  std::size_t IndexOf(double at, std::size_t hint) const;
};

/// What is left of a curve: for each position of the grid the first, least, greatest and last of
/// the finite values there (Jugel and others, "M4: A Visualization-Oriented Time Series Data
/// Aggregation", 2014); NaN where there is none.
struct Columns {
  std::vector<double> first, min, max, last;
};
/// `x` ascending and within the grid.
Columns Reduce(const Grid& grid, std::span<const double> x, std::span<const double> y);

/// The mean of the finite values at each position; where there is none, the value on the line
/// between the positions beside it; NaN before the first and after the last.
std::vector<double> MeansOn(const Grid& grid, std::span<const double> x, std::span<const double> y);

/// Adjacent points without a number.
struct NanSpan {
  double from = 0;
  double to = 0;
  std::int64_t points = 0;
};
/// At most `max` spans; what follows is taken into the last one.
std::vector<NanSpan> NanSpans(std::span<const double> x, std::span<const double> y,
                              std::size_t max);

enum class Band : std::uint8_t { kNone, kDeviation, kConfidence, kExtremes };

/// Several curves on one grid as one: the mean of those that have a value at a position, and a
/// band.
struct GroupCurve {
  std::vector<double> mean;
  /// Mean -+ standard deviation (of a sample), 95 % interval of the mean (Student's t), or least
  /// and greatest; empty without a band, NaN where there are too few curves.
  std::vector<double> low, high;
};
GroupCurve Combine(std::span<const std::vector<double>> curves, Band band);

/// The quantiles p and 1 - p of `values`, by linear interpolation, made wider by 5 % of their
/// distance on both sides; null for none. Reorders `values`.
struct Range {
  double low = 0;
  double high = 0;
};
std::optional<Range> InnerRange(std::span<double> values, double p);

/// Merges ascending positions into `all`, which is ascending and has each once. False, with `all`
/// undefined, once there are more than `max`.
bool MergePositions(std::vector<double>& all, std::span<const double> x, std::size_t max);

}  // namespace galley::tracking
