#include <algorithm>

#include "domain/observe/monitor.h"
#include "domain/pipeline/trigger_rows.h"
#include "domain/pipeline/waiting.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/rollouts.h"
#include "domain/watch/alerts.h"
#include "foundation/io/clock.h"
#include "foundation/json/writer.h"
#include "foundation/telemetry/log.h"
#include "storage/journal/journal.h"

/// Alerts that start runs.
namespace galley::pipeline {
namespace {

/// What a trigger and a monitor come to now.
struct Considered {
  observe::Monitor monitor;
  AlertCycle before;
  AlertFacts facts;
};

bool Names(const Trigger& trigger, const watch::Alert& alert) {
  if (alert.settings.monitor.empty()) return false;
  if (trigger.kind == "drift") return alert.settings.IsDrift();
  return trigger.rules.empty() ||
         std::ranges::find(trigger.rules, alert.rule) != trigger.rules.end();
}

Status AddRollouts(db::Connection& db, std::int64_t project, const std::string& endpoint,
                   const std::optional<Run>& run, AlertFacts& facts) {
  const auto newest = TRY(rollout::ListRollouts(db, project, endpoint, 1));
  if (newest.empty()) return {};
  const rollout::Rollout& rollout = newest.front();
  const auto phase = rollout.state.Now();
  facts.has_rollout = !rollout::IsEnd(phase);
  facts.led_to_rollout = run && rollout.created_ms >= run->created_ms;
  facts.was_promoted = phase == rollout::Phase::kPromoted;
  facts.rollout_window = rollout.state.judged.value_or(rollout.state.began.value_or(0));
  return {};
}

/// An endpoint that is gone has no plan.
Status AddPlan(db::Connection& db, std::int64_t project, const std::string& name,
               AlertFacts& facts) {
  const auto endpoint = rollout::GetEndpoint(db, project, name);
  if (!endpoint && endpoint.error().code == Code::kNotFound) return {};
  if (!endpoint) return std::unexpected(endpoint.error());
  facts.has_plan = TRY(rollout::InForceAt(db, endpoint->row)).has_value();
  return {};
}

/// Null: no window of the monitor was evaluated yet.
Result<std::optional<AlertFacts>> FactsOf(db::Connection& db, std::int64_t project,
                                          const Trigger& trigger, const observe::Monitor& monitor,
                                          const AlertCycle& cycle) {
  AlertFacts facts;
  const auto window = TRY(watch::EvaluatedThrough(db, monitor));
  if (!window) return std::optional<AlertFacts>();
  facts.window = *window;
  for (const watch::Alert& alert : TRY(watch::FiringNow(db, project))) {
    if (alert.settings.monitor == monitor.name && Names(trigger, alert)) {
      facts.rule = alert.rule;
      break;
    }
  }
  std::optional<Run> run;
  if (cycle.run) {
    auto found = GetRun(db, project, *cycle.run);
    if (found) {
      run = *std::move(found);
      facts.run = run->state;
    } else if (found.error().code != Code::kNotFound) {
      return std::unexpected(std::move(found).error());
    }
  }
  TRY(AddRollouts(db, project, monitor.settings.endpoint, run, facts));
  TRY(AddPlan(db, project, monitor.settings.endpoint, facts));
  return std::optional(std::move(facts));
}

Result<std::vector<Considered>> ConsiderAll(db::Connection& db, std::int64_t project,
                                            const InForce& trigger) {
  std::vector<Considered> found;
  for (observe::Monitor& monitor : TRY(observe::ListMonitors(db, project))) {
    if (!trigger.trigger.monitor.empty() && trigger.trigger.monitor != monitor.name) continue;
    AlertCycle cycle = TRY(LoadCycle(db, trigger.row, monitor.id));
    auto facts = TRY(FactsOf(db, project, trigger.trigger, monitor, cycle));
    if (facts) found.push_back({std::move(monitor), cycle, *std::move(facts)});
  }
  return found;
}

Status RecordGivenUp(journal::Change& change, const InForce& trigger,
                     const observe::Monitor& monitor, const AlertDecision& decision) {
  json::Writer detail;
  detail.BeginObject().Key("kind").String(trigger.trigger.kind).Key("monitor").String(monitor.name);
  detail.Key("endpoint").String(monitor.settings.endpoint);
  detail.Key("window").Int(decision.cycle.ended.value_or(decision.cycle.began));
  detail.Key("lost").Int(decision.cycle.lost).EndObject();
  return change.Record("pipeline_trigger.gave_up", trigger.source.id.Hex(), std::move(detail));
}

}  // namespace

void Triggers::LookAtAlerts(Waiting& waiting) const {
  const InForce& it = waiting.it;
  std::vector<Considered> all;
  const Status read = store_.Read(it.project, [&](const journal::View& view) -> Status {
    all = TRY(ConsiderAll(view.db, view.project, it));
    return {};
  });
  if (!read) {
    telemetry::LogWarn("alerts cannot be read", {{"error.message", read.error().message}});
    return;
  }
  for (const Considered& one : all) {
    const AlertDecision decision =
        Consider(it.trigger, one.monitor.settings.width(), one.before, one.facts);
    if (decision.cycle == one.before) continue;
    const auto remember = [&](journal::Change& change, std::optional<std::int64_t> run) -> Status {
      AlertCycle cycle = decision.cycle;
      if (run) cycle.run = run;
      TRY(StoreCycle(change, it.row, one.monitor.id, cycle));
      return decision.gave_up ? RecordGivenUp(change, it, one.monitor, decision) : Status();
    };
    if (decision.start) {
      const std::string id =
          fmt::format("{}/{}@{}", one.monitor.name, one.facts.rule, one.facts.window);
      Begin(waiting, fmt::format("{} {}", it.trigger.kind, id),
            {.id = id, .position = one.facts.window, .checkout = ""}, remember);
      continue;
    }
    const Status stored = store_.WriteAndWait(
        db::WriteClass::kInteractive, it.project, "galley",
        [&](journal::Change& change) { return remember(change, std::nullopt); });
    if (!stored) {
      telemetry::LogWarn("what an alert's trigger remembers cannot be stored",
                         {{"error.message", stored.error().message}});
    }
  }
}

Result<std::string> BusyWithAlerts(db::Connection& db, std::string_view project,
                                   const observe::Monitor& monitor, std::int64_t window) {
  const std::int64_t row = TRY(journal::ProjectRow(db, project));
  for (const InForce& it : TRY(ListInForce(db))) {
    if (it.project != project || !it.trigger.IsAlert()) continue;
    if (!it.trigger.monitor.empty() && it.trigger.monitor != monitor.name) continue;
    const AlertCycle cycle = TRY(LoadCycle(db, it.row, monitor.id));
    if (cycle.considered.value_or(window - 1) < window) {
      return fmt::format("the {} trigger of pipeline '{}'", it.trigger.kind, it.source.pipeline);
    }
    if (!cycle.run) continue;
    const auto run = GetRun(db, row, *cycle.run);
    if (run && !HasEnded(run->state)) return fmt::format("pipeline run {}", *cycle.run);
  }
  return "";
}

}  // namespace galley::pipeline
