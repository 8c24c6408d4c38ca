#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "domain/observe/test_log.h"
#include "domain/observe/windows.h"
#include "serving/snapshot/records.h"

namespace galley::observe {
namespace {

using test::IdAt;
using test::kEndpoint;
using test::kNowMs;
using test::kProject;
using test::Must;
using test::Taken;

std::string TrafficBytes(std::string_view variant, std::int64_t to_ms, std::int64_t requests,
                         std::vector<std::int64_t> latency) {
  return snapshot::ToBytes(snapshot::TrafficRecord{.project = std::string(kProject),
                                                   .endpoint = std::string(kEndpoint),
                                                   .variant = std::string(variant),
                                                   .from_ms = to_ms - 1000,
                                                   .to_ms = to_ms,
                                                   .requests = requests,
                                                   .failed = 1,
                                                   .degraded = 2,
                                                   .latency = std::move(latency)});
}

TEST(Traffic, ItAddsUpAndIsForgotten) {
  Taken taken;
  taken.Migrated();
  const std::string a = IdAt(1).Hex();
  const std::string b = IdAt(2).Hex();
  const auto between = [&](std::optional<Id> variant, std::int64_t from_ms, std::int64_t to_ms) {
    return Must(TrafficBetween(taken.db(), 1, kEndpoint, variant, from_ms, to_ms));
  };
  const auto sum = taken.Take(
      {TrafficBytes(a, kNowMs + 1'000, 10, {0, 9, 1}), TrafficBytes(a, kNowMs + 3'000, 5, {5}),
       TrafficBytes(b, kNowMs + 4'000, 7, {0, 0, 0, 0, 7}),
       TrafficBytes(a, kNowMs + 11'000, 100, {100}), TrafficBytes("", kNowMs, 3, {}),
       TrafficBytes("no id", kNowMs, 3, {}), TrafficBytes(a, kNowMs, -1, {}),
       TrafficBytes(a, kNowMs, 1, std::vector<std::int64_t>(97, 0))});
  EXPECT_EQ(sum.skipped, 3);
  EXPECT_EQ(sum.predictions, 0);
  const auto of_a = between(IdAt(1), kNowMs, kNowMs + 10'000);
  EXPECT_EQ(of_a.requests, 15);
  EXPECT_EQ(of_a.failed, 2);
  EXPECT_EQ(of_a.degraded, 4);
  EXPECT_EQ(of_a.latency, (std::vector<std::int64_t>{5, 9, 1}));
  EXPECT_EQ(between(std::nullopt, kNowMs, kNowMs + 10'000).requests, 25);
  EXPECT_EQ(between(Id{}, kNowMs, kNowMs + 10'000).requests, 3);
  EXPECT_EQ(between(std::nullopt, kNowMs + 5'000, kNowMs + 10'001).requests, 125);
  EXPECT_EQ(between(std::nullopt, kNowMs, kNowMs).requests, 0);
  // 15 requests: 5 of at most 10 us, 9 of at most 11.9 us, 1 of at most 14.1 us.
  EXPECT_EQ(of_a.QuantileMs(0), 0.01);
  EXPECT_EQ(of_a.QuantileMs(1.0 / 3), 0.01);
  EXPECT_NEAR(*of_a.QuantileMs(0.5), 0.01 * std::exp2(0.25), 1e-12);
  EXPECT_NEAR(*of_a.QuantileMs(0.99), 0.01 * std::exp2(0.5), 1e-12);
  EXPECT_FALSE(Traffic{}.QuantileMs(0.5));
  taken.clock().AdvanceMs(std::int64_t{31} * 24 * 3600 * 1000);
  taken.Take({TrafficBytes(a, taken.clock().NowMs(), 1, {1})});
  EXPECT_EQ(between(std::nullopt, 0, taken.clock().NowMs() + 1).requests, 1);
}

TEST(Traffic, ASeriesPutsItsStepsTogether) {
  Taken taken;
  taken.Migrated();
  const std::string a = IdAt(1).Hex();
  taken.Take({TrafficBytes(a, kNowMs + 1'000, 10, {10}),
              TrafficBytes(IdAt(2).Hex(), kNowMs + 4'000, 7, {7}),
              TrafficBytes(a, kNowMs + 11'000, 100, {0, 100}),
              TrafficBytes(a, kNowMs + 31'000, 1, {1}), TrafficBytes(a, kNowMs + 61'000, 5, {5})});
  const auto series =
      Must(TrafficSeries(taken.db(), 1, kEndpoint, kNowMs, kNowMs + 60'000, 20'000));
  ASSERT_EQ(series.size(), 3U);
  EXPECT_EQ(series[0].variant, IdAt(1));
  EXPECT_EQ(series[0].at_ms, kNowMs);
  EXPECT_EQ(series[0].traffic.requests, 110);
  EXPECT_EQ(series[0].traffic.failed, 2);
  EXPECT_EQ(series[0].traffic.latency, (std::vector<std::int64_t>{10, 100}));
  EXPECT_EQ(series[1].at_ms, kNowMs + 20'000);  // No step for the time without requests.
  EXPECT_EQ(series[1].traffic.requests, 1);
  EXPECT_EQ(series[2].variant, IdAt(2));
  EXPECT_EQ(series[2].traffic.requests, 7);
  EXPECT_TRUE(Must(TrafficSeries(taken.db(), 1, kEndpoint, kNowMs, kNowMs, 20'000)).empty());
}

}  // namespace
}  // namespace galley::observe
