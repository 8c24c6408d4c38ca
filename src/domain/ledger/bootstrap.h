#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "foundation/stats/interval.h"

/// Intervals for figures whose rows come in windows that are not independent within themselves.
/// Inside of this room only.
namespace galley::ledger {

inline constexpr std::int64_t kDraws = 4000;
inline constexpr std::uint64_t kSeed = 1;

/// Which of `size` windows a draw takes: `size` of them, with repetition. The numbers are those of
/// SplitMix64 (Steele, Lea, Flood, 2014), one after another over all draws; a number x takes
/// window floor(x * size / 2^64).
class Resampler {
 public:
  explicit Resampler(std::uint64_t seed) : state_(seed) {}
  std::size_t Next(std::size_t size);

 private:
  std::uint64_t state_;
};

/// The 2.5 % and 97.5 % quantiles (linear, type 7) of `statistic` over kDraws draws of `size`
/// windows. A draw for which it is null is left out; null if all are, or without two windows.
std::optional<stats::Interval> BootstrapInterval(
    std::size_t size,
    const std::function<std::optional<double>(std::span<const std::size_t>)>& statistic);

/// Right answers and rows of a window.
struct Hits {
  std::int64_t right = 0;
  std::int64_t rows = 0;
};
/// Of a ratio over windows.
std::optional<stats::Interval> RatioInterval(std::span<const Hits> windows);
/// Of the difference of two ratios over the same windows: window i of both is drawn together.
std::optional<stats::Interval> PairedInterval(std::span<const Hits> one,
                                              std::span<const Hits> other);
/// Of the difference of two ratios over different windows: each is drawn by itself, `one` first.
std::optional<stats::Interval> ApartInterval(std::span<const Hits> one,
                                             std::span<const Hits> other);

}  // namespace galley::ledger
