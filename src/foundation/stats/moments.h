#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "foundation/base/error.h"

namespace galley::stats {

/// Mean and central moments of the finite values, their range, and how many were infinite; NaN is
/// passed over. In one pass and mergeable; M2, M3, M4 are the sums of the powers of the deviations
/// from the mean. Rounding depends on how values were grouped, to about 1e-15 of n * sigma^p a
/// merge. Sources: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating Formulae and a Pairwise
/// Algorithm for Computing Sample Variances", Stanford STAN-CS-79-773, 1979 (M2); P. Pébay,
/// "Formulas for Robust, One-Pass Parallel Computation of Covariances and Arbitrary-Order
/// Statistical Moments", Sandia SAND2008-6212, 2008, equations 1.1 to 1.6 (M3, M4).
struct MomentState {
  std::uint64_t n = 0;  ///< Of the finite values, as are all other members but the last two.
  double mean = 0;
  double m2 = 0;  ///< Infinite, and m3 and m4 then perhaps NaN, once the sums overflow.
  double m3 = 0;
  double m4 = 0;
  double min = std::numeric_limits<double>::infinity();  ///< Of no meaning if n is 0.
  double max = -std::numeric_limits<double>::infinity();
  std::uint64_t positive_infinities = 0;
  std::uint64_t negative_infinities = 0;

  bool operator==(const MomentState&) const = default;

  /// Meant for many values at once: a block costs one merge.
  void Add(std::span<const double> values);
  void Merge(const MomentState& other);

  /// Of the finite values as a population: M2 / n. NaN without values, as are those that follow.
  double Variance() const;
  /// M2 / (n - 1); NaN below two values.
  double SampleVariance() const;
  /// g1 = sqrt(n) M3 / M2^1.5, biased, as `scipy.stats.skew` has it; NaN if all values are equal.
  double Skewness() const;
  /// g2 = n M4 / M2^2 - 3, biased, as `scipy.stats.kurtosis` has it; NaN if all values are equal.
  double ExcessKurtosis() const;

  std::string Encode() const;
  static Result<MomentState> Decode(std::string_view encoded);
};

}  // namespace galley::stats
