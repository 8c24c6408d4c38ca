#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/stats/interval.h"

namespace galley::stats {

/// Inference that holds at every look: whoever stops as soon as he likes what he sees is wrong with
/// probability alpha at most. `alpha` is between 0 and 1; its usual value is 0.05.

/// What a mean of n values is known to be: `se` is its standard error.
struct Estimate {
  double value = 0;
  double se = 0;
  double n = 0;  ///< Of both arms together for a difference.
};

/// Asymptotic confidence sequence for what is estimated, tightest near n = tuned_for. Needs some
/// hundreds of values, as the central limit theorem does; NaN if n or se is not above 0.
/// I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, "Time-uniform central limit
/// theory and asymptotic confidence sequences", arXiv 2103.06476v7, equations 9 and 161; as
/// GrowthBook's gbstats has it, which tunes for 5,000.
Interval ConfidenceSequence(const Estimate& estimate, double alpha = 0.05,
                            double tuned_for = 5'000);
/// At which n it would exclude 0, if value and spread stay as they are, so that se shrinks with the
/// square root of n. Null: there is no spread or no effect, or 1e12 would not be enough.
std::optional<double> ValuesUntil(const Estimate& estimate, double alpha = 0.05,
                                  double tuned_for = 5'000);
/// The p for "it is 0" that belongs to it, valid at every look: equation 155.
double AlwaysValidP(const Estimate& estimate, double alpha = 0.05, double tuned_for = 5'000);

/// Two-sided normal mixture for a sub-Gaussian sum s with variance process v: S. R. Howard,
/// A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence
/// sequences", arXiv 1810.08240. This rho makes the bound tightest near v_opt.
double NormalMixtureRho(double v_opt, double alpha = 0.05);
/// |s| exceeds this for no v, but with probability alpha.
double NormalMixtureBound(double v, double rho, double alpha = 0.05);
/// ln of the supermartingale at s, v.
double NormalMixtureLog(double s, double v, double rho);

/// ln of the two-sided sub-Bernoulli beta-binomial mixture at s, v, increments within -g and h:
/// the same paper; as `BetaBinomialMixture` of its authors' github.com/gostevehoward/confseq.
double BetaBinomialLog(double s, double v, double v_opt, double g, double h, double alpha = 0.05);
/// Confidence sequence for the probability behind successes of n trials, exact at every n, tightest
/// near n = tuned_for: where the mixture for each p reaches 1 / alpha. [0, 1] if n is 0. As
/// `bernoulli_confidence_interval` of confseq.
Interval BernoulliConfidenceSequence(double successes, double n, double tuned_for,
                                     double alpha = 0.05);

/// Sample ratio mismatch at one look: p of chi-square of the arms' units against `weights`, which
/// are above 0 and as many as `counts`; they need not add up to 1. 1 if there is no unit, or one
/// arm alone. A. Fabijan et al., KDD 2019; gbstats `check_srm`.
double SampleRatioP(std::span<const double> counts, std::span<const double> weights);

/// The same at every look: Dirichlet-multinomial against the fixed multinomial, p = the least
/// 1 / Bayes factor so far. M. Lindon, A. Malek, "Anytime-Valid Inference for Multinomial Count
/// Data", NeurIPS 2022; as github.com/optimizely/ssrm.
class SequentialSampleRatio {
 public:
  /// `weights` are above 0, two at least, and normed here; `concentration` is how close to them the
  /// alternative is thought to be, in units. kInvalidArgument, naming what is wrong.
  static Result<SequentialSampleRatio> Create(std::vector<double> weights,
                                              double concentration = 10'000);

  /// Units that came since the last look, one count an arm.
  void Add(std::span<const std::uint64_t> counts);

  double log_bayes_factor() const { return log_bayes_factor_; }
  double p() const { return p_; }

 private:
  SequentialSampleRatio() = default;

  std::vector<double> log_weights_;
  std::vector<double> posterior_;
  double log_bayes_factor_ = 0;
  double p_ = 1;
};

}  // namespace galley::stats
