#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/stats/interval.h"
#include "foundation/stats/moments.h"
#include "foundation/stats/sequential.h"

namespace galley::stats {

/// What is known of one arm of an experiment.
struct Arm {
  double n = 0;
  double mean = 0;
  double variance = 0;  ///< Of one unit.
};
/// Of the finite values, with the sample variance.
Arm ArmOf(const MomentState& moments);
/// From sums: variance = (squares - sum^2 / n) / (n - 1); 0 below two units.
Arm ArmOfSums(double n, double sum, double squares);
/// From successes: variance = p (1 - p), as gbstats has it.
Arm ArmOfProportion(double successes, double n);

/// How much an arm is above the baseline; all NaN where a variance is 0 on both sides, or an arm
/// has no unit, or (relative) the baseline's mean is 0.
struct Lift {
  Estimate estimate;  ///< n of both arms: for `ConfidenceSequence` and `AlwaysValidP`.
  double dof = 0;
  double p = 0;  ///< Two-sided, for one look.
  Interval interval;
};
/// mean - mean of the baseline by Welch's t: B. L. Welch, 1947; degrees of freedom by F. E.
/// Satterthwaite, 1946. gbstats `TwoSidedTTest`.
Lift AbsoluteLift(const Arm& baseline, const Arm& arm, double alpha = 0.05);
/// The same over |mean of the baseline|, with the variance of the delta method:
/// vb / (nb ma^2) + va mb^2 / (na ma^4).
Lift RelativeLift(const Arm& baseline, const Arm& arm, double alpha = 0.05);

/// Means and co-moments of a value and what it was before the experiment, unit by unit; merges as
/// MomentState does, by the same sources.
struct CovarianceState {
  double n = 0;
  double mean_before = 0;
  double mean = 0;
  double m2_before = 0;
  double m2 = 0;
  double c2 = 0;  ///< Sum of the products of both deviations.

  void Add(double before, double value);
  void Merge(const CovarianceState& other);
};
/// theta = covariance / variance before, of the arms merged; 0 if nothing varied before. A. Deng,
/// Y. Xu, R. Kohavi, T. Walker, "Improving the Sensitivity of Online Controlled Experiments by
/// Utilizing Pre-Experiment Data", WSDM 2013; gbstats `compute_theta`.
double CupedTheta(const CovarianceState& merged);
/// The arm with value - theta * before in place of the value; variance = v + theta^2 v_before -
/// 2 theta covariance.
Arm CupedArm(const CovarianceState& arm, double theta);

/// Adjusted p, in the order given: at most alpha where the hypothesis may be rejected. Holm bounds
/// the chance of any false rejection (S. Holm, 1979), Benjamini-Hochberg the expected share of
/// false ones (Y. Benjamini, Y. Hochberg, 1995).
std::vector<double> Holm(std::span<const double> p);
std::vector<double> BenjaminiHochberg(std::span<const double> p);

}  // namespace galley::stats
