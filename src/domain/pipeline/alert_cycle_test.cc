#include "domain/pipeline/alert_cycle.h"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

namespace galley::pipeline {
namespace {

const Trigger kTrigger{.kind = "alert", .rules = {"accuracy"}, .cooldown = 8, .give_up_after = 2};

AlertCycle After(const AlertCycle& cycle, const AlertFacts& facts, bool starts) {
  AlertDecision decision = Consider(kTrigger, 1, cycle, facts);
  EXPECT_EQ(decision.start, starts) << facts.window;
  if (decision.start) decision.cycle.run = facts.window;
  return decision.cycle;
}

TEST(AlertCycle, StartsOnceAWindow) {
  AlertCycle cycle = After({}, {.window = 115}, false);
  cycle = After(cycle, {.window = 116, .rule = "accuracy"}, true);
  EXPECT_EQ(cycle.began, 116);
  After(cycle, {.window = 116, .rule = "accuracy", .run = RunState::kRunning}, false);
}

TEST(AlertCycle, WaitsForWhatItLedTo) {
  AlertCycle cycle = After({}, {.window = 116, .rule = "accuracy"}, true);
  cycle = After(cycle, {.window = 117, .rule = "accuracy", .run = RunState::kRunning}, false);
  EXPECT_TRUE(cycle.run);
  cycle = After(cycle,
                {.window = 120,
                 .rule = "accuracy",
                 .run = RunState::kSucceeded,
                 .has_rollout = true,
                 .led_to_rollout = true},
                false);
  EXPECT_TRUE(cycle.run);
  const AlertFacts promoted{.window = 122,
                            .rule = "accuracy",
                            .run = RunState::kSucceeded,
                            .led_to_rollout = true,
                            .was_promoted = true,
                            .rollout_window = 122};
  cycle = After(cycle, promoted, false);
  EXPECT_EQ(cycle.ended, 122);
  EXPECT_EQ(cycle.lost, 0);
  cycle = After(cycle, {.window = 129, .rule = "accuracy"}, false);
  cycle = After(cycle, {.window = 130}, false);
  After(cycle, {.window = 131, .rule = "accuracy"}, true);
}

TEST(AlertCycle, StartsNothingUnderAPlanAndMakesUpForNothing) {
  AlertCycle cycle = After({}, {.window = 116, .rule = "accuracy", .has_plan = true}, false);
  cycle = After(cycle, {.window = 116, .rule = "accuracy"}, false);
  After(cycle, {.window = 117, .rule = "accuracy"}, true);
}

TEST(AlertCycle, ARefusalIsFollowedByACoolDownToo) {
  AlertCycle cycle = After({}, {.window = 131, .rule = "accuracy"}, true);
  cycle = After(cycle, {.window = 131, .rule = "accuracy", .run = RunState::kRefused}, false);
  EXPECT_EQ(cycle.ended, 131);
  EXPECT_EQ(cycle.lost, 1);
  cycle = After(cycle, {.window = 138, .rule = "accuracy"}, false);
  After(cycle, {.window = 139, .rule = "accuracy"}, true);
}

TEST(AlertCycle, GivesUpAfterLosses) {
  AlertCycle cycle = After({}, {.window = 10, .rule = "accuracy"}, true);
  cycle = After(cycle, {.window = 11, .run = RunState::kRefused}, false);
  cycle = After(cycle, {.window = 20, .rule = "accuracy"}, true);
  const AlertFacts lost{
      .window = 28, .run = RunState::kSucceeded, .led_to_rollout = true, .rollout_window = 28};
  const AlertDecision decision = Consider(kTrigger, 1, cycle, lost);
  EXPECT_TRUE(decision.gave_up);
  EXPECT_TRUE(decision.cycle.stopped);
  const AlertDecision again =
      Consider(kTrigger, 1, decision.cycle, {.window = 60, .rule = "accuracy"});
  EXPECT_FALSE(again.start);
  EXPECT_FALSE(again.gave_up);
}

TEST(AlertCycle, AFailedRunIsNoLostChallengerAndCoolsDown) {
  AlertCycle cycle = After({}, {.window = 10, .rule = "accuracy"}, true);
  cycle = After(cycle, {.window = 11, .rule = "accuracy", .run = RunState::kFailed}, false);
  EXPECT_EQ(cycle.lost, 0);
  EXPECT_EQ(cycle.ended, 10);
  After(cycle, {.window = 18, .rule = "accuracy"}, true);
}

TEST(AlertCycle, DoesNotDisturbARolloutOfOthers) {
  AlertCycle cycle = After({}, {.window = 10, .rule = "accuracy", .has_rollout = true}, false);
  After(cycle, {.window = 11, .rule = "accuracy"}, true);
}

TEST(AlertCycle, CoolsDownInEventTimeNotInWindows) {
  AlertCycle cycle;
  cycle.ended = 100;
  EXPECT_FALSE(Consider(kTrigger, 2, cycle, {.window = 103, .rule = "accuracy"}).start);
  EXPECT_TRUE(Consider(kTrigger, 2, cycle, {.window = 104, .rule = "accuracy"}).start);
}

}  // namespace
}  // namespace galley::pipeline
