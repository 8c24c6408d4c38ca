#include "domain/observe/monitor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "foundation/base/name.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"
#include "foundation/stats/threshold.h"

namespace galley::observe {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kNameMax = 63;
constexpr std::size_t kColumnMax = 200;
constexpr std::size_t kSlicesMax = 10;
constexpr std::int64_t kOutputMax = 999;
constexpr std::size_t kMonitorsMax = 100;
constexpr double kWidthMax = 1e12;

constexpr std::size_t kDriftColumnsMax = 100;
constexpr std::int64_t kSpanMax = 1000;
constexpr std::int64_t kRunningMax = stats::AlarmRule::kWindowsMax;

// What decides on drift, and the least threshold where none is given.
struct Measure {
  std::string_view name;
  double floor;
};
constexpr std::array<Measure, 4> kMeasures = {
    {{"psi", 0.2}, {"ks", 0.1}, {"js", 0.1}, {"wasserstein", 0.1}}};
constexpr double kProbabilityFloorMax = 0.5;

constexpr Field kDrift[] = {
    Of<&DriftSettings::columns>("columns").Required().Bytes(kColumnMax).Items(kDriftColumnsMax),
    Of<&DriftSettings::measure>("measure"),
    Of<&DriftSettings::span>("span"),
    Of<&DriftSettings::floor>("floor"),
    Of<&DriftSettings::deviations>("deviations"),
    Of<&DriftSettings::running>("running"),
    Of<&DriftSettings::reference>("reference").Bytes(kColumnMax),
};
constexpr Field kCompare[] = {
    Of<&CompareSettings::by>("by").Bytes(kColumnMax).Items(kSlicesMax),
    Of<&CompareSettings::loss_scale>("loss_scale"),
    Of<&CompareSettings::probability_floor>("probability_floor"),
};
constexpr Field kSettings[] = {
    Of<&MonitorSettings::endpoint>("endpoint").Required(),
    Of<&MonitorSettings::time>("time").Bytes(kColumnMax),
    Of<&MonitorSettings::window>("window"),
    Of<&MonitorSettings::labels_late>("labels_late"),
    Of<&MonitorSettings::threshold>("threshold"),
    Of<&MonitorSettings::output>("output"),
    Of<&MonitorSettings::slices>("slices").Bytes(kColumnMax).Items(kSlicesMax),
    Of<&MonitorSettings::drift>("drift"),
    Of<&MonitorSettings::compare>("compare"),
    Of<&MonitorSettings::conversion>("conversion").Bytes(kNameMax),
    Of<&MonitorSettings::cost>("cost").Bytes(kNameMax),
};

struct Wrong {
  std::string_view key;
  std::string message;
};

std::optional<Wrong> FindRepeated(std::string_view key, const std::vector<std::string>& columns) {
  std::set<std::string_view> seen;
  for (const std::string& column : columns) {
    if (column.empty()) return Wrong{key, "has an empty name"};
    if (!seen.insert(column).second) return Wrong{key, fmt::format("names '{}' twice", column)};
  }
  return std::nullopt;
}

std::optional<Wrong> FindWrong(const DriftSettings& drift) {
  if (std::ranges::find(kMeasures, drift.measure, &Measure::name) == kMeasures.end()) {
    return Wrong{"drift.measure",
                 fmt::format("must be psi, ks, js or wasserstein, not '{}'", drift.measure)};
  }
  if (drift.span < 1 || drift.span > kSpanMax) {
    return Wrong{"drift.span", fmt::format("must be from 1 to {}, not {}", kSpanMax, drift.span)};
  }
  if (drift.floor && !(*drift.floor > 0 && *drift.floor <= kWidthMax)) {
    return Wrong{"drift.floor",
                 fmt::format("must be above 0 and at most 1e12, not {}", *drift.floor)};
  }
  if (!(drift.deviations >= 0 && drift.deviations <= kWidthMax)) {
    return Wrong{"drift.deviations",
                 fmt::format("must be from 0 to 1e12, not {}", drift.deviations)};
  }
  if (drift.running < 1 || drift.running > kRunningMax) {
    return Wrong{"drift.running",
                 fmt::format("must be from 1 to {}, not {}", kRunningMax, drift.running)};
  }
  return FindRepeated("drift.columns", drift.columns);
}

std::optional<Wrong> FindWrong(const CompareSettings& compare) {
  if (!(compare.loss_scale > 0 && compare.loss_scale <= kWidthMax)) {
    return Wrong{"compare.loss_scale",
                 fmt::format("must be above 0 and at most 1e12, not {}", compare.loss_scale)};
  }
  if (!(compare.probability_floor > 0 && compare.probability_floor <= kProbabilityFloorMax)) {
    return Wrong{"compare.probability_floor",
                 fmt::format("must be above 0 and at most 0.5, not {}", compare.probability_floor)};
  }
  return FindRepeated("compare.by", compare.by);
}

/// What of the settings is out of its limits.
std::optional<Wrong> FindWrong(const MonitorSettings& settings) {
  const double width = settings.width();
  if (!(width > 0 && width <= kWidthMax)) {
    return Wrong{"window", fmt::format("must be above 0 and at most 1e12, not {}", width)};
  }
  if (!(settings.labels_late >= 0 && settings.labels_late <= kWidthMax)) {
    return Wrong{"labels_late",
                 fmt::format("must be from 0 to 1e12, not {}", settings.labels_late)};
  }
  if (!(settings.threshold >= 0 && settings.threshold <= 1)) {
    return Wrong{"threshold", fmt::format("must be from 0 to 1, not {}", settings.threshold)};
  }
  if (settings.output && (*settings.output < 0 || *settings.output > kOutputMax)) {
    return Wrong{"output",
                 fmt::format("must be from 0 to {}, not {}", kOutputMax, *settings.output)};
  }
  if (settings.drift) {
    if (auto wrong = FindWrong(*settings.drift)) return wrong;
  }
  if (settings.compare) {
    if (auto wrong = FindWrong(*settings.compare)) return wrong;
  }
  if (!settings.cost.empty() && settings.cost == settings.conversion) {
    return Wrong{"cost", fmt::format("is '{}', which 'conversion' is too", settings.cost)};
  }
  return FindRepeated("slices", settings.slices);
}

/// Writes out what depends on other keys.
void Complete(MonitorSettings& settings) {
  if (!settings.drift || settings.drift->floor) return;
  settings.drift->floor =
      std::ranges::find(kMeasures, settings.drift->measure, &Measure::name)->floor;
}

Status CheckName(std::string_view name) {
  if (IsName(name, kNameMax)) return {};
  return Fail(Code::kInvalidArgument,
              "a monitor's name must have 1 to {} letters, digits, '-' or '_'; '{}' has not",
              kNameMax, name);
}

Result<Monitor> MonitorAt(const db::Rows& rows) {
  return Monitor{.row = rows.Integer(0),
                 .id = rows.AsId(1),
                 .name = std::string(rows.Text(2)),
                 .settings = TRY(ParseMonitor(rows.Text(3))),
                 .actor = std::string(rows.Text(4)),
                 .created_ms = rows.Integer(5),
                 .since = rows.Integer(6)};
}

/// What decides on what is measured: another reference begins nothing anew.
std::string MeasuringJson(MonitorSettings settings) {
  if (settings.drift) settings.drift->reference.clear();
  return SettingsJson(settings);
}

/// What it measured, and what it will measure from: the next segment that comes.
Status DropMeasured(db::Connection& db, std::int64_t monitor) {
  TRY(db.Run("DELETE FROM made WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM label_lag WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM paired WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM measured WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM measured_input WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM monitor_reference WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM past_drift WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM kept_reference WHERE monitor = ?", {monitor}));
  TRY(db.Run("DELETE FROM reference_source WHERE monitor = ?", {monitor}));
  return db.Run(
      "UPDATE monitor SET watermark = NULL, far = NULL, untimed = 0, since = (SELECT segments + 1 "
      "FROM intake) "
      "WHERE row = ?",
      {monitor});
}

}  // namespace

const schema::Message DriftSettings::kSchema{"DriftSettings", kDrift};
const schema::Message CompareSettings::kSchema{"CompareSettings", kCompare};
const schema::Message MonitorSettings::kSchema{"MonitorSettings", kSettings};

Result<MonitorSettings> ReadMonitor(const yaml::Document& document, const yaml::Node& node,
                                    const std::string& where) {
  auto settings = TRY(yaml::Decode<MonitorSettings>(document, node, where));
  if (const auto wrong = FindWrong(settings)) {
    return std::unexpected(
        yaml::ErrorAt(document, yaml::PlaceOf(node, wrong->key),
                      fmt::format("'{}.{}' {}", where, wrong->key, wrong->message)));
  }
  Complete(settings);
  return settings;
}

Result<MonitorSettings> ParseMonitor(std::string_view json) {
  auto settings = schema::FromJson<MonitorSettings>(json, {.refuse_unknown = true});
  if (!settings) return std::unexpected(schema::ErrorOf(settings.error()));
  if (const auto wrong = FindWrong(*settings)) {
    return Fail(Code::kInvalidArgument, "'{}' {}", wrong->key, wrong->message);
  }
  Complete(*settings);
  return *std::move(settings);
}

std::string SettingsJson(const MonitorSettings& settings) {
  return schema::ToJson(settings, schema::EmptyLists::kWrite);
}

bool MeasuresAlike(const MonitorSettings& settings, const MonitorSettings& other) {
  return MeasuringJson(settings) == MeasuringJson(other);
}

Status SetMonitor(journal::Change& change, const std::string& name,
                  const MonitorSettings& settings) {
  TRY(CheckName(name));
  const std::string text = SettingsJson(settings);
  const auto all = TRY(ListMonitors(change.db, change.project));
  const auto found = std::ranges::find(all, name, &Monitor::name);
  const Id id = found == all.end() ? change.ids.Next() : found->id;
  if (found == all.end()) {
    if (all.size() >= kMonitorsMax) {
      return Fail(Code::kResourceExhausted, "there are {} monitors already; the limit is {}",
                  all.size(), kMonitorsMax);
    }
    TRY(change.db.Run(
        "INSERT INTO monitor(project, id, name, settings, actor, created_ms, since) VALUES(?, ?, "
        "?, ?, ?, ?, (SELECT segments + 1 FROM intake))",
        {change.project, id, name, text, change.actor, change.now_ms}));
  } else {
    if (SettingsJson(found->settings) == text) return {};
    TRY(change.db.Run("UPDATE monitor SET settings = ?, actor = ?, created_ms = ? WHERE row = ?",
                      {text, change.actor, change.now_ms, found->row}));
    if (!MeasuresAlike(found->settings, settings)) TRY(DropMeasured(change.db, found->row));
  }
  json::Writer detail;
  detail.BeginObject().Key("name").String(name).Key("settings").Raw(text).EndObject();
  return change.Record("monitor.set", id.Hex(), std::move(detail));
}

Status RemoveMonitor(journal::Change& change, std::string_view name) {
  const Monitor monitor = TRY(GetMonitor(change.db, change.project, name));
  TRY(DropMeasured(change.db, monitor.row));
  TRY(change.db.Run("DELETE FROM monitor WHERE row = ?", {monitor.row}));
  json::Writer detail;
  detail.BeginObject().Key("name").String(name).EndObject();
  return change.Record("monitor.removed", monitor.id.Hex(), std::move(detail));
}

Result<std::vector<Monitor>> ListMonitors(db::Connection& db, std::int64_t project) {
  std::vector<Monitor> monitors;
  auto rows =
      TRY(db.Query("SELECT row, id, name, settings, actor, created_ms, since FROM monitor WHERE "
                   "project = ? ORDER BY name",
                   {project}));
  while (TRY(rows.Next())) monitors.push_back(TRY(MonitorAt(rows)));
  return monitors;
}

Result<Monitor> GetMonitor(db::Connection& db, std::int64_t project, std::string_view name) {
  auto all = TRY(ListMonitors(db, project));
  const auto found = std::ranges::find(all, name, &Monitor::name);
  if (found != all.end()) return std::move(*found);
  std::string names;
  for (const Monitor& monitor : all) names += (names.empty() ? "" : ", ") + monitor.name;
  return Fail(Code::kNotFound, "there is no monitor '{}'; there are: {}", name,
              names.empty() ? "none" : names);
}

Result<std::vector<Measured>> ListMeasured(db::Connection& db, const Monitor& monitor,
                                           std::string_view slice,
                                           std::optional<std::int64_t> first,
                                           std::optional<bool> mirrored) {
  std::vector<Measured> measured;
  auto rows = TRY(db.Query(
      "SELECT variant, mirrored, window, value, counts FROM measured WHERE monitor = ? AND slice = "
      "? AND (? IS NULL OR window >= ?) AND (? IS NULL OR mirrored = ?) ORDER BY window, variant, "
      "mirrored, value",
      {monitor.row, slice, first, first, mirrored, mirrored}));
  while (TRY(rows.Next())) {
    measured.push_back({.variant = rows.AsId(0),
                        .mirrored = rows.Integer(1) != 0,
                        .window = rows.Integer(2),
                        .slice = std::string(rows.Text(3)),
                        .counts = TRY(ParseCounts(rows.Text(4)))});
  }
  return measured;
}

Result<std::optional<double>> WatermarkOf(db::Connection& db, const Monitor& monitor) {
  auto rows = TRY(db.Query("SELECT watermark FROM monitor WHERE row = ? AND watermark IS NOT NULL",
                           {monitor.row}));
  if (!TRY(rows.Next())) return std::optional<double>();
  return std::optional(rows.Real(0));
}

Result<std::int64_t> WithoutTime(db::Connection& db, const Monitor& monitor) {
  auto rows = TRY(db.Query("SELECT untimed FROM monitor WHERE row = ?", {monitor.row}));
  if (!TRY(rows.Next())) return Fail(Code::kNotFound, "the monitor is gone");
  return rows.Integer(0);
}

Result<std::optional<std::int64_t>> NewestWindow(db::Connection& db, const Monitor& monitor) {
  auto rows = TRY(
      db.Query("SELECT window FROM measured WHERE monitor = ? AND slice = '' ORDER BY window DESC "
               "LIMIT 1",
               {monitor.row}));
  if (!TRY(rows.Next())) return std::optional<std::int64_t>();
  return std::optional(rows.Integer(0));
}

}  // namespace galley::observe
