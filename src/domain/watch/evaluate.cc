#include "domain/watch/evaluate.h"

#include <algorithm>

#include "domain/observe/drift.h"
#include "domain/observe/windows.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/rollouts.h"
#include "domain/rollout/service.h"
#include "domain/watch/alert_rows.h"
#include "domain/watch/alerts.h"
#include "domain/watch/incident.h"
#include "foundation/telemetry/log.h"

namespace galley::watch {
namespace {

using observe::Monitor;

constexpr double kMsPerSecond = 1000;
/// So many windows without a row are evaluated before those up to the next row are passed over: a
/// watermark or an event time may be anything.
constexpr double kEmptyMax = 1000;
constexpr std::size_t kReasonMax = 1000;  // Of a plan.

Status Keep(journal::Change& change, const Rule& rule, const Moment& moment,
            const Reading& reading) {
  return change.db.Run(
      "INSERT OR REPLACE INTO alert_reading(rule, of_column, window, at_ms, seen, value, "
      "threshold, sample) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
      {rule.row, reading.column, moment.window, change.now_ms,
       static_cast<std::int64_t>(reading.seen), reading.value, reading.limit, reading.sample});
}

Status Insert(journal::Change& change, const Rule& rule, OpenAlert& alert, const Moment& moment) {
  alert.id = change.ids.Next();
  alert.active_window = moment.window;
  TRY(change.db.Run(
      "INSERT INTO alert(project, id, rule, name, settings, of_column, state, active_at, "
      "active_window, active_ms, sample) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
      {change.project, alert.id, rule.row, rule.name, SettingsJson(rule.settings), alert.column,
       static_cast<std::int64_t>(State::kPending), alert.state.active_at, moment.window,
       change.now_ms}));
  alert.row = change.db.LastInsertRow();
  return {};
}

/// Starts the contingency plan of a rule that begins to fire. Why it was refused, or nothing.
Result<std::string> StartPlan(journal::Change& change, const Rule& rule, const Reading& reading) {
  if (!rule.settings.plan) return std::string();
  std::string endpoint = rule.settings.endpoint;
  if (endpoint.empty()) {
    endpoint = TRY(observe::GetMonitor(change.db, change.project, rule.settings.monitor))
                   .settings.endpoint;
  }
  std::string reason = rule.settings.expr;
  if (!reading.column.empty()) reason += fmt::format(" of {}", reading.column);
  if (reading.value) reason += fmt::format("; value {}", *reading.value);
  if (reason.size() > kReasonMax) reason = "its expression holds";
  return rollout::StartByRule(change, {.plan = *rule.settings.plan,
                                       .endpoint = std::move(endpoint),
                                       .reason = std::move(reason),
                                       .rule = rule.name});
}

/// Brings one alert one evaluation further; it began to fire if `fired` got one more.
Status StepOne(journal::Change& change, const Rule& rule, OpenAlert alert, const Moment& moment,
               const Reading& reading, std::vector<Fired>& fired) {
  TRY(Keep(change, rule, moment, reading));
  const State before = alert.state.state;
  alert.state = Step(rule.settings.timing(), alert.state, reading.seen, moment.now);
  const State after = alert.state.state;
  if (before == State::kInactive && after == State::kInactive) return {};
  if (before == State::kPending && after == State::kInactive) {
    return change.db.Run("DELETE FROM alert WHERE row = ?", {alert.row});
  }
  if (before == State::kInactive) TRY(Insert(change, rule, alert, moment));
  TRY(change.db.Run("UPDATE alert SET state = ?, kept_since = ? WHERE row = ?",
                    {static_cast<std::int64_t>(after), alert.state.kept_since, alert.row}));
  if (reading.seen == Seen::kHit) {
    TRY(change.db.Run("UPDATE alert SET value = ?, threshold = ?, sample = ? WHERE row = ?",
                      {reading.value, reading.limit, reading.sample, alert.row}));
  }
  if (after == before || after == State::kPending) return {};
  TRY(change.db.Run(after == State::kFiring
                        ? "UPDATE alert SET fired_window = ?, fired_ms = ? WHERE row = ?"
                        : "UPDATE alert SET resolved_window = ?, resolved_ms = ? WHERE row = ?",
                    {moment.window, change.now_ms, alert.row}));
  if (after == State::kFiring) {
    alert.plan_refused = TRY(StartPlan(change, rule, reading));
    fired.push_back({.alert = alert.id,
                     .rule = rule.name,
                     .column = alert.column,
                     .value = reading.value.value_or(0),
                     .limit = reading.limit.value_or(0),
                     .active_window = alert.active_window.value_or(0)});
  }
  return Announce(change, rule, alert, moment, reading, "");
}

Status StepAll(journal::Change& change, const Rule& rule, const Moment& moment,
               const std::vector<Reading>& readings, std::vector<Fired>& fired) {
  const auto open = TRY(ListOpen(change.db, rule));
  if (rule.settings.IsDrift()) {  // An error may have been noted without a column.
    TRY(change.db.Run("DELETE FROM alert_reading WHERE rule = ? AND of_column = ''", {rule.row}));
  }
  for (const Reading& reading : readings) {
    const auto found = std::ranges::find(open, reading.column, &OpenAlert::column);
    TRY(StepOne(change, rule, found == open.end() ? OpenAlert{.column = reading.column} : *found,
                moment, reading, fired));
  }
  return {};
}

/// Of a closed window: whether each column's alarm is on.
Result<std::vector<Reading>> ReadDrift(db::Connection& db, const Monitor& monitor,
                                       std::int64_t window) {
  const auto references = TRY(observe::ListReferences(db, monitor));
  const auto windows =
      TRY(observe::ListDrift(db, monitor, references, {.through = window, .last = 1}));
  const bool has_rows = !windows.empty() && windows.back().window == window;
  std::vector<Reading> readings;
  for (const std::string& column : monitor.settings.drift->columns) {
    Reading& reading = readings.emplace_back(Reading{.column = column});
    const auto at = std::ranges::find(references, column, &observe::ColumnReference::column);
    if (at == references.end() || !has_rows) continue;
    const auto index = static_cast<std::size_t>(at - references.begin());
    reading.seen = windows.back().columns[index].alarm ? Seen::kHit : Seen::kMiss;
    reading.value = windows.back().columns[index].distance;
    reading.limit = at->threshold;
    reading.sample = windows.back().rows;
  }
  return readings;
}

Result<std::vector<Reading>> ReadWindow(db::Connection& db, const Monitor& monitor,
                                        const Rule& rule, std::int64_t window) {
  TRY(CheckAgainst(rule.settings, monitor));
  if (rule.settings.IsDrift()) return ReadDrift(db, monitor, window);
  const auto counts = TRY(observe::Together(db, monitor, window - rule.settings.windows() + 1,
                                            window, {.variant = std::nullopt, .mirrored = false}));
  return std::vector{TRY(Read(rule.settings, counts))};
}

/// The states stay as they are.
Status OnError(journal::Change& change, const Rule& rule, const Moment& moment,
               const Error& error) {
  telemetry::LogWarn("a rule cannot be evaluated",
                     {{"galley.rule", rule.name}, {"error.message", error.message}});
  const auto open = TRY(ListOpen(change.db, rule));
  for (const OpenAlert& alert : open) {
    TRY(Keep(change, rule, moment, {.column = alert.column, .seen = Seen::kError}));
  }
  if (!open.empty()) return {};
  return Keep(change, rule, moment, {.seen = Seen::kError});
}

/// The oldest window that is closed and not evaluated; null: there is none.
Result<std::optional<std::int64_t>> NextOf(db::Connection& db, const Monitor& monitor) {
  const auto closed = TRY(observe::ClosedThrough(db, monitor));
  if (!closed) return std::optional<std::int64_t>();
  const auto through = TRY(EvaluatedThrough(db, monitor));
  const auto oldest = through ? std::nullopt : TRY(observe::OldestWindow(db, monitor));
  if (!through && !oldest) return std::optional<std::int64_t>();
  if (through ? *through >= *closed : *oldest > *closed) return std::optional<std::int64_t>();
  if (!through) return oldest;
  const auto is_far = [&](std::int64_t window) {
    return static_cast<double>(window) - static_cast<double>(*through) > kEmptyMax;
  };
  if (!is_far(*closed)) return std::optional(*through + 1);
  const auto rows = TRY(observe::ListMeasured(db, monitor, "", *through + 1));
  const std::int64_t next = rows.empty() ? *closed : std::min(rows.front().window, *closed);
  return std::optional(is_far(next) ? next : *through + 1);
}

Status EvaluateWindow(journal::Change& change, const Monitor& monitor, std::int64_t window) {
  const bool is_first = !TRY(EvaluatedThrough(change.db, monitor));
  const Moment moment{.window = window,
                      .now = static_cast<double>(window) * monitor.settings.width()};
  std::vector<Fired> fired;
  for (const Rule& rule : TRY(ListRules(change.db, change.project))) {
    if (rule.settings.monitor != monitor.name) continue;
    if (is_first) TRY(BeginAnew(change, rule, "the monitor began anew"));
    const auto readings = ReadWindow(change.db, monitor, rule, window);
    if (readings) {
      TRY(StepAll(change, rule, moment, *readings, fired));
    } else {
      TRY(OnError(change, rule, moment, readings.error()));
    }
  }
  if (!fired.empty()) TRY(OnFired(change, monitor, window, fired));
  TRY(rollout::OnWindow(change, monitor, window));
  return change.db.Run(
      "INSERT OR REPLACE INTO alert_progress(project, monitor, created_ms, through) "
      "VALUES(?, ?, ?, ?)",
      {change.project, monitor.id, monitor.created_ms, window});
}

bool IsGone(const Rule& rule, const std::vector<Monitor>& monitors,
            const std::vector<rollout::Endpoint>& endpoints) {
  if (!rule.settings.monitor.empty()) {
    return std::ranges::find(monitors, rule.settings.monitor, &Monitor::name) == monitors.end();
  }
  return std::ranges::find(endpoints, rule.settings.endpoint, &rollout::Endpoint::name) ==
         endpoints.end();
}

Status EvaluateEndpoint(journal::Change& change, const Rule& rule) {
  const Moment moment{.window = std::nullopt,
                      .now = static_cast<double>(change.now_ms) / kMsPerSecond};
  const auto traffic =
      observe::TrafficBetween(change.db, change.project, rule.settings.endpoint, std::nullopt,
                              change.now_ms - rule.settings.period_ms(), change.now_ms);
  if (!traffic) return OnError(change, rule, moment, traffic.error());
  std::vector<Fired> fired;  // An incident is of a monitor's window.
  return StepAll(change, rule, moment, {TRY(Read(rule.settings, *traffic))}, fired);
}

}  // namespace

Result<std::vector<std::string>> ListDue(db::Connection& db, std::int64_t project) {
  std::vector<std::string> names;
  for (const Monitor& monitor : TRY(observe::ListMonitors(db, project))) {
    if (TRY(NextOf(db, monitor))) names.push_back(monitor.name);
  }
  return names;
}

Result<bool> EvaluateNext(journal::Change& change, std::string_view monitor) {
  const Monitor found = TRY(observe::GetMonitor(change.db, change.project, monitor));
  const auto window = TRY(NextOf(change.db, found));
  if (!window) return false;
  TRY(EvaluateWindow(change, found, *window));
  change.Touch("monitor.evaluated", monitor);
  return true;
}

Result<bool> NeedsClock(db::Connection& db, std::int64_t project) {
  const auto monitors = TRY(observe::ListMonitors(db, project));
  for (const Rule& rule : TRY(ListRules(db, project))) {
    if (!rule.settings.endpoint.empty() || IsGone(rule, monitors, {})) return true;
  }
  return false;
}

Status EvaluateByClock(journal::Change& change) {
  const auto monitors = TRY(observe::ListMonitors(change.db, change.project));
  const auto endpoints = TRY(rollout::ListEndpoints(change.db, change.project));
  for (const Rule& rule : TRY(ListRules(change.db, change.project))) {
    if (IsGone(rule, monitors, endpoints)) {
      TRY(BeginAnew(
          change, rule,
          rule.settings.endpoint.empty() ? "the monitor is gone" : "the endpoint is gone"));
    } else if (!rule.settings.endpoint.empty()) {
      TRY(EvaluateEndpoint(change, rule));
    }
  }
  return {};
}

}  // namespace galley::watch
