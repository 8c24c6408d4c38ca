#include "app/up/supervisor.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <string.h>

namespace galley::up {
namespace {

constexpr int kExitWrongConfiguration = 2;
constexpr std::int64_t kNever = INT64_MAX;

}  // namespace

std::string_view ChildName(Child child) {
  return child == Child::kServer ? "server" : "gateway";
}

std::string Describe(const Exit& exit) {
  if (exit.signal == 0) return fmt::format("exit code {}", exit.code);
  const char* meaning = ::sigdescr_np(exit.signal);
  return fmt::format("signal {} ({})", exit.signal, meaning != nullptr ? meaning : "unknown");
}

std::vector<Action> Supervisor::Step(const Event& event, std::int64_t now_ms) {
  now_ms_ = now_ms;
  actions_.clear();
  std::visit([this](const auto& one) { On(one); }, event);
  return std::exchange(actions_, {});
}

std::optional<std::int64_t> Supervisor::NextDeadlineMs() const {
  std::int64_t next = kNever;
  for (const auto& state : children_) {
    if (state.phase == Phase::kStarting || state.phase == Phase::kStopping) {
      next = std::min(next, state.deadline_ms);
    }
  }
  return next == kNever ? std::nullopt : std::optional(next);
}

void Supervisor::On(const Begin& /*event*/) {
  Start(Child::kServer);
  Start(Child::kGateway);
}

void Supervisor::Start(Child child) {
  auto& state = StateOf(child);
  state.phase = Phase::kStarting;
  state.deadline_ms = now_ms_ + policy_.start_timeout_ms;
  actions_.emplace_back(StartChild{child});
}

void Supervisor::On(const ChildReady& event) {
  auto& state = StateOf(event.child);
  if (state.phase != Phase::kStarting) return;
  state.phase = Phase::kReady;
  state.was_ready = true;
  const auto ready = [](const ChildState& one) { return one.phase == Phase::kReady; };
  if (announced_ || !std::ranges::all_of(children_, ready)) return;
  announced_ = true;
  actions_.emplace_back(AnnounceReady{});
}

void Supervisor::On(const ChildExited& event) {
  auto& state = StateOf(event.child);
  state.phase = Phase::kGone;
  if (stopping_) return StopNext();
  const auto name = ChildName(event.child);
  const auto how = Describe(event.exit);
  if (event.exit.signal == 0 && event.exit.code == kExitWrongConfiguration) {
    return GiveUp(kExitWrongConfiguration, fmt::format("galley {} refused to start", name));
  }
  if (!state.was_ready) {
    return GiveUp(1, fmt::format("galley {} ended before it was ready: {}", name, how));
  }
  auto& restarts = state.restarts_ms;
  while (!restarts.empty() && restarts.front() + policy_.restart_window_ms <= now_ms_) {
    restarts.pop_front();
  }
  if (restarts.size() >= policy_.restarts_max) {
    return GiveUp(1, fmt::format("galley {} ended {} times in {} s, last with {}", name,
                                 restarts.size() + 1, policy_.restart_window_ms / 1000, how));
  }
  restarts.push_back(now_ms_);
  actions_.emplace_back(ReportRestart{event.child, event.exit});
  Start(event.child);
}

void Supervisor::On(const StopRequested& /*event*/) {
  if (!stopping_) return GiveUp(0, "");
  // timeout(1) and others signal the process and its group: the same request, twice.
  if (now_ms_ < stop_since_ms_ + policy_.stop_again_ms) return;
  for (const Child child : {Child::kGateway, Child::kServer}) {
    if (StateOf(child).phase == Phase::kGone) continue;
    actions_.emplace_back(KillChild{child, "asked to stop a second time"});
  }
}

void Supervisor::On(const TimePassed& /*event*/) {
  for (const Child child : {Child::kServer, Child::kGateway}) {
    auto& state = StateOf(child);
    const bool starting = state.phase == Phase::kStarting;
    if (!starting && state.phase != Phase::kStopping) continue;
    if (now_ms_ < state.deadline_ms) continue;
    // The kill itself cannot fail; its ChildExited comes next.
    state.deadline_ms = kNever;
    actions_.emplace_back(
        KillChild{child, starting ? "not ready in time" : "did not stop in time"});
  }
}

void Supervisor::GiveUp(int exit_code, std::string reason) {
  stopping_ = true;
  stop_since_ms_ = now_ms_;
  exit_code_ = exit_code;
  reason_ = std::move(reason);
  StopNext();
}

/// Stops the last child that still runs, or finishes. Clients lose the gateway first and the server
/// last, so that what the gateway still has to hand over finds the server there.
void Supervisor::StopNext() {
  for (const Child child : {Child::kGateway, Child::kServer}) {
    auto& state = StateOf(child);
    if (state.phase == Phase::kGone) continue;
    if (state.phase == Phase::kStopping) return;
    state.phase = Phase::kStopping;
    state.deadline_ms = now_ms_ + policy_.stop_timeout_ms;
    actions_.emplace_back(TerminateChild{child});
    return;
  }
  actions_.emplace_back(Finish{exit_code_, reason_});
}

}  // namespace galley::up
