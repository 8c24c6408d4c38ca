#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "domain/rollout/machine.h"
#include "foundation/schema/decode.h"
#include "foundation/stats/evidence.h"

namespace galley::rollout {
namespace {

using Kind = PlannedStep::Kind;
using Random = std::mt19937_64;

std::int64_t Draw(Random& random, std::int64_t below) {
  return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
}

bool Chance(Random& random, double of) {
  return static_cast<double>(random() >> 11U) * 0x1p-53 < of;
}

Plan DrawPlan(Random& random) {
  Plan plan;
  const std::int64_t count = 1 + Draw(random, 6);
  for (std::int64_t at = 0; at < count; ++at) {
    PlannedStep step{.kind = static_cast<Kind>(Draw(random, 4)), .monitor = "watch"};
    step.share = Draw(random, 1001);
    step.no_data = static_cast<NoData>(Draw(random, 4));
    step.on_inconclusive = static_cast<Otherwise>(Draw(random, 2));
    step.on_failure = static_cast<Otherwise>(Draw(random, 2));
    step.errors_max = Draw(random, 3);
    if (step.kind == Kind::kPause && Chance(random, 0.4)) step.duration_ms = 1 + Draw(random, 50);
    if (step.kind == Kind::kPause && !step.duration_ms && Chance(random, 0.5)) {
      step.windows = 1 + Draw(random, 3);
    }
    plan.steps.push_back(step);
  }
  return plan;
}

/// The world that a rollout acts on, with what must hold of it whatever happens.
class Sandbox {
 public:
  explicit Sandbox(std::uint64_t seed) : random_(seed), plan_(DrawPlan(random_)) {
    state_.rollout = 7;
    Deliver({7, Started{}});
  }

  void Run(int events) {
    for (int at = 0; at < events && !::testing::Test::HasFailure(); ++at) {
      Live();
      bag_.push_back(Make());
      if (bag_.size() > 12) bag_.erase(bag_.begin() + Draw(random_, 12));  // Lost.
      const std::int64_t place = Draw(random_, std::ssize(bag_));          // Out of order.
      const Event event = bag_[static_cast<std::size_t>(place)];
      if (Chance(random_, 0.7)) bag_.erase(bag_.begin() + place);  // Else it comes again.
      Deliver(event);
      if (Chance(random_, 0.1)) Restart();
    }
    if (!IsEnd(state_.Now())) Deliver({7, Abort{"the end"}});
    ++end_counts[static_cast<std::size_t>(state_.Now())];
  }

  static std::int64_t steps() { return step_count; }
  static std::int64_t ends(Phase phase) { return end_counts[static_cast<std::size_t>(phase)]; }

 private:
  /// What goes on without the rollout: time, windows, the gateway.
  void Live() {
    now_ms_ += Draw(random_, 5);
    if (Chance(random_, 0.2)) ++window_;
    if (Chance(random_, 0.1)) is_loaded_ = true;
    if (Chance(random_, 0.4)) gateway_ = snapshot_;
  }

  Event Make() {
    const std::int64_t rollout = Chance(random_, 0.02) ? 6 : 7;
    const std::int64_t turn = state_.turn - (Chance(random_, 0.3) ? Draw(random_, 3) : 0);
    const std::int64_t dice = Draw(random_, 200);
    if (dice < 70) return {rollout, Acknowledged{gateway_, is_loaded_}};
    if (dice < 140) {
      return {rollout, WindowClosed{.step = state_.step - (Chance(random_, 0.1) ? 1 : 0),
                                    .attempt = state_.attempt,
                                    .window = window_ + 1 - Draw(random_, 3),
                                    .verdict = static_cast<Verdict>(Draw(random_, 6)),
                                    .reason = "window"}};
    }
    if (dice < 165) return {rollout, TimePassed{}};
    if (dice < 172) return {rollout, Promote{turn, Chance(random_, 0.2), ""}};
    if (dice < 177) return {rollout, Pause{""}};
    if (dice < 188) return {rollout, Resume{turn, ""}};
    if (dice < 190) return {rollout, Abort{""}};
    if (dice < 195) return {rollout, Retry{turn, ""}};
    if (dice < 196) return {rollout, Undo{""}};
    if (dice < 197) return {rollout, GuardrailTripped{"errors"}};
    if (dice < 198) return {rollout, LoadFailed{"no such file"}};
    return {rollout, Started{}};
  }

  void Restart() {
    const auto read = schema::FromJson<State>(StateJson(state_), {.refuse_unknown = true});
    ASSERT_TRUE(read.has_value());
    ASSERT_EQ(*read, state_);
    state_ = *read;
  }

  void Deliver(const Event& event) {
    World world{.now_ms = now_ms_, .next_version = snapshot_ + 1, .newest = {}};
    if (window_ > 0) world.newest["watch"] = window_;
    const State before = state_;
    Stepped stepped = Step(plan_, state_, event, world);
    ++step_count;
    state_ = std::move(stepped.state);
    if (!stepped.refusal.empty() || event.rollout != 7) {
      ASSERT_EQ(state_, before);
      ASSERT_TRUE(stepped.actions.empty());
    }
    const bool was_snapshot_changed = Do(stepped.actions);
    ASSERT_EQ(state_.awaits == snapshot_ && was_snapshot_changed, was_snapshot_changed)
        << "what was changed is waited for";
    CheckMove(before, event);
    CheckStanding();
    // The same event again changes nothing more, a person's promotion past a step included.
    if (Chance(random_, 0.05)) {
      world.next_version = snapshot_ + 1;
      const Stepped again = Step(plan_, state_, event, world);
      if (!std::holds_alternative<Undo>(event.what)) {
        ASSERT_EQ(StateJson(again.state), StateJson(state_)) << event.what.index();
      }
    }
  }

  bool Do(const std::vector<Action>& actions) {
    bool is_changed = false;
    for (const Action& action : actions) {
      if (const auto* traffic = std::get_if<SetTraffic>(&action)) {
        EXPECT_TRUE(has_challenger_);
        weight_ = traffic->weight;
        mirror_ = traffic->mirror;
      } else if (std::holds_alternative<MakeChampion>(action)) {
        EXPECT_TRUE(has_challenger_) << "promoted after an abort, or twice";
        EXPECT_TRUE(is_loaded_);
        has_challenger_ = false;
        ++promotions_;
        weight_ = mirror_ = 0;
      } else if (std::holds_alternative<Withdraw>(action)) {
        EXPECT_TRUE(has_challenger_);
        has_challenger_ = false;
        weight_ = mirror_ = 0;
      } else {
        continue;
      }
      EXPECT_FALSE(is_changed) << "two changes of one snapshot version";
      is_changed = true;
    }
    if (is_changed) ++snapshot_;
    return is_changed;
  }

  /// No step is skipped, and none is over before what it waits for.
  void CheckMove(const State& before, const Event& event) {
    const Phase was = before.Now();
    const Phase now = state_.Now();
    if (IsEnd(was)) {
      ASSERT_EQ(state_.step, before.step);
      ASSERT_TRUE(now == was || (was == Phase::kPromoted && now == Phase::kUndone));
      return;
    }
    if (std::holds_alternative<Abort>(event.what) && event.rollout == 7) {
      ASSERT_EQ(now, Phase::kAborted);
    }
    if (state_.step == before.step) return;
    const auto* promote = std::get_if<Promote>(&event.what);
    if (promote != nullptr && promote->full) {
      ASSERT_EQ(now, Phase::kPromoted);
      return;
    }
    ASSERT_EQ(state_.step, before.step + 1) << "a step was skipped";
    ASSERT_EQ(before.awaits != 0 && gateway_ < before.awaits, false) << "not acknowledged";
    if (promote != nullptr || before.done || before.step < 0) return;
    const PlannedStep& left = plan_.steps[static_cast<std::size_t>(before.step)];
    const auto* closed = std::get_if<WindowClosed>(&event.what);
    if (left.kind == Kind::kAnalysis) {
      ASSERT_NE(closed, nullptr);
      ASSERT_EQ(closed->attempt, before.attempt);
      const bool passes = closed->verdict == Verdict::kPass ||
                          (closed->verdict == Verdict::kNoData && left.no_data == NoData::kPass);
      ASSERT_TRUE(passes);
    } else if (left.kind == Kind::kPause && !std::holds_alternative<Resume>(event.what)) {
      ASSERT_TRUE(left.duration_ms || left.windows);
      if (left.duration_ms) {
        ASSERT_GE(now_ms_, before.until_ms.value_or(0));
      } else {
        ASSERT_NE(closed, nullptr);
      }
    } else if (left.kind != Kind::kPause) {
      ASSERT_TRUE(std::holds_alternative<Acknowledged>(event.what));
    }
  }

  void CheckStanding() {
    ASSERT_LE(promotions_, 1);
    ASSERT_EQ(promotions_ == 1, state_.Now() == Phase::kPromoted || state_.Now() == Phase::kUndone);
    if (IsEnd(state_.Now())) {
      ASSERT_EQ(weight_ + mirror_, 0);
      ASSERT_FALSE(has_challenger_);
      return;
    }
    ASSERT_TRUE(has_challenger_);
    // The traffic is that of the steps so far.
    std::int64_t weight = 0;
    std::int64_t mirror = 0;
    for (std::int64_t at = 0; at <= state_.step; ++at) {
      const PlannedStep& step = plan_.steps[static_cast<std::size_t>(at)];
      if (step.kind == Kind::kSetWeight) weight = step.share;
      if (step.kind == Kind::kMirror) mirror = step.share;
    }
    ASSERT_EQ(weight_, weight);
    ASSERT_EQ(mirror_, mirror);
    ASSERT_EQ(state_.weight, weight);
    ASSERT_EQ(state_.mirror, mirror);
  }

  static inline std::int64_t step_count = 0;
  static inline std::int64_t end_counts[7] = {};
  Random random_;
  Plan plan_;
  State state_;
  std::vector<Event> bag_;
  std::int64_t now_ms_ = 0;
  std::int64_t window_ = 0;
  bool is_loaded_ = false;
  std::int64_t snapshot_ = 100;
  std::int64_t gateway_ = 100;
  bool has_challenger_ = true;
  std::int64_t weight_ = 0;
  std::int64_t mirror_ = 0;
  int promotions_ = 0;
};

TEST(RolloutSimulation, KeepsItsPromisesWhateverComes) {
  constexpr std::int64_t kSteps = 1'200'000;
  constexpr int kEvents = 120;
  for (std::uint64_t seed = 1; Sandbox::steps() < kSteps; ++seed) {
    SCOPED_TRACE(seed);
    Sandbox(seed).Run(kEvents);
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GE(Sandbox::steps(), 1'000'000);
  for (const Phase end : {Phase::kPromoted, Phase::kAborted, Phase::kRolledBack, Phase::kUndone}) {
    EXPECT_GT(Sandbox::ends(end), 100) << PhaseName(end);
  }
}

/// A challenger that is as good as the champion: both miss the truth by as much, at random.
double SameScore(Random& random, const stats::EvidenceOptions& options) {
  const auto uniform = [&random] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
  const double truth = uniform();
  const auto guess = [&] { return std::clamp(truth + 0.4 * (uniform() - 0.5), 0.0, 1.0); };
  const double champion = guess();
  return stats::RowScore(options, champion, guess(), uniform() < truth);
}

TEST(RolloutSimulation, LooksDoNotMakeFalseAlarms) {
  constexpr int kRollouts = 1500;
  constexpr int kLooks = 60;
  constexpr int kBlocks = 4;
  constexpr int kRows = 8;
  constexpr double kZ = 1.959964;
  const stats::EvidenceOptions options;
  Random random(20);
  int sequential = 0;
  int naive = 0;
  for (int rollout = 0; rollout < kRollouts; ++rollout) {
    stats::Evidence evidence(options);
    double sum = 0;
    double squares = 0;
    double rows = 0;
    bool is_decided = false;
    bool is_significant = false;
    for (int look = 0; look < kLooks; ++look) {
      for (int at = 0; at < kBlocks; ++at) {
        stats::EvidenceBlock block;
        for (int row = 0; row < kRows; ++row) {
          const double score = SameScore(random, options);
          block.Add(score);
          sum += score;
          squares += score * score;
          ++rows;
        }
        evidence.Add(block);
      }
      is_decided = is_decided || evidence.Now() != stats::Verdict::kNone;
      const double error = std::sqrt((squares - sum * sum / rows) / (rows - 1) / rows);
      is_significant = is_significant || std::abs(sum / rows) > kZ * error;
    }
    sequential += is_decided ? 1 : 0;
    naive += is_significant ? 1 : 0;
  }
  std::printf("A/A, %d rollouts, %d looks: %.2f %% false alarms; a z-test at each look: %.2f %%\n",
              kRollouts, kLooks, 100.0 * sequential / kRollouts, 100.0 * naive / kRollouts);
  EXPECT_LE(sequential, kRollouts * 5 / 100);
  EXPECT_GT(naive, 4 * sequential);
  EXPECT_GT(naive, kRollouts * 15 / 100);
}

}  // namespace
}  // namespace galley::rollout
