#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::stats {

/// Quantiles of doubles by a KLL sketch: levels of values, of which one on level h stands for 2^h;
/// a full level is sorted and every other value goes up. Below `max(k, 256)` values all is exact,
/// minimum and maximum always. Otherwise a rank has, with 99 % confidence, an error of at most
/// `RankError()` of n: 1.33 % at k = 200, also after merging. NaN is passed over, infinities are
/// values. About 3 k + 256 values are held. Random bits come from a state of the sketch, so that
/// equal input in equal order and batches of any size gives equal bytes. Merging is associative and
/// commutative within the bound, not in the bytes.
/// Sources: Z. Karnin, K. Lang, E. Liberty, "Optimal Quantile Approximation in Streams", FOCS 2016
/// (capacities shrink by 2/3); the error by the fit of Apache DataSketches, kll_sketch.hpp,
/// get_normalized_rank_error: its levels are the same but for level 0, which here is larger and so
/// is compacted less often.
class KllSketch {
 public:
  static constexpr std::uint32_t kDefaultK = 200;
  static constexpr std::uint32_t kMin = 8;
  static constexpr std::uint32_t kMax = 65'535;

  /// `seed` should differ between sketches that are to be merged, so that their errors are
  /// independent. `k` is from kMin to kMax.
  explicit KllSketch(std::uint32_t k = kDefaultK, std::uint64_t seed = 0);

  void Add(double value) { Add({&value, 1}); }
  void Add(std::span<const double> values);
  /// The result has the smaller k of the two.
  void Merge(const KllSketch& other);

  std::uint64_t n() const { return n_; }
  std::uint32_t k() const { return k_; }
  double min() const { return min_; }  ///< +infinity if n is 0.
  double max() const { return max_; }  ///< -infinity if n is 0.
  /// No value was left out so far, and all answers are exact.
  bool exact() const { return levels_.size() == 1; }
  /// The share of n by which a rank may be wrong, with 99 % confidence; 0 if exact.
  double RankError() const;

  struct Item {
    double value;
    std::uint64_t weight;  ///< So many values are represented.
  };
  /// The held values in ascending order; weights add up to n. For distances between distributions.
  std::vector<Item> Items() const;

  /// The share of values that are at most `value`; NaN without values.
  double Rank(double value) const;
  /// For each q from 0 to 1 the least value whose rank is at least q (numpy's `inverted_cdf`); 0
  /// gives the minimum, 1 the maximum; NaN without values.
  std::vector<double> Quantiles(std::span<const double> qs) const;
  double Quantile(double q) const { return Quantiles({&q, 1})[0]; }

  std::string Encode() const;
  static Result<KllSketch> Decode(std::string_view encoded);

 private:
  std::size_t BufferMax() const;
  std::size_t CapacityOf(std::size_t level) const;
  std::size_t UpperCapacity() const;
  std::size_t UpperSize() const;
  void Compact(std::size_t level);
  void Compress();
  bool RandomBit();

  std::uint32_t k_;
  std::uint64_t random_;
  std::uint64_t n_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> levels_;  // At least one; all but the first are sorted.
};

}  // namespace galley::stats
