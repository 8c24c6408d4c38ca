#pragma once

#include <cstdint>
#include <vector>

#include "foundation/base/error.h"

namespace galley::stats {

/// Whether a challenger is better or worse than a champion that was asked the same, as a bet on
/// paired losses. Rows are averaged in blocks, because rows of one block (a week of a brand) are
/// not independent; a block's mean d becomes v = clip(d / block_scale, -1, 1), and
/// E = mean over lambda of prod(1 + lambda v). As long as each v has a mean of at most 0 given the
/// past, E is a supermartingale that starts at 1, so that P(E ever >= bound) <= 1 / bound: it may
/// be looked at after each block. For "worse" the same with -v.
/// Sources: J. Ville, 1939; I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random
/// variables by betting", JRSS B 86, 2024.
struct EvidenceOptions {
  double loss_scale = 2.3;          ///< A difference of losses that counts fully, nats; above 0.
  double probability_floor = 0.01;  ///< Of the true class; above 0, at most 0.5.
  double block_scale = 0.25;        ///< A block's mean that counts fully; above 0, at most 1.
  std::vector<double> lambdas = {0.1, 0.2, 0.3, 0.5, 0.7, 0.9};  ///< Within 0 and 1, 1 to 100.
  double bound = 20;                                             ///< Above 1.
};
/// kInvalidArgument, naming the option, if one is out of its limits.
Status Validate(const EvidenceOptions& options);

/// d = clip((loss of the champion - loss of the challenger) / loss_scale, -1, 1) of one row, with
/// loss = -ln(max(probability of the true class, floor)): positive if the challenger was better.
/// Probabilities of a yes, 0 to 1; NaN if one is NaN.
double RowScore(const EvidenceOptions& options, double champion, double challenger, bool label);

/// The rows of one block, by the caller's key. Merges exactly up to rounding.
struct EvidenceBlock {
  double sum = 0;  ///< Of row scores.
  std::uint64_t rows = 0;

  bool operator==(const EvidenceBlock&) const = default;

  void Add(double row_score) {
    sum += row_score;
    ++rows;
  }
  void Merge(const EvidenceBlock& other) {
    sum += other.sum;
    rows += other.rows;
  }
  double Mean() const { return rows == 0 ? 0 : sum / static_cast<double>(rows); }
};

enum class Verdict : std::uint8_t { kNone = 0, kBetter = 1, kWorse = 2 };

/// The evidence of all blocks so far. E depends on the set of blocks alone, not on their order
/// (up to rounding); when a verdict is first reached, on the order.
class Evidence {
 public:
  /// `options` are valid.
  explicit Evidence(EvidenceOptions options = {});

  /// A block that is complete; one without rows is passed over.
  void Add(const EvidenceBlock& block);

  std::uint64_t blocks() const { return blocks_; }
  double LogBetter() const;  ///< ln E for "the challenger is better"; 0 without blocks.
  double LogWorse() const;
  /// By E now; who looks after each block keeps the first that is not kNone.
  Verdict Now() const;

 private:
  EvidenceOptions options_;
  std::uint64_t blocks_ = 0;
  std::vector<double> better_;  // ln of each lambda's product.
  std::vector<double> worse_;
};

}  // namespace galley::stats
