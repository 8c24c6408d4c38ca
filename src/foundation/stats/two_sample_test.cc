#include "foundation/stats/two_sample.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/test_table.h"

namespace galley::stats {
namespace {

void Expect(const Lift& lift, double value, double se, double p, double low, double high) {
  EXPECT_NEAR(lift.estimate.value, value, 5e-6);
  EXPECT_NEAR(lift.estimate.se, se, 5e-6);
  EXPECT_NEAR(lift.p, p, 5e-6);
  EXPECT_NEAR(lift.interval.low, low, 6e-6);  // They were rounded to five digits.
  EXPECT_NEAR(lift.interval.high, high, 6e-6);
}

// gbstats, tests/frequentist.
TEST(Lift, HasTheKnownAnswers) {
  const Arm a = ArmOfSums(3407, 1396.87, 52377.9767);
  const Arm b = ArmOfSums(3461, 2422.7, 134698.29);
  Expect(RelativeLift(a, b), .70732, .37879, .06191, -.03526, 1.44989);
  Expect(AbsoluteLift(a, b), .29, .12478, .02016, .04538, .53462);
  Expect(RelativeLift(ArmOfProportion(14, 28), ArmOfProportion(16, 30)), .06667, .2717, .80707,
         -.47767, .61101);
}

TEST(Lift, IsSequentialWithTheKnownAnswers) {
  const Arm a = ArmOfSums(3000, 1396.87, 52377.9767);
  const Arm b = ArmOfSums(3461, 2422.7, 134698.29);
  const Estimate sums = RelativeLift(a, b).estimate;
  EXPECT_NEAR(sums.value, .50336, 5e-6);
  const Interval wide = ConfidenceSequence(sums, .05, 1000);
  EXPECT_NEAR(wide.low, -.55844, 5e-6);
  EXPECT_NEAR(wide.high, 1.56516, 5e-6);
  EXPECT_EQ(AlwaysValidP(sums, .05, 1000), 1);
  const Estimate shares =
      RelativeLift(ArmOfProportion(1396, 3000), ArmOfProportion(2422, 3461)).estimate;
  EXPECT_NEAR(shares.value, .50386, 5e-6);
  const Interval narrow = ConfidenceSequence(shares);
  EXPECT_NEAR(narrow.low, .40098, 5e-6);
  EXPECT_NEAR(narrow.high, .60675, 5e-6);
  EXPECT_LT(AlwaysValidP(shares), .001);
}

// testdata/arms.tsv: scipy 1.17.1, stats.ttest_ind(b, a, equal_var=False).
TEST(Lift, AgreesWithScipy) {
  const auto rows = test::ReadTable("arms.tsv");
  ASSERT_EQ(rows.size(), 20U);
  for (const auto& row : rows) {
    MomentState a;
    MomentState b;
    a.Add(test::Numbers(row[0]));
    b.Add(test::Numbers(row[1]));
    const Lift lift = AbsoluteLift(ArmOf(a), ArmOf(b));
    EXPECT_NEAR(lift.estimate.value, test::Number(row[2]), 1e-9);
    EXPECT_NEAR(lift.dof, test::Number(row[3]), 1e-9);
    EXPECT_NEAR(lift.p, test::Number(row[4]), 1e-9);
    EXPECT_NEAR(lift.interval.low, test::Number(row[5]), 1e-9);
    EXPECT_NEAR(lift.interval.high, test::Number(row[6]), 1e-9);
  }
}

TEST(Lift, IsNaNWhereNothingCanBeSaid) {
  const Arm some = ArmOfProportion(3, 10);
  EXPECT_TRUE(std::isnan(RelativeLift(ArmOfProportion(0, 10), some).p));
  EXPECT_TRUE(std::isnan(AbsoluteLift(ArmOfProportion(0, 0), some).p));
  EXPECT_TRUE(std::isnan(AbsoluteLift(ArmOfProportion(1, 1), ArmOfProportion(1, 1)).interval.low));
}

TEST(Cuped, HasTheKnownTheta) {
  const std::vector<double> before = {.3, .5, .9, 22};
  const std::vector<double> value = {2, 1, 5, 3};
  CovarianceState arm;
  for (std::size_t i = 0; i < 4; ++i) arm.Add(before[i], value[i]);
  CovarianceState both = arm;
  both.Merge(both);
  EXPECT_NEAR(CupedTheta(both), .01864, 5e-6);
  EXPECT_EQ(CupedTheta(CovarianceState{}), 0);
}

TEST(Cuped, IsTheAdjustedValuesMeanAndVariance) {
  CovarianceState state;
  CovarianceState tail;
  MomentState adjusted;
  const double theta = .7;
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) {
    const double before = i * 37 % 101;
    const double value = before * .9 + i * 53 % 17;
    (i < 40 ? state : tail).Add(before, value);
    values.push_back(value - theta * before);
  }
  state.Merge(tail);
  adjusted.Add(values);
  const Arm arm = CupedArm(state, theta);
  EXPECT_NEAR(arm.mean, adjusted.mean, 1e-12);
  EXPECT_NEAR(arm.variance, adjusted.SampleVariance(), 1e-9);
  // At its own theta the variance is least.
  const double best = CupedTheta(state);
  EXPECT_LT(CupedArm(state, best).variance, CupedArm(state, best + .01).variance);
  EXPECT_LT(CupedArm(state, best).variance, CupedArm(state, best - .01).variance);
}

TEST(MultipleTesting, HasTheKnownAnswers) {
  const auto expect = [](const std::vector<double>& got, const std::vector<double>& expected) {
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
  };
  expect(Holm(std::vector<double>{.01, .04, .03, .005, .55, .6}), {.05, .12, .12, .03, 1, 1});
  expect(BenjaminiHochberg(std::vector<double>{.898, .138, .007, .964, .538, .006, .138}),
         {.964, .2415, .0245, .964, .7532, .0245, .2415});
  expect(Holm(std::vector<double>{}), {});
  expect(BenjaminiHochberg(std::vector<double>{.2}), {.2});
}

}  // namespace
}  // namespace galley::stats
