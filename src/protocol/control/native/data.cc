#include <algorithm>
#include <memory>
#include <utility>

#include "domain/data/service.h"
#include "foundation/schema/decode.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_files.h"
#include "protocol/control/native/data_messages.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::uint64_t kUploadBytesMax = std::uint64_t{64} << 30U;
constexpr std::uint64_t kBodyBytesMax = std::uint64_t{1} << 20U;
constexpr std::int64_t kHeadMax = 1000;
constexpr std::int64_t kSamplesMax = 100;
constexpr std::string_view kActor = "anonymous";

std::vector<std::string> CutAtCommas(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    parts.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

Dataset ToMessage(const data::Dataset& dataset, std::string location) {
  Dataset message{.id = dataset.id.Hex(),
                  .name = dataset.name,
                  .kind = std::string(data::KindName(dataset.kind)),
                  .location = std::move(location),
                  .created_ms = dataset.created_ms};
  if (dataset.latest) message.latest = VersionMessage(*dataset.latest);
  return message;
}

/// A table's folder; a dataset of files has none.
std::string LocationOf(const Api& api, std::string_view project, const data::Dataset& dataset) {
  if (dataset.kind == data::Kind::kFiles) return {};
  return api.datasets.FolderOf(project, dataset.name);
}

Result<DatasetVersionsAnswer> ListVersions(const View& view, const ListDatasetVersions& message,
                                           const http::Request& request) {
  TRY(CheckPage(message.limit, kPageMax));
  const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
  const auto found =
      TRY(data::ListVersions(view.db, dataset.row, message.limit + 1, message.before));
  DatasetVersionsAnswer answer;
  for (const auto& version : found) {
    answer.has_more = answer.versions.size() == static_cast<std::size_t>(message.limit);
    if (answer.has_more) break;
    answer.versions.push_back(VersionMessage(version));
    if (version.outcome.empty()) continue;
    const auto report = TRY(data::FindReport(view.db, version.id));
    if (report) answer.versions.back().checks = data::CountsOf(*report);
  }
  return answer;
}

Result<DatasetVersionAnswer> GetVersion(const View& view, const Nothing& /*message*/,
                                        const http::Request& request) {
  const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
  const auto named = TRY(VersionOf(request.Captured("version")));
  if (named.is_rejected) {
    return Fail(Code::kNotFound, "a rejected version has a report, rows and an export alone");
  }
  const auto version = TRY(data::GetVersion(view.db, dataset.row, named.number));
  DatasetVersionAnswer answer{.version = VersionMessage(version)};
  for (const auto& file : TRY(data::LiveFiles(view.db, dataset.row, version.number))) {
    answer.files.push_back({file.path, file.digest->Hex(), file.rows, file.bytes});
  }
  return answer;
}

/// Bytes on their way into the blob store, for a commit that names them.
class DataUpload : public http::Upload {
 public:
  explicit DataUpload(std::unique_ptr<blob::BlobWriter> writer) : writer_(std::move(writer)) {}

  Status Write(std::string_view bytes) override { return writer_->Write(bytes); }
  http::Response Finish() override {
    const auto blob = writer_->Finish();
    if (!blob) return http::ErrorResponse(blob.error());
    return {.body = schema::ToJson(UploadAnswer{blob->digest.Hex(), blob->size},
                                   schema::EmptyLists::kWrite)};
  }

 private:
  std::unique_ptr<blob::BlobWriter> writer_;
};

Result<data::NewVersion> Wanted(const http::Request& request) {
  auto message = schema::FromJson<CommitDataset>(request.body, {.refuse_unknown = true});
  if (!message) return std::unexpected(schema::ErrorOf(message.error()));
  const auto mode = data::ParseMode(message->mode);
  if (!mode || *mode == data::Mode::kFiles) {
    return Fail(Code::kInvalidArgument,
                "'mode' must be append, overwrite, upsert, delete or compact, not '{}'",
                message->mode);
  }
  data::NewVersion wanted{.dataset = std::string(request.Captured("name")),
                          .mode = *mode,
                          .keys = std::move(message->keys),
                          .where = std::move(message->where),
                          .source = std::move(message->source),
                          .message = std::move(message->message),
                          .batch = std::move(message->batch),
                          .actor = std::string(kActor)};
  for (std::size_t at = 0; at < message->uploads.size(); ++at) {
    UploadedFile& upload = message->uploads[at];
    const auto digest = blob::Digest::FromHex(upload.sha256);
    if (!digest) {
      return Fail(Code::kInvalidArgument, "'uploads[{}].sha256' must be 64 hexadecimal digits", at);
    }
    if (upload.format != "parquet" && upload.format != "csv" && upload.format != "json") {
      return Fail(Code::kInvalidArgument,
                  "'uploads[{}].format' must be parquet, csv or json, not '{}'", at, upload.format);
    }
    wanted.uploads.push_back({*digest, std::move(upload.name), std::move(upload.format)});
  }
  return wanted;
}

Result<http::Response> Commit(const Api& api, const http::Request& request) {
  const data::NewVersion wanted = TRY(Wanted(request));
  const auto committed = TRY(api.datasets.Commit(std::string(request.Captured("project")), wanted));
  if (!committed.rejection) {
    return http::Response{
        .body = schema::ToJson(DatasetVersionAnswer{VersionMessage(committed.version), {}},
                               schema::EmptyLists::kWrite)};
  }
  const std::string name = fmt::format("{}@r{}", wanted.dataset, committed.rejection->number);
  return Fail(Code::kFailedPrecondition,
              "the contract of '{}' is broken: {}. Nothing is published; the commit is kept as {}: "
              "'galley dataset report {}' tells more",
              wanted.dataset, data::FailuresOf(committed.rejection->report), name, name);
}

Result<data::Kind> KindOf(const Api& api, const http::Request& request) {
  auto kind = data::Kind::kTable;
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    kind = TRY(data::GetDataset(view.db, view.project, request.Captured("name"))).kind;
    return {};
  }));
  return kind;
}

Result<http::Response> Compare(const Api& api, const http::Request& request) {
  CompareDataset message;
  TRY(DecodeQuery(request, CompareDataset::kSchema, &message));
  if (TRY(KindOf(api, request)) == data::Kind::kFiles) return CompareTrees(api, request, message);
  if (message.samples < 0 || message.samples > kSamplesMax) {
    return Fail(Code::kInvalidArgument, "'samples' must be from 0 to {} rows, not {}", kSamplesMax,
                message.samples);
  }
  const auto found = TRY(api.datasets.Compare(
      std::string(request.Captured("project")), std::string(request.Captured("name")), message.from,
      message.to, CutAtCommas(message.keys), message.samples));
  DifferenceAnswer answer{
      .added = found.added, .removed = found.removed, .changed = found.changed, .same = found.same};
  for (const auto& change : found.columns) {
    answer.columns.push_back({change.name, change.before, change.after});
  }
  if (!found.samples.empty()) {
    auto rows = schema::FromJson<DataRowChanges>(fmt::format(R"({{"samples":{}}})", found.samples),
                                                 schema::Dialect{});
    if (!rows) return std::unexpected(schema::ErrorOf(rows.error()));
    answer.samples = std::move(rows->samples);
  }
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Head(const Api& api, const http::Request& request) {
  HeadDataset message;
  TRY(DecodeQuery(request, HeadDataset::kSchema, &message));
  TRY(CheckPage(message.limit, kHeadMax));
  const auto rows = TRY(api.datasets.Head(
      std::string(request.Captured("project")), std::string(request.Captured("name")),
      TRY(VersionOf(request.Captured("version"))), message.limit));
  return http::Response{.body = fmt::format("{{\"rows\":{}}}", rows)};
}

Result<http::Response> Export(const Api& api, const http::Request& request) {
  ExportDataset message;
  TRY(DecodeQuery(request, ExportDataset::kSchema, &message));
  if (message.format != "parquet" && message.format != "csv" && message.format != "json") {
    return Fail(Code::kInvalidArgument, "'format' must be parquet, csv or json, not '{}'",
                message.format);
  }
  const auto blob = TRY(api.datasets.Export(
      std::string(request.Captured("project")), std::string(request.Captured("name")),
      TRY(VersionOf(request.Captured("version"))), message.format));
  auto opened = TRY(api.blobs.Open(blob.digest));
  http::Response response{.content_type = "application/octet-stream"};
  response.file = std::make_shared<const io::UniqueFd>(std::move(opened.file));
  response.file_bytes = static_cast<std::uint64_t>(opened.size);
  return response;
}

Result<http::Response> List(const Api& api, const http::Request& request) {
  DatasetsAnswer answer;
  const std::string_view project = request.Captured("project");
  TRY(api.store.Read(project, [&](const View& view) -> Status {
    for (const auto& dataset : TRY(data::ListDatasets(view.db, view.project))) {
      answer.datasets.push_back(ToMessage(dataset, LocationOf(api, project, dataset)));
    }
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Get(const Api& api, const http::Request& request) {
  DatasetAnswer answer;
  const std::string_view project = request.Captured("project");
  TRY(api.store.Read(project, [&](const View& view) -> Status {
    const auto found = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
    answer.dataset = ToMessage(found, LocationOf(api, project, found));
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

}  // namespace

http::Route WorkRoute(const Api& api, Method method, std::string_view path, policy::Right right,
                      Work work, const Shapes& shapes) {
  const auto call = [api, work](const http::Request& request) {
    auto response = work(api, request);
    if (response) return *std::move(response);
    auto refused = http::ErrorResponse(response.error());
    if (refused.status == 503) refused.headers.emplace_back("Retry-After", "1");
    return refused;
  };
  return {method,
          fmt::format("/api/v1/projects/{{project}}/{}", path),
          http::BlockingHandler{call},
          right,
          method == Method::kGet ? 0 : kBodyBytesMax,
          shapes.parameters,
          shapes.body,
          shapes.answer};
}

std::vector<http::Route> DataRoutes(const Api& api) {
  constexpr auto kRead = policy::Right::kRead;
  constexpr auto kTrack = policy::Right::kTrack;
  std::vector<http::Route> routes;
  const auto open = [&blobs =
                         api.blobs](const http::Request&) -> Result<std::unique_ptr<http::Upload>> {
    return std::make_unique<DataUpload>(TRY(blobs.Begin()));
  };
  routes.push_back({Method::kPost, "/api/v1/projects/{project}/uploads", http::UploadHandler{open},
                    kTrack, kUploadBytesMax});
  routes.back().answer = &UploadAnswer::kSchema;
  routes.push_back(
      WorkRoute(api, Method::kGet, "datasets", kRead, List, {.answer = &DatasetsAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kGet, "datasets/{name}", kRead, Get,
                             {.answer = &DatasetAnswer::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kPost, "datasets/{name}/versions", kTrack, Commit,
                {.body = &CommitDataset::kSchema, .answer = &DatasetVersionAnswer::kSchema}));
  AddRead(routes, api, "datasets/{name}/versions", ListVersions);
  AddRead(routes, api, "datasets/{name}/versions/{version}", GetVersion);
  routes.push_back(
      WorkRoute(api, Method::kGet, "datasets/{name}/versions/{version}/rows", kRead, Head,
                {.parameters = &HeadDataset::kSchema, .answer = &RowsAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kGet, "datasets/{name}/versions/{version}/export", kRead,
                             Export, {.parameters = &ExportDataset::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kGet, "datasets/{name}/diff", kRead, Compare,
                {.parameters = &CompareDataset::kSchema, .answer = &DifferenceAnswer::kSchema}));
  routes.back().other_answer = &TreeDifferenceAnswer::kSchema;
  routes.push_back(ObjectsRoute(api));
  routes.push_back(WorkRoute(api, Method::kPost, "objects/missing", kRead, MissingObjects,
                             {.body = &ObjectList::kSchema, .answer = &ObjectList::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "objects/read", kRead, ReadObjects,
                             {.body = &ObjectList::kSchema}));
  routes.push_back(WorkRoute(api, Method::kGet, "objects/{sha256}", kRead, GetObject, {}));
  routes.push_back(
      WorkRoute(api, Method::kPost, "datasets/{name}/trees", kTrack, CommitTreeOf,
                {.body = &CommitTree::kSchema, .answer = &DatasetVersionAnswer::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kGet, "datasets/{name}/versions/{version}/files", kRead, ListTree,
                {.parameters = &ListTreeFiles::kSchema, .answer = &TreeFilesAnswer::kSchema}));
  return routes;
}

}  // namespace galley::native
