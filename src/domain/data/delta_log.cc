#include "domain/data/delta_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "foundation/http/url.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"

namespace galley::data {
namespace {

using schema::Field;
using schema::JsonObject;
using schema::Message;
using schema::Of;

constexpr std::int64_t kReaderVersion = 1;
constexpr std::int64_t kWriterVersion = 2;
constexpr std::size_t kCommitBytesMax = std::size_t{256} << 20U;
constexpr std::size_t kVersionDigits = 20;
constexpr std::string_view kJson = ".json";

// The actions as they stand in the log: one of them a line.
struct Protocol {
  std::int64_t reader = 0;
  std::int64_t writer = 0;
  static const Message kSchema;
};
struct MetaData {
  std::string id;
  std::string schema;
  std::vector<std::string> partition_columns;
  static const Message kSchema;
};
struct Add {
  std::string path;
  std::int64_t size = 0;
  std::string stats;
  std::optional<JsonObject> deletion_vector;
  bool data_change = true;
  static const Message kSchema;
};
struct Remove {
  std::string path;
  bool data_change = true;
  static const Message kSchema;
};
struct Txn {
  std::string application;
  std::int64_t version = 0;
  static const Message kSchema;
};
struct CommitInfo {
  std::int64_t timestamp = 0;
  std::string operation;
  std::optional<JsonObject> galley;
  static const Message kSchema;
};
struct Action {
  std::optional<Protocol> protocol;
  std::optional<MetaData> meta_data;
  std::optional<Add> add;
  std::optional<Remove> remove;
  std::optional<Txn> txn;
  std::optional<CommitInfo> commit_info;
  static const Message kSchema;
};
// What is JSON inside of a JSON string.
struct SchemaField {
  std::string name;
  std::string type;
  static const Message kSchema;
};
struct Schema {
  std::vector<SchemaField> fields;
  static const Message kSchema;
};
struct Stats {
  std::int64_t rows = -1;
  static const Message kSchema;
};

constexpr Field kProtocol[] = {Of<&Protocol::reader>("minReaderVersion"),
                               Of<&Protocol::writer>("minWriterVersion")};
constexpr Field kMetaData[] = {Of<&MetaData::id>("id"), Of<&MetaData::schema>("schemaString"),
                               Of<&MetaData::partition_columns>("partitionColumns")};
constexpr Field kAdd[] = {Of<&Add::path>("path").Required(), Of<&Add::size>("size"),
                          Of<&Add::stats>("stats"), Of<&Add::deletion_vector>("deletionVector"),
                          Of<&Add::data_change>("dataChange")};
constexpr Field kRemove[] = {Of<&Remove::path>("path").Required(),
                             Of<&Remove::data_change>("dataChange")};
constexpr Field kTxn[] = {Of<&Txn::application>("appId"), Of<&Txn::version>("version")};
constexpr Field kCommitInfo[] = {Of<&CommitInfo::timestamp>("timestamp"),
                                 Of<&CommitInfo::operation>("operation"),
                                 Of<&CommitInfo::galley>("galley")};
constexpr Field kAction[] = {
    Of<&Action::protocol>("protocol"), Of<&Action::meta_data>("metaData"),
    Of<&Action::add>("add"),           Of<&Action::remove>("remove"),
    Of<&Action::txn>("txn"),           Of<&Action::commit_info>("commitInfo")};
constexpr Field kSchemaField[] = {Of<&SchemaField::name>("name").Required(),
                                  Of<&SchemaField::type>("type").Required()};
constexpr Field kSchemaFields[] = {Of<&Schema::fields>("fields")};
constexpr Field kStats[] = {Of<&Stats::rows>("numRecords")};

const Message Protocol::kSchema{"protocol", kProtocol};
const Message MetaData::kSchema{"metaData", kMetaData};
const Message Add::kSchema{"add", kAdd};
const Message Remove::kSchema{"remove", kRemove};
const Message Txn::kSchema{"txn", kTxn};
const Message CommitInfo::kSchema{"commitInfo", kCommitInfo};
const Message Action::kSchema{"action", kAction};
const Message SchemaField::kSchema{"field", kSchemaField};
const Message Schema::kSchema{"schema", kSchemaFields};
const Message Stats::kSchema{"stats", kStats};

std::string LogFolder(const std::string& folder) {
  return folder + "/_delta_log";
}

std::string CommitPath(const std::string& folder, std::int64_t version) {
  return fmt::format("{}/{:020d}.json", LogFolder(folder), version);
}

std::string SchemaString(const std::vector<Column>& columns) {
  json::Writer writer;
  writer.BeginObject().Key("type").String("struct").Key("fields").BeginArray();
  for (const Column& column : columns) {
    writer.BeginObject().Key("name").String(column.name).Key("type").String(column.type);
    writer.Key("nullable").Bool(true).Key("metadata").BeginObject().EndObject().EndObject();
  }
  writer.EndArray().EndObject();
  return std::move(writer).Take();
}

/// An action's line: `{"KIND":{…}}`, its members written by `fill`.
template <typename Fill>
void AppendAction(std::string& text, std::string_view kind, Fill fill) {
  json::Writer writer;
  writer.BeginObject().Key(kind).BeginObject();
  fill(writer);
  writer.EndObject().EndObject();
  (text += std::move(writer).Take()) += '\n';
}

void AppendHead(std::string& text, const DeltaTable& table, const DeltaCommit& commit) {
  AppendAction(text, "commitInfo", [&](json::Writer& writer) {
    writer.Key("timestamp").Int(commit.timestamp_ms).Key("operation").String(commit.operation);
    writer.Key("engineInfo").String("Galley");
    if (!commit.galley.empty()) writer.Key("galley").Raw(commit.galley);
  });
  if (commit.version == 0) {
    AppendAction(text, "protocol", [](json::Writer& writer) {
      writer.Key("minReaderVersion").Int(kReaderVersion);
      writer.Key("minWriterVersion").Int(kWriterVersion);
    });
  }
  if (!commit.columns) return;
  AppendAction(text, "metaData", [&](json::Writer& writer) {
    writer.Key("id").String(table.id.Hex()).Key("format").BeginObject();
    writer.Key("provider").String("parquet").Key("options").BeginObject().EndObject().EndObject();
    writer.Key("schemaString").String(SchemaString(*commit.columns));
    writer.Key("partitionColumns").BeginArray().EndArray();
    writer.Key("configuration").BeginObject().EndObject();
    writer.Key("createdTime").Int(commit.timestamp_ms);
  });
}

std::string TextOf(const DeltaTable& table, const DeltaCommit& commit) {
  std::string text;
  AppendHead(text, table, commit);
  if (!commit.application.empty()) {
    AppendAction(text, "txn", [&](json::Writer& writer) {
      writer.Key("appId").String(commit.application);
      writer.Key("version").Int(commit.application_version);
      writer.Key("lastUpdated").Int(commit.timestamp_ms);
    });
  }
  for (const std::string& path : commit.removed) {
    AppendAction(text, "remove", [&](json::Writer& writer) {
      writer.Key("path").String(http::PercentEncodePath(path));
      writer.Key("deletionTimestamp").Int(commit.timestamp_ms);
      writer.Key("dataChange").Bool(commit.changes_data);
    });
  }
  for (const TableFile& file : commit.added) {
    AppendAction(text, "add", [&](json::Writer& writer) {
      writer.Key("path").String(http::PercentEncodePath(file.path));
      writer.Key("partitionValues").BeginObject().EndObject().Key("size").Int(file.bytes);
      writer.Key("modificationTime").Int(commit.timestamp_ms);
      writer.Key("dataChange").Bool(commit.changes_data);
      if (!file.delta_stats.empty()) writer.Key("stats").String(file.delta_stats);
    });
  }
  return text;
}

std::unexpected<Error> Damaged(std::int64_t version, std::string_view why) {
  return Fail(Code::kDataLoss, "commit {} of the table's log: {}", version, why);
}

Status Take(const Protocol& protocol, std::int64_t version) {
  if (protocol.reader <= kReaderVersion && protocol.writer <= kWriterVersion) return {};
  return Fail(Code::kUnimplemented,
              "commit {} of the table's log needs reader {} and writer {} of Delta's protocol; "
              "understood here are {} and {}",
              version, protocol.reader, protocol.writer, kReaderVersion, kWriterVersion);
}

Status Take(const MetaData& meta_data, DeltaCommit& commit) {
  if (!meta_data.partition_columns.empty()) {
    return Fail(Code::kUnimplemented, "commit {} partitions the table by '{}'", commit.version,
                meta_data.partition_columns.front());
  }
  const auto schema = schema::FromJson<Schema>(meta_data.schema, schema::Dialect{});
  if (!schema) {
    return Fail(Code::kUnimplemented, "commit {} has a schema with nested columns: {}",
                commit.version, schema::ErrorOf(schema.error()).message);
  }
  commit.table_id = meta_data.id;
  commit.columns.emplace();
  for (const SchemaField& field : schema->fields) {
    commit.columns->push_back({field.name, field.type});
  }
  return {};
}

/// A path of the log: relative, beneath the table.
Result<std::string> PathOf(std::string_view encoded, std::int64_t version) {
  const auto path = http::PercentDecode(encoded);
  if (!path || path->empty() || path->starts_with('/') || path->contains("..") ||
      path->contains(":")) {
    return Fail(Code::kUnimplemented,
                "commit {} names the file '{}', which is not beneath the table", version, encoded);
  }
  return *path;
}

Status Take(const Add& add, DeltaCommit& commit) {
  if (add.deletion_vector) {
    return Fail(Code::kUnimplemented, "commit {} has a deletion vector", commit.version);
  }
  TableFile file{.path = TRY(PathOf(add.path, commit.version)),
                 .rows = -1,
                 .bytes = add.size,
                 .delta_stats = add.stats};
  const auto stats = schema::FromJson<Stats>(add.stats, schema::Dialect{});
  if (stats) file.rows = stats->rows;
  commit.changes_data = add.data_change;
  commit.added.push_back(std::move(file));
  return {};
}

Status Take(const Action& action, DeltaCommit& commit) {
  if (action.protocol) TRY(Take(*action.protocol, commit.version));
  if (action.meta_data) TRY(Take(*action.meta_data, commit));
  if (action.add) TRY(Take(*action.add, commit));
  if (action.remove) {
    commit.removed.push_back(TRY(PathOf(action.remove->path, commit.version)));
    commit.changes_data = action.remove->data_change;
  }
  if (action.txn) {
    commit.application = action.txn->application;
    commit.application_version = action.txn->version;
  }
  if (action.commit_info) {
    commit.timestamp_ms = action.commit_info->timestamp;
    commit.operation = action.commit_info->operation;
    if (action.commit_info->galley) commit.galley = action.commit_info->galley->text;
  }
  return {};
}

/// Gives the file a name that must not exist yet.
Status LinkNew(const std::string& from, const std::string& to, std::int64_t version) {
  if (::link(from.c_str(), to.c_str()) == 0) return {};
  if (errno == EEXIST) {
    return Fail(Code::kAlreadyExists, "the table has a version {} already", version);
  }
  return std::unexpected(io::ErrnoError("naming " + to));
}

}  // namespace

Status AppendCommit(const DeltaTable& table, const DeltaCommit& commit) {
  const std::string folder = LogFolder(table.folder);
  TRY(io::MakeFolder(folder));
  // Readers pass over names that begin with a dot.
  const std::string staged = fmt::format("{}/.{}.tmp", folder, table.id.Hex());
  const std::string text = TextOf(table, commit);
  const io::UniqueFd file(::open(staged.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(io::ErrnoError("creating " + staged));
  TRY(io::WriteAll(file.get(), text, staged));
  if (::fsync(file.get()) != 0) return std::unexpected(io::ErrnoError("syncing " + staged));
  const Status linked = LinkNew(staged, CommitPath(table.folder, commit.version), commit.version);
  ::unlink(staged.c_str());
  if (!linked) return linked;
  return io::SyncFolder(folder);
}

Result<DeltaCommit> ReadCommit(const std::string& folder, std::int64_t version) {
  const std::string text = TRY(io::ReadFile(CommitPath(folder, version), kCommitBytesMax));
  DeltaCommit commit{.version = version};
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.find_first_not_of(" \r") == std::string_view::npos) continue;
    const auto action = schema::FromJson<Action>(line, schema::Dialect{});
    if (!action) return Damaged(version, schema::ErrorOf(action.error()).message);
    TRY(Take(*action, commit));
  }
  return commit;
}

Result<std::optional<std::int64_t>> NewestVersion(const std::string& folder) {
  std::optional<std::int64_t> newest;
  std::error_code error;
  std::filesystem::directory_iterator entry(LogFolder(folder), error);
  if (error == std::errc::no_such_file_or_directory) return newest;
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.size() != kVersionDigits + kJson.size() || !name.ends_with(kJson)) continue;
    std::int64_t version = 0;
    const char* end = name.data() + kVersionDigits;
    const auto parsed = std::from_chars(name.data(), end, version);
    if (parsed.ec != std::errc() || parsed.ptr != end) continue;
    newest = std::max(newest.value_or(0), version);
  }
  if (error) {
    return std::unexpected(io::ErrnoError("listing " + LogFolder(folder), error.value()));
  }
  return newest;
}

}  // namespace galley::data
