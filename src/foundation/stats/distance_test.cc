#include "foundation/stats/distance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/moments.h"
#include "foundation/stats/test_table.h"

namespace galley::stats {
namespace {

using Counts = std::vector<std::uint64_t>;
using Values = std::vector<double>;

Values SharesOfCounts(const Counts& counts) {
  double sum = 0;
  for (const std::uint64_t count : counts) sum += static_cast<double>(count);
  Values shares;
  for (const std::uint64_t count : counts) shares.push_back(static_cast<double>(count) / sum);
  return shares;
}

/// The values 1, 2, … as often as they are counted.
Values Repeated(const Counts& counts) {
  Values values;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    values.insert(values.end(), counts[i], static_cast<double>(i + 1));
  }
  return values;
}

double Deviation(const Values& values) {
  MomentState moments;
  moments.Add(values);
  return std::sqrt(moments.Variance());
}

/// A stream of numpy's legacy generator, `numpy.random.seed(seed)`: MT19937, the polar method.
class NumpyNormal {
 public:
  explicit NumpyNormal(unsigned seed) : generator_(seed) {}

  Values Draw(double mean, double deviation, std::size_t n) {
    Values values(n);
    for (double& value : values) value = mean + deviation * Gauss();
    return values;
  }

 private:
  double Uniform() {
    const auto high = static_cast<double>(generator_() >> 5U);
    const auto low = static_cast<double>(generator_() >> 6U);
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }
  double Gauss() {
    if (std::exchange(has_saved_, false)) return saved_;
    double x = 0;
    double y = 0;
    double square = 0;
    do {
      x = 2 * Uniform() - 1;
      y = 2 * Uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    const double factor = std::sqrt(-2 * std::log(square) / square);
    saved_ = factor * x;
    has_saved_ = true;
    return factor * y;
  }

  std::mt19937 generator_;
  bool has_saved_ = false;
  double saved_ = 0;
};

const Values kR = {38.7, 41.5, 43.8, 44.5, 45.5, 46, 47.7, 58};
const Values kC = {39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8};

TEST(Distance, HasTheKnownAnswers) {
  const Counts reference = {16, 18, 16, 14, 12, 12};
  const Counts current = {16, 16, 16, 16, 16, 8};
  const Values p = SharesOfCounts(reference);
  const Values q = SharesOfCounts(current);
  for (const EmptyBins empty : {EmptyBins::kFloor, EmptyBins::kEvidently}) {
    EXPECT_NEAR(PopulationStabilityIndex(p, q, empty), .0372184, 5e-8);
    EXPECT_NEAR(KullbackLeibler(p, q, empty), .0189097, 5e-8);
  }
  EXPECT_NEAR(JensenShannonDistance(p, q), .0680482, 5e-8);
  EXPECT_NEAR(JensenShannonDistanceBase2(p, q), .0817342, 5e-8);
  EXPECT_NEAR(Hellinger(p, q), .0681277, 5e-8);
  EXPECT_NEAR(TotalVariation(p, q), .0681818, 5e-8);
  EXPECT_NEAR(LInfinity(p, q), .0454545, 5e-8);
  const ChiSquareTest test = ChiSquare(reference, current);
  EXPECT_NEAR(test.statistic, 3.1746032, 5e-8);
  EXPECT_EQ(test.dof, 5);
  EXPECT_NEAR(test.p, .67309, 5e-6);

  const Values a = Repeated(reference);
  const Values b = Repeated(current);
  EXPECT_NEAR(Wasserstein(a, b), .0909091, 5e-8);
  EXPECT_NEAR(NormedWasserstein(Wasserstein(a, b), Deviation(a)), .0544331, 5e-8);
  EXPECT_NEAR(KolmogorovSmirnov(a, b), .0454545, 5e-8);
  EXPECT_NEAR(Wasserstein(kR, kC), 4.1625, 1e-12);
  EXPECT_EQ(KolmogorovSmirnov(kR, kC), .625);
  Values moved = kR;
  for (double& value : moved) value += 5;
  EXPECT_NEAR(NormedWasserstein(Wasserstein(kR, moved), Deviation(kR)), .9384217, 5e-8);
}

// The rows of Evidently's own tests: chi-square and Hellinger, also of a reference of twice the
// size.
TEST(Distance, OfAReferenceOfTwiceTheSizeIsTheSame) {
  const Counts doubled = {32, 36, 32, 28, 24, 24};
  const Counts current = {16, 16, 16, 16, 16, 8};
  EXPECT_NEAR(ChiSquare(doubled, current).p, .67309, 1e-5);
  EXPECT_NEAR(Hellinger(SharesOfCounts(doubled), SharesOfCounts(current)), .06812, 1e-5);
}

// TensorFlow Data Validation, anomalies/metrics_test.cc: the divergence in base 2.
TEST(Distance, IsThatOfTensorFlowDataValidation) {
  const Values p = {.5, .5, 0, 0};
  const Values q = {0, .25, .25, .5};
  EXPECT_NEAR(JensenShannonDivergence(p, q) / std::numbers::ln2, .65563906222, 1e-11);
  EXPECT_NEAR(JensenShannonDivergence(Values{1, 0}, Values{0, 1}) / std::numbers::ln2, 1, 1e-15);
}

// testdata/nannyml.tsv: what NannyML's tests print, and the bins of their samples.
TEST(Distance, IsThatOfNannyMl) {
  const auto rows = test::ReadTable("nannyml.tsv");
  ASSERT_EQ(rows.size(), 9U);
  for (const auto& row : rows) {
    const Values p = SharesOfCounts(test::Numbers<std::uint64_t>(row[2]));
    const Values q = SharesOfCounts(test::Numbers<std::uint64_t>(row[3]));
    const double got = row[0] == "hellinger" ? Hellinger(p, q) : JensenShannonDistanceBase2(p, q);
    EXPECT_NEAR(got, test::Number(row[1]), .005) << row[0] << " " << row[1];
  }
  const Values reference = SharesOfCounts({2, 2, 2, 0});
  EXPECT_NEAR(LInfinity(reference, SharesOfCounts({2, 2, 2, 1})), .14, .005);
  EXPECT_EQ(LInfinity(reference, reference), 0);
  EXPECT_NEAR(LInfinity(reference, SharesOfCounts({0, 5, 0, 0})), .67, .005);
}

TEST(Distance, OfSamplesIsThatOfNannyMl) {
  NumpyNormal first(1);
  const Values reference = first.Draw(0, 1, 10'000);
  EXPECT_NEAR(reference[0], 1.6243453636632417, 1e-15);  // numpy's first.
  EXPECT_EQ(Wasserstein(reference, reference), 0);
  EXPECT_NEAR(Wasserstein(reference, first.Draw(1, 1, 1'000)), 1.01, .005);
  NumpyNormal second(1);
  const Values larger = second.Draw(0, 1, 100'000);
  EXPECT_NEAR(Wasserstein(larger, second.Draw(-4, 1, 1'000)), 3.99, .005);
  NumpyNormal third(1);
  const Values wide = third.Draw(0, 1, 15'000);
  EXPECT_NEAR(Wasserstein(wide, third.Draw(0, 10, 1'000'000)), 7.180, .005);
}

// testdata/samples.tsv: a, b, D, its limiting p, W1 by scipy 1.17.1.
TEST(Distance, OfSamplesAgreesWithScipy) {
  const auto rows = test::ReadTable("samples.tsv");
  ASSERT_EQ(rows.size(), 60U);
  for (const auto& row : rows) {
    const Values a = test::Numbers(row[0]);
    const Values b = test::Numbers(row[1]);
    const double d = KolmogorovSmirnov(a, b);
    EXPECT_NEAR(d, test::Number(row[2]), 1e-12);
    EXPECT_NEAR(KolmogorovSmirnovP(d, a.size(), b.size()), test::Number(row[3]), 1e-9);
    EXPECT_NEAR(Wasserstein(a, b), test::Number(row[4]), 1e-9);
  }
}

// testdata/bins.tsv: counts and their distances by scipy 1.17.1 and Evidently's rule.
TEST(Distance, OfBinsAgreesWithScipy) {
  const auto rows = test::ReadTable("bins.tsv");
  ASSERT_EQ(rows.size(), 60U);
  for (const auto& row : rows) {
    const auto reference = test::Numbers<std::uint64_t>(row[0]);
    const auto current = test::Numbers<std::uint64_t>(row[1]);
    const Values p = SharesOfCounts(reference);
    const Values q = SharesOfCounts(current);
    EXPECT_NEAR(PopulationStabilityIndex(p, q), test::Number(row[2]), 1e-9);
    EXPECT_NEAR(PopulationStabilityIndex(p, q, EmptyBins::kEvidently), test::Number(row[3]), 1e-9);
    EXPECT_NEAR(KullbackLeibler(p, q, EmptyBins::kEvidently), test::Number(row[4]), 1e-9);
    EXPECT_NEAR(JensenShannonDistance(p, q), test::Number(row[5]), 1e-9);
    EXPECT_NEAR(JensenShannonDistanceBase2(p, q), test::Number(row[6]), 1e-9);
    EXPECT_NEAR(Hellinger(p, q), test::Number(row[7]), 1e-9);
    EXPECT_NEAR(TotalVariation(p, q), test::Number(row[8]), 1e-9);
    EXPECT_NEAR(LInfinity(p, q), test::Number(row[9]), 1e-9);
    const ChiSquareTest test = ChiSquare(reference, current);
    const double statistic = test::Number(row[10]);
    if (std::isinf(statistic)) {
      EXPECT_EQ(test.statistic, statistic);
    } else {
      EXPECT_NEAR(test.statistic, statistic, 1e-9 * statistic);
    }
    EXPECT_NEAR(test.p, test::Number(row[11]), 1e-9);
  }
}

TEST(Distance, FillsEmptyBinsByEitherRule) {
  const Values p = {.5, .5, 0};
  const Values q = {.5, 0, .5};
  const double at_floor = 2 * (.5 - 1e-4) * std::log(.5 / 1e-4);
  EXPECT_NEAR(PopulationStabilityIndex(p, q), at_floor, 1e-12);
  EXPECT_NEAR(PopulationStabilityIndex(p, q, EmptyBins::kEvidently), at_floor, 1e-12);
  const Values rare = {1 - 1e-5, 1e-5, 0};
  EXPECT_NEAR(PopulationStabilityIndex(rare, Values{1, 0, 0}, EmptyBins::kEvidently),
              -1e-5 * std::log1p(-1e-5) + (1e-5 - 1e-4) * std::log(1e-5 / 1e-4) +
                  (1e-11 - 1e-4) * std::log(1e-11 / 1e-4),
              1e-12);
  EXPECT_NEAR(PopulationStabilityIndex(rare, Values{1, 0, 0}), 0, 1e-9);
  const Values at = {1 - 1e-4, 1e-4, 0};  // The least share is not above 0.0001.
  EXPECT_NEAR(PopulationStabilityIndex(at, Values{1 - 1e-4, 0, 1e-4}, EmptyBins::kEvidently),
              2 * (1e-4 - 1e-10) * std::log(1e-4 / 1e-10), 1e-12);
}

TEST(Distance, OfHistogramsIsWithinItsBounds) {
  std::mt19937_64 random(1);
  for (std::size_t trial = 0; trial < 50; ++trial) {
    std::normal_distribution<double> first(0, 1);
    std::normal_distribution<double> second(static_cast<double>(trial % 5),
                                            static_cast<double>(1 + trial % 3));
    Values a(20 + trial * 10);
    Values b(300 - trial * 5);
    for (double& value : a) value = first(random);
    for (double& value : b) value = second(random);
    Histogram reference = Histogram::WithQuantiles(a, 2 + trial % 30).value();
    Histogram current = reference.Empty();
    reference.Add(a);
    current.Add(b);
    current.AddMissing(9);
    const Bounds ks = KolmogorovSmirnovOf(reference, current).value();
    EXPECT_LE(ks.low, KolmogorovSmirnov(a, b) + 1e-12);
    EXPECT_GE(ks.high, KolmogorovSmirnov(a, b) - 1e-12);
    const double exact = Wasserstein(a, b);
    const Bounds w1 = WassersteinOf(reference, current).value();
    EXPECT_LE(w1.low, exact + 1e-9);
    EXPECT_GE(w1.high, exact - 1e-9);
    EXPECT_GE(w1.estimate, w1.low - 1e-12);
    EXPECT_LE(w1.estimate, w1.high + 1e-12);
  }
}

TEST(Distance, OfFineHistogramsIsCloseToThatOfTheSamples) {
  NumpyNormal normal(1);
  const Values a = normal.Draw(0, 1, 10'000);
  const Values b = normal.Draw(.3, 1.2, 10'000);
  Histogram reference = Histogram::WithQuantiles(a, 1000).value();
  Histogram current = reference.Empty();
  reference.Add(a);
  current.Add(b);
  EXPECT_NEAR(WassersteinOf(reference, current)->estimate, Wasserstein(a, b), .005);
  EXPECT_NEAR(KolmogorovSmirnovOf(reference, current)->estimate, KolmogorovSmirnov(a, b), .001);
}

TEST(Distance, SaysWhenThereIsNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(Wasserstein(Values{}, kC)));
  EXPECT_TRUE(std::isnan(KolmogorovSmirnov(kR, Values{nan})));
  Histogram histogram = Histogram::WithEdges({1, 2}).value();
  EXPECT_EQ(SharesOf(histogram, histogram).error().code, Code::kFailedPrecondition);
  histogram.AddMissing(1);
  EXPECT_TRUE(SharesOf(histogram, histogram));
  EXPECT_FALSE(WassersteinOf(histogram, histogram));
  histogram.Add(Values{1.5});
  EXPECT_EQ(WassersteinOf(histogram, histogram)->high, 0);
  const Histogram other = Histogram::WithEdges({1, 3}).value();
  EXPECT_FALSE(SharesOf(histogram, other));
  EXPECT_FALSE(KolmogorovSmirnovOf(histogram, other));
  EXPECT_EQ(ChiSquare(Counts{1, 0}, Counts{5, 0}).p, 1);
  EXPECT_EQ(ChiSquare(Counts{0, 0}, Counts{5, 0}).p, 1);
}

}  // namespace
}  // namespace galley::stats
