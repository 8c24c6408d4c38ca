#include "foundation/stats/sequential.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/stats/special.h"

namespace galley::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// rho squared of the asymptotic confidence sequence that is tightest at n = tuned_for.
double MixtureVariance(double alpha, double tuned_for) {
  const double twice = -2 * std::log(alpha);
  return (twice + std::log(twice + 1)) / tuned_for;
}

/// Where `above` changes from true at `yes` to false at `no`, to 40 bits as confseq does, and more.
template <typename Above>
double Bisect(double yes, double no, Above above) {
  for (int i = 0; i < 200 && std::fabs(yes - no) > 1e-15 * std::fabs(yes + no); ++i) {
    const double middle = (yes + no) / 2;
    (above(middle) ? yes : no) = middle;
  }
  return (yes + no) / 2;
}

}  // namespace

Interval ConfidenceSequence(const Estimate& estimate, double alpha, double tuned_for) {
  const auto [value, se, n] = estimate;
  if (!(n > 0) || !(se > 0)) return {kNaN, kNaN};
  const double variance = MixtureVariance(alpha, tuned_for);
  const double grown = n * variance + 1;
  const double half =
      se * std::sqrt(n) *
      std::sqrt(2 * grown / (n * n * variance) * std::log(std::sqrt(grown) / alpha));
  return {value - half, value + half};
}

std::optional<double> ValuesUntil(const Estimate& estimate, double alpha, double tuned_for) {
  constexpr double kMost = 1e12;
  const double spread = estimate.se * std::sqrt(estimate.n);
  if (!(spread > 0) || estimate.value == 0) return std::nullopt;
  const auto excludes = [&](double n) {
    const Interval interval = ConfidenceSequence(
        {.value = std::fabs(estimate.value), .se = spread / std::sqrt(n), .n = n}, alpha,
        tuned_for);
    return interval.low > 0;
  };
  // The half width falls with n.
  double no = 0;
  double yes = 1;
  while (!excludes(yes)) {
    no = yes;
    yes *= 2;
    if (yes > kMost) return std::nullopt;
  }
  while (yes - no > 1) {
    const double middle = std::floor((yes + no) / 2);
    (excludes(middle) ? yes : no) = middle;
  }
  return yes;
}

double AlwaysValidP(const Estimate& estimate, double alpha, double tuned_for) {
  const auto [value, se, n] = estimate;
  if (!(n > 0) || !(se > 0)) return 1;
  const double variance = MixtureVariance(alpha, tuned_for);
  const double grown = n * variance + 1;
  const double square = value * value * n / (se * se);
  const double log_e = variance * square / (2 * grown) - std::log(grown) / 2;
  return std::min(1.0, std::exp(-log_e));
}

double NormalMixtureRho(double v_opt, double alpha) {
  const double twice = -2 * std::log(alpha);
  return v_opt / (twice + std::log1p(twice));
}

double NormalMixtureBound(double v, double rho, double alpha) {
  return std::sqrt((v + rho) * (std::log1p(v / rho) - 2 * std::log(alpha)));
}

double NormalMixtureLog(double s, double v, double rho) {
  return std::log(rho / (v + rho)) / 2 + s * s / (2 * (v + rho));
}

double BetaBinomialLog(double s, double v, double v_opt, double g, double h, double alpha) {
  const double r = std::max(NormalMixtureRho(v_opt, alpha) - g * h, 1e-3 * g * h);
  const double sum = g + h;
  return v / (g * h) * std::log(sum) - (v + h * s) / (h * sum) * std::log(g) -
         (v - g * s) / (g * sum) * std::log(h) +
         LogBeta((r + v - g * s) / (g * sum), (r + v + h * s) / (h * sum)) -
         LogBeta(r / (g * sum), r / (h * sum));
}

Interval BernoulliConfidenceSequence(double successes, double n, double tuned_for, double alpha) {
  if (n == 0) return {0, 1};
  const double observed = successes / n;
  const double log_bound = -std::log(alpha);
  const auto outside = [&](double p) {
    if (p <= 0 || p >= 1) return true;
    const double v = p * (1 - p);
    return BetaBinomialLog(successes - p * n, v * n, v * tuned_for, p, 1 - p) > log_bound;
  };
  return {.low = observed > 0 ? Bisect(0, observed, outside) : 0,
          .high = observed < 1 ? Bisect(1, observed, outside) : 1};
}

double SampleRatioP(std::span<const double> counts, std::span<const double> weights) {
  CHECK(counts.size() == weights.size());
  const double units = std::accumulate(counts.begin(), counts.end(), 0.0);
  const double weight = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (units == 0 || counts.size() < 2) return 1;
  double statistic = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = weights[i] / weight * units;
    statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
  }
  return ChiSquareSurvival(statistic, static_cast<double>(counts.size() - 1));
}

Result<SequentialSampleRatio> SequentialSampleRatio::Create(std::vector<double> weights,
                                                            double concentration) {
  if (weights.size() < 2) {
    return Fail(Code::kInvalidArgument, "weights: a ratio needs two arms at least, not {}",
                weights.size());
  }
  for (const double weight : weights) {
    if (!(weight > 0 && std::isfinite(weight))) {
      return Fail(Code::kInvalidArgument, "weights: {} is not above 0", weight);
    }
  }
  if (!(concentration > 0 && std::isfinite(concentration))) {
    return Fail(Code::kInvalidArgument, "concentration: {} is not above 0", concentration);
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  SequentialSampleRatio ratio;
  for (const double weight : weights) {
    ratio.log_weights_.push_back(std::log(weight / sum));
    ratio.posterior_.push_back(weight / sum * concentration);
  }
  return ratio;
}

void SequentialSampleRatio::Add(std::span<const std::uint64_t> counts) {
  CHECK(counts.size() == posterior_.size());
  // The multinomial coefficient is in both likelihoods, and in neither here.
  const double before = std::accumulate(posterior_.begin(), posterior_.end(), 0.0);
  double units = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto count = static_cast<double>(counts[i]);
    log_bayes_factor_ += LogGamma(posterior_[i] + count) - LogGamma(posterior_[i]);
    log_bayes_factor_ -= count * log_weights_[i];
    posterior_[i] += count;
    units += count;
  }
  if (units == 0) return;
  log_bayes_factor_ += LogGamma(before) - LogGamma(before + units);
  p_ = std::min(p_, std::exp(-log_bayes_factor_));
}

}  // namespace galley::stats
