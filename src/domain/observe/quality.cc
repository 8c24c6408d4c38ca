#include "domain/observe/quality.h"

#include <algorithm>
#include <cmath>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::observe {
namespace {

using schema::Field;
using schema::Of;

constexpr double kLeastProbability = 0.01;
constexpr double kBillion = 1e9;
constexpr double kMillion = 1e6;

constexpr Field kCounts[] = {Of<&QualityCounts::predictions>("predictions"),
                             Of<&QualityCounts::unreadable>("unreadable"),
                             Of<&QualityCounts::true_positives>("tp"),
                             Of<&QualityCounts::false_positives>("fp"),
                             Of<&QualityCounts::false_negatives>("fn"),
                             Of<&QualityCounts::true_negatives>("tn"),
                             Of<&QualityCounts::log_loss_e9>("log_loss_e9"),
                             Of<&QualityCounts::brier_e9>("brier_e9"),
                             Of<&QualityCounts::conversions>("conversions"),
                             Of<&QualityCounts::conversion_labels>("conversion_labels"),
                             Of<&QualityCounts::cost_e6>("cost_e6"),
                             Of<&QualityCounts::cost_labels>("cost_labels"),
                             Of<&QualityCounts::bin_rows>("bin_rows"),
                             Of<&QualityCounts::bin_positives>("bin_positives"),
                             Of<&QualityCounts::bin_scores_e9>("bin_scores_e9")};

std::int64_t Billionths(double value) {
  return std::llround(value * kBillion);
}

std::optional<double> Ratio(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

void AddTo(std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
  to.resize(std::max(to.size(), from.size()));
  for (std::size_t at = 0; at < from.size(); ++at) to[at] += from[at];
}

/// Wraps, so that what is taken back leaves what was there before.
std::int64_t Added(std::int64_t to, std::int64_t value) {
  std::int64_t sum = 0;
  static_cast<void>(__builtin_add_overflow(to, value, &sum));
  return sum;
}

}  // namespace

const schema::Message QualityCounts::kSchema{"QualityCounts", kCounts};

void QualityCounts::KeepCalibration() {
  bin_rows.resize(kBins);
  bin_positives.resize(kBins);
  bin_scores_e9.resize(kBins);
}

void QualityCounts::Count(double score, bool label, double threshold, std::int64_t sign) {
  const bool says_yes = score >= threshold;
  std::int64_t& cell = label ? (says_yes ? true_positives : false_negatives)
                             : (says_yes ? false_positives : true_negatives);
  cell += sign;
  const double of_truth = label ? score : 1 - score;
  log_loss_e9 += sign * Billionths(-std::log(std::max(of_truth, kLeastProbability)));
  brier_e9 += sign * Billionths((1 - of_truth) * (1 - of_truth));
  if (bin_rows.empty()) return;
  const auto bin = std::min(static_cast<std::size_t>(score * kBins), kBins - 1);
  bin_rows[bin] += sign;
  bin_positives[bin] += label ? sign : 0;
  bin_scores_e9[bin] += sign * Billionths(score);
}

void QualityCounts::CountConversion(bool converted, std::int64_t sign) {
  conversion_labels += sign;
  if (converted) conversions += sign;
}

void QualityCounts::CountCost(double cost, std::int64_t sign) {
  cost_labels += sign;
  cost_e6 = Added(cost_e6, sign * std::llround(cost * kMillion));
}

void QualityCounts::Merge(const QualityCounts& other) {
  predictions += other.predictions;
  unreadable += other.unreadable;
  true_positives += other.true_positives;
  false_positives += other.false_positives;
  false_negatives += other.false_negatives;
  true_negatives += other.true_negatives;
  log_loss_e9 += other.log_loss_e9;
  brier_e9 += other.brier_e9;
  conversions += other.conversions;
  conversion_labels += other.conversion_labels;
  cost_e6 = Added(cost_e6, other.cost_e6);
  cost_labels += other.cost_labels;
  AddTo(bin_rows, other.bin_rows);
  AddTo(bin_positives, other.bin_positives);
  AddTo(bin_scores_e9, other.bin_scores_e9);
}

std::optional<double> QualityCounts::Accuracy() const {
  return Ratio(true_positives + true_negatives, labels());
}

std::optional<double> QualityCounts::BalancedAccuracy() const {
  const auto yes = Recall();
  const auto no = Ratio(true_negatives, true_negatives + false_positives);
  if (!yes || !no) return std::nullopt;
  return (*yes + *no) / 2;
}

std::optional<double> QualityCounts::Precision() const {
  return Ratio(true_positives, true_positives + false_positives);
}

std::optional<double> QualityCounts::Recall() const {
  return Ratio(true_positives, true_positives + false_negatives);
}

std::optional<double> QualityCounts::BaseRate() const {
  return Ratio(true_positives + false_negatives, labels());
}

std::optional<double> QualityCounts::Majority() const {
  const auto rate = BaseRate();
  if (!rate) return std::nullopt;
  return std::max(*rate, 1 - *rate);
}

std::optional<double> QualityCounts::LogLoss() const {
  const auto sum = Ratio(log_loss_e9, labels());
  if (!sum) return std::nullopt;
  return *sum / kBillion;
}

std::optional<double> QualityCounts::Brier() const {
  const auto sum = Ratio(brier_e9, labels());
  if (!sum) return std::nullopt;
  return *sum / kBillion;
}

std::optional<double> QualityCounts::Conversion() const {
  if (conversion_labels == 0) return std::nullopt;
  return Ratio(conversions, predictions);
}

std::optional<double> QualityCounts::Cost() const {
  if (cost_labels == 0) return std::nullopt;
  return static_cast<double>(cost_e6) / kMillion;
}

std::string CountsJson(const QualityCounts& counts) {
  return schema::ToJson(counts, schema::EmptyLists::kOmit);
}

Result<QualityCounts> ParseCounts(std::string_view json) {
  auto counts = schema::FromJson<QualityCounts>(json, schema::Dialect{});
  if (counts) return *std::move(counts);
  return Fail(Code::kDataLoss, "{}", schema::ErrorOf(counts.error()).message);
}

}  // namespace galley::observe
