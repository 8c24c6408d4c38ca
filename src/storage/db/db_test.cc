#include <filesystem>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/db/readers.h"
#include "storage/db/writer.h"

namespace galley::db {
namespace {

class DbTest : public testing::Test {
 public:
  DbTest() {
    std::string folder = testing::TempDir() + "galley-db-XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    path_ = folder_ + "/test.db";
  }
  ~DbTest() override { std::filesystem::remove_all(folder_); }

 protected:
  std::unique_ptr<Connection> OpenForWriting() const {
    auto connection = Connection::Open(path_, Connection::Mode::kWrite);
    EXPECT_TRUE(connection) << connection.error().message;
    return *std::move(connection);
  }
  static std::int64_t Number(Connection& connection, std::string_view sql) {
    auto rows = connection.Query(sql);
    EXPECT_TRUE(rows && *rows->Next());
    return rows->Integer(0);
  }

  std::string folder_;
  std::string path_;
};

TEST_F(DbTest, IsTheVersionAndHasTheSettingsThatDurabilityNeeds) {
  EXPECT_EQ(SqliteVersion(), "3.54.1");
  const auto connection = OpenForWriting();
  EXPECT_EQ(Number(*connection, "PRAGMA synchronous"), 2);
  EXPECT_EQ(Number(*connection, "PRAGMA foreign_keys"), 1);
  EXPECT_EQ(Number(*connection, "PRAGMA wal_autocheckpoint"), 0);
  auto mode = connection->Query("PRAGMA journal_mode");
  ASSERT_TRUE(*mode->Next());
  EXPECT_EQ(mode->Text(0), "wal");
}

TEST_F(DbTest, ReturnsWhatWasBound) {
  const auto connection = OpenForWriting();
  ASSERT_TRUE(connection->Script("CREATE TABLE t(a, b, c, d, e)"));
  const std::string bytes("\0\xff", 2);
  ASSERT_TRUE(connection->Run("INSERT INTO t VALUES(?, ?, ?, ?, ?)",
                              {std::int64_t{1} << 62, -0.5, std::string_view(), Value::Bytes(bytes),
                               std::optional<std::int64_t>()}));
  auto rows = connection->Query("SELECT * FROM t");
  ASSERT_TRUE(*rows->Next());
  EXPECT_EQ(rows->Integer(0), std::int64_t{1} << 62);
  EXPECT_EQ(rows->Real(1), -0.5);
  EXPECT_FALSE(rows->IsNull(2));
  EXPECT_EQ(rows->Text(2), "");
  EXPECT_EQ(rows->Bytes(3), bytes);
  EXPECT_TRUE(rows->IsNull(4));
  EXPECT_FALSE(*rows->Next());
}

TEST_F(DbTest, AQueryKeepsTheTextThatItWasGiven) {
  const auto connection = OpenForWriting();
  ASSERT_TRUE(connection->Script("CREATE TABLE t(a TEXT); INSERT INTO t VALUES('x')"));
  auto text = std::make_unique<std::string>("x");
  auto rows = connection->Query("SELECT count(*) FROM t WHERE a = ?", {*text});
  *text = "y";
  text.reset();
  ASSERT_TRUE(*rows->Next());
  EXPECT_EQ(rows->Integer(0), 1);
}

TEST_F(DbTest, AFailedWriteUndoesItsOwnChangesAlone) {
  auto connection = OpenForWriting();
  ASSERT_TRUE(connection->Script("CREATE TABLE t(a INTEGER PRIMARY KEY)"));
  Writer writer(std::move(connection), {});
  std::latch started(1);
  std::latch go(1);
  std::vector<std::future<Status>> outcomes;
  const auto submit = [&](Writer::Work work) {
    auto promise = std::make_shared<std::promise<Status>>();
    outcomes.push_back(promise->get_future());
    writer.Submit(WriteClass::kInteractive, std::move(work),
                  [promise](Status status) { promise->set_value(std::move(status)); });
  };
  submit([&](Connection&) -> Status {
    started.count_down();
    go.wait();
    return {};
  });
  started.wait();  // What follows waits together and shares a commit.
  submit([](Connection& db) { return db.Run("INSERT INTO t VALUES(1)"); });
  submit([](Connection& db) -> Status {
    TRY(db.Run("INSERT INTO t VALUES(2)"));
    return Fail(Code::kInvalidArgument, "planted");
  });
  submit([](Connection& db) -> Status {
    TRY(db.Run("INSERT INTO t VALUES(3)"));
    throw std::runtime_error("planted");
  });
  submit([](Connection& db) { return db.Run("INSERT INTO t VALUES(1)"); });
  submit([](Connection& db) { return db.Run("INSERT INTO t VALUES(4)"); });
  go.count_down();
  std::vector<bool> good;
  for (auto& outcome : outcomes) good.push_back(outcome.get().has_value());
  EXPECT_EQ(good, (std::vector<bool>{true, true, false, false, false, true}));
  EXPECT_EQ(writer.commits(), 2U);
  writer.Stop();
  const auto reopened = OpenForWriting();
  EXPECT_EQ(Number(*reopened, "SELECT sum(a) FROM t"), 5);
}

TEST_F(DbTest, ManyThreadsWriteAndEachWriteThatWasAcknowledgedIsThere) {
  auto connection = OpenForWriting();
  ASSERT_TRUE(connection->Script("CREATE TABLE t(a INTEGER)"));
  Writer writer(std::move(connection), {});
  constexpr int kThreads = 8;
  constexpr int kWrites = 100;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        for (int at = 0; at < kWrites; ++at) {
          EXPECT_TRUE(writer.Call(
              WriteClass::kBulk, [](Connection& db) { return db.Run("INSERT INTO t VALUES(1)"); }));
        }
      });
    }
  }
  const auto readers = Readers::Open(path_, 1);
  ASSERT_TRUE(readers);
  auto lease = (*readers)->Take();
  EXPECT_EQ(Number(**lease, "SELECT count(*) FROM t"), kThreads * kWrites);
  EXPECT_LT(writer.commits(), std::uint64_t{kThreads * kWrites});
}

TEST_F(DbTest, AFullQueueRefuses) {
  Writer writer(OpenForWriting(), {.queue_max = 1});
  std::latch started(1);
  std::latch go(1);
  const auto nothing = [](Connection&) -> Status { return {}; };
  writer.Submit(
      WriteClass::kInteractive,
      [&](Connection&) -> Status {
        started.count_down();
        go.wait();
        return {};
      },
      [](const Status&) {});
  started.wait();
  writer.Submit(WriteClass::kInteractive, nothing, [](const Status&) {});
  Status third;
  writer.Submit(WriteClass::kInteractive, nothing, [&](Status status) { third = status; });
  EXPECT_EQ(third.error().code, Code::kUnavailable);
  go.count_down();
  writer.Stop();
  EXPECT_EQ(writer.Call(WriteClass::kInteractive, nothing).error().code, Code::kUnavailable);
}

TEST_F(DbTest, AReaderKeepsItsSnapshotAndCannotWrite) {
  auto connection = OpenForWriting();
  ASSERT_TRUE(connection->Script("CREATE TABLE t(a); INSERT INTO t VALUES(1)"));
  const auto readers = Readers::Open(path_, 2);
  ASSERT_TRUE(readers);
  auto before = (*readers)->Take();
  EXPECT_EQ(Number(**before, "SELECT count(*) FROM t"), 1);
  ASSERT_TRUE(connection->Run("INSERT INTO t VALUES(2)"));
  EXPECT_EQ(Number(**before, "SELECT count(*) FROM t"), 1);
  auto after = (*readers)->Take();
  EXPECT_EQ(Number(**after, "SELECT count(*) FROM t"), 2);
  EXPECT_FALSE((*after)->Run("INSERT INTO t VALUES(3)"));
}

TEST_F(DbTest, MigratesForwardWithABackupAndRefusesTheFuture) {
  constexpr std::string_view kOne[] = {"CREATE TABLE t(a)"};
  constexpr std::string_view kTwo[] = {"CREATE TABLE t(a)", "ALTER TABLE t ADD COLUMN b"};
  constexpr std::string_view kBroken[] = {kTwo[0], kTwo[1], "CREATE TABLE t(a)"};
  const std::string backup = folder_ + "/backup.db";
  const auto connection = OpenForWriting();
  const Part one[] = {{"x", kOne}};
  ASSERT_TRUE(Migrate(*connection, one, backup));
  EXPECT_FALSE(std::filesystem::exists(backup));
  ASSERT_TRUE(connection->Run("INSERT INTO t VALUES(1)"));
  const Part two[] = {{"x", kTwo}};
  ASSERT_TRUE(Migrate(*connection, two, backup));
  ASSERT_TRUE(Migrate(*connection, two, backup));
  ASSERT_TRUE(connection->Run("INSERT INTO t VALUES(1, 2)"));
  auto copy = Connection::Open(backup, Connection::Mode::kRead);
  ASSERT_TRUE(copy);
  EXPECT_EQ(Number(**copy, "SELECT count(*) FROM t"), 1);
  EXPECT_EQ(Migrate(*connection, one, backup).error().code, Code::kFailedPrecondition);
  const Part broken[] = {{"y", kOne}, {"x", kBroken}};
  EXPECT_FALSE(Migrate(*connection, broken, folder_ + "/backup2.db"));
  EXPECT_EQ(Number(*connection, "SELECT max(version) FROM part"), 2);
}

}  // namespace
}  // namespace galley::db
