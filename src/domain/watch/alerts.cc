#include "domain/watch/alerts.h"

#include <algorithm>
#include <map>

#include "domain/watch/alert_rows.h"
#include "platform/notify/notify.h"

namespace galley::watch {
namespace {

std::optional<double> MaybeReal(const db::Rows& rows, int column) {
  if (rows.IsNull(column)) return std::nullopt;
  return rows.Real(column);
}

/// A row of `alert` from its column `first` on.
Result<Alert> AlertAt(const db::Rows& rows) {
  Alert alert{.id = rows.AsId(0), .rule = std::string(rows.Text(1))};
  alert.settings = TRY(ParseRule(rows.Text(2)));
  alert.column = rows.Text(3);
  alert.state = {.state = static_cast<State>(rows.Integer(4)),
                 .active_at = rows.Real(5),
                 .kept_since = MaybeReal(rows, 6)};
  alert.active_window = rows.MaybeInteger(7);
  alert.fired_window = rows.MaybeInteger(8);
  alert.resolved_window = rows.MaybeInteger(9);
  alert.active_ms = rows.Integer(10);
  alert.fired_ms = rows.MaybeInteger(11);
  alert.resolved_ms = rows.MaybeInteger(12);
  alert.value = MaybeReal(rows, 13);
  alert.limit = MaybeReal(rows, 14);
  alert.sample = rows.Integer(15);
  alert.reason = rows.Text(16);
  return alert;
}

/// The newest alert of a rule and column; null if it has none.
Result<std::optional<Alert>> NewestOf(db::Connection& db, const Rule& rule,
                                      std::string_view column) {
  auto rows = TRY(
      db.Query("SELECT id, name, settings, of_column, state, active_at, kept_since, active_window, "
               "fired_window, resolved_window, active_ms, fired_ms, resolved_ms, value, threshold, "
               "sample, reason FROM alert WHERE rule = ? AND of_column = ? ORDER BY row DESC "
               "LIMIT 1",
               {rule.row, column}));
  if (!TRY(rows.Next())) return std::optional<Alert>();
  return std::optional(TRY(AlertAt(rows)));
}

/// How a rule stands: an alert for each column that was read, or one that says that none was.
Result<std::vector<Alert>> AlertsOf(db::Connection& db, const Rule& rule) {
  std::vector<Alert> alerts;
  auto rows = TRY(
      db.Query("SELECT of_column, window, at_ms, seen, value, threshold, sample FROM alert_reading "
               "WHERE rule = ? ORDER BY of_column",
               {rule.row}));
  while (TRY(rows.Next())) {
    auto newest = TRY(NewestOf(db, rule, rows.Text(0)));
    Alert& alert = alerts.emplace_back(newest ? *std::move(newest) : Alert{.rule = rule.name});
    alert.settings = rule.settings;
    alert.column = rows.Text(0);
    alert.window = rows.MaybeInteger(1);
    alert.at_ms = rows.Integer(2);
    alert.seen = static_cast<Seen>(rows.Integer(3));
    alert.value = MaybeReal(rows, 4);
    alert.limit = MaybeReal(rows, 5);
    alert.sample = rows.Integer(6);
  }
  if (alerts.empty()) alerts.push_back({.rule = rule.name, .settings = rule.settings});
  return alerts;
}

std::string Decimal(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

/// A JSON object of texts.
Result<std::string> LabelsOf(const Rule& rule, const OpenAlert& alert) {
  json::Writer labels;
  labels.BeginObject().Key("alertname").String(rule.name);
  if (!rule.settings.monitor.empty()) labels.Key("monitor").String(rule.settings.monitor);
  if (!rule.settings.endpoint.empty()) labels.Key("endpoint").String(rule.settings.endpoint);
  if (!alert.column.empty()) labels.Key("column").String(alert.column);
  for (const auto& [name, text] : TRY(TextsOf(rule.settings.labels))) {
    labels.Key(name).String(text);
  }
  labels.EndObject();
  return std::move(labels).Take();
}

json::Writer DetailOf(const Rule& rule, const OpenAlert& alert, const Moment& moment,
                      const Reading& reading, std::string_view labels, std::string_view reason) {
  const RuleSettings& settings = rule.settings;
  json::Writer detail;
  detail.BeginObject().Key("rule").String(rule.name);
  if (!settings.monitor.empty()) detail.Key("monitor").String(settings.monitor);
  if (moment.window) detail.Key("window").Int(*moment.window);
  if (!settings.endpoint.empty()) detail.Key("endpoint").String(settings.endpoint);
  if (!alert.column.empty()) detail.Key("column").String(alert.column);
  detail.Key("expr").String(settings.expr);
  if (reading.value) detail.Key("value").String(Decimal(reading.value));
  if (reading.limit) detail.Key("limit").String(Decimal(reading.limit));
  detail.Key("sample").String(fmt::format("{}", reading.sample));
  detail.Key("min_sample").String(fmt::format("{}", settings.min_sample()));
  if (alert.active_window) detail.Key("active_window").Int(*alert.active_window);
  detail.Key("labels").Raw(labels).Key("annotations").Raw(settings.annotations.text);
  if (settings.plan && alert.state.state == State::kFiring) {
    detail.Key("plan").String(*settings.plan);
  }
  if (!alert.plan_refused.empty()) detail.Key("plan_refused").String(alert.plan_refused);
  if (!reason.empty()) detail.Key("reason").String(reason);
  detail.EndObject();
  return detail;
}

std::string TitleOf(const Rule& rule, const OpenAlert& alert, const Moment& moment,
                    const Reading& reading, std::string_view status) {
  const RuleSettings& settings = rule.settings;
  std::string title =
      fmt::format("{}: {} {}", settings.endpoint.empty() ? settings.monitor : settings.endpoint,
                  rule.name, status);
  title += alert.column.empty() ? fmt::format(" ({}", settings.expr)
                                : fmt::format(" (drift of {}", alert.column);
  if (reading.value) title += fmt::format("; value {}", Decimal(reading.value));
  if (moment.window) title += fmt::format("; window {}", *moment.window);
  return title + ")";
}

}  // namespace

Status Announce(journal::Change& change, const Rule& rule, const OpenAlert& alert,
                const Moment& moment, const Reading& reading, std::string_view reason) {
  const std::string_view status = alert.state.state == State::kFiring ? "firing" : "resolved";
  const std::string labels = TRY(LabelsOf(rule, alert));
  json::Writer detail = DetailOf(rule, alert, moment, reading, labels, reason);
  const RuleSettings& settings = rule.settings;
  notify::Notification notification{
      .key =
          fmt::format("alert/{}/{}",
                      settings.endpoint.empty() ? settings.monitor : settings.endpoint, rule.name),
      .status = std::string(status),
      .title = TitleOf(rule, alert, moment, reading, status),
      .labels = labels,
      .detail = std::move(detail).Take()};
  if (!alert.column.empty()) notification.key += "/" + alert.column;
  TRY(change.Record(fmt::format("alert.{}", status), alert.id.Hex(),
                    DetailOf(rule, alert, moment, reading, labels, reason)));
  return notify::Enqueue(change, notification);
}

Result<std::vector<OpenAlert>> ListOpen(db::Connection& db, const Rule& rule) {
  std::vector<OpenAlert> open;
  auto rows =
      TRY(db.Query("SELECT row, id, of_column, state, active_at, kept_since, active_window "
                   "FROM alert WHERE rule = ? AND state IN (1, 2) ORDER BY of_column",
                   {rule.row}));
  while (TRY(rows.Next())) {
    open.push_back({.row = rows.Integer(0),
                    .id = rows.AsId(1),
                    .column = std::string(rows.Text(2)),
                    .state = {.state = static_cast<State>(rows.Integer(3)),
                              .active_at = rows.Real(4),
                              .kept_since = MaybeReal(rows, 5)},
                    .active_window = rows.MaybeInteger(6)});
  }
  return open;
}

Status BeginAnew(journal::Change& change, const Rule& rule, std::string_view reason) {
  for (OpenAlert& alert : TRY(ListOpen(change.db, rule))) {
    const bool was_firing = alert.state.state == State::kFiring;
    if (!was_firing) {
      TRY(change.db.Run("DELETE FROM alert WHERE row = ?", {alert.row}));
      continue;
    }
    TRY(change.db.Run(
        "UPDATE alert SET state = ?, kept_since = NULL, resolved_ms = ?, reason = ? "
        "WHERE row = ?",
        {static_cast<std::int64_t>(State::kResolved), change.now_ms, reason, alert.row}));
    alert.state = {.state = State::kResolved};
    TRY(Announce(change, rule, alert, {}, {.column = alert.column}, reason));
  }
  TRY(change.db.Run("UPDATE alert SET rule = NULL WHERE rule = ?", {rule.row}));
  return change.db.Run("DELETE FROM alert_reading WHERE rule = ?", {rule.row});
}

Result<std::vector<Alert>> ListAlerts(db::Connection& db, std::int64_t project,
                                      const AlertFilter& filter) {
  std::vector<Alert> alerts;
  const auto takes = [](const std::string& wanted, const std::string& text) {
    return wanted.empty() || wanted == text;
  };
  for (const Rule& rule : TRY(ListRules(db, project))) {
    if (!takes(filter.rule, rule.name) || !takes(filter.monitor, rule.settings.monitor) ||
        !takes(filter.endpoint, rule.settings.endpoint)) {
      continue;
    }
    for (Alert& alert : TRY(AlertsOf(db, rule))) {
      if (!filter.state || *filter.state == alert.state.state) alerts.push_back(std::move(alert));
    }
  }
  return alerts;
}

Result<std::vector<Alert>> FiringNow(db::Connection& db, std::int64_t project) {
  return ListAlerts(db, project, {.state = State::kFiring});
}

Result<std::vector<Alert>> ListPast(db::Connection& db, std::int64_t project, std::string_view rule,
                                    std::int64_t limit) {
  std::vector<Alert> alerts;
  auto rows = TRY(
      db.Query("SELECT id, name, settings, of_column, state, active_at, kept_since, active_window, "
               "fired_window, resolved_window, active_ms, fired_ms, resolved_ms, value, threshold, "
               "sample, reason FROM alert WHERE project = ? AND (? = '' OR name = ?) AND "
               "fired_ms IS NOT NULL ORDER BY row DESC LIMIT ?",
               {project, rule, rule, limit}));
  while (TRY(rows.Next())) alerts.push_back(TRY(AlertAt(rows)));
  return alerts;
}

Result<std::optional<std::int64_t>> EvaluatedThrough(db::Connection& db,
                                                     const observe::Monitor& monitor) {
  auto rows =
      TRY(db.Query("SELECT through FROM alert_progress WHERE monitor = ? AND created_ms = ?",
                   {monitor.id, monitor.created_ms}));
  if (!TRY(rows.Next())) return std::optional<std::int64_t>();
  return std::optional(rows.Integer(0));
}

}  // namespace galley::watch
