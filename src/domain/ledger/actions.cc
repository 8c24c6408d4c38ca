#include <algorithm>
#include <map>
#include <set>

#include "domain/ledger/parts.h"
#include "domain/pipeline/service.h"

namespace galley::ledger {
namespace {

void Append(std::string& text, std::string_view more, std::string_view between = ", ") {
  if (more.empty()) return;
  if (!text.empty()) text += between;
  text += more;
}

/// The rules of the candidate that won, or else of the last.
std::string RulesOf(const pipeline::GateEvidence& gate) {
  const pipeline::CandidateEvidence* shown = gate.Winner();
  if (shown == nullptr && !gate.candidates.empty()) shown = &gate.candidates.back();
  if (shown == nullptr) return {};
  std::string text;
  for (const auto& rule : shown->rules) {
    Append(text,
           fmt::format("{} {} {} {} {} ({})", rule.id, rule.metric, rule.value, rule.relation,
                       rule.limit, rule.passed ? "holds" : "does not hold"),
           "; ");
  }
  return text;
}

/// The runs that are about the endpoint: of pipelines that made one of its versions, or started by
/// an alert.
std::set<std::int64_t> RunsOf(const Making& making) {
  std::set<std::string> pipelines;
  for (const TrainedVersion& trained : making.report.trained) {
    if (!trained.pipeline.empty()) pipelines.insert(trained.pipeline);
  }
  std::set<std::int64_t> runs;
  for (const Happening& it : making.happenings) {
    if (it.what != What::kRunCreated || !it.run) continue;
    const bool is_by_alert = IsByAlert(it.trigger) && IsOurs(making, it);
    if (is_by_alert || pipelines.contains(it.pipeline)) runs.insert(*it.run);
  }
  return runs;
}

std::string TextOf(const Happening& it) {
  std::string text;
  switch (it.what) {
    case What::kRunCreated:
      return fmt::format("run {} of pipeline {} begins: {}", it.run.value_or(0), it.pipeline,
                         it.trigger);
    case What::kRunEnded: return fmt::format("run {} {}", it.run.value_or(0), it.state);
    case What::kEndpointCreated: return it.model + " answers";
    case What::kEndpointChanged: return it.model + " answers from now on";
    case What::kReferenceSet:
      return it.dataset.empty() ? "drift is measured against another reference"
                                : "drift is measured against " + it.dataset;
    case What::kTriggerOther: return it.reason;
    default: break;
  }
  Append(text, it.model);
  if (it.weight) Append(text, fmt::format("weight {} of 1000", *it.weight));
  if (it.log_evidence) Append(text, fmt::format("log E {}", *it.log_evidence));
  if (it.verdict != "none") Append(text, it.verdict);
  if (!it.cause.empty()) Append(text, "cause: " + it.cause);
  Append(text, it.reason);
  return text;
}

bool IsAction(const Making& making, const std::set<std::int64_t>& runs, const Happening& it) {
  switch (it.what) {
    case What::kRunCreated:
    case What::kRunEnded:
    case What::kGateDecided: return it.run && runs.contains(*it.run);
    case What::kReferenceSet: return it.subject == making.report.monitor_id;
    case What::kAlertFiring:
    case What::kAlertResolved:
    case What::kIncidentOpened:
    case What::kIncidentJoined:
    case What::kJobEnded:
    case What::kVersionCreated:
    case What::kDatasetCommitted:
    case What::kArtifactStored: return false;
    default: return IsOurs(making, it);
  }
}

/// What the gates of a run decided, by job.
Result<std::map<std::string, std::string>> GatesOf(Making& making, std::int64_t run) {
  std::map<std::string, std::string> texts;
  for (const auto& decision : TRY(pipeline::GatesOfRun(making.db, making.project, run))) {
    std::string text =
        fmt::format("gate '{}' of run {} {}: {}", decision.evidence.job, run,
                    decision.evidence.passed ? "let pass" : "refused", decision.evidence.summary);
    Append(text, RulesOf(decision.evidence), "; ");
    texts[decision.job.Hex()] = std::move(text);
  }
  return texts;
}

// Loops.

void Step(Loop& loop, LoopStep step) {
  for (auto it = loop.steps.rbegin(); it != loop.steps.rend(); ++it) {
    if (!step.took_ms && step.at_ms && it->at_ms) step.took_ms = *step.at_ms - *it->at_ms;
    if (!step.took_windows && step.window && it->window) {
      step.took_windows = *step.window - *it->window;
    }
  }
  loop.steps.push_back(std::move(step));
}

void StepAt(Loop& loop, std::string name, const Happening& it) {
  Step(loop,
       {.step = std::move(name), .event = it.sequence, .at_ms = it.at_ms, .window = it.window});
}

/// The alert that a run answers: the newest before it, of the rule that the trigger names if any
/// does.
const AlertEntry* AlertBefore(const Report& report, const Happening& run) {
  const AlertEntry* found = nullptr;
  const AlertEntry* named = nullptr;
  for (const AlertEntry& alert : report.alerts) {
    if (alert.event > run.sequence) break;
    found = &alert;
    if (!alert.rule.empty() && alert.rule == run.rule) named = &alert;
  }
  return named != nullptr ? named : found;
}

void StepThroughRollout(const Making& making, const std::string& id, Loop& loop) {
  for (const Happening& it : making.happenings) {
    if (it.subject != id || !it.kind.starts_with("rollout.")) continue;
    const bool has_acknowledged =
        std::ranges::find(loop.steps, "acknowledged", &LoopStep::step) != loop.steps.end();
    switch (it.what) {
      case What::kRolloutStarted: StepAt(loop, "rollout started", it); break;
      case What::kRolloutAcknowledged:
        if (!has_acknowledged) StepAt(loop, "acknowledged", it);
        break;
      case What::kRolloutJudged:
        if (it.verdict != "none" && !it.verdict.empty()) StepAt(loop, "verdict: " + it.verdict, it);
        break;
      case What::kRolloutPromoted: StepAt(loop, "promoted", it); break;
      case What::kRolloutEnded: StepAt(loop, it.kind.substr(it.kind.find('.') + 1), it); break;
      default: break;
    }
  }
}

Loop LoopOf(const Making& making, const Happening& run, std::int64_t until) {
  Loop loop{.name = fmt::format("run {} of pipeline {}: {}", run.run.value_or(0), run.pipeline,
                                run.trigger)};
  if (const AlertEntry* alert = AlertBefore(making.report, run)) {
    if (alert->active_window) {
      Step(loop, {.step = "first out of bounds", .window = alert->active_window});
    }
    Step(loop,
         {.step = "alert", .event = alert->event, .at_ms = alert->at_ms, .window = alert->window});
  }
  StepAt(loop, "run started", run);
  for (const Happening& it : making.happenings) {
    if (it.what == What::kRunEnded && it.subject == run.subject) {
      StepAt(loop, "run " + it.state, it);
      break;
    }
  }
  for (const RolloutEntry& rollout : making.report.rollouts) {
    if (rollout.event < run.sequence || rollout.event >= until) continue;
    StepThroughRollout(making, rollout.id, loop);
    break;
  }
  return loop;
}

}  // namespace

Status AddActions(Making& making) {
  const auto runs = RunsOf(making);
  std::map<std::string, std::string> gates;
  for (const std::int64_t run : runs) gates.merge(TRY(GatesOf(making, run)));
  for (const Happening& it : making.happenings) {
    if (!IsAction(making, runs, it)) continue;
    std::string text = it.what == What::kGateDecided ? gates[it.subject] : TextOf(it);
    making.report.actions.push_back({.event = it.sequence,
                                     .at_ms = it.at_ms,
                                     .window = it.window,
                                     .kind = it.kind,
                                     .subject = it.subject,
                                     .actor = it.actor,
                                     .text = std::move(text)});
  }
  return {};
}

void AddLoops(Making& making) {
  std::vector<const Happening*> runs;
  for (const Happening& it : making.happenings) {
    if (it.what == What::kRunCreated && IsByAlert(it.trigger) && IsOurs(making, it)) {
      runs.push_back(&it);
    }
  }
  for (std::size_t at = 0; at < runs.size(); ++at) {
    const std::int64_t until = at + 1 < runs.size() ? runs[at + 1]->sequence : INT64_MAX;
    making.report.loops.push_back(LoopOf(making, *runs[at], until));
  }
  for (const RolloutEntry& rollout : making.report.rollouts) {
    // Before the first such run nothing but a person starts one.
    if (!runs.empty() && rollout.event > runs.front()->sequence) continue;
    Loop loop{.name = fmt::format("rollout of {}", rollout.model)};
    StepThroughRollout(making, rollout.id, loop);
    making.report.loops.push_back(std::move(loop));
  }
}

}  // namespace galley::ledger
