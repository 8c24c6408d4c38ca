#include "domain/watch/state.h"

#include <string>

#include <gtest/gtest.h>

namespace galley::watch {
namespace {

/// One letter a state for evaluations at 0, 1, …: `h`it, `m`iss, `n`o data, `e`rror.
std::string StatesOf(const Timing& timing, std::string_view seen) {
  AlertState state;
  std::string states;
  for (std::size_t at = 0; at < seen.size(); ++at) {
    const Seen what = seen[at] == 'h'   ? Seen::kHit
                      : seen[at] == 'm' ? Seen::kMiss
                      : seen[at] == 'n' ? Seen::kNoData
                                        : Seen::kError;
    state = Step(timing, state, what, static_cast<double>(at));
    states += StateName(state.state)[0];
  }
  return states;
}

TEST(Step, FiresAtOnceWithoutFor) {
  EXPECT_EQ(StatesOf({}, "mhhmmh"), "iffrrf");
}

TEST(Step, FiresWhenItHeldForThatLong) {
  EXPECT_EQ(StatesOf({.hold = 1}, "hhm"), "pfr");
  EXPECT_EQ(StatesOf({.hold = 1.5}, "hhhm"), "ppfr");
  EXPECT_EQ(StatesOf({.hold = 2}, "hhmhhh"), "ppippf");
}

TEST(Step, KeepsFiringUntilThatLongMissed) {
  EXPECT_EQ(StatesOf({.keep = 2}, "hmmmh"), "fffrf");
  EXPECT_EQ(StatesOf({.keep = 2}, "hmmhmmm"), "ffffffr");
  EXPECT_EQ(StatesOf({.keep = 1}, "hmm"), "ffr");
  EXPECT_EQ(StatesOf({.hold = 1, .keep = 5}, "hmhhm"), "pipff");
}

TEST(Step, NoDataKeepsTheStateUnlessTheRuleSaysOtherwise) {
  EXPECT_EQ(StatesOf({.hold = 2}, "nhnhnm"), "ippffr");
  EXPECT_EQ(StatesOf({.hold = 2}, "hnhnm"), "ppffr");
  EXPECT_EQ(StatesOf({.no_data = NoData::kInactive}, "hnh"), "frf");
  EXPECT_EQ(StatesOf({.hold = 1, .no_data = NoData::kInactive}, "hnh"), "pip");
  EXPECT_EQ(StatesOf({.hold = 1, .no_data = NoData::kAlert}, "nnm"), "pfr");
}

TEST(Step, AnErrorLeavesTheStateAsItIs) {
  for (const NoData no_data : {NoData::kKeep, NoData::kInactive, NoData::kAlert}) {
    EXPECT_EQ(StatesOf({.hold = 1, .no_data = no_data}, "ehehem"), "ippffr");
  }
}

TEST(Step, ANewHitAfterResolvedIsANewAlert) {
  AlertState state{.state = State::kResolved, .active_at = 3};
  state = Step({.hold = 1}, state, Seen::kHit, 7);
  EXPECT_EQ(state, (AlertState{.state = State::kPending, .active_at = 7}));
}

}  // namespace
}  // namespace galley::watch
