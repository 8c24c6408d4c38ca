#include "foundation/stats/evidence.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "foundation/base/check.h"

namespace galley::stats {
namespace {

constexpr std::size_t kLambdasMax = 100;

/// ln of the mean of exp(logs).
double LogMeanExp(std::span<const double> logs) {
  const double most = *std::ranges::max_element(logs);
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - most);
  return most + std::log(sum / static_cast<double>(logs.size()));
}

}  // namespace

Status Validate(const EvidenceOptions& options) {
  if (!(options.loss_scale > 0 && std::isfinite(options.loss_scale))) {
    return Fail(Code::kInvalidArgument, "loss_scale: {} is not above 0", options.loss_scale);
  }
  if (!(options.probability_floor > 0 && options.probability_floor <= 0.5)) {
    return Fail(Code::kInvalidArgument, "probability_floor: {} is not above 0 and at most 0.5",
                options.probability_floor);
  }
  if (!(options.block_scale > 0 && options.block_scale <= 1)) {
    return Fail(Code::kInvalidArgument, "block_scale: {} is not above 0 and at most 1",
                options.block_scale);
  }
  if (options.lambdas.empty() || options.lambdas.size() > kLambdasMax) {
    return Fail(Code::kInvalidArgument, "lambdas: {} of them, there must be 1 to {}",
                options.lambdas.size(), kLambdasMax);
  }
  for (const double lambda : options.lambdas) {
    if (!(lambda > 0 && lambda < 1)) {
      return Fail(Code::kInvalidArgument, "lambdas: {} is not between 0 and 1", lambda);
    }
  }
  if (!(options.bound > 1 && std::isfinite(options.bound))) {
    return Fail(Code::kInvalidArgument, "bound: {} is not above 1", options.bound);
  }
  return {};
}

double RowScore(const EvidenceOptions& options, double champion, double challenger, bool label) {
  if (std::isnan(champion) || std::isnan(challenger)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto loss = [&](double p) {
    return -std::log(std::max(label ? p : 1 - p, options.probability_floor));
  };
  return std::clamp((loss(champion) - loss(challenger)) / options.loss_scale, -1.0, 1.0);
}

Evidence::Evidence(EvidenceOptions options)
    : options_(std::move(options)),
      better_(options_.lambdas.size()),
      worse_(options_.lambdas.size()) {
  CHECK(Validate(options_).has_value());
}

void Evidence::Add(const EvidenceBlock& block) {
  if (block.rows == 0) return;
  const double v = std::clamp(block.Mean() / options_.block_scale, -1.0, 1.0);
  for (std::size_t i = 0; i < options_.lambdas.size(); ++i) {
    better_[i] += std::log1p(options_.lambdas[i] * v);
    worse_[i] += std::log1p(-options_.lambdas[i] * v);
  }
  ++blocks_;
}

double Evidence::LogBetter() const {
  return LogMeanExp(better_);
}

double Evidence::LogWorse() const {
  return LogMeanExp(worse_);
}

Verdict Evidence::Now() const {
  const double bound = std::log(options_.bound);
  if (LogBetter() >= bound) return Verdict::kBetter;
  return LogWorse() >= bound ? Verdict::kWorse : Verdict::kNone;
}

}  // namespace galley::stats
