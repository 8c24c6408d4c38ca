#pragma once

#include <cstdint>

#include "foundation/stats/moments.h"

namespace galley::stats {

/// From low to high, both included; NaN where nothing can be said.
struct Interval {
  double low = 0;
  double high = 0;

  bool operator==(const Interval&) const = default;
};

/// For the probability behind `successes` of n, within [0, 1]; [0, 1] if n is 0. `confidence` is
/// between 0 and 1. For one look at a fixed n. E. B. Wilson, "Probable Inference, the Law of
/// Succession, and Statistical Inference", 1927.
Interval WilsonInterval(double successes, double n, double confidence = 0.95);

/// For the mean behind the finite values: mean +- z sqrt(sample variance / n), the central limit
/// theorem. For one look at a fixed n; NaN below two values.
Interval MeanInterval(const MomentState& moments, double confidence = 0.95);

}  // namespace galley::stats
