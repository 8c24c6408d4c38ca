#include "domain/registry/rows.h"
#include "domain/registry/service.h"
#include "storage/db/search.h"

namespace galley::registry {
namespace {

constexpr db::SearchTable::Column kColumns[] = {
    {db::Field::kName, "t.name"},
    {db::Field::kCreated, "t.created_ms"},
    {db::Field::kUpdated, "t.updated_ms"},
};
constexpr db::SearchTable kSearch{
    .from = "registered_model AS t",
    .columns = kColumns,
    .tags = "registered_model_tag",
    .params = "",
    .metrics = "",
    .owner = "model",
    .dataset = "",
    .default_order = "t.name ASC",
};

Status PutTag(db::Connection& db, std::int64_t model, const KeyValue& tag) {
  return db.Run(
      "INSERT INTO registered_model_tag(model, key, value) VALUES(?, ?, ?) "
      "ON CONFLICT DO UPDATE SET value = excluded.value",
      {model, tag.key, tag.value});
}

Status CheckFree(db::Connection& db, std::int64_t project, std::string_view name) {
  if (!FindModel(db, project, name)) return {};
  return Fail(Code::kAlreadyExists, "Registered Model (name={}) already exists.", name);
}

Status LoadAliases(db::Connection& db, RegisteredModel& model) {
  auto rows = TRY(db.Query("SELECT alias, version FROM model_alias WHERE model = ? ORDER BY alias",
                           {model.row}));
  while (TRY(rows.Next())) {
    model.aliases.push_back({std::string(rows.Text(0)), rows.Integer(1)});
  }
  return {};
}

}  // namespace

Result<Key> FindModel(db::Connection& db, std::int64_t project, std::string_view name) {
  auto rows = TRY(db.Query("SELECT row, id FROM registered_model WHERE project = ? AND name = ?",
                           {project, name}));
  if (TRY(rows.Next())) return Key{rows.Integer(0), rows.AsId(1)};
  return Fail(Code::kNotFound, "Registered Model with name={} not found", name);
}

Result<std::vector<KeyValue>> LoadPairs(db::Connection& db, std::string_view sql,
                                        std::int64_t row) {
  std::vector<KeyValue> pairs;
  auto rows = TRY(db.Query(sql, {row}));
  while (TRY(rows.Next())) {
    pairs.push_back({std::string(rows.Text(0)), std::string(rows.Text(1))});
  }
  return pairs;
}

Status TouchModel(journal::Change& change, std::int64_t row) {
  return change.db.Run("UPDATE registered_model SET updated_ms = ? WHERE row = ?",
                       {change.now_ms, row});
}

Result<RegisteredModel> LoadModel(db::Connection& db, std::int64_t row) {
  RegisteredModel model;
  {
    auto rows =
        TRY(db.Query("SELECT id, name, description, created_ms, updated_ms "
                     "FROM registered_model WHERE row = ?",
                     {row}));
    if (!TRY(rows.Next())) return Fail(Code::kInternal, "registered model {} has no row", row);
    model = {.row = row,
             .id = rows.AsId(0),
             .name = std::string(rows.Text(1)),
             .description = std::string(rows.Text(2)),
             .created_ms = rows.Integer(3),
             .updated_ms = rows.Integer(4)};
  }
  model.tags = TRY(LoadPairs(
      db, "SELECT key, value FROM registered_model_tag WHERE model = ? ORDER BY key", row));
  TRY(LoadAliases(db, model));
  model.latest = TRY(LatestOf(db, row, {}));
  return model;
}

Result<RegisteredModel> CreateModel(journal::Change& change, const NewModel& model) {
  TRY(CheckFree(change.db, change.project, model.name));
  const Id id = change.ids.Next();
  TRY(change.db.Run(
      "INSERT INTO registered_model(project, id, name, description, last_version, "
      "created_ms, updated_ms) VALUES(?, ?, ?, ?, 0, ?, ?)",
      {change.project, id, model.name, model.description, change.now_ms, change.now_ms}));
  const std::int64_t row = change.db.LastInsertRow();
  for (const KeyValue& tag : model.tags) TRY(PutTag(change.db, row, tag));
  json::Writer detail;
  detail.BeginObject().Key("name").String(model.name).EndObject();
  TRY(change.Record("model.created", id.Hex(), std::move(detail)));
  return LoadModel(change.db, row);
}

Result<RegisteredModel> GetModel(db::Connection& db, std::int64_t project, std::string_view name) {
  return LoadModel(db, TRY(FindModel(db, project, name)).row);
}

Result<RegisteredModel> RenameModel(journal::Change& change, std::string_view name,
                                    std::string_view new_name) {
  const Key key = TRY(FindModel(change.db, change.project, name));
  if (name != new_name) TRY(CheckFree(change.db, change.project, new_name));
  TRY(change.db.Run("UPDATE registered_model SET name = ? WHERE row = ?", {new_name, key.row}));
  TRY(TouchModel(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("from").String(name).Key("to").String(new_name).EndObject();
  TRY(change.Record("model.renamed", key.id.Hex(), std::move(detail)));
  return LoadModel(change.db, key.row);
}

Result<RegisteredModel> DescribeModel(journal::Change& change, std::string_view name,
                                      std::string_view description) {
  const Key key = TRY(FindModel(change.db, change.project, name));
  TRY(change.db.Run("UPDATE registered_model SET description = ? WHERE row = ?",
                    {description, key.row}));
  TRY(TouchModel(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("description").String(description).EndObject();
  TRY(change.Record("model.described", key.id.Hex(), std::move(detail)));
  return LoadModel(change.db, key.row);
}

Status DeleteModel(journal::Change& change, std::string_view name) {
  const Key key = TRY(FindModel(change.db, change.project, name));
  TRY(change.db.Run("DELETE FROM registered_model WHERE row = ?", {key.row}));
  json::Writer detail;
  detail.BeginObject().Key("name").String(name).EndObject();
  return change.Record("model.deleted", key.id.Hex(), std::move(detail));
}

Status SetModelTag(journal::Change& change, std::string_view name, const KeyValue& tag) {
  const Key key = TRY(FindModel(change.db, change.project, name));
  TRY(PutTag(change.db, key.row, tag));
  TRY(TouchModel(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("key").String(tag.key).Key("value").String(tag.value).EndObject();
  return change.Record("model.tagged", key.id.Hex(), std::move(detail));
}

Status DeleteModelTag(journal::Change& change, std::string_view name, std::string_view tag) {
  const Key key = TRY(FindModel(change.db, change.project, name));
  TRY(change.db.Run("DELETE FROM registered_model_tag WHERE model = ? AND key = ?",
                    {key.row, tag}));
  TRY(TouchModel(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("key").String(tag).EndObject();
  return change.Record("model.untagged", key.id.Hex(), std::move(detail));
}

Result<std::string> ModelName(db::Connection& db, std::int64_t project, const Id& id) {
  auto rows = TRY(
      db.Query("SELECT name FROM registered_model WHERE project = ? AND id = ?", {project, id}));
  if (TRY(rows.Next())) return std::string(rows.Text(0));
  return Fail(Code::kNotFound, "there is no registered model {}", id.Hex());
}

Result<db::Page<RegisteredModel>> SearchModels(db::Connection& db, std::int64_t project,
                                               const db::Query& query) {
  db::Query all = query;
  all.view = db::View::kAll;  // Models are deleted for good.
  const db::SearchSql sql =
      TRY(db::CompileSearch(kSearch, "t.project = ?", {db::Value(project)}, all));
  std::vector<std::int64_t> found;
  {
    auto rows = TRY(db.QueryOnce(sql.text, sql.values));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  db::Page<RegisteredModel> page;
  page.has_more = found.size() > static_cast<std::size_t>(query.limit);
  if (page.has_more) found.pop_back();
  for (const std::int64_t row : found) page.items.push_back(TRY(LoadModel(db, row)));
  return page;
}

Status SetAlias(journal::Change& change, std::string_view name, std::string_view alias,
                std::int64_t version) {
  const Key key = TRY(FindModel(change.db, change.project, name));
  TRY(FindVersion(change.db, change.project, name, version));
  TRY(
      change.db.Run("INSERT INTO model_alias(model, alias, version) VALUES(?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET version = excluded.version",
                    {key.row, alias, version}));
  TRY(TouchModel(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("alias").String(alias).Key("version").Int(version).EndObject();
  return change.Record("model.alias_set", key.id.Hex(), std::move(detail));
}

Status DeleteAlias(journal::Change& change, std::string_view name, std::string_view alias) {
  const Key key = TRY(FindModel(change.db, change.project, name));
  TRY(change.db.Run("DELETE FROM model_alias WHERE model = ? AND alias = ?", {key.row, alias}));
  if (change.db.Changes() == 0) return {};
  TRY(TouchModel(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("alias").String(alias).EndObject();
  return change.Record("model.alias_deleted", key.id.Hex(), std::move(detail));
}

Result<ModelVersion> GetByAlias(db::Connection& db, std::int64_t project, std::string_view name,
                                std::string_view alias) {
  const Key key = TRY(FindModel(db, project, name));
  std::int64_t version = 0;
  {
    auto rows = TRY(db.Query("SELECT version FROM model_alias WHERE model = ? AND alias = ?",
                             {key.row, alias}));
    if (!TRY(rows.Next())) {
      return Fail(Code::kInvalidArgument, "Registered model alias {} not found.", alias);
    }
    version = rows.Integer(0);
  }
  return GetVersion(db, project, name, version);
}

Result<std::vector<ModelVersion>> VersionsWithAlias(db::Connection& db, std::int64_t project,
                                                    std::string_view alias) {
  std::vector<std::int64_t> found;
  {
    auto rows =
        TRY(db.Query("SELECT v.row FROM registered_model AS m JOIN model_alias AS a "
                     "ON a.model = m.row JOIN model_version AS v ON v.model = m.row AND "
                     "v.version = a.version WHERE m.project = ? AND a.alias = ? ORDER BY m.name",
                     {project, alias}));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  std::vector<ModelVersion> versions;
  for (const std::int64_t row : found) versions.push_back(TRY(LoadVersion(db, row)));
  return versions;
}

}  // namespace galley::registry
