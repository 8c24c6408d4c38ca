#include "foundation/stats/moments.h"

#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

MomentState Of(std::span<const double> values) {
  MomentState state;
  state.Add(values);
  return state;
}

/// Equal to 1e-12 of each moment's own size, n * sigma^p.
void ExpectNear(const MomentState& a, const MomentState& b) {
  ASSERT_EQ(a.n, b.n);
  EXPECT_EQ(a.min, b.min);
  EXPECT_EQ(a.max, b.max);
  EXPECT_EQ(a.positive_infinities, b.positive_infinities);
  EXPECT_EQ(a.negative_infinities, b.negative_infinities);
  const double sigma = std::sqrt(b.Variance());
  const auto n = static_cast<double>(b.n);
  EXPECT_NEAR(a.mean, b.mean, 1e-12 * (std::fabs(b.mean) + sigma));
  EXPECT_NEAR(a.m2, b.m2, 1e-12 * b.m2);
  EXPECT_NEAR(a.m3, b.m3, 1e-12 * n * std::pow(sigma, 3));
  EXPECT_NEAR(a.m4, b.m4, 1e-12 * b.m4);
}

std::vector<double> Sample(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> distribution(1, 0.7);
  std::vector<double> values(n);
  for (double& value : values) value = distribution(random);
  return values;
}

// i = np.arange(1000); x = ((i * 7919) % 1009) / 7.0 - 50.0
// x.mean(), x.var(), x.var(ddof=1), scipy.stats.skew(x), scipy.stats.kurtosis(x)
// and of np.exp(((i * 7919) % 1009) / 250.0); numpy 2.4.6, scipy 1.17.1.
TEST(MomentState, AgreesWithNumpyAndScipy) {
  std::vector<double> x;
  std::vector<double> y;
  for (int i = 0; i < 1000; ++i) {
    x.push_back((i * 7919) % 1009 / 7.0 - 50.0);
    y.push_back(std::exp((i * 7919) % 1009 / 250.0));
  }
  const MomentState a = Of(x);
  EXPECT_NEAR(a.mean, 22.09685714285714, 1e-13);
  EXPECT_NEAR(a.Variance(), 1732.451190122449, 1e-10);
  EXPECT_NEAR(a.SampleVariance(), 1734.1853754979468, 1e-10);
  EXPECT_NEAR(a.Skewness(), -0.003985001540694514, 1e-14);
  EXPECT_NEAR(a.ExcessKurtosis(), -1.1993124908342094, 1e-13);
  EXPECT_EQ(a.min, -50);
  EXPECT_EQ(a.max, 94);
  const MomentState b = Of(y);
  EXPECT_NEAR(b.mean, 13.780349563805956, 1e-13);
  EXPECT_NEAR(b.Variance(), 206.5996331170639, 1e-11);
  EXPECT_NEAR(b.Skewness(), 1.2758635109017962, 1e-13);
  EXPECT_NEAR(b.ExcessKurtosis(), 0.5930475861153042, 1e-13);
}

TEST(MomentState, OfPartsIsThatOfTheWhole) {
  const std::vector<double> values = Sample(20'000, 1);
  const MomentState whole = Of(values);
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 20; ++trial) {
    const std::size_t cut1 = random() % values.size();
    const std::size_t cut2 = cut1 + random() % (values.size() - cut1);
    const std::span<const double> all(values);
    const MomentState a = Of(all.first(cut1));
    const MomentState b = Of(all.subspan(cut1, cut2 - cut1));
    const MomentState c = Of(all.subspan(cut2));
    MomentState left = a;
    left.Merge(b);
    left.Merge(c);
    MomentState right = c;
    right.Merge(b);
    right.Merge(a);
    ExpectNear(left, whole);
    ExpectNear(right, whole);
  }
}

TEST(MomentState, OfManyLittlePartsIsThatOfTheWhole) {
  const std::vector<double> values = Sample(20'000, 3);
  MomentState parts;
  for (const double& value : values) parts.Merge(Of({&value, 1}));
  ExpectNear(parts, Of(values));
}

TEST(MomentState, KeepsItsDigitsFarFromZero) {
  std::vector<double> values;
  for (int i = 0; i < 3000; ++i) values.push_back(1e9 + i % 3);
  MomentState state = Of(std::span(values).first(1001));
  state.Merge(Of(std::span(values).subspan(1001)));
  EXPECT_NEAR(state.Variance(), 2.0 / 3, 1e-9);
}

TEST(MomentState, OfEqualValuesHasNoVariance) {
  const MomentState state = Of(std::vector<double>(5000, 0.1));
  EXPECT_EQ(state.mean, 0.1);
  EXPECT_EQ(state.m2, 0);
  EXPECT_TRUE(std::isnan(state.Skewness()));
}

TEST(MomentState, SetsAsideWhatIsNotFinite) {
  const MomentState state = Of(std::vector<double>{kInfinity, 1, kNaN, 3, -kInfinity, kInfinity});
  EXPECT_EQ(state.n, 2U);
  EXPECT_EQ(state.mean, 2);
  EXPECT_EQ(state.min, 1);
  EXPECT_EQ(state.max, 3);
  EXPECT_EQ(state.positive_infinities, 2U);
  EXPECT_EQ(state.negative_infinities, 1U);
  MomentState infinite = Of(std::vector<double>{kInfinity});
  const auto decoded = MomentState::Decode(infinite.Encode());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, infinite);
  infinite.Merge(state);
  EXPECT_EQ(infinite.positive_infinities, 3U);
  EXPECT_EQ(infinite.mean, 2);
}

TEST(MomentState, HasAMeanAlsoWhereSumsOverflow) {
  const double most = std::numeric_limits<double>::max();
  MomentState state = Of(std::vector<double>{most, most, most});
  EXPECT_EQ(state.mean, most);
  state.Merge(Of(std::vector<double>{-most, -most, -most}));
  EXPECT_NEAR(state.mean / most, 0, 1e-15);
  EXPECT_TRUE(MomentState::Decode(state.Encode()));
}

TEST(MomentState, MayMergeWithItself) {
  const std::vector<double> values = Sample(100, 4);
  MomentState twice = Of(values);
  twice.Merge(twice);
  MomentState parts = Of(values);
  parts.Merge(Of(values));
  EXPECT_EQ(twice, parts);
}

TEST(MomentState, ComesBackFromItsBytes) {
  const MomentState state = Of(Sample(100, 5));
  const auto decoded = MomentState::Decode(state.Encode());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, state);
  EXPECT_EQ(*MomentState::Decode(MomentState{}.Encode()), MomentState{});
  MomentState wrong = state;
  wrong.mean = wrong.max + 1;
  EXPECT_EQ(MomentState::Decode(wrong.Encode()).error().code, Code::kDataLoss);
}

}  // namespace
}  // namespace galley::stats
