#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/schema/message.h"

namespace galley::observe {

/// How good yes-or-no predictions were, once labels are known. All whole numbers, so that adding,
/// taking back and merging give the same in any order. Losses are in billionths.
struct QualityCounts {
  static constexpr std::size_t kBins = 10;  ///< Of equal width, for calibration.
  static constexpr double kCostMax = 1e9;   ///< Of a row.

  std::int64_t predictions = 0;  ///< Rows, with or without a label.
  std::int64_t unreadable = 0;   ///< Rows without a probability, labels that are no yes or no.
  std::int64_t true_positives = 0;
  std::int64_t false_positives = 0;
  std::int64_t false_negatives = 0;
  std::int64_t true_negatives = 0;
  std::int64_t log_loss_e9 = 0;
  std::int64_t brier_e9 = 0;
  std::int64_t conversions = 0;        ///< Labels of the monitor's `conversion` that say yes.
  std::int64_t conversion_labels = 0;  ///< All of them.
  std::int64_t cost_e6 = 0;            ///< Sum of the labels of `cost`, in millionths; it wraps.
  std::int64_t cost_labels = 0;
  std::vector<std::int64_t> bin_rows;       ///< kBins, or empty: no calibration.
  std::vector<std::int64_t> bin_positives;  ///< As long.
  std::vector<std::int64_t> bin_scores_e9;  ///< Sums of probabilities; as long.
  static const schema::Message kSchema;

  bool operator==(const QualityCounts&) const = default;

  void KeepCalibration();
  /// Counts a labelled row; `sign` -1 takes one back. `score` is a probability.
  void Count(double score, bool label, double threshold, std::int64_t sign);
  /// Counts what a row led to, or takes it back.
  void CountConversion(bool converted, std::int64_t sign);
  /// `cost` is within +-kCostMax.
  void CountCost(double cost, std::int64_t sign);
  void Merge(const QualityCounts& other);

  std::int64_t labels() const {
    return true_positives + false_positives + false_negatives + true_negatives;
  }
  // Null without rows to divide by.
  std::optional<double> Accuracy() const;
  std::optional<double> BalancedAccuracy() const;
  std::optional<double> Precision() const;
  std::optional<double> Recall() const;
  std::optional<double> BaseRate() const;
  std::optional<double> Majority() const;
  std::optional<double> LogLoss() const;  ///< Mean, probabilities of what was true at least 0.01.
  std::optional<double> Brier() const;
  std::optional<double> Conversion() const;  ///< Per prediction, with or without a label.
  std::optional<double> Cost() const;        ///< Of all rows together.
};

std::string CountsJson(const QualityCounts& counts);
Result<QualityCounts> ParseCounts(std::string_view json);

}  // namespace galley::observe
