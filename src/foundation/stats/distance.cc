#include "foundation/stats/distance.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/stats/special.h"

namespace galley::stats {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kFloor = 1e-4;
constexpr double kDeviationFloor = 1e-3;

/// Shares without a 0.
std::vector<double> Filled(std::span<const double> shares, EmptyBins empty) {
  std::vector<double> filled(shares.begin(), shares.end());
  if (empty == EmptyBins::kFloor) {
    for (double& share : filled) share = std::max(share, kFloor);
    return filled;
  }
  double least = std::numeric_limits<double>::infinity();
  for (const double share : shares) {
    if (share > 0) least = std::min(least, share);
  }
  const double instead = least <= kFloor ? least / 1e6 : kFloor;
  for (double& share : filled) share = share > 0 ? share : instead;
  return filled;
}

/// p ln(p / m), 0 at p = 0.
double Information(double p, double m) {
  return p > 0 ? p * std::log(p / m) : 0;
}

std::vector<double> SortedFinite(std::span<const double> values) {
  std::vector<double> sorted;
  sorted.reserve(values.size());
  for (const double value : values) {
    if (std::isfinite(value)) sorted.push_back(value);
  }
  std::ranges::sort(sorted);
  return sorted;
}

/// Calls `step(x, next, i, j)` for each distinct value x of both sides in ascending order: i and j
/// values are at most x, and `next` is the one behind it, or x at the end.
template <typename Step>
void Sweep(std::span<const double> a, std::span<const double> b, Step step) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const double x = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    while (i < a.size() && a[i] == x) ++i;
    while (j < b.size() && b[j] == x) ++j;
    double next = x;
    if (i < a.size()) next = a[i];
    if (j < b.size() && (i == a.size() || b[j] < next)) next = b[j];
    step(x, next, static_cast<double>(i), static_cast<double>(j));
  }
}

/// The distribution functions of two histograms below each edge, with 0 before and 1 behind.
struct Cumulated {
  std::vector<double> reference;
  std::vector<double> current;
};

Result<Cumulated> Cumulate(const Histogram& reference, const Histogram& current) {
  if (reference.has_categories() || !reference.SameBins(current)) {
    return Fail(Code::kFailedPrecondition,
                "distances between distribution functions need histograms over the same edges");
  }
  Cumulated cumulated;
  for (const auto& [histogram, shares] :
       {std::pair(&reference, &cumulated.reference), std::pair(&current, &cumulated.current)}) {
    const std::uint64_t n = histogram->n() - histogram->missing();
    if (n == 0) {
      return Fail(Code::kFailedPrecondition, "the {} histogram holds no value",
                  histogram == &reference ? "reference" : "current");
    }
    std::uint64_t below = 0;
    shares->push_back(0);
    for (const std::uint64_t count : histogram->counts()) {
      below += count;
      shares->push_back(static_cast<double>(below) / static_cast<double>(n));
    }
  }
  return cumulated;
}

/// The integral of |d| over a bin of this width, where d goes in a line from d0 to d1.
double Trapezoid(double d0, double d1, double width) {
  if ((d0 < 0) == (d1 < 0)) return width * std::fabs(d0 + d1) / 2;
  return width * (d0 * d0 + d1 * d1) / (2 * std::fabs(d1 - d0));
}

}  // namespace

Result<Shares> SharesOf(const Histogram& reference, const Histogram& current) {
  if (!reference.SameBins(current)) {
    return Fail(Code::kFailedPrecondition, "the two histograms have different bins");
  }
  Shares shares;
  for (const auto& [histogram, side] :
       {std::pair(&reference, &shares.reference), std::pair(&current, &shares.current)}) {
    const auto n = static_cast<double>(histogram->n());
    if (n == 0) {
      return Fail(Code::kFailedPrecondition, "the {} histogram counts nothing",
                  histogram == &reference ? "reference" : "current");
    }
    for (const std::uint64_t count : histogram->counts()) {
      side->push_back(static_cast<double>(count) / n);
    }
    side->push_back(static_cast<double>(histogram->missing()) / n);
  }
  return shares;
}

double PopulationStabilityIndex(std::span<const double> p, std::span<const double> q,
                                EmptyBins empty) {
  CHECK(p.size() == q.size());
  const std::vector<double> r = Filled(p, empty);
  const std::vector<double> c = Filled(q, empty);
  double sum = 0;
  for (std::size_t i = 0; i < r.size(); ++i) sum += (r[i] - c[i]) * std::log(r[i] / c[i]);
  return sum;
}

double KullbackLeibler(std::span<const double> p, std::span<const double> q, EmptyBins empty) {
  CHECK(p.size() == q.size());
  const std::vector<double> r = Filled(p, empty);
  const std::vector<double> c = Filled(q, empty);
  const double r_sum = std::accumulate(r.begin(), r.end(), 0.0);
  const double c_sum = std::accumulate(c.begin(), c.end(), 0.0);
  double sum = 0;
  for (std::size_t i = 0; i < r.size(); ++i) {
    sum += r[i] / r_sum * std::log((r[i] / r_sum) / (c[i] / c_sum));
  }
  return std::max(sum, 0.0);  // Rounding may leave the range.
}

double JensenShannonDivergence(std::span<const double> p, std::span<const double> q) {
  CHECK(p.size() == q.size());
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double mean = (p[i] + q[i]) / 2;
    sum += Information(p[i], mean) + Information(q[i], mean);
  }
  return std::clamp(sum / 2, 0.0, std::numbers::ln2);  // Rounding may leave the range.
}

double JensenShannonDistance(std::span<const double> p, std::span<const double> q) {
  return std::sqrt(JensenShannonDivergence(p, q));
}

double JensenShannonDistanceBase2(std::span<const double> p, std::span<const double> q) {
  return std::sqrt(JensenShannonDivergence(p, q) / std::numbers::ln2);
}

double Hellinger(std::span<const double> p, std::span<const double> q) {
  CHECK(p.size() == q.size());
  // The same as sum (sqrt p - sqrt q)^2 / 2, which keeps its digits near 0.
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double d = std::sqrt(p[i]) - std::sqrt(q[i]);
    sum += d * d;
  }
  return std::min(std::sqrt(sum / 2), 1.0);
}

double TotalVariation(std::span<const double> p, std::span<const double> q) {
  CHECK(p.size() == q.size());
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) sum += std::fabs(p[i] - q[i]);
  return std::min(sum / 2, 1.0);
}

double LInfinity(std::span<const double> p, std::span<const double> q) {
  CHECK(p.size() == q.size());
  double most = 0;
  for (std::size_t i = 0; i < p.size(); ++i) most = std::max(most, std::fabs(p[i] - q[i]));
  return most;
}

ChiSquareTest ChiSquare(std::span<const std::uint64_t> reference,
                        std::span<const std::uint64_t> current) {
  CHECK(reference.size() == current.size());
  const auto total = [](std::span<const std::uint64_t> counts) {
    return static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  };
  const double n_reference = total(reference);
  const double n_current = total(current);
  ChiSquareTest test;
  if (n_reference == 0 || n_current == 0) return test;
  std::size_t bins = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    if (reference[i] == 0 && current[i] == 0) continue;
    ++bins;
    const double expected = static_cast<double>(reference[i]) * (n_current / n_reference);
    const double off = static_cast<double>(current[i]) - expected;
    test.statistic += off * off / expected;  // Infinite where nothing was expected.
  }
  if (bins < 2) return test;
  test.dof = static_cast<double>(bins - 1);
  test.p = ChiSquareSurvival(test.statistic, test.dof);
  return test;
}

double KolmogorovSmirnov(std::span<const double> reference, std::span<const double> current) {
  const std::vector<double> a = SortedFinite(reference);
  const std::vector<double> b = SortedFinite(current);
  if (a.empty() || b.empty()) return kNaN;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  double most = 0;
  Sweep(a, b, [&](double, double, double i, double j) {
    most = std::max(most, std::fabs(i * m - j * n));
  });
  return most / (n * m);
}

double KolmogorovSmirnovP(double d, std::uint64_t n, std::uint64_t m) {
  const auto a = static_cast<double>(n);
  const auto b = static_cast<double>(m);
  return KolmogorovSurvival(d * std::sqrt(a * b / (a + b)));
}

double Wasserstein(std::span<const double> reference, std::span<const double> current) {
  const std::vector<double> a = SortedFinite(reference);
  const std::vector<double> b = SortedFinite(current);
  if (a.empty() || b.empty()) return kNaN;
  const auto n = static_cast<double>(a.size());
  const auto m = static_cast<double>(b.size());
  double sum = 0;
  Sweep(a, b, [&](double x, double next, double i, double j) {
    sum += std::fabs(i * m - j * n) / (n * m) * (next - x);
  });
  return sum;
}

double NormedWasserstein(double distance, double reference_deviation) {
  return distance / std::max(reference_deviation, kDeviationFloor);
}

Result<Bounds> KolmogorovSmirnovOf(const Histogram& reference, const Histogram& current) {
  const auto [f, g] = TRY(Cumulate(reference, current));
  Bounds bounds;
  for (std::size_t i = 1; i < f.size(); ++i) {
    bounds.low = std::max(bounds.low, std::fabs(f[i] - g[i]));
    // Within the bin one side may have all of its values before any of the other's.
    bounds.high = std::max({bounds.high, f[i] - g[i - 1], g[i] - f[i - 1]});
  }
  bounds.estimate = bounds.low;
  return bounds;
}

Result<Bounds> WassersteinOf(const Histogram& reference, const Histogram& current) {
  const auto [f, g] = TRY(Cumulate(reference, current));
  const double min = std::min(reference.min(), current.min());
  const double max = std::max(reference.max(), current.max());
  Bounds bounds;
  if (!(min < max)) return bounds;
  const std::vector<double>& edges = reference.edges();
  for (std::size_t i = 1; i < f.size(); ++i) {
    const double from = i == 1 ? min : std::clamp(edges[i - 2], min, max);
    const double to = i == f.size() - 1 ? max : std::clamp(edges[i - 1], min, max);
    if (!(from < to)) continue;
    const double width = to - from;
    bounds.low += width * std::max({0.0, f[i - 1] - g[i], g[i - 1] - f[i]});
    bounds.high += width * std::max(f[i] - g[i - 1], g[i] - f[i - 1]);
    bounds.estimate += Trapezoid(f[i - 1] - g[i - 1], f[i] - g[i], width);
  }
  return bounds;
}

}  // namespace galley::stats
