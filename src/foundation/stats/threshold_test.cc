#include "foundation/stats/threshold.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

TEST(CalibratedThreshold, IsTheFloorOrAboveWhatTheReferenceVaries) {
  const std::vector<double> calm = {0.01, 0.02, 0.03};
  const std::vector<double> wild = {2, 4, 4, 4, 5, 5, 7, 9};  // Mean 5, deviation 2.
  EXPECT_EQ(CalibratedThreshold(calm), 0.2);
  EXPECT_EQ(CalibratedThreshold(wild), 11);
  EXPECT_EQ(CalibratedThreshold(wild, {.floor = 0.2, .deviations = 1}), 7);
  EXPECT_EQ(CalibratedThreshold({}), 0.2);
  EXPECT_EQ(CalibratedThreshold(std::vector<double>{std::numeric_limits<double>::quiet_NaN()}),
            0.2);
}

/// `!` while the alarm is on, for windows that are beyond at `#`.
std::string OnAt(const AlarmRule& rule, const std::string& windows) {
  AlarmState state;
  std::string on;
  for (const char window : windows) {
    state = Step(rule, state, window == '#');
    on.push_back(state.on ? '!' : '.');
  }
  return on;
}

TEST(Alarm, IsOnAfterTwoWindowsRunning) {
  EXPECT_EQ(OnAt({.k = 2, .n = 2}, ".#.##.###..#"), "....!..!!...");
  EXPECT_EQ(OnAt({.k = 1, .n = 1}, ".#.##."), ".!.!!.");
}

TEST(Alarm, IsOnWhileKOfTheLastNWereBeyond) {
  EXPECT_EQ(OnAt({.k = 2, .n = 3}, "#.#..#...##"), "..!.......!");
  EXPECT_EQ(OnAt({.k = 3, .n = 64}, "##" + std::string(62, '.') + "#" + "##"),
            std::string(66, '.') + "!");
  EXPECT_EQ(OnAt({.k = 64, .n = 64}, std::string(65, '#') + "."), std::string(63, '.') + "!!.");
}

TEST(Alarm, ForgetsTheWindowBeforeTheLastN) {
  for (const std::uint32_t n : {1U, 5U, 63U, 64U}) {
    EXPECT_EQ(OnAt({.k = 1, .n = n}, "#" + std::string(n, '.')), std::string(n, '!') + ".");
  }
}

TEST(Alarm, TellsItsChanges) {
  const AlarmRule rule = {.k = 1, .n = 1};
  const AlarmState off;
  const AlarmState on = Step(rule, off, true);
  EXPECT_EQ(ChangeOf(off, on), AlarmChange::kRaised);
  EXPECT_EQ(ChangeOf(on, Step(rule, on, true)), AlarmChange::kNone);
  EXPECT_EQ(ChangeOf(on, Step(rule, on, false)), AlarmChange::kCleared);
}

TEST(Alarm, RefusesRulesThatAreNotPossible) {
  EXPECT_TRUE(Validate(AlarmRule{}));
  EXPECT_TRUE(Validate({.k = 64, .n = 64}));
  EXPECT_NE(Validate({.k = 3, .n = 2}).error().message.find("k: 3 of 2"), std::string::npos);
  EXPECT_FALSE(Validate({.k = 0, .n = 2}));
  EXPECT_FALSE(Validate({.k = 1, .n = 0}));
  EXPECT_NE(Validate({.k = 1, .n = 65}).error().message.find("n: "), std::string::npos);
}

}  // namespace
}  // namespace galley::stats
