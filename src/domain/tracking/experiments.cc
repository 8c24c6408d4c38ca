#include <charconv>

#include "domain/tracking/rows.h"
#include "domain/tracking/service.h"
#include "storage/db/search.h"

namespace galley::tracking {
namespace {

constexpr std::string_view kDefaultName = "Default";

// Column 1 of both: the experiment's number.
constexpr std::string_view kSelect =
    "SELECT e.row, a.alias, e.id, e.name, e.artifact_root, e.state, e.created_ms, e.updated_ms "
    "FROM experiment AS e JOIN alias AS a "
    "ON a.system = 'mlflow' AND a.kind = 'experiment' AND a.row = e.row ";

constexpr db::SearchTable::Column kColumns[] = {
    {db::Field::kId, "CAST(a.alias AS INTEGER)"},
    {db::Field::kName, "t.name"},
    {db::Field::kCreated, "t.created_ms"},
    {db::Field::kUpdated, "t.updated_ms"},
};
constexpr db::SearchTable kSearch{
    .from =
        "experiment AS t JOIN alias AS a "
        "ON a.system = 'mlflow' AND a.kind = 'experiment' AND a.row = t.row",
    .columns = kColumns,
    .tags = "experiment_tag",
    .params = "",
    .metrics = "",
    .owner = "experiment",
    .dataset = "",
    .default_order = "t.created_ms DESC, CAST(a.alias AS INTEGER) ASC",
};

Experiment ExperimentAt(const db::Rows& rows) {
  return Experiment{.row = rows.Integer(0),
                    .id = rows.AsId(2),
                    .number = std::string(rows.Text(1)),
                    .name = std::string(rows.Text(3)),
                    .artifact_root = std::string(rows.Text(4)),
                    .state = static_cast<State>(rows.Integer(5)),
                    .created_ms = rows.Integer(6),
                    .updated_ms = rows.Integer(7)};
}

Status LoadTags(db::Connection& db, Experiment& experiment) {
  auto rows =
      TRY(db.Query("SELECT key, value FROM experiment_tag WHERE experiment = ? "
                   "ORDER BY key",
                   {experiment.row}));
  while (TRY(rows.Next())) {
    experiment.tags.push_back({std::string(rows.Text(0)), std::string(rows.Text(1))});
  }
  return {};
}

Result<Experiment> LoadExperiment(db::Connection& db, std::int64_t row) {
  Experiment experiment;
  {
    auto rows = TRY(db.Query(std::string(kSelect) + "WHERE e.row = ?", {row}));
    if (!TRY(rows.Next())) return Fail(Code::kInternal, "experiment {} has no row", row);
    experiment = ExperimentAt(rows);
  }
  TRY(LoadTags(db, experiment));
  return experiment;
}

Status PutTag(db::Connection& db, std::int64_t experiment, const KeyValue& tag) {
  return db.Run(
      "INSERT INTO experiment_tag(experiment, key, value) VALUES(?, ?, ?) "
      "ON CONFLICT DO UPDATE SET value = excluded.value",
      {experiment, tag.key, tag.value});
}

/// The next number of the project; the first one is 0.
Result<std::int64_t> NextNumber(db::Connection& db, std::int64_t project) {
  auto rows =
      TRY(db.Query("SELECT coalesce(max(CAST(alias AS INTEGER)) + 1, 0) FROM alias "
                   "WHERE project = ? AND system = 'mlflow' AND kind = 'experiment'",
                   {project}));
  if (!TRY(rows.Next())) return Fail(Code::kInternal, "no number for an experiment");
  return rows.Integer(0);
}

Status CheckName(db::Connection& db, std::int64_t project, std::string_view name) {
  auto rows =
      TRY(db.Query("SELECT state FROM experiment WHERE project = ? AND name = ?", {project, name}));
  if (!TRY(rows.Next())) return {};
  return Fail(Code::kAlreadyExists, "Experiment(name={}) already exists{}.", name,
              rows.Integer(0) == 0 ? "" : " in deleted state; restore it or choose another name");
}

Status Touch(journal::Change& change, std::int64_t row) {
  return change.db.Run("UPDATE experiment SET updated_ms = ? WHERE row = ?", {change.now_ms, row});
}

Result<std::int64_t> ActiveExperiment(journal::Change& change, std::string_view number) {
  const Found found = TRY(FindExperiment(change.db, change.project, number));
  if (found.state == State::kActive) return found.row;
  return Fail(Code::kFailedPrecondition,
              "The experiment {} must be in the 'active' state. Current state is deleted.", number);
}

}  // namespace

Result<Found> FindExperiment(db::Connection& db, std::int64_t project, std::string_view number) {
  auto rows =
      TRY(db.Query("SELECT e.row, e.state FROM alias AS a JOIN experiment AS e "
                   "ON e.row = a.row WHERE a.project = ? AND a.system = 'mlflow' "
                   "AND a.kind = 'experiment' AND a.alias = ?",
                   {project, number}));
  if (TRY(rows.Next())) return Found{rows.Integer(0), static_cast<State>(rows.Integer(1))};
  return Fail(Code::kNotFound, "No Experiment with id={} exists", number);
}

Status EnsureDefaultExperiment(journal::Change& change) {
  if (FindExperiment(change.db, change.project, "0")) return {};
  TRY(CreateExperiment(change, {.name = std::string(kDefaultName)}));
  return {};
}

Result<Experiment> CreateExperiment(journal::Change& change, const NewExperiment& experiment) {
  TRY(CheckName(change.db, change.project, experiment.name));
  const std::string number = fmt::format("{}", TRY(NextNumber(change.db, change.project)));
  const Id id = change.ids.Next();
  const std::string root = experiment.artifact_root.empty()
                               ? fmt::format("{}{}", kArtifactScheme, number)
                               : experiment.artifact_root;
  TRY(
      change.db.Run("INSERT INTO experiment(project, id, name, artifact_root, state, created_ms, "
                    "updated_ms) VALUES(?, ?, ?, ?, 0, ?, ?)",
                    {change.project, id, experiment.name, root, change.now_ms, change.now_ms}));
  const std::int64_t row = change.db.LastInsertRow();
  TRY(change.db.Run("INSERT INTO alias(project, system, kind, alias, row) VALUES(?, ?, ?, ?, ?)",
                    {change.project, kAliasSystem, kAliasExperiment, number, row}));
  for (const KeyValue& tag : experiment.tags) TRY(PutTag(change.db, row, tag));
  json::Writer detail;
  detail.BeginObject().Key("name").String(experiment.name).Key("number").String(number);
  detail.Key("artifact_root").String(root);
  AppendPairs(detail, "tags", experiment.tags);
  detail.EndObject();
  TRY(change.Record("experiment.created", id.Hex(), std::move(detail)));
  return LoadExperiment(change.db, row);
}

Result<Experiment> GetExperiment(db::Connection& db, std::int64_t project,
                                 std::string_view number) {
  return LoadExperiment(db, TRY(FindExperiment(db, project, number)).row);
}

Result<std::string> ExperimentNumber(db::Connection& db, std::int64_t project,
                                     const Id& experiment) {
  auto rows =
      TRY(db.Query("SELECT a.alias FROM experiment AS e JOIN alias AS a ON a.system = 'mlflow' AND "
                   "a.kind = 'experiment' AND a.row = e.row WHERE e.project = ? AND e.id = ?",
                   {project, experiment}));
  if (TRY(rows.Next())) return std::string(rows.Text(0));
  return Fail(Code::kNotFound, "there is no experiment {}", experiment.Hex());
}

Result<Experiment> GetExperimentByName(db::Connection& db, std::int64_t project,
                                       std::string_view name) {
  std::int64_t row = 0;
  {
    auto rows =
        TRY(db.Query("SELECT row FROM experiment WHERE project = ? AND name = ?", {project, name}));
    if (!TRY(rows.Next())) {
      return Fail(Code::kNotFound, "Could not find experiment with name '{}'", name);
    }
    row = rows.Integer(0);
  }
  return LoadExperiment(db, row);
}

Result<db::Page<Experiment>> SearchExperiments(db::Connection& db, std::int64_t project,
                                               const db::Query& query) {
  const db::SearchSql sql =
      TRY(db::CompileSearch(kSearch, "t.project = ?", {db::Value(project)}, query));
  db::Page<Experiment> page;
  std::vector<std::int64_t> found;
  {
    auto rows = TRY(db.QueryOnce(sql.text, sql.values));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  page.has_more = found.size() > static_cast<std::size_t>(query.limit);
  if (page.has_more) found.pop_back();
  for (const std::int64_t row : found) page.items.push_back(TRY(LoadExperiment(db, row)));
  return page;
}

Status SetExperimentState(journal::Change& change, std::string_view number, State state) {
  const Found found = TRY(FindExperiment(change.db, change.project, number));
  if (found.state == state) {
    return Fail(Code::kNotFound, "No Experiment with id={} exists in the {} state", number,
                state == State::kDeleted ? "active" : "deleted");
  }
  const auto value = static_cast<std::int64_t>(state);
  TRY(change.db.Run("UPDATE experiment SET state = ?, updated_ms = ? WHERE row = ?",
                    {value, change.now_ms, found.row}));
  TRY(change.db.Run(
      "UPDATE run SET state = ?1, changed = (SELECT changed + 1 FROM run WHERE project = ?2 "
      "ORDER BY changed DESC LIMIT 1) WHERE experiment = ?3",
      {value, change.project, found.row}));
  const Experiment experiment = TRY(LoadExperiment(change.db, found.row));
  json::Writer detail;
  detail.BeginObject().Key("number").String(number).Key("name").String(experiment.name);
  detail.EndObject();
  return change.Record(state == State::kDeleted ? "experiment.deleted" : "experiment.restored",
                       experiment.id.Hex(), std::move(detail));
}

Status RenameExperiment(journal::Change& change, std::string_view number, std::string_view name) {
  const Found found = TRY(FindExperiment(change.db, change.project, number));
  if (found.state != State::kActive) {
    return Fail(Code::kFailedPrecondition, "Cannot rename a non-active experiment.");
  }
  const Experiment experiment = TRY(LoadExperiment(change.db, found.row));
  if (experiment.name != name) TRY(CheckName(change.db, change.project, name));
  TRY(change.db.Run("UPDATE experiment SET name = ?, updated_ms = ? WHERE row = ?",
                    {name, change.now_ms, found.row}));
  json::Writer detail;
  detail.BeginObject().Key("from").String(experiment.name).Key("to").String(name).EndObject();
  return change.Record("experiment.renamed", experiment.id.Hex(), std::move(detail));
}

Status SetExperimentTag(journal::Change& change, std::string_view number, const KeyValue& tag) {
  const std::int64_t row = TRY(ActiveExperiment(change, number));
  TRY(PutTag(change.db, row, tag));
  TRY(Touch(change, row));
  json::Writer detail;
  detail.BeginObject();
  AppendPairs(detail, "tags", {&tag, 1});
  detail.EndObject();
  return change.Record("experiment.tagged", TRY(LoadExperiment(change.db, row)).id.Hex(),
                       std::move(detail));
}

Status DeleteExperimentTag(journal::Change& change, std::string_view number, std::string_view key) {
  const std::int64_t row = TRY(ActiveExperiment(change, number));
  TRY(change.db.Run("DELETE FROM experiment_tag WHERE experiment = ? AND key = ?", {row, key}));
  if (change.db.Changes() == 0) {
    return Fail(Code::kNotFound, "No tag with name: {} in experiment with id {}", key, number);
  }
  TRY(Touch(change, row));
  json::Writer detail;
  detail.BeginObject().Key("key").String(key).EndObject();
  return change.Record("experiment.untagged", TRY(LoadExperiment(change.db, row)).id.Hex(),
                       std::move(detail));
}

}  // namespace galley::tracking
