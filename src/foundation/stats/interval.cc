#include "foundation/stats/interval.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "foundation/stats/special.h"

namespace galley::stats {

Interval WilsonInterval(double successes, double n, double confidence) {
  if (n == 0) return {0, 1};
  const double z = NormalQuantile((1 + confidence) / 2);
  const double p = successes / n;
  const double square = z * z / n;
  const double center = (p + square / 2) / (1 + square);
  const double half = z / (1 + square) * std::sqrt(p * (1 - p) / n + square / (4 * n));
  // At no or only successes the end is exact, where rounding would leave the range.
  return {.low = successes == 0 ? 0 : std::max(0.0, center - half),
          .high = successes == n ? 1 : std::min(1.0, center + half)};
}

Interval MeanInterval(const MomentState& moments, double confidence) {
  if (moments.n < 2) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan};
  }
  const double z = NormalQuantile((1 + confidence) / 2);
  const double half = z * std::sqrt(moments.SampleVariance() / static_cast<double>(moments.n));
  return {moments.mean - half, moments.mean + half};
}

}  // namespace galley::stats
