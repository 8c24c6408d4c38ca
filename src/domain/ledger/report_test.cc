#include "domain/ledger/report.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain/data/service.h"
#include "domain/ledger/events.h"
#include "domain/observe/monitor.h"
#include "domain/observe/service.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "domain/tracking/service.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"
#include "storage/journal/journal.h"

namespace galley::ledger {
namespace {

constexpr std::int64_t kHour = 3'600'000;

/// A project whose story is made up: an endpoint of two versions, a monitor, events.
class ReportTest : public testing::Test {
 public:
  ReportTest() {
    std::string folder = testing::TempDir() + "galley-report-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    auto opened = db::Connection::Open(folder_ + "/test.db", db::Connection::Mode::kWrite);
    EXPECT_TRUE(opened);
    db_ = *std::move(opened);
    std::vector<db::Part> parts;
    for (const db::Part* part :
         {&journal::kTables, &tracking::kTables, &registry::kTables, &rollout::kTables,
          &observe::kTables, &data::kTables, &pipeline::kTables}) {
      parts.push_back(*part);
    }
    EXPECT_TRUE(db::Migrate(*db_, parts, ""));
    first_ = ids_.Next();
    second_ = ids_.Next();
    endpoint_ = ids_.Next();
    Run("INSERT INTO endpoint(row, project, id, name, state, created_ms) VALUES(1, 1, ?, 'juice', "
        "0, 0)",
        {endpoint_});
    Variant(first_, 1, 0, 9 * kHour);
    Variant(second_, 2, 5 * kHour, std::nullopt);
    auto change = ChangeAt(0);
    EXPECT_TRUE(
        observe::SetMonitor(change, "watch", {.endpoint = "juice", .time = "week", .window = 1}));
  }
  ~ReportTest() override { std::filesystem::remove_all(folder_); }

 protected:
  void Run(std::string_view sql, std::initializer_list<db::Value> values) {
    const auto done = db_->Run(sql, values);
    EXPECT_TRUE(done) << done.error().message;
  }
  void Variant(const Id& id, std::int64_t version, std::int64_t created_ms,
               std::optional<std::int64_t> retired_ms) {
    Run("INSERT INTO variant(project, id, endpoint, name, weight, model, version, version_id, "
        "python, created_ms, retired_ms) VALUES(1, ?, 1, 'main', 1000, 'oranges', ?, ?, '', ?, ?)",
        {id, version, ids_.Next(), created_ms, retired_ms});
  }
  journal::Change ChangeAt(std::int64_t now_ms, std::string actor = "galley") {
    return {*db_, ids_, 1, now_ms, std::move(actor)};
  }
  /// Returns the event's sequence.
  std::int64_t Happens(std::int64_t at_ms, std::string_view kind, std::string_view subject,
                       std::string_view detail, std::string actor = "galley") {
    json::Writer writer;
    writer.Raw(detail);
    auto change = ChangeAt(at_ms, std::move(actor));
    EXPECT_TRUE(change.Record(kind, subject, std::move(writer)));
    return db_->LastInsertRow();
  }
  void Measure(const Id& variant, std::int64_t window, std::int64_t right, std::int64_t wrong,
               bool mirrored = false) {
    const observe::QualityCounts counts{
        .predictions = right + wrong, .false_negatives = wrong, .true_negatives = right};
    Run("INSERT INTO measured(monitor, slice, variant, mirrored, window, value, counts) "
        "VALUES(1, '', ?, ?, ?, '', ?)",
        {variant, mirrored, window, observe::CountsJson(counts)});
  }
  Report Made(std::int64_t now_ms = 10 * kHour) {
    auto report = Build(*db_, 1, {.endpoint = "juice", .now_ms = now_ms});
    EXPECT_TRUE(report) << report.error().message;
    return *std::move(report);
  }

  io::SystemClock clock_;
  io::SimulatedRandom random_{7};
  io::IdSource ids_{clock_, random_};
  std::string folder_;
  std::unique_ptr<db::Connection> db_;
  Id first_;
  Id second_;
  Id endpoint_;
};

TEST_F(ReportTest, OfNothingSaysThatNothingIsKnown) {
  const Report report = Made();
  EXPECT_EQ(report.monitor, "watch");
  EXPECT_EQ(report.served.size(), 2U);
  EXPECT_TRUE(report.arms.empty());
  EXPECT_FALSE(report.gain.difference.value);
  EXPECT_EQ(report.gain.missing, "nothing was promoted");
  EXPECT_EQ(report.not_cured.missing, "nothing was measured");
  EXPECT_FALSE(report.cost.usd);
  for (const Effect& effect : report.effects) EXPECT_FALSE(effect.value) << effect.name;
  EXPECT_FALSE(Build(*db_, 1, {.endpoint = "other"}));
  EXPECT_FALSE(Build(*db_, 1, {.endpoint = "juice", .monitor = "other"}));
}

struct Story {
  std::int64_t fired = 0;
  std::int64_t set = 0;
  std::int64_t began = 0;
  std::int64_t promoted = 0;
  std::int64_t again = 0;
};

class StoryTest : public ReportTest {
 protected:
  /// Events of an alert, an incident, a run and a rollout that is promoted; an alert again.
  Story Tell() {
    for (std::int64_t window = 10; window < 20; ++window) {
      Measure(first_, window, window < 14 ? 95 : 80, window < 14 ? 5 : 20);
    }
    for (std::int64_t window = 17; window < 20; ++window) Measure(second_, window, 90, 10);
    const auto fired =
        Happens(1 * kHour, "alert.firing", "a1",
                R"({"monitor":"watch","window":15,"rule":"accuracy","value":"0.8741","limit":"0.9",
                  "active_window":14})");
    Happens(1 * kHour, "incident.opened", "i1",
            R"({"monitor":"watch","window":15,"causes":[
              {"kind":"column","name":"feat","score":"0.9","what":"it is turned round"},
              {"kind":"load","name":"","score":"0.1","what":"as before"}]})");
    const auto set = Happens(3 * kHour, "incident.cause_set", "i1", R"({"cause":"feat"})", "ann");
    const auto began =
        Happens(1 * kHour, "pipeline_run.created", "r1",
                R"({"number":1,"pipeline":"retrain","trigger":"alert watch/accuracy@15"})");
    Happens(1 * kHour, "pipeline_run.created", "r2",
            R"({"number":2,"pipeline":"retrain","trigger":"alert other/accuracy@15"})");
    Happens(2 * kHour, "pipeline_run.ended", "r1", R"({"number":1,"state":"succeeded"})");
    Happens(2 * kHour, "rollout.started", "o1",
            R"({"endpoint":"juice","window":15,"model":"oranges","version":2})");
    Happens(2 * kHour + 1, "rollout.acknowledged", "o1", R"({"name":"juice"})");
    Happens(
        3 * kHour, "rollout.judged", "o1",
        R"({"name":"juice","monitor":"watch","window":16,"log_e_better":"0.17","verdict":"none"})");
    Happens(
        4 * kHour, "rollout.judged", "o1",
        R"({"name":"juice","monitor":"watch","window":17,"log_e_better":"3.49","verdict":"pass"})");
    const auto promoted =
        Happens(5 * kHour, "rollout.promoted", "o1", R"({"endpoint":"juice","window":17})");
    Happens(5 * kHour, "endpoint.changed", endpoint_.Hex(),
            R"({"name":"juice","model":"oranges","version":2})");
    Happens(6 * kHour, "alert.resolved", "a1", R"({"monitor":"watch","window":18})");
    const auto again = Happens(7 * kHour, "alert.firing", "a2",
                               R"({"monitor":"watch","window":19,"rule":"accuracy"})");
    Happens(7 * kHour, "alert.firing", "a3", R"({"monitor":"of another","window":19})");
    return {fired, set, began, promoted, again};
  }
};

TEST_F(StoryTest, IsToldInOrder) {
  const Story story = Tell();
  const Report report = Made();
  ASSERT_EQ(report.alerts.size(), 2U);
  EXPECT_EQ(report.alerts[0].event, story.fired);
  EXPECT_EQ(report.alerts[0].value, 0.8741);
  EXPECT_EQ(report.alerts[0].resolved_window, 18);
  ASSERT_EQ(report.incidents.size(), 1U);
  EXPECT_EQ(report.incidents[0].causes[0].name, "feat");
  EXPECT_EQ(report.incidents[0].causes[1].rank, 2);
  EXPECT_EQ(report.incidents[0].cause_event, story.set);
  ASSERT_EQ(report.rollouts.size(), 1U);
  EXPECT_EQ(report.rollouts[0].model, "oranges@2");
  EXPECT_EQ(report.rollouts[0].outcome, "promoted");
  ASSERT_EQ(report.promotions.size(), 1U);
  EXPECT_EQ(report.promotions[0].event, story.promoted);
  EXPECT_EQ(report.promotions[0].log_e, 3.49);
  EXPECT_FALSE(report.promotions[0].by_hand);
  EXPECT_EQ(report.not_cured.still_firing, std::vector{story.again});
  EXPECT_EQ(report.not_cured.fired_again, std::vector{story.again});
}

TEST_F(StoryTest, SaysHowLongEachStepTook) {
  const Story story = Tell();
  const Report report = Made();
  ASSERT_EQ(report.loops.size(), 1U);
  std::vector<std::string> steps;
  for (const LoopStep& step : report.loops[0].steps) steps.push_back(step.step);
  EXPECT_EQ(steps, (std::vector<std::string>{"first out of bounds", "alert", "run started",
                                             "run succeeded", "rollout started", "acknowledged",
                                             "verdict: pass", "promoted"}));
  EXPECT_EQ(report.loops[0].steps[1].took_windows, 1);
  EXPECT_EQ(report.loops[0].steps[2].event, story.began);
  EXPECT_EQ(report.loops[0].steps[2].window, 15);
  EXPECT_EQ(report.loops[0].steps[6].took_ms, 2 * kHour - 1);
  const auto diagnosis = std::ranges::find(report.effects, "diagnosis time", &Effect::name);
  EXPECT_EQ(diagnosis->value, static_cast<double>(2 * kHour));
  EXPECT_EQ(diagnosis->events, std::vector{story.set});
  EXPECT_TRUE(std::ranges::any_of(report.actions, [](const ActionEntry& it) {
    return it.kind == "incident.cause_set" && it.actor == "ann" && it.text == "cause: feat";
  }));
}

TEST_F(ReportTest, GapAndGainAreOfTheWindowsThatTheySay) {
  for (std::int64_t window = 10; window < 14; ++window) Measure(first_, window, 90, 10);
  for (std::int64_t window = 14; window < 17; ++window) Measure(first_, window, 70, 30);
  for (std::int64_t window = 17; window < 20; ++window) Measure(first_, window, 70, 30, true);
  for (std::int64_t window = 17; window < 20; ++window) Measure(second_, window, 85, 15);
  Happens(1, "alert.firing", "a1", R"({"monitor":"watch","window":15,"active_window":14})");
  Happens(2, "rollout.started", "o1", R"({"name":"juice"})");
  Happens(3, "rollout.promoted", "o1", R"({"endpoint":"juice","window":17})");
  const Report report = Made();
  EXPECT_EQ(report.not_cured.before.value, 0.9);
  EXPECT_EQ(report.not_cured.before.windows, 4);
  EXPECT_EQ(report.not_cured.before.last_window, 13);
  // Answers of the first version that nobody got are none of what was served.
  EXPECT_EQ(report.not_cured.after.value, 0.85);
  EXPECT_EQ(report.not_cured.after.first_window, 17);
  EXPECT_DOUBLE_EQ(*report.not_cured.gap.value, 0.9 - 0.85);
  EXPECT_DOUBLE_EQ(*report.not_cured.gap.low, 0.9 - 0.85);
  ASSERT_TRUE(report.gain.difference.value);
  EXPECT_EQ(report.gain.frozen.value, 0.7);
  EXPECT_DOUBLE_EQ(*report.gain.difference.value, 0.85 - 0.7);
  EXPECT_EQ(report.gain.difference.windows, 3);
  EXPECT_EQ(report.FindFirst()->name, "oranges@1");
}

TEST_F(ReportTest, WithoutAShadowThereIsNoGain) {
  Measure(first_, 10, 90, 10);
  Measure(second_, 11, 90, 10);
  Happens(5 * kHour, "endpoint.changed", endpoint_.Hex(),
          fmt::format(R"({{"model":"oranges","version":2,"variant":"{}"}})", second_.Hex()));
  const Report report = Made();
  ASSERT_EQ(report.promotions.size(), 1U);
  EXPECT_TRUE(report.promotions[0].by_hand);
  EXPECT_EQ(report.promotions[0].window, 11);
  EXPECT_FALSE(report.gain.difference.value);
  EXPECT_NE(report.gain.missing.find("no shadow"), std::string::npos);
}

TEST_F(ReportTest, StoredBytesCountOnceSinceTheyCame) {
  Happens(2 * kHour, "artifact.stored", "a", R"({"sha256":"aa","size":100})");
  Happens(4 * kHour, "artifact.stored", "b", R"({"sha256":"aa","size":100})");
  Happens(5 * kHour, "job.ended", "j",
          R"({"results":{"files":[{"path":"p","sha256":"bb","bytes":10}]}})");
  Report report = Made();
  EXPECT_EQ(report.cost.bytes, 110);
  EXPECT_DOUBLE_EQ(report.cost.byte_hours, 100 * 8 + 10 * 5);
  AddPrices({.per_cpu_hour = 1.0}, report.cost);
  EXPECT_EQ(report.cost.cpu_usd, 0);
  EXPECT_FALSE(report.cost.storage_usd);
  EXPECT_FALSE(report.cost.usd);
  AddPrices({.per_cpu_hour = 1.0, .per_gib_month = 73.0}, report.cost);
  EXPECT_DOUBLE_EQ(*report.cost.usd, 850.0 / 1073741824 / 10);
}

TEST_F(ReportTest, WhatUsersSayIsChecked) {
  Report report = Made();
  ASSERT_TRUE(AddBefore({.deployment_s = 172800.0, .availability = 0.999}, report));
  EXPECT_EQ(report.effects[0].before, 172800e3);
  EXPECT_FALSE(report.effects[1].before);
  const auto wrong = AddBefore({.availability = 99.9}, report);
  ASSERT_FALSE(wrong);
  EXPECT_NE(wrong.error().message.find("'availability' must be from 0 to 1"), std::string::npos);
  EXPECT_FALSE(AddClients({.requests = 1, .failed = 2}, report));
  ASSERT_TRUE(AddClients({.requests = 200, .failed = 1, .p99_ms = 9.0, .seconds = 2.0}, report));
  EXPECT_EQ(report.effects.back().value, 100);
  EXPECT_EQ(report.effects.back().seen_by, "clients");
}

TEST_F(ReportTest, ReadsBackFromItsJson) {
  Measure(first_, 10, 90, 10);
  Happens(1, "alert.firing", "a1", R"({"monitor":"watch","window":15,"value":"0.5"})");
  const std::string json = schema::ToJson(Made(), schema::EmptyLists::kWrite);
  const auto again = schema::FromJson<Report>(json, {.refuse_unknown = true});
  ASSERT_TRUE(again);
  EXPECT_EQ(schema::ToJson(*again, schema::EmptyLists::kWrite), json);
}

TEST(Happening, IsReadAsFarAsItGoes) {
  const Happening one = ToHappening(What::kRolloutStarted, "rollout.started",
                                    R"({"window":"7","monitor":3,"challenger":{"model":"m"},
                                        "model":"m","version":"2","log_e":"-0.5"})");
  EXPECT_EQ(one.model, "m@2");
  EXPECT_EQ(one.log_evidence, -0.5);
  EXPECT_FALSE(one.window);  // `monitor`, of its group, is of another type than is known.
  EXPECT_TRUE(ToHappening(What::kAlertFiring, "alert.firing", "no JSON").rule.empty());
}

}  // namespace
}  // namespace galley::ledger
