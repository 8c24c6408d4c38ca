#include "domain/data/service.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "domain/data/admission.h"
#include "domain/data/commit_info.h"
#include "domain/data/delta_log.h"
#include "domain/data/rows.h"
#include "domain/data/service_parts.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"
#include "foundation/telemetry/log.h"
#include "platform/exec/child.h"

namespace galley::data {
namespace {

constexpr int kAttemptsMax = 8;
constexpr std::string_view kEngine = "table";

std::string_view OperationOf(Mode mode) {
  switch (mode) {
    case Mode::kUpsert: return "MERGE";
    case Mode::kDelete: return "DELETE";
    case Mode::kCompact: return "OPTIMIZE";
    default: return "WRITE";
  }
}

Status Validate(const NewVersion& wanted) {
  TRY(CheckName(wanted.dataset, "dataset"));
  if (wanted.mode == Mode::kFiles) {
    return Fail(Code::kInvalidArgument, "'mode' is not for tables: files");
  }
  const bool reads = wanted.mode != Mode::kDelete && wanted.mode != Mode::kCompact;
  const std::string_view mode = ModeName(wanted.mode);
  if (reads == wanted.uploads.empty()) {
    return Fail(Code::kInvalidArgument, "'uploads' must {} in mode '{}'",
                reads ? "name at least one file" : "be empty", mode);
  }
  if ((wanted.mode == Mode::kUpsert) == wanted.keys.empty()) {
    return Fail(Code::kInvalidArgument, "'keys' must {} in mode '{}'",
                wanted.keys.empty() ? "name the columns that tell rows apart" : "be empty", mode);
  }
  if ((wanted.mode == Mode::kDelete) == wanted.where.empty()) {
    return Fail(Code::kInvalidArgument, "'where' must {} in mode '{}'",
                wanted.where.empty() ? "say which rows go" : "be empty", mode);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Service>> Service::Open(const Options& options, const journal::Store& store,
                                               blob::BlobStore& blobs) {
  const std::string staged = options.data + "/datasets/tmp";
  TRY(io::RemoveFolder(staged));
  TRY(io::MakeFolder(staged));
  std::unique_ptr<Service> service(new Service(options, store, blobs));
  TRY(service->CatchUpAll());
  return service;
}

std::string Service::FolderOf(std::string_view project, std::string_view dataset) const {
  return fmt::format("{}/datasets/{}/{}", options_.data, project, dataset);
}

std::shared_ptr<std::mutex> Service::LockOf(const std::string& folder) {
  const std::scoped_lock lock(mutex_);
  auto& entry = locks_[folder];
  if (!entry) entry = std::make_shared<std::mutex>();
  return entry;
}

Status Service::CatchUpAll() {
  namespace fs = std::filesystem;
  std::error_code error;
  for (const auto& project : fs::directory_iterator(options_.data + "/datasets", error)) {
    const std::string name = project.path().filename().string();
    if (name == "tmp" || !project.is_directory()) continue;
    for (const auto& table : fs::directory_iterator(project.path(), error)) {
      const std::string dataset = table.path().filename().string();
      Status caught = CatchUp(name, dataset);
      if (caught) caught = ClearRejected(name, dataset);
      if (caught) continue;
      // One damaged table must not keep the server from starting.
      telemetry::LogError(
          "a dataset's log cannot be read",
          {{"file.path", table.path().string()}, {"error.message", caught.error().message}});
    }
  }
  return {};
}

/// Takes in the commits that the log has and the index has not. The caller holds the table's lock,
/// or is the only one there.
Status Service::CatchUp(const std::string& project, const std::string& dataset) {
  const auto newest = TRY(NewestVersion(FolderOf(project, dataset)));
  if (!newest) return {};
  const Current current = TRY(Look(project, dataset, std::nullopt));
  std::int64_t next = current.version ? current.version->number + 1 : 0;
  for (; next <= *newest; ++next) {
    TRY(Context(TakeIn(project, dataset, next), fmt::format("dataset '{}'", dataset)));
  }
  return {};
}

/// Looks at files that another writer added: their digests, rows and statistics. Without DuckDB the
/// rows are what the log says.
Status Service::Inspect(const std::string& folder, const std::vector<Column>& columns,
                        std::vector<TableFile>& files) const {
  const Stage stage = TRY(MakeStage());
  EngineRequest request{.operation = "profile", .out = stage.folder, .prefix = stage.prefix};
  for (const Column& column : columns) request.columns.push_back({column.name, column.type});
  for (TableFile& file : files) {
    const TableFile sealed = TRY(Seal(folder + "/" + file.path));
    file.digest = sealed.digest;
    file.bytes = sealed.bytes;
    request.files.push_back({.path = folder + "/" + file.path});
    if (file.rows < 0 && options_.duckdb_library.empty()) {
      return Fail(Code::kFailedPrecondition,
                  "the log does not say how many rows '{}' has, and without DuckDB nobody can look",
                  file.path);
    }
  }
  if (files.empty() || options_.duckdb_library.empty()) return {};
  const EngineAnswer answer = TRY(Run(request, stage));
  if (answer.files.size() != files.size()) {
    return Fail(Code::kInternal, "the child looked at {} files instead of {}", answer.files.size(),
                files.size());
  }
  for (std::size_t at = 0; at < files.size(); ++at) {
    files[at].rows = answer.files[at].rows;
    TRY(KeepStatistics(fmt::format("{}/{}-{}.statistics", stage.folder, stage.prefix, at), folder,
                       files[at].path));
  }
  return io::SyncFolder(folder + kStatisticsFolder);
}

Status Service::TakeIn(const std::string& project, const std::string& dataset,
                       std::int64_t number) {
  const std::string folder = FolderOf(project, dataset);
  const Current before = TRY(Look(project, dataset, std::nullopt));
  DeltaCommit commit = TRY(ReadCommit(folder, number));
  Version version{.number = number, .id = store_.ids.Next(), .created_ms = commit.timestamp_ms};
  if (before.version) {
    version.columns = before.version->columns;
    version.parent = before.version->digest;
    version.event_max = before.version->event_max;
  }
  if (commit.columns) version.columns = *commit.columns;
  std::string report;
  if (commit.galley.empty()) {
    version.mode = commit.removed.empty() ? Mode::kAppend : Mode::kOverwrite;
    version.actor = "delta";
    TRY(Inspect(folder, version.columns, commit.added));
    for (const TableFile& file : commit.added) version.rows.added += file.rows;
  } else {
    report = TRY(TakeInformation(commit.galley, version, commit.added));
  }
  std::vector<TableFile> live = before.files;
  for (const std::string& path : commit.removed) {
    const auto gone = std::ranges::find(live, path, &TableFile::path);
    if (gone == live.end()) continue;
    if (commit.galley.empty()) version.rows.removed += gone->rows;
    live.erase(gone);
  }
  live.insert(live.end(), commit.added.begin(), commit.added.end());
  version.rows.total = 0;
  for (const TableFile& file : live) {
    version.rows.total += file.rows;
    version.bytes += file.bytes;
  }
  version.files = static_cast<std::int64_t>(live.size());
  if (commit.galley.empty()) version.digest = DigestOf(version.columns, live);
  const Id id =
      before.dataset ? before.dataset->id : Id::Parse(commit.table_id).value_or(store_.ids.Next());
  const Indexed indexed{dataset, id, version, commit.added, commit.removed, report};
  return store_.WriteAndWait(db::WriteClass::kInteractive, project, version.actor,
                             [&](journal::Change& change) { return Index(change, indexed); });
}

/// The dataset at a version, or at its newest; what is not there is null.
Result<Service::Current> Service::Look(const std::string& project, const std::string& dataset,
                                       std::optional<std::int64_t> number) {
  Current current;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    current.dataset = TRY(FindDataset(view.db, view.project, dataset));
    if (!current.dataset) return {};
    TRY(CheckKind(*current.dataset, Kind::kTable));
    current.version = current.dataset->latest;
    if (number) current.version = TRY(GetVersion(view.db, current.dataset->row, *number));
    if (!current.version) return {};
    current.files = TRY(LiveFiles(view.db, current.dataset->row, current.version->number));
    return {};
  }));
  return current;
}

Result<Service::Stage> Service::MakeStage() const {
  const std::string id = store_.ids.Next().Hex();
  Stage stage(fmt::format("{}/datasets/tmp/{}", options_.data, id), "part-" + id);
  TRY(io::MakeFolder(stage.folder));
  return stage;
}

Result<EngineAnswer> Service::Run(const EngineRequest& request, const Stage& stage) const {
  if (options_.duckdb_library.empty()) {
    return Fail(Code::kFailedPrecondition,
                "tables need DuckDB, which is not there: set duckdb_library to the path of "
                "libduckdb.so (./dev run does)");
  }
  const std::string answer =
      TRY(exec::RunChild({.kind = std::string(kEngine),
                          .request = schema::ToJson(request, schema::EmptyLists::kWrite),
                          .folder = stage.folder,
                          .environment = {{"GALLEY_DUCKDB_LIBRARY", options_.duckdb_library}}}));
  auto decoded = schema::FromJson<EngineAnswer>(answer, schema::Dialect{});
  if (decoded) return *std::move(decoded);
  return Fail(Code::kInternal, "the child's answer: {}", schema::ErrorOf(decoded.error()).message);
}

Result<EngineRequest> Service::RequestFor(const NewVersion& wanted, const Current& current,
                                          const std::string& folder) const {
  EngineRequest request{
      .operation = std::string(ModeName(wanted.mode)), .keys = wanted.keys, .where = wanted.where};
  if (current.version) {
    for (const Column& column : current.version->columns) {
      request.columns.push_back({column.name, column.type});
    }
  }
  for (const TableFile& file : current.files) {
    request.files.push_back({.path = folder + "/" + file.path, .rows = file.rows});
  }
  for (const Upload& upload : wanted.uploads) {
    if (!blobs_.Open(upload.digest)) {
      return Fail(Code::kInvalidArgument, "'uploads': nothing with the digest {} was uploaded",
                  upload.digest.Hex());
    }
    request.inputs.push_back({blobs_.PathOf(upload.digest), upload.format, upload.name});
  }
  return request;
}

/// Gives the files that a child wrote their place in the table.
Result<std::vector<TableFile>> Service::Adopt(const EngineAnswer& answer, const Stage& stage,
                                              const std::string& folder) const {
  std::vector<TableFile> files;
  for (std::size_t at = 0; at < answer.files.size(); ++at) {
    const std::string name = fmt::format("{}-{}", stage.prefix, at);
    const EngineFile& written = answer.files[at];
    if (written.path != name + ".parquet") {
      return Fail(Code::kInternal, "the child wrote '{}' instead of '{}.parquet'", written.path,
                  name);
    }
    TableFile file = TRY(Seal(stage.folder + "/" + written.path));
    file.path = written.path;
    file.rows = written.rows;
    file.delta_stats = written.delta_stats;
    TRY(KeepStatistics(fmt::format("{}/{}.statistics", stage.folder, name), folder, file.path));
    TRY(Rename(stage.folder + "/" + written.path, folder + "/" + written.path));
    files.push_back(std::move(file));
  }
  if (!files.empty()) TRY(io::SyncFolder(folder + kStatisticsFolder));
  TRY(io::MakeFolder(folder));
  TRY(io::SyncFolder(folder));
  return files;
}

/// The version of a batch that was committed before; null if there is none.
Result<std::optional<Version>> Service::Known(const std::string& project, const Current& current,
                                              const std::string& batch) {
  std::optional<Version> known;
  if (!current.dataset || batch.empty()) return known;
  TRY(store_.Read(project, [&](const journal::View& view) -> Status {
    known = TRY(FindBatch(view.db, current.dataset->row, batch));
    return {};
  }));
  return known;
}

/// What a commit becomes once its files have their place.
Indexed Service::NextOf(const Current& current, const NewVersion& wanted,
                        const EngineAnswer& answer, std::vector<TableFile> added,
                        const std::string& folder) const {
  Indexed next{.dataset = wanted.dataset,
               .dataset_id = current.dataset ? current.dataset->id : store_.ids.Next(),
               .version = {.number = current.version ? current.version->number + 1 : 0,
                           .id = store_.ids.Next(),
                           .mode = wanted.mode,
                           .columns = ColumnsOf(answer.columns),
                           .rows = {.added = answer.added, .removed = answer.removed_rows},
                           .actor = wanted.actor,
                           .source = wanted.source,
                           .message = wanted.message,
                           .batch = wanted.batch,
                           .created_ms = store_.clock.NowMs()},
               .added = std::move(added)};
  Version& version = next.version;
  version.event_max = answer.event_max;
  if (current.version) {
    version.parent = current.version->digest;
    // It never goes back, whatever is deleted.
    version.event_max = std::max(version.event_max, current.version->event_max);
  }
  std::vector<TableFile> live;
  for (const TableFile& file : current.files) {
    if (std::ranges::find(answer.removed, folder + "/" + file.path) == answer.removed.end()) {
      live.push_back(file);
    } else {
      next.removed.push_back(file.path);
    }
  }
  live.insert(live.end(), next.added.begin(), next.added.end());
  for (const TableFile& file : live) {
    version.rows.total += file.rows;
    version.bytes += file.bytes;
  }
  version.files = static_cast<std::int64_t>(live.size());
  version.digest = DigestOf(version.columns, live);
  return next;
}

/// Writes the commit to the log, from where on it is there, and indexes it.
Status Service::Publish(const std::string& project, const Indexed& next, bool other_columns,
                        const std::string& folder) {
  const Version& version = next.version;
  DeltaCommit commit{.version = version.number,
                     .timestamp_ms = version.created_ms,
                     .added = next.added,
                     .removed = next.removed,
                     .operation = std::string(OperationOf(version.mode)),
                     .changes_data = version.mode != Mode::kCompact,
                     .galley = TRY(InformationOf(version, next.added, next.report))};
  if (other_columns) commit.columns = version.columns;
  if (!version.batch.empty()) {
    commit.application = "galley:" + version.batch;
    commit.application_version = 1;
  }
  TRY(AppendCommit({folder, next.dataset_id}, commit));
  return store_.WriteAndWait(db::WriteClass::kInteractive, project, version.actor,
                             [&](journal::Change& change) { return Index(change, next); });
}

Result<Committed> Service::CommitOnce(const std::string& project, const NewVersion& wanted,
                                      const std::string& late_batch) {
  const std::string folder = FolderOf(project, wanted.dataset);
  TRY(CatchUp(project, wanted.dataset));
  const Current current = TRY(Look(project, wanted.dataset, std::nullopt));
  if (const auto known = TRY(Known(project, current, wanted.batch))) return Committed{*known, {}};
  if (wanted.uploads.empty() && !current.version) {
    return Fail(Code::kNotFound, "there is no dataset '{}'", wanted.dataset);
  }
  const Stage stage = TRY(MakeStage());
  EngineRequest request = TRY(RequestFor(wanted, current, folder));
  request.out = stage.folder;
  request.prefix = stage.prefix;
  const auto contract = TRY(ContractOf(project, current));
  const bool is_checked = contract && wanted.mode != Mode::kCompact;
  if (is_checked) TRY(PrepareAudit(project, *contract, current, folder, request));
  const EngineAnswer answer = TRY(Run(request, stage));
  std::optional<Report> report;
  if (is_checked) {
    report = TRY(Audit(project, *contract, wanted.mode, current, answer, stage));
    if (report->IsRejected()) {
      return Committed{{}, TRY(Reject(project, wanted, current, answer, stage, *report))};
    }
    TRY(PutAside(project, wanted, answer, stage, late_batch));
  }
  const bool other_columns =
      !current.version || ColumnsOf(answer.columns) != current.version->columns;
  if (answer.files.empty() && answer.removed.empty() && !other_columns) {
    return Committed{*current.version, {}};
  }
  Indexed next = NextOf(current, wanted, answer, TRY(Adopt(answer, stage, folder)), folder);
  if (report) {
    next.report = ReportJson(*report);
    next.version.outcome = report->outcome;
  }
  TRY(Publish(project, next, other_columns, folder));
  return Committed{next.version, {}};
}

Result<Committed> Service::CommitLocked(const std::string& project, const NewVersion& wanted) {
  const auto lock = LockOf(FolderOf(project, wanted.dataset));
  const std::scoped_lock held(*lock);
  const std::string late_batch = wanted.batch.empty() ? store_.ids.Next().Hex() : wanted.batch;
  for (int attempt = 1;; ++attempt) {
    auto committed = CommitOnce(project, wanted, late_batch);
    // Another writer of Delta was quicker: on top of what it wrote, again.
    const bool lost = !committed && committed.error().code == Code::kAlreadyExists;
    if (!lost || attempt == kAttemptsMax) return committed;
  }
}

Result<Committed> Service::Commit(const std::string& project, const NewVersion& wanted) {
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  TRY(Validate(wanted));
  TRY(CheckName(project, "project"));
  return CommitLocked(project, wanted);
}

Result<Difference> Service::Compare(const std::string& project, const std::string& dataset,
                                    std::int64_t before, std::int64_t after,
                                    const std::vector<std::string>& keys, std::int64_t samples) {
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  const Current one = TRY(Look(project, dataset, before));
  const Current other = TRY(Look(project, dataset, after));
  if (!one.version || !other.version) {
    return Fail(Code::kNotFound, "there is no dataset '{}'", dataset);
  }
  const Stage stage = TRY(MakeStage());
  const std::string folder = FolderOf(project, dataset);
  EngineRequest request{
      .operation = "diff", .out = stage.folder, .prefix = stage.prefix, .keys = keys};
  request.limit = samples;
  for (const TableFile& file : one.files)
    request.files.push_back({.path = folder + "/" + file.path});
  for (const TableFile& file : other.files) {
    request.others.push_back({.path = folder + "/" + file.path});
  }
  for (const Column& column : one.version->columns) {
    request.columns.push_back({column.name, column.type});
  }
  EngineAnswer answer = TRY(Run(request, stage));
  Difference difference{.added = answer.added,
                        .removed = answer.removed_rows,
                        .changed = answer.changed_rows,
                        .same = answer.same_rows,
                        .samples = std::move(answer.text)};
  for (const Column& column : one.version->columns) {
    const auto now = std::ranges::find(other.version->columns, column.name, &Column::name);
    const bool gone = now == other.version->columns.end();
    if (gone || now->type != column.type) {
      difference.columns.push_back({column.name, column.type, gone ? "" : now->type});
    }
  }
  for (const Column& column : other.version->columns) {
    const auto was = std::ranges::find(one.version->columns, column.name, &Column::name);
    if (was == one.version->columns.end()) {
      difference.columns.push_back({column.name, "", column.type});
    }
  }
  return difference;
}

/// Asks a child about all rows of one version.
Result<EngineAnswer> Service::Ask(const std::string& project, const std::string& dataset,
                                  VersionName version, const Stage& stage, EngineRequest question) {
  const Current current = version.is_rejected ? TRY(LookRejected(project, dataset, version.number))
                                              : TRY(Look(project, dataset, version.number));
  if (!current.version) return Fail(Code::kNotFound, "there is no dataset '{}'", dataset);
  EngineRequest request = TRY(RequestFor({}, current, FolderOf(project, dataset)));
  request.operation = std::move(question.operation);
  request.format = std::move(question.format);
  request.limit = question.limit;
  request.keys = std::move(question.keys);
  request.out = stage.folder;
  request.prefix = stage.prefix;
  return Run(request, stage);
}

/// Puts a file that a child wrote into the blob store.
Result<blob::Blob> Service::Keep(const std::string& path) {
  const io::UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  return blobs_.PutFile(file.get(), path);
}

Result<blob::Blob> Service::Export(const std::string& project, const std::string& dataset,
                                   VersionName version, const std::string& format) {
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  const Stage stage = TRY(MakeStage());
  const EngineAnswer answer =
      TRY(Ask(project, dataset, version, stage, {.operation = "export", .format = format}));
  if (answer.files.size() != 1 || answer.files.front().path.contains('/')) {
    return Fail(Code::kInternal, "the child wrote {} files", answer.files.size());
  }
  return Keep(stage.folder + "/" + answer.files.front().path);
}

Result<std::string> Service::Head(const std::string& project, const std::string& dataset,
                                  VersionName version, std::int64_t rows) {
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  const Stage stage = TRY(MakeStage());
  return TRY(Ask(project, dataset, version, stage, {.operation = "head", .limit = rows})).text;
}

Result<std::string> Service::Numbers(const std::string& project, const std::string& dataset,
                                     std::int64_t number, const std::vector<std::string>& columns,
                                     std::size_t bytes_max) {
  const Call call(calls_, kCallsMax);
  TRY(call.Admitted());
  const Stage stage = TRY(MakeStage());
  const EngineAnswer answer = TRY(Ask(
      project, dataset, {.number = number}, stage,
      {.operation = "numbers", .keys = columns, .limit = static_cast<std::int64_t>(bytes_max)}));
  if (answer.added > static_cast<std::int64_t>(bytes_max)) {
    return Fail(Code::kResourceExhausted,
                "the {} columns that are read of '{}@{}' are {} MiB as CSV; the limit is {} MiB",
                columns.size(), dataset, number, (answer.added >> 20) + 1, bytes_max >> 20U);
  }
  if (answer.files.size() != 1 || answer.files.front().path.contains('/')) {
    return Fail(Code::kInternal, "the child wrote {} files", answer.files.size());
  }
  constexpr std::size_t kSlack = std::size_t{1} << 20U;  // The header.
  return io::ReadFile(stage.folder + "/" + answer.files.front().path, bytes_max + kSlack);
}

}  // namespace galley::data
