#include "domain/tracking/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "foundation/stats/special.h"

namespace galley::tracking {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kErrorProbability = 0.05;
constexpr double kMargin = 0.05;

/// The quantile p of `values`, as numpy's default.
double QuantileOf(std::span<double> values, double p) {
  const double position = p * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::ranges::nth_element(values, middle);
  const double low = *middle;
  const double share = position - static_cast<double>(below);
  if (share == 0) return low;
  const double high = *std::min_element(middle + 1, values.end());
  return low + share * (high - low);
}

}  // namespace

Grid Grid::Buckets(double from, double to, std::size_t count) {
  Grid grid{.from = from, .to = to};
  if (from >= to) count = 1;
  grid.x.reserve(count);
  const double width = (to - from) / static_cast<double>(count);
  for (std::size_t at = 0; at < count; ++at) {
    grid.x.push_back(from + static_cast<double>(at) * width);
  }
  return grid;
}

Grid Grid::Positions(std::vector<double> x) {
  Grid grid{.x = std::move(x), .exact = true};
  if (grid.x.empty()) return grid;
  grid.from = grid.x.front();
  grid.to = grid.x.back();
  return grid;
}

std::size_t Grid::IndexOf(double at, std::size_t hint) const {
  if (exact) {
    while (hint + 1 < x.size() && x[hint] < at) ++hint;
    return hint;
  }
  if (to <= from) return 0;
  const double place = (at - from) / (to - from) * static_cast<double>(x.size());
  return std::min(static_cast<std::size_t>(std::max(place, 0.0)), x.size() - 1);
}

Columns Reduce(const Grid& grid, std::span<const double> x, std::span<const double> y) {
  const std::size_t size = grid.x.size();
  Columns columns;
  for (auto* column : {&columns.first, &columns.min, &columns.max, &columns.last}) {
    column->assign(size, kNone);
  }
  std::size_t bucket = 0;
  for (std::size_t at = 0; at < x.size(); ++at) {
    const double value = y[at];
    if (!std::isfinite(value)) continue;
    bucket = grid.IndexOf(x[at], bucket);
    columns.last[bucket] = value;
    if (std::isnan(columns.first[bucket])) {
      columns.first[bucket] = columns.min[bucket] = columns.max[bucket] = value;
    } else {
      columns.min[bucket] = std::min(columns.min[bucket], value);
      columns.max[bucket] = std::max(columns.max[bucket], value);
    }
  }
  return columns;
}

std::vector<double> MeansOn(const Grid& grid, std::span<const double> x,
                            std::span<const double> y) {
  std::vector<double> means(grid.x.size(), 0);
  std::vector<std::int64_t> counts(grid.x.size(), 0);
  std::size_t bucket = 0;
  for (std::size_t at = 0; at < x.size(); ++at) {
    if (!std::isfinite(y[at])) continue;
    bucket = grid.IndexOf(x[at], bucket);
    means[bucket] += y[at];
    ++counts[bucket];
  }
  std::optional<std::size_t> before;
  for (std::size_t at = 0; at < means.size(); ++at) {
    if (counts[at] == 0) {
      means[at] = kNone;
      continue;
    }
    means[at] /= static_cast<double>(counts[at]);
    if (before) {
      const double rise = (means[at] - means[*before]) / (grid.x[at] - grid.x[*before]);
      for (std::size_t gap = *before + 1; gap < at; ++gap) {
        means[gap] = means[*before] + rise * (grid.x[gap] - grid.x[*before]);
      }
    }
    before = at;
  }
  return means;
}

std::vector<NanSpan> NanSpans(std::span<const double> x, std::span<const double> y,
                              std::size_t max) {
  std::vector<NanSpan> spans;
  bool is_open = false;
  for (std::size_t at = 0; at < x.size(); ++at) {
    if (!std::isnan(y[at])) {
      is_open = false;
      continue;
    }
    if (!is_open && spans.size() < max) spans.push_back({.from = x[at]});
    is_open = true;
    spans.back().to = x[at];
    ++spans.back().points;
  }
  return spans;
}

GroupCurve Combine(std::span<const std::vector<double>> curves, Band band) {
  GroupCurve group;
  if (curves.empty()) return group;
  const std::size_t size = curves.front().size();
  group.mean.assign(size, kNone);
  if (band != Band::kNone) group.low = group.high = group.mean;
  std::vector<double> quantiles(curves.size() + 1, 0);  // Of Student's t, by how many curves.
  for (std::size_t at = 0; at < size; ++at) {
    std::size_t count = 0;
    double mean = 0;
    double squares = 0;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const auto& curve : curves) {
      const double value = curve[at];
      if (std::isnan(value)) continue;
      ++count;
      const double distance = value - mean;
      mean += distance / static_cast<double>(count);
      squares += distance * (value - mean);
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (count == 0) continue;
    group.mean[at] = mean;
    if (band == Band::kExtremes) {
      group.low[at] = low;
      group.high[at] = high;
    } else if (band != Band::kNone && count > 1) {
      double half = std::sqrt(squares / static_cast<double>(count - 1));
      if (band == Band::kConfidence) {
        double& quantile = quantiles[count];
        if (quantile == 0) {
          quantile =
              stats::StudentTwoSidedQuantile(kErrorProbability, static_cast<double>(count - 1));
        }
        half *= quantile / std::sqrt(static_cast<double>(count));
      }
      group.low[at] = mean - half;
      group.high[at] = mean + half;
    }
  }
  return group;
}

std::optional<Range> InnerRange(std::span<double> values, double p) {
  if (values.empty()) return std::nullopt;
  const double low = QuantileOf(values, p);
  const double high = QuantileOf(values, 1 - p);
  const double margin = (high - low) * kMargin;
  return Range{low - margin, high + margin};
}

bool MergePositions(std::vector<double>& all, std::span<const double> x, std::size_t max) {
  std::vector<double> merged;
  merged.reserve(std::min(all.size() + x.size(), max + 1));
  auto left = all.begin();
  auto right = x.begin();
  while (left != all.end() || right != x.end()) {
    const bool takes_left = right == x.end() || (left != all.end() && *left <= *right);
    const double next = takes_left ? *left++ : *right++;
    if (!merged.empty() && merged.back() == next) continue;
    if (merged.size() == max) return false;
    merged.push_back(next);
  }
  all = std::move(merged);
  return true;
}

}  // namespace galley::tracking
