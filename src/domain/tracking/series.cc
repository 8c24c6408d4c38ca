#include "domain/tracking/series.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "domain/tracking/rows.h"

namespace galley::tracking {
namespace {

/// More points than these are read twice instead of being held.
constexpr std::int64_t kHeldMax = 5'000'000;
/// Of how many values quantiles are made; of more, every second or so is taken.
constexpr std::size_t kQuantileValues = 4'000'000;

/// One series of the query.
struct Source {
  std::size_t run = 0;
  std::size_t key = 0;
  SeriesRow row;
  std::optional<SeriesRow> across;  // Of XAxis::kMetric, what is on the x axis.
  std::int64_t started_ms = 0;
  std::int64_t unplaced = 0;
  std::shared_ptr<const Points> points;  // Null: too many to be held.
};

/// A curve in the making; its vectors are used again for the next one.
struct Curve {
  std::vector<double> x;
  std::vector<double> y;
  std::vector<std::size_t> order;
  std::vector<double> sorted;
};

/// What of the axis the query is about.
struct Extent {
  double from = std::numeric_limits<double>::infinity();
  double to = -std::numeric_limits<double>::infinity();

  void Take(double at) {
    from = std::min(from, at);
    to = std::max(to, at);
  }
  double Width() const { return to > from ? to - from : 0; }
};

/// A part of a curve by its indices.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;

  template <typename T>
  std::span<T> Of(std::vector<T>& all) const {
    return {all.data() + begin, end - begin};
  }
};

/// Sorts a curve by x; points of the same x stay in their order.
void SortByX(Curve& curve) {
  if (std::ranges::is_sorted(curve.x)) return;
  curve.order.resize(curve.x.size());
  std::iota(curve.order.begin(), curve.order.end(), std::size_t{0});
  std::ranges::sort(curve.order, {}, [&](std::size_t at) { return std::pair(curve.x[at], at); });
  for (auto* column : {&curve.x, &curve.y}) {
    curve.sorted.clear();
    for (const std::size_t at : curve.order) curve.sorted.push_back((*column)[at]);
    std::swap(*column, curve.sorted);
  }
}

/// MLflow writes infinities as the greatest finite number.
double WithInfinity(double value) {
  if (std::abs(value) < std::numeric_limits<double>::max()) return value;
  return std::isnan(value) ? value : std::copysign(std::numeric_limits<double>::infinity(), value);
}

void Fill(Curve& curve, const Points& points, XAxis axis, std::int64_t started_ms) {
  curve.x.resize(points.size());
  curve.y.resize(points.size());
  const auto& column = axis == XAxis::kStep ? points.step : points.timestamp_ms;
  const std::int64_t zero = axis == XAxis::kRelative ? started_ms : 0;
  for (std::size_t at = 0; at < points.size(); ++at) {
    curve.x[at] = static_cast<double>(column[at] - zero);
    curve.y[at] = WithInfinity(points.value[at]);
  }
  if (axis != XAxis::kStep) SortByX(curve);
}

/// Values over those of another metric at the same step: of several there the last one. Returns how
/// many points are left out, because there is none or it is not finite.
std::int64_t FillOver(Curve& curve, const Points& points, const Points& across) {
  curve.x.clear();
  curve.y.clear();
  std::size_t behind = 0;
  for (std::size_t at = 0; at < points.size(); ++at) {
    const std::int64_t step = points.step[at];
    while (behind < across.size() && across.step[behind] <= step) ++behind;
    if (behind == 0 || across.step[behind - 1] != step) continue;
    const double x = WithInfinity(across.value[behind - 1]);
    if (!std::isfinite(x)) continue;
    curve.x.push_back(x);
    curve.y.push_back(WithInfinity(points.value[at]));
  }
  SortByX(curve);
  return static_cast<std::int64_t>(points.size() - curve.x.size());
}

class Reader {
 public:
  Reader(db::Connection& db, std::int64_t project, const SeriesQuery& query, PointCache& cache)
      : db_(db), project_(project), query_(query), cache_(cache) {}

  Result<SeriesAnswer> Read() {
    TRY(FindSources());
    TRY(Look());
    TRY(MakeGrid());
    for (std::size_t key = 0; key < query_.keys.size(); ++key) TRY(ReadKey(key));
    if (query_.outliers > 0) TRY(CutOutliers());
    DropEmptyPositions();
    if (answer_.exact) DropRepetitions();
    return std::move(answer_);
  }

 private:
  struct RunRow {
    std::int64_t row = 0;
    std::optional<std::int64_t> started_ms;
    std::optional<SeriesRow> across;
    bool lacks = false;  // One of the keys is there, but nothing to draw it over.
  };

  Result<std::vector<RunRow>> FindRuns() {
    std::vector<RunRow> runs;
    for (const Id& id : query_.runs) {
      auto rows = TRY(db_.Query("SELECT row, started_ms FROM run WHERE project = ? AND id = ?",
                                {project_, id}));
      if (!TRY(rows.Next())) return Fail(Code::kNotFound, "there is no run '{}'", id.Hex());
      runs.push_back({.row = rows.Integer(0), .started_ms = rows.MaybeInteger(1)});
    }
    if (query_.axis != XAxis::kMetric) return runs;
    for (RunRow& run : runs) {
      run.across = TRY(FindSeries(db_, run.row, query_.x_key));
      if (run.across) total_ += run.across->points;
    }
    if (std::ranges::any_of(runs, [](const RunRow& run) { return run.across.has_value(); })) {
      return runs;
    }
    return Fail(Code::kInvalidArgument, "'x_key' is '{}', a metric that none of the runs has",
                query_.x_key);
  }

  Status FindSources() {
    auto runs = TRY(FindRuns());
    for (std::size_t key = 0; key < query_.keys.size(); ++key) {
      for (std::size_t run = 0; run < runs.size(); ++run) {
        const auto found = TRY(FindSeries(db_, runs[run].row, query_.keys[key]));
        if (!found) continue;
        if (query_.axis == XAxis::kMetric && !runs[run].across) {
          runs[run].lacks = true;
          continue;
        }
        total_ += found->points;
        sources_.push_back({.run = run, .key = key, .row = *found, .across = runs[run].across});
        sources_.back().started_ms = runs[run].started_ms.value_or(-1);
      }
    }
    answer_.lacking = std::ranges::count_if(runs, &RunRow::lacks);
    if (total_ <= kSeriesReadMax) return {};
    return Fail(Code::kInvalidArgument,
                "the runs and keys have {} points together; the most for one query are {}: ask for "
                "fewer runs or keys",
                total_, kSeriesReadMax);
  }

  /// Fills `curve_` with a source's points.
  Status Load(Source& source) {
    auto points = source.points;
    if (!points) points = TRY(cache_.Get(db_, source.row));
    if (total_ <= kHeldMax) source.points = points;
    if (source.across) {
      const auto across = TRY(cache_.Get(db_, *source.across));
      source.unplaced = FillOver(curve_, *points, *across);
      return {};
    }
    if (source.started_ms < 0) {
      source.started_ms = points->size() == 0 ? 0 : std::ranges::min(points->timestamp_ms);
    }
    Fill(curve_, *points, query_.axis, source.started_ms);
    return {};
  }

  /// The part of `curve_` that is looked at.
  Part Window() const {
    Part part{0, curve_.x.size()};
    if (query_.from) {
      part.begin = static_cast<std::size_t>(std::ranges::lower_bound(curve_.x, *query_.from) -
                                            curve_.x.begin());
    }
    if (query_.to) {
      part.end = static_cast<std::size_t>(std::ranges::upper_bound(curve_.x, *query_.to) -
                                          curve_.x.begin());
    }
    part.end = std::max(part.begin, part.end);
    return part;
  }

  /// Once over all: how far the axis goes, and whether every point can have its own position.
  Status Look() {
    extents_.resize(query_.keys.size());
    const std::size_t max = query_.reduction == Reduction::kRaw ? kSeriesRawMax : query_.points;
    fits_ = true;
    for (Source& source : sources_) {
      TRY(Load(source));
      if (curve_.x.empty()) continue;
      extents_[source.key].Take(curve_.x.front());
      extents_[source.key].Take(curve_.x.back());
      const Part part = Window();
      if (part.begin == part.end) continue;
      const auto x = part.Of(curve_.x);
      looked_.Take(x.front());
      looked_.Take(x.back());
      if (!fits_) continue;
      fits_ = MergePositions(positions_, x, max);
      is_unique_ = is_unique_ && std::ranges::adjacent_find(x) == x.end();
    }
    return {};
  }

  Status MakeGrid() {
    if (query_.reduction == Reduction::kRaw && !fits_) {
      return Fail(Code::kInvalidArgument,
                  "'reduce' is raw, and there are more than {} positions, the most without "
                  "reduction; look at a part with 'from' and 'to', or use m4",
                  kSeriesRawMax);
    }
    answer_.from = query_.from.value_or(std::isfinite(looked_.from) ? looked_.from : 0);
    answer_.to = query_.to.value_or(std::isfinite(looked_.to) ? looked_.to : answer_.from);
    answer_.to = std::max(answer_.from, answer_.to);
    Extent whole;
    for (const Extent& extent : extents_) {
      whole.Take(extent.from);
      whole.Take(extent.to);
    }
    answer_.whole_from = std::isfinite(whole.from) ? whole.from : answer_.from;
    answer_.whole_to = std::isfinite(whole.to) ? whole.to : answer_.to;
    answer_.exact = fits_ && is_unique_;
    grid_ = fits_ ? Grid::Positions(std::move(positions_))
                  : Grid::Buckets(answer_.from, answer_.to, query_.points);
    answer_.x = grid_.x;
    return {};
  }

  Status ReadKey(std::size_t key) {
    std::vector<std::vector<std::vector<double>>> groups(query_.groups.size());
    std::vector<Series> of_group(query_.groups.size());
    for (Source& source : sources_) {
      if (source.key != key) continue;
      TRY(Load(source));
      Series series = One(source);
      if (query_.groups.empty()) {
        answer_.series.push_back(std::move(series));
        continue;
      }
      const Part part = Window();
      for (std::size_t group = 0; group < groups.size(); ++group) {
        if (std::ranges::find(query_.groups[group], source.run) == query_.groups[group].end()) {
          continue;
        }
        groups[group].push_back(MeansOn(grid_, part.Of(curve_.x), part.Of(curve_.y)));
        of_group[group].points += series.points;
        of_group[group].total += series.total;
        of_group[group].unplaced += series.unplaced;
        of_group[group].infinite += series.infinite;
      }
    }
    for (std::size_t group = 0; group < groups.size(); ++group) {
      if (groups[group].empty()) continue;
      Series& series = of_group[group];
      series.of = group;
      series.key = query_.keys[key];
      auto combined = Combine(groups[group], query_.band);
      series.columns.last = std::move(combined.mean);
      series.low = std::move(combined.low);
      series.high = std::move(combined.high);
      answer_.series.push_back(std::move(series));
    }
    return {};
  }

  /// Reduces what is in `curve_`, and leaves it smoothed.
  Series One(const Source& source) {
    const Part part = Window();
    const auto x = part.Of(curve_.x);
    const auto y = part.Of(curve_.y);
    Series series{.of = source.run, .key = query_.keys[source.key]};
    series.points = static_cast<std::int64_t>(x.size());
    series.total = source.row.points;
    series.unplaced = source.unplaced;
    series.nan = NanSpans(x, y, kNanSpansMax);
    for (std::size_t at = 0; at < x.size(); ++at) {
      if (!std::isinf(y[at])) continue;
      ++series.infinite;
      if (series.infinities.size() < kInfinitiesMax) {
        series.infinities.emplace_back(x[at], y[at] > 0);
      }
    }
    const bool smooths = query_.smoothing != Smoothing::kNone && query_.strength > 0;
    if (smooths && query_.groups.empty()) {
      Columns raw = Reduce(grid_, x, y);
      series.low = std::move(raw.min);
      series.high = std::move(raw.max);
    }
    Smooth(query_.smoothing, query_.strength, extents_[source.key].Width(), curve_.x, curve_.y);
    if (query_.groups.empty()) series.columns = Reduce(grid_, x, y);
    if (query_.reduction == Reduction::kMinMax && !answer_.exact) {
      series.columns.first.clear();
      series.columns.last.clear();
    }
    return series;
  }

  Status CutOutliers() {
    const std::size_t stride = 1 + static_cast<std::size_t>(total_) / kQuantileValues;
    std::vector<double> values;
    std::size_t next = 0;
    for (Source& source : sources_) {
      TRY(Load(source));
      const Part part = Window();
      for (const double value : part.Of(curve_.y)) {
        if (std::isfinite(value) && next++ % stride == 0) values.push_back(value);
      }
    }
    answer_.y = InnerRange(values, query_.outliers);
    if (!answer_.y) return {};
    const auto is_outside = [this](double value) {
      return value < answer_.y->low || value > answer_.y->high;
    };
    answer_.clipped = std::ranges::count_if(values, is_outside) * static_cast<std::int64_t>(stride);
    return {};
  }

  /// Positions at which no series has a value.
  void DropEmptyPositions() {
    std::vector<char> is_used(answer_.x.size(), 0);
    ForEachColumn([&](std::vector<double>& column) {
      for (std::size_t at = 0; at < column.size(); ++at) {
        if (!std::isnan(column[at])) is_used[at] = 1;
      }
    });
    const auto drop = [&](std::vector<double>& column) {
      std::size_t kept = 0;
      for (std::size_t at = 0; at < column.size(); ++at) {
        if (is_used[at] != 0) column[kept++] = column[at];
      }
      column.resize(kept);
    };
    ForEachColumn(drop);
    drop(answer_.x);
  }

  /// Where every position has one point, the four columns are one.
  void DropRepetitions() {
    for (Series& series : answer_.series) {
      series.columns.first.clear();
      series.columns.min.clear();
      series.columns.max.clear();
    }
  }

  template <typename Work>
  void ForEachColumn(const Work& work) {
    for (Series& series : answer_.series) {
      for (auto* column : {&series.columns.first, &series.columns.min, &series.columns.max,
                           &series.columns.last, &series.low, &series.high}) {
        work(*column);
      }
    }
  }

  db::Connection& db_;
  const std::int64_t project_;
  const SeriesQuery& query_;
  PointCache& cache_;
  std::vector<Source> sources_;
  std::int64_t total_ = 0;
  Curve curve_;
  std::vector<Extent> extents_;  // Of each key, of all of its runs.
  Extent looked_;
  std::vector<double> positions_;
  bool fits_ = true;
  bool is_unique_ = true;
  Grid grid_;
  SeriesAnswer answer_;
};

Status Check(const SeriesQuery& query) {
  if (query.runs.empty() || query.runs.size() > kSeriesRunsMax) {
    return Fail(Code::kInvalidArgument, "'runs' must name from 1 to {} runs, not {}",
                kSeriesRunsMax, query.runs.size());
  }
  if (query.keys.empty() || query.keys.size() > kSeriesKeysMax) {
    return Fail(Code::kInvalidArgument, "'keys' must name from 1 to {} metrics, not {}",
                kSeriesKeysMax, query.keys.size());
  }
  if (query.points < kSeriesPointsMin || query.points > kSeriesPointsMax) {
    return Fail(Code::kInvalidArgument, "'points' must be from {} to {}, not {}", kSeriesPointsMin,
                kSeriesPointsMax, query.points);
  }
  if (query.axis == XAxis::kMetric && query.x_key.empty()) {
    return Fail(Code::kInvalidArgument, "'x' is metric: name the metric with 'x_key'");
  }
  if (query.axis != XAxis::kMetric && !query.x_key.empty()) {
    return Fail(Code::kInvalidArgument,
                "'x_key' is '{}', but 'x' is not metric; say so, or leave 'x_key' out",
                query.x_key);
  }
  const bool has_ends = query.from && query.to;
  if (has_ends && !(*query.from <= *query.to)) {
    return Fail(Code::kInvalidArgument, "'from' is {} and 'to' {}; 'to' must not be smaller",
                *query.from, *query.to);
  }
  if (!(query.outliers >= 0 && query.outliers < 0.5)) {
    return Fail(Code::kInvalidArgument,
                "'outliers' must be at least 0 and less than 0.5, a share of the points, not {}",
                query.outliers);
  }
  double max = 0;
  switch (query.smoothing) {
    case Smoothing::kNone: return {};
    case Smoothing::kTimeWeighted: max = kTimeWeightedMax; break;
    case Smoothing::kGaussian: max = kGaussianMax; break;
    case Smoothing::kMedian: max = kMedianMax; break;
  }
  if (query.strength >= 0 && query.strength <= max) return {};
  return Fail(Code::kInvalidArgument,
              "'smooth.strength' must be from 0 to {} for this kind, not {}", max, query.strength);
}

}  // namespace

Result<SeriesAnswer> ReadSeries(db::Connection& db, std::int64_t project, const SeriesQuery& query,
                                PointCache& cache) {
  TRY(Check(query));
  return Reader(db, project, query, cache).Read();
}

}  // namespace galley::tracking
