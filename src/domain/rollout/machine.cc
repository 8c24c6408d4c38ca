#include "domain/rollout/machine.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "foundation/base/check.h"
#include "foundation/schema/encode.h"

namespace galley::rollout {
namespace {

using schema::Field;
using schema::Of;
using Kind = PlannedStep::Kind;

constexpr Field kState[] = {
    Of<&State::rollout>("rollout"), Of<&State::phase>("phase"),
    Of<&State::reason>("reason"),   Of<&State::turn>("turn"),
    Of<&State::step>("step"),       Of<&State::done>("done"),
    Of<&State::held>("held"),       Of<&State::blocked>("blocked"),
    Of<&State::awaits>("awaits"),   Of<&State::weight>("weight"),
    Of<&State::mirror>("mirror"),   Of<&State::attempt>("attempt"),
    Of<&State::began>("began"),     Of<&State::judged>("judged"),
    Of<&State::errors>("errors"),   Of<&State::until_ms>("until_ms"),
};

constexpr std::array<std::string_view, 7> kPhases = {
    "progressing", "paused", "degraded", "promoted", "aborted", "rolled_back", "undone"};
constexpr std::array<std::string_view, 6> kVerdicts = {"none", "no data",      "pass",
                                                       "fail", "inconclusive", "error"};

/// One step of the machine: the state as it becomes, with what is to be done.
class Machine {
 public:
  Machine(const Plan& plan, const State& state, const World& world)
      : plan_(plan), world_(world), state_(state) {}

  Stepped Take(const State& before) && {
    if (!IsEnd(state_.Now())) state_.phase = PhaseName(Standing());
    const auto place = [](const State& state) {
      return std::tuple(state.step, state.attempt, state.phase, state.blocked, state.held);
    };
    if (place(before) != place(state_)) ++state_.turn;
    return {std::move(state_), std::move(actions_), std::move(refusal_)};
  }

  void On(const Started&) {
    if (state_.step != -1 || state_.awaits != 0 || state_.done || IsEnd(state_.Now())) return;
    Tells("rollout.started", "the challenger is being loaded");
    Traffic(0, 0);
  }

  void On(const Acknowledged& event) {
    if (state_.awaits == 0 || event.version < state_.awaits) return;
    if (!IsEnd(state_.Now()) && state_.step < 0 && !event.is_loaded) return;
    const std::string what =
        fmt::format("the gateway serves version {} of the snapshot", event.version);
    state_.awaits = 0;
    if (IsEnd(state_.Now())) {
      actions_.push_back(Tell{"rollout.acknowledged", what});
      return;
    }
    Tells("rollout.acknowledged", what);
    state_.done = true;
    GoOn();
  }

  void On(const WindowClosed& event) {
    const PlannedStep* step = Current();
    if (step == nullptr || state_.done || !state_.blocked.empty()) return;
    if (event.step != state_.step || event.attempt != state_.attempt) return;
    if (event.window <= state_.judged.value_or(event.window - 1)) return;
    if (event.window <= state_.began.value_or(event.window - 1)) return;
    if (step->kind == Kind::kPause && step->windows) {
      if (!state_.began) state_.began = event.window - 1;
      state_.judged = event.window;
      if (event.window - *state_.began < *step->windows) return;
      state_.done = true;
      GoOn();
    }
    if (step->kind != Kind::kAnalysis) return;
    state_.judged = event.window;
    Tells("rollout.judged", event.reason);
    Judge(*step, event.verdict);
    GoOn();
  }

  void On(const AnalysisLost& event) {
    const PlannedStep* step = Current();
    if (step == nullptr || event.step != state_.step || state_.done) return;
    if (!state_.blocked.empty()) return;
    state_.blocked = "failed";
    Tells("rollout.paused", event.reason);
  }

  void On(const TimePassed&) {
    if (Current() == nullptr || state_.done || !state_.until_ms) return;
    if (world_.now_ms < *state_.until_ms) return;
    state_.until_ms.reset();
    state_.done = true;
    GoOn();
  }

  void On(const Promote& event) {
    if (!MayAct("promote", event.turn)) return;
    if (state_.step < 0 && !state_.done) {
      return Refuse("its challenger is not loaded yet: there is nothing to go on to");
    }
    if (!event.full && state_.awaits != 0) {
      return Refuse(fmt::format(
          "it waits for the gateway to acknowledge version {} of the snapshot", state_.awaits));
    }
    Unblock();
    state_.held = false;
    if (event.full) return Finish(event.reason);
    actions_.push_back(Tell{"rollout.resumed", event.reason});
    state_.done = true;
    GoOn();
  }

  void On(const Pause& event) {
    if (IsEnd(state_.Now())) return Refuse(Ended());
    if (state_.held) return;  // Twice is once.
    state_.held = true;
    Tells("rollout.paused", event.reason.empty() ? "paused by a person" : event.reason);
  }

  void On(const Resume& event) {
    if (!MayAct("resume", event.turn)) return;
    if (!state_.blocked.empty()) {
      return Refuse(fmt::format("its analysis ended: {}; it can be promoted, retried or aborted",
                                state_.reason));
    }
    const PlannedStep* step = Current();
    const bool is_pause = step != nullptr && step->kind == Kind::kPause && !state_.done;
    if (!state_.held && !is_pause) return Refuse("it is not paused");
    if (!state_.held) {
      state_.done = true;
      state_.until_ms.reset();
    }
    state_.held = false;
    Tells("rollout.resumed", event.reason.empty() ? "resumed by a person" : event.reason);
    GoOn();
  }

  void On(const Abort& event) {
    switch (state_.Now()) {
      case Phase::kPromoted:
      case Phase::kUndone: return Refuse(Ended());
      case Phase::kAborted:
      case Phase::kRolledBack: return;  // Twice is once.
      default: break;
    }
    End(Phase::kAborted, "rollout.aborted",
        event.reason.empty() ? "aborted by a person" : event.reason);
  }

  void On(const Retry& event) {
    if (!MayAct("retry", event.turn)) return;
    if (state_.blocked.empty() && state_.errors == 0) return Refuse("nothing of it failed");
    Unblock();
    Tells("rollout.retried", event.reason.empty() ? "the analysis begins anew" : event.reason);
    BeginWindows(plan_.steps[static_cast<std::size_t>(state_.step)]);
  }

  void On(const Undo& event) {
    if (state_.Now() == Phase::kUndone) return;
    if (state_.Now() != Phase::kPromoted) return Refuse("it was not promoted");
    state_.phase = PhaseName(Phase::kUndone);
    state_.reason = event.reason;
    state_.awaits = world_.next_version;
  }

  void On(const GuardrailTripped& event) { RollBack(event.reason); }
  void On(const LoadFailed& event) { RollBack(event.reason); }

 private:
  const PlannedStep* Current() const {
    if (IsEnd(state_.Now()) || state_.step < 0) return nullptr;
    CHECK(state_.step < std::ssize(plan_.steps));
    return &plan_.steps[static_cast<std::size_t>(state_.step)];
  }

  /// What the phase is, short of an end.
  Phase Standing() const {
    if (state_.blocked == "failed" || state_.errors > 0) return Phase::kDegraded;
    if (state_.held || !state_.blocked.empty()) return Phase::kPaused;
    const PlannedStep* step = Current();
    return step != nullptr && step->kind == Kind::kPause ? Phase::kPaused : Phase::kProgressing;
  }

  void Judge(const PlannedStep& step, Verdict verdict) {
    if (verdict == Verdict::kError) {
      if (++state_.errors <= step.errors_max) return;
      verdict = Verdict::kFail;
    }
    state_.errors = 0;
    if (verdict == Verdict::kNoData) {
      switch (step.no_data) {
        case NoData::kWait: return;
        case NoData::kInconclusive: verdict = Verdict::kInconclusive; break;
        case NoData::kFail: verdict = Verdict::kFail; break;
        case NoData::kPass: verdict = Verdict::kPass; break;
      }
    }
    if (verdict == Verdict::kPass) state_.done = true;
    if (verdict == Verdict::kFail) Miss(step.on_failure, "failed");
    if (verdict == Verdict::kInconclusive) Miss(step.on_inconclusive, "inconclusive");
  }

  void Miss(Otherwise otherwise, std::string_view why) {
    if (otherwise == Otherwise::kRollBack) return RollBack(state_.reason);
    state_.blocked = why;
    actions_.push_back(Tell{"rollout.paused", state_.reason});
  }

  /// Enters what is next, if nothing holds the rollout at its step.
  void GoOn() {
    if (IsEnd(state_.Now()) || !state_.done || state_.held || !state_.blocked.empty()) return;
    if (state_.step + 1 == std::ssize(plan_.steps)) return Finish("all steps are done");
    ++state_.step;
    state_.done = false;
    state_.until_ms.reset();
    const PlannedStep& step = plan_.steps[static_cast<std::size_t>(state_.step)];
    switch (step.kind) {
      case Kind::kSetWeight:
        Tells("rollout.stepped", fmt::format("step {}: weight {} ‰", state_.step + 1, step.share));
        Traffic(step.share, state_.mirror);
        break;
      case Kind::kMirror:
        Tells("rollout.stepped", fmt::format("step {}: mirror {} ‰", state_.step + 1, step.share));
        Traffic(state_.weight, step.share);
        break;
      case Kind::kAnalysis:
        Tells("rollout.stepped",
              fmt::format("step {}: analysis of monitor {}", state_.step + 1, step.monitor));
        BeginWindows(step);
        break;
      case Kind::kPause:
        Tells("rollout.stepped", fmt::format("step {}: pause", state_.step + 1));
        if (step.duration_ms) state_.until_ms = world_.now_ms + *step.duration_ms;
        if (step.windows) BeginWindows(step);
        break;
    }
  }

  void BeginWindows(const PlannedStep& step) {
    ++state_.attempt;
    state_.judged.reset();
    state_.began.reset();
    const auto newest = world_.newest.find(step.monitor);
    if (newest != world_.newest.end()) state_.began = newest->second;
  }

  void Traffic(std::int64_t weight, std::int64_t mirror) {
    state_.weight = weight;
    state_.mirror = mirror;
    state_.awaits = world_.next_version;
    actions_.push_back(SetTraffic{weight, mirror});
  }

  void Finish(std::string reason) {
    state_.step = std::ssize(plan_.steps);
    state_.phase = PhaseName(Phase::kPromoted);
    state_.weight = 0;
    state_.mirror = 0;
    Leave();
    actions_.push_back(MakeChampion{});
    Tells("rollout.promoted", std::move(reason));
  }

  void RollBack(std::string reason) {
    if (IsEnd(state_.Now())) return;
    End(Phase::kRolledBack, "rollout.rolled_back", std::move(reason));
  }

  void End(Phase phase, std::string_view kind, std::string reason) {
    state_.phase = PhaseName(phase);
    state_.weight = 0;
    state_.mirror = 0;
    Leave();
    actions_.push_back(Withdraw{});
    Tells(kind, std::move(reason));
  }

  /// What only a rollout that goes on has.
  void Leave() {
    Unblock();
    state_.done = false;
    state_.held = false;
    state_.until_ms.reset();
    state_.awaits = world_.next_version;
  }

  void Unblock() {
    state_.blocked.clear();
    state_.errors = 0;
  }

  /// Whether a person's verb is for the rollout as it is; else it is refused.
  bool MayAct(std::string_view verb, std::int64_t turn) {
    if (IsEnd(state_.Now())) {
      Refuse(Ended());
      return false;
    }
    if (turn == state_.turn) return true;
    Refuse(fmt::format("it went on since you looked (turn {}, now {}): look again before you {}",
                       turn, state_.turn, verb));
    return false;
  }

  std::string Ended() const {
    return fmt::format("it has ended: {}{}{}", state_.phase, state_.reason.empty() ? "" : ", ",
                       state_.reason);
  }

  void Refuse(std::string why) { refusal_ = std::move(why); }

  void Tells(std::string_view kind, std::string reason) {
    state_.reason = reason;
    actions_.push_back(Tell{kind, std::move(reason)});
  }

  const Plan& plan_;
  const World& world_;
  State state_;
  std::vector<Action> actions_;
  std::string refusal_;
};

}  // namespace

const schema::Message State::kSchema{"rollout_state", kState};

std::string_view VerdictName(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

std::string_view PhaseName(Phase phase) {
  return kPhases[static_cast<std::size_t>(phase)];
}

bool IsEnd(Phase phase) {
  return phase >= Phase::kPromoted;
}

bool IsWhole(const Plan& plan, const State& state) {
  if (std::ranges::find(kPhases, state.phase) == kPhases.end()) return false;
  if (state.step < -1 || state.step > std::ssize(plan.steps)) return false;
  return IsEnd(state.Now()) || state.step < std::ssize(plan.steps);
}

Phase State::Now() const {
  const auto found = std::ranges::find(kPhases, phase);
  CHECK(found != kPhases.end());
  return static_cast<Phase>(found - kPhases.begin());
}

Stepped Step(const Plan& plan, const State& state, const Event& event, const World& world) {
  if (event.rollout != state.rollout) return {state, {}, {}};
  Machine machine(plan, state, world);
  std::visit([&](const auto& what) { machine.On(what); }, event.what);
  return std::move(machine).Take(state);
}

std::string StateJson(const State& state) {
  return schema::ToJson(state, schema::EmptyLists::kWrite);
}

}  // namespace galley::rollout
