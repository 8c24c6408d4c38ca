#include "domain/data/overview.h"

namespace galley::data {
namespace {

constexpr std::string_view kDatasets = R"(
  SELECT name, name, kind, CASE WHEN id >= ?5 AND id <= ?6 THEN 'id' ELSE 'name' END,
    CASE WHEN id >= ?5 AND id <= ?6 THEN lower(hex(id)) ELSE name END, created_ms
  FROM versioned_dataset
  WHERE project = ?1 AND (name LIKE ?2 ESCAPE '\' OR (id >= ?5 AND id <= ?6)))";

constexpr std::string_view kVersions = R"(
  SELECT d.name || '@' || v.number, d.name || '@' || v.number, lower(hex(v.digest)), f.field,
    f.match, v.created_ms
  FROM (
    SELECT id, min(rank), field, match FROM (
      SELECT v.id, 0 AS rank, 'id' AS field, lower(hex(v.id)) AS match FROM dataset_version AS v
        WHERE v.id >= ?5 AND v.id <= ?6
      UNION ALL SELECT v.id, 1, 'version', d.name || '@' || v.number
        FROM dataset_version AS v JOIN versioned_dataset AS d ON d.row = v.dataset
        WHERE d.project = ?1 AND instr(?4, '@') > 0
          AND d.name || '@' || v.number LIKE ?3 ESCAPE '\'
      UNION ALL SELECT id, 2, 'digest', lower(hex(digest)) FROM dataset_version
        WHERE length(?4) >= 6 AND lower(hex(digest)) LIKE ?3 ESCAPE '\'
      UNION ALL SELECT id, 3, 'batch', batch FROM dataset_version
        WHERE batch LIKE ?3 ESCAPE '\'
      UNION ALL SELECT id, 4, 'message', message FROM dataset_version
        WHERE message LIKE ?2 ESCAPE '\'
    ) GROUP BY id
  ) AS f
  JOIN dataset_version AS v ON v.id = f.id
  JOIN versioned_dataset AS d ON d.row = v.dataset
  WHERE d.project = ?1)";

}  // namespace

Result<db::Found> FindDatasets(db::Connection& db, std::int64_t project, const db::Sought& sought) {
  return db::Find(db, kDatasets, project, sought);
}

Result<db::Found> FindDatasetVersions(db::Connection& db, std::int64_t project,
                                      const db::Sought& sought) {
  return db::Find(db, kVersions, project, sought);
}

Result<db::Pulse> DatasetPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms) {
  db::Pulse pulse;
  {
    auto rows = TRY(db.Query(
        "SELECT d.name, v.number, v.created_ms, coalesce(v.outcome, ''), "
        "(SELECT max(created_ms) FROM dataset_rejection WHERE dataset = d.row) "
        "FROM versioned_dataset AS d LEFT JOIN dataset_version AS v ON v.dataset = d.row AND "
        "v.number = (SELECT max(number) FROM dataset_version WHERE dataset = d.row) "
        "WHERE d.project = ?",
        {project}));
    while (TRY(rows.Next())) {
      ++pulse.total;
      const std::int64_t made_ms = rows.MaybeInteger(2).value_or(0);
      if (rows.MaybeInteger(4).value_or(0) > made_ms) {
        ++pulse.failed;
      } else if (rows.Text(3) == "warned") {
        ++pulse.warned;
      }
      if (rows.IsNull(1) || made_ms < pulse.last_ms.value_or(0)) continue;
      pulse.last_ms = made_ms;
      pulse.newest = fmt::format("{}@{}", rows.Text(0), rows.Integer(1));
    }
  }
  TRY(db::CountDays(db,
                    "SELECT v.created_ms FROM versioned_dataset AS d JOIN dataset_version AS v ON "
                    "v.dataset = d.row WHERE d.project = ?1",
                    project, now_ms, pulse));
  return pulse;
}

}  // namespace galley::data
