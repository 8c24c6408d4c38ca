#include "foundation/stats/special.h"

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "foundation/stats/test_table.h"

namespace galley::stats {
namespace {

using Function = std::function<double(double, double, double)>;

// testdata/special.tsv: function, three arguments, scipy 1.17.1's answer.
TEST(Special, AgreesWithScipy) {
  const std::map<std::string, Function> functions = {
      {"normal_cdf", [](double x, double, double) { return NormalCdf(x); }},
      {"normal_survival", [](double x, double, double) { return NormalSurvival(x); }},
      {"normal_quantile", [](double x, double, double) { return NormalQuantile(x); }},
      {"chi_square_survival", [](double x, double a, double) { return ChiSquareSurvival(x, a); }},
      {"beta_cdf", BetaCdf},
      {"beta_quantile", BetaQuantile},
      {"log_beta", [](double a, double b, double) { return LogBeta(a, b); }},
      {"student_two_sided", [](double t, double dof, double) { return StudentTwoSided(t, dof); }},
      {"student_two_sided_quantile",
       [](double p, double dof, double) { return StudentTwoSidedQuantile(p, dof); }},
      {"kolmogorov_survival", [](double x, double, double) { return KolmogorovSurvival(x); }},
      {"log_gamma", [](double x, double, double) { return LogGamma(x); }},
  };
  const auto rows = test::ReadTable("special.tsv");
  ASSERT_GT(rows.size(), 250U);
  for (const auto& row : rows) {
    const double x = test::Number(row[1]);
    const double expected = test::Number(row[4]);
    const double got = functions.at(row[0])(x, test::Number(row[2]), test::Number(row[3]));
    // ln B of large arguments is a difference of larger numbers.
    const double scale = row[0] == "log_beta" ? std::max(1.0, x) : 1;
    EXPECT_NEAR(got, expected, 1e-9 * std::min(1.0, std::fabs(expected)) * scale + 1e-300)
        << row[0] << " " << row[1] << " " << row[2] << " " << row[3];
  }
}

TEST(Special, IsNaNOutsideOfItsDomain) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double value :
       {NormalQuantile(1.1), NormalQuantile(nan), ChiSquareSurvival(-1, 2), ChiSquareSurvival(1, 0),
        BetaCdf(0.5, -1, 2), BetaCdf(1.5, 1, 2), BetaQuantile(2, 1, 1), StudentTwoSided(1, 0),
        StudentTwoSidedQuantile(0, 3), LogBeta(0, 1), KolmogorovSurvival(nan), NormalCdf(nan)}) {
    EXPECT_TRUE(std::isnan(value));
  }
  EXPECT_EQ(ChiSquareSurvival(std::numeric_limits<double>::infinity(), 3), 0);
  EXPECT_EQ(StudentTwoSided(std::numeric_limits<double>::infinity(), 3), 0);
}

}  // namespace
}  // namespace galley::stats
