#include "domain/watch/incident_rows.h"

#include <algorithm>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"
#include "storage/journal/journal.h"

namespace galley::watch {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kRanking[] = {
    Of<&Ranking::number>("number"),   Of<&Ranking::first>("first"),
    Of<&Ranking::window>("window"),   Of<&Ranking::fall>("fall"),
    Of<&Ranking::made_ms>("made_ms"), Of<&Ranking::candidates>("candidates"),
};

constexpr std::int64_t kEventsOfAlert = 20;

constexpr std::string_view kColumns =
    "row, number, id, monitor, monitor_name, endpoint, width, window, opened_ms, acked_ms, "
    "acked_by, cause, cause_rank, cause_ranking, cause_ms, cause_by, closed_ms, closed_by, reason";

Incident IncidentAt(const db::Rows& rows) {
  return {.row = rows.Integer(0),
          .number = rows.Integer(1),
          .id = rows.AsId(2),
          .monitor = rows.AsId(3),
          .monitor_name = std::string(rows.Text(4)),
          .endpoint = std::string(rows.Text(5)),
          .width = rows.Real(6),
          .window = rows.Integer(7),
          .opened_ms = rows.Integer(8),
          .acked_ms = rows.MaybeInteger(9),
          .acked_by = std::string(rows.Text(10)),
          .cause = std::string(rows.Text(11)),
          .cause_rank = rows.MaybeInteger(12),
          .cause_ranking = rows.MaybeInteger(13),
          .cause_ms = rows.MaybeInteger(14),
          .cause_by = std::string(rows.Text(15)),
          .closed_ms = rows.MaybeInteger(16),
          .closed_by = std::string(rows.Text(17)),
          .reason = std::string(rows.Text(18)),
          .alerts = {},
          .rankings = {}};
}

/// Whether the last that the journal says of an alert is that it fires.
Result<bool> IsFiring(db::Connection& db, std::int64_t project, const Id& alert) {
  const std::string subject = alert.Hex();
  const journal::EventQuery query{
      .before = std::nullopt, .subject = subject, .limit = kEventsOfAlert};
  for (const auto& event : TRY(journal::ReadEvents(db, project, query))) {
    if (event.kind == "alert.resolved") return false;
    if (event.kind == "alert.firing") return true;
  }
  return true;
}

Status LoadAlerts(db::Connection& db, std::int64_t project, Incident& incident) {
  {
    auto rows =
        TRY(db.Query("SELECT alert, rule, name, value, bound, active_window, window FROM "
                     "incident_alert WHERE incident = ? ORDER BY row",
                     {incident.row}));
    while (TRY(rows.Next())) {
      incident.alerts.push_back({.fired = {.alert = rows.AsId(0),
                                           .rule = std::string(rows.Text(1)),
                                           .column = std::string(rows.Text(2)),
                                           .value = rows.Real(3),
                                           .limit = rows.Real(4),
                                           .active_window = rows.Integer(5)},
                                 .window = rows.Integer(6)});
    }
  }
  for (IncidentAlert& alert : incident.alerts) {
    alert.is_firing = TRY(IsFiring(db, project, alert.fired.alert));
  }
  return {};
}

/// What is stored of a ranking's candidates: an object, for a message is one.
struct Stored {
  std::vector<Candidate> candidates;
  static const schema::Message kSchema;
};
constexpr Field kStored[] = {Of<&Stored::candidates>("candidates")};
const schema::Message Stored::kSchema{"ranking", kStored};

Status LoadRankings(db::Connection& db, Incident& incident, std::int64_t limit) {
  auto rows =
      TRY(db.Query("SELECT number, first, window, fall, made_ms, candidates FROM "
                   "incident_ranking WHERE incident = ? ORDER BY number DESC LIMIT ?",
                   {incident.row, limit}));
  while (TRY(rows.Next())) {
    auto stored = schema::FromJson<Stored>(rows.Text(5), {});
    if (!stored) {
      return Fail(Code::kDataLoss, "a ranking of incident {} is damaged: {}", incident.number,
                  schema::ErrorOf(stored.error()).message);
    }
    incident.rankings.push_back({.number = rows.Integer(0),
                                 .first = rows.Integer(1),
                                 .window = rows.Integer(2),
                                 .fall = rows.MaybeInteger(3),
                                 .made_ms = rows.Integer(4),
                                 .candidates = std::move(stored->candidates)});
  }
  std::ranges::reverse(incident.rankings);
  return {};
}

}  // namespace

const schema::Message Ranking::kSchema{"ranking", kRanking};

bool Ranking::ClaimsDataFault() const {
  return std::ranges::any_of(candidates, &Candidate::claims_data_fault);
}

Result<std::optional<std::int64_t>> FindOpen(db::Connection& db, std::int64_t project,
                                             const Id& monitor) {
  auto rows = TRY(db.Query(
      "SELECT number FROM incident WHERE project = ? AND monitor = ? AND closed_ms IS NULL",
      {project, monitor}));
  if (!TRY(rows.Next())) return std::optional<std::int64_t>();
  return std::optional(rows.Integer(0));
}

Result<Incident> InsertIncident(journal::Change& change, const observe::Monitor& monitor,
                                std::int64_t window) {
  Incident incident{.id = change.ids.Next(),
                    .monitor = monitor.id,
                    .monitor_name = monitor.name,
                    .endpoint = monitor.settings.endpoint,
                    .width = monitor.settings.width(),
                    .window = window,
                    .opened_ms = change.now_ms};
  {
    auto rows = TRY(change.db.Query(
        "SELECT coalesce(max(number), 0) + 1 FROM incident WHERE project = ?", {change.project}));
    if (!TRY(rows.Next())) return Fail(Code::kInternal, "a maximum has no row");
    incident.number = rows.Integer(0);
  }
  TRY(change.db.Run(
      "INSERT INTO incident(project, number, id, monitor, monitor_name, endpoint, width, window, "
      "opened_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {change.project, incident.number, incident.id, incident.monitor, incident.monitor_name,
       incident.endpoint, incident.width, incident.window, incident.opened_ms}));
  incident.row = change.db.LastInsertRow();
  return incident;
}

Status InsertAlerts(journal::Change& change, std::int64_t incident, std::int64_t window,
                    const std::vector<Fired>& fired) {
  for (const Fired& alert : fired) {
    TRY(
        change.db.Run("INSERT INTO incident_alert(incident, alert, rule, name, value, bound, "
                      "active_window, window) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                      {incident, alert.alert, alert.rule, alert.column, alert.value, alert.limit,
                       alert.active_window, window}));
  }
  return {};
}

Status InsertRanking(journal::Change& change, std::int64_t incident, const Ranking& ranking) {
  const std::string stored = schema::ToJson(Stored{ranking.candidates}, schema::EmptyLists::kWrite);
  return change.db.Run(
      "INSERT INTO incident_ranking(incident, number, first, window, fall, made_ms, candidates) "
      "VALUES(?, ?, ?, ?, ?, ?, ?)",
      {incident, ranking.number, ranking.first, ranking.window, ranking.fall, ranking.made_ms,
       stored});
}

Result<std::vector<Incident>> ListIncidents(db::Connection& db, std::int64_t project,
                                            std::int64_t limit,
                                            std::optional<std::int64_t> before) {
  std::vector<Incident> incidents;
  {
    auto rows = TRY(db.Query(fmt::format("SELECT {} FROM incident WHERE project = ? AND (? IS NULL "
                                         "OR number < ?) ORDER BY number DESC LIMIT ?",
                                         kColumns),
                             {project, before, before, limit}));
    while (TRY(rows.Next())) incidents.push_back(IncidentAt(rows));
  }
  for (Incident& incident : incidents) {
    TRY(LoadAlerts(db, project, incident));
    TRY(LoadRankings(db, incident, 1));
  }
  return incidents;
}

Result<Incident> GetIncident(db::Connection& db, std::int64_t project, std::int64_t number) {
  std::optional<Incident> found;
  {
    auto rows = TRY(
        db.Query(fmt::format("SELECT {} FROM incident WHERE project = ? AND number = ?", kColumns),
                 {project, number}));
    if (TRY(rows.Next())) found = IncidentAt(rows);
  }
  if (!found) {
    const auto newest = TRY(ListIncidents(db, project, 1, std::nullopt));
    if (newest.empty())
      return Fail(Code::kNotFound, "there is no incident {}; there are none", number);
    return Fail(Code::kNotFound, "there is no incident {}; there are 1 to {}", number,
                newest.front().number);
  }
  TRY(LoadAlerts(db, project, *found));
  TRY(LoadRankings(db, *found, INT64_MAX));
  return *std::move(found);
}

}  // namespace galley::watch
