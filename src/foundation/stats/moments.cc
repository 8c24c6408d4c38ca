#include "foundation/stats/moments.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "foundation/stats/bytes.h"

namespace galley::stats {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Values that are taken together: they stay in the first cache while they are read twice.
constexpr std::size_t kBlock = 1024;
/// Sums side by side, for the vector unit; they round better than one sum, too.
constexpr std::size_t kLanes = 8;
using Lanes = std::array<double, kLanes>;

double Total(const Lanes& lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
         ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

/// Range and mean. `values` are finite and at least one.
void FirstPass(std::span<const double> values, MomentState& state) {
  Lanes sum = {};
  Lanes least;
  Lanes most;
  least.fill(kInfinity);
  most.fill(-kInfinity);
  const std::size_t whole = values.size() - values.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double value = values[i + lane];
      sum[lane] += value;
      least[lane] = value < least[lane] ? value : least[lane];
      most[lane] = value > most[lane] ? value : most[lane];
    }
  }
  for (std::size_t i = whole; i < values.size(); ++i) {
    sum[i - whole] += values[i];
    least[i - whole] = std::min(least[i - whole], values[i]);
    most[i - whole] = std::max(most[i - whole], values[i]);
  }
  state.n = values.size();
  state.min = *std::ranges::min_element(least);
  state.max = *std::ranges::max_element(most);
  const auto n = static_cast<double>(values.size());
  double mean = Total(sum) / n;
  if (!std::isfinite(mean)) {  // The sum overflows; a sum of parts does not.
    mean = 0;
    for (const double value : values) mean += value / n;
  }
  // Rounding may put it beside the range: equal values have their own value for a mean, and no M2.
  state.mean = std::clamp(mean, state.min, state.max);
}

/// M2, M3, M4 about the mean that is there.
void SecondPass(std::span<const double> values, MomentState& state) {
  Lanes m2 = {};
  Lanes m3 = {};
  Lanes m4 = {};
  const double mean = state.mean;
  const std::size_t whole = values.size() - values.size() % kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double d = values[i + lane] - mean;
      const double square = d * d;
      m2[lane] += square;
      m3[lane] += square * d;
      m4[lane] += square * square;
    }
  }
  for (std::size_t i = whole; i < values.size(); ++i) {
    const double d = values[i] - mean;
    m2[i - whole] += d * d;
    m3[i - whole] += d * d * d;
    m4[i - whole] += (d * d) * (d * d);
  }
  state.m2 = Total(m2);
  state.m3 = Total(m3);
  state.m4 = Total(m4);
}

}  // namespace

void MomentState::Add(std::span<const double> values) {
  std::array<double, kBlock> finite;
  for (std::size_t at = 0; at < values.size(); at += kBlock) {
    const auto block = values.subspan(at, std::min(kBlock, values.size() - at));
    std::size_t kept = 0;
    for (const double value : block) {  // Without a branch: what is not finite is overwritten.
      finite[kept] = value;
      kept += std::fabs(value) < kInfinity ? 1U : 0U;
    }
    if (kept < block.size()) {
      for (const double value : block) {
        positive_infinities += value == kInfinity ? 1U : 0U;
        negative_infinities += value == -kInfinity ? 1U : 0U;
      }
    }
    if (kept == 0) continue;
    MomentState state;
    FirstPass({finite.data(), kept}, state);
    SecondPass({finite.data(), kept}, state);
    Merge(state);
  }
}

void MomentState::Merge(const MomentState& other) {
  positive_infinities += other.positive_infinities;
  negative_infinities += other.negative_infinities;
  if (other.n == 0) return;
  if (n == 0) {
    const std::uint64_t positive = positive_infinities;
    const std::uint64_t negative = negative_infinities;
    *this = other;
    positive_infinities = positive;
    negative_infinities = negative;
    return;
  }
  const MomentState a = *this;
  const MomentState b = other;  // It may be *this.
  const auto na = static_cast<double>(a.n);
  const auto nb = static_cast<double>(b.n);
  const double total = na + nb;
  const double d = b.mean - a.mean;
  // Pébay's d^p / n^(p-1) as products of d / n, which overflow later.
  const double dn = d / total;
  const double dn2 = dn * dn;
  const double between = d * dn * na * nb;  // What the two means' distance adds to M2.
  n = a.n + b.n;
  min = std::min(a.min, b.min);
  max = std::max(a.max, b.max);
  mean = std::isfinite(d) ? a.mean + dn * nb : a.mean * (na / total) + b.mean * (nb / total);
  mean = std::clamp(mean, min, max);
  m2 = a.m2 + b.m2 + between;
  m3 = a.m3 + b.m3 + between * dn * (na - nb) + 3 * dn * (na * b.m2 - nb * a.m2);
  m4 = a.m4 + b.m4 + between * dn2 * (na * na - na * nb + nb * nb) +
       6 * dn2 * (na * na * b.m2 + nb * nb * a.m2) + 4 * dn * (na * b.m3 - nb * a.m3);
}

double MomentState::Variance() const {
  return n == 0 ? kNaN : m2 / static_cast<double>(n);
}

double MomentState::SampleVariance() const {
  return n < 2 ? kNaN : m2 / static_cast<double>(n - 1);
}

double MomentState::Skewness() const {
  return n == 0 || m2 == 0 ? kNaN : std::sqrt(static_cast<double>(n)) * m3 / std::pow(m2, 1.5);
}

double MomentState::ExcessKurtosis() const {
  return n == 0 || m2 == 0 ? kNaN : static_cast<double>(n) * m4 / (m2 * m2) - 3;
}

std::string MomentState::Encode() const {
  bytes::Writer writer;
  writer.U64(n);
  for (const double moment : {mean, m2, m3, m4}) writer.F64(moment);
  writer.F64(n == 0 ? 0 : min);
  writer.F64(n == 0 ? 0 : max);
  writer.U64(positive_infinities);
  writer.U64(negative_infinities);
  return EncodeState(StateId::kMoments, writer.text());
}

Result<MomentState> MomentState::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, StateId::kMoments)));
  MomentState state;
  state.n = reader.U64();
  for (double MomentState::* number : {&MomentState::mean, &MomentState::m2, &MomentState::m3,
                                       &MomentState::m4, &MomentState::min, &MomentState::max}) {
    state.*number = reader.F64();
  }
  state.positive_infinities = reader.U64();
  state.negative_infinities = reader.U64();
  if (!reader.Complete()) return Damaged(StateId::kMoments, "it has a wrong size");
  if (state.n == 0) {
    MomentState empty{.positive_infinities = state.positive_infinities,
                      .negative_infinities = state.negative_infinities};
    state.min = state.min == 0 ? empty.min : 0;
    state.max = state.max == 0 ? empty.max : 0;
    if (state != empty) return Damaged(StateId::kMoments, "it has no values and is not empty");
    return empty;
  }
  if (!std::isfinite(state.min) || !std::isfinite(state.max) || !(state.min <= state.mean) ||
      !(state.mean <= state.max)) {
    return Damaged(StateId::kMoments, "its mean is not between its minimum and its maximum");
  }
  if (state.m2 < 0 || state.m4 < 0) return Damaged(StateId::kMoments, "an even moment is negative");
  return state;
}

}  // namespace galley::stats
