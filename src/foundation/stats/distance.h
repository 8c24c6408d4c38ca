#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/stats/histogram.h"

namespace galley::stats {

/// How far a current distribution is from a reference. On bins: functions of the shares `p`
/// (reference) and `q` (current), of equal size, each adding up to 1; on samples where bins would
/// lose something. All are pure; 0 if the two are equal.

/// Shares of the bins of two histograms; the last is the share of missing values.
struct Shares {
  std::vector<double> reference;
  std::vector<double> current;
};
/// kFailedPrecondition if the bins differ or a side counts nothing.
Result<Shares> SharesOf(const Histogram& reference, const Histogram& current);

/// What an empty bin's share becomes where a logarithm needs one.
enum class EmptyBins : std::uint8_t {
  /// Every share is at least 0.0001: the credit scoring practice, with frozen edges.
  kFloor = 1,
  /// A share of 0 becomes 0.0001, or the least other share of its side / 10^6 if that share is not
  /// above 0.0001: Evidently 0.7, `utils.get_binned_data`.
  kEvidently = 2,
};
/// Population stability index: sum (p - q) ln(p / q), the symmetric form of S. Kullback,
/// R. A. Leibler, "On Information and Sufficiency", 1951 (their J). Shares are not
/// normed again after empty bins were filled.
double PopulationStabilityIndex(std::span<const double> p, std::span<const double> q,
                                EmptyBins empty = EmptyBins::kFloor);
/// sum p ln(p / q), nats: of the reference from the current, as Evidently has it; what was filled
/// is normed to 1 again (`scipy.stats.entropy`). Kullback, Leibler, 1951.
double KullbackLeibler(std::span<const double> p, std::span<const double> q,
                       EmptyBins empty = EmptyBins::kFloor);
/// The divergence (KL(p, m) + KL(q, m)) / 2, m = (p + q) / 2, in nats, at most ln 2; over ln 2 it
/// is TFDV's. J. Lin, "Divergence Measures Based on the Shannon Entropy", 1991.
double JensenShannonDivergence(std::span<const double> p, std::span<const double> q);
/// Its square root: at most 0.8326 (scipy, Evidently) or, in base 2, 1 (NannyML).
double JensenShannonDistance(std::span<const double> p, std::span<const double> q);
double JensenShannonDistanceBase2(std::span<const double> p, std::span<const double> q);
/// sqrt(1 - sum sqrt(p q)), 0 to 1. E. Hellinger, 1909.
double Hellinger(std::span<const double> p, std::span<const double> q);
/// sum |p - q| / 2, 0 to 1.
double TotalVariation(std::span<const double> p, std::span<const double> q);
/// max |p - q|, 0 to 1.
double LInfinity(std::span<const double> p, std::span<const double> q);

struct ChiSquareTest {
  double statistic = 0;
  double dof = 0;  ///< Bins with something in them, less one.
  double p = 1;
};
/// Goodness of fit of `current` to the reference's shares: expected = reference * n_current /
/// n_reference, as Evidently does; bins empty on both sides are left out. What is only in
/// `current` makes the statistic infinite and p 0. K. Pearson, 1900. Equal sizes; a side without
/// counts, or one bin alone, gives p = 1.
ChiSquareTest ChiSquare(std::span<const std::uint64_t> reference,
                        std::span<const std::uint64_t> current);

/// Two-sample Kolmogorov-Smirnov: the greatest |F - G|, exact. NaN and infinities are passed over;
/// NaN if nothing is left of a side. N. V. Smirnov, 1939.
double KolmogorovSmirnov(std::span<const double> reference, std::span<const double> current);
/// Its p by the limiting distribution at d sqrt(n m / (n + m)); for samples of some dozens on.
double KolmogorovSmirnovP(double d, std::uint64_t n, std::uint64_t m);

/// Wasserstein-1, the integral of |F - G|, in the values' unit, exact. NaN and infinities are
/// passed over; NaN if nothing is left of a side. S. S. Vallender, 1974.
double Wasserstein(std::span<const double> reference, std::span<const double> current);
/// In standard deviations of the reference as a population: distance / max(deviation, 0.001), as
/// Evidently has it.
double NormedWasserstein(double distance, double reference_deviation);

/// What bins tell of a distance between samples: it is between low and high whatever the samples
/// were; `estimate` takes values as spread evenly in their bins.
struct Bounds {
  double low = 0;
  double estimate = 0;
  double high = 0;
};
/// Of histograms over equal edges; missing values are left out. At the edges |F - G| is exact, so
/// that `estimate` is `low`. kFailedPrecondition if bins differ, are categories, or a side holds
/// nothing.
Result<Bounds> KolmogorovSmirnovOf(const Histogram& reference, const Histogram& current);
/// The same; the outer bins end at the least and the greatest finite value of both sides, where
/// infinities count as well.
Result<Bounds> WassersteinOf(const Histogram& reference, const Histogram& current);

}  // namespace galley::stats
