
#include "domain/pipeline/service.h"
#include "foundation/schema/decode.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/log_answer.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/pipeline_messages.h"
#include "protocol/control/native/pipeline_views.h"
#include "protocol/control/native/whole_number.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::string_view kActor = "administrator";

}  // namespace

Result<std::int64_t> RunNumber(const http::Request& request) {
  const std::string_view text = request.Captured("run");
  const auto number = WholeNumber(text);
  if (number && *number > 0) return *number;
  return Fail(Code::kInvalidArgument, "'{}' is no run of a pipeline; they count from 1", text);
}

namespace {

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

}  // namespace

PipelineRun RunMessage(const pipeline::Run& run) {
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
                      .from = run.from,
                      .created_ms = run.created_ms,
                      .ended_ms = run.ended_ms};
  if (run.again > 0) message.again = run.again;
  for (const auto& job : run.jobs) message.jobs.push_back(ToMessage(job));
  return message;
}

namespace {

template <typename T>
http::Response Answer(const T& message) {
  return {.body = schema::ToJson(message, schema::EmptyLists::kWrite)};
}

/// That it says either which run it repeats or what it runs.
Status CheckWhat(const StartPipeline& message) {
  const bool has_text = !message.folder.empty() || !message.text.empty() || !message.file.empty();
  if (!message.again) {
    const std::string_view missing = message.folder.empty() ? "folder" : "text";
    if (!message.folder.empty() && !message.text.empty()) return {};
    return Fail(Code::kInvalidArgument,
                "'{}' is missing; a run needs 'folder' and 'text', or 'again', the run to repeat",
                missing);
  }
  if (has_text) {
    return Fail(Code::kInvalidArgument,
                "'again' repeats a run with its own folder, file and text; leave 'folder', 'file' "
                "and 'text' out");
  }
  if (*message.again > 0) return {};
  return Fail(Code::kInvalidArgument, "'again' must be a run's number, from 1, not {}",
              *message.again);
}

Result<pipeline::NewRun> Wanted(const http::Request& request) {
  auto message = TRY(BodyOf<StartPipeline>(request));
  TRY(CheckWhat(message));
  if (message.file.empty()) message.file = "galley.yaml";
  pipeline::NewRun wanted{.folder = std::move(message.folder),
                          .file = std::move(message.file),
                          .text = std::move(message.text),
                          .force = message.force,
                          .from = std::move(message.from),
                          .again = message.again.value_or(0),
                          .actor = std::string(kActor)};
  for (auto& [name, value] : message.inputs) wanted.inputs[name] = std::move(value);
  for (auto& [name, value] : message.environment) {
    wanted.environment.emplace_back(name, std::move(value));
  }
  return wanted;
}

Result<http::Response> Start(const Api& api, const http::Request& request) {
  return Answer(RunMessage(TRY(api.pipelines.Start(Project(request), TRY(Wanted(request))))));
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
  const std::string project = Project(request);
  const std::int64_t run = TRY(RunNumber(request));
  return Answer(TRY(AnswerLog(
      {message.offset, message.limit, {message.errors, message.q, message.from}},
      [&](std::int64_t offset, std::int64_t bytes_max) {
        return api.pipelines.Log(project, run, message.job, message.attempt, offset, bytes_max);
      },
      [&](const pipeline::LogQuestion& question) {
        return api.pipelines.FindInLog(project, run, message.job, message.attempt, question);
      })));
}

Result<PipelineRunsAnswer> PipelineRuns(const View& view, const ListPipelineRuns& message,
                                        const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  pipeline::RunList list{
      .limit = message.limit + 1, .before = message.before, .pipeline = message.pipeline};
  if (message.state) {
    list.state = pipeline::ParseRunState(*message.state);
    if (!list.state) {
      return Fail(Code::kInvalidArgument,
                  "'state' must be waiting, running, succeeded, failed, refused or cancelled, not "
                  "'{}'",
                  *message.state);
    }
  }
  PipelineRunsAnswer answer;
  for (const auto& run : TRY(pipeline::ListRuns(view.db, view.project, list))) {
    answer.runs.push_back(RunMessage(run));
  }
  answer.has_more = answer.runs.size() > static_cast<std::size_t>(message.limit);
  if (answer.has_more) answer.runs.pop_back();
  return answer;
}

Result<PipelineRun> OnePipelineRun(const View& view, const Nothing& /*message*/,
                                   const http::Request& request) {
  return RunMessage(TRY(pipeline::GetRun(view.db, view.project, TRY(RunNumber(request)))));
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

Result<PipelineParametersAnswer> Parameters(const View& view, const AskPipelineParameters& message,
                                            const http::Request& request) {
  TRY(CheckPage(message.limit, kPageMax));
  PipelineParametersAnswer answer;
  const auto number = TRY(RunNumber(request));
  for (auto& it : TRY(pipeline::ParametersOf(view.db, view.project, number))) {
    answer.has_more = std::ssize(answer.parameters) == message.limit;
    if (answer.has_more) break;
    answer.parameters.push_back({std::move(it.name), {std::move(it.value)}, it.is_input});
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
  AddRead(routes, api, "pipelines/runs/{run}/parameters", Parameters);
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/runs", kAdminister, Start,
                             {.body = &StartPipeline::kSchema, .answer = &PipelineRun::kSchema}));
  // It reads files of the server's machine.
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/explain", kAdminister, Explain,
                             {.body = &StartPipeline::kSchema, .answer = &ExplainAnswer::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/runs/{run}/cancel", kAdminister, Cancel,
                             {.answer = &Nothing::kSchema}));
  routes.push_back(WorkRoute(api, Method::kPost, "pipelines/runs/{run}/retry", kAdminister, Retry,
                             {.answer = &Nothing::kSchema}));
  routes.push_back(
      WorkRoute(api, Method::kGet, "pipelines/runs/{run}/log", policy::Right::kRead, Log,
                {.parameters = &ReadPipelineLog::kSchema, .answer = &PipelineLogAnswer::kSchema}));
  return routes;
}

}  // namespace galley::native
