#include "domain/rollout/machine.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace galley::rollout {
namespace {

using Kind = PlannedStep::Kind;

/// The demo's: mirror all, a tenth of the traffic, analysis.
Plan DemoPlan(NoData no_data = NoData::kWait, Otherwise otherwise = Otherwise::kRollBack) {
  return {{{.kind = Kind::kMirror, .share = 1000},
           {.kind = Kind::kSetWeight, .share = 100},
           {.kind = Kind::kAnalysis,
            .monitor = "demand",
            .no_data = no_data,
            .on_inconclusive = otherwise,
            .on_failure = otherwise,
            .errors_max = 1}}};
}

/// A rollout with the world around it.
class Played {
 public:
  explicit Played(Plan plan) : plan_(std::move(plan)) {
    state.rollout = 3;
    Send(Started{});
  }

  /// To the analysis of DemoPlan, while the monitor's newest window is 116.
  static Played AtAnalysis(const Plan& plan) {
    Played played(plan);
    played.newest = 116;
    for (int i = 0; i < 3; ++i) played.Acknowledge();
    EXPECT_EQ(played.state.step, 2);
    return played;
  }

  void Send(auto what) {
    World world{.now_ms = now_ms, .next_version = version + 1, .newest = {}};
    if (newest >= 0) world.newest["demand"] = newest;
    Stepped stepped = Step(plan_, state, {3, std::move(what)}, world);
    refusal = stepped.refusal;
    told.clear();
    state = std::move(stepped.state);
    for (const Action& action : stepped.actions) {
      if (const auto* tell = std::get_if<Tell>(&action)) {
        told.emplace_back(tell->kind.substr(8));
      } else {
        ++version;
      }
      is_withdrawn = is_withdrawn || std::holds_alternative<Withdraw>(action);
      is_champion = is_champion || std::holds_alternative<MakeChampion>(action);
    }
  }
  void Acknowledge() { Send(Acknowledged{version, true}); }
  void Close(std::int64_t window, Verdict verdict) {
    Send(WindowClosed{state.step, state.attempt, window, verdict, "because"});
  }

  State state;
  std::vector<std::string> told;  // By the last event.
  std::string refusal;
  bool is_withdrawn = false;
  bool is_champion = false;
  std::int64_t version = 40;
  std::int64_t now_ms = 0;
  std::int64_t newest = -1;

 private:
  Plan plan_;
};

using Told = std::vector<std::string>;

TEST(MachineTest, ThePathToAPromotion) {
  Played played(DemoPlan());
  EXPECT_EQ(played.state.awaits, 41);
  played.Send(Acknowledged{40, true});
  played.Send(Acknowledged{41, false});
  EXPECT_EQ(played.state.step, -1) << "an older snapshot, or a model that is not loaded";
  played.Acknowledge();
  EXPECT_EQ(played.told, (Told{"acknowledged", "stepped"}));
  EXPECT_EQ(played.state.mirror, 1000);
  played.newest = 115;
  played.Acknowledge();
  EXPECT_EQ(played.state.weight, 100);
  played.newest = 116;
  played.Acknowledge();
  EXPECT_EQ(played.state.began, 116);
  played.Close(116, Verdict::kPass);
  EXPECT_TRUE(played.told.empty()) << "that window began before the analysis did";
  played.Close(117, Verdict::kNone);
  EXPECT_EQ(played.told, Told{"judged"});
  played.Close(117, Verdict::kPass);
  EXPECT_TRUE(played.told.empty()) << "it was looked at already";
  played.Close(119, Verdict::kPass);
  EXPECT_EQ(played.told, (Told{"judged", "promoted"}));
  EXPECT_EQ(played.state.Now(), Phase::kPromoted);
  EXPECT_TRUE(played.is_champion);
  played.Send(GuardrailTripped{"late"});
  EXPECT_EQ(played.state.Now(), Phase::kPromoted);
  played.Acknowledge();
  EXPECT_EQ(played.told, Told{"acknowledged"});
  EXPECT_EQ(played.state.awaits, 0);
}

TEST(MachineTest, WhatVerdictsDo) {
  struct Case {
    Verdict verdict;
    NoData no_data;
    Otherwise otherwise;
    Phase phase;
  };
  constexpr auto kBack = Otherwise::kRollBack;
  constexpr auto kStay = Otherwise::kPause;
  for (const auto& [verdict, no_data, otherwise, phase] :
       std::vector<Case>{{Verdict::kNone, NoData::kWait, kBack, Phase::kProgressing},
                         {Verdict::kPass, NoData::kWait, kBack, Phase::kPromoted},
                         {Verdict::kFail, NoData::kWait, kBack, Phase::kRolledBack},
                         {Verdict::kFail, NoData::kWait, kStay, Phase::kDegraded},
                         {Verdict::kInconclusive, NoData::kWait, kBack, Phase::kRolledBack},
                         {Verdict::kInconclusive, NoData::kWait, kStay, Phase::kPaused},
                         {Verdict::kNoData, NoData::kWait, kBack, Phase::kProgressing},
                         {Verdict::kNoData, NoData::kInconclusive, kStay, Phase::kPaused},
                         {Verdict::kNoData, NoData::kFail, kBack, Phase::kRolledBack},
                         {Verdict::kNoData, NoData::kPass, kBack, Phase::kPromoted},
                         {Verdict::kError, NoData::kWait, kBack, Phase::kDegraded}}) {
    Played played = Played::AtAnalysis(DemoPlan(no_data, otherwise));
    played.Close(117, verdict);
    EXPECT_EQ(played.state.Now(), phase) << VerdictName(verdict);
    EXPECT_EQ(played.state.reason, phase == Phase::kPromoted ? "all steps are done" : "because");
    EXPECT_EQ(played.is_withdrawn, phase == Phase::kRolledBack);
    EXPECT_EQ(played.state.weight, IsEnd(phase) ? 0 : 100);
  }
}

TEST(MachineTest, ErrorsAreBornWithAndThenAFailure) {
  Played played = Played::AtAnalysis(DemoPlan());
  played.Close(117, Verdict::kError);
  EXPECT_EQ(played.state.Now(), Phase::kDegraded);
  played.Close(118, Verdict::kNone);
  EXPECT_EQ(played.state.Now(), Phase::kProgressing);
  played.Close(119, Verdict::kError);
  played.Close(120, Verdict::kError);
  EXPECT_EQ(played.state.Now(), Phase::kRolledBack);
}

TEST(MachineTest, APersonDecidesAboutWhatIsInconclusive) {
  Played played = Played::AtAnalysis(DemoPlan(NoData::kWait, Otherwise::kPause));
  played.Close(124, Verdict::kInconclusive);
  played.Send(Resume{played.state.turn, ""});
  EXPECT_TRUE(played.refusal.starts_with("its analysis ended: because")) << played.refusal;
  played.Close(125, Verdict::kPass);
  EXPECT_EQ(played.state.Now(), Phase::kPaused) << "nobody looks any more";
  played.newest = 126;
  played.Send(Retry{played.state.turn, "another try"});
  EXPECT_EQ(played.told, Told{"retried"});
  EXPECT_EQ(played.state.began, 126);
  EXPECT_EQ(played.state.Now(), Phase::kProgressing);
  played.Close(134, Verdict::kInconclusive);
  played.Send(Promote{played.state.turn, false, "taste"});
  EXPECT_EQ(played.state.Now(), Phase::kPromoted);
}

TEST(MachineTest, AnAbortIsAnEnd) {
  Played played = Played::AtAnalysis(DemoPlan());
  played.Send(Abort{"salt"});
  EXPECT_EQ(played.state.Now(), Phase::kAborted);
  EXPECT_TRUE(played.is_withdrawn);
  EXPECT_EQ(played.state.awaits, played.version);
  played.Send(Abort{"again"});
  EXPECT_TRUE(played.refusal.empty());
  EXPECT_EQ(played.state.reason, "salt");
  for (const bool full : {false, true}) {
    played.Send(Promote{played.state.turn, full, ""});
    EXPECT_EQ(played.refusal, "it has ended: aborted, salt");
  }
  played.Send(Retry{played.state.turn, ""});
  EXPECT_EQ(played.refusal, "it has ended: aborted, salt");
  EXPECT_FALSE(played.is_champion);
}

TEST(MachineTest, AHeldRolloutStaysButStillFails) {
  Played played = Played::AtAnalysis(DemoPlan());
  played.Send(Pause{"lunch"});
  played.Close(117, Verdict::kPass);
  EXPECT_EQ(played.state.Now(), Phase::kPaused);
  Played other = played;
  played.Send(Resume{played.state.turn, ""});
  EXPECT_EQ(played.state.Now(), Phase::kPromoted);
  other.Send(GuardrailTripped{"12 of its last 40 requests failed"});
  EXPECT_EQ(other.state.Now(), Phase::kRolledBack);
  EXPECT_EQ(other.state.reason, "12 of its last 40 requests failed");
}

TEST(MachineTest, PausesEndByTimeByWindowsOrByAPerson) {
  Played timed({{{.kind = Kind::kPause, .duration_ms = 500}}});
  timed.now_ms = 1000;
  timed.Acknowledge();
  EXPECT_EQ(timed.state.until_ms, 1500);
  timed.now_ms = 1499;
  timed.Send(TimePassed{});
  EXPECT_EQ(timed.state.Now(), Phase::kPaused);
  timed.now_ms = 1500;
  timed.Send(TimePassed{});
  EXPECT_EQ(timed.state.Now(), Phase::kPromoted);

  Played windowed({{{.kind = Kind::kPause, .monitor = "demand", .windows = 2}}});
  windowed.newest = 7;
  windowed.Acknowledge();
  windowed.Close(8, Verdict::kNone);
  EXPECT_EQ(windowed.state.Now(), Phase::kPaused);
  windowed.Close(9, Verdict::kNone);
  EXPECT_EQ(windowed.state.Now(), Phase::kPromoted);

  Played endless({{{.kind = Kind::kPause}}});
  endless.Send(Promote{endless.state.turn, true, ""});
  EXPECT_TRUE(endless.refusal.starts_with("its challenger is not loaded")) << endless.refusal;
  endless.Acknowledge();
  endless.now_ms = 1'000'000'000'000;
  endless.Send(TimePassed{});
  EXPECT_EQ(endless.state.Now(), Phase::kPaused);
  endless.Send(Resume{endless.state.turn - 1, ""});
  EXPECT_TRUE(endless.refusal.starts_with("it went on since you looked")) << endless.refusal;
  endless.Send(Resume{endless.state.turn, ""});
  EXPECT_EQ(endless.state.Now(), Phase::kPromoted);
  endless.Send(Undo{"bitter"});
  EXPECT_EQ(endless.state.Now(), Phase::kUndone);
}

TEST(MachineTest, AMonitorThatIsGoneHoldsTheAnalysis) {
  Played played = Played::AtAnalysis(DemoPlan());
  played.Send(AnalysisLost{2, "there is no monitor 'demand' any more"});
  EXPECT_EQ(played.state.Now(), Phase::kDegraded);
  played.Send(AnalysisLost{2, "there is no monitor 'demand' any more"});
  EXPECT_TRUE(played.told.empty());
  played.Send(Retry{played.state.turn, ""});
  EXPECT_EQ(played.state.Now(), Phase::kProgressing);
}

TEST(MachineTest, AModelThatCannotBeLoadedIsRolledBack) {
  Played played(DemoPlan());
  played.Send(LoadFailed{"its model cannot be loaded: no such file"});
  EXPECT_EQ(played.state.Now(), Phase::kRolledBack);
  played.Send(Acknowledged{played.version, false});
  EXPECT_EQ(played.state.awaits, 0) << "an end needs no model";
}

}  // namespace
}  // namespace galley::rollout
