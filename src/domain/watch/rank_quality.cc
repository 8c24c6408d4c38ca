#include <algorithm>
#include <cmath>

#include "domain/watch/rank.h"

namespace galley::watch {
namespace {

using observe::QualityCounts;
using observe::Traffic;

constexpr double kListedMost = 0.19;
constexpr double kSignificant = 3;
constexpr std::int64_t kLabelsMin = 30;

double Real(std::int64_t count) {
  return static_cast<double>(count);
}

double Clamped(double value) {
  return std::clamp(value, 0.0, 1.0);
}

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Doubling or halving is where something becomes suspicious.
double OutOfProportion(double ratio) {
  if (!(ratio > 0)) return 0;
  const double doublings = std::abs(std::log2(ratio));
  if (doublings <= 1) return kListedMost * doublings;
  return 0.2 + 0.6 * (1 - std::pow(0.5, doublings - 1));
}

std::int64_t Right(const QualityCounts& counts) {
  return counts.true_positives + counts.true_negatives;
}

std::int64_t Wrong(const QualityCounts& counts) {
  return counts.false_positives + counts.false_negatives;
}

struct SliceShare {
  double excess = 0;   ///< Wrong rows beyond what they would have been at the accuracy before.
  double of_rows = 0;  ///< Its share of the rows with a label.
  double of_loss = 0;  ///< Its share of what accuracy lost.
  double z = 0;
};
SliceShare ShareOf(const LookBack& seen, const SliceFacts& slice) {
  SliceShare share;
  const double rows = Real(slice.after.labels());
  const auto was =
      slice.before.labels() >= kLabelsMin ? slice.before.Accuracy() : seen.before.Accuracy();
  if (!was || rows == 0) return share;
  share.excess = Real(Wrong(slice.after)) - rows * (1 - *was);
  share.of_rows = rows / Real(seen.after.labels());
  share.of_loss = share.excess / (*seen.Loss() * Real(seen.after.labels()));
  share.z = DifferenceZ(Real(Right(slice.before)), Real(slice.before.labels()),
                        Real(Right(slice.after)), rows);
  return share;
}

}  // namespace

void RankWorker(const LookBack& seen, std::vector<Candidate>& candidates) {
  Traffic before;
  Traffic after;
  for (const WindowFacts& window : seen.windows) {
    Traffic& part = window.window < seen.turn() ? before : after;
    part.requests += window.traffic.requests;
    part.failed += window.traffic.failed;
    part.degraded += window.traffic.degraded;
  }
  Candidate candidate = Nothing("worker", "no gateway has said how requests fared");
  if (after.requests > 0) {
    const std::int64_t bad = after.failed + after.degraded;
    const std::int64_t was_bad = before.failed + before.degraded;
    const double share = Real(bad) / Real(after.requests);
    const double was = before.requests > 0 ? Real(was_bad) / Real(before.requests) : 0;
    const double z = before.requests > 0 ? DifferenceZ(Real(bad), Real(after.requests),
                                                       Real(was_bad), Real(before.requests))
                                         : kSignificant;
    const double grown = std::max(share - was, 0.0);
    candidate.score = z >= kSignificant && grown > 0 ? 0.2 + 0.7 * (1 - std::exp(-grown / 0.05))
                                                     : std::min(kListedMost, grown);
    candidate.what = fmt::format(
        "{} of the requests failed or were answered by a substitute, {} "
        "before",
        Percent(share), Percent(was));
    AddFact(candidate, "requests", after.requests);
    AddFact(candidate, "failed", after.failed);
    AddFact(candidate, "degraded", after.degraded);
    AddFact(candidate, "share_before", was);
  }
  candidates.push_back(std::move(candidate));
}

void RankLoad(const LookBack& seen, std::vector<Candidate>& candidates) {
  std::vector<double> rows;
  std::vector<double> rows_after;
  std::vector<double> slow;
  double slow_now = 0;
  for (const WindowFacts& window : seen.windows) {
    const double p99 = window.traffic.QuantileMs(0.99).value_or(0);
    if (window.window < seen.turn()) {
      rows.push_back(Real(window.counts.predictions));
      if (p99 > 0) slow.push_back(p99);
    } else {
      rows_after.push_back(Real(window.counts.predictions));
      slow_now = std::max(slow_now, p99);
    }
  }
  Candidate candidate = Nothing("load", "there are no windows before to compare with");
  if (!rows.empty() && !rows_after.empty()) {
    const double usual = Median(rows);
    const double rows_now = *std::ranges::max_element(
        rows_after, {}, [usual](double count) { return std::abs(std::log2(count / usual)); });
    candidate.score = OutOfProportion(rows_now / usual);
    candidate.what =
        fmt::format("{} predictions in a window, {} before", Short(rows_now), Short(usual));
    AddFact(candidate, "predictions", rows_now);
    AddFact(candidate, "predictions_before", usual);
  }
  if (!slow.empty() && slow_now > 0) {
    const double usual = Median(slow);
    const double score = slow_now > usual ? OutOfProportion(slow_now / usual) : 0;
    candidate.score = std::max(candidate.score, score);
    candidate.what += fmt::format("; p99 {} ms, {} ms before", Short(slow_now), Short(usual));
    AddFact(candidate, "p99_ms", slow_now);
    AddFact(candidate, "p99_ms_before", usual);
  }
  // Load makes answers late or fail; what is answered is the same.
  if (seen.fall) candidate.score /= 2;
  candidates.push_back(std::move(candidate));
}

void RankLabels(const LookBack& seen, std::vector<Candidate>& candidates) {
  Candidate candidate = Nothing("labels", "there are no predictions to have labels");
  if (seen.after.predictions > 0) {
    const double is = Real(seen.after.labels()) / Real(seen.after.predictions);
    const double was = seen.before.predictions > 0
                           ? Real(seen.before.labels()) / Real(seen.before.predictions)
                           : 1;
    const double missing = std::max(was - is, 0.0);
    candidate.score = missing < 0.1 ? kListedMost * missing / 0.1 : std::min(0.1 + missing, 0.8);
    candidate.what =
        fmt::format("{} of the predictions have a label, {} before", Percent(is), Percent(was));
    AddFact(candidate, "coverage", is);
    AddFact(candidate, "coverage_before", was);
  }
  candidates.push_back(std::move(candidate));
}

void RankSlices(const LookBack& seen, std::vector<Candidate>& candidates) {
  const std::size_t known = candidates.size();
  const auto loss = seen.Loss();
  // So many values are looked at that one of them is far off by chance.
  const double needed =
      kSignificant + std::sqrt(2 * std::log(std::max(1.0, Real(std::ssize(seen.slices)))));
  for (std::size_t at = 0; loss && at < seen.slices.size();) {
    // Of each column the value that explains most beyond its share of the rows.
    const std::string& column = seen.slices[at].slice;
    const SliceFacts* worst = nullptr;
    SliceShare most;
    for (; at < seen.slices.size() && seen.slices[at].slice == column; ++at) {
      const SliceShare share = ShareOf(seen, seen.slices[at]);
      if (worst != nullptr && share.of_loss - share.of_rows <= most.of_loss - most.of_rows)
        continue;
      worst = &seen.slices[at];
      most = share;
    }
    Candidate candidate = Nothing("slice", "");
    candidate.name = fmt::format("{}={}", column, worst->value);
    const double alone =
        most.of_rows < 1
            ? Clamped((std::min(most.of_loss, 1.0) - most.of_rows) / (1 - most.of_rows))
            : 0;
    candidate.score = most.z >= needed ? 0.85 * alone : std::min(kListedMost, 0.85 * alone);
    candidate.what = fmt::format("{} of the rows, {} of what accuracy lost", Percent(most.of_rows),
                                 Percent(std::max(most.of_loss, 0.0)));
    AddFact(candidate, "share_of_rows", most.of_rows);
    AddFact(candidate, "share_of_loss", most.of_loss);
    AddFact(candidate, "z", most.z);
    if (const auto accuracy = worst->before.Accuracy()) {
      AddFact(candidate, "accuracy_before", *accuracy);
    }
    if (const auto accuracy = worst->after.Accuracy()) AddFact(candidate, "accuracy", *accuracy);
    candidates.push_back(std::move(candidate));
  }
  if (candidates.size() > known) return;
  candidates.push_back(Nothing("slice", seen.slices.empty() ? "the monitor has no slices"
                                                            : "accuracy did not fall anywhere"));
}

void RankBaseRate(const LookBack& seen, std::vector<Candidate>& candidates) {
  Candidate candidate = Nothing("base_rate", "there are too few labels to compare");
  const QualityCounts& before = seen.before;
  const QualityCounts& after = seen.after;
  if (before.labels() >= kLabelsMin && after.labels() >= kLabelsMin) {
    const double was = *before.BaseRate();
    const double is = *after.BaseRate();
    const double z =
        DifferenceZ(Real(after.true_positives + after.false_negatives), Real(after.labels()),
                    Real(before.true_positives + before.false_negatives), Real(before.labels()));
    candidate.what = fmt::format("{} of the labels are yes, {} before", Percent(is), Percent(was));
    AddFact(candidate, "base_rate", is);
    AddFact(candidate, "base_rate_before", was);
    AddFact(candidate, "z", z);
    const auto loss = seen.Loss();
    const double no_right =
        was < 1 ? Real(before.true_negatives) / Real(before.true_negatives + before.false_positives)
                : 0;
    if (loss && before.Recall()) {
      // As if yes and no were still recognised as before, only their shares were others.
      const double explained = (is - was) * (no_right - *before.Recall());
      AddFact(candidate, "accuracy_lost_to_it", explained);
      const double share = Clamped(explained / *loss);
      candidate.score = std::abs(z) >= kSignificant ? 0.6 * share : std::min(kListedMost, share);
      candidate.what += fmt::format("; of {} accuracy lost that explains {}", Percent(*loss),
                                    Percent(std::max(explained, 0.0)));
    }
  }
  candidates.push_back(std::move(candidate));
}

}  // namespace galley::watch
