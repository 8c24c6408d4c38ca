#include "domain/pipeline/rows.h"

#include "domain/pipeline/key.h"
#include "domain/pipeline/service.h"
#include "foundation/json/writer.h"
#include "foundation/yaml/yaml.h"

namespace galley::pipeline {

std::string TextsJson(const std::vector<std::pair<std::string, std::string>>& texts) {
  json::Writer writer;
  writer.BeginObject();
  for (const auto& [name, text] : texts) writer.Key(name).String(text);
  writer.EndObject();
  return std::move(writer).Take();
}

Result<std::vector<std::pair<std::string, std::string>>> ParseTexts(std::string_view json) {
  const auto document = TRY(yaml::Parse(json, "what is stored"));
  std::vector<std::pair<std::string, std::string>> texts;
  for (const auto& [name, place, value] : document.root.entries) {
    texts.emplace_back(name, value.text);
  }
  return texts;
}

namespace {

constexpr std::string_view kRunColumns =
    "row, id, number, pipeline, folder, state, cause, actor, force, created_ms, ended_ms, event, "
    "code, code_changed, begins_at, again";

std::string TextsJson(const std::map<std::string, std::string>& texts) {
  return pipeline::TextsJson(
      std::vector<std::pair<std::string, std::string>>(texts.begin(), texts.end()));
}

Result<std::map<std::string, std::string>> ParseMap(std::string_view json) {
  const auto texts = TRY(ParseTexts(json));
  return std::map<std::string, std::string>(texts.begin(), texts.end());
}

Result<Run> RunAt(const db::Rows& rows) {
  const auto state = ParseRunState(rows.Text(5));
  if (!state) return Fail(Code::kDataLoss, "a pipeline's run is damaged");
  return Run{.row = rows.Integer(0),
             .id = rows.AsId(1),
             .number = rows.Integer(2),
             .pipeline = std::string(rows.Text(3)),
             .folder = std::string(rows.Text(4)),
             .state = *state,
             .trigger = std::string(rows.Text(6)),
             .event = std::string(rows.Text(11)),
             .code = {.hex = std::string(rows.Text(12)), .has_changes = rows.Integer(13) != 0},
             .actor = std::string(rows.Text(7)),
             .force = rows.Integer(8) != 0,
             .from = std::string(rows.Text(14)),
             .again = rows.Integer(15),
             .created_ms = rows.Integer(9),
             .ended_ms = rows.Integer(10)};
}

Status LoadAttempts(db::Connection& db, JobRun& job) {
  auto rows = TRY(db.Query(
      "SELECT number, ending, reason, exit_code, started_ms, ended_ms, cpu_ms, peak_memory_bytes "
      "FROM pipeline_attempt WHERE job = ? ORDER BY number",
      {job.id}));
  while (TRY(rows.Next())) {
    job.attempts.push_back({.number = rows.Integer(0),
                            .ending = std::string(rows.Text(1)),
                            .reason = std::string(rows.Text(2)),
                            .exit_code = rows.Integer(3),
                            .started_ms = rows.Integer(4),
                            .ended_ms = rows.Integer(5),
                            .cpu_ms = rows.Integer(6),
                            .peak_memory_bytes = rows.Integer(7)});
  }
  return {};
}

Status LoadJobs(db::Connection& db, Run& run) {
  {
    auto rows = TRY(
        db.Query("SELECT id, name, stage, state, reason, explanation, key_parts, results, next_ms, "
                 "started_ms, ended_ms FROM pipeline_job WHERE run = ? ORDER BY position",
                 {run.row}));
    while (TRY(rows.Next())) {
      const auto state = ParseJobState(rows.Text(3));
      if (!state) return Fail(Code::kDataLoss, "a pipeline's job is damaged");
      run.jobs.push_back({.id = rows.AsId(0),
                          .name = std::string(rows.Text(1)),
                          .stage = std::string(rows.Text(2)),
                          .state = *state,
                          .reason = std::string(rows.Text(4)),
                          .explanation = std::string(rows.Text(5)),
                          .parts = TRY(ParseParts(rows.Text(6))),
                          .metrics = TRY(ParseResults(rows.Text(7))).metrics,
                          .next_ms = rows.Integer(8),
                          .started_ms = rows.Integer(9),
                          .ended_ms = rows.Integer(10)});
    }
  }
  for (JobRun& job : run.jobs) TRY(LoadAttempts(db, job));
  return {};
}

Status InsertJob(journal::Change& change, const Run& run, std::size_t position) {
  const JobRun& job = run.jobs[position];
  return change.db.Run(
      "INSERT INTO pipeline_job(run, position, id, name, stage, state, reason, explanation, "
      "key_parts, results, next_ms, started_ms, ended_ms) VALUES(?, ?, ?, ?, ?, ?, ?, '', ?, ?, 0, "
      "0, 0)",
      {run.row, static_cast<std::int64_t>(position), job.id, job.name, job.stage,
       JobStateName(job.state), job.reason, PartsJson({}), ResultsJson({})});
}

Status UpsertAttempt(journal::Change& change, const Id& job, const Attempt& attempt) {
  return change.db.Run(
      "INSERT INTO pipeline_attempt(job, number, ending, reason, exit_code, started_ms, ended_ms, "
      "cpu_ms, peak_memory_bytes) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
      "ending = excluded.ending, reason = excluded.reason, exit_code = excluded.exit_code, "
      "started_ms = excluded.started_ms, ended_ms = excluded.ended_ms, cpu_ms = excluded.cpu_ms, "
      "peak_memory_bytes = excluded.peak_memory_bytes",
      {job, attempt.number, attempt.ending, attempt.reason, attempt.exit_code, attempt.started_ms,
       attempt.ended_ms, attempt.cpu_ms, attempt.peak_memory_bytes});
}

}  // namespace

Status InsertRun(journal::Change& change, Run& run, const Definition& definition) {
  {
    auto rows = TRY(
        change.db.Query("SELECT coalesce(max(number), 0) + 1 FROM pipeline_run WHERE project = ?",
                        {change.project}));
    TRY(rows.Next());
    run.number = rows.Integer(0);
  }
  TRY(change.db.Run(
      "INSERT INTO pipeline_run(project, number, id, pipeline, folder, file, definition, "
      "other_files, inputs, environment, force, state, cause, actor, created_ms, ended_ms, event, "
      "code, code_changed, begins_at, again) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "0, "
      "?, ?, ?, ?, ?)",
      {change.project,
       run.number,
       run.id,
       run.pipeline,
       run.folder,
       definition.file,
       definition.text,
       TextsJson(definition.other_files),
       TextsJson(definition.inputs),
       TextsJson(definition.environment),
       run.force,
       RunStateName(run.state),
       run.trigger,
       run.actor,
       run.created_ms,
       run.event,
       run.code.hex,
       run.code.has_changes,
       run.from,
       run.again}));
  run.row = change.db.LastInsertRow();
  for (std::size_t at = 0; at < run.jobs.size(); ++at) TRY(InsertJob(change, run, at));
  json::Writer detail;
  detail.BeginObject().Key("number").Int(run.number).Key("pipeline").String(run.pipeline);
  detail.Key("folder").String(run.folder).Key("trigger").String(run.trigger);
  detail.Key("event").String(run.event).Key("code").String(run.code.hex);
  detail.Key("code_has_changes").Bool(run.code.has_changes);
  if (!run.from.empty()) detail.Key("from").String(run.from);
  if (run.again > 0) detail.Key("again").Int(run.again);
  detail.Key("definition").String(blob::DigestOf(definition.text).Hex());
  detail.Key("jobs").Int(static_cast<std::int64_t>(run.jobs.size())).EndObject();
  return change.Record("pipeline_run.created", run.id.Hex(), std::move(detail));
}

Status UpdateRun(journal::Change& change, const Run& run) {
  TRY(change.db.Run("UPDATE pipeline_run SET state = ?, ended_ms = ? WHERE row = ?",
                    {RunStateName(run.state), run.ended_ms, run.row}));
  change.Touch("pipeline_run.moved", fmt::format("{}", run.number));
  if (!HasEnded(run.state)) return {};
  json::Writer detail;
  detail.BeginObject().Key("number").Int(run.number).Key("pipeline").String(run.pipeline);
  detail.Key("state").String(RunStateName(run.state)).EndObject();
  return change.Record("pipeline_run.ended", run.id.Hex(), std::move(detail));
}

Status UpdateJob(journal::Change& change, const Run& run, std::size_t position,
                 const Results& results) {
  const JobRun& job = run.jobs[position];
  TRY(change.db.Run(
      "UPDATE pipeline_job SET state = ?, reason = ?, explanation = ?, key_parts = ?, results = ?, "
      "next_ms = ?, started_ms = ?, ended_ms = ? WHERE run = ? AND position = ?",
      {JobStateName(job.state), job.reason, job.explanation, PartsJson(job.parts),
       ResultsJson(results), job.next_ms, job.started_ms, job.ended_ms, run.row,
       static_cast<std::int64_t>(position)}));
  for (const Attempt& attempt : job.attempts) TRY(UpsertAttempt(change, job.id, attempt));
  change.Touch("pipeline_run.moved", fmt::format("{}", run.number));
  if (!HasEnded(job.state)) return {};
  json::Writer detail;
  detail.BeginObject().Key("run").Int(run.number).Key("job").String(job.name);
  detail.Key("state").String(JobStateName(job.state)).Key("reason").String(job.reason);
  detail.Key("why").String(job.explanation).Key("key").String(KeyOf(job.parts).Hex());
  detail.Key("attempts").Int(static_cast<std::int64_t>(job.attempts.size()));
  detail.Key("results").Raw(ResultsJson(results)).EndObject();
  return change.Record("job.ended", job.id.Hex(), std::move(detail));
}

Status Reopen(journal::Change& change, Run& run) {
  run.state = RunState::kRunning;
  run.ended_ms = 0;
  TRY(UpdateRun(change, run));
  for (std::size_t at = 0; at < run.jobs.size(); ++at) {
    JobRun& job = run.jobs[at];
    if (IsGood(job.state)) continue;
    job.state = JobState::kWaiting;
    job.reason = "tried again";
    job.next_ms = 0;
    job.ended_ms = 0;
    TRY(UpdateJob(change, run, at, {}));
  }
  json::Writer detail;
  detail.BeginObject().Key("number").Int(run.number).EndObject();
  return change.Record("pipeline_run.retried", run.id.Hex(), std::move(detail));
}

Result<Definition> LoadDefinition(db::Connection& db, std::int64_t run) {
  auto rows = TRY(db.Query(
      "SELECT file, definition, other_files, inputs, environment FROM pipeline_run WHERE row = ?",
      {run}));
  if (!TRY(rows.Next())) return Fail(Code::kNotFound, "there is no such run");
  return Definition{.file = std::string(rows.Text(0)),
                    .text = std::string(rows.Text(1)),
                    .other_files = TRY(ParseMap(rows.Text(2))),
                    .inputs = TRY(ParseMap(rows.Text(3))),
                    .environment = TRY(ParseTexts(rows.Text(4)))};
}

Result<std::vector<ActiveRun>> ListActive(db::Connection& db) {
  std::vector<ActiveRun> runs;
  auto rows = TRY(db.Query(
      "SELECT project.name, pipeline_run.number FROM pipeline_run JOIN project ON project.row = "
      "pipeline_run.project WHERE pipeline_run.state IN ('waiting', 'running') ORDER BY "
      "pipeline_run.row",
      {}));
  while (TRY(rows.Next())) runs.push_back({std::string(rows.Text(0)), rows.Integer(1)});
  return runs;
}

Result<std::vector<Run>> ListRuns(db::Connection& db, std::int64_t project, const RunList& list) {
  std::optional<std::string_view> state;
  if (list.state) state = RunStateName(*list.state);
  std::vector<Run> runs;
  auto rows = TRY(db.QueryOnce(
      fmt::format("SELECT {} FROM pipeline_run WHERE project = ?1 AND (?2 IS NULL OR number < ?2) "
                  "AND (?3 IS NULL OR pipeline = ?3) AND (?4 IS NULL OR state = ?4) ORDER BY "
                  "number DESC LIMIT ?5",
                  kRunColumns),
      {project, list.before, list.pipeline, state, list.limit}));
  while (TRY(rows.Next())) runs.push_back(TRY(RunAt(rows)));
  return runs;
}

Result<Run> GetRun(db::Connection& db, std::int64_t project, std::int64_t number) {
  std::optional<Run> run;
  {
    auto rows = TRY(db.QueryOnce(
        fmt::format("SELECT {} FROM pipeline_run WHERE project = ? AND number = ?", kRunColumns),
        {project, number}));
    if (TRY(rows.Next())) run = TRY(RunAt(rows));
  }
  if (!run) return Fail(Code::kNotFound, "there is no run {} of a pipeline", number);
  TRY(LoadJobs(db, *run));
  return *std::move(run);
}

Result<std::optional<Results>> FindCached(db::Connection& db, std::int64_t project,
                                          std::string_view key) {
  auto rows = TRY(db.Query("SELECT results FROM pipeline_cache WHERE project = ? AND key = ?",
                           {project, db::Value::Bytes(key)}));
  if (!TRY(rows.Next())) return std::optional<Results>();
  return std::optional(TRY(ParseResults(rows.Text(0))));
}

Status StoreCached(journal::Change& change, std::string_view key, const Id& job,
                   const Results& results) {
  return change.db.Run(
      "INSERT OR REPLACE INTO pipeline_cache(project, key, job, results, created_ms) VALUES(?, ?, "
      "?, ?, ?)",
      {change.project, db::Value::Bytes(key), job, ResultsJson(results), change.now_ms});
}

Result<std::optional<std::vector<KeyPart>>> FindKnown(db::Connection& db, std::int64_t project,
                                                      const JobName& name) {
  auto rows = TRY(db.Query(
      "SELECT key_parts FROM pipeline_known WHERE project = ? AND folder = ? AND pipeline = ? AND "
      "name = ?",
      {project, name.folder, name.pipeline, name.job}));
  if (!TRY(rows.Next())) return std::optional<std::vector<KeyPart>>();
  return std::optional(TRY(ParseParts(rows.Text(0))));
}

Status StoreKnown(journal::Change& change, const JobName& name, const std::vector<KeyPart>& parts) {
  return change.db.Run(
      "INSERT OR REPLACE INTO pipeline_known(project, folder, pipeline, name, key_parts) VALUES(?, "
      "?, ?, ?, ?)",
      {change.project, name.folder, name.pipeline, name.job, PartsJson(parts)});
}

}  // namespace galley::pipeline
