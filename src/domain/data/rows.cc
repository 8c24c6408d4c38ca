#include "domain/data/rows.h"

#include <algorithm>

#include "domain/data/service.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"

namespace galley::data {
namespace {

constexpr std::size_t kNameMax = 63;
constexpr std::string_view kVersionColumns =
    "number, id, digest, parent, mode, columns, added, removed, total, files, bytes, actor, "
    "source, message, batch, created_ms, event_max, outcome, changed";

constexpr std::string_view kFilesKind = "files";

struct ModeRow {
  Mode mode;
  std::string_view name;
};
constexpr ModeRow kModes[] = {{Mode::kAppend, "append"},   {Mode::kOverwrite, "overwrite"},
                              {Mode::kUpsert, "upsert"},   {Mode::kDelete, "delete"},
                              {Mode::kCompact, "compact"}, {Mode::kFiles, "files"}};

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

struct ColumnList {
  std::vector<EngineColumn> columns;
  static const schema::Message kSchema;
};
constexpr schema::Field kColumnList[] = {schema::Of<&ColumnList::columns>("columns")};
const schema::Message ColumnList::kSchema{"columns", kColumnList};

Result<Version> VersionAt(const db::Rows& rows, int at) {
  const auto digest = blob::Digest::FromRaw(rows.Bytes(at + 2));
  const auto mode = ParseMode(rows.Text(at + 4));
  if (!digest || !mode) return Fail(Code::kDataLoss, "a dataset's version is damaged");
  Version version{.number = rows.Integer(at),
                  .id = rows.AsId(at + 1),
                  .digest = *digest,
                  .mode = *mode,
                  .columns = TRY(ParseColumns(rows.Text(at + 5))),
                  .rows = {rows.Integer(at + 6), rows.Integer(at + 7), rows.Integer(at + 8),
                           rows.Integer(at + 18)},
                  .files = rows.Integer(at + 9),
                  .bytes = rows.Integer(at + 10),
                  .actor = std::string(rows.Text(at + 11)),
                  .source = std::string(rows.Text(at + 12)),
                  .message = std::string(rows.Text(at + 13)),
                  .batch = std::string(rows.Text(at + 14)),
                  .created_ms = rows.Integer(at + 15),
                  .outcome = std::string(rows.Text(at + 17))};
  if (!rows.IsNull(at + 16)) version.event_max = rows.Integer(at + 16);
  if (!rows.IsNull(at + 3)) version.parent = blob::Digest::FromRaw(rows.Bytes(at + 3));
  return version;
}

/// Versions by a condition on `dataset_version`, newest first.
Result<std::vector<Version>> Select(db::Connection& db, std::string_view condition,
                                    const std::vector<db::Value>& values) {
  std::vector<Version> versions;
  const std::string sql =
      fmt::format("SELECT {} FROM dataset_version WHERE {}", kVersionColumns, condition);
  auto rows = TRY(db.QueryOnce(sql, values));
  while (TRY(rows.Next())) versions.push_back(TRY(VersionAt(rows, 0)));
  return versions;
}

Result<Dataset> WithLatest(db::Connection& db, Dataset dataset) {
  auto latest = TRY(ListVersions(db, dataset.row, 1, std::nullopt));
  if (!latest.empty()) dataset.latest = std::move(latest.front());
  return dataset;
}

/// Datasets by name, or all of them.
Result<std::vector<Dataset>> Load(db::Connection& db, std::int64_t project, std::string_view name) {
  std::vector<Dataset> datasets;
  {
    auto rows = TRY(db.Query(
        "SELECT row, id, name, created_ms, kind FROM versioned_dataset WHERE project = ? AND "
        "(? = '' OR name = ?) ORDER BY name",
        {project, name, name}));
    while (TRY(rows.Next())) {
      datasets.push_back({.row = rows.Integer(0),
                          .id = rows.AsId(1),
                          .kind = rows.Text(4) == kFilesKind ? Kind::kFiles : Kind::kTable,
                          .name = std::string(rows.Text(2)),
                          .created_ms = rows.Integer(3)});
    }
  }
  for (Dataset& dataset : datasets) dataset = TRY(WithLatest(db, std::move(dataset)));
  return datasets;
}

Status IndexFiles(journal::Change& change, std::int64_t dataset, const Indexed& commit) {
  for (const std::string& path : commit.removed) {
    TRY(
        change.db.Run("UPDATE dataset_file SET removed = ? WHERE dataset = ? AND path = ? AND "
                      "removed IS NULL",
                      {commit.version.number, dataset, path}));
  }
  for (const TableFile& file : commit.added) {
    TRY(
        change.db.Run("INSERT INTO dataset_file(dataset, path, added, digest, rows, bytes) "
                      "VALUES(?, ?, ?, ?, ?, ?)",
                      {dataset, file.path, commit.version.number,
                       db::Value::Bytes(file.digest->Raw()), file.rows, file.bytes}));
  }
  return {};
}

json::Writer Detail(const Indexed& commit) {
  const Version& version = commit.version;
  json::Writer detail;
  detail.BeginObject().Key("dataset").String(commit.dataset).Key("version").Int(version.number);
  detail.Key("digest").String(version.digest.Hex()).Key("mode").String(ModeName(version.mode));
  detail.Key("added").Int(version.rows.added).Key("removed").Int(version.rows.removed);
  detail.Key("total").Int(version.rows.total).Key("changed").Int(version.rows.changed);
  detail.Key("files").Int(version.files).Key("bytes").Int(version.bytes);
  detail.Key("source").String(version.source);
  detail.Key("message").String(version.message).Key("batch").String(version.batch);
  if (!commit.report.empty()) detail.Key("report").Raw(commit.report);
  detail.EndObject();
  return detail;
}

}  // namespace

std::string_view ModeName(Mode mode) {
  return std::ranges::find(kModes, mode, &ModeRow::mode)->name;
}

std::optional<Mode> ParseMode(std::string_view text) {
  const auto* row = std::ranges::find(kModes, text, &ModeRow::name);
  return row == std::end(kModes) ? std::nullopt : std::optional(row->mode);
}

std::string_view KindName(Kind kind) {
  return kind == Kind::kFiles ? kFilesKind : "table";
}

Status CheckKind(const Dataset& dataset, Kind kind) {
  if (dataset.kind == kind) return {};
  if (kind == Kind::kTable) {
    return Fail(Code::kFailedPrecondition,
                "the dataset '{}' consists of files, not of a table's rows", dataset.name);
  }
  return Fail(Code::kFailedPrecondition, "the dataset '{}' is a table; files need another one",
              dataset.name);
}

Status CheckName(std::string_view name, std::string_view field) {
  const auto allowed = [](char c) {
    return IsLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
  };
  if (!name.empty() && name.size() <= kNameMax && IsLetterOrDigit(name.front()) &&
      std::ranges::all_of(name, allowed)) {
    return {};
  }
  return Fail(Code::kInvalidArgument,
              "'{}' must have 1 to {} letters, digits, '-', '_' or '.' and begin with a letter or "
              "digit; '{}' has not",
              field, kNameMax, name);
}

std::string ColumnsJson(const std::vector<Column>& columns) {
  json::Writer writer;
  writer.BeginArray();
  for (const Column& column : columns) {
    writer.BeginObject().Key("name").String(column.name).Key("type").String(column.type);
    writer.EndObject();
  }
  writer.EndArray();
  return std::move(writer).Take();
}

Result<std::vector<Column>> ParseColumns(std::string_view json) {
  const std::string wrapped = fmt::format("{{\"columns\":{}}}", json);
  const auto list = schema::FromJson<ColumnList>(wrapped, schema::Dialect{});
  if (!list) return Fail(Code::kDataLoss, "{}", schema::ErrorOf(list.error()).message);
  std::vector<Column> columns;
  for (const EngineColumn& column : list->columns) columns.push_back({column.name, column.type});
  return columns;
}

blob::Digest DigestOf(const std::vector<Column>& columns, const std::vector<TableFile>& files) {
  std::string text = "galley dataset 1\n";
  for (const Column& column : columns) {
    text += fmt::format("column {} {}\n", column.type, column.name);
  }
  std::vector<std::string> lines;
  for (const TableFile& file : files) {
    lines.push_back(fmt::format("file {} {}\n", file.digest->Hex(), file.rows));
  }
  std::ranges::sort(lines);
  for (const std::string& line : lines) text += line;
  return blob::DigestOf(text);
}

Result<std::optional<Dataset>> FindDataset(db::Connection& db, std::int64_t project,
                                           std::string_view name) {
  auto found = TRY(Load(db, project, name));
  if (name.empty() || found.empty()) return std::optional<Dataset>();
  return std::optional(std::move(found.front()));
}

Result<std::vector<Dataset>> ListDatasets(db::Connection& db, std::int64_t project) {
  return Load(db, project, "");
}

Result<Dataset> GetDataset(db::Connection& db, std::int64_t project, std::string_view name) {
  auto found = TRY(FindDataset(db, project, name));
  if (found) return *std::move(found);
  return Fail(Code::kNotFound, "there is no dataset '{}'", name);
}

Result<std::vector<Version>> ListVersions(db::Connection& db, std::int64_t dataset,
                                          std::int64_t limit, std::optional<std::int64_t> before) {
  return Select(db, "dataset = ? AND (? IS NULL OR number < ?) ORDER BY number DESC LIMIT ?",
                {dataset, before, before, limit});
}

Result<Version> GetVersion(db::Connection& db, std::int64_t dataset, std::int64_t number) {
  auto found = TRY(Select(db, "dataset = ? AND number = ?", {dataset, number}));
  if (!found.empty()) return std::move(found.front());
  const auto latest = TRY(ListVersions(db, dataset, 1, std::nullopt));
  if (latest.empty()) return Fail(Code::kNotFound, "the dataset has no version yet");
  return Fail(Code::kNotFound, "there is no version {}; there are 0 to {}", number,
              latest.front().number);
}

Result<std::optional<Version>> FindBatch(db::Connection& db, std::int64_t dataset,
                                         std::string_view batch) {
  auto found = TRY(Select(db, "dataset = ? AND batch = ? AND batch <> ''", {dataset, batch}));
  if (found.empty()) return std::optional<Version>();
  return std::optional(std::move(found.front()));
}

Result<std::vector<TableFile>> LiveFiles(db::Connection& db, std::int64_t dataset,
                                         std::int64_t number) {
  std::vector<TableFile> files;
  auto rows =
      TRY(db.Query("SELECT path, rows, bytes, digest FROM dataset_file WHERE dataset = ? AND "
                   "added <= ? AND (removed IS NULL OR removed > ?) ORDER BY path",
                   {dataset, number, number}));
  while (TRY(rows.Next())) {
    files.push_back({.path = std::string(rows.Text(0)),
                     .rows = rows.Integer(1),
                     .bytes = rows.Integer(2),
                     .digest = blob::Digest::FromRaw(rows.Bytes(3))});
  }
  return files;
}

Result<std::int64_t> DatasetRow(journal::Change& change, const std::string& name, const Id& id,
                                Kind kind) {
  if (const auto known = TRY(FindDataset(change.db, change.project, name))) {
    TRY(CheckKind(*known, kind));
    return known->row;
  }
  TRY(change.db.Run(
      "INSERT INTO versioned_dataset(project, id, name, created_ms, kind) VALUES(?, ?, ?, ?, ?)",
      {change.project, id, name, change.now_ms, KindName(kind)}));
  const std::int64_t row = change.db.LastInsertRow();
  json::Writer detail;
  detail.BeginObject().Key("name").String(name).Key("kind").String(KindName(kind)).EndObject();
  TRY(change.Record("dataset.created", id.Hex(), std::move(detail)));
  return row;
}

Status Index(journal::Change& change, const Indexed& commit) {
  const Kind kind = commit.version.mode == Mode::kFiles ? Kind::kFiles : Kind::kTable;
  const std::int64_t dataset = TRY(DatasetRow(change, commit.dataset, commit.dataset_id, kind));
  const Version& version = commit.version;
  const db::Value parent =
      version.parent ? db::Value::Bytes(version.parent->Raw()) : db::Value(nullptr);
  const std::string columns = ColumnsJson(version.columns);
  TRY(change.db.Run(
      fmt::format(
          "INSERT INTO dataset_version(dataset, {}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, ?, ?, ?, ?, ?, ?, ?, ?)",
          kVersionColumns),
      {dataset,
       version.number,
       version.id,
       db::Value::Bytes(version.digest.Raw()),
       parent,
       ModeName(version.mode),
       columns,
       version.rows.added,
       version.rows.removed,
       version.rows.total,
       version.files,
       version.bytes,
       version.actor,
       version.source,
       version.message,
       version.batch,
       version.created_ms,
       version.event_max,
       version.outcome,
       version.rows.changed}));
  if (!commit.report.empty()) {
    TRY(change.db.Run("INSERT INTO dataset_report(version, report) VALUES(?, ?)",
                      {version.id, commit.report}));
  }
  TRY(IndexFiles(change, dataset, commit));
  return change.Record("dataset.committed", version.id.Hex(), Detail(commit));
}

}  // namespace galley::data
