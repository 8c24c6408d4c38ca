#include <charconv>

#include "domain/pipeline/service.h"
#include "foundation/schema/decode.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/pipeline_messages.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "administrator";
constexpr std::int64_t kLogBytesMax = std::int64_t{1} << 20U;
constexpr std::int64_t kLogBytesMin = 4;

Result<std::int64_t> RunNumber(const http::Request& request) {
  const std::string_view text = request.Captured("run");
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number > 0) return number;
  return Fail(Code::kInvalidArgument, "'{}' is no run of a pipeline; they count from 1", text);
}

PipelineJob ToMessage(const pipeline::JobRun& job) {
  PipelineJob message{.id = job.id.Hex(),
                      .name = job.name,
                      .stage = job.stage,
                      .state = std::string(pipeline::JobStateName(job.state)),
                      .reason = job.reason,
                      .explanation = job.explanation,
                      .started_ms = job.started_ms,
                      .ended_ms = job.ended_ms};
  for (const auto& metric : job.metrics) message.metrics.push_back({metric.name, metric.value});
  for (const auto& part : job.parts) {
    message.depends_on.push_back({part.kind, part.name, part.value});
  }
  for (const auto& attempt : job.attempts) {
    message.attempts.push_back({.number = attempt.number,
                                .ending = attempt.ending,
                                .reason = attempt.reason,
                                .exit_code = attempt.exit_code,
                                .started_ms = attempt.started_ms,
                                .ended_ms = attempt.ended_ms,
                                .cpu_ms = attempt.cpu_ms,
                                .peak_memory_bytes = attempt.peak_memory_bytes});
  }
  return message;
}

PipelineRun ToMessage(const pipeline::Run& run) {
  PipelineRun message{.run = run.number,
                      .id = run.id.Hex(),
                      .pipeline = run.pipeline,
                      .folder = run.folder,
                      .state = std::string(pipeline::RunStateName(run.state)),
                      .trigger = run.trigger,
                      .event = run.event,
                      .commit = run.code.hex,
                      .commit_has_changes = run.code.has_changes,
                      .actor = run.actor,
                      .force = run.force,
                      .created_ms = run.created_ms,
                      .ended_ms = run.ended_ms};
  for (const auto& job : run.jobs) message.jobs.push_back(ToMessage(job));
  return message;
}

template <typename T>
http::Response Answer(const T& message) {
  return {.body = schema::ToJson(message, schema::EmptyLists::kWrite)};
}

Result<pipeline::NewRun> Wanted(const http::Request& request) {
  auto message = TRY(BodyOf<StartPipeline>(request));
  pipeline::NewRun wanted{.folder = std::move(message.folder),
                          .file = std::move(message.file),
                          .text = std::move(message.text),
                          .force = message.force,
                          .actor = std::string(kActor)};
  for (auto& [name, value] : message.inputs) wanted.inputs[name] = std::move(value);
  for (auto& [name, value] : message.environment) {
    wanted.environment.emplace_back(name, std::move(value));
  }
  return wanted;
}

Result<http::Response> Start(const Api& api, const http::Request& request) {
  return Answer(ToMessage(TRY(api.pipelines.Start(Project(request), TRY(Wanted(request))))));
}

Result<http::Response> Explain(const Api& api, const http::Request& request) {
  ExplainAnswer answer;
  for (const auto& it : TRY(api.pipelines.Explain(Project(request), TRY(Wanted(request))))) {
    answer.jobs.push_back({it.job, it.stage, it.verdict, it.explanation});
  }
  return Answer(answer);
}

Result<http::Response> Cancel(const Api& api, const http::Request& request) {
  TRY(api.pipelines.Cancel(Project(request), TRY(RunNumber(request)), std::string(kActor)));
  return http::Response{.body = "{}"};
}

Result<http::Response> Retry(const Api& api, const http::Request& request) {
  TRY(api.pipelines.Retry(Project(request), TRY(RunNumber(request)), std::string(kActor)));
  return http::Response{.body = "{}"};
}

Result<http::Response> Log(const Api& api, const http::Request& request) {
  ReadPipelineLog message;
  TRY(DecodeQuery(request, ReadPipelineLog::kSchema, &message));
  if (message.limit < kLogBytesMin || message.limit > kLogBytesMax || message.offset < 0) {
    return Fail(Code::kInvalidArgument,
                "'limit' must be from {} to {} bytes, and 'offset' not negative", kLogBytesMin,
                kLogBytesMax);
  }
  const auto page = TRY(api.pipelines.Log(Project(request), TRY(RunNumber(request)), message.job,
                                          message.attempt, message.offset, message.limit));
  return Answer(PipelineLogAnswer{page.bytes, page.next_offset, page.size});
}

Result<PipelineRunsAnswer> PipelineRuns(const View& view, const ListPipelineRuns& message,
                                        const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  PipelineRunsAnswer answer;
  for (const auto& run :
       TRY(pipeline::ListRuns(view.db, view.project, message.limit + 1, message.before))) {
    answer.runs.push_back(ToMessage(run));
  }
  answer.has_more = answer.runs.size() > static_cast<std::size_t>(message.limit);
  if (answer.has_more) answer.runs.pop_back();
  return answer;
}

Result<PipelineRun> OnePipelineRun(const View& view, const Nothing& /*message*/,
                                   const http::Request& request) {
  return ToMessage(TRY(pipeline::GetRun(view.db, view.project, TRY(RunNumber(request)))));
}

Result<PipelineGatesAnswer> Gates(const View& view, const Nothing& /*message*/,
                                  const http::Request& request) {
  const auto number = TRY(RunNumber(request));
  TRY(pipeline::GetRun(view.db, view.project, number));
  PipelineGatesAnswer answer;
  for (auto& decision : TRY(pipeline::GatesOfRun(view.db, view.project, number))) {
    answer.gates.push_back(std::move(decision.evidence));
  }
  return answer;
}

}  // namespace

std::vector<http::Route> PipelineRoutes(const Api& api) {
  constexpr auto kAdminister = policy::Right::kAdminister;
  std::vector<http::Route> routes;
  AddRead(routes, api, "pipelines/runs", PipelineRuns);
  AddRead(routes, api, "pipelines/runs/{run}", OnePipelineRun);
  AddRead(routes, api, "pipelines/runs/{run}/gates", Gates);
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/runs", kAdminister, Start));
  // It reads files of the server's machine.
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/explain", kAdminister, Explain));
  routes.push_back(
      WorkRoute(api, Method::kPost, "pipelines/runs/{run}/cancel", kAdminister, Cancel));
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/runs/{run}/retry", kAdminister, Retry));
  routes.push_back(
      WorkRoute(api, Method::kGet, "pipelines/runs/{run}/log", policy::Right::kRead, Log));
  return routes;
}

}  // namespace galley::native
