#include "domain/observe/feature.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain/observe/arrival.h"
#include "domain/observe/test_log.h"
#include "domain/observe/windows.h"
#include "foundation/stats/distance.h"
#include "serving/snapshot/records.h"

namespace galley::observe {
namespace {

using test::IdAt;
using test::kEndpoint;
using test::kNowMs;
using test::kProject;
using test::Must;
using test::Taken;

constexpr std::uint64_t kRow = 100;  // Ids of requests lie so far apart.

/// A request with one row, in week `week`, that was answered at `at_ms`.
std::string Asked(std::uint64_t id, double week, double value, std::int64_t at_ms = kNowMs) {
  const std::string request =
      fmt::format(R"({{"dataframe_records": [{{"week": {}, "x": {}}}]}})", week, value);
  const std::string response = R"({"predictions": [0.75]})";
  const snapshot::PredictionRecord record{.id = IdAt(id * kRow),
                                          .rows = 1,
                                          .at_ms = at_ms,
                                          .variant = IdAt(1),
                                          .version = IdAt(9),
                                          .project = kProject,
                                          .endpoint = kEndpoint,
                                          .content_type = "application/json",
                                          .request = request,
                                          .response = response};
  return snapshot::HeadOf(record) + request + response;
}

std::string Told(std::uint64_t id, std::int64_t at_ms, std::string value, std::string name = "") {
  return snapshot::ToBytes(snapshot::LabelRecord{.prediction_id = IdAt(id * kRow).Hex(),
                                                 .at_ms = at_ms,
                                                 .project = std::string(kProject),
                                                 .value = std::move(value),
                                                 .name = std::move(name)});
}

std::string Csv(std::uint64_t seed, int rows) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal(3, 2);
  std::string csv = "week,x\n";
  for (int row = 0; row < rows; ++row) {
    csv += fmt::format("{},{}\n", row * 10 / rows, normal(generator));
  }
  return csv;
}

Monitor WithReference(Taken& taken, std::string_view measure, const std::string& csv) {
  const Monitor monitor = taken.Migrated().Set(fmt::format(
      R"({{"endpoint": "demand", "time": "week",
           "drift": {{"columns": ["x"], "span": 2, "measure": "{}", "deviations": 0}}}})",
      measure));
  auto change = taken.Change();
  Must(SetReference(change, monitor, Must(MakeReference(monitor, csv))));
  return monitor;
}

TEST(Feature, IsWhatTheWindowsDriftWasMadeOf) {
  Taken taken;
  const std::string csv = Csv(1, 500);
  const Monitor monitor = WithReference(taken, "psi", csv);
  std::mt19937_64 generator(5);
  std::vector<std::string> records;
  std::map<std::int64_t, std::uint64_t> rows;
  for (std::uint64_t at = 1; at <= 200; ++at) {
    const auto week = static_cast<std::int64_t>(generator() % 6) + (at > 100 ? 2 : 0);
    const double value = static_cast<double>(generator() % 1000) / 100;
    records.push_back(Asked(at, static_cast<double>(week), value));
    ++rows[week];
  }
  taken.Take(records);
  const auto references = Must(ListReferences(taken.db(), monitor));
  const auto windows = Must(ListDrift(taken.db(), monitor, references));
  ASSERT_EQ(windows.size(), 7U);
  for (const WindowDrift& window : windows) {
    const auto feature =
        Must(GetFeature(taken.db(), monitor, references[0], window.window - 1, window.window));
    ASSERT_TRUE(feature.drift && feature.current);
    EXPECT_EQ(feature.drift->distance, window.columns[0].distance);
    EXPECT_EQ(feature.drift->beyond, window.columns[0].beyond);
    EXPECT_EQ(feature.current->n(), rows[window.window - 1] + rows[window.window]);
  }
  const auto none = Must(GetFeature(taken.db(), monitor, references[0], 50, 51));
  EXPECT_EQ(none.current->n(), 0U);
  EXPECT_FALSE(none.drift);
}

TEST(Feature, OfAnEarlierReferenceOnlyTheDistanceIsKnown) {
  Taken taken;
  const Monitor monitor = WithReference(taken, "ks", Csv(1, 500));
  std::vector<std::string> records;
  for (std::uint64_t at = 1; at <= 40; ++at) {
    records.push_back(Asked(at, static_cast<double>(at % 4), static_cast<double>(at % 7)));
  }
  taken.Take(records);
  const auto before =
      Must(ListDrift(taken.db(), monitor, Must(ListReferences(taken.db(), monitor))));
  {
    auto change = taken.Change();
    Must(SetReference(change, monitor, Must(MakeReference(monitor, Csv(2, 300)))));
  }
  const auto references = Must(ListReferences(taken.db(), monitor));
  const auto past = Must(GetFeature(taken.db(), monitor, references[0], 1, 2));
  EXPECT_FALSE(past.current);
  ASSERT_TRUE(past.drift);
  EXPECT_EQ(past.drift->distance, before[before.size() - 2].columns[0].distance);
  // Of as many windows as no distance was of nothing is known.
  EXPECT_FALSE(Must(GetFeature(taken.db(), monitor, references[0], 0, 2)).drift);
  taken.Take({Asked(90, 3, 1), Asked(91, 4, 1)});
  const auto both = Must(GetFeature(taken.db(), monitor, references[0], 2, 4));
  EXPECT_EQ(both.first, 3);
  EXPECT_EQ(both.current->n(), 2U);
}

TEST(Feature, RowsNeededKeepChanceBelowTheThreshold) {
  for (const std::string measure : {"psi", "js", "ks", "wasserstein"}) {
    Taken taken;
    const Monitor monitor = WithReference(taken, measure, Csv(3, 4000));
    auto reference = Must(ListReferences(taken.db(), monitor))[0];
    reference.threshold = 0.1;
    const std::int64_t needed = RowsNeeded(measure, reference);
    ASSERT_GT(needed, 20) << measure;
    // Draws from the same distribution as the reference's: the mean distance of so many.
    std::mt19937_64 generator(8);
    std::normal_distribution<double> normal(3, 2);
    double sum = 0;
    constexpr int kDraws = 400;
    for (int draw = 0; draw < kDraws; ++draw) {
      std::vector<double> values;
      for (std::int64_t row = 0; row < needed; ++row) values.push_back(normal(generator));
      stats::Histogram current = reference.histogram.Empty();
      current.Add(values);
      sum += Must(DriftOf(monitor, reference, current)).distance;
    }
    EXPECT_NEAR(sum / kDraws, reference.threshold, 0.25 * reference.threshold) << measure;
  }
}

TEST(Feature, QuantilesOfTheReferenceAreItsEdges) {
  Taken taken;
  const Monitor monitor = WithReference(taken, "psi", Csv(4, 1001));
  const auto histogram = Must(ListReferences(taken.db(), monitor))[0].histogram;
  ASSERT_EQ(histogram.edges().size(), 9U);
  for (int at = 1; at < 10; ++at) {
    const double width = histogram.max() - histogram.min();
    EXPECT_NEAR(*QuantileOf(histogram, at / 10.0),
                histogram.edges()[static_cast<std::size_t>(at) - 1],
                width / 100);  // One row of 1,001.
  }
  EXPECT_EQ(QuantileOf(histogram, 0), histogram.min());
  EXPECT_EQ(QuantileOf(histogram, 1), histogram.max());
  EXPECT_FALSE(QuantileOf(histogram.Empty(), 0.5));
  stats::Histogram one = histogram.Empty();
  one.Add(std::vector<double>{7, 7, 7});
  EXPECT_EQ(QuantileOf(one, 0.5), 7);
}

TEST(Arrival, BucketsHoldWhatIsNotAboveTheirEnd) {
  EXPECT_EQ(LagBucket(-5), 0);
  EXPECT_EQ(LagBucket(1), 0);
  for (std::int64_t ms = 2; ms < 40'000'000'000; ms += 1 + ms / 7) {
    const std::int64_t bucket = LagBucket(ms);
    EXPECT_GE(LagBucketMs(bucket) * (1 + 1e-12), static_cast<double>(ms));
    EXPECT_LT(LagBucketMs(bucket - 1), static_cast<double>(ms));
  }
  EXPECT_EQ(LagBucket(INT64_MAX), kLagBuckets - 1);
}

TEST(Arrival, IsOfTheLabelsThatCountInAnyOrder) {
  // Rows 1 to 3 in week 0, row 4 in week 1; a label is corrected, one comes before its prediction,
  // one cannot be read, one has a name.
  const std::vector<std::string> records = {
      Asked(1, 0, 1),
      Asked(2, 0, 1, kNowMs + 500),
      Asked(3, 0, 1),
      Asked(4, 1, 1),
      Told(1, kNowMs + 1000, "1"),
      Told(1, kNowMs + 8000, "0"),
      Told(2, kNowMs + 64'500, "1"),
      Told(3, kNowMs + 10, "perhaps"),
      Told(3, kNowMs + 10, "1", "orders"),
      Told(4, kNowMs + 1024, "1"),
  };
  const auto lags_of = [&](std::uint64_t seed) {
    std::vector<std::string> shuffled = records;
    std::mt19937_64 generator(seed);
    if (seed > 0) std::shuffle(shuffled.begin(), shuffled.end(), generator);
    Taken taken;
    const Monitor monitor = taken.Migrated().Set(R"({"endpoint": "demand", "time": "week"})");
    for (const std::string& record : shuffled) taken.Take({record});
    std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> found;
    for (const LagCount& lag : Must(ListLags(taken.db(), monitor, -10))) {
      found[{lag.window, lag.bucket}] = lag.rows;
    }
    EXPECT_EQ(Must(Together(taken.db(), monitor, 0, 1, {})).labels(), 3);
    EXPECT_TRUE(Must(ListLags(taken.db(), monitor, 2)).empty());
    return found;
  };
  const std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> expected = {
      {{0, LagBucket(8000)}, 1}, {{0, LagBucket(64'000)}, 1}, {{1, LagBucket(1024)}, 1}};
  for (std::uint64_t seed = 0; seed < 6; ++seed) EXPECT_EQ(lags_of(seed), expected) << seed;
}

}  // namespace
}  // namespace galley::observe
