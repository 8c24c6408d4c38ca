// Buckets, groups and outliers; numbers that are not obvious come from NumPy (tests/page does
// more).
#include "domain/tracking/reduce.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace galley::tracking {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Reduce, KeepsFirstLeastGreatestAndLastOfEachBucket) {
  const Grid grid = Grid::Buckets(0, 9, 2);
  EXPECT_EQ(grid.x, (std::vector{0.0, 4.5}));
  const std::vector<double> x{0, 1, 2, 4, 5, 9};
  const std::vector<double> y{3, 9, 1, 2, 7, 8};
  const Columns columns = Reduce(grid, x, y);
  EXPECT_EQ(columns.first, (std::vector{3.0, 7.0}));
  EXPECT_EQ(columns.min, (std::vector{1.0, 7.0}));
  EXPECT_EQ(columns.max, (std::vector{9.0, 8.0}));
  EXPECT_EQ(columns.last, (std::vector{2.0, 8.0}));
}

TEST(Reduce, ASpikeOfOnePointStaysWhateverTheBuckets) {
  std::vector<double> x;
  std::vector<double> y;
  for (int at = 0; at < 100'000; ++at) {
    x.push_back(at);
    y.push_back(at == 77'777 ? 1000 : at % 7);
  }
  for (const std::size_t count : {2U, 3U, 100U, 999U, 4000U}) {
    const Columns columns = Reduce(Grid::Buckets(0, 99'999, count), x, y);
    EXPECT_EQ(std::ranges::count(columns.max, 1000.0), 1) << count;
  }
}

TEST(Reduce, WhatIsNoNumberIsPassedOver) {
  const std::vector<double> x{0, 1, 2};
  const std::vector<double> y{kNan, kInfinity, -kInfinity};
  const Columns columns = Reduce(Grid::Buckets(0, 2, 1), x, y);
  EXPECT_TRUE(std::isnan(columns.first.at(0)));
  EXPECT_TRUE(std::isnan(columns.max.at(0)));
}

TEST(Reduce, OnePositionTakesAllOfAnAxisWithoutWidth) {
  const Columns columns =
      Reduce(Grid::Buckets(5, 5, 100), std::vector<double>{5, 5}, std::vector<double>{1, 2});
  EXPECT_EQ(columns.first, std::vector{1.0});
  EXPECT_EQ(columns.last, std::vector{2.0});
}

TEST(Reduce, PositionsTakeTheirOwnPoints) {
  const Grid grid = Grid::Positions({1, 4, 9});
  const Columns columns = Reduce(grid, std::vector<double>{1, 9}, std::vector<double>{10, 90});
  EXPECT_EQ(columns.last.at(0), 10);
  EXPECT_TRUE(std::isnan(columns.last.at(1)));
  EXPECT_EQ(columns.last.at(2), 90);
}

TEST(MeansOn, FillsGapsByTheLineAndNothingOutside) {
  const Grid grid = Grid::Buckets(0, 10, 5);
  const std::vector<double> x{2, 3, 8};
  const std::vector<double> y{1, 3, 8};
  const auto means = MeansOn(grid, x, y);  // Buckets begin at 0, 2, 4, 6, 8.
  EXPECT_TRUE(std::isnan(means.at(0)));
  EXPECT_EQ(means.at(1), 2);
  EXPECT_DOUBLE_EQ(means.at(2), 4);
  EXPECT_DOUBLE_EQ(means.at(3), 6);
  EXPECT_EQ(means.at(4), 8);
}

TEST(Combine, GivesMeanWithItsBand) {
  const std::vector<std::vector<double>> curves{{1, 5}, {2, kNan}, {4, kNan}};
  const auto confidence = Combine(curves, Band::kConfidence);
  EXPECT_DOUBLE_EQ(confidence.mean.at(0), 7.0 / 3);
  // scipy.stats.t.interval(0.95, 2, 7 / 3, scipy.stats.sem([1, 2, 4]))
  EXPECT_NEAR(confidence.low.at(0), -1.461249700263426, 1e-12);
  EXPECT_NEAR(confidence.high.at(0), 6.1279163669300925, 1e-12);
  EXPECT_EQ(confidence.mean.at(1), 5);
  EXPECT_TRUE(std::isnan(confidence.low.at(1)));
  const auto extremes = Combine(curves, Band::kExtremes);
  EXPECT_EQ(extremes.low.at(0), 1);
  EXPECT_EQ(extremes.high.at(0), 4);
  EXPECT_TRUE(Combine(curves, Band::kNone).low.empty());
}

TEST(NanSpans, AreClosedByAnyOtherValueAndBounded) {
  const std::vector<double> x{0, 1, 2, 3, 4, 5};
  const std::vector<double> y{kNan, kNan, 1, kNan, 2, kNan};
  const auto spans = NanSpans(x, y, 10);
  ASSERT_EQ(spans.size(), 3U);
  EXPECT_EQ(spans[0].from, 0);
  EXPECT_EQ(spans[0].to, 1);
  EXPECT_EQ(spans[0].points, 2);
  const auto bounded = NanSpans(x, y, 2);
  ASSERT_EQ(bounded.size(), 2U);
  EXPECT_EQ(bounded[1].from, 3);
  EXPECT_EQ(bounded[1].to, 5);
  EXPECT_EQ(bounded[1].points, 2);
}

TEST(InnerRange, IsThatOfNumPy) {
  std::vector<double> values{5, 1, 2, 4, 3, 100};
  const auto range = InnerRange(values, 0.1);
  ASSERT_TRUE(range);
  // numpy.quantile gives 1.5 and 52.5.
  EXPECT_NEAR(range->low, 1.5 - 0.05 * 51, 1e-12);
  EXPECT_NEAR(range->high, 52.5 + 0.05 * 51, 1e-12);
  EXPECT_FALSE(InnerRange({}, 0.1));
}

TEST(MergePositions, StopsBeyondItsBound) {
  std::vector<double> all{1, 3};
  EXPECT_TRUE(MergePositions(all, std::vector<double>{2, 3, 3}, 3));
  EXPECT_EQ(all, (std::vector{1.0, 2.0, 3.0}));
  EXPECT_FALSE(MergePositions(all, std::vector<double>{4}, 3));
}

}  // namespace
}  // namespace galley::tracking
