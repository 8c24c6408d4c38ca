#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// The states of an alert, as Prometheus has them (docs/formats/alert.md).
namespace galley::watch {

enum class State : std::uint8_t { kInactive = 0, kPending = 1, kFiring = 2, kResolved = 3 };
/// `inactive`, …
std::string_view StateName(State state);

/// What an evaluation says of a rule's expression.
enum class Seen : std::uint8_t { kHit, kMiss, kNoData, kError };
/// `hit`, `miss`, `no data`, `error`.
std::string_view SeenName(Seen seen);

enum class NoData : std::uint8_t { kKeep, kInactive, kAlert };

/// What of a rule its states depend on. Times of one rule are all in one unit.
struct Timing {
  double hold = 0;  ///< `for`
  double keep = 0;  ///< `keep_firing_for`
  NoData no_data = NoData::kKeep;
};

/// All that is remembered between evaluations; may be stored.
struct AlertState {
  State state = State::kInactive;
  double active_at = 0;              ///< Since when the expression holds, if pending or firing.
  std::optional<double> kept_since;  ///< Since when it does not any more, if it is firing still.

  bool operator==(const AlertState&) const = default;
};

/// The state after one more evaluation; `now` grows.
AlertState Step(const Timing& timing, const AlertState& state, Seen seen, double now);

}  // namespace galley::watch
