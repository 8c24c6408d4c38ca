#pragma once

#include <cstdint>
#include <span>

#include "foundation/base/error.h"

namespace galley::stats {

/// A threshold that a measure's own past has set: distances of blocks of the reference from the
/// reference vary without any drift.
struct Calibration {
  double floor = 0.2;     ///< The threshold is never below.
  double deviations = 3;  ///< How many standard deviations above the mean.
};
/// max(floor, mean + deviations * standard deviation as a population), as NannyML's
/// `StandardDeviationThreshold`; the floor alone if `distances` is empty. Distances that are not
/// finite are passed over.
double CalibratedThreshold(std::span<const double> distances, const Calibration& calibration = {});

/// An alarm is on while at least `k` of the last `n` windows were beyond the threshold; "two
/// windows running" is 2 of 2.
struct AlarmRule {
  std::uint32_t k = 2;
  std::uint32_t n = 2;  ///< At most kWindowsMax.

  static constexpr std::uint32_t kWindowsMax = 64;
};
/// kInvalidArgument, naming the field, unless 1 <= k <= n <= kWindowsMax.
Status Validate(const AlarmRule& rule);

/// All that is remembered between windows; may be stored.
struct AlarmState {
  std::uint64_t recent = 0;  ///< One bit a window, the newest lowest: was it beyond?
  bool on = false;

  bool operator==(const AlarmState&) const = default;
};
enum class AlarmChange : std::uint8_t { kNone = 0, kRaised = 1, kCleared = 2 };
/// The state after one more window, in the order of event time; a window without a verdict is not
/// given. `rule` is valid.
AlarmState Step(const AlarmRule& rule, const AlarmState& state, bool beyond);
AlarmChange ChangeOf(const AlarmState& before, const AlarmState& after);

}  // namespace galley::stats
