#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include "domain/observe/arrival.h"
#include "domain/observe/drift.h"
#include "domain/observe/feature.h"
#include "domain/observe/windows.h"
#include "domain/rollout/service.h"
#include "protocol/control/native/monitor_picture_messages.h"
#include "protocol/control/native/monitor_shapes.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::int64_t kLastMax = 200;
constexpr std::int64_t kColumnsMax = 2000;
constexpr std::int64_t kSpanMax = 10'000;
constexpr std::int64_t kFeatureWindowsMax = 10'000;
constexpr double kWindowMax = 9e15;
constexpr double kHair = 1e-9;  // Of a window: a bound that was computed lies that far off.
constexpr double kQuantiles[] = {0.05, 0.25, 0.5, 0.75, 0.95};
constexpr double kMedian = 0.5;
constexpr double kTail = 0.9;

Status CheckLast(std::int64_t last) {
  if (last >= 1 && last <= kLastMax) return {};
  return Fail(Code::kInvalidArgument, "'last' must be from 1 to {}, not {}", kLastMax, last);
}

Result<observe::Monitor> DriftMonitor(const View& view, const http::Request& request) {
  auto monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
  if (monitor.settings.drift) return monitor;
  return Fail(Code::kFailedPrecondition, "the monitor '{}' looks at no drift: it has no 'drift'",
              monitor.name);
}

schema::JsonScalar Scalar(bool value) {
  return {value ? "true" : "false"};
}

/// The windows with rows, and between them what has none.
std::vector<HeatmapWindow> AxisOf(const std::vector<observe::WindowDrift>& drifts, double width,
                                  std::vector<const observe::WindowDrift*>& found) {
  std::vector<HeatmapWindow> axis;
  for (const auto& drift : drifts) {
    const std::int64_t next = axis.empty() ? drift.window : axis.back().window + 1;
    if (drift.window > next) {
      axis.push_back({.window = drift.window - 1,
                      .from = static_cast<double>(next) * width,
                      .to = static_cast<double>(drift.window) * width,
                      .state = "empty"});
      found.push_back(nullptr);
    }
    axis.push_back({.window = drift.window,
                    .from = static_cast<double>(drift.window) * width,
                    .to = static_cast<double>(drift.window + 1) * width,
                    .state = drift.is_open ? "open" : "closed",
                    .rows = drift.rows});
    found.push_back(&drift);
  }
  const auto more = std::ssize(axis) - kLastMax;
  if (more > 0) {
    axis.erase(axis.begin(), axis.begin() + more);
    found.erase(found.begin(), found.begin() + more);
  }
  return axis;
}

HeatmapColumn ColumnOf(const observe::Monitor& monitor, const observe::ColumnReference& reference,
                       std::size_t at, const std::vector<const observe::WindowDrift*>& windows) {
  HeatmapColumn column{.column = reference.column,
                       .threshold = reference.threshold,
                       .reference_rows = static_cast<std::int64_t>(reference.histogram.n()),
                       .rows_min = observe::RowsNeeded(monitor.settings.drift->measure, reference)};
  for (const observe::WindowDrift* window : windows) {
    // An open window may be without rows, and then has no distance.
    const bool has = window != nullptr && window->rows > 0;
    const observe::ColumnDrift drift = has ? window->columns[at] : observe::ColumnDrift{};
    column.distances.push_back({has ? fmt::format("{}", drift.distance) : "null"});
    column.beyond.push_back(Scalar(drift.beyond));
    column.alarms.push_back(Scalar(drift.alarm));
    if (has) column.worst = std::max(column.worst.value_or(0), drift.distance / column.threshold);
  }
  return column;
}

Result<HeatmapAnswer> Heatmap(const View& view, const AskHeatmap& message,
                              const http::Request& request) {
  TRY(CheckLast(message.last));
  if (message.columns < 1 || message.columns > kColumnsMax) {
    return Fail(Code::kInvalidArgument, "'columns' must be from 1 to {}, not {}", kColumnsMax,
                message.columns);
  }
  const auto monitor = TRY(DriftMonitor(view, request));
  const auto references = TRY(observe::ListReferences(view.db, monitor));
  const auto drifts =
      TRY(observe::ListDrift(view.db, monitor, references, {.through = {}, .last = message.last}));
  HeatmapAnswer answer{.monitor = monitor.name,
                       .measure = monitor.settings.drift->measure,
                       .span = monitor.settings.drift->span,
                       .width = monitor.settings.width(),
                       .columns_total = std::ssize(references)};
  std::vector<const observe::WindowDrift*> found;
  answer.windows = AxisOf(drifts, answer.width, found);
  for (std::size_t at = 0; at < references.size(); ++at) {
    answer.columns.push_back(ColumnOf(monitor, references[at], at, found));
  }
  std::ranges::sort(answer.columns, {}, [](const HeatmapColumn& column) {
    return std::pair(-column.worst.value_or(-1), std::string_view(column.column));
  });
  if (std::ssize(answer.columns) > message.columns) {
    answer.columns.resize(static_cast<std::size_t>(message.columns));
  }
  return answer;
}

FeatureSide SideOf(const stats::Histogram& histogram) {
  FeatureSide side{.rows = static_cast<std::int64_t>(histogram.n()), .bins = {}};
  if (std::isfinite(histogram.min())) {
    side.min = histogram.min();
    side.max = histogram.max();
  }
  const auto add = [&side](FeatureBin bin, std::uint64_t rows) {
    bin.rows = static_cast<std::int64_t>(rows);
    if (side.rows > 0) bin.share = static_cast<double>(rows) / static_cast<double>(side.rows);
    side.bins.push_back(std::move(bin));
  };
  const auto& edges = histogram.edges();
  const auto& categories = histogram.categories();
  for (std::size_t at = 0; at < histogram.counts().size(); ++at) {
    FeatureBin bin;
    if (histogram.has_categories()) {
      if (at < categories.size()) bin.label = categories[at];
    } else {
      if (at > 0) bin.lo = edges[at - 1];
      if (at < edges.size()) bin.hi = edges[at];
    }
    add(std::move(bin), histogram.counts()[at]);
  }
  add({.missing = true}, histogram.missing());
  return side;
}

/// The windows that begin in [from, to); without them the newest `span` closed ones.
Result<WindowRange> RangeOf(const View& view, const observe::Monitor& monitor,
                            const AskFeature& message) {
  if (message.from.has_value() != message.to.has_value()) {
    return Fail(Code::kInvalidArgument, "give both 'from' and 'to', or none of them");
  }
  if (!message.from) {
    const auto newest = TRY(observe::NewestWindow(view.db, monitor));
    const auto closed = TRY(observe::ClosedThrough(view.db, monitor));
    const std::int64_t last = std::min(newest.value_or(0), closed.value_or(newest.value_or(0)));
    return WindowRange{last - monitor.settings.drift->span + 1, last};
  }
  return WindowsBetween(monitor, *message.from, *message.to);
}

Result<observe::ColumnReference> ReferenceOf(const View& view, const observe::Monitor& monitor,
                                             std::string_view column) {
  auto references = TRY(observe::ListReferences(view.db, monitor));
  const auto found = std::ranges::find(references, column, &observe::ColumnReference::column);
  if (found != references.end()) return std::move(*found);
  std::string names;
  for (const std::string& name : monitor.settings.drift->columns) {
    names += (names.empty() ? "" : ", ") + name;
  }
  if (references.empty()) {
    return Fail(Code::kFailedPrecondition,
                "the monitor '{}' has no reference yet: galley monitor reference {} --dataset "
                "NAME@VERSION, or --file ROWS.csv",
                monitor.name, monitor.name);
  }
  return Fail(Code::kNotFound, "the drift of monitor '{}' has no column '{}'; it has: {}",
              monitor.name, column, names);
}

Result<FeatureAnswer> Feature(const View& view, const AskFeature& message,
                              const http::Request& request) {
  const auto monitor = TRY(DriftMonitor(view, request));
  const auto reference = TRY(ReferenceOf(view, monitor, request.Captured("column")));
  const WindowRange range = TRY(RangeOf(view, monitor, message));
  const auto feature =
      TRY(observe::GetFeature(view.db, monitor, reference, range.first, range.last));
  const double width = monitor.settings.width();
  const std::string& measure = monitor.settings.drift->measure;
  FeatureAnswer answer{.monitor = monitor.name,
                       .column = reference.column,
                       .kind = reference.histogram.has_categories() ? "category" : "number",
                       .measure = measure,
                       .span = monitor.settings.drift->span,
                       .from = static_cast<double>(feature.first) * width,
                       .to = static_cast<double>(feature.last + 1) * width,
                       .threshold = reference.threshold,
                       .rows_min = observe::RowsNeeded(measure, reference),
                       .reference = SideOf(reference.histogram)};
  if (feature.current) answer.current = SideOf(*feature.current);
  if (feature.drift) {
    answer.distances = DriftValue{.column = reference.column,
                                  .distance = feature.drift->distance,
                                  .psi = feature.drift->distances.psi,
                                  .ks = feature.drift->distances.ks,
                                  .js = feature.drift->distances.js,
                                  .wasserstein = feature.drift->distances.wasserstein,
                                  .beyond = feature.drift->beyond,
                                  .alarm = feature.drift->alarm};
  }
  for (const double q : kQuantiles) {
    FeatureQuantile quantile{.q = q, .reference = observe::QuantileOf(reference.histogram, q)};
    if (feature.current) quantile.current = observe::QuantileOf(*feature.current, q);
    answer.quantiles.push_back(quantile);
  }
  return answer;
}

/// Blocks of `span` windows by the first of them.
struct Block {
  observe::QualityCounts counts;
  std::map<Id, observe::QualityCounts> variants;
  Lags lags;
};

AccuracyWindow WindowOf(const View& view, const MonitorMessage& monitor, std::int64_t first,
                        std::int64_t span, const Block& block) {
  const double width = monitor.settings.width();
  AccuracyWindow window{.window = first + span - 1,
                        .from = static_cast<double>(first) * width,
                        .to = static_cast<double>(first + span) * width};
  window.state = WindowState(monitor, block.counts, window.to);
  AddAccuracy(block.counts, window);
  if (window.predictions > 0) {
    window.coverage = static_cast<double>(window.labels) / static_cast<double>(window.predictions);
  }
  window.timed = RowsOf(block.lags);
  window.lag_p50_ms = QuantileMs(block.lags, kMedian);
  window.lag_p90_ms = QuantileMs(block.lags, kTail);
  for (const auto& [id, counts] : block.variants) {
    AccuracyOfVariant& variant = window.variants.emplace_back();
    variant.variant = id.Hex();
    if (const auto known = rollout::GetVariant(view.db, view.project, id)) {
      variant.model = known->variant.model;
      variant.version = known->variant.version;
    }
    AddAccuracy(counts, variant);
  }
  return window;
}

/// Of the windows whose lags are all known.
void AddArrival(const std::map<std::int64_t, Block>& blocks, AccuracyAnswer& answer) {
  Lags all;
  for (const auto& [first, block] : blocks) {
    if (RowsOf(block.lags) != block.counts.labels()) continue;
    answer.arrival_rows += block.counts.predictions;
    for (const auto& [bucket, rows] : block.lags) all[bucket] += rows;
  }
  std::int64_t labels = 0;
  for (const auto& [bucket, rows] : all) {
    labels += rows;
    answer.arrival.push_back(
        {.lag_ms = observe::LagBucketMs(bucket),
         .labels = labels,
         .share = static_cast<double>(labels) / static_cast<double>(answer.arrival_rows)});
  }
}

Result<AccuracyAnswer> Accuracy(const View& view, const AskAccuracy& message,
                                const http::Request& request) {
  TRY(CheckLast(message.last));
  if (message.span < 1 || message.span > kSpanMax) {
    return Fail(Code::kInvalidArgument, "'span' must be from 1 to {}, not {}", kSpanMax,
                message.span);
  }
  const auto monitor = TRY(observe::GetMonitor(view.db, view.project, request.Captured("name")));
  AccuracyAnswer answer{
      .monitor = TRY(MonitorMessageOf(view, monitor)), .windows = {}, .arrival = {}};
  const auto newest = TRY(observe::NewestWindow(view.db, monitor));
  if (!newest) return answer;
  // Blocks of `span` windows, counted back from the newest.
  const std::int64_t first = *newest - message.span * message.last + 1;
  const auto begin = [&](std::int64_t window) {
    return first + (window - first) / message.span * message.span;
  };
  std::map<std::int64_t, Block> blocks;
  for (const auto& it : TRY(observe::ListMeasured(view.db, monitor, "", first))) {
    Block& block = blocks[begin(it.window)];
    block.counts.Merge(it.counts);
    block.variants[it.variant].Merge(it.counts);
  }
  for (const auto& lag : TRY(observe::ListLags(view.db, monitor, first))) {
    blocks[begin(lag.window)].lags[lag.bucket] += lag.rows;
  }
  for (const auto& [at, block] : blocks) {
    answer.windows.push_back(WindowOf(view, answer.monitor, at, message.span, block));
  }
  AddArrival(blocks, answer);
  return answer;
}

}  // namespace

Result<WindowRange> WindowsBetween(const observe::Monitor& monitor, double from, double to) {
  const double width = monitor.settings.width();
  const double first = std::ceil(from / width - kHair);
  const double end = std::ceil(to / width - kHair);
  if (!(std::abs(first) <= kWindowMax && std::abs(end) <= kWindowMax)) {
    return Fail(Code::kInvalidArgument, "'from' and 'to' must be times within {} windows of 0",
                kWindowMax);
  }
  if (end <= first) {
    return Fail(Code::kInvalidArgument,
                "no window begins at or after 'from' ({}) and before 'to' ({}); one is {} long",
                from, to, width);
  }
  if (end - first > static_cast<double>(kFeatureWindowsMax)) {
    return Fail(Code::kInvalidArgument, "'from' to 'to' are {} windows; the most are {}",
                end - first, kFeatureWindowsMax);
  }
  return WindowRange{static_cast<std::int64_t>(first), static_cast<std::int64_t>(end) - 1};
}

std::int64_t RowsOf(const Lags& lags) {
  return std::accumulate(lags.begin(), lags.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& bucket) { return sum + bucket.second; });
}

std::optional<double> QuantileMs(const Lags& lags, double q) {
  const auto rank =
      static_cast<std::int64_t>(std::max(1.0, std::ceil(q * static_cast<double>(RowsOf(lags)))));
  std::int64_t below = 0;
  for (const auto& [bucket, rows] : lags) {
    below += rows;
    if (below >= rank) return observe::LagBucketMs(bucket);
  }
  return std::nullopt;
}

void AddMonitorPictures(std::vector<http::Route>& routes, const Api& api) {
  AddRead(routes, api, "monitors/{name}/heatmap", Heatmap);
  AddRead(routes, api, "monitors/{name}/features/{column}", Feature);
  AddRead(routes, api, "monitors/{name}/accuracy", Accuracy);
}

}  // namespace galley::native
