#include <algorithm>
#include <utility>

#include "domain/rollout/contingency.h"
#include "domain/rollout/review.h"
#include "domain/rollout/rollout_rows.h"

namespace galley::rollout {
namespace {

/// What the verbs of one rollout are judged by.
struct Situation {
  const Rollout& rollout;
  Plan plan;
  World world;
  std::string champion;    ///< `MODEL@VERSION`.
  std::string challenger;  ///< The same.
  std::string gone;        ///< Why nothing can be done to it at all; else empty.
  std::string plan_says;   ///< Why it cannot go on because of a contingency plan; else empty.
  std::string undo_says;   ///< Why the endpoint cannot be undone; else empty.
  std::string before;      ///< What an undo brings back: `MODEL@VERSION`.
  std::optional<std::int64_t> ms;
};

std::string NameOf(const Variant& variant) {
  return fmt::format("{}@{}", variant.model, variant.version);
}

std::string WhyNot(const Status& status) {
  return status ? std::string() : status.error().message;
}

/// How long the gateway took for the newest change that it acknowledged.
std::optional<std::int64_t> Took(const std::vector<ReviewStep>& steps) {
  std::optional<std::int64_t> ms;
  for (const ReviewStep& step : steps) {
    if ((step.kind == "setWeight" || step.kind == "mirror") && step.started_ms && step.ended_ms) {
      ms = *step.ended_ms - *step.started_ms;
    }
  }
  return ms;
}

Result<Situation> Survey(db::Connection& db, std::int64_t project, const Rollout& rollout,
                         const std::vector<ReviewStep>& steps, std::int64_t now_ms) {
  Situation it{.rollout = rollout,
               .plan = PlanOf(rollout.strategy),
               .world = {.now_ms = now_ms, .next_version = TRY(SnapshotVersion(db)) + 1},
               .ms = Took(steps)};
  it.champion = NameOf(TRY(GetVariant(db, project, rollout.champion)).variant);
  it.challenger = NameOf(TRY(GetVariant(db, project, rollout.challenger)).variant);
  const auto endpoint = GetEndpoint(db, project, rollout.endpoint);
  if (!endpoint && endpoint.error().code != Code::kNotFound) {
    return std::unexpected(endpoint.error());
  }
  if (!endpoint || endpoint->row != rollout.endpoint_row) {
    it.gone = fmt::format("the endpoint '{}' was deleted", rollout.endpoint);
    return it;
  }
  const auto newest = TRY(FindNewest(db, endpoint->row));
  if (newest && newest->number != rollout.number) {
    it.gone =
        fmt::format("rollout {} of endpoint '{}' came after it", newest->number, rollout.endpoint);
  }
  it.plan_says = WhyNot(CheckNoContingency(db, *endpoint, "rolled out further"));
  it.undo_says = WhyNot(CheckNoRollout(db, *endpoint, "undone"));
  const auto target = UndoTarget(db, *endpoint, std::nullopt);
  if (target) {
    it.before = NameOf(target->variant);
  } else if (it.undo_says.empty()) {
    it.undo_says = target.error().message;
  }
  return it;
}

/// What the machine says to an event of a person.
template <typename What>
Stepped Ask(const Situation& it, What what) {
  return Step(it.plan, it.rollout.state, {it.rollout.number, std::move(what)}, it.world);
}

/// Fills in a verb from what the machine said.
VerbReview Of(const Situation& it, std::string_view verb, const Stepped& stepped) {
  VerbReview shown{.verb = std::string(verb), .why = it.gone.empty() ? stepped.refusal : it.gone};
  const State& before = it.rollout.state;
  const State& after = stepped.state;
  shown.allowed = shown.why.empty();
  shown.effect.from = before.weight;
  shown.effect.to = after.weight;
  if (!shown.allowed) return shown;
  shown.effect.ms = it.ms;
  if (after.Now() == Phase::kPromoted && before.Now() != Phase::kPromoted) {
    shown.effect.text_key = "finish";
    shown.effect.to = 1000;
    shown.effect.answers = it.challenger;
  } else if (after.step > before.step && after.step < std::ssize(it.plan.steps)) {
    shown.effect.text_key = "step";
    shown.effect.next = Describe(it.plan.steps[static_cast<std::size_t>(after.step)]);
  }
  return shown;
}

/// Those that lead on are refused while a plan is in force.
VerbReview Onward(const Situation& it, std::string_view verb, const Stepped& stepped) {
  VerbReview shown = Of(it, verb, stepped);
  if (shown.allowed && !it.plan_says.empty()) {
    shown.allowed = false;
    shown.why = it.plan_says;
  }
  return shown;
}

VerbReview ToRetry(const Situation& it) {
  const Phase phase = it.rollout.state.Now();
  VerbReview shown = Onward(it, "retry", Ask(it, Retry{it.rollout.state.turn, ""}));
  if (phase != Phase::kAborted && phase != Phase::kRolledBack) {
    shown.effect.text_key = "retry";
    return shown;
  }
  shown.why = it.gone.empty() ? it.plan_says : it.gone;
  shown.allowed = shown.why.empty();
  shown.effect.text_key = "again";
  if (!it.plan.steps.empty()) shown.effect.next = Describe(it.plan.steps.front());
  return shown;
}

VerbReview ToUndo(const Situation& it) {
  VerbReview shown{.verb = "undo", .why = it.gone.empty() ? it.undo_says : it.gone};
  const bool was_promoted = it.rollout.state.Now() == Phase::kPromoted;
  if (shown.why.empty() && !was_promoted) {
    shown.why = fmt::format("it was not promoted: it has ended: {}", it.rollout.state.phase);
  }
  shown.allowed = shown.why.empty();
  shown.effect.text_key = "undo";
  shown.effect.from = was_promoted ? 1000 : it.rollout.state.weight;
  if (shown.allowed) {
    shown.effect.answers = it.before;
    shown.effect.ms = it.ms;
  } else {
    shown.effect.to = shown.effect.from;
  }
  return shown;
}

}  // namespace

Result<std::vector<VerbReview>> ReviewVerbs(db::Connection& db, std::int64_t project,
                                            const Rollout& rollout,
                                            const std::vector<ReviewStep>& steps,
                                            std::int64_t now_ms) {
  const Situation it = TRY(Survey(db, project, rollout, steps, now_ms));
  const std::int64_t turn = rollout.state.turn;
  std::vector<VerbReview> verbs;
  verbs.push_back(Onward(it, "promote", Ask(it, Promote{turn, false, ""})));
  if (verbs.back().effect.text_key.empty()) verbs.back().effect.text_key = "step";
  verbs.push_back(Onward(it, "promote_full", Ask(it, Promote{turn, true, ""})));
  verbs.back().effect.text_key = "finish";
  verbs.back().needs_reason = std::ranges::any_of(steps, [](const ReviewStep& step) {
    return step.kind == "analysis" && step.verdict != "pass";
  });
  verbs.push_back(Of(it, "pause", Ask(it, Pause{})));
  verbs.back().effect.text_key = "pause";
  if (verbs.back().allowed && rollout.state.held) {
    verbs.back().allowed = false;
    verbs.back().why = "it is paused by a person already";
  }
  verbs.push_back(Onward(it, "resume", Ask(it, Resume{turn, ""})));
  if (verbs.back().effect.text_key.empty()) verbs.back().effect.text_key = "resume";
  verbs.push_back(Of(it, "abort", Ask(it, Abort{})));
  verbs.back().effect.text_key = "abort";
  if (verbs.back().allowed && IsEnd(rollout.state.Now())) {
    verbs.back().allowed = false;
    verbs.back().why = fmt::format("it has ended: {}", rollout.state.phase);
  }
  if (verbs.back().allowed) verbs.back().effect.answers = it.champion;
  verbs.push_back(ToRetry(it));
  verbs.push_back(ToUndo(it));
  return verbs;
}

}  // namespace galley::rollout
