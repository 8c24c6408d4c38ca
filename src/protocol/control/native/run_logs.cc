#include <algorithm>
#include <utility>

#include "domain/pipeline/service.h"
#include "domain/tracking/service.h"
#include "foundation/base/path.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/log_answer.h"
#include "protocol/control/native/run_file_messages.h"
#include "protocol/control/native/run_origin.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::size_t kLogsMax = 200;

Result<tracking::Run> RunOf(const View& view, const http::Request& request) {
  return tracking::GetRun(
      view.db, view.project,
      TRY(tracking::ResolveRun(view.db, view.project, request.Captured("run"))));
}

/// Whether a file's path within the run says that it is a log: `*.log`, `*.err`, `stdout` and
/// `stderr` with or without `.txt`, and any `*.txt` in a folder `log` or `logs`.
bool IsLog(std::string_view path) {
  const auto slash = path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  if (name.ends_with(".log") || name.ends_with(".err")) return true;
  const bool is_text = name.ends_with(".txt");
  const std::string_view stem = is_text ? name.substr(0, name.size() - 4) : name;
  if (stem == "stdout" || stem == "stderr") return true;
  return is_text && (path.starts_with("log/") || path.starts_with("logs/") ||
                     path.find("/log/") != std::string_view::npos ||
                     path.find("/logs/") != std::string_view::npos);
}

RunLogJob ToMessage(const pipeline::Origin& origin) {
  RunLogJob job{.pipeline = origin.run.pipeline,
                .run = origin.run.number,
                .job = origin.job.name,
                .attempts = {},
                .is_live = origin.job.state == pipeline::JobState::kRunning};
  for (const auto& attempt : origin.job.attempts) {
    job.attempts.push_back({attempt.number, attempt.ending});
  }
  return job;
}

Result<RunLogsAnswer> Logs(const View& view, const Nothing& /*message*/,
                           const http::Request& request) {
  const auto run = TRY(RunOf(view, request));
  RunLogsAnswer answer{.root_uri = run.artifact_uri};
  const auto origin = TRY(OriginOf(view, run));
  if (origin) answer.job = ToMessage(*origin);
  std::string_view folder = run.artifact_uri;
  answer.is_here = folder.starts_with(tracking::kArtifactScheme);
  if (!answer.is_here) return answer;
  folder.remove_prefix(tracking::kArtifactScheme.size());
  for (const auto& file : TRY(tracking::FilesBeneath(view.db, view.project, folder))) {
    const std::string path = file.path.substr(folder.size() + 1);
    if (!IsLog(path)) continue;
    answer.has_more = answer.files.size() == kLogsMax;
    if (answer.has_more) break;
    answer.files.push_back({path, file.size});
  }
  return answer;
}

Result<http::Response> Log(const Api& api, const http::Request& request) {
  ReadRunLog message;
  TRY(DecodeQuery(request, ReadRunLog::kSchema, &message));
  const auto checked = CheckRelativePath(message.path);
  if (!checked) return std::unexpected(Error(checked.error()).Context("'path'"));
  blob::Blob blob;
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    const auto run = TRY(RunOf(view, request));
    std::string_view folder = run.artifact_uri;
    if (!folder.starts_with(tracking::kArtifactScheme)) {
      return Fail(Code::kFailedPrecondition,
                  "the artifacts lie at '{}', outside of this server; read them there", folder);
    }
    folder.remove_prefix(tracking::kArtifactScheme.size());
    blob = TRY(
        tracking::GetArtifact(view.db, view.project, fmt::format("{}/{}", folder, message.path)));
    return {};
  }));
  const auto open = TRY(api.blobs.Open(blob.digest));
  const auto read = [&](std::int64_t offset, std::int64_t bytes_max) {
    return jobs::ReadLogFile(open.file.get(), message.path, offset, bytes_max);
  };
  const auto answer = TRY(AnswerLog(
      {message.offset, message.limit, {message.errors, message.q, message.from}}, read,
      [&](const pipeline::LogQuestion& question) { return pipeline::ScanLog(read, question); }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

}  // namespace

std::vector<http::Route> RunLogRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "runs/{run}/logs", Logs);
  routes.push_back(
      WorkRoute(api, http::Method::kGet, "runs/{run}/log", policy::Right::kRead, Log,
                {.parameters = &ReadRunLog::kSchema, .answer = &PipelineLogAnswer::kSchema}));
  return routes;
}

}  // namespace galley::native
