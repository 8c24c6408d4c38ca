#include <limits>

#include "domain/tracking/rows.h"
#include "domain/tracking/service.h"
#include "storage/db/search.h"

namespace galley::tracking {
namespace {

constexpr db::SearchTable::Column kColumns[] = {
    {db::Field::kId, "'m-' || lower(hex(t.id))"},
    {db::Field::kName, "t.name"},
    {db::Field::kType, "t.type"},
    {db::Field::kStatus,
     "CASE t.status WHEN 1 THEN 'PENDING' WHEN 2 THEN 'READY' "
     "WHEN 3 THEN 'UPLOAD_FAILED' ELSE 'UNSPECIFIED' END"},
    {db::Field::kRun, "(SELECT lower(hex(r.id)) FROM run AS r WHERE r.row = t.source_run)"},
    {db::Field::kArtifactUri, "t.artifact_uri"},
    {db::Field::kCreated, "t.created_ms"},
    {db::Field::kUpdated, "t.updated_ms"},
};
// A model's metric in a search is the latest of its key, whatever it was measured on.
constexpr db::SearchTable kSearch{
    .from = "logged_model AS t",
    .columns = kColumns,
    .tags = "logged_model_tag",
    .params = "logged_model_param",
    .metrics =
        "(SELECT model, key, value, is_nan FROM (SELECT model, key, value, is_nan, "
        "row_number() OVER (PARTITION BY model, key "
        "ORDER BY step DESC, timestamp_ms DESC, value DESC) AS place "
        "FROM logged_model_metric) WHERE place = 1)",
    .owner = "model",
    .dataset = "",
    .default_order = "t.created_ms DESC, t.id ASC",
};

Status LoadPairs(db::Connection& db, std::string_view sql, std::int64_t row,
                 std::vector<KeyValue>& out) {
  auto rows = TRY(db.Query(sql, {row}));
  while (TRY(rows.Next())) {
    out.push_back({std::string(rows.Text(0)), std::string(rows.Text(1))});
  }
  return {};
}

Status LoadMetrics(db::Connection& db, LoggedModel& model) {
  auto rows = TRY(db.Query(
      "SELECT m.key, m.dataset_name, m.dataset_digest, r.id, m.step, m.timestamp_ms, m.value, "
      "m.is_nan FROM logged_model_metric AS m JOIN run AS r ON r.row = m.run WHERE m.model = ? "
      "ORDER BY m.key, m.dataset_name, m.dataset_digest, m.run, m.step, m.timestamp_ms, m.value",
      {model.row}));
  while (TRY(rows.Next())) {
    MetricPoint point{
        .key = std::string(rows.Text(0)),
        .value = rows.Integer(7) != 0 ? std::numeric_limits<double>::quiet_NaN() : rows.Real(6),
        .timestamp_ms = rows.Integer(5),
        .step = rows.Integer(4),
        .model = model.id,
        .run = rows.AsId(3),
        .dataset_name = std::string(rows.Text(1)),
        .dataset_digest = std::string(rows.Text(2))};
    const bool later_of_same = !model.metrics.empty() && model.metrics.back().key == point.key &&
                               model.metrics.back().dataset_name == point.dataset_name &&
                               model.metrics.back().dataset_digest == point.dataset_digest &&
                               model.metrics.back().run == point.run;
    if (later_of_same) model.metrics.pop_back();
    model.metrics.push_back(std::move(point));
  }
  return {};
}

Result<LoggedModel> LoadModel(db::Connection& db, std::int64_t row) {
  LoggedModel model;
  {
    auto rows = TRY(db.Query(
        "SELECT m.row, m.id, a.alias, m.name, m.type, m.status, m.created_ms, m.updated_ms, "
        "m.artifact_uri, r.id FROM logged_model AS m JOIN alias AS a "
        "ON a.system = 'mlflow' AND a.kind = 'experiment' AND a.row = m.experiment "
        "LEFT JOIN run AS r ON r.row = m.source_run WHERE m.row = ?",
        {row}));
    if (!TRY(rows.Next())) return Fail(Code::kInternal, "logged model {} has no row", row);
    model = {.row = row,
             .id = rows.AsId(1),
             .experiment = std::string(rows.Text(2)),
             .name = std::string(rows.Text(3)),
             .type = std::string(rows.Text(4)),
             .status = static_cast<ModelStatus>(rows.Integer(5)),
             .created_ms = rows.Integer(6),
             .updated_ms = rows.Integer(7),
             .artifact_uri = std::string(rows.Text(8))};
    if (!rows.IsNull(9)) model.source_run = rows.AsId(9);
  }
  TRY(LoadPairs(db, "SELECT key, value FROM logged_model_param WHERE model = ? ORDER BY key", row,
                model.params));
  TRY(LoadPairs(db, "SELECT key, value FROM logged_model_tag WHERE model = ? ORDER BY key", row,
                model.tags));
  TRY(LoadMetrics(db, model));
  return model;
}

Status PutTag(db::Connection& db, std::int64_t model, const KeyValue& tag) {
  return db.Run(
      "INSERT INTO logged_model_tag(model, key, value) VALUES(?, ?, ?) "
      "ON CONFLICT DO UPDATE SET value = excluded.value",
      {model, tag.key, tag.value});
}

Status PutParam(db::Connection& db, std::int64_t model, const KeyValue& param) {
  return db.Run(
      "INSERT INTO logged_model_param(model, key, value) VALUES(?, ?, ?) "
      "ON CONFLICT DO UPDATE SET value = excluded.value",
      {model, param.key, param.value});
}

Status Touch(journal::Change& change, std::int64_t model) {
  return change.db.Run("UPDATE logged_model SET updated_ms = ? WHERE row = ?",
                       {change.now_ms, model});
}

}  // namespace

Result<std::int64_t> ModelRow(db::Connection& db, std::int64_t project, const Id& id) {
  auto rows =
      TRY(db.Query("SELECT row FROM logged_model WHERE project = ? AND id = ? "
                   "AND state = 0",
                   {project, id}));
  if (TRY(rows.Next())) return rows.Integer(0);
  return Fail(Code::kNotFound, "Logged model with ID 'm-{}' not found.", id.Hex());
}

Result<LoggedModel> CreateModel(journal::Change& change, const NewModel& model) {
  const Found experiment = TRY(FindExperiment(change.db, change.project, model.experiment));
  if (experiment.state != State::kActive) {
    return Fail(Code::kFailedPrecondition,
                "The experiment {} must be in the 'active' state. Current state is deleted.",
                model.experiment);
  }
  std::optional<std::int64_t> source;
  if (model.source_run) source = TRY(FindRun(change.db, change.project, *model.source_run)).row;
  const Experiment parent = TRY(GetExperiment(change.db, change.project, model.experiment));
  const Id id = change.ids.Next();
  const std::string uri = fmt::format("{}/models/m-{}/artifacts", parent.artifact_root, id.Hex());
  TRY(change.db.Run(
      "INSERT INTO logged_model(project, id, experiment, name, type, status, state, source_run, "
      "created_ms, updated_ms, artifact_uri) VALUES(?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)",
      {change.project, id, experiment.row, model.name, model.type,
       static_cast<std::int64_t>(ModelStatus::kPending), source, change.now_ms, change.now_ms,
       uri}));
  const std::int64_t row = change.db.LastInsertRow();
  for (const KeyValue& tag : model.tags) TRY(PutTag(change.db, row, tag));
  for (const KeyValue& param : model.params) TRY(PutParam(change.db, row, param));
  json::Writer detail;
  detail.BeginObject().Key("name").String(model.name);
  if (model.source_run) detail.Key("run").String(model.source_run->Hex());
  detail.EndObject();
  TRY(change.Record("logged_model.created", id.Hex(), std::move(detail)));
  return LoadModel(change.db, row);
}

Result<LoggedModel> GetModel(db::Connection& db, std::int64_t project, const Id& id) {
  return LoadModel(db, TRY(ModelRow(db, project, id)));
}

Result<LoggedModel> SetModelStatus(journal::Change& change, const Id& id, ModelStatus status) {
  const std::int64_t row = TRY(ModelRow(change.db, change.project, id));
  TRY(change.db.Run("UPDATE logged_model SET status = ?, updated_ms = ? WHERE row = ?",
                    {static_cast<std::int64_t>(status), change.now_ms, row}));
  json::Writer detail;
  detail.BeginObject().Key("status").Int(static_cast<std::int64_t>(status)).EndObject();
  TRY(change.Record("logged_model.finalized", id.Hex(), std::move(detail)));
  return LoadModel(change.db, row);
}

Status DeleteModel(journal::Change& change, const Id& id) {
  const std::int64_t row = TRY(ModelRow(change.db, change.project, id));
  TRY(change.db.Run("UPDATE logged_model SET state = 1, updated_ms = ? WHERE row = ?",
                    {change.now_ms, row}));
  json::Writer detail;
  detail.BeginObject().EndObject();
  return change.Record("logged_model.deleted", id.Hex(), std::move(detail));
}

Status SetModelTags(journal::Change& change, const Id& id, std::span<const KeyValue> tags) {
  const std::int64_t row = TRY(ModelRow(change.db, change.project, id));
  for (const KeyValue& tag : tags) TRY(PutTag(change.db, row, tag));
  TRY(Touch(change, row));
  json::Writer detail;
  detail.BeginObject();
  AppendPairs(detail, "tags", tags);
  detail.EndObject();
  return change.Record("logged_model.tagged", id.Hex(), std::move(detail));
}

Status DeleteModelTag(journal::Change& change, const Id& id, std::string_view key) {
  const std::int64_t row = TRY(ModelRow(change.db, change.project, id));
  TRY(change.db.Run("DELETE FROM logged_model_tag WHERE model = ? AND key = ?", {row, key}));
  if (change.db.Changes() == 0) {
    return Fail(Code::kNotFound, "No tag with key '{}' found for model with ID 'm-{}'.", key,
                id.Hex());
  }
  TRY(Touch(change, row));
  json::Writer detail;
  detail.BeginObject().Key("key").String(key).EndObject();
  return change.Record("logged_model.untagged", id.Hex(), std::move(detail));
}

Status LogModelParams(journal::Change& change, const Id& id, std::span<const KeyValue> params) {
  const std::int64_t row = TRY(ModelRow(change.db, change.project, id));
  for (const KeyValue& param : params) TRY(PutParam(change.db, row, param));
  TRY(Touch(change, row));
  json::Writer detail;
  detail.BeginObject();
  AppendPairs(detail, "params", params);
  detail.EndObject();
  return change.Record("logged_model.logged", id.Hex(), std::move(detail));
}

Result<db::Page<LoggedModel>> SearchModels(db::Connection& db, std::int64_t project,
                                           std::span<const std::string> experiments,
                                           const db::Query& query) {
  std::vector<std::int64_t> scope;
  for (const std::string& number : experiments) {
    const auto found = FindExperiment(db, project, number);
    if (found) scope.push_back(found->row);
    if (!found && found.error().code != Code::kNotFound) return std::unexpected(found.error());
  }
  const std::string scope_json = JsonList(scope);
  const db::SearchSql sql = TRY(db::CompileSearch(
      kSearch, "t.experiment IN (SELECT value FROM json_each(?))", {db::Value(scope_json)}, query));
  std::vector<std::int64_t> found;
  {
    auto rows = TRY(db.QueryOnce(sql.text, sql.values));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  db::Page<LoggedModel> page;
  page.has_more = found.size() > static_cast<std::size_t>(query.limit);
  if (page.has_more) found.pop_back();
  for (const std::int64_t row : found) page.items.push_back(TRY(LoadModel(db, row)));
  return page;
}

}  // namespace galley::tracking
