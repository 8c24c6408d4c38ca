// What the journal says of the time of a look-back; contracts and rejections are those of data.
#include "domain/watch/changes.h"

#include <unistd.h>

#include <filesystem>
#include <functional>

#include <gtest/gtest.h>

#include "domain/data/contracts.h"
#include "domain/data/service.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"
#include "storage/journal/journal.h"

namespace galley::watch {
namespace {

constexpr std::string_view kContract =
    R"({"columns":[],"checks":[{"id":"R13","rule":"statistic","severity":"warning",)"
    R"("columns":["feat"],"of":"mean","min":0.05,"max":0.6}]})";

class ChangesTest : public testing::Test {
 public:
  ChangesTest() {
    const db::Part parts[] = {journal::kTables, data::kTables};
    const Status migrated = db::Migrate(*db_, parts, "");
    EXPECT_TRUE(migrated) << migrated.error().message;
    for (std::int64_t window = 100; window < 104; ++window) {
      seen_.windows.push_back({.window = window,
                               .counts = {},
                               .made = observe::Made{window * 1000, window * 1000 + 500},
                               .traffic = {}});
    }
    monitor_.settings.endpoint = "demand";
  }
  ~ChangesTest() override { std::filesystem::remove_all(folder_); }

 protected:
  void Record(std::int64_t at_ms, std::string_view kind, std::string_view detail) {
    change_.now_ms = at_ms;
    const Status done = change_.db.Run(
        "INSERT INTO event(project, at_ms, kind, subject, actor, detail) VALUES(1, ?, ?, 's', 'a', "
        "?)",
        {at_ms, kind, detail});
    ASSERT_TRUE(done) << done.error().message;
  }
  void Gather() {
    const Status done = GatherChanges(*db_, 1, monitor_, seen_);
    ASSERT_TRUE(done) << done.error().message;
  }
  static std::string Commit(int version, std::string_view outcome) {
    return fmt::format(
        R"({{"dataset":"sales","version":{},"report":{{"outcome":"x","checks":[{{"id":"R13",)"
        R"("outcome":"{}","severity":"warning","detail":"mean of feat is 0.8"}}]}}}})",
        version, outcome);
  }
  static std::string MakeFolder() {
    std::string folder = testing::TempDir() + "galley-changes-XXXXXX";
    return ::mkdtemp(folder.data());
  }

  std::string folder_ = MakeFolder();
  std::unique_ptr<db::Connection> db_ =
      *db::Connection::Open(folder_ + "/test.db", db::Connection::Mode::kWrite);
  io::SimulatedClock clock_{1'700'000'000'000};
  io::SimulatedRandom bytes_{7};
  io::IdSource ids_{clock_, bytes_};
  journal::Change change_{
      .db = *db_, .ids = ids_, .project = 1, .now_ms = 100'000, .actor = "tester"};
  observe::Monitor monitor_;
  LookBack seen_{.first = 100, .active = 102, .last = 103};
};

TEST_F(ChangesTest, AWarningIsNewOnceItHadPassed) {
  const auto contract = data::ParseContract(kContract);
  ASSERT_TRUE(contract) << contract.error().message;
  change_.now_ms = 50'000;  // Before the look-back.
  ASSERT_TRUE(data::StoreContract(change_, "sales", ids_.Next(), *contract));
  Record(100'100, "dataset.committed", Commit(4, "passed"));
  Record(101'100, "dataset.committed", Commit(5, "failed"));
  Record(102'100, "dataset.committed", Commit(6, "failed"));
  Gather();
  ASSERT_EQ(seen_.datasets.size(), 3U);
  EXPECT_TRUE(seen_.datasets[0].warnings.empty());
  ASSERT_EQ(seen_.datasets[1].warnings.size(), 1U);
  EXPECT_TRUE(seen_.datasets[1].warnings[0].is_new);
  EXPECT_EQ(seen_.datasets[1].warnings[0].columns, std::vector<std::string>{"feat"});
  EXPECT_EQ(seen_.datasets[1].name, "sales@5");
  EXPECT_EQ(seen_.datasets[1].window, 101);
  EXPECT_FALSE(seen_.datasets[2].warnings[0].is_new);
}

TEST_F(ChangesTest, AWarningThatWasAlwaysThereIsNotNew) {
  Record(100'100, "dataset.committed", Commit(4, "failed"));
  Record(101'100, "dataset.committed", Commit(5, "failed"));
  Gather();
  for (const ChangeFacts& change : seen_.datasets) EXPECT_FALSE(change.warnings[0].is_new);
}

TEST_F(ChangesTest, EventsBelongToTheWindowWhosePredictionsFollowed) {
  Record(99'000, "endpoint.changed", R"({"name":"demand","model":"juice","version":1})");
  Record(100'900, "endpoint.changed", R"({"name":"demand","model":"juice","version":2})");
  Record(101'000, "endpoint.changed", R"({"name":"other","model":"juice","version":3})");
  Record(102'000, "rollout.promoted", R"({"name":"demand","model":"juice","version":2})");
  Record(103'900, "pipeline_run.ended", R"({"pipeline":"kitchen","number":3,"state":"refused"})");
  Record(103'901, "segment.taken", R"({"sha256":"x"})");
  Gather();
  EXPECT_TRUE(seen_.times_known);
  ASSERT_EQ(seen_.deployments.size(), 2U);
  EXPECT_EQ(seen_.deployments[0].name, "juice@2");
  EXPECT_EQ(seen_.deployments[0].window, 101);
  EXPECT_EQ(seen_.deployments[1].window, 102);
  ASSERT_EQ(seen_.pipelines.size(), 1U);
  EXPECT_EQ(seen_.pipelines[0].outcome, "refused");
  EXPECT_EQ(seen_.pipelines[0].name, "kitchen run 3");
  EXPECT_EQ(seen_.pipelines[0].window, 103);
}

TEST_F(ChangesTest, ARejectionOfDataIsRead) {
  data::Rejection rejection{.id = ids_.Next()};
  rejection.report.outcome = "rejected";
  rejection.report.checks = {{.id = "R09",
                              .rule = "range",
                              .severity = "error",
                              .outcome = "failed",
                              .rows = 3,
                              .detail = "3 rows",
                              .examples = {}}};
  change_.now_ms = 101'100;
  ASSERT_TRUE(data::StoreRejection(change_, "sales", ids_.Next(), rejection));
  Gather();
  ASSERT_EQ(seen_.datasets.size(), 1U);
  EXPECT_EQ(seen_.datasets[0].name, "sales@r1");
  EXPECT_EQ(seen_.datasets[0].outcome, "rejected");
  EXPECT_EQ(seen_.datasets[0].warnings[0].check, "R09");
}

TEST_F(ChangesTest, WithoutTimesNothingIsPlaced) {
  for (WindowFacts& window : seen_.windows) window.made.reset();
  Record(101'100, "dataset.committed", Commit(5, "failed"));
  Gather();
  EXPECT_FALSE(seen_.times_known);
  EXPECT_TRUE(seen_.datasets.empty());
}

}  // namespace
}  // namespace galley::watch
