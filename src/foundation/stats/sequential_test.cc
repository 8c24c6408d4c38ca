#include "foundation/stats/sequential.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/special.h"
#include "foundation/stats/test_table.h"
#include "foundation/stats/two_sample.h"

namespace galley::stats {
namespace {

using Counts = std::vector<std::uint64_t>;

TEST(ValuesUntil, IsTheFirstThatLeavesOutZero) {
  const Estimate now{.value = .02, .se = .03, .n = 400};
  const auto until = ValuesUntil(now);
  ASSERT_TRUE(until.has_value());
  const auto at = [&](double n) {
    return ConfidenceSequence({.value = .02, .se = .03 * std::sqrt(400 / n), .n = n});
  };
  EXPECT_GT(at(*until).low, 0);
  EXPECT_LE(at(*until - 1).low, 0);
  EXPECT_EQ(ValuesUntil({.value = -.02, .se = .03, .n = 400}), until);
  EXPECT_EQ(ValuesUntil({.value = 0, .se = .03, .n = 400}), std::nullopt);
  EXPECT_EQ(ValuesUntil({.value = .02, .se = 0, .n = 400}), std::nullopt);
  EXPECT_EQ(ValuesUntil({.value = 1e-12, .se = .03, .n = 400}), std::nullopt);
}

// confseq, test/uniform_boundaries_unittest.cpp.
TEST(NormalMixture, HasTheKnownAnswers) {
  const double rho = NormalMixtureRho(100);
  EXPECT_NEAR(rho, 12.60056, 5e-6);
  EXPECT_NEAR(NormalMixtureBound(100, rho), 30.35209, 5e-6);
  EXPECT_NEAR(NormalMixtureLog(10, 100, rho), -.6510052, 5e-8);
  // The bound is where the mixture is 1 / alpha.
  EXPECT_NEAR(NormalMixtureLog(NormalMixtureBound(100, rho), 100, rho), std::log(20), 1e-12);
}

TEST(BetaBinomial, HasTheKnownAnswers) {
  EXPECT_NEAR(BetaBinomialLog(10, 100, 100, .2, .8), -.6941012, 5e-8);
  EXPECT_NEAR(BetaBinomialLog(31.4308, 100, 100, .2, .8), std::log(20), 1e-5);
}

TEST(BernoulliConfidenceSequence, HasTheKnownAnswers) {
  const auto expect = [](double successes, double n, double tuned_for, double low, double high) {
    const Interval interval = BernoulliConfidenceSequence(successes, n, tuned_for);
    EXPECT_NEAR(interval.low, low, 1e-6) << successes;
    EXPECT_NEAR(interval.high, high, 1e-6) << successes;
  };
  expect(700, 1000, 100, .651629, .745949);
  expect(15, 50, 50, .129556, .511896);
  expect(5, 50, 50, .013021, .269264);
  expect(1, 2, 50, 0, 1);
  expect(100, 200, 1, .328923, .671077);
  expect(0, 1, 50, 0, 1);
  expect(0, 0, 50, 0, 1);
  EXPECT_NEAR(BernoulliConfidenceSequence(1, 50, 50).high, .13489, 1e-5);
}

TEST(ConfidenceSequence, HoldsZeroAsLongAsPIsAboveAlpha) {
  for (int i = 1; i < 60; ++i) {
    const Estimate estimate = {.value = i / 10.0, .se = 1, .n = 2000};
    const double p = AlwaysValidP(estimate);
    EXPECT_EQ(ConfidenceSequence(estimate).low > 0, p < .05) << i;
  }
  EXPECT_TRUE(std::isnan(ConfidenceSequence({.value = 1, .se = 0, .n = 10}).low));
  EXPECT_EQ(AlwaysValidP({.value = 1, .se = 0, .n = 10}), 1);
}

TEST(ConfidenceSequence, IsTightestWhereItWasTuned) {
  const auto width = [](double tuned_for) {
    const Interval interval = ConfidenceSequence({.value = 0, .se = 1, .n = 4000}, .05, tuned_for);
    return interval.high - interval.low;
  };
  EXPECT_LT(width(4000), width(1000));
  EXPECT_LT(width(4000), width(16'000));
}

TEST(SampleRatio, HasTheKnownAnswers) {
  EXPECT_NEAR(SampleRatioP(std::vector<double>{1000, 1200}, std::vector<double>{.5, .5}), 2.0079e-5,
              5e-10);
  EXPECT_NEAR(SampleRatioP(std::vector<double>{135, 115}, std::vector<double>{50, 50}), .205903211,
              5e-10);
  EXPECT_NEAR(SampleRatioP(std::vector<double>{310, 98}, std::vector<double>{3, 1}), .647434186,
              5e-10);
  EXPECT_EQ(SampleRatioP(std::vector<double>{0, 0}, std::vector<double>{1, 1}), 1);
  EXPECT_EQ(SampleRatioP(std::vector<double>{7}, std::vector<double>{1}), 1);
}

// testdata/ratios.tsv: weights, six looks, ln of the Bayes factor and p by ssrm-test 0.1.5.
TEST(SequentialSampleRatio, AgreesWithSsrm) {
  const auto rows = test::ReadTable("ratios.tsv");
  ASSERT_EQ(rows.size(), 12U);
  for (const auto& row : rows) {
    const auto weights = test::Numbers(row[0]);
    const auto looks = test::Numbers<std::uint64_t>(row[1]);
    auto ratio = SequentialSampleRatio::Create(weights).value();
    for (std::size_t at = 0; at < looks.size(); at += weights.size()) {
      ratio.Add(std::span(looks).subspan(at, weights.size()));
    }
    EXPECT_NEAR(ratio.log_bayes_factor(), test::Number(row[2]), 1e-7);
    EXPECT_NEAR(ratio.p(), test::Number(row[3]), 1e-7);
  }
}

TEST(SequentialSampleRatio, TakesUnitsAloneOrTogether) {
  auto alone = SequentialSampleRatio::Create({1, 1}, 100).value();
  auto together = SequentialSampleRatio::Create({.5, .5}, 100).value();
  for (int i = 0; i < 300; ++i) alone.Add(i % 3 == 0 ? Counts{1, 0} : Counts{0, 1});
  together.Add(Counts{100, 200});
  EXPECT_NEAR(alone.log_bayes_factor(), together.log_bayes_factor(), 1e-9);
  EXPECT_LT(together.p(), .001);
  together.Add(Counts{100, 0});  // Even again; p stays where it was.
  EXPECT_LT(together.p(), .001);
  EXPECT_LT(together.log_bayes_factor(), 0);
  EXPECT_EQ(SequentialSampleRatio::Create({1}).error().code, Code::kInvalidArgument);
  EXPECT_FALSE(SequentialSampleRatio::Create({1, 0}));
  EXPECT_FALSE(SequentialSampleRatio::Create({1, 1}, 0));
}

// Equal arms (conversion 5 %), looked at 60 times: what is meant to hold at every look does, and a
// z-test does not.
TEST(ConfidenceSequence, IsSeldomWrongAtAnyOfManyLooks) {
  constexpr int kRepetitions = 1000;
  constexpr int kLooks = 60;
  constexpr int kUsers = 1000;
  std::mt19937_64 random(20260101);
  std::binomial_distribution<int> conversions(kUsers, .05);
  int wrong_sequence = 0;
  int wrong_z = 0;
  for (int repetition = 0; repetition < kRepetitions; ++repetition) {
    double a = 0;
    double b = 0;
    bool sequence_calls = false;
    bool z_calls = false;
    for (int look = 1; look <= kLooks; ++look) {
      a += conversions(random);
      b += conversions(random);
      const double n = static_cast<double>(look) * kUsers;
      const Estimate estimate = AbsoluteLift(ArmOfProportion(a, n), ArmOfProportion(b, n)).estimate;
      const Interval interval = ConfidenceSequence(estimate);
      sequence_calls = sequence_calls || interval.low > 0 || interval.high < 0;
      z_calls = z_calls || 2 * NormalSurvival(std::fabs(estimate.value / estimate.se)) < .05;
    }
    wrong_sequence += sequence_calls ? 1 : 0;
    wrong_z += z_calls ? 1 : 0;
  }
  EXPECT_LE(wrong_sequence, kRepetitions / 20);
  EXPECT_GT(wrong_z, kRepetitions / 5);
}

}  // namespace
}  // namespace galley::stats
