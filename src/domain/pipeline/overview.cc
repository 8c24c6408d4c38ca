#include "domain/pipeline/overview.h"

#include "domain/pipeline/service.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kPipelines = R"(
  SELECT CAST(max(number) AS TEXT), pipeline, folder,
    CASE WHEN pipeline LIKE ?2 ESCAPE '\' THEN 'name' ELSE 'folder' END,
    CASE WHEN pipeline LIKE ?2 ESCAPE '\' THEN pipeline ELSE folder END, max(created_ms)
  FROM pipeline_run
  WHERE project = ?1 AND (pipeline LIKE ?2 ESCAPE '\' OR folder LIKE ?2 ESCAPE '\')
  GROUP BY folder, pipeline)";

constexpr std::string_view kRuns = R"(
  SELECT CAST(r.number AS TEXT), r.pipeline || ' #' || r.number, r.state, f.field, f.match,
    r.created_ms
  FROM (
    SELECT row, min(rank), field, match FROM (
      SELECT row, 0 AS rank, 'number' AS field, CAST(number AS TEXT) AS match FROM pipeline_run
        WHERE project = ?1 AND number = ?7
      UNION ALL SELECT row, 1, 'id', lower(hex(id)) FROM pipeline_run
        WHERE project = ?1 AND id >= ?5 AND id <= ?6
      UNION ALL SELECT run, 2, 'job', lower(hex(id)) FROM pipeline_job WHERE id >= ?5 AND id <= ?6
      UNION ALL SELECT row, 3, 'name', pipeline || ' #' || number FROM pipeline_run
        WHERE project = ?1 AND pipeline || ' #' || number LIKE ?2 ESCAPE '\'
      UNION ALL SELECT row, 4, 'commit', code FROM pipeline_run
        WHERE project = ?1 AND length(?4) >= 6 AND code LIKE ?3 ESCAPE '\'
      UNION ALL SELECT row, 5, 'trigger', cause FROM pipeline_run
        WHERE project = ?1 AND cause LIKE ?2 ESCAPE '\'
    ) GROUP BY row
  ) AS f JOIN pipeline_run AS r ON r.row = f.row WHERE r.project = ?1)";

/// Numbers of the newest run of each pipeline, if it ended badly.
constexpr std::string_view kBroken =
    "SELECT number FROM (SELECT max(number) AS number, state FROM pipeline_run WHERE project = ? "
    "GROUP BY folder, pipeline) WHERE state IN ('failed', 'refused') ORDER BY number DESC";

Result<std::vector<std::int64_t>> BrokenNumbers(db::Connection& db, std::int64_t project) {
  std::vector<std::int64_t> numbers;
  auto rows = TRY(db.Query(kBroken, {project}));
  while (TRY(rows.Next())) numbers.push_back(rows.Integer(0));
  return numbers;
}

}  // namespace

Result<db::Found> FindPipelines(db::Connection& db, std::int64_t project,
                                const db::Sought& sought) {
  return db::Find(db, kPipelines, project, sought);
}

Result<db::Found> FindPipelineRuns(db::Connection& db, std::int64_t project,
                                   const db::Sought& sought) {
  return db::Find(db, kRuns, project, sought);
}

Result<std::vector<Run>> ListBroken(db::Connection& db, std::int64_t project, std::int64_t limit) {
  std::vector<Run> runs;
  for (const std::int64_t number : TRY(BrokenNumbers(db, project))) {
    if (std::ssize(runs) == limit) break;
    for (Run& run : TRY(ListRuns(db, project, {.limit = 1, .before = number + 1}))) {
      runs.push_back(std::move(run));
    }
  }
  return runs;
}

Result<db::Pulse> PipelinePulse(db::Connection& db, std::int64_t project, std::int64_t now_ms) {
  db::Pulse pulse;
  {
    auto rows = TRY(
        db.Query("SELECT count(*), count(*) FILTER (WHERE state IN ('waiting', 'running')), "
                 "max(ended_ms) FILTER (WHERE state = 'succeeded') FROM pipeline_run WHERE project "
                 "= ?",
                 {project}));
    if (TRY(rows.Next())) {
      pulse.total = rows.Integer(0);
      pulse.under_way = rows.Integer(1);
      pulse.last_ms = rows.MaybeInteger(2);
    }
  }
  pulse.failed = std::ssize(TRY(BrokenNumbers(db, project)));
  for (const Run& newest : TRY(ListRuns(db, project, {.limit = 1}))) {
    pulse.newest = fmt::format("{} #{}", newest.pipeline, newest.number);
  }
  TRY(db::CountDays(db, "SELECT created_ms FROM pipeline_run WHERE project = ?1", project, now_ms,
                    pulse));
  return pulse;
}

}  // namespace galley::pipeline
