#include "serving/router/routing.h"

#include <filesystem>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/io/file.h"
#include "foundation/stats/assignment.h"
#include "serving/runtime/small_model.h"
#include "storage/appendlog/segment.h"
#include "storage/blob/blob_store.h"

namespace galley::serving {
namespace {

constexpr std::string_view kMlModel =
    "flavors:\n"
    "  xgboost:\n"
    "    data: model.json\n"
    "    model_class: xgboost.core.Booster\n"
    "    model_format: json\n";
const std::string kChampion(32, '1');
const std::string kCanary(32, '2');

/// A body of one row with a key that no model takes.
std::string BodyOf(std::string_view key) {
  return fmt::format("age,höhe,c\n0.5,0.25,{}\n", key);
}

TEST(Routing, FollowsTheWeightsAndNeverTakesAUnitBack) {
  LoadedEndpoint endpoint{.arms = std::vector<LoadedArm>(3), .is_split = true};
  for (LoadedArm& arm : endpoint.arms) arm.variant = std::make_shared<LoadedVariant>();
  const auto guard = std::make_shared<Guard>("g");
  endpoint.arms[1].guard = guard;
  const auto arm_for = [&](std::int64_t second, std::int64_t third, double unit) {
    endpoint.arms[1].weight = second;
    endpoint.arms[2].weight = third;
    return ArmFor(endpoint, unit);
  };
  EXPECT_EQ(arm_for(300, 200, 0.2999), 1U);
  EXPECT_EQ(arm_for(300, 200, 0.3), 2U);
  EXPECT_EQ(arm_for(300, 200, 0.5), 0U);
  EXPECT_EQ(arm_for(0, 1000, 0.9999), 2U);
  EXPECT_EQ(arm_for(0, 0, 0), 0U);
  for (int unit = 0; unit < 10'000; unit += 7) {
    bool was_in = false;
    for (std::int64_t weight = 0; weight <= 1000; weight += 50) {
      const bool is_in = arm_for(weight, 0, unit / 10'000.0) == 1;
      EXPECT_TRUE(is_in || !was_in) << unit << " " << weight;
      EXPECT_EQ(is_in, unit < weight * 10);
      was_in = is_in;
    }
  }
  // The share of an arm that cannot answer is the champion's, not its neighbour's.
  guard->End({.min_requests = 1, .max_error_ratio = 0}, {}, Guard::Verdict::kFailed, 5);
  EXPECT_EQ(arm_for(300, 200, 0.1), 0U);
  EXPECT_EQ(arm_for(300, 200, 0.4), 2U);
  endpoint.arms[2].variant.reset();
  EXPECT_EQ(arm_for(300, 200, 0.4), 0U);
}

/// A request of that many milliseconds, which has just ended.
void Add(Guard& guard, const snapshot::Guardrails& limits, int ms, bool failed, std::int64_t at) {
  const auto begun = Guard::Clock::now() - std::chrono::milliseconds(ms);
  guard.Begin(limits, begun, at);
  guard.End(limits, begun, failed ? Guard::Verdict::kFailed : Guard::Verdict::kGood, at);
}

TEST(Guard, TripsAtItsErrorRatioAndNotBefore) {
  const snapshot::Guardrails limits{.min_requests = 20, .max_error_ratio = 0.05};
  Guard failing("v");
  for (int at = 1; at <= 19; ++at) Add(failing, limits, 1, true, at);
  EXPECT_FALSE(failing.is_tripped());
  EXPECT_FALSE(failing.trip());
  Add(failing, limits, 1, false, 20);
  ASSERT_TRUE(failing.trip());
  EXPECT_EQ(failing.trip()->variant, "v");
  EXPECT_EQ(failing.trip()->at_ms, 20);
  EXPECT_EQ(failing.trip()->reason,
            "19 of its last 20 requests failed; allowed is a share of 0.05");

  Guard good("v");  // Failures that are more than 100 requests ago are forgotten.
  for (int at = 0; at < 1000; ++at) Add(good, limits, 1, at % 20 == 19, at);
  EXPECT_FALSE(good.is_tripped());
  good.End(limits, {}, Guard::Verdict::kRefused, 0);
  EXPECT_FALSE(good.is_tripped());
  Add(good, limits, 1, true, 0);
  EXPECT_TRUE(good.is_tripped());
}

TEST(Guard, TripsAtItsSlowRequestsAndAtThoseThatHang) {
  constexpr int kSlow = 500'000;
  constexpr int kFast = 1;
  const snapshot::Guardrails limits{.min_requests = 3, .max_p99_ms = 400'000};
  Guard late("v");
  for (int at = 0; at < 300; ++at) Add(late, limits, at % 100 == 0 ? kSlow : kFast, false, at);
  EXPECT_FALSE(late.is_tripped());
  Add(late, limits, kSlow, false, 300);
  EXPECT_FALSE(late.is_tripped());  // The one 100 requests ago has left.
  Add(late, limits, kSlow, false, 301);
  EXPECT_TRUE(late.is_tripped());

  Guard hanging("v");
  const auto now = Guard::Clock::now();
  for (int at = 0; at < 3; ++at) {
    EXPECT_FALSE(hanging.is_tripped());
    hanging.Begin(limits, now - std::chrono::milliseconds(kSlow), at);
  }
  EXPECT_FALSE(hanging.is_tripped());  // A request is as old as the one that came last.
  hanging.Begin(limits, now, 3);
  ASSERT_TRUE(hanging.is_tripped());
  EXPECT_EQ(hanging.trip()->reason,
            "3 of its last 3 requests took more than 400000 ms; allowed is 1 %");
}

TEST(Traffic, CountsEveryRequestOnce) {
  constexpr int kEach = 1000;
  Traffic traffic;
  EXPECT_FALSE(traffic.Take());
  {
    std::vector<std::jthread> threads;
    for (const auto outcome : {Outcome::kAnswered, Outcome::kFailed, Outcome::kDegraded}) {
      threads.emplace_back([&traffic, outcome] {
        for (int at = 0; at < kEach; ++at) traffic.Add(outcome, at);
      });
    }
  }
  const auto record = traffic.Take();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->requests, 3 * kEach);
  EXPECT_EQ(record->failed, kEach);
  EXPECT_EQ(record->degraded, kEach);
  ASSERT_EQ(record->latency.size(), snapshot::kLatencyBuckets);
  EXPECT_EQ(record->latency[0], 3 * 11);  // 0 to 10 us.
  std::int64_t sum = 0;
  for (const std::int64_t count : record->latency) sum += count;
  EXPECT_EQ(sum, record->requests);
  EXPECT_FALSE(traffic.Take());
}

TEST(Mirrors, LetWhatComesAfterWaitForWhatBegan) {
  const auto mirrors = std::make_shared<Mirrors>();
  std::string order;
  EXPECT_EQ(mirrors->After([&] { order += 'x'; }), Mirrors::Turn::kNow);
  auto first = mirrors->Begin();
  auto second = mirrors->Begin();
  EXPECT_EQ(mirrors->After([&] { order += 'a'; }), Mirrors::Turn::kLater);
  auto third = mirrors->Begin();  // Later traffic holds nothing up.
  EXPECT_EQ(mirrors->After([&] { order += 'b'; }), Mirrors::Turn::kLater);
  second.reset();
  EXPECT_EQ(order, "");
  first.reset();
  EXPECT_EQ(order, "a");
  third.reset();
  EXPECT_EQ(order, "ab");
  for (int at = 0; at < Mirrors::kWaitingMax; ++at) EXPECT_TRUE(mirrors->Enter());
  EXPECT_FALSE(mirrors->Enter());
  EXPECT_EQ(mirrors->dropped(), 1U);
  mirrors->Leave();
  EXPECT_TRUE(mirrors->Enter());
}

/// A gateway's inside on a folder of its own, with snapshots written by hand.
class ServingTest : public testing::Test {
 public:
  ServingTest() {
    std::string folder = testing::TempDir() + "galley-serving-XXXXXX";
    root_ = ::mkdtemp(folder.data());
    std::filesystem::create_directories(root_ + "/serving");
  }
  ~ServingTest() override {
    serving_.reset();
    std::filesystem::remove_all(root_);
  }

 protected:
  snapshot::File Store(std::string_view path, std::string_view bytes) {
    const std::string hex = blob::DigestOf(bytes).Hex();
    const std::string folder = root_ + "/blobs/" + hex.substr(0, 2);
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(io::ReplaceFile(folder + "/" + hex.substr(2), bytes));
    return {std::string(path), hex, static_cast<std::int64_t>(bytes.size())};
  }

  snapshot::Variant Make(const std::string& id, std::int64_t weight, std::int64_t mirror,
                         std::string_view model = kSmallJson) {
    return {.id = id,
            .name = id == kChampion ? "main" : "canary",
            .weight = weight,
            .mirror = mirror,
            .model = "m",
            .version = id == kChampion ? 1 : 2,
            .version_id = std::string(32, 'f'),
            .files = {Store("MLmodel", kMlModel), Store("model.json", model)}};
  }

  /// Serves an endpoint once its variants are loaded or given up.
  void Serve(snapshot::Endpoint endpoint) {
    endpoint.project = "default";
    endpoint.name = "juice";
    endpoint.id = std::string(32, 'e');
    const std::size_t variants = endpoint.variants.size();
    const snapshot::Snapshot snapshot{.version = ++version_, .endpoints = {std::move(endpoint)}};
    ASSERT_TRUE(io::ReplaceFile(snapshot::SnapshotPath(root_), snapshot::ToText(snapshot)));
    if (!serving_) serving_ = *Serving::Start({.data = root_}, clock_, random_);
    for (bool is_loaded = false; !is_loaded; std::this_thread::yield()) {
      const auto status = serving_->GetStatus();
      is_loaded = serving_->table()->version == version_;
      if (!is_loaded) continue;
      is_loaded = status.endpoints.at(0).variants.size() == variants;
      for (const auto& one : status.endpoints.at(0).variants) {
        is_loaded = is_loaded && one.state != "loading";
      }
    }
  }

  Result<PredictAnswer> Ask(std::string_view body, std::string_view key = "",
                            std::string_view type = "text/csv") {
    const auto table = serving_->table();
    Result<PredictAnswer> answer = Fail(Code::kInternal, "no answer");
    serving_->Predict(table, *table->Find("default", "juice"),
                      {.content_type = type, .body = body, .key = key},
                      [&](Result<PredictAnswer> given) { answer = std::move(given); });
    return answer;
  }

  /// All that was logged; ends the gateway.
  struct Logged {
    std::vector<std::string> bytes;
    std::vector<snapshot::Record> records;
  };
  Logged End() {
    serving_.reset();
    Logged logged;
    for (const auto& segment : *appendlog::ListSealed(root_ + "/gateway/log")) {
      auto reader = *appendlog::SegmentReader::Open(segment.path);
      while (const auto record = reader.Next()) logged.bytes.emplace_back(*record);
    }
    for (const auto& bytes : logged.bytes) logged.records.push_back(*snapshot::ParseRecord(bytes));
    return logged;
  }

  std::string root_;
  std::int64_t version_ = 0;
  io::SimulatedClock clock_{1'000};
  io::SimulatedRandom random_{9};
  std::unique_ptr<Serving> serving_;
};

TEST_F(ServingTest, AKeyAlwaysAsksTheSameVariantAndTheOtherOneIsMirrored) {
  Serve({.variants = {Make(kChampion, 700, 1000), Make(kCanary, 300, 1000)},
         .key = "c",
         .seed = "s"});
  std::vector<std::pair<Id, std::string>> answered;
  for (int unit = 0; unit < 50; ++unit) {
    const double n = stats::AssignmentHash("s", fmt::format("{}", unit));
    const std::string& expected = n < 0.3 ? kCanary : kChampion;
    for (const std::string& body :
         {BodyOf(fmt::format("{}", unit)), BodyOf(fmt::format("{}.0", unit))}) {
      const auto answer = Ask(body);
      ASSERT_TRUE(answer) << answer.error().message;
      EXPECT_EQ(answer->variant->facts.id, expected) << unit;
      EXPECT_EQ(MarksOf(*answer).front(), std::pair(std::string("X-Galley-Variant"), expected));
      answered.emplace_back(answer->first_id, expected);
    }
    EXPECT_EQ(Ask(BodyOf("0.125"), fmt::format("{}", unit))->variant->facts.id, expected);
  }
  const auto table = serving_->table();
  EXPECT_TRUE(serving_->Watermark(*table->Find("default", "juice"), 116.5));

  const Logged logged = End();
  std::map<Id, std::pair<std::string, Id>> mirrored;  // By the answered request.
  std::int64_t answers = 0;
  std::int64_t counted = 0;
  double watermark = 0;
  for (const auto& one : logged.records) {
    if (const auto* traffic = std::get_if<snapshot::TrafficRecord>(&one)) {
      counted += traffic->requests;
      EXPECT_EQ(traffic->failed + traffic->degraded, 0);
    }
    if (const auto* mark = std::get_if<snapshot::WatermarkRecord>(&one)) watermark = mark->time;
    const auto* prediction = std::get_if<snapshot::PredictionRecord>(&one);
    if (prediction == nullptr) continue;
    EXPECT_EQ(watermark, 0);
    if (prediction->mirror_of == Id{}) {
      ++answers;
      EXPECT_TRUE(prediction->request);
    } else {
      EXPECT_FALSE(prediction->request);
      EXPECT_TRUE(prediction->response.starts_with("{\"predictions\""));
      mirrored[prediction->mirror_of] = {prediction->variant.Hex(), prediction->id};
    }
  }
  EXPECT_EQ(watermark, 116.5);
  EXPECT_EQ(answers, 150);
  EXPECT_EQ(counted, 150);
  EXPECT_EQ(mirrored.size(), 150U);
  for (const auto& [id, variant] : answered) {
    EXPECT_EQ(mirrored[id].first, variant == kCanary ? kChampion : kCanary);
    EXPECT_NE(mirrored[id].second, id);
  }
}

TEST_F(ServingTest, WithoutAKeyEachRequestIsDrawn) {
  Serve({.variants = {Make(kChampion, 500, 0), Make(kCanary, 500, 0)}});
  int canary = 0;
  for (int at = 0; at < 400; ++at) canary += Ask(BodyOf("1"))->variant->facts.id == kCanary ? 1 : 0;
  EXPECT_GT(canary, 150);  // Five standard deviations.
  EXPECT_LT(canary, 250);
}

TEST_F(ServingTest, AShadowIsMirroredByItsShareAndAnswersNobody) {
  Serve({.variants = {Make(kChampion, 1000, 0), Make(kCanary, 0, 250)}});
  for (int at = 0; at < 400; ++at) {
    const auto answer = Ask(BodyOf("1"));
    EXPECT_EQ(answer->variant->facts.id, kChampion);
    EXPECT_TRUE(MarksOf(*answer).empty());
  }
  int mirrored = 0;
  for (const auto& one : End().records) {
    const auto* prediction = std::get_if<snapshot::PredictionRecord>(&one);
    mirrored += prediction != nullptr && prediction->mirror_of != Id{} ? 1 : 0;
  }
  EXPECT_GT(mirrored, 57);
  EXPECT_LT(mirrored, 143);
}

TEST_F(ServingTest, AChallengerThatIsNotLoadedLeavesItsShareToTheChampion) {
  Serve({.variants = {Make(kChampion, 0, 0), Make(kCanary, 1000, 1000, "no model")}});
  const auto answer = Ask(BodyOf("1"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->variant->facts.id, kChampion);
  EXPECT_EQ(answer->degraded, "");
  const auto status = serving_->GetStatus().endpoints.at(0);
  EXPECT_EQ(status.state, "ready");
  ASSERT_EQ(status.variants.size(), 2U);
  EXPECT_EQ(status.variants[0].state, "ready");
  EXPECT_EQ(status.variants[1].variant, kCanary);
  EXPECT_EQ(status.variants[1].state, "failed");
  EXPECT_FALSE(status.variants[1].reason.empty());
}

TEST(Table, ADrillBesideItsEndpointIsNotTheDefault) {
  const auto named = [](std::vector<std::string> names) {
    Table table;
    for (std::string& name : names) {
      table.endpoints.push_back({.project = "default", .name = std::move(name)});
    }
    const LoadedEndpoint* found = table.FindDefault();
    return found == nullptr ? std::string() : found->name;
  };
  EXPECT_EQ(named({}), "");
  EXPECT_EQ(named({"a"}), "a");
  EXPECT_EQ(named({"a", "a-drill"}), "a");
  EXPECT_EQ(named({"a", "b-drill"}), "");
  EXPECT_EQ(named({"a-drill"}), "a-drill");
  EXPECT_EQ(named({"a", "-drill"}), "");
  EXPECT_EQ(named({"b", "default"}), "default");
}

TEST_F(ServingTest, ADegradedEndpointAsksNobody) {
  Serve({.variants = {Make(kChampion, 1000, 1000)}, .default_answer = "0.5", .degraded = true});
  const auto answer = Ask(BodyOf("1") + "3,4,5\n");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "{\"predictions\": [0.5, 0.5]}");
  EXPECT_EQ(answer->variant, nullptr);
  EXPECT_EQ(answer->degraded, "plan degrade");
  EXPECT_EQ(Ask("{", "", "application/json").error().code, Code::kUnavailable);
  for (const auto& one : End().records) {
    EXPECT_NE(std::get_if<snapshot::TrafficRecord>(&one), nullptr) << "it is no prediction";
  }
}

TEST_F(ServingTest, WhatNobodyCanAnswerGetsTheDefault) {
  Serve({.variants = {Make(kChampion, 1000, 0, "no model")}, .default_answer = "0.5"});
  const auto answer = Ask(BodyOf("1") + "3,4,5\n");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "{\"predictions\": [0.5, 0.5]}");
  EXPECT_EQ(answer->variant, nullptr);
  ASSERT_EQ(MarksOf(*answer).size(), 1U);
  EXPECT_EQ(MarksOf(*answer)[0].first, "X-Galley-Degraded");
  EXPECT_NE(MarksOf(*answer)[0].second.find("cannot be loaded"), std::string::npos);
  EXPECT_EQ(Ask("{", "", "application/json").error().code, Code::kUnavailable);
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t degraded = 0;
  for (const auto& one : End().records) {
    const auto* traffic = std::get_if<snapshot::TrafficRecord>(&one);
    ASSERT_NE(traffic, nullptr);  // It is no prediction.
    EXPECT_EQ(traffic->variant, kChampion);
    requests += traffic->requests;
    failed += traffic->failed;
    degraded += traffic->degraded;
  }
  EXPECT_EQ(requests, 2);  // As callers see it.
  EXPECT_EQ(failed, 1);
  EXPECT_EQ(degraded, 1);
}

TEST_F(ServingTest, WhatCallersDoWrongIsNoFailure) {
  Serve({.variants = {Make(kChampion, 0, 0), Make(kCanary, 1000, 0)},
         .guardrails = snapshot::Guardrails{.min_requests = 1, .max_error_ratio = 0},
         .default_answer = "0.5"});
  for (int at = 0; at < 30; ++at) {
    EXPECT_EQ(Ask("nothing,of,it\n1,2,3\n").error().code, Code::kInvalidArgument);
    EXPECT_EQ(Ask("x", "", "image/png").error().code, Code::kUnimplemented);
  }
  EXPECT_EQ(Ask(BodyOf("1"))->variant->facts.id, kCanary);
  EXPECT_TRUE(serving_->GetStatus().endpoints.at(0).trips.empty());
  for (const auto& one : End().records) {
    const auto* traffic = std::get_if<snapshot::TrafficRecord>(&one);
    if (traffic != nullptr) EXPECT_EQ(traffic->failed, 0);
  }
}

TEST_F(ServingTest, AVersionIsAcknowledgedOnceNoRequestIsOlder) {
  Serve({.variants = {Make(kChampion, 1000, 0)}});
  while (serving_->GetStatus().version != version_) std::this_thread::yield();
  auto held = serving_->table();
  Serve({.variants = {Make(kChampion, 500, 0), Make(kCanary, 500, 0)}});
  for (int at = 0; at < 30; ++at) {
    EXPECT_EQ(serving_->GetStatus().version, version_ - 1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  held.reset();
  while (serving_->GetStatus().version != version_) std::this_thread::yield();
}

}  // namespace
}  // namespace galley::serving
