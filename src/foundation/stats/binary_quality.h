#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/stats/moments.h"

namespace galley::stats {

/// What is measured of predicted probabilities, and how. States merge if theirs are equal.
struct BinaryQualityOptions {
  double threshold = 0.5;               ///< Positive is predicted from this probability on; 0 to 1.
  double probability_floor = 0.01;      ///< The true class's for the log loss; above 0, below 0.5.
  std::uint32_t calibration_bins = 10;  ///< Of equal width; 1 to 1,000.
  std::uint32_t exact_scores_max = 4'096;  ///< AUC is exact up to so many distinct scores.
  std::uint32_t score_bins = 4'096;        ///< Of equal width, beyond; 2 to 65,536.

  bool operator==(const BinaryQualityOptions&) const = default;
};

/// How good probabilities of a yes were, once the labels are known. Counts are exact after any
/// merge; losses round as MomentState does. What is no probability, NaN too, is counted as refused
/// and in nothing else. A ratio without a denominator is NaN. Definitions as in scikit-learn 1.9,
/// `sklearn.metrics`.
class BinaryQuality {
 public:
  struct CalibrationBin {
    std::uint64_t n = 0;
    std::uint64_t positives = 0;
    double probability_sum = 0;

    bool operator==(const CalibrationBin&) const = default;
  };
  /// Rows of one score, or in one bin of scores.
  struct ScoreCount {
    double score = 0;  ///< The bin's lower end, if they are binned.
    std::uint64_t negatives = 0;
    std::uint64_t positives = 0;

    bool operator==(const ScoreCount&) const = default;
  };
  struct Auc {
    double value = 0;
    double error = 0;  ///< The true one is at most so far away; 0 while scores are exact.
  };
  static constexpr std::uint32_t kScoresMax = 65'536;

  /// kInvalidArgument, naming the option, if one is out of its limits.
  static Result<BinaryQuality> Create(const BinaryQualityOptions& options = {});

  bool operator==(const BinaryQuality&) const = default;

  /// `labels` are 0 or not 0, as many as `probabilities`. Meant for many at once.
  void Add(std::span<const double> probabilities, std::span<const std::uint8_t> labels);
  /// kFailedPrecondition, and nothing is changed, if the options differ.
  Status Merge(const BinaryQuality& other);

  const BinaryQualityOptions& options() const { return options_; }
  std::uint64_t n() const { return positives() + false_positives + true_negatives; }
  std::uint64_t positives() const { return true_positives + false_negatives; }

  double Accuracy() const;
  double BalancedAccuracy() const;  ///< (recall + specificity) / 2.
  double Precision() const;
  double Recall() const;
  double Specificity() const;
  double F1() const;
  /// What always guessing the more frequent class would have had.
  double MajorityAccuracy() const;
  double LogLoss() const;  ///< Mean of -ln(max(probability of the true class, floor)), nats.
  double Brier() const;    ///< Mean of (probability - label)^2. G. W. Brier, 1950.
  /// Expected calibration error: sum n_bin / n |mean probability - share of positives|. M. P.
  /// Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015.
  double CalibrationError() const;
  /// The probability that a positive has a higher score than a negative, ties by half: the
  /// Mann-Whitney U over its most. J. A. Hanley, B. J. McNeil, 1982. In bins it may be wrong by
  /// half of the pairs that share one.
  Auc AreaUnderCurve() const;

  std::string Encode() const;
  static Result<BinaryQuality> Decode(std::string_view encoded);

  std::uint64_t true_positives = 0;
  std::uint64_t false_positives = 0;
  std::uint64_t false_negatives = 0;
  std::uint64_t true_negatives = 0;
  std::uint64_t refused = 0;
  MomentState log_losses;  ///< Of the rows; `MeanInterval` gives an interval.
  MomentState squared_errors;
  std::vector<CalibrationBin> calibration;

 private:
  explicit BinaryQuality(const BinaryQualityOptions& options);
  void AddScores(std::vector<ScoreCount> sorted, bool sorted_is_binned);
  void PutInBins(std::vector<ScoreCount>& scores) const;
  Status DecodeScores(std::string_view encoded);
  bool Consistent() const;

  BinaryQualityOptions options_;
  bool binned_ = false;
  std::vector<ScoreCount> scores_;  // Ascending by score, each once.
};

}  // namespace galley::stats
