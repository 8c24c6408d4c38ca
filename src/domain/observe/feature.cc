#include "domain/observe/feature.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace galley::observe {
namespace {

using stats::Histogram;

// E of sqrt(n) D, the limiting distribution of Kolmogorov and Smirnov: sqrt(pi / 2) ln 2.
constexpr double kKolmogorovMean = 0.8687311606361592;
constexpr double kJensenShannon = 8;     // Its divergence is about a chi-square over 8 n.
constexpr double kDeviationMin = 0.001;  // As of stats::NormedWasserstein.

/// Shares of the reference that are not 0, less one: missing values are a bin.
double DegreesOf(const Histogram& histogram) {
  const auto& counts = histogram.counts();
  const auto filled = std::ranges::count_if(counts, [](std::uint64_t rows) { return rows > 0; });
  return static_cast<double>(filled + (histogram.missing() > 0 ? 1 : 0) - 1);
}

/// The ends of its bins: the outer ones are the least and the greatest value.
std::vector<double> EndsOf(const Histogram& histogram) {
  std::vector<double> ends = {histogram.min()};
  ends.insert(ends.end(), histogram.edges().begin(), histogram.edges().end());
  ends.push_back(histogram.max());
  // Of a side that has nothing in an outer bin, the least value is not below the first edge.
  const auto& edges = histogram.edges();
  if (!edges.empty()) {
    ends.front() = std::min(ends.front(), edges.front());
    ends.back() = std::max(ends.back(), edges.back());
  }
  return ends;
}

/// Integral of sqrt(F (1 - F)) of the reference: what the expected area between it and a sample of
/// n rows of it is made of.
double SpreadOf(const Histogram& histogram) {
  const auto ends = EndsOf(histogram);
  const double rows = static_cast<double>(histogram.n() - histogram.missing());
  double below = 0;
  double area = 0;
  double before = 0;
  for (std::size_t bin = 0; bin < histogram.counts().size(); ++bin) {
    below += static_cast<double>(histogram.counts()[bin]);
    const double share = std::min(1.0, below / rows);
    const double height = std::sqrt(share * (1 - share));
    area += (ends[bin + 1] - ends[bin]) * (before + height) / 2;
    before = height;
  }
  return area;
}

/// How far the window was from the reference of its time.
Result<std::optional<ColumnDrift>> PastDrift(db::Connection& db, const Monitor& monitor,
                                             const ColumnReference& reference,
                                             std::int64_t window) {
  auto rows =
      TRY(db.Query("SELECT psi, js, ks, wasserstein, distance, beyond, alarm FROM past_drift WHERE "
                   "monitor = ? AND name = ? AND window = ?",
                   {monitor.row, reference.column, window}));
  if (!TRY(rows.Next())) return std::optional<ColumnDrift>();
  return std::optional(ColumnDrift{
      .distances = {.psi = rows.Real(0),
                    .js = rows.Real(1),
                    .ks = rows.IsNull(2) ? std::nullopt : std::optional(rows.Real(2)),
                    .wasserstein = rows.IsNull(3) ? std::nullopt : std::optional(rows.Real(3))},
      .distance = rows.Real(4),
      .beyond = rows.Integer(5) != 0,
      .alarm = rows.Integer(6) != 0});
}

}  // namespace

Result<Feature> GetFeature(db::Connection& db, const Monitor& monitor,
                           const ColumnReference& reference, std::int64_t first,
                           std::int64_t last) {
  Feature feature{.first = first, .last = last};
  const std::int64_t since = TRY(InForceSince(db, monitor));
  if (last < since) {
    if (last - first + 1 != monitor.settings.drift->span) return feature;
    feature.drift = TRY(PastDrift(db, monitor, reference, last));
    return feature;
  }
  feature.first = std::max(first, since);
  Histogram together = reference.histogram.Empty();
  auto rows =
      TRY(db.Query("SELECT histogram FROM measured_input WHERE monitor = ? AND name = ? AND window "
                   "BETWEEN ? AND ?",
                   {monitor.row, reference.column, feature.first, last}));
  while (TRY(rows.Next())) TRY(together.Merge(TRY(Histogram::Decode(rows.Bytes(0)))));
  if (together.n() > 0) feature.drift = TRY(DriftOf(monitor, reference, together));
  feature.current = std::move(together);
  return feature;
}

std::int64_t RowsNeeded(std::string_view measure, const ColumnReference& reference) {
  const double threshold = reference.threshold;
  const double degrees = DegreesOf(reference.histogram);
  double rows = 0;
  if (measure == "psi") {
    rows = degrees / threshold;
  } else if (measure == "js") {
    rows = degrees / (kJensenShannon * threshold * threshold);
  } else if (measure == "ks") {
    rows = kKolmogorovMean * kKolmogorovMean / (threshold * threshold);
  } else {
    const double deviation = std::max(reference.deviation.value_or(1), kDeviationMin);
    const double area = SpreadOf(reference.histogram) / deviation;
    rows = 2 / std::numbers::pi * area * area / (threshold * threshold);
  }
  constexpr double kMost = 1e12;
  return static_cast<std::int64_t>(std::clamp(std::ceil(rows), 1.0, kMost));
}

std::optional<double> QuantileOf(const Histogram& histogram, double q) {
  const auto rows = static_cast<double>(histogram.n() - histogram.missing());
  if (histogram.has_categories() || rows == 0 || !std::isfinite(histogram.min())) {
    return std::nullopt;
  }
  auto ends = EndsOf(histogram);
  ends.front() = histogram.min();
  ends.back() = histogram.max();
  const double wanted = q * rows;
  double below = 0;
  for (std::size_t bin = 0; bin < histogram.counts().size(); ++bin) {
    const auto in_bin = static_cast<double>(histogram.counts()[bin]);
    if (in_bin > 0 && below + in_bin >= wanted) {
      const double low = std::clamp(ends[bin], histogram.min(), histogram.max());
      const double high = std::clamp(ends[bin + 1], histogram.min(), histogram.max());
      return low + (high - low) * (wanted - below) / in_bin;
    }
    below += in_bin;
  }
  return histogram.max();
}

}  // namespace galley::observe
