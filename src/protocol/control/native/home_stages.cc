#include "domain/data/overview.h"
#include "domain/observe/monitor.h"
#include "domain/observe/overview.h"
#include "domain/pipeline/overview.h"
#include "domain/registry/overview.h"
#include "domain/rollout/overview.h"
#include "domain/rollout/service.h"
#include "domain/tracking/overview.h"
#include "domain/watch/overview.h"
#include "protocol/control/native/home_parts.h"

namespace galley::native {
namespace {

std::string StateOf(const db::Pulse& pulse) {
  if (pulse.total == 0) return "empty";
  if (pulse.failed > 0) return "bad";
  if (pulse.warned > 0) return "warn";
  return pulse.under_way > 0 ? "running" : "good";
}

HomeStage StageOf(std::string_view stage, const db::Pulse& pulse) {
  return {.stage = std::string(stage),
          .state = StateOf(pulse),
          .number = pulse.InSevenDays(),
          .total = pulse.total,
          .under_way = pulse.under_way,
          .failed = pulse.failed,
          .warned = pulse.warned,
          .detail = pulse.newest,
          .last_ms = pulse.last_ms,
          .spark = {pulse.days.begin(), pulse.days.end()}};
}

/// Of experiments one that fails is no fault of the loop.
HomeStage RunsOf(db::Pulse pulse) {
  std::swap(pulse.failed, pulse.warned);
  if (pulse.under_way > 0) pulse.warned = 0;
  return StageOf("runs", pulse);
}

/// What is under way is the number; a person is waited for where it does not go on by itself.
HomeStage RolloutsOf(db::Pulse pulse, const std::vector<rollout::Rollout>& under_way) {
  for (const rollout::Rollout& it : under_way) {
    if (it.state.Now() == rollout::Phase::kDegraded) ++pulse.failed;
    if (it.state.Now() == rollout::Phase::kPaused) ++pulse.warned;
  }
  HomeStage stage = StageOf("rollout", pulse);
  stage.number = pulse.under_way;
  return stage;
}

HomeStage MonitoringOf(db::Pulse pulse, std::size_t monitors) {
  pulse.failed = pulse.under_way;
  HomeStage stage = StageOf("monitoring", pulse);
  if (pulse.total == 0 && monitors > 0) stage.state = "warn";  // Measured, and nobody is told.
  stage.number = pulse.under_way;
  return stage;
}

}  // namespace

Status AddStages(HomeMaking& making) {
  db::Connection& db = making.view.db;
  const std::int64_t project = making.view.project;
  const std::int64_t now_ms = making.now_ms;
  const auto data = TRY(data::DatasetPulse(db, project, now_ms));
  const auto runs = TRY(tracking::RunPulse(db, project, now_ms));
  const auto models = TRY(registry::ModelPulse(db, project, now_ms));
  const auto labels = TRY(observe::LabelPulse(db, project, now_ms));
  const auto endpoints = TRY(rollout::ListEndpoints(db, project));
  const auto monitors = TRY(observe::ListMonitors(db, project)).size();
  auto& stages = making.answer.stages;
  stages.push_back(StageOf("data", data));
  stages.push_back(RunsOf(runs));
  stages.push_back(StageOf("pipelines", TRY(pipeline::PipelinePulse(db, project, now_ms))));
  stages.push_back(StageOf("registry", models));
  stages.push_back(RolloutsOf(TRY(rollout::RolloutPulse(db, project, now_ms)),
                              TRY(rollout::ListUnderWay(db, project))));
  stages.push_back(MonitoringOf(TRY(watch::AlertPulse(db, project, now_ms)), monitors));
  stages.push_back(StageOf("feedback", labels));
  making.answer.setup = {{"dataset", data.total > 0},
                         {"run", runs.total > 0},
                         {"model", models.total > 0},
                         {"endpoint", !endpoints.empty()},
                         {"prediction", TRY(observe::HasPredictions(db, project))},
                         {"label", labels.total > 0},
                         {"monitor", monitors > 0}};
  return {};
}

}  // namespace galley::native
