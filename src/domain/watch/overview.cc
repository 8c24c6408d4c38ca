#include "domain/watch/overview.h"

#include "domain/watch/alerts.h"

namespace galley::watch {
namespace {

constexpr std::string_view kIncidents = R"(
  SELECT CAST(i.number AS TEXT), i.monitor_name || ' #' || i.number,
    CASE WHEN i.closed_ms IS NULL THEN 'open' ELSE 'closed' END, f.field, f.match, i.opened_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'number' AS field, CAST(number AS TEXT) AS match FROM incident
        WHERE project = ?1 AND number = ?7
      UNION ALL SELECT row, 1, 'id', lower(hex(id)) FROM incident
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT row, 2, 'monitor', monitor_name || ' #' || number FROM incident
        WHERE project = ?1 AND monitor_name || ' #' || number LIKE ?2 ESCAPE '\'
      UNION ALL SELECT row, 3, 'endpoint', endpoint FROM incident
        WHERE project = ?1 AND endpoint LIKE ?2 ESCAPE '\'
      UNION ALL SELECT row, 4, 'cause', cause FROM incident
        WHERE project = ?1 AND cause LIKE ?2 ESCAPE '\'
    ) GROUP BY row
  ) AS f JOIN incident AS i ON i.row = f.row WHERE i.project = ?1)";

constexpr std::string_view kRules = R"(
  SELECT r.name, r.name, '', f.field, f.match, r.created_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'id' AS field, lower(hex(id)) AS match FROM alert_rule
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT row, 1, 'name', name FROM alert_rule
        WHERE project = ?1 AND name LIKE ?2 ESCAPE '\'
      UNION ALL SELECT rule, 2, 'alert', lower(hex(id)) FROM alert
        WHERE project = ?1 AND id >= ?5 AND id <= ?6 AND rule IS NOT NULL
    ) GROUP BY row
  ) AS f JOIN alert_rule AS r ON r.row = f.row WHERE r.project = ?1)";

}  // namespace

Result<db::Found> FindIncidents(db::Connection& db, std::int64_t project,
                                const db::Sought& sought) {
  return db::Find(db, kIncidents, project, sought);
}

Result<db::Found> FindRules(db::Connection& db, std::int64_t project, const db::Sought& sought) {
  return db::Find(db, kRules, project, sought);
}

Result<std::vector<Incident>> ListOpenIncidents(db::Connection& db, std::int64_t project) {
  std::vector<std::int64_t> numbers;
  {
    auto rows =
        TRY(db.Query("SELECT number FROM incident WHERE project = ? AND closed_ms IS NULL ORDER BY "
                     "number DESC",
                     {project}));
    while (TRY(rows.Next())) numbers.push_back(rows.Integer(0));
  }
  std::vector<Incident> incidents;
  for (const std::int64_t number : numbers) {
    for (Incident& it : TRY(ListIncidents(db, project, 1, number + 1))) {
      incidents.push_back(std::move(it));
    }
  }
  return incidents;
}

Result<db::Pulse> AlertPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms) {
  db::Pulse pulse;
  {
    auto rows = TRY(db.Query(
        "SELECT (SELECT count(*) FROM alert_rule WHERE project = ?1), (SELECT "
        "max(r.at_ms) FROM alert_reading AS r JOIN alert_rule AS a ON a.row = r.rule WHERE "
        "a.project = ?1)",
        {project}));
    if (TRY(rows.Next())) {
      pulse.total = rows.Integer(0);
      pulse.last_ms = rows.MaybeInteger(1);
    }
  }
  const auto firing = TRY(FiringNow(db, project));
  pulse.under_way = std::ssize(firing);
  if (!firing.empty()) pulse.newest = firing.front().rule;
  TRY(db::CountDays(db, "SELECT fired_ms FROM alert WHERE project = ?1 AND fired_ms IS NOT NULL",
                    project, now_ms, pulse));
  return pulse;
}

}  // namespace galley::watch
