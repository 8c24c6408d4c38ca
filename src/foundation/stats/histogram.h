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

/// Counts of values in bins that were frozen when it was made, so that histograms of any parts of
/// the data merge exactly and compare. Two kinds of bins:
/// - *edges* e1 < ... < ek make the k + 1 bins (-inf, e1), [e1, e2), ..., [ek, +inf); infinities
///   fall into the ends;
/// - *categories* make one bin each, by their bytes, and a last one for all others.
/// NaN and null have a bin of their own, `missing`. A histogram without edges and categories has
/// one bin.
class Histogram {
 public:
  static constexpr std::size_t kBinsMax = 65'536;
  static constexpr std::size_t kCategoryBytesMax = 256;

  /// `edges` are finite, strictly ascending and fewer than kBinsMax: kInvalidArgument otherwise.
  static Result<Histogram> WithEdges(std::vector<double> edges);
  /// Edges at the unique quantiles 1/parts, ..., (parts - 1)/parts of what is finite in
  /// `reference`, which need not be sorted; the ends are infinite. Quantiles are linear between
  /// order statistics: type 7 of R. J. Hyndman, Y. Fan, "Sample Quantiles in Statistical Packages",
  /// The American Statistician 50, 1996; numpy's default. kInvalidArgument if nothing is finite,
  /// or if `parts` is not in 1 to kBinsMax.
  static Result<Histogram> WithQuantiles(std::span<const double> reference, std::size_t parts = 10);
  /// `categories` in any order, each once, fewer than kBinsMax and each at most kCategoryBytesMax
  /// bytes: kInvalidArgument otherwise.
  static Result<Histogram> WithCategories(std::vector<std::string> categories);
  /// The same bins with nothing in them.
  Histogram Empty() const;

  bool operator==(const Histogram&) const = default;

  /// Only for edges; NaN is missing. CHECKs the kind.
  void Add(std::span<const double> values);
  /// Only for categories. CHECKs the kind.
  void Add(std::span<const std::string_view> values);
  void AddMissing(std::uint64_t count) { missing_ += count; }
  /// kFailedPrecondition, and nothing is changed, if the bins are not equal.
  Status Merge(const Histogram& other);

  bool SameBins(const Histogram& other) const;
  bool has_categories() const { return has_categories_; }
  const std::vector<double>& edges() const { return edges_; }
  /// Ascending by bytes.
  const std::vector<std::string>& categories() const { return categories_; }
  /// One for each bin, in the order above; without those that are missing.
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  std::uint64_t missing() const { return missing_; }
  /// All values, the missing included.
  std::uint64_t n() const;
  /// Of the finite values; +infinity and -infinity if there is none.
  double min() const { return min_; }
  double max() const { return max_; }

  std::string Encode() const;
  static Result<Histogram> Decode(std::string_view encoded);

 private:
  Histogram() = default;

  bool has_categories_ = false;
  std::vector<double> edges_;
  std::vector<std::string> categories_;
  std::vector<std::uint64_t> counts_;
  std::uint64_t missing_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
};

}  // namespace galley::stats
