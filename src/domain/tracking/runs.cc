#include <limits>
#include <unordered_map>

#include "domain/tracking/rows.h"
#include "domain/tracking/service.h"
#include "storage/db/search.h"

namespace galley::tracking {
namespace {

constexpr std::string_view kNameTag = "mlflow.runName";

constexpr db::SearchTable::Column kColumns[] = {
    {db::Field::kId, "lower(hex(t.id))"},
    {db::Field::kName, "t.name"},
    {db::Field::kUser, "t.user"},
    {db::Field::kStatus,
     "CASE t.status WHEN 1 THEN 'RUNNING' WHEN 2 THEN 'SCHEDULED' "
     "WHEN 3 THEN 'FINISHED' WHEN 4 THEN 'FAILED' ELSE 'KILLED' END"},
    {db::Field::kStarted, "t.started_ms"},
    {db::Field::kEnded, "t.ended_ms"},
    {db::Field::kArtifactUri, "t.artifact_uri"},
};
constexpr db::SearchTable kSearch{
    .from = "run AS t",
    .columns = kColumns,
    .tags = "run_tag",
    .params = "run_param",
    .metrics = "metric_series",
    .owner = "run",
    .dataset =
        "EXISTS(SELECT 1 FROM run_input AS i JOIN dataset AS d ON d.row = i.dataset "
        "LEFT JOIN run_input_tag AS x ON x.input = i.row AND x.key = 'mlflow.data.context' "
        "WHERE i.run = t.row AND ",
    .default_order = "t.started_ms DESC, t.id ASC",
};

/// Runs of a page by their rows, to hang on what belongs to them.
using ByRow = std::unordered_map<std::int64_t, Run*>;

double ValueAt(const db::Rows& rows, int value, int is_nan) {
  return rows.Integer(is_nan) != 0 ? std::numeric_limits<double>::quiet_NaN() : rows.Real(value);
}

Status LoadPairs(db::Connection& db, const std::string& rows_json, std::string_view sql,
                 const ByRow& by_row, std::vector<KeyValue> Run::* member) {
  auto rows = TRY(db.Query(sql, {rows_json}));
  while (TRY(rows.Next())) {
    (by_row.at(rows.Integer(0))->*member)
        .push_back({std::string(rows.Text(1)), std::string(rows.Text(2))});
  }
  return {};
}

Status LoadMetrics(db::Connection& db, const std::string& rows_json, const ByRow& by_row) {
  auto rows =
      TRY(db.Query("SELECT run, key, step, timestamp_ms, value, is_nan FROM metric_series "
                   "WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key",
                   {rows_json}));
  while (TRY(rows.Next())) {
    Run& run = *by_row.at(rows.Integer(0));
    run.metrics.push_back({.key = std::string(rows.Text(1)),
                           .value = ValueAt(rows, 4, 5),
                           .timestamp_ms = rows.Integer(3),
                           .step = rows.Integer(2),
                           .run = run.id});
  }
  return {};
}

Status LoadInputs(db::Connection& db, const std::string& rows_json, const ByRow& by_row) {
  std::unordered_map<std::int64_t, std::pair<Run*, std::size_t>> inputs;
  {
    auto rows = TRY(db.Query(
        "SELECT i.run, i.row, d.name, d.digest, d.source_type, d.source, d.schema, d.profile "
        "FROM run_input AS i JOIN dataset AS d ON d.row = i.dataset "
        "WHERE i.run IN (SELECT value FROM json_each(?)) ORDER BY i.row",
        {rows_json}));
    while (TRY(rows.Next())) {
      Run* run = by_row.at(rows.Integer(0));
      inputs[rows.Integer(1)] = {run, run->inputs.size()};
      run->inputs.push_back({.dataset = {.name = std::string(rows.Text(2)),
                                         .digest = std::string(rows.Text(3)),
                                         .source_type = std::string(rows.Text(4)),
                                         .source = std::string(rows.Text(5)),
                                         .schema = rows.MaybeText(6),
                                         .profile = rows.MaybeText(7)},
                             .tags = {}});
    }
  }
  if (inputs.empty()) return {};
  auto rows =
      TRY(db.Query("SELECT t.input, t.key, t.value FROM run_input AS i "
                   "JOIN run_input_tag AS t ON t.input = i.row "
                   "WHERE i.run IN (SELECT value FROM json_each(?)) ORDER BY i.row, t.key",
                   {rows_json}));
  while (TRY(rows.Next())) {
    const auto& [run, index] = inputs.at(rows.Integer(0));
    run->inputs[index].tags.push_back({std::string(rows.Text(1)), std::string(rows.Text(2))});
  }
  return {};
}

Status LoadModelLinks(db::Connection& db, const std::string& rows_json, const ByRow& by_row) {
  auto rows =
      TRY(db.Query("SELECT l.run, l.role, m.id, l.step FROM run_model AS l "
                   "JOIN logged_model AS m ON m.row = l.model "
                   "WHERE l.run IN (SELECT value FROM json_each(?)) "
                   "ORDER BY l.run, l.role, l.model, l.step",
                   {rows_json}));
  while (TRY(rows.Next())) {
    Run& run = *by_row.at(rows.Integer(0));
    auto& links = rows.Integer(1) == 0 ? run.model_inputs : run.model_outputs;
    links.push_back({rows.AsId(2), rows.Integer(3)});
  }
  return {};
}

Run RunAt(const db::Rows& rows) {
  return Run{.row = rows.Integer(0),
             .id = rows.AsId(1),
             .experiment = std::string(rows.Text(2)),
             .name = std::string(rows.Text(3)),
             .user = std::string(rows.Text(4)),
             .status = static_cast<RunStatus>(rows.Integer(5)),
             .state = static_cast<State>(rows.Integer(6)),
             .started_ms = rows.MaybeInteger(7),
             .ended_ms = rows.MaybeInteger(8),
             .artifact_uri = std::string(rows.Text(9))};
}

Status PutTag(db::Connection& db, std::int64_t run, const KeyValue& tag) {
  TRY(
      db.Run("INSERT INTO run_tag(run, key, value) VALUES(?, ?, ?) "
             "ON CONFLICT DO UPDATE SET value = excluded.value",
             {run, tag.key, tag.value}));
  if (tag.key != kNameTag) return {};
  return db.Run("UPDATE run SET name = ? WHERE row = ?", {tag.value, run});
}

/// The runs for which `scope`, SQL with one value, and the query hold.
Result<db::Page<Run>> SearchWithin(db::Connection& db, std::string_view scope, db::Value value,
                                   const db::Query& query) {
  const db::SearchSql sql = TRY(db::CompileSearch(kSearch, scope, {value}, query));
  std::vector<std::int64_t> found;
  {
    auto rows = TRY(db.QueryOnce(sql.text, sql.values));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  db::Page<Run> page;
  page.has_more = found.size() > static_cast<std::size_t>(query.limit);
  if (page.has_more) found.pop_back();
  page.items = TRY(LoadRuns(db, found));
  return page;
}

/// A name for a run whose client gave none, from the random part of its id.
std::string MadeUpName(const Id& id) {
  constexpr std::string_view kFirst[] = {
      "amber", "brave", "brisk", "calm",  "clear",  "crisp", "deft",  "eager", "fair",  "fresh",
      "glad",  "keen",  "kind",  "light", "lively", "loyal", "merry", "mild",  "neat",  "noble",
      "plain", "proud", "quick", "quiet", "rapid",  "ripe",  "sharp", "smart", "solid", "warm"};
  constexpr std::string_view kSecond[] = {"anise",  "apple", "basil", "bay",   "berry",  "carrot",
                                          "chili",  "clove", "cumin", "dill",  "fennel", "fig",
                                          "ginger", "honey", "kale",  "leek",  "lemon",  "lime",
                                          "mango",  "mint",  "olive", "onion", "peach",  "pear",
                                          "pepper", "plum",  "rice",  "sage",  "thyme",  "walnut"};
  const auto& bytes = id.bytes;
  const unsigned number = bytes[12] * 256U + bytes[13];
  return fmt::format("{}-{}-{}", kFirst[bytes[14] % std::size(kFirst)],
                     kSecond[bytes[15] % std::size(kSecond)], number % 900 + 100);
}

}  // namespace

std::string JsonList(std::span<const std::int64_t> rows) {
  json::Writer writer;
  writer.BeginArray();
  for (const std::int64_t row : rows) writer.Int(row);
  writer.EndArray();
  return std::move(writer).Take();
}

void AppendPairs(json::Writer& writer, std::string_view name, std::span<const KeyValue> pairs) {
  if (pairs.empty()) return;
  writer.Key(name).BeginObject();
  for (const KeyValue& pair : pairs) writer.Key(pair.key).String(pair.value);
  writer.EndObject();
}

Result<Found> FindRun(db::Connection& db, std::int64_t project, const Id& id) {
  auto rows =
      TRY(db.Query("SELECT row, state FROM run WHERE project = ? AND id = ?", {project, id}));
  if (TRY(rows.Next())) return Found{rows.Integer(0), static_cast<State>(rows.Integer(1))};
  return Fail(Code::kNotFound, "Run with id={} not found", id.Hex());
}

Result<std::int64_t> ActiveRun(db::Connection& db, std::int64_t project, const Id& id) {
  const Found found = TRY(FindRun(db, project, id));
  if (found.state == State::kActive) return found.row;
  return Fail(Code::kFailedPrecondition,
              "The run {} must be in the 'active' state. Current state is deleted.", id.Hex());
}

Status MarkChanged(journal::Change& change, std::int64_t run) {
  // max(changed) would look at every run of the project.
  return change.db.Run(
      "UPDATE run SET changed = (SELECT changed + 1 FROM run WHERE project = ? "
      "ORDER BY changed DESC LIMIT 1) WHERE row = ?",
      {change.project, run});
}

Result<std::vector<Run>> LoadRuns(db::Connection& db, std::span<const std::int64_t> rows) {
  std::vector<Run> runs(rows.size());
  ByRow by_row;
  for (std::size_t at = 0; at < rows.size(); ++at) by_row[rows[at]] = &runs[at];
  const std::string rows_json = JsonList(rows);
  {
    // A cross join keeps the order of the tables: the other way round all runs would be looked at.
    auto found = TRY(db.Query(
        "SELECT r.row, r.id, a.alias, r.name, r.user, r.status, r.state, r.started_ms, r.ended_ms, "
        "r.artifact_uri FROM run AS r CROSS JOIN alias AS a "
        "ON a.system = 'mlflow' AND a.kind = 'experiment' AND a.row = r.experiment "
        "WHERE r.row IN (SELECT value FROM json_each(?))",
        {rows_json}));
    while (TRY(found.Next())) *by_row.at(found.Integer(0)) = RunAt(found);
  }
  TRY(LoadMetrics(db, rows_json, by_row));
  TRY(LoadPairs(db, rows_json,
                "SELECT run, key, value FROM run_param "
                "WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key",
                by_row, &Run::params));
  TRY(LoadPairs(db, rows_json,
                "SELECT run, key, value FROM run_tag "
                "WHERE run IN (SELECT value FROM json_each(?)) ORDER BY run, key",
                by_row, &Run::tags));
  TRY(LoadInputs(db, rows_json, by_row));
  TRY(LoadModelLinks(db, rows_json, by_row));
  return runs;
}

Result<Run> LoadRun(db::Connection& db, std::int64_t row) {
  auto runs = TRY(LoadRuns(db, {&row, 1}));
  return std::move(runs.front());
}

Result<Run> CreateRun(journal::Change& change, const NewRun& run) {
  const Found experiment = TRY(FindExperiment(change.db, change.project, run.experiment));
  if (experiment.state != State::kActive) {
    return Fail(Code::kFailedPrecondition,
                "The experiment {} must be in the 'active' state. Current state is deleted.",
                run.experiment);
  }
  const Experiment parent = TRY(GetExperiment(change.db, change.project, run.experiment));
  const Id id = change.ids.Next();
  const std::string uri = fmt::format("{}/{}/artifacts", parent.artifact_root, id.Hex());
  const std::string name = run.name.empty() ? MadeUpName(id) : run.name;
  TRY(
      change.db.Run("INSERT INTO run(project, id, experiment, name, user, status, state, "
                    "started_ms, artifact_uri) VALUES(?, ?, ?, ?, ?, ?, 0, ?, ?)",
                    {change.project, id, experiment.row, name, run.user,
                     static_cast<std::int64_t>(RunStatus::kRunning), run.started_ms, uri}));
  const std::int64_t row = change.db.LastInsertRow();
  for (const KeyValue& tag : run.tags) TRY(PutTag(change.db, row, tag));
  TRY(PutTag(change.db, row, {std::string(kNameTag), name}));
  TRY(MarkChanged(change, row));
  json::Writer detail;
  detail.BeginObject().Key("experiment").String(run.experiment).Key("name").String(name);
  AppendPairs(detail, "tags", run.tags);
  detail.EndObject();
  TRY(change.Record("run.created", id.Hex(), std::move(detail)));
  return LoadRun(change.db, row);
}

Result<Run> GetRun(db::Connection& db, std::int64_t project, const Id& id) {
  return LoadRun(db, TRY(FindRun(db, project, id)).row);
}

Result<std::string> ExperimentOfRun(db::Connection& db, std::int64_t project, const Id& run) {
  auto rows = TRY(
      db.Query("SELECT a.alias FROM run AS r JOIN alias AS a ON a.system = 'mlflow' AND a.kind = "
               "'experiment' AND a.row = r.experiment WHERE r.project = ? AND r.id = ?",
               {project, run}));
  if (TRY(rows.Next())) return std::string(rows.Text(0));
  return Fail(Code::kNotFound, "Run with id={} not found", run.Hex());
}

Result<std::vector<Run>> RunsWithTag(db::Connection& db, std::int64_t project, std::string_view key,
                                     std::string_view value) {
  std::vector<std::int64_t> found;
  {
    auto rows = TRY(db.Query(
        "SELECT run.row FROM run JOIN run_tag ON run_tag.run = run.row WHERE run.project = ? AND "
        "run_tag.key = ? AND run_tag.value = ? ORDER BY run.row",
        {project, key, value}));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  std::vector<Run> runs;
  for (const std::int64_t row : found) runs.push_back(TRY(LoadRun(db, row)));
  return runs;
}

Result<std::vector<DatasetRead>> RunsThatRead(db::Connection& db, std::int64_t project,
                                              std::string_view dataset, std::int64_t limit) {
  struct Found {
    std::int64_t row;
    std::string version;
    bool is_input;
  };
  std::vector<Found> found;
  {
    auto rows = TRY(db.Query(
        "SELECT run.row, run_tag.value, 0 FROM run JOIN run_tag ON run_tag.run = run.row WHERE "
        "run.project = ?1 AND run_tag.key = 'galley.dataset.' || ?2 UNION ALL SELECT run.row, "
        "dataset.digest, 1 FROM run JOIN run_input ON run_input.run = run.row JOIN dataset ON "
        "dataset.row = run_input.dataset WHERE run.project = ?1 AND dataset.name = ?2 ORDER BY 1 "
        "DESC LIMIT ?3",
        {project, dataset, limit}));
    while (TRY(rows.Next())) {
      found.push_back({rows.Integer(0), std::string(rows.Text(1)), rows.Integer(2) != 0});
    }
  }
  std::vector<DatasetRead> reads;
  for (Found& it : found) {
    reads.push_back({TRY(LoadRun(db, it.row)), std::move(it.version), it.is_input});
  }
  return reads;
}

Result<db::Page<Run>> SearchRuns(db::Connection& db, std::int64_t project,
                                 std::span<const std::string> experiments, const db::Query& query) {
  std::vector<std::int64_t> scope;
  for (const std::string& number : experiments) {
    const auto found = FindExperiment(db, project, number);
    if (found) scope.push_back(found->row);
    if (!found && found.error().code != Code::kNotFound) return std::unexpected(found.error());
  }
  const std::string scope_json = JsonList(scope);
  return SearchWithin(db, "t.experiment IN (SELECT value FROM json_each(?))", scope_json, query);
}

Result<db::Page<Run>> SearchProjectRuns(db::Connection& db, std::int64_t project,
                                        const db::Query& query) {
  return SearchWithin(db, "t.project = ?", project, query);
}

Result<Run> UpdateRun(journal::Change& change, const Id& id, const RunUpdate& update) {
  const std::int64_t row = TRY(ActiveRun(change.db, change.project, id));
  json::Writer detail;
  detail.BeginObject();
  if (update.status) {
    const auto status = static_cast<std::int64_t>(*update.status);
    TRY(change.db.Run("UPDATE run SET status = ? WHERE row = ?", {status, row}));
    detail.Key("status").Int(status);
  }
  if (update.ended_ms) {
    TRY(change.db.Run("UPDATE run SET ended_ms = ? WHERE row = ?", {*update.ended_ms, row}));
    detail.Key("ended_ms").Int(*update.ended_ms);
  }
  if (update.name && !update.name->empty()) {
    TRY(PutTag(change.db, row, {std::string(kNameTag), *update.name}));
    detail.Key("name").String(*update.name);
  }
  TRY(MarkChanged(change, row));
  detail.EndObject();
  TRY(change.Record("run.updated", id.Hex(), std::move(detail)));
  return LoadRun(change.db, row);
}

Status SetRunState(journal::Change& change, const Id& id, State state) {
  const Found found = TRY(FindRun(change.db, change.project, id));
  if (found.state == state) return {};
  TRY(change.db.Run("UPDATE run SET state = ? WHERE row = ?",
                    {static_cast<std::int64_t>(state), found.row}));
  TRY(MarkChanged(change, found.row));
  json::Writer detail;
  detail.BeginObject().EndObject();
  return change.Record(state == State::kDeleted ? "run.deleted" : "run.restored", id.Hex(),
                       std::move(detail));
}

Status DeleteTag(journal::Change& change, const Id& run, std::string_view key) {
  const std::int64_t row = TRY(ActiveRun(change.db, change.project, run));
  TRY(change.db.Run("DELETE FROM run_tag WHERE run = ? AND key = ?", {row, key}));
  if (change.db.Changes() == 0) {
    return Fail(Code::kNotFound, "No tag with name: {} in run with id {}", key, run.Hex());
  }
  TRY(MarkChanged(change, row));
  json::Writer detail;
  detail.BeginObject().Key("key").String(key).EndObject();
  return change.Record("run.untagged", run.Hex(), std::move(detail));
}

}  // namespace galley::tracking
