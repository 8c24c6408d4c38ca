#include "domain/registry/overview.h"

namespace galley::registry {
namespace {

constexpr std::string_view kModels = R"(
  SELECT m.name, m.name, m.description, f.field, f.match, m.updated_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'id' AS field, lower(hex(id)) AS match FROM registered_model
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT row, 1, 'name', name FROM registered_model
        WHERE project = ?1 AND name LIKE ?2 ESCAPE '\'
      UNION ALL SELECT row, 2, 'description', description FROM registered_model
        WHERE project = ?1 AND description LIKE ?2 ESCAPE '\'
      UNION ALL SELECT model, 3, 'tags.' || key, value FROM registered_model_tag
        WHERE value LIKE ?3 ESCAPE '\'
    ) GROUP BY row
  ) AS f JOIN registered_model AS m ON m.row = f.row WHERE m.project = ?1)";

constexpr std::string_view kVersions = R"(
  SELECT m.name || '@' || v.version, m.name || '@' || v.version, v.stage, f.field, f.match,
    v.created_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'id' AS field, lower(hex(id)) AS match FROM model_version
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT v.row, 1, 'version', m.name || '@' || v.version
        FROM model_version AS v JOIN registered_model AS m ON m.row = v.model
        WHERE v.project = ?1 AND instr(?4, '@') > 0
          AND m.name || '@' || v.version LIKE ?3 ESCAPE '\'
      UNION ALL SELECT v.row, 2, 'alias', a.alias
        FROM model_alias AS a JOIN registered_model AS m ON m.row = a.model
        JOIN model_version AS v ON v.model = a.model AND v.version = a.version
        WHERE m.project = ?1 AND (a.alias LIKE ?3 ESCAPE '\'
          OR (instr(?4, '@') > 0 AND m.name || '@' || a.alias LIKE ?3 ESCAPE '\'))
      UNION ALL SELECT row, 3, 'stage', stage FROM model_version
        WHERE project = ?1 AND lower(stage) = ?4 AND stage <> 'None'
      UNION ALL SELECT row, 4, 'commit', commit_id FROM model_version
        WHERE project = ?1 AND length(?4) >= 6 AND commit_id LIKE ?3 ESCAPE '\'
      UNION ALL SELECT row, 5, 'run', lower(hex(run)) FROM model_version
        WHERE project = ?1 AND run >= ?5 AND run <= ?6
      UNION ALL SELECT row, 6, 'description', description FROM model_version
        WHERE project = ?1 AND description LIKE ?2 ESCAPE '\'
      UNION ALL SELECT version, 7, 'tags.' || key, value FROM model_version_tag
        WHERE value LIKE ?3 ESCAPE '\'
    ) GROUP BY row
  ) AS f
  JOIN model_version AS v ON v.row = f.row
  JOIN registered_model AS m ON m.row = v.model
  WHERE v.project = ?1 AND v.state = 0)";

}  // namespace

Result<db::Found> FindModels(db::Connection& db, std::int64_t project, const db::Sought& sought) {
  return db::Find(db, kModels, project, sought);
}

Result<db::Found> FindVersions(db::Connection& db, std::int64_t project, const db::Sought& sought) {
  return db::Find(db, kVersions, project, sought);
}

Result<db::Pulse> ModelPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms) {
  db::Pulse pulse;
  {
    auto rows = TRY(db.Query("SELECT count(*) FROM registered_model WHERE project = ?", {project}));
    if (TRY(rows.Next())) pulse.total = rows.Integer(0);
  }
  {
    auto rows = TRY(db.Query(
        "SELECT m.name || '@' || v.version, v.created_ms FROM model_version AS v "
        "JOIN registered_model AS m ON m.row = v.model WHERE v.project = ? AND v.state = 0 "
        "ORDER BY v.row DESC LIMIT 1",
        {project}));
    if (TRY(rows.Next())) {
      pulse.newest = std::string(rows.Text(0));
      pulse.last_ms = rows.Integer(1);
    }
  }
  TRY(db::CountDays(db, "SELECT created_ms FROM model_version WHERE project = ?1 AND state = 0",
                    project, now_ms, pulse));
  return pulse;
}

}  // namespace galley::registry
