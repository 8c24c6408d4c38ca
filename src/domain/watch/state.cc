#include "domain/watch/state.h"

namespace galley::watch {
namespace {

constexpr std::string_view kStates[] = {"inactive", "pending", "firing", "resolved"};
constexpr std::string_view kSeen[] = {"hit", "miss", "no data", "error"};

AlertState OnHit(const Timing& timing, AlertState state, double now) {
  if (state.state == State::kInactive || state.state == State::kResolved) {
    state = {.state = State::kPending, .active_at = now};
  }
  state.kept_since.reset();
  if (state.state == State::kPending && now - state.active_at >= timing.hold) {
    state.state = State::kFiring;
  }
  return state;
}

AlertState OnMiss(const Timing& timing, AlertState state, double now) {
  if (state.state == State::kPending) return {};
  if (state.state != State::kFiring) return state;
  if (!state.kept_since) state.kept_since = now;
  if (now - *state.kept_since < timing.keep) return state;
  return {.state = State::kResolved};
}

}  // namespace

std::string_view StateName(State state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::string_view SeenName(Seen seen) {
  return kSeen[static_cast<std::size_t>(seen)];
}

AlertState Step(const Timing& timing, const AlertState& state, Seen seen, double now) {
  if (seen == Seen::kNoData) {
    if (timing.no_data == NoData::kKeep) return state;
    seen = timing.no_data == NoData::kAlert ? Seen::kHit : Seen::kMiss;
  }
  switch (seen) {
    case Seen::kHit: return OnHit(timing, state, now);
    case Seen::kMiss: return OnMiss(timing, state, now);
    case Seen::kNoData:
    case Seen::kError: break;
  }
  return state;
}

}  // namespace galley::watch
