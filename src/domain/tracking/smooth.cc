#include "domain/tracking/smooth.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace galley::tracking {
namespace {

constexpr double kViewportScale = 1000;
constexpr double kWeightMax = 0.999;
constexpr double kGaussianCut = 4;

void TimeWeighted(double strength, double range, std::span<const double> x,
                  std::span<double> values) {
  const double weight = std::min(std::sqrt(strength), kWeightMax);
  double last = 0;
  double debias = 0;
  // Most curves are evenly spaced: the power is asked for once.
  double known_step = 0;
  double known_power = 1;
  for (std::size_t at = 0; at < values.size(); ++at) {
    const double step = at == 0 || range <= 0 ? 0 : x[at] - x[at - 1];
    if (step != known_step) {
      known_step = step;
      known_power = std::pow(weight, step / range * kViewportScale);
    }
    last = last * known_power + values[at];
    debias = debias * known_power + 1;
    values[at] = last / debias;
  }
}

void Gaussian(double sigma, std::span<double> values) {
  const std::ptrdiff_t radius = std::lround(kGaussianCut * sigma);
  const auto size = static_cast<std::ptrdiff_t>(values.size());
  const std::vector<double> raw(values.begin(), values.end());
  std::vector<double> weights(values.size(), 0);
  std::ranges::fill(values, 0);
  // One weight at a time over all points: no sum whose order the compiler must keep.
  for (std::ptrdiff_t shift = -std::min(radius, size - 1); shift <= std::min(radius, size - 1);
       ++shift) {
    const double distance = static_cast<double>(shift) / sigma;
    const double weight = std::exp(-0.5 * distance * distance);
    const std::ptrdiff_t begin = std::max<std::ptrdiff_t>(0, -shift);
    const std::ptrdiff_t end = std::min(size, size - shift);
    const double* from = raw.data() + shift;
    double* to = values.data();
    double* total = weights.data();
    for (std::ptrdiff_t at = begin; at < end; ++at) {
      to[at] += weight * from[at];
      total[at] += weight;
    }
  }
  for (std::size_t at = 0; at < values.size(); ++at) values[at] /= weights[at];
}

void Median(double strength, std::span<double> values) {
  const auto half = static_cast<std::size_t>(std::ceil(strength)) / 2;
  const std::vector<double> raw(values.begin(), values.end());
  std::vector<double> window(raw.begin(),
                             raw.begin() + static_cast<std::ptrdiff_t>(std::min(half, raw.size())));
  std::ranges::sort(window);
  for (std::size_t at = 0; at < raw.size(); ++at) {
    if (at + half < raw.size()) {
      window.insert(std::ranges::upper_bound(window, raw[at + half]), raw[at + half]);
    }
    if (at > half) window.erase(std::ranges::lower_bound(window, raw[at - half - 1]));
    const std::size_t middle = window.size() / 2;
    values[at] =
        window.size() % 2 == 1 ? window[middle] : window[middle - 1] / 2 + window[middle] / 2;
  }
}

}  // namespace

void Smooth(Smoothing kind, double strength, double range, std::span<const double> x,
            std::span<double> y) {
  if (kind == Smoothing::kNone || strength <= 0 || y.empty()) return;
  std::vector<double> positions;
  std::vector<double> values;
  positions.reserve(y.size());
  values.reserve(y.size());
  for (std::size_t at = 0; at < y.size(); ++at) {
    if (!std::isfinite(y[at])) continue;
    positions.push_back(x[at]);
    values.push_back(y[at]);
  }
  if (values.empty()) return;
  switch (kind) {
    case Smoothing::kNone: return;
    case Smoothing::kTimeWeighted: TimeWeighted(strength, range, positions, values); break;
    case Smoothing::kGaussian: Gaussian(strength, values); break;
    case Smoothing::kMedian: Median(strength, values); break;
  }
  std::size_t next = 0;
  for (double& value : y) {
    if (std::isfinite(value)) value = values[next++];
  }
}

}  // namespace galley::tracking
