#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace galley::stats {

/// Which variation of an experiment a unit (a user, a store) gets: the algorithm of GrowthBook's
/// SDKs, so that they and Galley agree on every unit. Source: github.com/growthbook/growthbook,
/// packages/sdk-js/src/util.ts: `hash`, `getBucketRanges`, `chooseVariation`, `inNamespace`.
/// Texts are UTF-8.

enum class HashVersion : std::uint8_t {
  kV1 = 1,  ///< Biased, in steps of 1/1000; what namespaces use.
  kV2 = 2,  ///< In steps of 1/10,000; for everything else.
};
/// A number in [0, 1) that `value`, the unit's id, always gets under `seed`, the experiment's.
/// v1: fnv(value + seed) mod 1000 / 1000. v2: fnv(decimal(fnv(seed + value))) mod 10,000 / 10,000.
double AssignmentHash(std::string_view seed, std::string_view value,
                      HashVersion version = HashVersion::kV2);

/// FNV-1a of 32 bits over the UTF-16 code units of the text, one step a unit and not a byte, as
/// JavaScript's `charCodeAt` gives them; for ASCII it is the usual FNV-1a. What is no UTF-8 counts
/// as U+FFFD, one for each maximal part (WHATWG's decoder). G. Fowler, L. C. Noll, K.-P. Vo:
/// isthe.com/chongo/tech/comp/fnv.
std::uint32_t Fnv1aUtf16(std::string_view text);

/// [start, end).
struct Range {
  double start = 0;
  double end = 0;

  bool Contains(double n) const { return n >= start && n < end; }
  bool operator==(const Range&) const = default;
};
/// Variation i has coverage * weight_i from the sum of the weights before it: a coverage below 1
/// leaves a gap in each variation's part, so that raising it moves no unit between variations.
/// Coverage is clamped to [0, 1]. As in GrowthBook, weights are equal if their number is not
/// `variations` or their sum is not within 0.01 of 1; who wants that to be an error checks before.
std::vector<Range> VariationRanges(std::size_t variations, double coverage = 1,
                                   std::span<const double> weights = {});

/// The first range that has n; -1 if none: the unit is not in the experiment.
int ChooseVariation(double n, std::span<const Range> ranges);

/// Whether the unit is in this part of a namespace. Parts that do not overlap exclude each other.
bool InNamespace(std::string_view value, std::string_view id, const Range& part);

}  // namespace galley::stats
