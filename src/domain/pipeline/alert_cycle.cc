#include "domain/pipeline/alert_cycle.h"

#include <algorithm>

namespace galley::pipeline {
namespace {

constexpr schema::Field kAlertCycle[] = {
    schema::Of<&AlertCycle::considered>("considered"),
    schema::Of<&AlertCycle::run>("run"),
    schema::Of<&AlertCycle::began>("began"),
    schema::Of<&AlertCycle::ended>("ended"),
    schema::Of<&AlertCycle::lost>("lost"),
    schema::Of<&AlertCycle::stopped>("stopped"),
};

/// Ends the cycle if what it led to has ended.
void Settle(AlertCycle& cycle, const AlertFacts& facts) {
  if (!cycle.run) return;
  if (facts.run && !HasEnded(*facts.run)) return;
  if (facts.led_to_rollout && facts.has_rollout) return;
  const bool is_lost = facts.led_to_rollout ? !facts.was_promoted : facts.run == RunState::kRefused;
  cycle.ended = facts.led_to_rollout ? std::max(cycle.began, facts.rollout_window) : cycle.began;
  if (is_lost) ++cycle.lost;
  if (facts.led_to_rollout && facts.was_promoted) cycle.lost = 0;
  cycle.run.reset();
}

}  // namespace

const schema::Message AlertCycle::kSchema{"AlertCycle", kAlertCycle};

AlertDecision Consider(const Trigger& trigger, double width, const AlertCycle& cycle,
                       const AlertFacts& facts) {
  AlertDecision decision{.cycle = cycle};
  AlertCycle& now = decision.cycle;
  Settle(now, facts);
  if (!now.stopped && now.lost >= trigger.give_up_after) {
    now.stopped = true;
    decision.gave_up = true;
  }
  if (now.considered && *now.considered >= facts.window) return decision;
  now.considered = facts.window;
  if (facts.rule.empty() || now.stopped || now.run) return decision;
  if (facts.has_rollout || facts.has_plan) return decision;
  if (now.ended && static_cast<double>(facts.window - *now.ended) * width < trigger.cooldown) {
    return decision;
  }
  now.began = facts.window;
  decision.start = true;
  return decision;
}

}  // namespace galley::pipeline
