#include "domain/observe/drift.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "domain/observe/request_rows.h"
#include "domain/observe/windows.h"
#include "foundation/json/writer.h"
#include "foundation/stats/distance.h"
#include "foundation/stats/moments.h"
#include "foundation/stats/threshold.h"
#include "storage/blob/digest.h"

namespace galley::observe {
namespace {

using stats::Histogram;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<double> NumbersOf(const std::vector<Cell>& cells) {
  std::vector<double> numbers;
  for (const Cell& cell : cells) {
    const double* number = std::get_if<double>(&cell);
    numbers.push_back(number == nullptr ? kNaN : *number);
  }
  return numbers;
}

Result<Distances> DistancesOf(const ColumnReference& reference, const Histogram& current) {
  const auto shares = TRY(stats::SharesOf(reference.histogram, current));
  Distances distances{
      .psi = stats::PopulationStabilityIndex(shares.reference, shares.current),
      .js = stats::JensenShannonDistance(shares.reference, shares.current),
      .ks = {},
      .wasserstein = {},
  };
  if (current.n() == current.missing()) return distances;
  distances.ks = TRY(stats::KolmogorovSmirnovOf(reference.histogram, current)).estimate;
  if (reference.deviation) {
    const auto bounds = TRY(stats::WassersteinOf(reference.histogram, current));
    distances.wasserstein = stats::NormedWasserstein(bounds.estimate, *reference.deviation);
  }
  return distances;
}

/// The distance that decides. Where no value is left, it is as great as the reference allows.
Result<double> DistanceBy(std::string_view measure, const ColumnReference& reference,
                          const Distances& distances) {
  if (measure == "psi") return distances.psi;
  if (measure == "js") return distances.js;
  if (measure == "ks") return distances.ks.value_or(1);
  if (distances.wasserstein) return *distances.wasserstein;
  if (!reference.deviation) {
    return Fail(Code::kFailedPrecondition,
                "the reference of column '{}' does not say how its values deviate; set it again",
                reference.column);
  }
  const double range = reference.histogram.max() - reference.histogram.min();
  return stats::NormedWasserstein(std::max(range, 1.0), *reference.deviation);
}

/// The distances of the reference's own blocks of `span` windows.
Result<std::vector<double>> BlockDistances(const Monitor& monitor, const ColumnReference& whole,
                                           const std::vector<double>& values,
                                           const std::vector<double>& times) {
  const DriftSettings& drift = *monitor.settings.drift;
  const double width = monitor.settings.width();
  std::map<std::int64_t, std::vector<double>> windows;
  for (std::size_t row = 0; row < values.size(); ++row) {
    const double window = std::floor(times[row] / width);
    if (std::isfinite(window)) windows[static_cast<std::int64_t>(window)].push_back(values[row]);
  }
  std::vector<double> distances;
  std::int64_t count = 0;
  Histogram block = whole.histogram.Empty();
  for (const auto& [window, rows] : windows) {
    block.Add(rows);
    if (++count < drift.span) continue;
    const Distances found = TRY(DistancesOf(whole, block));
    distances.push_back(TRY(DistanceBy(drift.measure, whole, found)));
    block = whole.histogram.Empty();
    count = 0;
  }
  return distances;
}

Result<ColumnReference> ReferenceOf(const Monitor& monitor, const std::string& column,
                                    const std::vector<Cell>& cells,
                                    const std::vector<Cell>& times) {
  if (cells.empty()) {
    return Fail(Code::kInvalidArgument, "the reference has no column '{}'", column);
  }
  const auto values = NumbersOf(cells);
  auto bins = Histogram::WithQuantiles(values);
  if (!bins) {
    return Fail(Code::kInvalidArgument, "the reference's column '{}' has no numbers", column);
  }
  ColumnReference reference{.column = column, .histogram = *std::move(bins)};
  // Only the bins are wanted of it so far.
  reference.histogram = reference.histogram.Empty();
  reference.histogram.Add(values);
  stats::MomentState moments;
  moments.Add(values);
  reference.deviation = std::sqrt(moments.Variance());
  std::vector<double> distances;
  const DriftSettings& drift = *monitor.settings.drift;
  if (!monitor.settings.time.empty()) {
    distances = TRY(BlockDistances(monitor, reference, values, NumbersOf(times)));
  }
  reference.blocks = static_cast<std::int64_t>(distances.size());
  reference.threshold = stats::CalibratedThreshold(
      distances, {.floor = drift.floor.value_or(0), .deviations = drift.deviations});
  return reference;
}

Status Store(journal::Change& change, const Monitor& monitor,
             const std::vector<ColumnReference>& references) {
  TRY(change.db.Run("DELETE FROM measured_input WHERE monitor = ?", {monitor.row}));
  TRY(change.db.Run("DELETE FROM monitor_reference WHERE monitor = ?", {monitor.row}));
  for (const ColumnReference& reference : references) {
    TRY(change.db.Run(
        "INSERT INTO monitor_reference(monitor, name, histogram, threshold, blocks, deviation) "
        "VALUES(?, ?, ?, ?, ?, ?)",
        {monitor.row, reference.column, db::Value::Bytes(reference.histogram.Encode()),
         reference.threshold, reference.blocks, reference.deviation}));
  }
  return {};
}

/// Windows with rows, of all: the oldest and the newest. Of those asked for, and of as many before
/// as an alarm looks back from an open window: the first and the last.
struct Bounds {
  std::int64_t oldest = 0;
  std::int64_t newest = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// Null: no window has rows.
Result<std::optional<Bounds>> BoundsOf(db::Connection& db, const Monitor& monitor,
                                       const std::string& column, const DriftRange& range) {
  Bounds bounds;
  {
    auto rows =
        TRY(db.Query("SELECT min(window), max(window) FROM measured_input WHERE monitor = ? AND "
                     "name = ? HAVING count(*) > 0",
                     {monitor.row, column}));
    if (!TRY(rows.Next())) return std::optional<Bounds>();
    bounds.oldest = bounds.first = rows.Integer(0);
    bounds.newest = rows.Integer(1);
    bounds.last = std::min(range.through.value_or(bounds.newest), bounds.newest);
  }
  if (!range.last) return std::optional(bounds);
  auto rows =
      TRY(db.Query("SELECT window FROM measured_input WHERE monitor = ? AND name = ? AND window <= "
                   "? ORDER BY window DESC LIMIT 1 OFFSET ?",
                   {monitor.row, column, bounds.last,
                    std::max<std::int64_t>(*range.last + monitor.settings.drift->running - 1, 0)}));
  if (TRY(rows.Next())) bounds.first = rows.Integer(0);
  return std::optional(bounds);
}

/// What was counted of each column, by window.
Result<std::vector<std::map<std::int64_t, Histogram>>> CountedIn(
    db::Connection& db, const Monitor& monitor, const std::vector<ColumnReference>& references,
    const Bounds& bounds) {
  std::vector<std::map<std::int64_t, Histogram>> counted;
  for (const ColumnReference& reference : references) {
    auto& of_column = counted.emplace_back();
    auto rows = TRY(db.Query(
        "SELECT window, histogram FROM measured_input WHERE monitor = ? AND name = ? "
        "AND window BETWEEN ? AND ?",
        {monitor.row, reference.column, bounds.first - monitor.settings.drift->span, bounds.last}));
    while (TRY(rows.Next())) {
      of_column.emplace(rows.Integer(0), TRY(Histogram::Decode(rows.Bytes(1))));
    }
  }
  return counted;
}

}  // namespace

Result<Reference> MakeReference(const Monitor& monitor, std::string_view csv) {
  if (!monitor.settings.drift) {
    return Fail(Code::kFailedPrecondition, "the monitor '{}' looks at no drift: it has no 'drift'",
                monitor.name);
  }
  std::vector<std::string> names = monitor.settings.drift->columns;
  if (!monitor.settings.time.empty()) names.push_back(monitor.settings.time);
  const auto columns = TRY(ColumnsOf("text/csv", csv, names));
  const std::vector<Cell> none;
  const std::vector<Cell>& times = monitor.settings.time.empty() ? none : columns.back();
  if (!monitor.settings.time.empty() && times.empty()) {
    return Fail(Code::kInvalidArgument, "the reference has no column '{}'", monitor.settings.time);
  }
  Reference reference;
  for (std::size_t at = 0; at < monitor.settings.drift->columns.size(); ++at) {
    reference.columns.push_back(TRY(ReferenceOf(monitor, names[at], columns[at], times)));
  }
  reference.sha256 = blob::DigestOf(csv).Hex();
  reference.rows = static_cast<std::int64_t>(columns.front().size());
  return reference;
}

Status SetReference(journal::Change& change, const Monitor& monitor, const Reference& reference) {
  const Monitor now = TRY(GetMonitor(change.db, change.project, monitor.name));
  if (now.id != monitor.id || SettingsJson(now.settings) != SettingsJson(monitor.settings)) {
    return Fail(Code::kAborted, "the monitor '{}' was changed meanwhile; send the reference again",
                monitor.name);
  }
  TRY(Store(change, now, reference.columns));
  json::Writer detail;
  detail.BeginObject().Key("name").String(now.name).Key("sha256").String(reference.sha256);
  detail.Key("rows").Int(reference.rows);
  detail.Key("measure").String(now.settings.drift->measure).Key("thresholds").BeginObject();
  for (const ColumnReference& column : reference.columns) {
    detail.Key(column.column).String(fmt::format("{}", column.threshold));
  }
  detail.EndObject().EndObject();
  return change.Record("monitor.reference_set", now.id.Hex(), std::move(detail));
}

Result<std::vector<ColumnReference>> ListReferences(db::Connection& db, const Monitor& monitor) {
  std::vector<ColumnReference> references;
  if (!monitor.settings.drift) return references;
  for (const std::string& column : monitor.settings.drift->columns) {
    auto rows =
        TRY(db.Query("SELECT histogram, threshold, blocks, deviation FROM monitor_reference WHERE "
                     "monitor = ? AND name = ?",
                     {monitor.row, column}));
    if (!TRY(rows.Next())) continue;
    references.push_back({.column = column,
                          .histogram = TRY(Histogram::Decode(rows.Bytes(0))),
                          .deviation = rows.IsNull(3) ? std::optional<double>() : rows.Real(3),
                          .threshold = rows.Real(1),
                          .blocks = rows.Integer(2)});
  }
  return references;
}

Result<std::vector<WindowDrift>> ListDrift(db::Connection& db, const Monitor& monitor,
                                           const std::vector<ColumnReference>& references,
                                           const DriftRange& range) {
  std::vector<WindowDrift> windows;
  if (references.empty()) return windows;
  const DriftSettings& drift = *monitor.settings.drift;
  const auto running = static_cast<std::uint32_t>(drift.running);
  const stats::AlarmRule rule{.k = running, .n = running};
  const auto bounds = TRY(BoundsOf(db, monitor, references.front().column, range));
  if (!bounds) return windows;
  const auto counted = TRY(CountedIn(db, monitor, references, *bounds));
  const auto closed = TRY(ClosedThrough(db, monitor));
  std::vector<stats::AlarmState> states(references.size());
  for (const auto& [last, unused] : counted.front()) {
    if (last < bounds->first) continue;
    const std::int64_t first = last - drift.span + 1;
    if (first < bounds->oldest) continue;
    WindowDrift& window = windows.emplace_back(WindowDrift{.window = last});
    window.is_open = last == bounds->newest && (!closed || *closed < last);
    for (std::size_t at = 0; at < references.size(); ++at) {
      Histogram together = references[at].histogram.Empty();
      for (auto it = counted[at].lower_bound(first); it != counted[at].end() && it->first <= last;
           ++it) {
        TRY(together.Merge(it->second));
      }
      window.rows = static_cast<std::int64_t>(together.n());
      ColumnDrift& found = window.columns.emplace_back();
      found.distances = TRY(DistancesOf(references[at], together));
      found.distance = TRY(DistanceBy(drift.measure, references[at], found.distances));
      found.beyond = found.distance > references[at].threshold;
      if (!window.is_open) states[at] = stats::Step(rule, states[at], found.beyond);
      found.alarm = states[at].on;
    }
  }
  const auto count = static_cast<std::size_t>(range.last.value_or(std::ssize(windows)));
  if (windows.size() > count) {
    windows.erase(windows.begin(), windows.end() - static_cast<std::ptrdiff_t>(count));
  }
  return windows;
}

}  // namespace galley::observe
