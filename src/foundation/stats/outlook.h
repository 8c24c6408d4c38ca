#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "foundation/stats/evidence.h"
#include "foundation/stats/interval.h"

namespace galley::stats {

/// What the evidence of blocks says beyond its verdict. Blocks without rows are passed over.

/// How large the mean of the blocks' means is, each within +-block_scale: all m that the bets of
/// `options` do not refute, where E for "it is above m" has 1 + lambda (v - m) / (1 + m) in the
/// place of 1 + lambda v. 0 lies outside exactly if Evidence::Now has a verdict. Each end is missed
/// with probability 1 / bound at most, whenever one looks: its level is 1 - 2 / bound. NaN without
/// blocks. I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting",
/// JRSS B 86, 2024, section 4 (a confidence sequence from capital processes, with fixed bets).
Interval BettingInterval(const EvidenceOptions& options, std::span<const EvidenceBlock> blocks);

/// How many more blocks until E reaches the bound for `verdict`, if those that come are like those
/// that came: the smallest k with ln mean over lambda of exp(L + k L / n) >= ln bound, where L is
/// the sum of ln(1 + lambda v) over the n blocks so far. `anew`: of an analysis that begins again
/// without what it knows, so with 0 for the first L. Null: fewer than two blocks, or no bet grows.
/// A. Wald, "Sequential Analysis", 1947: the expected number is about ln bound by the growth.
std::optional<std::int64_t> BlocksUntil(const EvidenceOptions& options,
                                        std::span<const EvidenceBlock> blocks, Verdict verdict,
                                        bool anew);

}  // namespace galley::stats
