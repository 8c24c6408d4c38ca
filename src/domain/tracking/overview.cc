#include "domain/tracking/overview.h"

#include <algorithm>

#include "domain/tracking/types.h"

namespace galley::tracking {
namespace {

// A run that several things find is one hit, by the first of them. What begins with the text, or is
// KEY=VALUE with a value that begins so, is found by the indexes of the values' beginnings, NOCASE:
// from the text to the text and the greatest character.
constexpr std::string_view kRuns = R"(
  SELECT lower(hex(r.id)), r.name, e.name, f.field, f.match, coalesce(r.started_ms, 0)
  FROM (
    SELECT run, min(rank), field, match FROM (
      SELECT row AS run, 0 AS rank, 'id' AS field, lower(hex(id)) AS match FROM run
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT row, 1, 'name', name FROM run
        WHERE project = ?1 AND name LIKE ?2 ESCAPE '\'
      UNION ALL SELECT row, 2, 'user', user FROM run
        WHERE project = ?1 AND user = ?4 COLLATE NOCASE
      UNION ALL SELECT run, 3, 'params.' || key, value FROM run_param
        WHERE substr(value, 1, 64) COLLATE NOCASE >= substr(?4, 1, 64)
          AND substr(value, 1, 64) COLLATE NOCASE < substr(?4, 1, 64) || char(1114111)
          AND value LIKE ?3 ESCAPE '\'
      UNION ALL SELECT run, 3, 'params.' || key, value FROM run_param
        WHERE instr(?4, '=') > 1
          AND substr(value, 1, 64) COLLATE NOCASE >= substr(?4, instr(?4, '=') + 1, 64)
          AND substr(value, 1, 64) COLLATE NOCASE
            < substr(?4, instr(?4, '=') + 1, 64) || char(1114111)
          AND key || '=' || value LIKE ?3 ESCAPE '\'
      UNION ALL SELECT run, 4, 'tags.' || key, value FROM run_tag
        WHERE substr(value, 1, 64) COLLATE NOCASE >= substr(?4, 1, 64)
          AND substr(value, 1, 64) COLLATE NOCASE < substr(?4, 1, 64) || char(1114111)
          AND value LIKE ?3 ESCAPE '\'
      UNION ALL SELECT run, 4, 'tags.' || key, value FROM run_tag
        WHERE instr(?4, '=') > 1
          AND substr(value, 1, 64) COLLATE NOCASE >= substr(?4, instr(?4, '=') + 1, 64)
          AND substr(value, 1, 64) COLLATE NOCASE
            < substr(?4, instr(?4, '=') + 1, 64) || char(1114111)
          AND key || '=' || value LIKE ?3 ESCAPE '\'
    ) GROUP BY run
  ) AS f
  JOIN run AS r ON r.row = f.run
  JOIN experiment AS e ON e.row = r.experiment
  WHERE r.project = ?1 AND r.state = 0)";

constexpr std::string_view kExperiments = R"(
  SELECT a.alias, e.name, a.alias, f.field, f.match, e.created_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'id' AS field, lower(hex(id)) AS match FROM experiment
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT row, 1, 'number', alias FROM alias
        WHERE project = ?1 AND system = 'mlflow' AND kind = 'experiment' AND alias = ?4
      UNION ALL SELECT row, 2, 'name', name FROM experiment
        WHERE project = ?1 AND name LIKE ?2 ESCAPE '\'
      UNION ALL SELECT experiment, 3, 'tags.' || key, value FROM experiment_tag
        WHERE value LIKE ?3 ESCAPE '\'
    ) GROUP BY row
  ) AS f
  JOIN experiment AS e ON e.row = f.row
  JOIN alias AS a ON a.system = 'mlflow' AND a.kind = 'experiment' AND a.row = e.row
    AND a.project = ?1
  WHERE e.project = ?1 AND e.state = 0)";

// By experiment, so that the index of runs is used.
constexpr std::string_view kRecent = R"(
  SELECT r.started_ms, r.ended_ms, r.status, r.name
  FROM experiment AS e JOIN run AS r ON r.experiment = e.row AND r.state = 0
  WHERE e.project = ? AND r.started_ms > ? AND r.started_ms <= ?)";

}  // namespace

Result<db::Found> FindRuns(db::Connection& db, std::int64_t project, const db::Sought& sought) {
  return db::Find(db, kRuns, project, sought);
}

Result<db::Found> FindExperiments(db::Connection& db, std::int64_t project,
                                  const db::Sought& sought) {
  return db::Find(db, kExperiments, project, sought);
}

Result<db::Pulse> RunPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms) {
  db::Pulse pulse;
  {
    auto rows = TRY(
        db.Query("SELECT count(*) FROM experiment AS e JOIN run AS r ON r.experiment = e.row AND "
                 "r.state = 0 WHERE e.project = ?",
                 {project}));
    if (TRY(rows.Next())) pulse.total = rows.Integer(0);
  }
  const std::int64_t from_ms = now_ms - static_cast<std::int64_t>(db::kPulseDays) * db::kDayMs;
  std::int64_t newest_ms = 0;
  std::int64_t ended_last_ms = 0;
  auto rows = TRY(db.Query(kRecent, {project, from_ms, now_ms}));
  while (TRY(rows.Next())) {
    const std::int64_t started_ms = rows.Integer(0);
    const std::int64_t ended_ms = rows.Integer(1);
    const auto status = static_cast<RunStatus>(rows.Integer(2));
    ++pulse.days[db::kPulseDays - 1 - static_cast<std::size_t>((now_ms - started_ms) / db::kDayMs)];
    if (started_ms >= newest_ms) {
      newest_ms = started_ms;
      pulse.newest = std::string(rows.Text(3));
    }
    if (status == RunStatus::kRunning) ++pulse.under_way;
    if (status == RunStatus::kFinished) {
      pulse.last_ms = std::max(pulse.last_ms.value_or(0), ended_ms);
    }
    if (ended_ms > ended_last_ms) {
      ended_last_ms = ended_ms;
      pulse.failed = status == RunStatus::kFailed ? 1 : 0;
    }
  }
  return pulse;
}

}  // namespace galley::tracking
