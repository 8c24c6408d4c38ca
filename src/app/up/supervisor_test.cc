#include "app/up/supervisor.h"

#include <cstdint>
#include <random>
#include <string>

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace galley::up {
namespace {

std::string Text(const StartChild& one) {
  return fmt::format("start {}", ChildName(one.child));
}
std::string Text(const TerminateChild& one) {
  return fmt::format("stop {}", ChildName(one.child));
}
std::string Text(const KillChild& one) {
  return fmt::format("kill {}", ChildName(one.child));
}
std::string Text(const AnnounceReady&) {
  return "ready";
}
std::string Text(const ReportRestart& one) {
  return fmt::format("again {}", ChildName(one.child));
}
std::string Text(const Finish& one) {
  return fmt::format("finish {} {}", one.exit_code, one.reason);
}

std::string Step(Supervisor& supervisor, const Event& event, std::int64_t now_ms) {
  std::string text;
  for (const Action& action : supervisor.Step(event, now_ms)) {
    if (!text.empty()) text += ", ";
    text += std::visit([](const auto& one) { return Text(one); }, action);
  }
  return text;
}

constexpr ChildReady kServerReady{Child::kServer};
constexpr ChildReady kGatewayReady{Child::kGateway};
constexpr ChildExited kServerKilled{Child::kServer, {.signal = 9}};
constexpr ChildExited kGatewayKilled{Child::kGateway, {.signal = 9}};
constexpr ChildExited kServerDone{Child::kServer, {}};
constexpr ChildExited kGatewayDone{Child::kGateway, {}};

Supervisor Running() {
  Supervisor supervisor{Policy{}};
  EXPECT_EQ(Step(supervisor, Begin{}, 0), "start server, start gateway");
  EXPECT_EQ(Step(supervisor, kGatewayReady, 1), "");
  EXPECT_EQ(Step(supervisor, kServerReady, 2), "ready");
  return supervisor;
}

TEST(Supervisor, StopsInOrder) {
  auto supervisor = Running();
  EXPECT_EQ(Step(supervisor, StopRequested{}, 10), "stop gateway");
  EXPECT_EQ(Step(supervisor, StopRequested{}, 11), "");
  EXPECT_EQ(Step(supervisor, kGatewayDone, 20), "stop server");
  EXPECT_EQ(Step(supervisor, kServerDone, 30), "finish 0 ");
}

TEST(Supervisor, ASecondRequestKills) {
  auto supervisor = Running();
  EXPECT_EQ(Step(supervisor, StopRequested{}, 10), "stop gateway");
  EXPECT_EQ(Step(supervisor, StopRequested{}, 600), "kill gateway, kill server");
  EXPECT_EQ(Step(supervisor, kServerKilled, 601), "");
  EXPECT_EQ(Step(supervisor, kGatewayKilled, 602), "finish 0 ");
}

TEST(Supervisor, StartsAgainWhatEndsAndAnnouncesOnce) {
  auto supervisor = Running();
  EXPECT_EQ(Step(supervisor, kGatewayKilled, 100), "again gateway, start gateway");
  EXPECT_EQ(Step(supervisor, kGatewayReady, 110), "");
}

TEST(Supervisor, CountsRestartsWithinTheWindow) {
  auto supervisor = Running();
  std::int64_t now_ms = 0;
  for (int at = 0; at < 20; ++at) {  // 5 in each window of 30 s is allowed for ever.
    now_ms += 6'000;
    EXPECT_EQ(Step(supervisor, kGatewayKilled, now_ms), "again gateway, start gateway");
    Step(supervisor, kGatewayReady, now_ms + 1);
  }
  EXPECT_EQ(Step(supervisor, kGatewayKilled, now_ms + 5'999), "stop server");
  EXPECT_EQ(Step(supervisor, kServerDone, now_ms + 6'010),
            "finish 1 galley gateway ended 6 times in 30 s, last with signal 9 (Killed)");
}

TEST(Supervisor, AChildThatCannotStartEndsEverything) {
  Supervisor supervisor{Policy{}};
  Step(supervisor, Begin{}, 0);
  EXPECT_EQ(Step(supervisor, ChildExited{Child::kServer, {.code = 1}}, 5), "stop gateway");
  EXPECT_EQ(Step(supervisor, kGatewayDone, 6),
            "finish 1 galley server ended before it was ready: exit code 1");
}

TEST(Supervisor, WrongConfigurationIsNotTriedAgain) {
  auto supervisor = Running();
  EXPECT_EQ(Step(supervisor, ChildExited{Child::kGateway, {.code = 2}}, 5), "stop server");
  EXPECT_EQ(Step(supervisor, kServerDone, 6), "finish 2 galley gateway refused to start");
}

TEST(Supervisor, KillsWhatIsLate) {
  Supervisor supervisor{Policy{}};
  Step(supervisor, Begin{}, 0);
  Step(supervisor, kServerReady, 1);
  EXPECT_EQ(supervisor.NextDeadlineMs(), 30'000);
  EXPECT_EQ(Step(supervisor, TimePassed{}, 29'999), "");
  EXPECT_EQ(Step(supervisor, TimePassed{}, 30'000), "kill gateway");
  EXPECT_EQ(Step(supervisor, TimePassed{}, 30'001), "");
  EXPECT_EQ(Step(supervisor, kGatewayKilled, 30'002), "stop server");
  EXPECT_EQ(supervisor.NextDeadlineMs(), 40'002);
  EXPECT_EQ(Step(supervisor, TimePassed{}, 40'002), "kill server");
  EXPECT_EQ(Step(supervisor, kServerKilled, 40'003),
            "finish 1 galley gateway ended before it was ready: signal 9 (Killed)");
  EXPECT_EQ(supervisor.NextDeadlineMs(), std::nullopt);
}

/// Plays processes that obey, hang or die at random, and checks what must hold in any order: no
/// child is started twice or signalled when gone, and after a request to stop everything ends.
TEST(Supervisor, NeverLosesAChildWhateverHappens) {
  for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
    std::mt19937 random(seed);
    Supervisor supervisor{Policy{}};
    std::array<bool, kChildCount> running{};
    bool stop_asked = false;
    bool finished = false;
    std::int64_t now_ms = 0;
    const auto apply = [&](const Event& event) {
      for (const Action& action : supervisor.Step(event, now_ms)) {
        ASSERT_FALSE(finished) << "seed " << seed;
        if (const auto* start = std::get_if<StartChild>(&action)) {
          auto& alive = running[static_cast<std::size_t>(start->child)];
          ASSERT_FALSE(alive) << "seed " << seed;
          ASSERT_FALSE(stop_asked) << "seed " << seed;
          alive = true;
        } else if (const auto* kill = std::get_if<KillChild>(&action)) {
          ASSERT_TRUE(running[static_cast<std::size_t>(kill->child)]) << "seed " << seed;
        } else if (const auto* stop = std::get_if<TerminateChild>(&action)) {
          ASSERT_TRUE(running[static_cast<std::size_t>(stop->child)]) << "seed " << seed;
        } else if (std::holds_alternative<Finish>(action)) {
          finished = true;
          for (const bool alive : running) ASSERT_FALSE(alive) << "seed " << seed;
        }
      }
    };
    apply(Begin{});
    for (int step = 0; step < 400 && !finished; ++step) {
      now_ms += static_cast<std::int64_t>(random() % 4'000);
      const auto at = random() % kChildCount;
      const auto child = static_cast<Child>(at);
      const auto dice = random() % 8;
      if (dice == 0 && step > 50) {
        stop_asked = true;
        apply(StopRequested{});
      } else if (dice < 3 && running[at]) {
        apply(ChildReady{child});
      } else if (dice < 5 && running[at] && (stop_asked || random() % 4 == 0)) {
        running[at] = false;
        apply(ChildExited{child, {.code = static_cast<int>(random() % 3)}});
      } else {
        apply(TimePassed{});
      }
    }
    ASSERT_TRUE(finished) << "seed " << seed;
  }
}

}  // namespace
}  // namespace galley::up
