#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace galley::up {

/// The processes of a Galley, in the order in which they start; they stop in the opposite one.
enum class Child : std::uint8_t { kServer = 0, kGateway = 1 };
inline constexpr std::size_t kChildCount = 2;
std::string_view ChildName(Child child);

/// When the supervisor acts. Times are milliseconds of one monotonic clock.
struct Policy {
  std::size_t restarts_max = 5;             ///< More restarts of a child than this …
  std::int64_t restart_window_ms = 30'000;  ///< … within this time end everything.
  std::int64_t start_timeout_ms = 30'000;   ///< A child that is not ready by then is killed.
  std::int64_t stop_timeout_ms = 10'000;    ///< A child that does not end by then is killed.
  std::int64_t stop_again_ms = 500;         ///< A second request to stop counts from then on.
};

/// How a process ended: its exit code, or the signal that killed it.
struct Exit {
  int code = 0;
  int signal = 0;
};

// What happens to the supervisor …
struct Begin {};
struct ChildReady {
  Child child;
};
struct ChildExited {
  Child child;
  Exit exit;
};
struct StopRequested {};  ///< Once: stop in order. Again: kill.
struct TimePassed {};
using Event = std::variant<Begin, ChildReady, ChildExited, StopRequested, TimePassed>;

// … and what it does then.
struct StartChild {
  Child child;
};
struct TerminateChild {
  Child child;
};
struct KillChild {
  Child child;
  std::string_view why;
};
struct AnnounceReady {};  ///< All children are ready for the first time.
struct ReportRestart {
  Child child;
  Exit exit;
};
struct Finish {
  int exit_code;
  std::string reason;
};  ///< All children are gone.
using Action =
    std::variant<StartChild, TerminateChild, KillChild, AnnounceReady, ReportRestart, Finish>;

/// Keeps the children running, after Erlang's `one_for_one` supervisor: a child that ends is
/// started again at once; one that ends too often, that never became ready, or that says by exit
/// code 2 that its configuration is wrong, ends everything. A pure state machine: no clock, no
/// process, one thread.
class Supervisor {
 public:
  explicit Supervisor(Policy policy) : policy_(policy) {}

  std::vector<Action> Step(const Event& event, std::int64_t now_ms);

  /// When the next TimePassed is due; none if nothing is waited for.
  std::optional<std::int64_t> NextDeadlineMs() const;

 private:
  enum class Phase : std::uint8_t { kGone, kStarting, kReady, kStopping };
  struct ChildState {
    Phase phase = Phase::kGone;
    bool was_ready = false;
    std::int64_t deadline_ms = 0;          // Of kStarting and kStopping.
    std::deque<std::int64_t> restarts_ms;  // Within the window.
  };

  void On(const Begin&);
  void On(const ChildReady& event);
  void On(const ChildExited& event);
  void On(const StopRequested&);
  void On(const TimePassed&);
  void Start(Child child);
  void StopNext();
  void GiveUp(int exit_code, std::string reason);
  ChildState& StateOf(Child child) { return children_[static_cast<std::size_t>(child)]; }

  Policy policy_;
  std::array<ChildState, kChildCount> children_;
  bool announced_ = false;
  bool stopping_ = false;
  std::int64_t stop_since_ms_ = 0;
  int exit_code_ = 0;
  std::string reason_;
  std::int64_t now_ms_ = 0;      // Of the step that runs.
  std::vector<Action> actions_;  // Of the step that runs.
};

/// "exit code 1", "signal 9 (Killed)".
std::string Describe(const Exit& exit);

}  // namespace galley::up
