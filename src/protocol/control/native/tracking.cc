#include <algorithm>
#include <map>

#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/messages.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::int64_t kPointsMax = 10'000;
constexpr std::size_t kArtifactsMax = 1000;

std::string NameOf(tracking::State state) {
  return state == tracking::State::kActive ? "active" : "deleted";
}

std::string NameOf(tracking::RunStatus status) {
  switch (status) {
    case tracking::RunStatus::kRunning: return "running";
    case tracking::RunStatus::kScheduled: return "scheduled";
    case tracking::RunStatus::kFinished: return "finished";
    case tracking::RunStatus::kFailed: return "failed";
    case tracking::RunStatus::kKilled: return "killed";
  }
  return "unspecified";
}

std::string NameOf(tracking::ModelStatus status) {
  switch (status) {
    case tracking::ModelStatus::kUnspecified: return "unspecified";
    case tracking::ModelStatus::kPending: return "pending";
    case tracking::ModelStatus::kReady: return "ready";
    case tracking::ModelStatus::kUploadFailed: return "upload_failed";
  }
  return "unspecified";
}

std::vector<KeyValue> ToMessages(const std::vector<tracking::KeyValue>& pairs) {
  std::vector<KeyValue> messages;
  messages.reserve(pairs.size());
  for (const auto& [key, value] : pairs) messages.push_back({key, value});
  return messages;
}

Metric ToMessage(const tracking::MetricPoint& point) {
  Metric metric{.key = point.key,
                .value = point.value,
                .step = point.step,
                .timestamp_ms = point.timestamp_ms};
  if (!point.dataset_name.empty()) metric.dataset_name = point.dataset_name;
  if (!point.dataset_digest.empty()) metric.dataset_digest = point.dataset_digest;
  return metric;
}

Result<Experiment> ToMessage(const View& view, const tracking::Experiment& experiment) {
  const auto counts = TRY(tracking::CountRuns(view.db, experiment));
  return Experiment{.id = experiment.id.Hex(),
                    .number = experiment.number,
                    .name = experiment.name,
                    .state = NameOf(experiment.state),
                    .artifact_root = experiment.artifact_root,
                    .runs = {counts.active, counts.running, counts.deleted},
                    .created_ms = experiment.created_ms,
                    .updated_ms = experiment.updated_ms,
                    .last_run_ms = counts.last_started_ms,
                    .tags = ToMessages(experiment.tags)};
}

/// `names` remembers the experiments' names for the runs of one page.
Result<Run> ToMessage(const View& view, const tracking::Run& run,
                      std::map<std::string, std::string>& names) {
  if (!names.contains(run.experiment)) {
    names[run.experiment] =
        TRY(tracking::GetExperiment(view.db, view.project, run.experiment)).name;
  }
  Run message{.id = run.id.Hex(),
              .name = run.name,
              .experiment = run.experiment,
              .experiment_name = names[run.experiment],
              .user = run.user,
              .status = NameOf(run.status),
              .state = NameOf(run.state),
              .started_ms = run.started_ms,
              .ended_ms = run.ended_ms,
              .artifact_uri = run.artifact_uri,
              .params = ToMessages(run.params),
              .tags = ToMessages(run.tags)};
  for (const auto& point : run.metrics) message.metrics.push_back(ToMessage(point));
  return message;
}

Result<std::vector<ModelLink>> ToMessages(const View& view,
                                          const std::vector<tracking::ModelLink>& links) {
  std::vector<ModelLink> messages;
  for (const auto& link : links) {
    const auto model = tracking::GetModel(view.db, view.project, link.model);
    if (!model && model.error().code != Code::kNotFound) return std::unexpected(model.error());
    messages.push_back({.id = link.model.Hex(),
                        .name = model ? model->name : "",
                        .type = model ? model->type : "",
                        .status = model ? NameOf(model->status) : "deleted",
                        .step = link.step});
  }
  return messages;
}

/// What lies directly in a run's artifacts, if Galley keeps them.
Status AddArtifacts(const View& view, const tracking::Run& run, RunAnswer& answer) {
  std::string_view folder = run.artifact_uri;
  if (!folder.starts_with(tracking::kArtifactScheme)) return {};
  folder.remove_prefix(tracking::kArtifactScheme.size());
  for (auto& entry : TRY(tracking::ListArtifacts(view.db, view.project, folder))) {
    if (answer.artifacts.size() == kArtifactsMax) {
      answer.artifacts_has_more = true;
      return {};
    }
    Artifact artifact{.name = entry.path.substr(folder.size() + 1),
                      .is_folder = entry.is_folder,
                      .size = entry.size};
    if (entry.is_folder) {
      const auto totals = TRY(tracking::TotalsBeneath(view.db, view.project, entry.path));
      artifact.files = totals.files;
      artifact.size = totals.bytes;
    }
    answer.artifacts.push_back(std::move(artifact));
  }
  return {};
}

Result<ExperimentsAnswer> ListAll(const View& view, const ListExperiments& message,
                                  const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax, message.offset));
  const db::Query query{
      .view = TRY(ViewOf(message.view)), .offset = message.offset, .limit = message.limit};
  const auto page = TRY(tracking::SearchExperiments(view.db, view.project, query));
  ExperimentsAnswer answer{.has_more = page.has_more};
  for (const auto& experiment : page.items) {
    answer.experiments.push_back(TRY(ToMessage(view, experiment)));
  }
  return answer;
}

Result<ExperimentAnswer> ShowExperiment(const View& view, const Nothing& /*message*/,
                                        const http::Request& request) {
  const auto experiment =
      TRY(tracking::ResolveExperiment(view.db, view.project, request.Captured("experiment")));
  return ExperimentAnswer{TRY(ToMessage(view, experiment))};
}

Result<RunsAnswer> ListOf(const View& view, const ListRuns& message,
                          const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax, message.offset));
  const db::Query query{
      .view = TRY(ViewOf(message.view)), .offset = message.offset, .limit = message.limit};
  db::Page<tracking::Run> page;
  if (message.experiment) {
    const std::string number =
        TRY(tracking::ResolveExperiment(view.db, view.project, *message.experiment)).number;
    page = TRY(tracking::SearchRuns(view.db, view.project, {&number, 1}, query));
  } else {
    page = TRY(tracking::SearchProjectRuns(view.db, view.project, query));
  }
  RunsAnswer answer{.has_more = page.has_more};
  std::map<std::string, std::string> names;
  for (const auto& run : page.items) answer.runs.push_back(TRY(ToMessage(view, run, names)));
  return answer;
}

Result<RunAnswer> ShowRun(const View& view, const Nothing& /*message*/,
                          const http::Request& request) {
  const Id id = TRY(tracking::ResolveRun(view.db, view.project, request.Captured("run")));
  const auto run = TRY(tracking::GetRun(view.db, view.project, id));
  std::map<std::string, std::string> names;
  RunAnswer answer{.run = TRY(ToMessage(view, run, names)),
                   .models_in = TRY(ToMessages(view, run.model_inputs)),
                   .models_out = TRY(ToMessages(view, run.model_outputs))};
  for (const auto& input : run.inputs) {
    answer.inputs.push_back({.name = input.dataset.name,
                             .digest = input.dataset.digest,
                             .source_type = input.dataset.source_type,
                             .source = input.dataset.source,
                             .tags = ToMessages(input.tags)});
  }
  TRY(AddArtifacts(view, run, answer));
  return answer;
}

Result<MetricsAnswer> History(const View& view, const ListMetrics& message,
                              const http::Request& request) {
  TRY(CheckPage(message.limit, kPointsMax, message.offset));
  const Id id = TRY(tracking::ResolveRun(view.db, view.project, request.Captured("run")));
  const auto page = TRY(tracking::MetricHistory(view.db, view.project, id, message.key,
                                                message.offset, message.limit));
  if (page.items.empty() && message.offset == 0) {
    return Fail(Code::kNotFound, "the run {} has no metric '{}'", id.Hex(), message.key);
  }
  MetricsAnswer answer{.has_more = page.has_more};
  for (const auto& point : page.items) answer.metrics.push_back(ToMessage(point));
  return answer;
}

Result<ModelAnswer> ShowModel(const View& view, const Nothing& /*message*/,
                              const http::Request& request) {
  std::string_view text = request.Captured("model");
  if (text.starts_with("m-")) text.remove_prefix(2);  // As MLflow writes it.
  const auto id = Id::Parse(text);
  if (!id) {
    return Fail(Code::kInvalidArgument, "'{}' is no model id; an id has 32 lower-case hex digits",
                text);
  }
  const auto model = tracking::GetModel(view.db, view.project, *id);
  if (!model) {
    if (model.error().code != Code::kNotFound) return std::unexpected(model.error());
    return Fail(Code::kNotFound, "there is no logged model '{}'", text);
  }
  Model message{.id = model->id.Hex(),
                .experiment = model->experiment,
                .name = model->name,
                .type = model->type,
                .status = NameOf(model->status),
                .created_ms = model->created_ms,
                .updated_ms = model->updated_ms,
                .artifact_uri = model->artifact_uri,
                .params = ToMessages(model->params),
                .tags = ToMessages(model->tags)};
  if (model->source_run) message.source_run = model->source_run->Hex();
  for (const auto& point : model->metrics) {
    message.metrics.push_back(ToMessage(point));
    if (point.run) message.metrics.back().run = point.run->Hex();
  }
  return ModelAnswer{std::move(message)};
}

}  // namespace

std::vector<http::Route> TrackingRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "experiments", ListAll);
  AddRead(routes, api, "experiments/{experiment}", ShowExperiment);
  AddRead(routes, api, "runs", ListOf);
  AddRead(routes, api, "runs/{run}", ShowRun);
  AddRead(routes, api, "runs/{run}/metrics", History);
  AddRead(routes, api, "models/{model}", ShowModel);
  return routes;
}

}  // namespace galley::native
