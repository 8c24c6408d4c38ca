#include "storage/appendlog/append_log.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/io/file.h"

namespace galley::appendlog {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNowMs = 1'700'000'000'000;

class AppendLogTest : public testing::Test {
 public:
  AppendLogTest() {
    std::string folder = testing::TempDir() + "galley-appendlog-XXXXXX";
    root_ = ::mkdtemp(folder.data());
    folder_ = root_ + "/log";
  }
  ~AppendLogTest() override { fs::remove_all(root_); }

 protected:
  /// No test waits for seal_ms unless it says so.
  static Options Slow() { return Options{.seal_ms = 3'600'000}; }

  std::unique_ptr<AppendLog> OpenLog(const Options& options = Slow()) {
    auto log = AppendLog::Open(folder_, options);
    if (!log) {
      ADD_FAILURE() << log.error().message;
      return nullptr;
    }
    return *std::move(log);
  }

  std::vector<Segment> Listed() const {
    const auto listed = ListSealed(folder_);
    EXPECT_TRUE(listed);
    return listed ? *listed : std::vector<Segment>();
  }

  /// All records of all sealed segments, in order.
  std::vector<std::string> Read() const {
    std::vector<std::string> records;
    for (const Segment& segment : Listed()) {
      auto reader = SegmentReader::Open(segment.path);
      EXPECT_TRUE(reader) << reader.error().message;
      if (!reader) continue;
      EXPECT_EQ(reader->id(), segment.id);
      EXPECT_EQ(reader->bytes().size(), segment.bytes);
      std::uint64_t count = 0;
      for (auto record = reader->Next(); record; record = reader->Next(), ++count) {
        records.emplace_back(*record);
      }
      EXPECT_EQ(count, reader->records());
    }
    return records;
  }

  std::size_t FilesEnding(std::string_view ending) const {
    std::size_t files = 0;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      files += entry.path().string().ends_with(ending) ? 1 : 0;
    }
    return files;
  }

  std::string root_;
  std::string folder_;
};

TEST_F(AppendLogTest, KeepsRecordsInOrder) {
  const std::vector<std::string> records = {"first", "", std::string(100'000, 'x'), "last"};
  {
    const auto log = OpenLog();
    for (const std::string& record : records) ASSERT_TRUE(log->Append(record));
    ASSERT_TRUE(log->Flush());
    EXPECT_EQ(Read(), records);
    ASSERT_TRUE(log->Append("by the destructor"));
    EXPECT_EQ(log->counters().appended, 5U);
    EXPECT_EQ(log->counters().sealed_records, 4U);
    EXPECT_EQ(log->counters().sealed_segments, 1U);
    EXPECT_EQ(log->counters().sealed_bytes, Listed().at(0).bytes);
  }
  EXPECT_EQ(Read().size(), 5U);
  EXPECT_EQ(Read().back(), "by the destructor");
  EXPECT_EQ(FilesEnding(".open"), 0U);
}

TEST_F(AppendLogTest, SealsByItselfAfterItsTime) {
  Options options = Slow();
  options.seal_ms = 20;
  const auto log = OpenLog(options);
  ASSERT_TRUE(log->Append("alone"));
  for (int at = 0; at < 1000 && log->counters().sealed_records == 0; ++at) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(Read(), std::vector<std::string>{"alone"});
}

TEST_F(AppendLogTest, WritesNothingWhenThereIsNothing) {
  Options options = Slow();
  options.seal_ms = 1;
  {
    const auto log = OpenLog(options);
    ASSERT_TRUE(log->Flush());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(log->counters().sealed_segments, 0U);
  }
  EXPECT_EQ(FilesEnding(""), 1U) << "more than the lock";
}

TEST_F(AppendLogTest, SealsAFullSegment) {
  Options options = Slow();
  options.segment_bytes_max = 64 + 3 * (8 + 100) + 40;
  const auto log = OpenLog(options);
  for (int at = 0; at < 7; ++at) ASSERT_TRUE(log->Append(std::string(100, 'x')));
  ASSERT_TRUE(log->Append(std::string(1000, 'y')));
  ASSERT_TRUE(log->Flush());
  const auto segments = Listed();
  ASSERT_EQ(segments.size(), 4U);
  EXPECT_EQ(segments[0].bytes, options.segment_bytes_max);
  EXPECT_EQ(segments[3].bytes, 64 + 8 + 1000 + 40);
  for (std::size_t at = 0; at < segments.size(); ++at) EXPECT_EQ(segments[at].id.number, at + 1);
  EXPECT_EQ(Read().size(), 8U);
}

TEST_F(AppendLogTest, TakesRecordsFromManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kRecords = 2000;
  Options options = Slow();
  options.seal_ms = 5;
  options.segment_bytes_max = 20'000;
  const auto log = OpenLog(options);
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&log, thread] {
        for (int at = 0; at < kRecords; ++at) {
          EXPECT_TRUE(log->Append(fmt::format("{}:{}", thread, at)));
          if (at % 500 == 0) EXPECT_TRUE(log->Flush());
        }
      });
    }
  }
  ASSERT_TRUE(log->Flush());
  std::map<std::string, int> next;
  for (const std::string& record : Read()) {
    const std::size_t colon = record.find(':');
    ASSERT_EQ(std::stoi(record.substr(colon + 1)), next[record.substr(0, colon)]++);
  }
  EXPECT_EQ(next.size(), kThreads);
  for (const auto& [thread, count] : next) EXPECT_EQ(count, kRecords);
  EXPECT_EQ(log->counters().sealed_records, kThreads * kRecords);
}

TEST_F(AppendLogTest, RefusesWhatIsTooLong) {
  Options options = Slow();
  options.buffer_bytes_max = 1000;
  const auto log = OpenLog(options);
  EXPECT_TRUE(log->Append(std::string(992, 'x')));
  EXPECT_EQ(log->Append(std::string(993, 'x')).error().code, Code::kInvalidArgument);
  EXPECT_EQ(log->counters().refused, 0U);
}

TEST_F(AppendLogTest, RefusesOptionsThatCannotWork) {
  for (const Options& options :
       {Options{.seal_ms = 0}, Options{.segment_bytes_max = 10}, Options{.buffer_bytes_max = 8},
        Options{.segment_bytes_max = kSegmentFileBytesMax}, Options{.folder_bytes_max = 0}}) {
    EXPECT_EQ(AppendLog::Open(folder_, options).error().code, Code::kInvalidArgument);
  }
}

// A disk that refuses: the folder is not where it was.
TEST_F(AppendLogTest, HoldsWhatTheDiskRefusesAndRefusesWhatItCannotHold) {
  Options options = Slow();
  options.buffer_bytes_max = 10'000;
  options.segment_bytes_max = 2000;
  const auto log = OpenLog(options);
  ASSERT_TRUE(log->Append("0"));
  ASSERT_TRUE(log->Flush());
  fs::rename(folder_, root_ + "/away");
  std::uint64_t taken = 1;
  std::uint64_t refused = 0;
  while (refused < 10) {
    const Status status = log->Append(std::to_string(taken) + std::string(90, ' '));
    ASSERT_TRUE(status || status.error().code == Code::kUnavailable);
    ++(status ? taken : refused);
    ASSERT_LT(taken, 1000U);
  }
  EXPECT_EQ(log->Flush().error().code, Code::kNotFound);
  EXPECT_GT(log->counters().disk_failures, 0U);
  EXPECT_EQ(log->counters().refused, refused);
  fs::rename(root_ + "/away", folder_);
  while (!log->Flush()) {
  }
  std::uint64_t next = 0;
  for (const std::string& record : Read()) EXPECT_EQ(std::stoull(record), next++);
  EXPECT_EQ(next, taken);
}

// The kernel writes a part of a segment and then no more.
TEST_F(AppendLogTest, WritesASegmentAnewAfterAFailure) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto log = OpenLog();
  for (int at = 0; at < 100; ++at) ASSERT_TRUE(log->Append(std::string(100, 'x')));
  const rlimit small{3000, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  ASSERT_TRUE(log->Append(std::string(50'000, 'y')));
  const Status flushed = log->Flush();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_FALSE(flushed);
  while (!log->Flush()) {
  }
  ::signal(SIGXFSZ, SIG_DFL);
  ASSERT_EQ(Listed().size(), 1U);
  EXPECT_EQ(Read().size(), 101U);
}

TEST_F(AppendLogTest, EndsWhenTheDiskRefuses) {
  Options options = Slow();
  options.segment_bytes_max = 200;
  auto log = OpenLog(options);
  fs::rename(folder_, root_ + "/away");
  for (int at = 0; at < 10; ++at) ASSERT_TRUE(log->Append(std::string(100, 'x')));
  log.reset();
  EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(AppendLogTest, IsOneProcesssAlone) {
  auto log = OpenLog();
  EXPECT_EQ(AppendLog::Open(folder_, Slow()).error().code, Code::kFailedPrecondition);
  log.reset();
  EXPECT_NE(OpenLog(), nullptr);
}

TEST_F(AppendLogTest, NeverNamesTwoSegmentsAlike) {
  io::SimulatedClock clock(kNowMs);
  io::SimulatedRandom random(1);
  Options options = Slow();
  options.clock = &clock;
  options.random = &random;
  std::vector<Id> ids;
  for (int round = 0; round < 5; ++round) {
    const auto log = OpenLog(options);
    if (!ids.empty()) EXPECT_GT(log->id(), ids.back()) << "a clock that stands still or steps back";
    ids.push_back(log->id());
    ASSERT_TRUE(log->Append(std::to_string(round)));
    clock.AdvanceMs(round == 2 ? -1000 : 0);
  }
  EXPECT_EQ(Read(), (std::vector<std::string>{"0", "1", "2", "3", "4"}));
  const auto reader = SegmentReader::Open(Listed().at(0).path);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->created_ms(), kNowMs);
  // An empty folder remembers nothing, and need not.
  for (const Segment& segment : Listed()) ASSERT_TRUE(RemoveSegment(segment));
  const auto log = OpenLog(options);
  for (const Id& id : ids) EXPECT_NE(log->id(), id);
}

TEST_F(AppendLogTest, DropsTheOldestAboveItsBound) {
  Options options = Slow();
  options.folder_bytes_max = 10 * 4096;
  std::uint64_t dropped = 0;
  {
    const auto log = OpenLog(options);
    for (int at = 0; at < 30; ++at) {
      ASSERT_TRUE(log->Append(std::to_string(at)));
      ASSERT_TRUE(log->Flush());
      // Three are shipped: what is gone anyway does not count.
      if (at == 5) {
        for (int shipped = 0; shipped < 3; ++shipped) {
          ASSERT_TRUE(RemoveSegment(Listed().at(0)));
        }
      }
    }
    dropped = log->counters().dropped_segments;
  }
  const auto records = Read();
  ASSERT_LE(records.size(), 10U);
  EXPECT_EQ(records.size() + dropped + 3, 30U);
  EXPECT_EQ(records.back(), "29");
  for (std::size_t at = 0; at < records.size(); ++at) {
    EXPECT_EQ(std::stoull(records[at]), 30 - records.size() + at);
  }
  EXPECT_TRUE(RemoveSegment(Segment{{}, folder_ + "/gone", 0}));
  // A smaller bound holds from the start; the newest stays whatever the bound is.
  options.folder_bytes_max = 1;
  EXPECT_EQ(OpenLog(options)->counters().dropped_segments, records.size() - 1);
  EXPECT_EQ(Read(), std::vector<std::string>{"29"});
}

/// Appends numbers and writes to the pipe up to which one they are flushed, until it is killed.
[[noreturn]] void AppendUntilKilled(const std::string& folder, std::uint64_t first, int pipe) {
  Options options;
  options.seal_ms = 5;
  options.segment_bytes_max = 5000;
  const auto log = AppendLog::Open(folder, options);
  if (!log) ::_exit(1);
  io::SimulatedRandom random(first);
  for (std::uint64_t at = first;; ++at) {
    const std::string tail(random.Below(300), 'x');
    while (!(*log)->Append(fmt::format("{} {}", at, tail))) {
    }
    if (random.Below(50) != 0) continue;
    if (!(*log)->Flush()) ::_exit(2);
    if (::write(pipe, &at, sizeof(at)) != sizeof(at)) ::_exit(3);
  }
}

TEST_F(AppendLogTest, LosesNothingFlushedToKill9) {
  io::SimulatedRandom random(20261124);
  std::uint64_t next = 0;  // Across the rounds: what a kill cost is appended again.
  for (int round = 0; round < 20; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) AppendUntilKilled(folder_, next, pipe[1]);
    ::close(pipe[1]);
    std::uint64_t flushed = 0;
    const std::uint64_t flushes = 1 + random.Below(10);
    for (std::uint64_t at = 0; at < flushes; ++at) {
      ASSERT_EQ(::read(pipe[0], &flushed, sizeof(flushed)), sizeof(flushed));
    }
    ::usleep(static_cast<useconds_t>(random.Below(15'000)));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    while (::read(pipe[0], &flushed, sizeof(flushed)) == sizeof(flushed)) {
    }
    ::close(pipe[0]);
    OpenLog().reset();
    EXPECT_EQ(FilesEnding(".open"), 0U);
    EXPECT_EQ(FilesEnding(".damaged"), 0U);
    next = 0;
    for (const std::string& record : Read()) {
      ASSERT_EQ(record, std::to_string(next) + record.substr(record.find(' ')));
      ASSERT_EQ(record.find_first_not_of('x', record.find(' ') + 1), std::string::npos);
      ++next;
    }
    ASSERT_GT(next, flushed);
  }
}

}  // namespace
}  // namespace galley::appendlog
