#include "foundation/stats/kll.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

enum class Order : std::uint8_t { kSorted, kReversed, kRandom, kDuplicates };

std::vector<double> Sample(Order order, std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<double>(i);
  if (order == Order::kReversed) std::ranges::reverse(values);
  if (order == Order::kRandom) std::ranges::shuffle(values, random);
  if (order == Order::kDuplicates) {
    for (double& value : values) value = static_cast<double>(random() % 50);
  }
  return values;
}

KllSketch Of(std::span<const double> values, std::uint64_t seed, std::uint32_t k = 200) {
  KllSketch sketch(k, seed);
  sketch.Add(values);
  return sketch;
}

struct Errors {
  int asked = 0;
  int above = 0;    ///< Errors above the stated one.
  double most = 0;  ///< In stated ones.

  /// Compares the ranks of 99 quantiles with the true ones. Of equal values any rank is right.
  void Compare(const KllSketch& sketch, std::vector<double> values) {
    std::ranges::sort(values);
    const auto n = static_cast<double>(values.size());
    for (int percent = 1; percent < 100; ++percent) {
      const double q = percent / 100.0;
      const double value = sketch.Quantile(q);
      const auto equal = std::ranges::equal_range(values, value);
      const double low = static_cast<double>(equal.begin() - values.begin()) / n;
      const double high = static_cast<double>(equal.end() - values.begin()) / n;
      const double of_quantile = std::max({0.0, low - q, q - high});
      const double of_rank = std::fabs(sketch.Rank(value) - high);
      for (const double error : {of_quantile, of_rank}) {
        ++asked;
        above += error > sketch.RankError() ? 1 : 0;
        most = std::max(most, error / sketch.RankError());
      }
    }
  }
};

/// The bound is one of 99 % of the answers.
void ExpectStated(const Errors& errors) {
  EXPECT_LE(errors.above, errors.asked / 100) << "of " << errors.asked;
  EXPECT_LT(errors.most, 2);
}

class KllOrders : public testing::TestWithParam<Order> {};
INSTANTIATE_TEST_SUITE_P(All, KllOrders,
                         testing::Values(Order::kSorted, Order::kReversed, Order::kRandom,
                                         Order::kDuplicates));

TEST_P(KllOrders, KeepsTheStatedRankError) {
  Errors errors;
  for (const std::size_t n : {1'000U, 30'000U, 200'000U}) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      const std::vector<double> values = Sample(GetParam(), n, seed);
      const KllSketch sketch = Of(values, seed);
      EXPECT_EQ(sketch.n(), n);
      EXPECT_EQ(sketch.Quantile(0), *std::ranges::min_element(values));
      EXPECT_EQ(sketch.Quantile(1), *std::ranges::max_element(values));
      EXPECT_LT(sketch.Encode().size(), 8'000U);
      errors.Compare(sketch, values);
    }
  }
  ExpectStated(errors);
}

TEST_P(KllOrders, KeepsTheRankErrorThroughMerges) {
  Errors errors;
  std::mt19937_64 random(9);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const std::vector<double> values = Sample(GetParam(), 60'000, seed);
    std::vector<KllSketch> parts;
    for (std::size_t at = 0; at < values.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 5'000, values.size() - at);
      parts.push_back(Of(std::span(values).subspan(at, size), 100 * seed + parts.size()));
      at += size;
    }
    KllSketch forwards = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) forwards.Merge(parts[i]);
    while (parts.size() > 1) {  // Two and two.
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        parts[i].Merge(parts[i + 1]);
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(i) + 1);
      }
    }
    for (const KllSketch& merged : {forwards, parts.front()}) {
      ASSERT_EQ(merged.n(), values.size());
      EXPECT_EQ(merged.min(), *std::ranges::min_element(values));
      EXPECT_EQ(merged.max(), *std::ranges::max_element(values));
      EXPECT_LT(merged.Encode().size(), 8'000U);
      errors.Compare(merged, values);
    }
  }
  ExpectStated(errors);
}

// i = np.arange(200); x = ((i * 7919) % 1009) / 7.0 - 50.0
// np.quantile(x, [0, .01, .25, .5, .75, .9, .99, 1], method="inverted_cdf"); numpy 2.4.6.
TEST(KllSketch, AgreesWithNumpyWhileExact) {
  KllSketch sketch;
  for (int i = 0; i < 200; ++i) sketch.Add((i * 7919) % 1009 / 7.0 - 50.0);
  EXPECT_TRUE(sketch.exact());
  EXPECT_EQ(sketch.RankError(), 0);
  const double qs[] = {0, .01, .25, .5, .75, .9, .99, 1};
  const std::vector<double> expected = {-50.0,
                                        -48.714285714285715,
                                        -13.857142857142854,
                                        22.14285714285714,
                                        58.14285714285714,
                                        79.42857142857142,
                                        92.42857142857142,
                                        93.57142857142858};
  EXPECT_EQ(sketch.Quantiles(qs), expected);
  EXPECT_EQ(sketch.Rank(-50), 1.0 / 200);
  EXPECT_EQ(sketch.Rank(-51), 0);
  EXPECT_EQ(sketch.Rank(94), 1);
}

TEST(KllSketch, GivesEqualBytesForEqualInput) {
  const std::vector<double> values = Sample(Order::kRandom, 50'000, 1);
  KllSketch one_by_one(200, 5);
  for (const double value : values) one_by_one.Add(value);
  EXPECT_EQ(one_by_one.Encode(), Of(values, 5).Encode());
  EXPECT_NE(one_by_one.Encode(), Of(values, 6).Encode());
}

TEST(KllSketch, GoesOnFromItsBytesAsIfItHadNeverLeft) {
  const std::vector<double> values = Sample(Order::kRandom, 50'000, 2);
  const std::string whole = Of(values, 5).Encode();
  for (const std::size_t cut : {0U, 1U, 255U, 256U, 20'000U}) {
    const auto decoded = KllSketch::Decode(Of(std::span(values).first(cut), 5).Encode());
    ASSERT_TRUE(decoded) << cut;
    KllSketch sketch = *decoded;
    sketch.Add(std::span(values).subspan(cut));
    EXPECT_EQ(sketch.Encode(), whole);
  }
}

TEST(KllSketch, TakesInfinitiesAndPassesOverNaN) {
  const KllSketch sketch = Of(std::vector<double>{kNaN, 1, kInfinity, 2, kNaN, -kInfinity}, 0);
  EXPECT_EQ(sketch.n(), 4U);
  EXPECT_EQ(sketch.Quantile(0.25), -kInfinity);
  EXPECT_EQ(sketch.Quantile(0.5), 1);
  EXPECT_EQ(sketch.Quantile(1), kInfinity);
  EXPECT_TRUE(KllSketch::Decode(sketch.Encode()));
  EXPECT_TRUE(std::isnan(KllSketch().Quantile(0.5)));
  EXPECT_TRUE(std::isnan(KllSketch().Rank(1)));
}

TEST(KllSketch, OfDifferentKHasTheSmaller) {
  const std::vector<double> values = Sample(Order::kRandom, 100'000, 3);
  KllSketch large = Of(std::span(values).first(50'000), 1, 1'000);
  EXPECT_LT(large.RankError(), 0.003);
  large.Merge(Of(std::span(values).subspan(50'000), 2, 100));
  EXPECT_EQ(large.k(), 100U);
  EXPECT_LT(large.Encode().size(), 6'000U);
  EXPECT_TRUE(KllSketch::Decode(large.Encode()));
  Errors errors;
  errors.Compare(large, values);
  ExpectStated(errors);
}

TEST(KllSketch, HasItemsWhoseWeightsAreN) {
  KllSketch sketch = Of(Sample(Order::kRandom, 12'345, 4), 4);
  sketch.Merge(sketch);
  std::uint64_t n = 0;
  for (const KllSketch::Item& item : sketch.Items()) n += item.weight;
  EXPECT_EQ(n, 2U * 12'345);
  EXPECT_TRUE(std::ranges::is_sorted(sketch.Items(), {}, &KllSketch::Item::value));
}

}  // namespace
}  // namespace galley::stats
