#include "domain/observe/drift.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

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

/// How far windows were from the reference that another one takes the place of.
Status KeepPast(journal::Change& change, const Monitor& monitor) {
  const auto references = TRY(ListReferences(change.db, monitor));
  for (const WindowDrift& window : TRY(ListDrift(change.db, monitor, references))) {
    if (window.is_open) continue;
    for (std::size_t at = 0; at < references.size(); ++at) {
      const ColumnDrift& found = window.columns[at];
      TRY(change.db.Run(
          "INSERT OR IGNORE INTO past_drift(monitor, window, name, rows, psi, js, ks, wasserstein, "
          "distance, beyond, alarm) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {monitor.row, window.window, references[at].column, window.rows, found.distances.psi,
           found.distances.js, found.distances.ks, found.distances.wasserstein, found.distance,
           found.beyond, found.alarm}));
    }
  }
  return {};
}

/// What KeepPast kept, for these columns.
Result<std::vector<WindowDrift>> ListPast(db::Connection& db, const Monitor& monitor,
                                          const std::vector<ColumnReference>& references,
                                          const DriftRange& range) {
  const std::int64_t last = range.through.value_or(INT64_MAX);
  std::int64_t first = INT64_MIN;
  if (range.last) {
    auto rows =
        TRY(db.Query("SELECT DISTINCT window FROM past_drift WHERE monitor = ? AND window <= ? "
                     "ORDER BY window DESC LIMIT 1 OFFSET ?",
                     {monitor.row, last, *range.last + monitor.settings.drift->running - 2}));
    if (TRY(rows.Next())) first = rows.Integer(0);
  }
  std::map<std::int64_t, WindowDrift> windows;
  for (std::size_t at = 0; at < references.size(); ++at) {
    auto rows =
        TRY(db.Query("SELECT window, rows, psi, js, ks, wasserstein, distance, beyond, alarm FROM "
                     "past_drift WHERE monitor = ? AND name = ? AND window BETWEEN ? AND ?",
                     {monitor.row, references[at].column, first, last}));
    while (TRY(rows.Next())) {
      WindowDrift& window = windows[rows.Integer(0)];
      window.window = rows.Integer(0);
      window.rows = rows.Integer(1);
      window.columns.resize(references.size());
      window.columns[at] = {
          .distances = {.psi = rows.Real(2),
                        .js = rows.Real(3),
                        .ks = rows.IsNull(4) ? std::nullopt : std::optional(rows.Real(4)),
                        .wasserstein = rows.IsNull(5) ? std::nullopt : std::optional(rows.Real(5))},
          .distance = rows.Real(6),
          .beyond = rows.Integer(7) != 0,
          .alarm = rows.Integer(8) != 0};
    }
  }
  std::vector<WindowDrift> past;
  for (auto& [number, window] : windows) past.push_back(std::move(window));
  return past;
}

Status Store(journal::Change& change, const Monitor& monitor,
             const std::vector<ColumnReference>& references) {
  TRY(KeepPast(change, monitor));
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

std::vector<WindowDrift> Newest(std::vector<WindowDrift> windows, const DriftRange& range) {
  const std::int64_t more = std::ssize(windows) - range.last.value_or(std::ssize(windows));
  if (more > 0) windows.erase(windows.begin(), windows.begin() + more);
  return windows;
}

/// Windows with rows since the reference is in force: the oldest and the newest. Of those asked
/// for, and of as many before as an alarm looks back from an open window: the first and the last.
struct Bounds {
  std::int64_t oldest = 0;
  std::int64_t newest = 0;
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// Null: no window has rows.
Result<std::optional<Bounds>> BoundsOf(db::Connection& db, const Monitor& monitor,
                                       const std::string& column, std::int64_t since,
                                       const DriftRange& range) {
  Bounds bounds;
  {
    auto rows =
        TRY(db.Query("SELECT min(window), max(window) FROM measured_input WHERE monitor = ? AND "
                     "name = ? AND window >= ? HAVING count(*) > 0",
                     {monitor.row, column, since}));
    if (!TRY(rows.Next())) return std::optional<Bounds>();
    bounds.oldest = bounds.first = rows.Integer(0);
    bounds.newest = rows.Integer(1);
    bounds.last = std::min(range.through.value_or(bounds.newest), bounds.newest);
  }
  if (!range.last) return std::optional(bounds);
  auto rows =
      TRY(db.Query("SELECT window FROM measured_input WHERE monitor = ? AND name = ? AND window "
                   "BETWEEN ? AND ? ORDER BY window DESC LIMIT 1 OFFSET ?",
                   {monitor.row, column, since, bounds.last,
                    *range.last + monitor.settings.drift->running - 1}));
  if (TRY(rows.Next())) bounds.first = rows.Integer(0);
  return std::optional(bounds);
}

/// What was counted of each column, by window.
Result<std::vector<std::map<std::int64_t, Histogram>>> CountedIn(
    db::Connection& db, const Monitor& monitor, const std::vector<ColumnReference>& references,
    const Bounds& bounds) {
  const std::int64_t first = std::max(bounds.oldest, bounds.first - monitor.settings.drift->span);
  std::vector<std::map<std::int64_t, Histogram>> counted;
  for (const ColumnReference& reference : references) {
    auto& of_column = counted.emplace_back();
    auto rows =
        TRY(db.Query("SELECT window, histogram FROM measured_input WHERE monitor = ? AND name = ? "
                     "AND window BETWEEN ? AND ?",
                     {monitor.row, reference.column, first, bounds.last}));
    while (TRY(rows.Next())) {
      of_column.emplace(rows.Integer(0), TRY(Histogram::Decode(rows.Bytes(1))));
    }
  }
  return counted;
}

Status RecordReference(journal::Change& change, const Monitor& monitor, const Reference& reference,
                       std::string_view kind, const std::optional<Id>& version) {
  json::Writer detail;
  detail.BeginObject().Key("name").String(monitor.name).Key("sha256").String(reference.sha256);
  detail.Key("rows").Int(reference.rows);
  WriteSource(reference.source, detail);
  if (version) detail.Key("model_version").String(version->Hex());
  detail.Key("measure").String(monitor.settings.drift->measure).Key("thresholds").BeginObject();
  for (const ColumnReference& column : reference.columns) {
    detail.Key(column.column).String(fmt::format("{}", column.threshold));
  }
  detail.EndObject().EndObject();
  return change.Record(kind, monitor.id.Hex(), std::move(detail));
}

/// The monitor as it is now; kAborted if it is not as it was.
Result<Monitor> Unchanged(const journal::Change& change, const Monitor& monitor) {
  Monitor now = TRY(GetMonitor(change.db, change.project, monitor.name));
  if (now.id == monitor.id && SettingsJson(now.settings) == SettingsJson(monitor.settings)) {
    return now;
  }
  return Fail(Code::kAborted, "the monitor '{}' was changed meanwhile; send the reference again",
              monitor.name);
}

Status PutInForce(journal::Change& change, const Monitor& monitor, const Reference& reference) {
  TRY(Store(change, monitor, reference.columns));
  TRY(KeepSource(change, monitor, std::nullopt,
                 {.source = reference.source, .sha256 = reference.sha256, .rows = reference.rows}));
  return RecordReference(change, monitor, reference, "monitor.reference_set", std::nullopt);
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
  return PutInForce(change, TRY(Unchanged(change, monitor)), reference);
}

Status KeepReference(journal::Change& change, const Monitor& monitor, const Reference& reference,
                     const Id& version) {
  const Monitor now = TRY(Unchanged(change, monitor));
  TRY(change.db.Run("DELETE FROM kept_reference WHERE monitor = ? AND version = ?",
                    {now.row, version}));
  for (const ColumnReference& column : reference.columns) {
    TRY(change.db.Run(
        "INSERT INTO kept_reference(monitor, version, name, histogram, threshold, blocks, "
        "deviation, sha256, rows) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {now.row, version, column.column, db::Value::Bytes(column.histogram.Encode()),
         column.threshold, column.blocks, column.deviation, reference.sha256, reference.rows}));
  }
  TRY(KeepSource(change, now, version,
                 {.source = reference.source, .sha256 = reference.sha256, .rows = reference.rows}));
  return RecordReference(change, now, reference, "monitor.reference_kept", version);
}

Status TakeReferences(journal::Change& change, std::string_view endpoint, const Id& version) {
  for (const Monitor& monitor : TRY(ListMonitors(change.db, change.project))) {
    if (monitor.settings.endpoint != endpoint || !monitor.settings.drift) continue;
    Reference reference;
    {
      auto rows = TRY(
          change.db.Query("SELECT name, histogram, threshold, blocks, deviation, sha256, rows FROM "
                          "kept_reference WHERE monitor = ? AND version = ?",
                          {monitor.row, version}));
      while (TRY(rows.Next())) {
        reference.columns.push_back(
            {.column = std::string(rows.Text(0)),
             .histogram = TRY(Histogram::Decode(rows.Bytes(1))),
             .deviation = rows.IsNull(4) ? std::optional<double>() : rows.Real(4),
             .threshold = rows.Real(2),
             .blocks = rows.Integer(3)});
        reference.sha256 = rows.Text(5);
        reference.rows = rows.Integer(6);
      }
    }
    if (reference.columns.empty()) continue;
    // Without one it was kept when there were files alone.
    if (auto kept = TRY(FindSource(change.db, monitor, version))) {
      reference.source = std::move(kept->source);
    }
    TRY(PutInForce(change, monitor, reference));
  }
  return {};
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

// Rows that come late for a window before it are not counted with its bins.
Result<std::int64_t> InForceSince(db::Connection& db, const Monitor& monitor) {
  auto rows = TRY(db.Query(
      "SELECT max(window) FROM past_drift WHERE monitor = ? HAVING count(*) > 0", {monitor.row}));
  return TRY(rows.Next()) ? rows.Integer(0) + 1 : INT64_MIN;
}

Result<ColumnDrift> DriftOf(const Monitor& monitor, const ColumnReference& reference,
                            const Histogram& current) {
  ColumnDrift found;
  found.distances = TRY(DistancesOf(reference, current));
  found.distance = TRY(DistanceBy(monitor.settings.drift->measure, reference, found.distances));
  found.beyond = found.distance > reference.threshold;
  return found;
}

Result<std::vector<WindowDrift>> ListDrift(db::Connection& db, const Monitor& monitor,
                                           const std::vector<ColumnReference>& references,
                                           const DriftRange& range) {
  if (references.empty()) return std::vector<WindowDrift>();
  std::vector<WindowDrift> windows = TRY(ListPast(db, monitor, references, range));
  const DriftSettings& drift = *monitor.settings.drift;
  const auto running = static_cast<std::uint32_t>(drift.running);
  const stats::AlarmRule rule{.k = running, .n = running};
  const std::int64_t since = TRY(InForceSince(db, monitor));
  const auto bounds = TRY(BoundsOf(db, monitor, references.front().column, since, range));
  if (!bounds) return Newest(std::move(windows), range);
  const auto counted = TRY(CountedIn(db, monitor, references, *bounds));
  const auto closed = TRY(ClosedThrough(db, monitor));
  std::vector<stats::AlarmState> states(references.size());
  for (const WindowDrift& window : windows) {  // What is beyond in a row goes on.
    for (std::size_t at = 0; at < references.size(); ++at) {
      states[at] = stats::Step(rule, states[at], window.columns[at].beyond);
    }
  }
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
      found = TRY(DriftOf(monitor, references[at], together));
      if (!window.is_open) states[at] = stats::Step(rule, states[at], found.beyond);
      found.alarm = states[at].on;
    }
  }
  return Newest(std::move(windows), range);
}

}  // namespace galley::observe
