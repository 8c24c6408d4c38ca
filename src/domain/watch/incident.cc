#include "domain/watch/incident.h"

#include <algorithm>

#include "domain/watch/incident_rows.h"
#include "domain/watch/rank.h"
#include "foundation/json/writer.h"

namespace galley::watch {
namespace {

constexpr std::size_t kTextMax = 2000;

Result<std::string> TextOf(std::string_view name, std::string_view text) {
  if (text.size() <= kTextMax) return std::string(text);
  return Fail(Code::kInvalidArgument, "'{}' has {} bytes; the limit is {}", name, text.size(),
              kTextMax);
}

/// What every event of an incident says.
json::Writer DetailOf(const Incident& incident, std::int64_t window) {
  json::Writer detail;
  detail.BeginObject().Key("incident").Int(incident.number);
  detail.Key("monitor").String(incident.monitor_name);
  detail.Key("endpoint").String(incident.endpoint).Key("window").Int(window);
  return detail;
}

void AddAlerts(json::Writer& detail, const std::vector<Fired>& fired) {
  detail.Key("alerts").BeginArray();
  for (const Fired& alert : fired) {
    detail.BeginObject().Key("alert").String(alert.alert.Hex()).Key("rule").String(alert.rule);
    if (!alert.column.empty()) detail.Key("column").String(alert.column);
    detail.Key("value").String(Decimal(alert.value)).Key("limit").String(Decimal(alert.limit));
    detail.Key("active_window").Int(alert.active_window).EndObject();
  }
  detail.EndArray();
}

Result<Incident> Open(db::Connection& db, std::int64_t project, std::int64_t number) {
  Incident incident = TRY(GetIncident(db, project, number));
  if (!incident.closed_ms) return incident;
  return Fail(Code::kFailedPrecondition, "incident {} is closed", number);
}

/// The newest window that is known of an incident.
std::int64_t NewestOf(const Incident& incident) {
  return incident.rankings.empty() ? incident.window : incident.rankings.back().window;
}

std::int64_t ActiveOf(const std::vector<Fired>& fired, std::int64_t window) {
  std::int64_t active = window;
  for (const Fired& alert : fired) active = std::min(active, alert.active_window);
  return active;
}

}  // namespace

Status OnFired(journal::Change& change, const observe::Monitor& monitor, std::int64_t window,
               const std::vector<Fired>& fired) {
  if (fired.empty()) return {};
  const auto open = TRY(FindOpen(change.db, change.project, monitor.id));
  const Incident incident = open ? TRY(GetIncident(change.db, change.project, *open))
                                 : TRY(InsertIncident(change, monitor, window));
  const LookBack seen =
      TRY(Gather(change.db, change.project, monitor, window, ActiveOf(fired, window)));
  Ranking ranking{.number = std::ssize(incident.rankings) + 1,
                  .first = seen.first,
                  .window = seen.last,
                  .fall = seen.fall,
                  .made_ms = change.now_ms,
                  .candidates = Rank(seen)};
  TRY(InsertAlerts(change, incident.row, window, fired));
  TRY(InsertRanking(change, incident.row, ranking));
  json::Writer detail = DetailOf(incident, window);
  AddAlerts(detail, fired);
  detail.Key("ranking").Int(ranking.number).Key("first_window").Int(ranking.first);
  if (ranking.fall) detail.Key("fall").Int(*ranking.fall);
  detail.Key("claims_data_fault").Bool(ranking.ClaimsDataFault());
  detail.Key("candidates").Raw(CandidatesEvidence(ranking.candidates)).EndObject();
  return change.Record(open ? "incident.joined" : "incident.opened", incident.id.Hex(),
                       std::move(detail));
}

Status AcknowledgeIncident(journal::Change& change, std::int64_t number) {
  const Incident incident = TRY(Open(change.db, change.project, number));
  if (incident.acked_ms) {
    return Fail(Code::kFailedPrecondition, "incident {} was acknowledged already, by {}", number,
                incident.acked_by);
  }
  TRY(change.db.Run("UPDATE incident SET acked_ms = ?, acked_by = ? WHERE row = ?",
                    {change.now_ms, change.actor, incident.row}));
  json::Writer detail = DetailOf(incident, NewestOf(incident));
  detail.Key("after_ms").Int(change.now_ms - incident.opened_ms).EndObject();
  return change.Record("incident.acked", incident.id.Hex(), std::move(detail));
}

Status SetCause(journal::Change& change, std::int64_t number, const Cause& cause) {
  const Incident incident = TRY(GetIncident(change.db, change.project, number));
  if (cause.rank.has_value() == !cause.text.empty()) {
    return Fail(Code::kInvalidArgument,
                "a cause is the 'rank' of a candidate or a 'text', one of them");
  }
  std::string text = TRY(TextOf("text", cause.text));
  std::optional<std::int64_t> ranking;
  std::string kind;
  std::string name;
  if (cause.rank) {
    const auto count = incident.rankings.empty() ? std::int64_t{0}
                                                 : std::ssize(incident.rankings.back().candidates);
    if (*cause.rank < 1 || *cause.rank > count) {
      return Fail(Code::kInvalidArgument, "'rank' must be from 1 to {}, not {}", count,
                  *cause.rank);
    }
    const Ranking& newest = incident.rankings.back();
    const Candidate& candidate = newest.candidates[static_cast<std::size_t>(*cause.rank - 1)];
    ranking = newest.number;
    kind = candidate.kind;
    name = candidate.name;
    text = name.empty() ? kind : fmt::format("{} {}", kind, name);
  }
  TRY(change.db.Run(
      "UPDATE incident SET cause = ?, cause_rank = ?, cause_ranking = ?, cause_ms = ?, cause_by = "
      "? WHERE row = ?",
      {text, cause.rank, ranking, change.now_ms, change.actor, incident.row}));
  json::Writer detail = DetailOf(incident, NewestOf(incident));
  detail.Key("cause").String(text);
  if (cause.rank) {
    detail.Key("kind").String(kind).Key("name").String(name);
    detail.Key("rank").Int(*cause.rank).Key("ranking").Int(*ranking);
  }
  detail.Key("in_top_three").Bool(cause.rank && *cause.rank <= 3);
  detail.Key("after_ms").Int(change.now_ms - incident.opened_ms).EndObject();
  return change.Record("incident.cause_set", incident.id.Hex(), std::move(detail));
}

Status CloseIncident(journal::Change& change, std::int64_t number, std::string_view reason) {
  const Incident incident = TRY(Open(change.db, change.project, number));
  const std::string text = TRY(TextOf("reason", reason));
  TRY(change.db.Run("UPDATE incident SET closed_ms = ?, closed_by = ?, reason = ? WHERE row = ?",
                    {change.now_ms, change.actor, text, incident.row}));
  json::Writer detail = DetailOf(incident, NewestOf(incident));
  detail.Key("reason").String(text).Key("cause").String(incident.cause);
  detail.Key("after_ms").Int(change.now_ms - incident.opened_ms);
  detail.Key("still_firing").BeginArray();
  for (const IncidentAlert& alert : incident.alerts) {
    if (alert.is_firing) detail.String(alert.fired.alert.Hex());
  }
  detail.EndArray().EndObject();
  return change.Record("incident.closed", incident.id.Hex(), std::move(detail));
}

}  // namespace galley::watch
