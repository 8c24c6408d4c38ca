#include "foundation/stats/binary_quality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/interval.h"
#include "foundation/stats/test_table.h"

namespace galley::stats {
namespace {

struct Rows {
  std::vector<double> probabilities;
  std::vector<std::uint8_t> labels;
};

/// Scores that say something, every third of them rounded.
Rows Sample(std::size_t n, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Rows rows;
  for (std::size_t i = 0; i < n; ++i) {
    const bool yes = random() % 5 == 0;
    const double p = 1 / (1 + std::exp(-(normal(random) + (yes ? 1 : -1.5))));
    rows.probabilities.push_back(i % 3 == 0 ? std::round(p * 100) / 100 : p);
    rows.labels.push_back(yes ? 1 : 0);
  }
  return rows;
}

BinaryQuality Of(const Rows& rows, const BinaryQualityOptions& options = {}) {
  BinaryQuality quality = BinaryQuality::Create(options).value();
  quality.Add(rows.probabilities, rows.labels);
  return quality;
}

/// By all pairs.
double AucOfPairs(const Rows& rows) {
  double won = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    for (std::size_t j = 0; j < rows.labels.size(); ++j) {
      if (rows.labels[i] == 0 || rows.labels[j] != 0) continue;
      ++pairs;
      if (rows.probabilities[i] > rows.probabilities[j]) won += 1;
      if (rows.probabilities[i] == rows.probabilities[j]) won += .5;
    }
  }
  return won / pairs;
}

// testdata/quality.tsv: probabilities, labels, and ten answers of scikit-learn 1.9.1 and scipy.
TEST(BinaryQuality, AgreesWithScikitLearn) {
  const auto table = test::ReadTable("quality.tsv");
  ASSERT_EQ(table.size(), 12U);
  for (const auto& row : table) {
    const Rows rows = {test::Numbers(row[0]), test::Numbers<std::uint8_t>(row[1])};
    const BinaryQuality quality = Of(rows);
    const auto n = static_cast<double>(quality.n());
    const Interval interval = WilsonInterval(quality.Accuracy() * n, n);
    const std::vector<double> got = {quality.Accuracy(),  quality.BalancedAccuracy(),
                                     quality.Precision(), quality.Recall(),
                                     quality.F1(),        quality.LogLoss(),
                                     quality.Brier(),     quality.AreaUnderCurve().value,
                                     interval.low,        interval.high};
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_NEAR(got[i], test::Number(row[2 + i]), 1e-9) << i;
    }
    EXPECT_EQ(quality.AreaUnderCurve().error, 0);
  }
}

// A published confusion matrix of the example's model: 53,328 rows.
TEST(BinaryQuality, HasTheRatiosOfItsConfusionMatrix) {
  BinaryQuality quality = BinaryQuality::Create().value();
  const auto add = [&](double p, std::uint8_t label, std::size_t n) {
    quality.Add(std::vector<double>(n, p), std::vector<std::uint8_t>(n, label));
  };
  add(.9, 1, 5170);
  add(.5, 0, 1415);  // At the threshold it is a yes.
  add(.1, 1, 3080);
  add(.2, 0, 43663);
  EXPECT_NEAR(quality.Accuracy(), .9157, 5e-5);
  EXPECT_NEAR(quality.BalancedAccuracy(), .798, 5e-4);
  EXPECT_NEAR(quality.Precision(), .785, 5e-4);
  EXPECT_NEAR(quality.Recall(), .627, 5e-4);
  EXPECT_NEAR(quality.F1(), .697, 5e-4);
  EXPECT_NEAR(quality.MajorityAccuracy(), .8453, 5e-5);
}

TEST(BinaryQuality, OfPartsIsThatOfTheWhole) {
  const Rows rows = Sample(3000, 1);
  for (const std::uint32_t exact : {4096U, 100U, 0U}) {
    const BinaryQualityOptions options = {.exact_scores_max = exact, .score_bins = 777};
    const BinaryQuality whole = Of(rows, options);
    BinaryQuality parts = BinaryQuality::Create(options).value();
    std::size_t at = 0;
    for (const std::size_t size : {1UZ, 0UZ, 40UZ, 959UZ, 2000UZ}) {
      const std::span<const double> probabilities(rows.probabilities);
      const std::span<const std::uint8_t> labels(rows.labels);
      BinaryQuality other = BinaryQuality::Create(options).value();
      other.Add(probabilities.subspan(at, size), labels.subspan(at, size));
      at += size;
      if (size > 500) std::swap(parts, other);  // Merged from either side.
      ASSERT_TRUE(parts.Merge(other));
    }
    EXPECT_EQ(parts.true_positives, whole.true_positives);
    EXPECT_EQ(parts.AreaUnderCurve().value, whole.AreaUnderCurve().value);
    EXPECT_EQ(parts.AreaUnderCurve().error, whole.AreaUnderCurve().error);
    EXPECT_NEAR(parts.LogLoss(), whole.LogLoss(), 1e-12);
    EXPECT_NEAR(parts.Brier(), whole.Brier(), 1e-12);
    EXPECT_NEAR(parts.CalibrationError(), whole.CalibrationError(), 1e-12);
  }
}

TEST(BinaryQuality, SaysHowFarTheAreaMayBeOff) {
  const Rows rows = Sample(1500, 2);
  const double exact = AucOfPairs(rows);
  EXPECT_NEAR(Of(rows).AreaUnderCurve().value, exact, 1e-12);
  for (const std::uint32_t bins : {2U, 10U, 333U, 65'536U}) {
    const auto area = Of(rows, {.exact_scores_max = 0, .score_bins = bins}).AreaUnderCurve();
    EXPECT_GT(area.error, 0);
    EXPECT_LE(std::fabs(area.value - exact), area.error + 1e-12) << bins;
  }
  EXPECT_LT(Of(rows, {.exact_scores_max = 0}).AreaUnderCurve().error, .001);
}

TEST(BinaryQuality, KnowsWhatIsCalibrated) {
  BinaryQuality quality = BinaryQuality::Create({.calibration_bins = 4}).value();
  quality.Add(std::vector<double>{.1, .1, .3, .3, 1}, std::vector<std::uint8_t>{0, 0, 0, 1, 1});
  ASSERT_EQ(quality.calibration.size(), 4U);
  EXPECT_EQ(quality.calibration[0], (BinaryQuality::CalibrationBin{2, 0, .2}));
  EXPECT_EQ(quality.calibration[1].positives, 1U);
  EXPECT_EQ(quality.calibration[3].n, 1U);
  EXPECT_NEAR(quality.CalibrationError(), (.2 + .4) / 5, 1e-15);
}

TEST(BinaryQuality, SetsAsideWhatIsNoProbability) {
  BinaryQuality quality = BinaryQuality::Create().value();
  EXPECT_TRUE(std::isnan(quality.Accuracy()));
  EXPECT_TRUE(std::isnan(quality.LogLoss()));
  EXPECT_TRUE(std::isnan(quality.AreaUnderCurve().value));
  quality.Add(std::vector<double>{std::numeric_limits<double>::quiet_NaN(), -.1, 1.1, 0, -0.0},
              std::vector<std::uint8_t>{1, 1, 0, 1, 7});
  EXPECT_EQ(quality.refused, 3U);
  EXPECT_EQ(quality.n(), 2U);
  EXPECT_EQ(quality.positives(), 2U);
  EXPECT_NEAR(quality.LogLoss(), std::log(100), 1e-12);
}

TEST(BinaryQuality, RefusesOptionsAndStatesThatDoNotFit) {
  const auto problem = [](const BinaryQualityOptions& options) {
    const auto made = BinaryQuality::Create(options);
    return made ? std::string() : made.error().message;
  };
  EXPECT_NE(problem({.threshold = 1.5}).find("threshold"), std::string::npos);
  EXPECT_NE(problem({.probability_floor = 0}).find("probability_floor"), std::string::npos);
  EXPECT_NE(problem({.calibration_bins = 0}).find("calibration_bins"), std::string::npos);
  EXPECT_NE(problem({.exact_scores_max = 70'000}).find("exact_scores_max"), std::string::npos);
  EXPECT_NE(problem({.score_bins = 1}).find("score_bins"), std::string::npos);
  BinaryQuality quality = Of(Sample(10, 3));
  const BinaryQuality before = quality;
  EXPECT_EQ(quality.Merge(Of(Sample(10, 3), {.threshold = .4})).error().code,
            Code::kFailedPrecondition);
  EXPECT_EQ(quality, before);
}

TEST(BinaryQuality, ComesBackFromItsBytes) {
  for (const std::uint32_t exact : {4096U, 10U}) {
    for (const std::size_t n : {0U, 1U, 500U}) {
      const BinaryQuality quality =
          Of(Sample(n, 4), {.exact_scores_max = exact, .score_bins = 999});
      const auto decoded = BinaryQuality::Decode(quality.Encode());
      ASSERT_TRUE(decoded) << decoded.error().message;
      EXPECT_EQ(*decoded, quality);
    }
  }
}

}  // namespace
}  // namespace galley::stats
