#include <set>

#include "domain/pipeline/overview.h"
#include "domain/rollout/overview.h"
#include "domain/watch/alerts.h"
#include "domain/watch/overview.h"
#include "protocol/control/native/home_parts.h"
#include "protocol/control/native/paths.h"
#include "protocol/control/native/serving_routes.h"

namespace galley::native {
namespace {

constexpr std::size_t kNeedsMax = 100;

struct Trouble {
  std::vector<watch::Incident> incidents;
  std::vector<watch::Alert> firing;
};

/// Why somebody should look at a rollout; empty: it goes on by itself.
std::string ReasonOf(const rollout::Rollout& rollout, const Trouble& trouble) {
  const rollout::State& state = rollout.state;
  if (state.Now() != rollout::Phase::kProgressing) {
    return state.reason.empty() ? state.phase : state.reason;
  }
  for (const watch::Incident& it : trouble.incidents) {
    if (it.endpoint == rollout.endpoint) {
      return fmt::format("incident {} of its endpoint is open", it.number);
    }
  }
  for (const watch::Alert& it : trouble.firing) {
    if (it.settings.endpoint == rollout.endpoint) return fmt::format("'{}' fires", it.rule);
  }
  return "";
}

Result<std::string> ModelOf(const HomeMaking& making, const Id& variant) {
  const auto found = TRY(rollout::GetVariant(making.view.db, making.view.project, variant));
  return fmt::format("{}@{}", found.variant.model, found.variant.version);
}

Status AddRollouts(HomeMaking& making, const Trouble& trouble) {
  const journal::View& view = making.view;
  for (const rollout::Rollout& it : TRY(rollout::ListUnderWay(view.db, view.project))) {
    const std::string reason = ReasonOf(it, trouble);
    if (reason.empty()) continue;
    const std::string number = std::to_string(it.number);
    making.answer.needs.push_back(
        {.kind = "rollout",
         .id = number,
         .title = it.endpoint,
         .reason = reason,
         .since_ms = TRY(rollout::LastChanged(view.db, view.project, it)),
         .path = PathOf("rollout", number),
         .verbs = rollout::AllowedVerbs(it, making.now_ms),
         .rollout = HomeRollout{.number = it.number,
                                .endpoint = it.endpoint,
                                .phase = it.state.phase,
                                .turn = it.state.turn,
                                .weight = it.state.weight,
                                .mirror = it.state.mirror,
                                .champion = TRY(ModelOf(making, it.champion)),
                                .challenger = TRY(ModelOf(making, it.challenger))}});
  }
  return {};
}

void AddIncidents(HomeMaking& making, const Trouble& trouble) {
  for (const watch::Incident& it : trouble.incidents) {
    if (it.acked_ms) continue;
    std::string reason;
    for (const watch::IncidentAlert& alert : it.alerts) {
      const std::string& column = alert.fired.column;
      reason += fmt::format("{}{}{}{}", reason.empty() ? "" : ", ", alert.fired.rule,
                            column.empty() ? "" : " ", column);
    }
    const std::string number = std::to_string(it.number);
    making.answer.needs.push_back({.kind = "incident",
                                   .id = number,
                                   .title = it.monitor_name,
                                   .reason = std::move(reason),
                                   .since_ms = it.opened_ms,
                                   .path = PathOf("incident", number),
                                   .verbs = {"ack"},
                                   .rollout = {}});
  }
}

/// Those that no open incident speaks of.
void AddAlerts(HomeMaking& making, const Trouble& trouble) {
  std::set<Id> known;
  for (const watch::Incident& it : trouble.incidents) {
    for (const watch::IncidentAlert& alert : it.alerts) known.insert(alert.fired.alert);
  }
  for (const watch::Alert& it : trouble.firing) {
    if (known.contains(it.id)) continue;
    making.answer.needs.push_back({.kind = "alert",
                                   .id = it.id.Hex(),
                                   .title = it.rule,
                                   .reason = it.column,
                                   .since_ms = it.fired_ms.value_or(it.active_ms),
                                   .path = PathOf("alert", it.rule),
                                   .verbs = {},
                                   .rollout = {}});
  }
}

Status AddPipelines(HomeMaking& making) {
  const journal::View& view = making.view;
  for (const pipeline::Run& it : TRY(pipeline::ListBroken(view.db, view.project, kNeedsMax + 1))) {
    const std::string number = std::to_string(it.number);
    making.answer.needs.push_back({.kind = "pipeline",
                                   .id = number,
                                   .title = it.pipeline,
                                   .reason = std::string(pipeline::RunStateName(it.state)),
                                   .since_ms = it.ended_ms,
                                   .path = PathOf("pipeline_run", number),
                                   .verbs = {"retry"},
                                   .rollout = {}});
  }
  return {};
}

void AddTriggers(HomeMaking& making) {
  std::set<Id> told;  // Of a file that has a problem all triggers say the same.
  for (const pipeline::TriggerState& it : making.triggers) {
    if (!it.problem.empty() && !told.insert(it.source.id).second) continue;
    const bool last_failed = it.last && !it.last->error.empty();
    if (it.problem.empty() && !last_failed) continue;
    making.answer.needs.push_back(
        {.kind = "schedule",
         .id = it.source.id.Hex(),
         .title = fmt::format("{} ({})", it.source.pipeline, it.trigger.kind),
         .reason = it.problem.empty() ? it.last->error : it.problem,
         .since_ms = it.problem.empty() ? it.last->created_ms : it.source.applied_ms,
         .path = PathOf("pipeline", it.source.pipeline),
         .verbs = {},
         .rollout = {}});
  }
}

Status AddEndpoints(HomeMaking& making) {
  const journal::View& view = making.view;
  for (const auto& it : TRY(rollout::ListEndpoints(view.db, view.project))) {
    Endpoint endpoint = MessageOf(it, making.project, making.gateway);
    if (endpoint.state != "failed") continue;
    making.answer.needs.push_back(
        {.kind = "endpoint",
         .id = endpoint.name,
         .title = endpoint.name,
         .reason = std::move(endpoint.reason),
         .since_ms = it.variants.empty() ? it.created_ms : it.variants.front().created_ms,
         .path = PathOf("endpoint", endpoint.name),
         .verbs = {},
         .rollout = {}});
  }
  return {};
}

}  // namespace

Status AddNeeds(HomeMaking& making) {
  const journal::View& view = making.view;
  const Trouble trouble{.incidents = TRY(watch::ListOpenIncidents(view.db, view.project)),
                        .firing = TRY(watch::FiringNow(view.db, view.project))};
  TRY(AddRollouts(making, trouble));
  AddIncidents(making, trouble);
  AddAlerts(making, trouble);
  TRY(AddEndpoints(making));
  TRY(AddPipelines(making));
  AddTriggers(making);
  making.answer.needs_has_more = making.answer.needs.size() > kNeedsMax;
  if (making.answer.needs_has_more) making.answer.needs.resize(kNeedsMax);
  return {};
}

}  // namespace galley::native
