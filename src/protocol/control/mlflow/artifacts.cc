#include <algorithm>
#include <utility>

#include "domain/tracking/service.h"
#include "foundation/base/path.h"
#include "foundation/http/url.h"
#include "protocol/control/mlflow/api.h"
#include "protocol/control/mlflow/convert.h"
#include "protocol/control/mlflow/messages.h"

namespace galley::mlflow {
namespace {

constexpr std::uint64_t kArtifactBytesMax = std::uint64_t{64} * 1024 * 1024 * 1024;
constexpr std::string_view kProxied = "mlflow-artifacts/artifacts";

Result<std::string> PathOf(std::string_view text) {
  TRY(CheckRelativePath(text));
  // MLflow's own server refuses it, because its clients read a URL's fragment there.
  if (text.find('#') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "Invalid path: '{}' has a '#'", text);
  }
  return std::string(text);
}

/// A file on its way in.
class ArtifactUpload : public http::Upload {
 public:
  ArtifactUpload(Api api, std::string project, std::string actor, std::string path,
                 std::unique_ptr<blob::BlobWriter> writer)
      : api_(api),
        project_(std::move(project)),
        actor_(std::move(actor)),
        path_(std::move(path)),
        writer_(std::move(writer)) {}

  Status Write(std::string_view bytes) override { return writer_->Write(bytes); }

  http::Response Finish() override {
    const Status stored = Store();
    return stored ? http::Response{.body = "{}"} : ErrorAnswer(stored.error());
  }

 private:
  Status Store() {
    const blob::Blob blob = TRY(writer_->Finish());
    return api_.store.WriteAndWait(
        db::WriteClass::kInteractive, project_, actor_,
        [&](journal::Change& change) { return tracking::PutArtifact(change, path_, blob); });
  }

  Api api_;
  std::string project_;
  std::string actor_;
  std::string path_;
  std::unique_ptr<blob::BlobWriter> writer_;
};

Result<std::unique_ptr<http::Upload>> OpenUpload(const Api& api, const http::Request& request) {
  auto project = TRY(ProjectOf(request));
  auto path = TRY(PathOf(request.Captured("path")));
  return std::make_unique<ArtifactUpload>(api, std::move(project), ActorOf(request),
                                          std::move(path), TRY(api.blobs.Begin()));
}

/// What the client's name for a file says of its content; the client knows better in any case.
std::string ContentTypeOf(std::string_view path) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".json", "text/plain"}, {".txt", "text/plain"},   {".yaml", "text/plain"},
      {".yml", "text/plain"},  {".csv", "text/csv"},     {".html", "text/html"},
      {".png", "image/png"},   {".svg", "image/svg+xml"}};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

Result<http::Response> Download(const Api& api, const http::Request& request) {
  const std::string path = TRY(PathOf(request.Captured("path")));
  blob::Blob blob;
  TRY(api.store.Read(TRY(ProjectOf(request)), [&](const journal::View& view) -> Status {
    blob = TRY(tracking::GetArtifact(view.db, view.project, path));
    return {};
  }));
  auto open = TRY(api.blobs.Open(blob.digest));
  http::Response response{.content_type = ContentTypeOf(path),
                          .file = std::make_shared<const io::UniqueFd>(std::move(open.file)),
                          .file_bytes = static_cast<std::uint64_t>(open.size)};
  // Whatever a file claims to be, a browser shall save it and not run it on this origin.
  const std::string name = path.substr(path.rfind('/') + 1);
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename*=UTF-8''" + http::PercentEncode(name));
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

Result<std::vector<FileInfo>> Entries(const journal::View& view, std::string_view folder,
                                      std::string_view root) {
  std::vector<FileInfo> files;
  for (const auto& entry : TRY(tracking::ListArtifacts(view.db, view.project, folder))) {
    FileInfo file{.path = entry.path.substr(root.empty() ? 0 : root.size() + 1),
                  .is_dir = entry.is_folder};
    if (!entry.is_folder) file.file_size = entry.size;
    files.push_back(std::move(file));
  }
  return files;
}

/// The proxy's list gives names, one level deep.
Result<FilesAnswer> ListProxied(const journal::View& view, const ListArtifacts& message) {
  const std::string folder = message.path.empty() ? "" : TRY(PathOf(message.path));
  return FilesAnswer{.files = TRY(Entries(view, folder, folder))};
}

/// Where a run's or a model's artifacts lie among ours; an error for those that lie elsewhere.
Result<std::string> RootPathOf(std::string_view uri) {
  if (uri.starts_with(tracking::kArtifactScheme)) {
    return std::string(uri.substr(tracking::kArtifactScheme.size()));
  }
  return Fail(Code::kFailedPrecondition,
              "the artifacts lie at '{}', outside of this server; list them there", uri);
}

Result<FilesAnswer> ListBelow(const journal::View& view, std::string_view uri,
                              std::string_view path) {
  const std::string root = TRY(RootPathOf(uri));
  const std::string folder = path.empty() ? root : fmt::format("{}/{}", root, TRY(PathOf(path)));
  return FilesAnswer{.root_uri = std::string(uri), .files = TRY(Entries(view, folder, root))};
}

Result<FilesAnswer> ListOfRun(const journal::View& view, const ListArtifacts& message) {
  const Id id = TRY(RunIdOf(message.run_id, message.run_uuid));
  const auto run = TRY(tracking::GetRun(view.db, view.project, id));
  return ListBelow(view, run.artifact_uri, message.path);
}

Result<FilesAnswer> ListOfModel(const journal::View& view, const ListArtifacts& message) {
  const Id id = TRY(ModelIdOf(message.model_id));
  const auto model = TRY(tracking::GetModel(view.db, view.project, id));
  return ListBelow(view, model.artifact_uri,
                   message.path.empty() ? message.artifact_directory_path : message.path);
}

Result<Empty> Remove(journal::Change& change, const ListArtifacts& message) {
  const auto removed = tracking::DeleteArtifact(change, TRY(PathOf(message.path)));
  // As in MLflow, so that a client may repeat a request whose answer was lost.
  if (!removed && removed.error().code != Code::kNotFound) return std::unexpected(removed.error());
  return Empty{};
}

}  // namespace

std::vector<http::Route> ArtifactRoutes(const Api& api) {
  using http::Method;
  std::vector<http::Route> routes;
  const std::string file = fmt::format("{}/{{path...}}", kProxied);
  AddRoute(routes, Method::kPut, file, http::UploadHandler{[api](const http::Request& request) {
             return OpenUpload(api, request);
           }},
           policy::Right::kTrack, kArtifactBytesMax);
  AddRoute(routes, Method::kGet, file, http::BlockingHandler{[api](const http::Request& request) {
             auto response = Download(api, request);
             return response ? *std::move(response) : ErrorAnswer(response.error());
           }},
           policy::Right::kRead, 0);
  AddWrite(routes, api, Method::kDelete, file, Remove);
  AddRead(routes, api, Method::kGet, kProxied, ListProxied);
  AddRead(routes, api, Method::kGet, "mlflow/artifacts/list", ListOfRun);
  AddRead(routes, api, Method::kGet, "mlflow/logged-models/{model_id}/artifacts/directories",
          ListOfModel);
  for (const std::string_view verb : {"create", "complete", "abort"}) {
    AddRoute(
        routes, Method::kPost, fmt::format("mlflow-artifacts/mpu/{}/{{path...}}", verb),
        [](const http::Request&) {
          return ErrorAnswer({Code::kUnimplemented,
                              "Multipart upload is not supported for the artifacts of this "
                              "server; send the file in one PUT"});
        },
        policy::Right::kTrack, kJsonBytesMax);
  }
  return routes;
}

}  // namespace galley::mlflow
