#include "protocol/control/native/pipeline_views.h"

#include "domain/pipeline/graph.h"
#include "domain/pipeline/why.h"
#include "foundation/json/writer.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

constexpr std::int64_t kGridRunsMax = 200;

std::optional<std::int64_t> Time(std::int64_t ms) {
  if (ms == 0) return std::nullopt;
  return ms;
}

/// What a graph says of a job without looking further.
std::string_view VerdictOf(const pipeline::JobRun& job, bool is_gate) {
  using State = pipeline::JobState;
  switch (job.state) {
    case State::kWaiting: return "waiting";
    case State::kRunning: return "running";
    case State::kCached: return "cached";
    case State::kSkipped: return "skipped";
    case State::kSucceeded:
    case State::kFailed:
    case State::kCancelled:
    case State::kRefused: break;
  }
  if (is_gate) return "decided";
  return job.attempts.empty() ? "stopped" : "ran";
}

Result<http::Response> GetGraph(const Api& api, const http::Request& request) {
  const std::int64_t number = TRY(RunNumber(request));
  PipelineGraph answer;
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    const auto graph =
        TRY(pipeline::GraphOf(view.db, view.project, number, api.store.clock.NowMs()));
    const auto name = [&graph](std::size_t at) { return graph.pipeline.jobs[at].name; };
    answer.run = number;
    answer.pipeline = graph.run.pipeline;
    answer.state = pipeline::RunStateName(graph.run.state);
    for (std::size_t at = 0; at < graph.run.jobs.size(); ++at) {
      const auto& job = graph.run.jobs[at];
      const auto& definition = graph.pipeline.jobs[at];
      const bool is_gate = definition.gate.has_value();
      answer.nodes.push_back({.job = job.name,
                              .stage = job.stage,
                              .base = definition.base,
                              .id = job.id.Hex(),
                              .gate = is_gate,
                              .state = std::string(pipeline::JobStateName(job.state)),
                              .verdict = std::string(VerdictOf(job, is_gate)),
                              .attempts = static_cast<std::int64_t>(job.attempts.size()),
                              .started_ms = Time(job.started_ms),
                              .ended_ms = Time(job.ended_ms)});
    }
    for (const auto& edge : graph.edges) answer.edges.push_back({name(edge.from), name(edge.to)});
    answer.edges_left_out = static_cast<std::int64_t>(graph.edges_left_out);
    for (const std::size_t at : graph.critical.jobs) answer.critical.push_back(name(at));
    answer.critical_ms = graph.critical.ms;
    answer.hash = graph.hash;
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

PipelinePending ToMessage(const pipeline::Pending& pending) {
  PipelinePending message{
      .kind = pending.kind, .text = pending.text, .until_ms = Time(pending.until_ms)};
  if (!pending.job.empty()) message.job = pending.job;
  if (!pending.state.empty()) message.state = pending.state;
  if (pending.run > 0) message.run = pending.run;
  return message;
}

Result<http::Response> GetWhy(const Api& api, const http::Request& request) {
  const std::int64_t number = TRY(RunNumber(request));
  PipelineWhy answer{.job = std::string(request.Captured("job"))};
  TRY(api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
    auto why = TRY(pipeline::WhyOf(view.db, view.project, number, answer.job, api.pipelines.slots(),
                                   api.store.clock.NowMs()));
    answer.verdict = std::move(why.verdict);
    answer.cause = std::move(why.cause);
    answer.text = std::move(why.text);
    for (auto& [kind, name, before, after] : why.changed) {
      answer.changed.push_back(
          {std::move(kind), std::move(name), std::move(before), std::move(after)});
    }
    if (why.compared) answer.compared = {why.compared->run, why.compared->job.Hex()};
    if (why.cached_from) answer.cached_from = {why.cached_from->run, why.cached_from->job.Hex()};
    for (const auto& pending : why.pending) answer.pending.push_back(ToMessage(pending));
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

schema::JsonScalar TextOrNull(bool is_there, std::string_view text) {
  json::Writer writer;
  if (is_there) {
    writer.String(text);
  } else {
    writer.Null();
  }
  return {std::move(writer).Take()};
}

Result<PipelineGrid> GetGrid(const View& view, const AskPipelineGrid& message,
                             const http::Request& request) {
  if (message.n < 1 || message.n > kGridRunsMax) {
    return Fail(Code::kInvalidArgument, "'n' must be from 1 to {} runs, not {}", kGridRunsMax,
                message.n);
  }
  PipelineGrid answer{.pipeline = std::string(request.Captured("name"))};
  const auto grid = TRY(pipeline::GridOf(view.db, view.project, answer.pipeline, message.n));
  for (const auto& run : grid.runs) {
    answer.runs.push_back({.run = run.number,
                           .state = std::string(pipeline::RunStateName(run.state)),
                           .trigger = run.trigger,
                           .created_ms = run.created_ms,
                           .ended_ms = Time(run.ended_ms)});
  }
  for (const auto& [job, cells] : grid.rows) {
    PipelineGridRow row{.job = job};
    for (const auto& cell : cells) {
      row.states.push_back(TextOrNull(cell.is_there, pipeline::JobStateName(cell.state)));
      row.ms.push_back({cell.ms > 0 ? fmt::format("{}", cell.ms) : "null"});
    }
    answer.rows.push_back(std::move(row));
  }
  answer.rows_left_out = static_cast<std::int64_t>(grid.rows_left_out);
  return answer;
}

Result<PipelinesAnswer> Pipelines(const View& view, const ListPipelines& message,
                                  const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  PipelinesAnswer answer;
  for (const auto& it : TRY(pipeline::ListPipelines(view.db, view.project, message.limit + 1))) {
    answer.pipelines.push_back({it.pipeline, it.runs, RunMessage(it.last)});
  }
  answer.has_more = answer.pipelines.size() > static_cast<std::size_t>(message.limit);
  if (answer.has_more) answer.pipelines.pop_back();
  return answer;
}

/// A read that needs more than a view.
http::Route ReadRoute(const Api& api, std::string_view path, Work work,
                      const schema::Message& answer) {
  http::Route route = WorkRoute(api, Method::kGet, path, policy::Right::kRead, work);
  route.parameters = &Nothing::kSchema;
  route.answer = &answer;
  return route;
}

}  // namespace

std::vector<http::Route> PipelineViewRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "pipelines", Pipelines);
  AddRead(routes, api, "pipelines/{name}/grid", GetGrid);
  routes.push_back(ReadRoute(api, "pipelines/runs/{run}/graph", GetGraph, PipelineGraph::kSchema));
  routes.push_back(
      ReadRoute(api, "pipelines/runs/{run}/jobs/{job}/why", GetWhy, PipelineWhy::kSchema));
  return routes;
}

}  // namespace galley::native
