#include "foundation/stats/binary_quality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/stats/bytes.h"

namespace galley::stats {
namespace {

using ScoreCount = BinaryQuality::ScoreCount;
constexpr StateId kId = StateId::kBinaryQuality;
/// Rows that are taken together.
constexpr std::size_t kBlock = 1024;

double Ratio(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);  // 0 / 0 is NaN.
}

/// What is wrong with the options, or nothing.
std::string Problem(const BinaryQualityOptions& options) {
  if (!(options.threshold >= 0 && options.threshold <= 1)) {
    return fmt::format("threshold: {} is not within 0 to 1", options.threshold);
  }
  if (!(options.probability_floor > 0 && options.probability_floor < 0.5)) {
    return fmt::format("probability_floor: {} is not above 0 and below 0.5",
                       options.probability_floor);
  }
  if (options.calibration_bins < 1 || options.calibration_bins > 1000) {
    return fmt::format("calibration_bins: {} is not within 1 to 1,000", options.calibration_bins);
  }
  if (options.exact_scores_max > BinaryQuality::kScoresMax) {
    return fmt::format("exact_scores_max: {} is above {}", options.exact_scores_max,
                       BinaryQuality::kScoresMax);
  }
  if (options.score_bins < 2 || options.score_bins > BinaryQuality::kScoresMax) {
    return fmt::format("score_bins: {} is not within 2 to {}", options.score_bins,
                       BinaryQuality::kScoresMax);
  }
  return {};
}

/// The bin, of `bins` of equal width, of a number within 0 to 1.
std::size_t BinOf(double value, std::uint32_t bins) {
  return std::min(static_cast<std::size_t>(value * bins), std::size_t{bins} - 1);
}

/// Entries of equal score become one.
void Unify(std::vector<ScoreCount>& sorted) {
  std::size_t kept = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].score == sorted[kept].score) {
      sorted[kept].negatives += sorted[i].negatives;
      sorted[kept].positives += sorted[i].positives;
    } else {
      sorted[++kept] = sorted[i];
    }
  }
  if (!sorted.empty()) sorted.resize(kept + 1);
}

bool ByScore(const ScoreCount& a, const ScoreCount& b) {
  return a.score < b.score;
}

}  // namespace

BinaryQuality::BinaryQuality(const BinaryQualityOptions& options)
    : calibration(options.calibration_bins), options_(options) {}

Result<BinaryQuality> BinaryQuality::Create(const BinaryQualityOptions& options) {
  if (const std::string problem = Problem(options); !problem.empty()) {
    return Fail(Code::kInvalidArgument, "{}", problem);
  }
  BinaryQualityOptions canonical = options;
  canonical.threshold += 0.0;  // Not -0.0, whose bytes are others.
  return BinaryQuality(canonical);
}

void BinaryQuality::Add(std::span<const double> probabilities,
                        std::span<const std::uint8_t> labels) {
  CHECK(probabilities.size() == labels.size());
  std::vector<ScoreCount> added;
  added.reserve(probabilities.size());
  std::array<double, kBlock> losses;
  std::array<double, kBlock> squares;
  std::size_t held = 0;
  const auto flush = [&] {
    log_losses.Add({losses.data(), held});
    squared_errors.Add({squares.data(), held});
    held = 0;
  };
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
      ++refused;
      continue;
    }
    const double p = probabilities[i] + 0.0;
    const bool yes = labels[i] != 0;
    const bool guess = p >= options_.threshold;
    ++(yes ? (guess ? true_positives : false_negatives)
           : (guess ? false_positives : true_negatives));
    CalibrationBin& bin = calibration[BinOf(p, options_.calibration_bins)];
    ++bin.n;
    bin.positives += yes ? 1U : 0U;
    bin.probability_sum += p;
    losses[held] = -std::log(std::max(yes ? p : 1 - p, options_.probability_floor));
    squares[held] = yes ? (1 - p) * (1 - p) : p * p;
    if (++held == kBlock) flush();
    added.push_back({.score = p, .negatives = yes ? 0U : 1U, .positives = yes ? 1U : 0U});
  }
  flush();
  std::ranges::sort(added, ByScore);
  Unify(added);
  AddScores(std::move(added), false);
}

void BinaryQuality::PutInBins(std::vector<ScoreCount>& scores) const {
  for (ScoreCount& count : scores) {
    count.score = static_cast<double>(BinOf(count.score, options_.score_bins)) /
                  static_cast<double>(options_.score_bins);
  }
  Unify(scores);
}

void BinaryQuality::AddScores(std::vector<ScoreCount> sorted, bool sorted_is_binned) {
  if (sorted_is_binned && !binned_) {
    binned_ = true;
    PutInBins(scores_);
  }
  if (binned_ && !sorted_is_binned) PutInBins(sorted);
  std::vector<ScoreCount> merged;
  merged.reserve(scores_.size() + sorted.size());
  std::ranges::merge(scores_, sorted, std::back_inserter(merged), ByScore);
  Unify(merged);
  scores_ = std::move(merged);
  if (!binned_ && scores_.size() > options_.exact_scores_max) {
    binned_ = true;
    PutInBins(scores_);
  }
}

Status BinaryQuality::Merge(const BinaryQuality& other) {
  if (options_ != other.options_) {
    return Fail(Code::kFailedPrecondition,
                "qualities that were measured with different options do not merge");
  }
  true_positives += other.true_positives;
  false_positives += other.false_positives;
  false_negatives += other.false_negatives;
  true_negatives += other.true_negatives;
  refused += other.refused;
  log_losses.Merge(other.log_losses);
  squared_errors.Merge(other.squared_errors);
  for (std::size_t i = 0; i < calibration.size(); ++i) {
    calibration[i].n += other.calibration[i].n;
    calibration[i].positives += other.calibration[i].positives;
    calibration[i].probability_sum += other.calibration[i].probability_sum;
  }
  AddScores(other.scores_, other.binned_);
  return {};
}

double BinaryQuality::Accuracy() const {
  return Ratio(true_positives + true_negatives, n());
}

double BinaryQuality::BalancedAccuracy() const {
  return (Recall() + Specificity()) / 2;
}

double BinaryQuality::Precision() const {
  return Ratio(true_positives, true_positives + false_positives);
}

double BinaryQuality::Recall() const {
  return Ratio(true_positives, positives());
}

double BinaryQuality::Specificity() const {
  return Ratio(true_negatives, true_negatives + false_positives);
}

double BinaryQuality::F1() const {
  return Ratio(2 * true_positives, 2 * true_positives + false_positives + false_negatives);
}

double BinaryQuality::MajorityAccuracy() const {
  return Ratio(std::max(positives(), n() - positives()), n());
}

double BinaryQuality::LogLoss() const {
  return n() == 0 ? std::numeric_limits<double>::quiet_NaN() : log_losses.mean;
}

double BinaryQuality::Brier() const {
  return n() == 0 ? std::numeric_limits<double>::quiet_NaN() : squared_errors.mean;
}

double BinaryQuality::CalibrationError() const {
  double sum = 0;
  for (const CalibrationBin& bin : calibration) {
    sum += std::fabs(bin.probability_sum - static_cast<double>(bin.positives));
  }
  return sum / static_cast<double>(n());
}

BinaryQuality::Auc BinaryQuality::AreaUnderCurve() const {
  double below = 0;  // Negatives of lower scores.
  double won = 0;
  double tied = 0;
  for (const ScoreCount& count : scores_) {
    const auto yes = static_cast<double>(count.positives);
    const auto no = static_cast<double>(count.negatives);
    won += yes * below;
    tied += yes * no;
    below += no;
  }
  const double pairs = static_cast<double>(positives()) * below;
  return {.value = (won + tied / 2) / pairs, .error = binned_ ? tied / 2 / pairs : 0};
}

std::string BinaryQuality::Encode() const {
  bytes::Writer writer;
  writer.F64(options_.threshold);
  writer.F64(options_.probability_floor);
  writer.U32(options_.calibration_bins);
  writer.U32(options_.exact_scores_max);
  writer.U32(options_.score_bins);
  for (const std::uint64_t count :
       {true_positives, false_positives, false_negatives, true_negatives, refused}) {
    writer.U64(count);
  }
  writer.Text(log_losses.Encode());
  writer.Text(squared_errors.Encode());
  for (const CalibrationBin& bin : calibration) {
    writer.U64(bin.n);
    writer.U64(bin.positives);
    writer.F64(bin.probability_sum);
  }
  writer.U8(binned_ ? 1 : 0);
  writer.U32(static_cast<std::uint32_t>(scores_.size()));
  for (const ScoreCount& count : scores_) {
    if (binned_) {
      writer.U32(static_cast<std::uint32_t>(std::lround(count.score * options_.score_bins)));
    } else {
      writer.F64(count.score);
    }
    writer.U64(count.negatives);
    writer.U64(count.positives);
  }
  return EncodeState(kId, writer.text());
}

/// The scores are what is left of the bytes.
Status BinaryQuality::DecodeScores(std::string_view encoded) {
  bytes::Reader reader(encoded);
  const std::uint8_t mode = reader.U8();
  if (mode > 1) return Damaged(kId, "its scores are neither exact nor in bins");
  binned_ = mode == 1;
  const std::size_t size = reader.U32();
  if (size > (binned_ ? options_.score_bins : options_.exact_scores_max)) {
    return Damaged(kId, "it has too many scores");
  }
  if (reader.left() != size * (binned_ ? 20 : 24)) {
    return Damaged(kId, "its length is not that of its bytes");
  }
  scores_.resize(size);
  double before = -1;
  std::uint64_t yes = 0;
  std::uint64_t no = 0;
  for (ScoreCount& count : scores_) {
    count.score = binned_
                      ? static_cast<double>(reader.U32()) / static_cast<double>(options_.score_bins)
                      : reader.F64();
    if (!(count.score > before && count.score <= 1) || std::signbit(count.score) ||
        (binned_ && count.score == 1)) {
      return Damaged(kId, "its scores do not ascend within 0 to 1");
    }
    before = count.score;
    count.negatives = reader.U64();
    count.positives = reader.U64();
    if (count.negatives > kRowsMax - no || count.positives > kRowsMax - yes ||
        count.negatives + count.positives == 0) {
      return Damaged(kId, "a score has no rows, or too many");
    }
    no += count.negatives;
    yes += count.positives;
  }
  if (yes != positives() || no != n() - positives()) {
    return Damaged(kId, "its scores are not those of its counts");
  }
  return {};
}

bool BinaryQuality::Consistent() const {
  std::uint64_t rows = 0;
  std::uint64_t yes = 0;
  for (const CalibrationBin& bin : calibration) {
    if (bin.positives > bin.n || bin.n > kRowsMax - rows) return false;
    if (!(bin.probability_sum >= 0) || std::signbit(bin.probability_sum)) return false;
    if (bin.probability_sum > static_cast<double>(bin.n)) return false;
    rows += bin.n;
    yes += bin.positives;
  }
  return rows == n() && yes == positives() && log_losses.n == rows && squared_errors.n == rows &&
         log_losses.positive_infinities == 0 && log_losses.negative_infinities == 0 &&
         squared_errors.positive_infinities == 0 && squared_errors.negative_infinities == 0;
}

Result<BinaryQuality> BinaryQuality::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, kId)));
  BinaryQualityOptions options;
  options.threshold = reader.F64();
  options.probability_floor = reader.F64();
  options.calibration_bins = reader.U32();
  options.exact_scores_max = reader.U32();
  options.score_bins = reader.U32();
  if (reader.failed() || !Problem(options).empty() || std::signbit(options.threshold)) {
    return Damaged(kId, "its options are out of their limits");
  }
  BinaryQuality quality(options);
  std::uint64_t left = kRowsMax;
  for (std::uint64_t BinaryQuality::* count :
       {&BinaryQuality::true_positives, &BinaryQuality::false_positives,
        &BinaryQuality::false_negatives, &BinaryQuality::true_negatives, &BinaryQuality::refused}) {
    quality.*count = reader.U64();
    if (quality.*count > left) return Damaged(kId, "it counts more rows than there can be");
    left -= quality.*count;
  }
  quality.log_losses = TRY(MomentState::Decode(reader.Text()));
  quality.squared_errors = TRY(MomentState::Decode(reader.Text()));
  for (CalibrationBin& bin : quality.calibration) {
    bin.n = reader.U64();
    bin.positives = reader.U64();
    bin.probability_sum = reader.F64();
  }
  if (reader.failed()) return Damaged(kId, "its length is not that of its bytes");
  if (!quality.Consistent()) return Damaged(kId, "its parts contradict each other");
  TRY(quality.DecodeScores(reader.Raw(reader.left())));
  return quality;
}

}  // namespace galley::stats
