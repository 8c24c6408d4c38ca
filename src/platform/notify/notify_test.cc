#include "platform/notify/notify.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "foundation/io/random.h"
#include "platform/notify/sender.h"
#include "storage/db/readers.h"
#include "storage/db/writer.h"
#include "storage/journal/journal.h"
#include "storage/journal/store.h"

namespace galley::notify {
namespace {

constexpr std::int64_t kNow = 1'764'000'000'000;
constexpr std::int64_t kHourMs = 3'600'000;

class NotifyTest : public testing::Test {
 public:
  NotifyTest() {
    std::string folder = testing::TempDir() + "galley-notify-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    auto connection = db::Connection::Open(folder_ + "/test.db", db::Connection::Mode::kWrite);
    EXPECT_TRUE(connection);
    const db::Part parts[] = {journal::kTables, kTables};
    EXPECT_TRUE(db::Migrate(**connection, parts, folder_ + "/backup"));
    writer_ = std::make_unique<db::Writer>(*std::move(connection), db::Writer::Limits{});
    readers_ = *db::Readers::Open(folder_ + "/test.db", 2);
  }
  ~NotifyTest() override {
    writer_.reset();
    std::filesystem::remove_all(folder_);
  }

 protected:
  journal::Store StoreOf() {
    return {.writer = *writer_, .readers = *readers_, .ids = ids_, .clock = clock_};
  }
  template <typename Work>
  Status Do(Work work) {
    return StoreOf().WriteAndWait(db::WriteClass::kInteractive, "default", "test", work);
  }
  Result<Told> Say(const Notification& notification) {
    Told told;
    TRY(Do([&](journal::Change& change) -> Status {
      told = TRY(Tell(change, notification));
      return {};
    }));
    return told;
  }
  Result<Told> Send(const Alert& alert) {
    Told told;
    TRY(Do([&](journal::Change& change) -> Status {
      told = TRY(SendAlert(change, alert));
      return {};
    }));
    return told;
  }
  Status Receive(const std::vector<std::string>& urls) {
    std::vector<Receiver> receivers;
    for (const std::string& url : urls) receivers.push_back(*ReceiverOf(url));
    return Do(
        [&](journal::Change& change) { return SetReceivers(change.db, receivers, change.now_ms); });
  }
  std::vector<Stored> All() {
    std::vector<Stored> all;
    EXPECT_TRUE(StoreOf().Read("default", [&](const journal::View& view) -> Status {
      all = TRY(ListNotifications(view.db, view.project, std::nullopt, 100'000));
      return {};
    }));
    return all;
  }

  std::string folder_;
  io::SimulatedClock clock_{kNow};
  io::SimulatedRandom random_{7};
  io::IdSource ids_{clock_, random_};
  std::unique_ptr<db::Writer> writer_;
  std::unique_ptr<db::Readers> readers_;
};

Notification Fires(std::string_view status = "firing") {
  return {.key = "alert/demand/accuracy",
          .status = std::string(status),
          .title = "accuracy of demand",
          .labels = R"({"monitor":"demand"})",
          .detail = R"({"value":"0.81"})"};
}

TEST_F(NotifyTest, OfOneKeyAStatusIsToldOnce) {
  const auto first = Say(Fires());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->is_new);
  EXPECT_EQ(first->receivers, 0);
  clock_.AdvanceMs(100 * kHourMs);
  const auto again = Say(Fires());
  EXPECT_FALSE(again->is_new);
  EXPECT_EQ(again->id, first->id);
  EXPECT_TRUE(Say(Fires("resolved"))->is_new);
  EXPECT_FALSE(Say(Fires("resolved"))->is_new);
  EXPECT_TRUE(Say(Fires())->is_new);
  Notification other = Fires();
  other.key = "alert/demand/latency";
  EXPECT_TRUE(Say(other)->is_new);
  const auto all = All();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].notification.labels,
            R"({"alertname":"alert/demand/latency","monitor":"demand"})");
  EXPECT_EQ(all[2].notification.status, "resolved");
}

TEST_F(NotifyTest, WhatFailsLeavesNothing) {
  ASSERT_TRUE(Receive({"http://127.0.0.1:1/"}));
  EXPECT_FALSE(Do([](journal::Change& change) -> Status {
    TRY(Enqueue(change, Fires()));
    return Fail(Code::kAborted, "no");
  }));
  EXPECT_TRUE(All().empty());
}

TEST_F(NotifyTest, RefusesWhatIsNoObjectOfTexts) {
  for (const std::string labels : {"[1]", "{", "1", R"({"a":1})", R"({"a":{}})"}) {
    Notification wrong = Fires();
    wrong.labels = labels;
    const auto told = Say(wrong);
    ASSERT_FALSE(told) << labels;
    EXPECT_EQ(told.error().code, Code::kInvalidArgument);
    EXPECT_TRUE(told.error().message.contains("'labels")) << told.error().message;
  }
  Notification wrong = Fires();
  wrong.detail = "[]";
  EXPECT_TRUE(Say(wrong).error().message.contains("'detail'"));
  wrong = Fires();
  wrong.title = std::string(4001, 'x');
  EXPECT_TRUE(Say(wrong).error().message.contains("the limit is 4000"));
}

TEST_F(NotifyTest, EachReceiverHasItsDelivery) {
  ASSERT_TRUE(Receive({"https://hooks.example/secret", "http://127.0.0.1:1/"}));
  EXPECT_EQ(Say(Fires())->receivers, 2);
  auto deliveries = All().front().deliveries;
  ASSERT_EQ(deliveries.size(), 2U);
  EXPECT_NE(deliveries[0].id, deliveries[1].id);
  EXPECT_EQ(deliveries[1].address, "https://hooks.example:443");
  EXPECT_EQ(deliveries[1].state, "waiting");
  // One that the settings do not name any more is not waited for.
  ASSERT_TRUE(Receive({"http://127.0.0.1:1/"}));
  deliveries = All().front().deliveries;
  EXPECT_EQ(deliveries[0].state, "waiting");
  EXPECT_EQ(deliveries[1].state, "failed");
  EXPECT_EQ(deliveries[1].error, "the settings name this receiver no longer");
  EXPECT_EQ(Say(Fires("resolved"))->receivers, 1);
}

TEST_F(NotifyTest, KeepsTheNewest) {
  ASSERT_TRUE(Receive({"http://127.0.0.1:1/"}));
  ASSERT_TRUE(Do([](journal::Change& change) -> Status {
    for (std::int64_t at = 0; at < kKeptMax + 5; ++at) {
      Notification one = Fires();
      one.key = std::to_string(at);
      TRY(Enqueue(change, one));
    }
    return {};
  }));
  const auto all = All();
  ASSERT_EQ(all.size(), static_cast<std::size_t>(kKeptMax));
  EXPECT_EQ(all.back().notification.key, "5");
  EXPECT_EQ(all.back().deliveries.size(), 1U);
}

TEST_F(NotifyTest, AMessageIsToldAgainAfterHours) {
  const Alert alert{
      .message = "模型性能下降", .severity = "warning", .labels = R"({"b":"1","a":"2"})"};
  const auto first = Send(alert);
  ASSERT_TRUE(first) << first.error().message;
  clock_.AdvanceMs(4 * kHourMs - 1);
  EXPECT_FALSE(Send(alert)->is_new);
  Alert other = alert;
  other.severity = "critical";
  EXPECT_TRUE(Send(other)->is_new);
  other = alert;
  other.labels = R"({"a":"2","b":"1"})";
  EXPECT_FALSE(Send(other)->is_new);
  clock_.AdvanceMs(1);
  EXPECT_TRUE(Send(alert)->is_new);
  EXPECT_EQ(All().front().notification.labels,
            R"({"a":"2","alertname":"send_alert","b":"1","severity":"warning"})");
}

TEST_F(NotifyTest, AMessageHasLimits) {
  const auto wrong = [this](const Alert& alert) {
    const auto told = Send(alert);
    return told ? "no error" : told.error().message;
  };
  std::string longest;
  for (int at = 0; at < 1000; ++at) longest += "模";
  EXPECT_TRUE(Send({.message = longest, .severity = "x", .labels = "{}"}));
  EXPECT_EQ(wrong({.message = longest + "x", .severity = "x", .labels = "{}"}),
            "'message' must have 1 to 1000 characters, and has 1001");
  EXPECT_EQ(wrong({.message = "", .severity = "x", .labels = "{}"}),
            "'message' must have 1 to 1000 characters, and has 0");
  EXPECT_EQ(wrong({.message = "m", .severity = "", .labels = "{}"}),
            "'severity' must have 1 to 64 characters, and has 0");
  EXPECT_TRUE(wrong({.message = "m", .severity = "x", .labels = R"({"1a":""})"})
                  .contains("'1a' is no name"));
  EXPECT_TRUE(wrong({.message = "m", .severity = "x", .labels = R"({"severity":""})"})
                  .contains("'labels.severity'"));
  EXPECT_TRUE(wrong({.message = "m", .severity = "x", .labels = R"({"a":1})"})
                  .contains("'labels.a' must be a text"));
}

TEST_F(NotifyTest, ATestNeedsAReceiver) {
  const auto test = [this] {
    return Do([](journal::Change& change) -> Status {
      TRY(SendTest(change));
      return {};
    });
  };
  EXPECT_EQ(test().error().code, Code::kFailedPrecondition);
  EXPECT_TRUE(All().empty());
  ASSERT_TRUE(Receive({"http://127.0.0.1:1/"}));
  EXPECT_TRUE(test());
  EXPECT_TRUE(test());
  EXPECT_EQ(All().size(), 2U);
}

TEST_F(NotifyTest, TheSecretIsItsOwnersAlone) {
  const auto made = SecretOf("", folder_, random_);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), 64U);
  EXPECT_EQ(*SecretOf("", folder_, random_), *made);
  const std::string path = folder_ + "/secret";
  const auto error = [&] { return SecretOf(path, folder_, random_).error().message; };
  EXPECT_TRUE(error().contains("notify_secret_file: there is no file"));
  ASSERT_TRUE(io::ReplaceFile(path, "0123456789abcde\n"));
  EXPECT_TRUE(error().contains("has 15 bytes; it must have 16 to 1024"));
  ASSERT_TRUE(io::ReplaceFile(path, "0123456789abcdef\r\n"));
  EXPECT_EQ(*SecretOf(path, folder_, random_), "0123456789abcdef");
  ASSERT_TRUE(io::ReplaceFile(path, "0123456789abcdef", 0640));
  EXPECT_TRUE(error().contains("(mode 640); 'chmod 600'"));
}

}  // namespace
}  // namespace galley::notify
