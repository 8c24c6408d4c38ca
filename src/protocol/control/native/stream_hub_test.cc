// The hub over a real journal, with clients that do what a test says.
#include "protocol/control/native/stream_hub.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "domain/tracking/service.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "storage/db/migrate.h"
#include "storage/journal/journal.h"

namespace galley::native {
namespace {

namespace fs = std::filesystem;
using Put = http::Stream::Put;

constexpr std::string_view kProject = journal::kDefaultProject;

/// What a client got, shared with the test. Any thread.
struct Got {
  std::mutex mutex;
  std::string text;
  Put answer = Put::kTaken;
  bool is_over = false;

  void Answer(Put put) {
    const std::scoped_lock lock(mutex);
    answer = put;
  }
  bool Has(std::string_view part) {
    const std::scoped_lock lock(mutex);
    return text.find(part) != std::string::npos;
  }
  std::string Text() {
    const std::scoped_lock lock(mutex);
    return text;
  }
  void Forget() {
    const std::scoped_lock lock(mutex);
    text.clear();
  }
};

class FakeStream final : public http::Stream {
 public:
  explicit FakeStream(std::shared_ptr<Got> got) : got_(std::move(got)) {}
  FakeStream(const FakeStream&) = delete;
  FakeStream& operator=(const FakeStream&) = delete;
  ~FakeStream() override {
    const std::scoped_lock lock(got_->mutex);
    got_->is_over = true;
  }
  Put Push(std::string_view chunk) override {
    const std::scoped_lock lock(got_->mutex);
    if (got_->answer == Put::kTaken) got_->text += chunk;
    return got_->answer;
  }
  bool IsOpen() const override {
    const std::scoped_lock lock(got_->mutex);
    return got_->answer != Put::kGone;
  }

 private:
  const std::shared_ptr<Got> got_;
};

class StreamHubTest : public testing::Test {
 public:
  StreamHubTest()
      : writer_(Made(folder_), {}),
        readers_(*db::Readers::Open(folder_ + "/test.db", 3)),
        feed_(writer_),
        hub_(store_) {}
  ~StreamHubTest() override {
    hub_.Stop();
    thread_ = {};
    writer_.Stop();
    fs::remove_all(folder_);
  }

 protected:
  static std::unique_ptr<db::Connection> Made(const std::string& folder) {
    fs::create_directories(folder);
    auto connection = *db::Connection::Open(folder + "/test.db", db::Connection::Mode::kWrite);
    const db::Part parts[] = {journal::kTables, tracking::kTables};
    EXPECT_TRUE(db::Migrate(*connection, parts, ""));
    return connection;
  }

  void Start() {
    thread_ = std::jthread([this] { hub_.Run(); });
  }
  void Write(const std::function<Status(journal::Change&)>& work) {
    const Status done =
        store_.WriteAndWait(db::WriteClass::kInteractive, std::string(kProject), "test",
                            [&](journal::Change& change) { return work(change); });
    ASSERT_TRUE(done) << done.error().message;
  }
  void Record(std::string_view kind, std::string_view name, int times = 1) {
    Write([&](journal::Change& change) -> Status {
      for (int at = 0; at < times; ++at) {
        json::Writer detail;
        detail.BeginObject().Key("name").String(name).EndObject();
        TRY(change.Record(kind, "subject", std::move(detail)));
      }
      return {};
    });
  }
  std::shared_ptr<Got> Open(std::vector<std::string> topics,
                            std::optional<StreamHub::Resume> resume = std::nullopt) {
    auto got = std::make_shared<Got>();
    EXPECT_TRUE(hub_.Open(1, std::move(topics), resume, std::make_unique<FakeStream>(got)));
    return got;
  }
  /// Waits for what shall come.
  static void Await(Got& got, std::string_view part) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!got.Has(part)) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << part << " in " << got.Text();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  const std::string folder_ = fmt::format("{}/galley-stream-{}", testing::TempDir(), ::getpid());
  io::SystemClock clock_;
  io::SystemRandom random_;
  io::IdSource ids_{clock_, random_};
  db::Writer writer_;
  std::unique_ptr<db::Readers> readers_;
  journal::Feed feed_;
  journal::Store store_{
      .writer = writer_, .readers = *readers_, .ids = ids_, .clock = clock_, .feed = &feed_};
  StreamHub hub_;
  std::jthread thread_;
};

TEST_F(StreamHubTest, TellsWhatChangedAndNothingElse) {
  Start();
  const auto one = Open({"dataset/a", "event"});
  const auto other = Open({"dataset/b", "model/*"});
  Await(*one, "event: hello\n");
  Await(*other, "event: hello\n");
  Record("dataset.created", "a");
  Await(*one,
        "id: 1\nevent: change\ndata: {\"topics\":[\"dataset/a\",\"event\"],\"sequence\":1}\n\n");
  Record("model.created", "line\nbreak, and comma");
  Await(*other, "event: change\ndata: {\"topics\":[\"model/*\"],\"sequence\":2}\n\n");
  EXPECT_FALSE(other->Has("dataset/b"));
}

TEST_F(StreamHubTest, AKindWithoutARowChangesAll) {
  Start();
  const auto got = Open({"dataset/a", "home"});
  Await(*got, "event: hello\n");
  Record("wish.granted", "x");
  Await(*got, "\"topics\":[\"dataset/a\",\"home\"]");
}

TEST_F(StreamHubTest, WhatIsGoneByNowChangesAllOfItsNoun) {
  Start();
  const auto got = Open({"run/subject", "experiment/7", "dataset/a"});
  Await(*got, "event: hello\n");
  Record("run.updated", "x");
  Await(*got, "\"topics\":[\"experiment/7\",\"run/subject\"]");
}

TEST_F(StreamHubTest, WhoIsBehindGetsAResetOnceThereIsRoom) {
  Start();
  const auto got = Open({"dataset/a"});
  Await(*got, "event: hello\n");
  const auto witness = Open({"dataset/a"});
  got->Answer(Put::kFull);
  Record("dataset.created", "a");
  Await(*witness, "\"sequence\":1}");
  got->Answer(Put::kTaken);
  Await(*got, "event: reset\ndata: {}\n\n");
  EXPECT_FALSE(got->Has("event: change"));
  Record("dataset.created", "a");
  Await(*got, "event: change\ndata: {\"topics\":[\"dataset/a\"],\"sequence\":2}");
}

TEST_F(StreamHubTest, MoreThanCanBeLookedAtIsAReset) {
  Start();
  const auto got = Open({"dataset/b"});
  Await(*got, "event: hello\n");
  Record("dataset.created", "a", static_cast<int>(kBehindMax) + 1);
  Await(*got, fmt::format("id: {}\nevent: reset\n", kBehindMax + 1));
}

TEST_F(StreamHubTest, ResumesWithinReachAndNotBeyond) {
  Record("dataset.created", "old", 5);
  Record("dataset.created", "new");
  Record("dataset.created", "filler", static_cast<int>(kBehindMax) - 6);
  Start();
  const std::vector<std::string> topics = {"dataset/old", "dataset/new", "run/r"};
  const auto near = Open(topics, StreamHub::Resume{5});
  Await(*near, "{\"topics\":[\"dataset/new\",\"run/r\"],");  // Of runs' metrics nothing is known.
  const auto at_zero = Open(topics, StreamHub::Resume{0});
  Await(*at_zero, "{\"topics\":[\"dataset/new\",\"dataset/old\",\"run/r\"],");
  const auto witness = Open({"dataset/filler"});
  Await(*witness, "event: hello\n");
  Record("dataset.created", "filler");
  Await(*witness, fmt::format("\"sequence\":{}}}", kBehindMax + 1));
  const auto far = Open(topics, StreamHub::Resume{0});
  Await(*far, "event: reset\n");
  for (const std::optional<std::int64_t> place :
       {std::optional<std::int64_t>(kBehindMax + 2), std::optional<std::int64_t>(-1),
        std::optional<std::int64_t>()}) {
    const auto unknown = Open(topics, StreamHub::Resume{place});
    Await(*unknown, "event: reset\n");
    EXPECT_FALSE(unknown->Has("event: change\n"));
  }
}

TEST_F(StreamHubTest, WhatWasTouchedIsToldAfterItsCommitAlone) {
  Start();
  const auto got = Open({"monitor/m", "alert"});
  Await(*got, "event: hello\n");
  Write([&](journal::Change& change) -> Status {
    change.Touch("monitor.evaluated", "m");
    // Longer than it takes to look: nobody may be told of what he cannot see yet.
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    EXPECT_FALSE(got->Has("event: change"));
    return {};
  });
  Await(*got, "event: change\ndata: {\"topics\":[\"alert\",\"monitor/m\"],\"sequence\":0}");
}

TEST_F(StreamHubTest, MoreThanTheFeedHoldsIsAReset) {
  Start();
  const auto got = Open({"run/r"});
  Await(*got, "event: hello\n");
  Write([&](journal::Change& change) -> Status {
    for (std::size_t at = 0; at <= journal::Feed::kWaitingMax; ++at) {
      change.Touch("monitor.evaluated", fmt::format("m{}", at));
    }
    return {};
  });
  Await(*got, "event: reset\n");
}

TEST_F(StreamHubTest, WhoAsksIsToldOfTheLastSeconds) {
  Record("dataset.created", "a");
  Write([](journal::Change& change) -> Status {
    change.Touch("monitor.evaluated", "m");
    return {};
  });
  Start();
  const auto got = Open({"dataset/a", "monitor/m", "dataset/b"});
  Await(*got, "\"topics\":[\"dataset/a\",\"monitor/m\"]");
}

TEST_F(StreamHubTest, ThereIsALimitAndWhoHasLeftMakesRoom) {
  std::vector<std::shared_ptr<Got>> all;
  for (std::size_t at = 0; at < kStreamsMax; ++at) all.push_back(Open({}));
  const Status full =
      hub_.Open(1, {}, std::nullopt, std::make_unique<FakeStream>(std::make_shared<Got>()));
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::kResourceExhausted);
  EXPECT_NE(full.error().message.find("there are 1024 streams"), std::string::npos);
  all.back()->Answer(Put::kGone);
  all.push_back(Open({}));
  EXPECT_TRUE(all[kStreamsMax - 1]->is_over);
  Start();
  for (std::size_t at = 0; at + 2 < all.size(); ++at) Await(*all[at], "event: hello\n");
  hub_.Stop();
  thread_ = {};
  for (const auto& got : all) EXPECT_TRUE(got->is_over);
}

}  // namespace
}  // namespace galley::native
