#include "domain/rollout/rollouts.h"

#include <cstdlib>
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>

#include "domain/observe/service.h"
#include "domain/registry/service.h"
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
