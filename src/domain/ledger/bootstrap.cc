#include "domain/ledger/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace galley::ledger {
namespace {

constexpr double kLow = 0.025;
constexpr double kHigh = 0.975;

double Quantile(const std::vector<double>& sorted, double q) {
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const auto above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return sorted[below] + (sorted[above] - sorted[below]) * part;
}

std::optional<double> RatioOf(std::span<const Hits> windows, std::span<const std::size_t> drawn) {
  Hits sum;
  for (const std::size_t at : drawn) {
    sum.right += windows[at].right;
    sum.rows += windows[at].rows;
  }
  if (sum.rows == 0) return std::nullopt;
  return static_cast<double>(sum.right) / static_cast<double>(sum.rows);
}

std::optional<double> Difference(std::optional<double> one, std::optional<double> other) {
  if (!one || !other) return std::nullopt;
  return *one - *other;
}

std::optional<stats::Interval> Between(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  return stats::Interval{Quantile(values, kLow), Quantile(values, kHigh)};
}

}  // namespace

std::size_t Resampler::Next(std::size_t size) {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t value = state_;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  value ^= value >> 31U;
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>(Wide{value} * size >> 64U);
}

std::optional<stats::Interval> BootstrapInterval(
    std::size_t size,
    const std::function<std::optional<double>(std::span<const std::size_t>)>& statistic) {
  if (size < 2) return std::nullopt;
  Resampler resampler(kSeed);
  std::vector<std::size_t> drawn(size);
  std::vector<double> values;
  for (std::int64_t draw = 0; draw < kDraws; ++draw) {
    for (std::size_t& at : drawn) at = resampler.Next(size);
    if (const auto value = statistic(drawn)) values.push_back(*value);
  }
  return Between(std::move(values));
}

std::optional<stats::Interval> RatioInterval(std::span<const Hits> windows) {
  return BootstrapInterval(windows.size(), [windows](std::span<const std::size_t> drawn) {
    return RatioOf(windows, drawn);
  });
}

std::optional<stats::Interval> PairedInterval(std::span<const Hits> one,
                                              std::span<const Hits> other) {
  return BootstrapInterval(std::min(one.size(), other.size()),
                           [one, other](std::span<const std::size_t> drawn) {
                             return Difference(RatioOf(one, drawn), RatioOf(other, drawn));
                           });
}

std::optional<stats::Interval> ApartInterval(std::span<const Hits> one,
                                             std::span<const Hits> other) {
  if (one.size() < 2 || other.size() < 2) return std::nullopt;
  Resampler resampler(kSeed);
  std::vector<std::size_t> first(one.size());
  std::vector<std::size_t> second(other.size());
  std::vector<double> values;
  for (std::int64_t draw = 0; draw < kDraws; ++draw) {
    for (std::size_t& at : first) at = resampler.Next(first.size());
    for (std::size_t& at : second) at = resampler.Next(second.size());
    if (const auto value = Difference(RatioOf(one, first), RatioOf(other, second))) {
      values.push_back(*value);
    }
  }
  return Between(std::move(values));
}

}  // namespace galley::ledger
