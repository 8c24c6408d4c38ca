#include "domain/rollout/rollouts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "domain/observe/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/review.h"
#include "domain/tracking/service.h"
#include "storage/journal/journal.h"

namespace galley::rollout {
namespace {

/// A database with an endpoint of the first of three versions.
class RolloutsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string folder = ::testing::TempDir() + "rolloutsXXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    db_ = *db::Connection::Open(folder_ + "/galley.db", db::Connection::Mode::kWrite);
    const db::Part parts[] = {journal::kTables, tracking::kTables, registry::kTables, kTables,
                              observe::kTables};
    ASSERT_TRUE(db::Migrate(*db_, parts, folder_ + "/backup.db"));
    ASSERT_TRUE(
        db_->Run("INSERT INTO registered_model(row, project, id, name, description, "
                 "last_version, created_ms, updated_ms) VALUES(1, 1, ?, 'm', '', 3, 0, 0)",
                 {ids_.Next()}));
    for (int version = 1; version <= 3; ++version) AddVersion(version);
    auto change = NewChange();
    ASSERT_TRUE(CreateEndpoint(change, {.name = "e", .model = "m", .version = 1}));
    observe::MonitorSettings settings{.endpoint = "e", .time = "week"};
    settings.compare.emplace();
    ASSERT_TRUE(observe::SetMonitor(change, "watch", settings));
  }
  void TearDown() override {
    db_.reset();
    std::filesystem::remove_all(folder_);
  }

  void AddVersion(int version) {
    ASSERT_TRUE(db_->Run(
        "INSERT INTO model_version(row, project, id, model, version, state, description, source, "
        "location, run_link, user, stage, commit_id, created_ms, updated_ms) "
        "VALUES(?, 1, ?, 1, ?, 0, '', '', '', '', '', '', '', 0, 0)",
        {version, ids_.Next(), version}));
    ASSERT_TRUE(
        db_->Run("INSERT INTO model_version_file(version, path, digest, size) "
                 "VALUES(?, 'MLmodel', ?, 3)",
                 {version, db::Value::Bytes(std::string(32, 'd'))}));
  }

  journal::Change NewChange() {
    return {.db = *db_, .ids = ids_, .project = 1, .now_ms = clock_.NowMs(), .actor = "test"};
  }

  Rollout Start(const std::string& strategy, int version = 2) {
    auto change = NewChange();
    auto started = StartRollout(
        change,
        {.endpoint = "e", .model = "m", .version = version, .settings = *ParseEndpoint(strategy)});
    EXPECT_TRUE(started.has_value()) << started.error().message;
    return *started;
  }
  Rollout Now() { return *GetRollout(*db_, 1, "e"); }

  /// What a gateway that has seen the newest snapshot says.
  snapshot::Status Gateway(const std::string& state = "ready") {
    const auto snapshot = *BuildSnapshot(*db_, 0);
    snapshot::Status status{.version = snapshot.version};
    for (const auto& endpoint : snapshot.endpoints) {
      auto& said = status.endpoints.emplace_back();
      said.project = endpoint.project;
      said.name = endpoint.name;
      for (const auto& variant : endpoint.variants)
        said.variants.push_back({variant.id, state, "x"});
    }
    return status;
  }
  void Hear(const snapshot::Status& status) {
    auto change = NewChange();
    ASSERT_TRUE(OnGateway(change, &status));
  }
  void Close(std::int64_t window) {
    auto change = NewChange();
    ASSERT_TRUE(OnWindow(change, *observe::GetMonitor(*db_, 1, "watch"), window));
  }
  std::vector<std::string> Kinds() {
    std::vector<std::string> kinds;
    for (const auto& event :
         *journal::ReadEvents(*db_, 1, {.before = {}, .subject = Now().id.Hex()})) {
      kinds.insert(kinds.begin(), event.kind.substr(8));
    }
    return kinds;
  }
  std::string Served() {
    std::string served;
    for (const Variant& it : GetEndpoint(*db_, 1, "e")->variants) {
      served += fmt::format("{} {} {} v{};", it.name, it.weight, it.mirror, it.version);
    }
    return served;
  }

  static std::string Canary(const std::string& analysis) {
    return R"({"strategy": {"canary": {"steps": [{"setWeight": 10}, {"analysis": {"monitor": )"
           R"("watch")" +
           analysis + "}}]}}}";
  }

  std::string folder_;
  io::SimulatedClock clock_{1000};
  io::SimulatedRandom random_{1};
  io::IdSource ids_{clock_, random_};
  std::unique_ptr<db::Connection> db_;
};

/// `promote 100>500 step` of what is allowed, `!undo` of what is not.
std::string Said(const std::vector<VerbReview>& verbs) {
  std::string said;
  for (const VerbReview& it : verbs) {
    said += it.allowed ? fmt::format("{} {}>{} {};", it.verb, it.effect.from, it.effect.to,
                                     it.effect.text_key)
                       : fmt::format("!{};", it.verb);
    EXPECT_EQ(it.allowed, it.why.empty()) << it.verb << it.why;
  }
  return said;
}

TEST_F(RolloutsTest, AVerbThatIsShownAsAllowedIsTheMachines) {
  Start(Canary(""));
  const auto verbs = [&](const Rollout& rollout) {
    auto events =
        *journal::ReadEvents(*db_, 1, {.before = {}, .subject = rollout.id.Hex(), .limit = 100});
    std::ranges::reverse(events);
    const auto steps = ReviewSteps(rollout, events, *ListLooks(*db_, rollout.row, 100));
    return *ReviewVerbs(*db_, 1, rollout, steps, 0);
  };
  EXPECT_EQ(Said(verbs(Now())),
            "!promote;!promote_full;pause 0>0 pause;!resume;abort 0>0 abort;"
            "!retry;!undo;")
      << "it is not loaded";
  Hear(Gateway());
  Hear(Gateway());
  EXPECT_EQ(Said(verbs(Now())),
            "promote 100>1000 finish;promote_full 100>1000 finish;pause 100>100 pause;!resume;"
            "abort 100>0 abort;!retry;!undo;");
  EXPECT_TRUE(verbs(Now())[1].needs_reason) << "the analysis has not passed";
  EXPECT_EQ(verbs(Now())[1].effect.answers, "m@2");
  EXPECT_EQ(verbs(Now())[4].effect.answers, "m@1");
  auto change = NewChange();
  ASSERT_TRUE(Act(change, "e", {.verb = "pause"}));
  EXPECT_EQ(Said(verbs(Now())),
            "promote 100>1000 finish;promote_full 100>1000 finish;!pause;resume 100>100 resume;"
            "abort 100>0 abort;!retry;!undo;");
  ASSERT_TRUE(StartContingency(change, {.plan = "freeze", .endpoint = "e"}));
  EXPECT_EQ(Said(verbs(Now())),
            "!promote;!promote_full;!pause;!resume;abort 100>0 abort;!retry;"
            "!undo;");
  ASSERT_TRUE(EndContingency(change, "e", ""));
  ASSERT_TRUE(Act(change, "e", {.verb = "abort"}));
  const Rollout first = Now();
  EXPECT_EQ(Said(verbs(first)),
            "!promote;!promote_full;!pause;!resume;!abort;retry 0>0 again;"
            "!undo;");
  ASSERT_TRUE(Act(change, "e", {.verb = "retry"}));
  EXPECT_EQ(Said(verbs(first)), "!promote;!promote_full;!pause;!resume;!abort;!retry;!undo;");
  EXPECT_EQ(verbs(first)[4].why, "rollout 2 of endpoint 'e' came after it");
  const auto late = Act(change, "e", {.verb = "abort", .rollout = 1});
  EXPECT_EQ(late.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(late.error().message,
            "rollout 2 of endpoint 'e' came after rollout 1: look again before you abort");
  Hear(Gateway());
  ASSERT_TRUE(Act(change, "e", {.verb = "promote", .full = true, .rollout = 2}));
  EXPECT_EQ(Said(verbs(Now())),
            "!promote;!promote_full;!pause;!resume;!abort;!retry;"
            "undo 1000>0 undo;");
  EXPECT_EQ(verbs(Now())[6].effect.answers, "m@1");
}

TEST_F(RolloutsTest, ItsStepsSayWhenTheyWere) {
  Start(Canary(R"(, "max_windows": 3)"));
  clock_.AdvanceMs(1000);
  Hear(Gateway());
  clock_.AdvanceMs(2000);
  Hear(Gateway());
  auto events = *journal::ReadEvents(*db_, 1, {.before = {}, .subject = Now().id.Hex()});
  std::ranges::reverse(events);
  const auto steps = ReviewSteps(Now(), events, {});
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0].state + steps[1].state + steps[2].state, "donedonenow");
  EXPECT_EQ(*steps[0].ended_ms - *steps[0].started_ms, 1000);
  EXPECT_EQ(*steps[1].ended_ms - *steps[1].started_ms, 2000);
  EXPECT_FALSE(steps[2].ended_ms);
  EXPECT_EQ(steps[2].windows_max, 3);
  EXPECT_EQ(steps[2].windows, 0);
  const TrafficReview traffic = *ReviewTraffic(*db_, 1, Now(), events, nullptr, clock_.NowMs());
  ASSERT_EQ(traffic.rows.size(), 2U);
  EXPECT_EQ(traffic.rows[0].target, 900);
  EXPECT_EQ(traffic.rows[1].target, 100);
  EXPECT_FALSE(traffic.rows[1].measured) << "nothing was asked";
  const auto evidence = *ReviewEvidence(*db_, 1, Now(), steps, {}, traffic, nullptr);
  ASSERT_EQ(evidence.size(), 2U);
  EXPECT_EQ(evidence[0].state, "no_data");
  EXPECT_FALSE(evidence[0].needs_more);
  EXPECT_EQ(evidence[1].metric, "error_ratio");
  EXPECT_EQ(evidence[1].needs_more->requests, 20);
  EXPECT_EQ(GetRolloutByNumber(*db_, 1, 7).error().code, Code::kNotFound);
}

TEST_F(RolloutsTest, GoesOnOnlyByWhatTheGatewaySays) {
  Start(Canary(""));
  EXPECT_EQ(Served(), "main 1000 0 v1;canary 0 0 v2;");
  const auto loading = Gateway("loading");
  EXPECT_FALSE(*IsDue(*db_, 1, &loading, 0));
  EXPECT_FALSE(*IsDue(*db_, 1, nullptr, 0));
  const auto ready = Gateway();
  EXPECT_TRUE(*IsDue(*db_, 1, &ready, 0));
  Hear(ready);
  EXPECT_EQ(Served(), "main 900 0 v1;canary 100 0 v2;");
  EXPECT_FALSE(*IsDue(*db_, 1, &ready, 0)) << "that was the snapshot before";
  Hear(ready);
  EXPECT_EQ(Now().state.step, 0);
  Hear(Gateway());
  EXPECT_EQ(Now().state.step, 1);
  EXPECT_EQ(Kinds(), (std::vector<std::string>{"started", "acknowledged", "stepped", "acknowledged",
                                               "stepped"}));
}

TEST_F(RolloutsTest, APlanPausesWhatIsOpenAndLetsItGoOn) {
  Start(Canary(""));
  auto change = NewChange();
  const auto started = StartContingency(change, {.plan = "freeze", .endpoint = "e"});
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_EQ(started->rollout, Now().number);
  Hear(Gateway());
  Hear(Gateway());
  EXPECT_EQ(Served(), "main 1000 0 v1;canary 0 0 v2;") << "it is loaded, and waits";
  const auto promoted = Act(change, "e", {.verb = "promote"});
  EXPECT_EQ(promoted.error().code, Code::kFailedPrecondition);
  EXPECT_TRUE(promoted.error().message.starts_with("plan freeze is in force at endpoint 'e'"));
  EXPECT_TRUE(EndContingency(change, "e", ""));
  EXPECT_EQ(Served(), "main 900 0 v1;canary 100 0 v2;");
  EXPECT_FALSE(*InForceAt(*db_, started->endpoint_row));
}

TEST_F(RolloutsTest, ARollbackIsDoneWhenTheVersionBeforeAnswers) {
  auto change = NewChange();
  const auto first = GetEndpoint(*db_, 1, "e")->variants[0].id.Hex();
  ASSERT_TRUE(SetEndpointVersion(change, {.endpoint = "e", .model = "m", .version = 2}));
  auto older = Gateway();
  ASSERT_TRUE(StartContingency(change, {.plan = "rollback", .endpoint = "e"}));
  EXPECT_EQ(Served(), "main 1000 0 v1;");
  EXPECT_EQ(*ProjectsWithRollouts(*db_), std::vector<std::string>{"default"});
  EXPECT_FALSE(*IsDue(*db_, 1, &older, 0));
  auto gateway = Gateway();
  gateway.endpoints[0].answering = first;  // What goes answers on until the other one is loaded.
  EXPECT_FALSE(*IsDue(*db_, 1, &gateway, 0));
  gateway.endpoints[0].answering = GetEndpoint(*db_, 1, "e")->variants[0].id.Hex();
  EXPECT_TRUE(*IsDue(*db_, 1, &gateway, 0));
  Hear(gateway);
  EXPECT_FALSE(*IsDue(*db_, 1, &gateway, 0));
  const auto plans = *ListContingencies(*db_, 1, "e", 10);
  ASSERT_EQ(plans.size(), 1U);
  EXPECT_TRUE(plans[0].ended_ms);
  EXPECT_TRUE(ProjectsWithRollouts(*db_)->empty());
}

TEST_F(RolloutsTest, ARulesPlanThatIsRefusedChangesNothing) {
  Start(Canary(""));
  auto change = NewChange();
  const NewContingency wanted{
      .plan = "rollback", .endpoint = "e", .reason = "p99", .rule = "latency"};
  const auto refusal = StartByRule(change, wanted);
  ASSERT_TRUE(refusal);
  EXPECT_NE(refusal->find("no earlier revision"), std::string::npos);
  EXPECT_EQ(Now().state.phase, "progressing");
  EXPECT_TRUE(ListContingencies(*db_, 1, "", 10)->empty());
  EXPECT_EQ(*StartByRule(change, {.plan = "freeze", .endpoint = "e", .rule = "latency"}), "");
  EXPECT_EQ(ListContingencies(*db_, 1, "", 10)->at(0).actor, "alert latency");
  EXPECT_EQ(change.actor, "test");
}

TEST_F(RolloutsTest, TheSnapshotSaysWhatIsDegraded) {
  auto change = NewChange();
  const NewContingency degrade{.plan = "degrade", .endpoint = "e"};
  EXPECT_EQ(StartContingency(change, degrade).error().code, Code::kFailedPrecondition);
  ASSERT_TRUE(ConfigureEndpoint(change, "e", *ParseEndpoint(R"({"fallback": {"default": 1}})")));
  const auto version = BuildSnapshot(*db_, 0)->version;
  ASSERT_TRUE(StartContingency(change, degrade));
  EXPECT_TRUE(BuildSnapshot(*db_, 0)->endpoints[0].degraded);
  EXPECT_EQ(BuildSnapshot(*db_, 0)->version, version + 1);
  EXPECT_FALSE(ConfigureEndpoint(change, "e", {}));
  ASSERT_TRUE(EndContingency(change, "e", ""));
  EXPECT_FALSE(BuildSnapshot(*db_, 0)->endpoints[0].degraded);
  EXPECT_EQ(BuildSnapshot(*db_, 0)->version, version + 2);
}

TEST_F(RolloutsTest, AWindowIsJudgedOnce) {
  Start(Canary(""));
  Hear(Gateway());
  Hear(Gateway());
  Close(7);
  Close(7);
  const auto looks = *ListLooks(*db_, Now().row, 10);
  ASSERT_EQ(looks.size(), 1U);
  EXPECT_EQ(looks[0].verdict, "no data");
  EXPECT_EQ(looks[0].monitor, "watch");
  const auto event =
      journal::ReadEvents(*db_, 1, {.before = {}, .subject = Now().id.Hex()})->front();
  EXPECT_EQ(event.kind, "rollout.judged");
  EXPECT_NE(event.detail.find(R"("monitor":"watch","window":7,"verdict":"no data","windows":0,)"
                              R"("log_e_better":"0.000000","log_e_worse":"0.000000","rows":"0",)"
                              R"("blocks":"0")"),
            std::string::npos)
      << event.detail;
}

TEST_F(RolloutsTest, VerdictsPromoteRollBackOrPause) {
  Start(Canary(R"(, "noData": "fail")"));
  Hear(Gateway());
  Hear(Gateway());
  Close(7);
  EXPECT_EQ(Now().state.phase, "rolled_back");
  EXPECT_EQ(Served(), "main 1000 0 v1;");
  EXPECT_TRUE(Now().is_open);
  Hear(Gateway());
  EXPECT_FALSE(Now().is_open);

  Start(Canary(R"(, "noData": "inconclusive", "onInconclusive": "pause")"));
  Hear(Gateway());
  Hear(Gateway());
  Close(8);
  EXPECT_EQ(Now().state.phase, "paused");
  auto change = NewChange();
  ASSERT_TRUE(Act(change, "e", {.verb = "abort", .reason = {}, .turn = {}}));

  Start(Canary(R"(, "noData": "pass")"), 3);
  Hear(Gateway());
  Hear(Gateway());
  Close(9);
  EXPECT_EQ(Now().state.phase, "promoted");
  EXPECT_EQ(Served(), "main 1000 0 v3;");
}

TEST_F(RolloutsTest, ATripOrAModelThatFailsRollsBack) {
  const Rollout rollout = Start(Canary(""));
  Hear(Gateway());
  Hear(Gateway());
  auto status = Gateway();
  status.endpoints[0].trips.push_back({rollout.champion.Hex(), "not of the challenger", 5});
  Hear(status);
  EXPECT_EQ(Now().state.phase, "progressing");
  status.endpoints[0].trips.push_back({rollout.challenger.Hex(), "12 of its last 40 failed", 5});
  EXPECT_TRUE(*IsDue(*db_, 1, &status, 0));
  Hear(status);
  EXPECT_EQ(Now().state.reason, "guardrail: 12 of its last 40 failed");
  EXPECT_EQ(Served(), "main 1000 0 v1;");

  Start(Canary(""));
  auto failed = Gateway("failed");
  Hear(failed);
  EXPECT_EQ(Now().state.reason, "its model cannot be loaded: x");
  EXPECT_EQ(Now().state.phase, "rolled_back");
}

TEST_F(RolloutsTest, AMonitorThatIsGoneDegrades) {
  Start(Canary(""));
  Hear(Gateway());
  Hear(Gateway());
  auto change = NewChange();
  ASSERT_TRUE(observe::RemoveMonitor(change, "watch"));
  const auto status = Gateway();
  EXPECT_TRUE(*IsDue(*db_, 1, &status, 0));
  Hear(status);
  EXPECT_EQ(Now().state.phase, "degraded");
  EXPECT_FALSE(*IsDue(*db_, 1, &status, 0));
}

TEST_F(RolloutsTest, PausesEndByWindowsAndByTime) {
  Start(R"({"strategy": {"canary": {"steps": [{"pause": {"windows": 2, "monitor": "watch"}},
            {"pause": {"duration": "5s"}}]}}})");
  Hear(Gateway());
  Close(3);
  EXPECT_EQ(Now().state.step, 0);
  Close(4);
  EXPECT_EQ(Now().state.step, 1);
  EXPECT_FALSE(*IsDue(*db_, 1, nullptr, clock_.NowMs() + 4999));
  EXPECT_TRUE(*IsDue(*db_, 1, nullptr, clock_.NowMs() + 5000));
  clock_.AdvanceMs(5000);
  Hear(Gateway());
  EXPECT_EQ(Now().state.phase, "promoted");
}

}  // namespace
}  // namespace galley::rollout
