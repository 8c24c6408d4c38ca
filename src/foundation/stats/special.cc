#include "foundation/stats/special.h"

#include <cmath>
#include <limits>
#include <numbers>

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace galley::stats {
namespace {

namespace math = boost::math;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Errors are NaN or infinity, not exceptions.
using Policy =
    math::policies::policy<math::policies::domain_error<math::policies::ignore_error>,
                           math::policies::pole_error<math::policies::ignore_error>,
                           math::policies::overflow_error<math::policies::ignore_error>,
                           math::policies::underflow_error<math::policies::ignore_error>,
                           math::policies::denorm_error<math::policies::ignore_error>,
                           math::policies::rounding_error<math::policies::ignore_error>,
                           math::policies::evaluation_error<math::policies::ignore_error>,
                           math::policies::indeterminate_result_error<math::policies::ignore_error>,
                           math::policies::promote_double<false>>;

bool IsShape(double value) {
  return value > 0 && std::isfinite(value);
}

}  // namespace

double LogGamma(double x) {
  return math::lgamma(x, Policy());
}

double LogBeta(double a, double b) {
  if (!IsShape(a) || !IsShape(b)) return kNaN;
  return LogGamma(a) + LogGamma(b) - LogGamma(a + b);
}

double NormalCdf(double z) {
  return math::erfc(-z / std::numbers::sqrt2, Policy()) / 2;
}

double NormalSurvival(double z) {
  return math::erfc(z / std::numbers::sqrt2, Policy()) / 2;
}

double NormalQuantile(double p) {
  if (!(p >= 0 && p <= 1)) return kNaN;
  if (p == 0) return -std::numeric_limits<double>::infinity();
  if (p == 1) return std::numeric_limits<double>::infinity();
  return -std::numbers::sqrt2 * math::erfc_inv(2 * p, Policy());
}

double ChiSquareSurvival(double x, double dof) {
  if (!IsShape(dof) || !(x >= 0)) return kNaN;
  if (std::isinf(x)) return 0;
  return math::gamma_q(dof / 2, x / 2, Policy());
}

double BetaCdf(double x, double a, double b) {
  if (!IsShape(a) || !IsShape(b) || !(x >= 0 && x <= 1)) return kNaN;
  return math::ibeta(a, b, x, Policy());
}

double BetaQuantile(double p, double a, double b) {
  if (!IsShape(a) || !IsShape(b) || !(p >= 0 && p <= 1)) return kNaN;
  return math::ibeta_inv(a, b, p, Policy());
}

double StudentTwoSided(double t, double dof) {
  if (!IsShape(dof) || std::isnan(t)) return kNaN;
  if (std::isinf(t)) return 0;
  const double square = t * t;
  // The smaller of the two arguments keeps its digits.
  if (square < dof) return math::ibetac(0.5, dof / 2, square / (dof + square), Policy());
  return math::ibeta(dof / 2, 0.5, dof / (dof + square), Policy());
}

double StudentTwoSidedQuantile(double p, double dof) {
  if (!IsShape(dof) || !(p > 0 && p <= 1)) return kNaN;
  double rest = 0;  // 1 - x, with its digits.
  const double x = math::ibeta_inv(dof / 2, 0.5, p, &rest, Policy());
  return std::sqrt(dof * rest / x);
}

double KolmogorovSurvival(double x) {
  if (std::isnan(x)) return kNaN;
  if (x <= 0) return 1;
  if (x < 1) {  // The series' other form, by Jacobi's theta function, which converges here.
    const double scale = std::numbers::pi * std::numbers::pi / (8 * x * x);
    double sum = 0;
    for (int k = 1; k <= 9; k += 2) sum += std::exp(-scale * k * k);
    return 1 - std::sqrt(2 * std::numbers::pi) / x * sum;
  }
  double sum = 0;
  double sign = 1;
  for (int k = 1; k <= 8; ++k, sign = -sign) sum += sign * std::exp(-2 * x * x * k * k);
  return 2 * sum;
}

}  // namespace galley::stats
