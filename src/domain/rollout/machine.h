#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "foundation/schema/message.h"

/// How a rollout goes on, after Argo Rollouts' words (docs/formats/rollout.md). Pure: no clock, no
/// database, no gateway.
namespace galley::rollout {

/// What an analysis says of a window, and of those before it.
enum class Verdict : std::uint8_t {
  kNone,          ///< Nothing yet: the next window is looked at.
  kNoData,        ///< There was nothing to look at.
  kPass,          ///< The challenger is better.
  kFail,          ///< It is worse, or beyond a limit.
  kInconclusive,  ///< No evidence within the windows that it had.
  kError,         ///< It could not be looked at.
};
/// `pass`, `no data`.
std::string_view VerdictName(Verdict verdict);

/// What follows where there is nothing to look at.
enum class NoData : std::uint8_t { kWait, kInconclusive, kFail, kPass };
/// What follows a verdict that is none to go on with.
enum class Otherwise : std::uint8_t { kRollBack, kPause };

/// A step as the machine sees it. Shares are thousandths.
struct PlannedStep {
  enum class Kind : std::uint8_t { kSetWeight, kMirror, kAnalysis, kPause };
  Kind kind = Kind::kPause;
  std::int64_t share = 0;  ///< Of kSetWeight and kMirror.
  std::string monitor;     ///< Whose windows count: of kAnalysis, and of kPause with `windows`.
  std::optional<std::int64_t> duration_ms;  ///< Of kPause; with `windows` null too: until resumed.
  std::optional<std::int64_t> windows;
  NoData no_data = NoData::kWait;
  Otherwise on_inconclusive = Otherwise::kRollBack;
  Otherwise on_failure = Otherwise::kRollBack;
  std::int64_t errors_max = 4;  ///< More in a row are a failure.
};
/// After the last step the challenger is promoted.
struct Plan {
  std::vector<PlannedStep> steps;
};

enum class Phase : std::uint8_t {
  kProgressing,
  kPaused,      ///< By a step, by a person, or without evidence.
  kDegraded,    ///< An analysis failed and does not roll back, or cannot be made.
  kPromoted,    ///< The challenger is the champion. This and the rest are ends.
  kAborted,     ///< By a person: the challenger is out of the traffic.
  kRolledBack,  ///< By a verdict, a guardrail or a model that cannot be loaded: the same.
  kUndone,      ///< It was promoted, and what was before it is back.
};
std::string_view PhaseName(Phase phase);
bool IsEnd(Phase phase);
struct State;
/// Whether a state that was read can be one of the plan's.
bool IsWhole(const Plan& plan, const State& state);

/// Where a rollout stands. All of it: as JSON it is stored and read back.
struct State {
  std::int64_t rollout = 0;  ///< Its number.
  std::string phase = "progressing";
  std::string reason;
  std::int64_t turn = 0;  ///< Counts the changes of step, phase and what holds it.
  /// Of the plan; -1: the challenger is loaded; as many as there are: the last one is over.
  std::int64_t step = -1;
  bool done = false;        ///< The step is over, but something holds the rollout.
  bool held = false;        ///< By a person.
  std::string blocked;      ///< `inconclusive` or `failed`: a verdict keeps it at this step.
  std::int64_t awaits = 0;  ///< Snapshot version that the gateway must acknowledge; 0: none.
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  std::int64_t attempt = 0;            ///< Counts analyses, and pauses by windows.
  std::optional<std::int64_t> began;   ///< Windows after this one count; null: all.
  std::optional<std::int64_t> judged;  ///< The last window that was looked at.
  std::int64_t errors = 0;             ///< In a row.
  std::optional<std::int64_t> until_ms;
  static const schema::Message kSchema;

  bool operator==(const State&) const = default;
  Phase Now() const;
};

// What happens to a rollout. Each says which state it is meant for, so that one that is late,
// comes twice or out of order changes nothing.
struct Started {};
struct Acknowledged {
  std::int64_t version = 0;  ///< That the gateway serves.
  bool is_loaded = false;    ///< The challenger's model.
};
struct WindowClosed {
  std::int64_t step = 0;
  std::int64_t attempt = 0;
  std::int64_t window = 0;
  Verdict verdict = Verdict::kNone;
  std::string reason;
};
/// The analysis of this step cannot be made at all: its monitor is gone.
struct AnalysisLost {
  std::int64_t step = 0;
  std::string reason;
};
struct TimePassed {};
struct Promote {
  std::int64_t turn = 0;
  bool full = false;  ///< Past all steps.
  std::string reason;
};
struct Pause {
  std::string reason;
};
struct Resume {
  std::int64_t turn = 0;
  std::string reason;
};
struct Abort {
  std::string reason;
};
struct Retry {
  std::int64_t turn = 0;
  std::string reason;
};
struct Undo {
  std::string reason;
};
struct GuardrailTripped {
  std::string reason;
};
struct LoadFailed {
  std::string reason;
};
struct Event {
  std::int64_t rollout = 0;  ///< One that is meant for another rollout is passed over.
  std::variant<Started, Acknowledged, WindowClosed, AnalysisLost, TimePassed, Promote, Pause,
               Resume, Abort, Retry, Undo, GuardrailTripped, LoadFailed>
      what;
};

// What is to be done, in order, in the transaction that stores the state.
struct SetTraffic {
  std::int64_t weight = 0;  ///< Of the challenger.
  std::int64_t mirror = 0;  ///< Of champion and challenger.
};
struct MakeChampion {};  ///< Of the challenger; the champion goes.
struct Withdraw {};      ///< The challenger goes.
struct Tell {
  std::string_view kind;  ///< Of an event: `rollout.stepped`.
  std::string reason;
};
using Action = std::variant<SetTraffic, MakeChampion, Withdraw, Tell>;

/// What the machine may know of the world.
struct World {
  std::int64_t now_ms = 0;
  std::int64_t next_version = 0;  ///< Of the snapshot, if an action changes it.
  std::map<std::string, std::int64_t, std::less<>> newest;  ///< Window of a monitor that has any.
};

struct Stepped {
  State state;
  std::vector<Action> actions;
  std::string refusal;  ///< Why a person's verb does not apply; else empty.
};
/// The only way in which a rollout changes. A state that stays as it is has no actions.
Stepped Step(const Plan& plan, const State& state, const Event& event, const World& world);

std::string StateJson(const State& state);

}  // namespace galley::rollout
