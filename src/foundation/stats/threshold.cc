#include "foundation/stats/threshold.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "foundation/base/check.h"
#include "foundation/stats/moments.h"

namespace galley::stats {

double CalibratedThreshold(std::span<const double> distances, const Calibration& calibration) {
  MomentState moments;
  moments.Add(distances);
  if (moments.n == 0) return calibration.floor;
  return std::max(calibration.floor,
                  moments.mean + calibration.deviations * std::sqrt(moments.Variance()));
}

Status Validate(const AlarmRule& rule) {
  if (rule.n < 1 || rule.n > AlarmRule::kWindowsMax) {
    return Fail(Code::kInvalidArgument, "n: an alarm looks at 1 to {} windows, not {}",
                AlarmRule::kWindowsMax, rule.n);
  }
  if (rule.k < 1 || rule.k > rule.n) {
    return Fail(Code::kInvalidArgument, "k: {} of {} windows is not possible", rule.k, rule.n);
  }
  return {};
}

AlarmState Step(const AlarmRule& rule, const AlarmState& state, bool beyond) {
  CHECK(rule.k >= 1 && rule.k <= rule.n && rule.n <= AlarmRule::kWindowsMax);
  AlarmState next;
  next.recent = (state.recent << 1U) | (beyond ? 1U : 0U);
  if (rule.n < 64) next.recent &= (std::uint64_t{1} << rule.n) - 1;
  next.on = static_cast<std::uint32_t>(std::popcount(next.recent)) >= rule.k;
  return next;
}

AlarmChange ChangeOf(const AlarmState& before, const AlarmState& after) {
  if (before.on == after.on) return AlarmChange::kNone;
  return after.on ? AlarmChange::kRaised : AlarmChange::kCleared;
}

}  // namespace galley::stats
