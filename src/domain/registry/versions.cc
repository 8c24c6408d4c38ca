#include <algorithm>

#include "domain/registry/rows.h"
#include "domain/registry/service.h"
#include "domain/tracking/service.h"
#include "storage/db/search.h"

namespace galley::registry {
namespace {

constexpr std::string_view kStages[] = {"None", "Staging", "Production", "Archived"};
constexpr std::string_view kCommitTag = "mlflow.source.git.commit";
constexpr std::size_t kFilesMax = 10'000;

constexpr db::SearchTable::Column kColumns[] = {
    {db::Field::kName, "r.name"},           {db::Field::kVersion, "t.version"},
    {db::Field::kRun, "lower(hex(t.run))"}, {db::Field::kSource, "t.source"},
    {db::Field::kCreated, "t.created_ms"},  {db::Field::kUpdated, "t.updated_ms"},
};
constexpr db::SearchTable kSearch{
    .from = "model_version AS t JOIN registered_model AS r ON r.row = t.model",
    .columns = kColumns,
    .tags = "model_version_tag",
    .params = "",
    .metrics = "",
    .owner = "version",
    .dataset = "",
    .default_order = "t.updated_ms DESC, r.name ASC, t.version DESC",
};

/// Where a source's files lie, and the logged model that they are of.
struct Origin {
  std::string location;
  std::optional<Id> logged_model;
  std::optional<Id> run;
};

Result<std::int64_t> VersionNumber(std::string_view text) {
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || number > 1'000'000'000) {
      return Fail(Code::kInvalidArgument, "'{}' is no version number", text);
    }
    number = number * 10 + (c - '0');
  }
  return number;
}

/// Follows `models:/m-ID` and `models:/NAME/VERSION`; other URIs stand for themselves.
Result<Origin> ResolveSource(journal::Change& change, const NewVersion& version) {
  constexpr std::string_view kModels = "models:/";
  std::string_view source = version.source;
  if (!source.starts_with(kModels))
    return Origin{version.source, version.logged_model, version.run};
  source.remove_prefix(kModels.size());
  while (source.starts_with('/')) source.remove_prefix(1);
  const auto slash = source.find('/');
  if (slash == std::string_view::npos && source.starts_with("m-")) {
    const auto id = Id::Parse(source.substr(2));
    if (!id) return Fail(Code::kNotFound, "Logged model with ID '{}' not found.", source);
    const auto model = TRY(tracking::GetModel(change.db, change.project, *id));
    return Origin{model.artifact_uri, id, version.run ? version.run : model.source_run};
  }
  if (slash == std::string_view::npos) {
    return Fail(
        Code::kInvalidArgument,
        "Invalid model version source: '{}' is neither models:/m-ID nor models:/NAME/VERSION",
        version.source);
  }
  const auto other = TRY(GetVersion(change.db, change.project, source.substr(0, slash),
                                    TRY(VersionNumber(source.substr(slash + 1)))));
  return Origin{other.location, other.logged_model, version.run ? version.run : other.run};
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as a path has parts.
Status CollectFiles(db::Connection& db, std::int64_t project, const std::string& root,
                    const std::string& folder, std::vector<VersionFile>& files) {
  for (const auto& entry : TRY(tracking::ListArtifacts(db, project, folder))) {
    if (entry.is_folder) {
      TRY(CollectFiles(db, project, root, entry.path, files));
      continue;
    }
    const blob::Blob blob = TRY(tracking::GetArtifact(db, project, entry.path));
    files.push_back({entry.path.substr(root.size() + 1), blob.digest, blob.size});
    if (files.size() > kFilesMax) {
      return Fail(Code::kInvalidArgument, "the model has more than {} files, the limit", kFilesMax);
    }
  }
  return {};
}

/// The files that lie at a location now; none if it is not among our artifacts.
Result<std::vector<VersionFile>> FilesAt(journal::Change& change, std::string_view location) {
  std::vector<VersionFile> files;
  if (!location.starts_with(tracking::kArtifactScheme)) return files;
  std::string root(location.substr(tracking::kArtifactScheme.size()));
  while (root.starts_with('/')) root.erase(0, 1);
  while (root.ends_with('/')) root.pop_back();
  TRY(CollectFiles(change.db, change.project, root, root, files));
  if (!files.empty()) return files;
  return Fail(Code::kInvalidArgument,
              "there are no files at '{}'; log the model before it is registered", location);
}

struct RunFacts {
  std::string commit;
  std::string user;
};
Result<RunFacts> FactsOf(journal::Change& change, const std::optional<Id>& run) {
  RunFacts facts;
  if (!run) return facts;
  const auto found = TRY(tracking::GetRun(change.db, change.project, *run));
  facts.user = found.user;
  for (const KeyValue& tag : found.tags) {
    if (tag.key == kCommitTag) facts.commit = tag.value;
  }
  return facts;
}

Result<std::int64_t> NextVersion(journal::Change& change, std::int64_t model) {
  TRY(
      change.db.Run("UPDATE registered_model SET last_version = last_version + 1, updated_ms = ? "
                    "WHERE row = ?",
                    {change.now_ms, model}));
  auto rows =
      TRY(change.db.Query("SELECT last_version FROM registered_model WHERE row = ?", {model}));
  if (!TRY(rows.Next())) return Fail(Code::kInternal, "registered model {} has no row", model);
  return rows.Integer(0);
}

Status PutTag(db::Connection& db, std::int64_t version, const KeyValue& tag) {
  return db.Run(
      "INSERT INTO model_version_tag(version, key, value) VALUES(?, ?, ?) "
      "ON CONFLICT DO UPDATE SET value = excluded.value",
      {version, tag.key, tag.value});
}

Status TouchVersion(journal::Change& change, std::int64_t row) {
  return change.db.Run("UPDATE model_version SET updated_ms = ? WHERE row = ?",
                       {change.now_ms, row});
}

std::optional<Id> MaybeId(const db::Rows& rows, int column) {
  if (rows.IsNull(column)) return std::nullopt;
  return rows.AsId(column);
}

ModelVersion VersionAt(const db::Rows& rows) {
  return ModelVersion{.row = rows.Integer(0),
                      .id = rows.AsId(1),
                      .model = std::string(rows.Text(2)),
                      .version = rows.Integer(3),
                      .description = std::string(rows.Text(4)),
                      .source = std::string(rows.Text(5)),
                      .location = std::string(rows.Text(6)),
                      .run = MaybeId(rows, 7),
                      .logged_model = MaybeId(rows, 8),
                      .run_link = std::string(rows.Text(9)),
                      .user = std::string(rows.Text(10)),
                      .stage = std::string(rows.Text(11)),
                      .commit = std::string(rows.Text(12)),
                      .created_ms = rows.Integer(13),
                      .updated_ms = rows.Integer(14)};
}

}  // namespace

Result<Key> FindVersion(db::Connection& db, std::int64_t project, std::string_view name,
                        std::int64_t version) {
  const Key model = TRY(FindModel(db, project, name));
  auto rows =
      TRY(db.Query("SELECT row, id FROM model_version WHERE model = ? AND version = ? "
                   "AND state = 0",
                   {model.row, version}));
  if (TRY(rows.Next())) return Key{rows.Integer(0), rows.AsId(1)};
  return Fail(Code::kNotFound, "Model Version (name={}, version={}) not found", name, version);
}

Result<ModelVersion> LoadVersion(db::Connection& db, std::int64_t row) {
  ModelVersion version;
  {
    auto rows = TRY(db.Query(
        "SELECT v.row, v.id, m.name, v.version, v.description, v.source, v.location, v.run, "
        "v.logged_model, v.run_link, v.user, v.stage, v.commit_id, v.created_ms, v.updated_ms "
        "FROM model_version AS v JOIN registered_model AS m ON m.row = v.model WHERE v.row = ?",
        {row}));
    if (!TRY(rows.Next())) return Fail(Code::kInternal, "model version {} has no row", row);
    version = VersionAt(rows);
  }
  version.tags = TRY(LoadPairs(
      db, "SELECT key, value FROM model_version_tag WHERE version = ? ORDER BY key", row));
  auto rows =
      TRY(db.Query("SELECT a.alias FROM model_alias AS a JOIN model_version AS v "
                   "ON v.model = a.model AND v.version = a.version WHERE v.row = ? "
                   "ORDER BY a.alias",
                   {row}));
  while (TRY(rows.Next())) version.aliases.emplace_back(rows.Text(0));
  return version;
}

Result<std::string> StageOf(std::string_view text) {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  for (const std::string_view stage : kStages) {
    if (std::ranges::equal(stage, text, {}, lower, lower)) return std::string(stage);
  }
  return Fail(Code::kInvalidArgument,
              "Invalid Model Version stage: {}. Value must be one of None, Staging, Production, "
              "Archived.",
              text);
}

Result<std::vector<ModelVersion>> LatestOf(db::Connection& db, std::int64_t model,
                                           std::span<const std::string> stages) {
  std::vector<std::int64_t> found;
  for (const std::string_view stage : kStages) {
    if (!stages.empty() && std::ranges::find(stages, stage) == stages.end()) continue;
    auto rows =
        TRY(db.Query("SELECT row FROM model_version WHERE model = ? AND stage = ? "
                     "AND state = 0 ORDER BY version DESC LIMIT 1",
                     {model, stage}));
    if (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  std::vector<ModelVersion> versions;
  for (const std::int64_t row : found) versions.push_back(TRY(LoadVersion(db, row)));
  return versions;
}

Result<ModelVersion> CreateVersion(journal::Change& change, const NewVersion& version) {
  const Key model = TRY(FindModel(change.db, change.project, version.model));
  const Origin origin = TRY(ResolveSource(change, version));
  const auto files = TRY(FilesAt(change, origin.location));
  const RunFacts facts = TRY(FactsOf(change, origin.run));
  const std::int64_t number = TRY(NextVersion(change, model.row));
  const Id id = change.ids.Next();
  TRY(
      change.db.Run("INSERT INTO model_version(project, id, model, version, state, description, "
                    "source, location, "
                    "run, logged_model, run_link, user, stage, commit_id, created_ms, updated_ms) "
                    "VALUES(?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, 'None', ?, ?, ?)",
                    {change.project, id, model.row, number, version.description, version.source,
                     origin.location, origin.run, origin.logged_model, version.run_link, facts.user,
                     facts.commit, change.now_ms, change.now_ms}));
  const std::int64_t row = change.db.LastInsertRow();
  for (const VersionFile& file : files) {
    TRY(
        change.db.Run("INSERT INTO model_version_file(version, path, digest, size) "
                      "VALUES(?, ?, ?, ?)",
                      {row, file.path, db::Value::Bytes(file.digest.Raw()), file.size}));
  }
  for (const KeyValue& tag : version.tags) TRY(PutTag(change.db, row, tag));
  json::Writer detail;
  detail.BeginObject().Key("model").String(version.model).Key("version").Int(number);
  detail.Key("source").String(version.source).Key("commit").String(facts.commit);
  if (origin.run) detail.Key("run").String(origin.run->Hex());
  detail.Key("files").BeginArray();
  for (const VersionFile& file : files) {
    detail.BeginObject().Key("path").String(file.path);
    detail.Key("sha256").String(file.digest.Hex()).EndObject();
  }
  detail.EndArray().EndObject();
  TRY(change.Record("model_version.created", id.Hex(), std::move(detail)));
  return LoadVersion(change.db, row);
}

Result<ModelVersion> GetVersion(db::Connection& db, std::int64_t project, std::string_view name,
                                std::int64_t version) {
  return LoadVersion(db, TRY(FindVersion(db, project, name, version)).row);
}

Result<ModelVersion> GetVersionById(db::Connection& db, std::int64_t project, const Id& id) {
  std::int64_t row = 0;
  {
    auto rows =
        TRY(db.Query("SELECT row FROM model_version WHERE project = ? AND id = ?", {project, id}));
    if (!TRY(rows.Next())) {
      return Fail(Code::kNotFound, "there is no model version {}", id.Hex());
    }
    row = rows.Integer(0);
  }
  return LoadVersion(db, row);
}

Result<std::vector<ModelVersion>> VersionsOfRun(db::Connection& db, std::int64_t project,
                                                const Id& run) {
  std::vector<std::int64_t> found;
  {
    auto rows =
        TRY(db.Query("SELECT row FROM model_version WHERE project = ? AND run = ? ORDER BY row",
                     {project, run}));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  std::vector<ModelVersion> versions;
  for (const std::int64_t row : found) versions.push_back(TRY(LoadVersion(db, row)));
  return versions;
}

Result<std::vector<VersionFile>> VersionFiles(db::Connection& db, std::int64_t version_row) {
  auto rows =
      TRY(db.Query("SELECT path, digest, size FROM model_version_file WHERE version = ? "
                   "ORDER BY path",
                   {version_row}));
  std::vector<VersionFile> files;
  while (TRY(rows.Next())) {
    const auto digest = blob::Digest::FromRaw(rows.Bytes(1));
    if (!digest) return Fail(Code::kDataLoss, "the digest of a model's file is damaged");
    files.push_back({std::string(rows.Text(0)), *digest, rows.Integer(2)});
  }
  return files;
}

Result<ModelVersion> DescribeVersion(journal::Change& change, std::string_view name,
                                     std::int64_t version, std::string_view description) {
  const Key key = TRY(FindVersion(change.db, change.project, name, version));
  TRY(change.db.Run("UPDATE model_version SET description = ? WHERE row = ?",
                    {description, key.row}));
  TRY(TouchVersion(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("description").String(description).EndObject();
  TRY(change.Record("model_version.described", key.id.Hex(), std::move(detail)));
  return LoadVersion(change.db, key.row);
}

Status DeleteVersion(journal::Change& change, std::string_view name, std::int64_t version) {
  const Key model = TRY(FindModel(change.db, change.project, name));
  const Key key = TRY(FindVersion(change.db, change.project, name, version));
  TRY(
      change.db.Run("UPDATE model_version SET state = 1, stage = 'Deleted_Internal', "
                    "updated_ms = ? WHERE row = ?",
                    {change.now_ms, key.row}));
  TRY(change.db.Run("DELETE FROM model_alias WHERE model = ? AND version = ?",
                    {model.row, version}));
  TRY(TouchModel(change, model.row));
  json::Writer detail;
  detail.BeginObject().Key("model").String(name).Key("version").Int(version).EndObject();
  return change.Record("model_version.deleted", key.id.Hex(), std::move(detail));
}

Status SetVersionTag(journal::Change& change, std::string_view name, std::int64_t version,
                     const KeyValue& tag) {
  const Key key = TRY(FindVersion(change.db, change.project, name, version));
  TRY(PutTag(change.db, key.row, tag));
  TRY(TouchVersion(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("key").String(tag.key).Key("value").String(tag.value).EndObject();
  return change.Record("model_version.tagged", key.id.Hex(), std::move(detail));
}

Status DeleteVersionTag(journal::Change& change, std::string_view name, std::int64_t version,
                        std::string_view tag) {
  const Key key = TRY(FindVersion(change.db, change.project, name, version));
  TRY(change.db.Run("DELETE FROM model_version_tag WHERE version = ? AND key = ?", {key.row, tag}));
  TRY(TouchVersion(change, key.row));
  json::Writer detail;
  detail.BeginObject().Key("key").String(tag).EndObject();
  return change.Record("model_version.untagged", key.id.Hex(), std::move(detail));
}

Result<ModelVersion> SetStage(journal::Change& change, std::string_view name, std::int64_t version,
                              std::string_view stage, bool archive) {
  const std::string canonical = TRY(StageOf(stage));
  const Key model = TRY(FindModel(change.db, change.project, name));
  const Key key = TRY(FindVersion(change.db, change.project, name, version));
  if (archive && canonical != "Staging" && canonical != "Production") {
    return Fail(Code::kInvalidArgument,
                "Model version transition cannot archive existing model versions because '{}' is "
                "not an Active stage. Valid stages are Staging, Production",
                canonical);
  }
  if (archive) {
    TRY(
        change.db.Run("UPDATE model_version SET stage = 'Archived', updated_ms = ? "
                      "WHERE model = ? AND stage = ? AND row != ? AND state = 0",
                      {change.now_ms, model.row, canonical, key.row}));
  }
  TRY(change.db.Run("UPDATE model_version SET stage = ?, updated_ms = ? WHERE row = ?",
                    {canonical, change.now_ms, key.row}));
  TRY(TouchModel(change, model.row));
  json::Writer detail;
  detail.BeginObject().Key("stage").String(canonical).Key("archived_others").Bool(archive);
  detail.EndObject();
  TRY(change.Record("model_version.staged", key.id.Hex(), std::move(detail)));
  return LoadVersion(change.db, key.row);
}

Result<std::vector<ModelVersion>> LatestVersions(db::Connection& db, std::int64_t project,
                                                 std::string_view name,
                                                 std::span<const std::string> stages) {
  std::vector<std::string> canonical;
  for (const std::string& stage : stages) canonical.push_back(TRY(StageOf(stage)));
  return LatestOf(db, TRY(FindModel(db, project, name)).row, canonical);
}

Result<db::Page<ModelVersion>> SearchVersions(db::Connection& db, std::int64_t project,
                                              const db::Query& query) {
  const db::SearchSql sql =
      TRY(db::CompileSearch(kSearch, "t.project = ?", {db::Value(project)}, query));
  std::vector<std::int64_t> found;
  {
    auto rows = TRY(db.QueryOnce(sql.text, sql.values));
    while (TRY(rows.Next())) found.push_back(rows.Integer(0));
  }
  db::Page<ModelVersion> page;
  page.has_more = found.size() > static_cast<std::size_t>(query.limit);
  if (page.has_more) found.pop_back();
  for (const std::int64_t row : found) page.items.push_back(TRY(LoadVersion(db, row)));
  return page;
}

}  // namespace galley::registry
