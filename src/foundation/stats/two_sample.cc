#include "foundation/stats/two_sample.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "foundation/stats/special.h"

namespace galley::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// By the arms' variances of the mean: the dof are those of the difference also for the relative
/// lift, as in gbstats.
double Satterthwaite(const Arm& a, const Arm& b) {
  const double va = a.variance / a.n;
  const double vb = b.variance / b.n;
  return (va + vb) * (va + vb) / (va * va / (a.n - 1) + vb * vb / (b.n - 1));
}

Lift LiftOf(const Arm& baseline, const Arm& arm, double value, double variance, double alpha) {
  Lift lift;
  lift.estimate = {.value = value, .se = std::sqrt(variance), .n = baseline.n + arm.n};
  lift.dof = Satterthwaite(baseline, arm);
  if (!(variance > 0) || !std::isfinite(variance) || !(lift.dof > 0)) {
    return {.estimate = {kNaN, kNaN, lift.estimate.n},
            .dof = kNaN,
            .p = kNaN,
            .interval = {kNaN, kNaN}};
  }
  lift.p = StudentTwoSided(value / lift.estimate.se, lift.dof);
  const double half = StudentTwoSidedQuantile(alpha, lift.dof) * lift.estimate.se;
  lift.interval = {value - half, value + half};
  return lift;
}

/// Indices in ascending order of p.
std::vector<std::size_t> Ascending(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [p](std::size_t i) { return p[i]; });
  return order;
}

}  // namespace

Arm ArmOf(const MomentState& moments) {
  return {.n = static_cast<double>(moments.n),
          .mean = moments.mean,
          .variance = moments.n < 2 ? 0 : moments.SampleVariance()};
}

Arm ArmOfSums(double n, double sum, double squares) {
  return {.n = n,
          .mean = sum / n,
          .variance = n < 2 ? 0 : std::max(0.0, (squares - sum * sum / n) / (n - 1))};
}

Arm ArmOfProportion(double successes, double n) {
  const double p = successes / n;
  return {.n = n, .mean = p, .variance = p * (1 - p)};
}

Lift AbsoluteLift(const Arm& baseline, const Arm& arm, double alpha) {
  return LiftOf(baseline, arm, arm.mean - baseline.mean,
                baseline.variance / baseline.n + arm.variance / arm.n, alpha);
}

Lift RelativeLift(const Arm& baseline, const Arm& arm, double alpha) {
  const double square = baseline.mean * baseline.mean;
  const double variance = arm.variance / (arm.n * square) +
                          baseline.variance * arm.mean * arm.mean / (baseline.n * square * square);
  return LiftOf(baseline, arm, (arm.mean - baseline.mean) / std::fabs(baseline.mean), variance,
                alpha);
}

void CovarianceState::Add(double before, double value) {
  Merge({.n = 1, .mean_before = before, .mean = value});
}

void CovarianceState::Merge(const CovarianceState& other) {
  if (other.n == 0) return;
  const CovarianceState a = *this;
  const CovarianceState b = other;  // It may be *this.
  n = a.n + b.n;
  const double share = b.n / n;
  const double d_before = b.mean_before - a.mean_before;
  const double d = b.mean - a.mean;
  mean_before = a.mean_before + d_before * share;
  mean = a.mean + d * share;
  m2_before = a.m2_before + b.m2_before + d_before * d_before * a.n * share;
  m2 = a.m2 + b.m2 + d * d * a.n * share;
  c2 = a.c2 + b.c2 + d_before * d * a.n * share;
}

double CupedTheta(const CovarianceState& merged) {
  return merged.m2_before > 0 ? merged.c2 / merged.m2_before : 0;
}

Arm CupedArm(const CovarianceState& arm, double theta) {
  const double m2 = arm.m2 + theta * theta * arm.m2_before - 2 * theta * arm.c2;
  return {.n = arm.n,
          .mean = arm.mean - theta * arm.mean_before,
          .variance = arm.n < 2 ? 0 : std::max(0.0, m2 / (arm.n - 1))};
}

std::vector<double> Holm(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  double most = 0;
  std::size_t left = p.size();
  for (const std::size_t i : Ascending(p)) {
    most = std::max(most, p[i] * static_cast<double>(left--));
    adjusted[i] = std::min(1.0, most);
  }
  return adjusted;
}

std::vector<double> BenjaminiHochberg(std::span<const double> p) {
  std::vector<double> adjusted(p.size());
  const std::vector<std::size_t> order = Ascending(p);
  double least = 1;
  for (std::size_t rank = p.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    const double scaled = p[i] * (static_cast<double>(p.size()) / static_cast<double>(rank));
    least = std::min(least, scaled);
    adjusted[i] = least;
  }
  return adjusted;
}

}  // namespace galley::stats
