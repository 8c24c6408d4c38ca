#include "foundation/stats/outlook.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "foundation/base/check.h"

namespace galley::stats {
namespace {

constexpr double kBlocksMax = 1e9;
constexpr std::size_t kTogether = 16;  // Factors from 1e-9 to 1e9, whose product is finite.

/// What each block says, within +-1.
std::vector<double> ValuesOf(const EvidenceOptions& options,
                             std::span<const EvidenceBlock> blocks) {
  std::vector<double> values;
  for (const EvidenceBlock& block : blocks) {
    if (block.rows > 0) {
      values.push_back(std::clamp(block.Mean() / options.block_scale, -1.0, 1.0));
    }
  }
  return values;
}

double LogMeanExp(std::span<const double> logs) {
  const double most = *std::ranges::max_element(logs);
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - most);
  return most + std::log(sum / static_cast<double>(logs.size()));
}

/// ln of the product of 1 + bet * value.
double LogGrowth(std::span<const double> values, double bet, double shift) {
  double sum = 0;
  for (std::size_t at = 0; at < values.size(); at += kTogether) {
    double product = 1;
    for (const double value : values.subspan(at, std::min(kTogether, values.size() - at))) {
      product *= 1 + bet * (value - shift);
    }
    sum += std::log(product);
  }
  return sum;
}

/// ln E that the mean is above `m`, which is above -1.
double LogAbove(const EvidenceOptions& options, std::span<const double> values, double m) {
  std::vector<double> logs;
  for (const double lambda : options.lambdas) {
    logs.push_back(LogGrowth(values, lambda / (1 + m), m));
  }
  return LogMeanExp(logs);
}

/// The greatest m of which it is known that the mean is above.
double LowEnd(const EvidenceOptions& options, std::span<const double> values) {
  constexpr int kRounds = 60;
  constexpr double kLowest = -1 + 1e-9;
  const double bound = std::log(options.bound);
  double sum = 0;
  for (const double value : values) sum += value;
  double no = sum / static_cast<double>(values.size());
  if (no <= kLowest || LogAbove(options, values, kLowest) < bound) return -1;
  double yes = kLowest;
  for (int round = 0; round < kRounds && no - yes > 1e-10; ++round) {
    const double middle = (yes + no) / 2;
    (LogAbove(options, values, middle) >= bound ? yes : no) = middle;
  }
  return yes;
}

}  // namespace

Interval BettingInterval(const EvidenceOptions& options, std::span<const EvidenceBlock> blocks) {
  CHECK(Validate(options).has_value());
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> values = ValuesOf(options, blocks);
  if (values.empty()) return {kNaN, kNaN};
  const double low = LowEnd(options, values);
  for (double& value : values) value = -value;
  return {.low = low * options.block_scale, .high = -LowEnd(options, values) * options.block_scale};
}

std::optional<std::int64_t> BlocksUntil(const EvidenceOptions& options,
                                        std::span<const EvidenceBlock> blocks, Verdict verdict,
                                        bool anew) {
  CHECK(Validate(options).has_value());
  const std::vector<double> values = ValuesOf(options, blocks);
  if (values.size() < 2 || verdict == Verdict::kNone) return std::nullopt;
  const double side = verdict == Verdict::kBetter ? 1 : -1;
  const double bound = std::log(options.bound);
  std::vector<double> start;
  std::vector<double> growth;
  double farthest = std::numeric_limits<double>::infinity();
  for (const double lambda : options.lambdas) {
    const double all = LogGrowth(values, side * lambda, 0);
    start.push_back(anew ? 0 : all);
    growth.push_back(all / static_cast<double>(values.size()));
    if (growth.back() > 0) {
      const double count = std::log(static_cast<double>(options.lambdas.size()));
      farthest = std::min(farthest, (bound + count - start.back()) / growth.back());
    }
  }
  const auto reaches = [&](double k) {
    std::vector<double> logs = start;
    for (std::size_t i = 0; i < logs.size(); ++i) logs[i] += k * growth[i];
    return LogMeanExp(logs) >= bound;
  };
  if (reaches(0)) return 0;
  if (!(farthest < kBlocksMax)) return std::nullopt;
  // ln of a sum of exponentials is convex in k: once above the bound it stays there.
  double no = 0;
  double yes = std::max(1.0, std::ceil(farthest) + 1);
  while (yes - no > 1) {
    const double middle = std::floor((yes + no) / 2);
    (reaches(middle) ? yes : no) = middle;
  }
  return static_cast<std::int64_t>(yes);
}

}  // namespace galley::stats
