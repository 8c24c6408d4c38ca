#include "platform/jobs/jobs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "foundation/io/clock.h"
#include "foundation/io/file.h"
#include "foundation/io/process.h"
#include "foundation/io/random.h"
#include "platform/jobs/cgroup.h"
#include "platform/jobs/processes.h"
#include "platform/jobs/records.h"
#include "platform/jobs/shim.h"

namespace galley::jobs {
namespace {

constexpr std::int64_t kMegabyte = 1 << 20;
constexpr std::int64_t kPatienceMs = 120'000;

/// Until `is_so`, or for so long that a test fails.
bool Eventually(const std::function<bool()>& is_so) {
  const std::int64_t deadline_ms = io::MonotonicMs() + kPatienceMs;
  while (io::MonotonicMs() < deadline_ms) {
    if (is_so()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

std::string LogOf(const std::string& folder) {
  auto page = ReadLog(folder, 0, 16 * kMegabyte);
  return page ? page->bytes : page.error().message;
}

/// How many living processes of this machine have `text` in their command line. A zombie has none.
int CountProcesses(const std::string& text) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto line = io::ReadFile(entry.path() / "cmdline", 1 << 20);
    if (line && line->find(text) != std::string::npos) ++count;
  }
  return count;
}

class JobsTest : public testing::Test {
 protected:
  JobsTest() {
    char pattern[] = "/tmp/galley-jobs-XXXXXX";
    root_ = ::mkdtemp(pattern);
    work_ = root_ + "/work";
    EXPECT_TRUE(io::MakeFolder(work_));
    // An argument that no other process has: a sleep of so many seconds.
    static int tests = 0;
    sleep_ = fmt::format("{}.{}", 100'000 + ::getpid(), ++tests);
  }
  void TearDown() override {
    for (const std::string& folder : folders_) {
      EXPECT_TRUE(Cancel(folder, "the test is over"));
      EXPECT_TRUE(Eventually([&] { return PhaseOf(folder) != Phase::kRunning; }));
      if (PhaseOf(folder) == Phase::kLost) EXPECT_TRUE(Settle(folder));
    }
    EXPECT_TRUE(io::RemoveFolder(root_));
  }

  Spec Script(const std::string& script) {
    folders_.push_back(fmt::format("{}/{}", root_, folders_.size()));
    EXPECT_TRUE(io::MakeFolder(folders_.back()));
    return {.attempt = fmt::format("attempt-{}", folders_.size()),
            .folder = folders_.back(),
            .working_folder = work_,
            .script = script,
            .limits = {.wall_ms = 60'000,
                       .memory_bytes = 512 * kMegabyte,
                       .processes = 100,
                       .log_bytes = kMegabyte,
                       .file_bytes = 64 * kMegabyte,
                       .grace_ms = 300}};
  }
  Spec Python(const std::string& program) {
    Spec spec = Script("");
    spec.command = {"python3", "-c", program};
    return spec;
  }

  static Outcome Wait(const std::string& folder) {
    State state;
    EXPECT_TRUE(Eventually([&] {
      auto seen = Look(folder);
      if (seen) state = *seen;
      return seen && (state.phase == Phase::kEnded || state.phase == Phase::kLost);
    })) << folder;
    if (state.phase != Phase::kLost) return state.outcome;
    auto settled = Settle(folder);
    EXPECT_TRUE(settled) << settled.error().message;
    return settled.value_or(Outcome{});
  }

  static Outcome RunToEnd(const Spec& spec) {
    const auto started = Start(spec);
    EXPECT_TRUE(started) << started.error().message;
    return Wait(spec.folder);
  }

  static void AwaitLog(const std::string& folder, const std::string& text) {
    EXPECT_TRUE(Eventually([&] { return LogOf(folder).find(text) != std::string::npos; }))
        << LogOf(folder);
  }

  static Phase PhaseOf(const std::string& folder) {
    auto state = Look(folder);
    EXPECT_TRUE(state) << state.error().message;
    return state ? state->phase : Phase::kNotStarted;
  }

  std::string root_;
  std::string work_;
  std::string sleep_;
  std::vector<std::string> folders_;
};

TEST_F(JobsTest, SucceedsWithItsOutputInTheLog) {
  auto spec = Script("echo out; echo err >&2; pwd; echo $GALLEY_ATTEMPT");
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kSucceeded) << outcome.reason;
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(LogOf(spec.folder), "out\nerr\n" + work_ + "\nattempt-1\n");
  EXPECT_GT(outcome.started_ms, 0);
  EXPECT_GE(outcome.ended_ms, outcome.started_ms);
  EXPECT_EQ(outcome.usage.log_bytes, static_cast<std::int64_t>(LogOf(spec.folder).size()));
  EXPECT_GT(outcome.usage.peak_memory_bytes, 0);
}

TEST_F(JobsTest, FailsWithItsExitStatusAndLastLine) {
  const Outcome outcome = RunToEnd(Script("echo no flour >&2; exit 75"));
  EXPECT_EQ(outcome.ending, Ending::kFailed);
  EXPECT_EQ(outcome.exit_code, 75);
  EXPECT_EQ(outcome.reason, "exit status 75: no flour");
  // -e and pipefail: the first command that fails ends it.
  EXPECT_EQ(RunToEnd(Script("false | cat; echo not here")).ending, Ending::kFailed);
  EXPECT_EQ(LogOf(folders_.back()), "");
}

TEST_F(JobsTest, IsKilledByASignalOfItsOwn) {
  const Outcome outcome = RunToEnd(Python("import os; os.kill(os.getpid(), 11)"));
  EXPECT_EQ(outcome.ending, Ending::kKilled);
  EXPECT_EQ(outcome.signal, SIGSEGV);
  EXPECT_EQ(outcome.exit_code, 128 + SIGSEGV);
  EXPECT_NE(outcome.reason.find("Segmentation fault"), std::string::npos) << outcome.reason;
}

TEST_F(JobsTest, HasABareEnvironmentAndNothingOfOurs) {
  ::setenv("GALLEY_SECRET_OF_A_TEST", "1", 1);
  auto spec = Python(R"(
import os
print(sorted(os.environ))
print(os.environ['A'], os.environ['PATH'][:4], os.environ['HOME'] == os.getcwd())
print(sorted(os.listdir('/proc/self/fd'))[:4], os.readlink('/proc/self/fd/0'))
status = open('/proc/self/status').read()
print('NoNewPrivs:\t1' in status, os.getpid() == os.getsid(0) == os.getpgid(0))
print(oct(os.umask(0)), open('/proc/self/oom_score_adj').read().strip()))");
  spec.environment = {{"A", "1"}, {"A", "2 = x\n"}, {"PATH", "/bin:/usr/bin"}};
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kSucceeded) << outcome.reason;
  EXPECT_EQ(LogOf(spec.folder),
            "['A', 'GALLEY_ATTEMPT', 'HOME', 'LC_ALL', 'PATH']\n"
            "2 = x\n /bin True\n"
            "['0', '1', '2', '3'] /dev/null\n"  // 3 is the listing's own.
            "True True\n"
            "0o22 500\n");
}

TEST_F(JobsTest, AFolderIsPutInFrontOfTheLastListOfAName) {
  auto spec = Script("echo $OLD $NEW");
  spec.environment = {{"OLD", "/a"}, {"OLD", "/b:/c"}, {"NEW", ""}};
  PutInFront(spec, "OLD", "/front");
  PutInFront(spec, "NEW", "/front");
  EXPECT_EQ(RunToEnd(spec).ending, Ending::kSucceeded);
  EXPECT_EQ(LogOf(spec.folder), "/front:/b:/c /front\n");
}

TEST_F(JobsTest, CannotStartIsAnOutcome) {
  auto spec = Script("true");
  spec.working_folder = root_ + "/gone";
  Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kCouldNotStart);
  EXPECT_NE(outcome.reason.find("/gone is not there"), std::string::npos) << outcome.reason;
  EXPECT_EQ(outcome.started_ms, 0);

  spec = Script("");
  spec.command = {"galley-no-such-program"};
  outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kCouldNotStart);
  EXPECT_NE(outcome.reason.find("'galley-no-such-program' in PATH"), std::string::npos);

  // Executable, and no program: only the kernel can tell.
  std::ofstream(work_ + "/text") << "\x01\x02";
  std::filesystem::permissions(work_ + "/text", std::filesystem::perms::all);
  spec = Script("");
  spec.command = {"./text"};
  outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kCouldNotStart);
  EXPECT_NE(outcome.reason.find("Exec format error"), std::string::npos) << outcome.reason;
}

TEST_F(JobsTest, WrongSpecsNameTheField) {
  const auto words = [](const Spec& spec) {
    const auto started = Start(spec);
    if (started) return std::string("started");
    EXPECT_EQ(started.error().code, Code::kInvalidArgument);
    return started.error().message;
  };
  auto spec = Script("true");
  spec.command = {"true"};
  EXPECT_EQ(words(spec), "exactly one of script and command must be given");
  spec = Script("true");
  spec.working_folder = "work";
  EXPECT_EQ(words(spec), "working_folder: 'work' is not an absolute path");
  spec = Script("true");
  spec.environment = {{"A=B", ""}};
  EXPECT_EQ(words(spec), "environment: 'A=B' is no name of a variable");
  spec = Script("true");
  spec.limits.cpu_ms = -1;
  EXPECT_EQ(words(spec), "limits.cpu_ms: is -1; must be 0 (no limit) or more");
  spec = Script(std::string(200'000, 'x'));
  EXPECT_EQ(words(spec), "script: has 200000 bytes; must be less than 131072");
  spec = Script("true");
  spec.folder += "/none";
  EXPECT_NE(words(spec).find("is not the absolute path of a folder"), std::string::npos);
  for (const std::string& folder : folders_) EXPECT_EQ(PhaseOf(folder), Phase::kNotStarted);
}

TEST_F(JobsTest, TimeIsOverAlsoForWhatIgnoresSigterm) {
  auto spec = Python(
      "import signal, time, os\n"
      "signal.signal(signal.SIGTERM, lambda *_: print('asked', flush=True))\n"
      "os.fork()\n"
      "print('up', flush=True)\n"
      "while True: time.sleep(" +
      sleep_ + ")");
  spec.limits.wall_ms = 1500;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kTimedOut);
  EXPECT_EQ(outcome.limit, 1500);
  EXPECT_GE(outcome.used, 1500);
  EXPECT_EQ(outcome.signal, SIGKILL);
  EXPECT_EQ(LogOf(spec.folder), "up\nup\nasked\nasked\n");
  EXPECT_EQ(CountProcesses(sleep_), 0);
}

TEST_F(JobsTest, GraceLetsAJobFinish) {
  auto spec = Script("trap 'echo saved; exit 0' TERM; while true; do sleep 0.01; done");
  spec.limits.wall_ms = 500;
  spec.limits.grace_ms = kPatienceMs;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kTimedOut);
  EXPECT_NE(LogOf(spec.folder).find("saved\n"), std::string::npos);
}

TEST_F(JobsTest, MemoryOfAllProcessesTogetherIsLimited) {
  // Four of 40 MB each, and none above the limit of 100 MB.
  auto spec = Python(
      "import os, time\n"
      "os.fork(); os.fork()\n"
      "eaten = bytearray(os.urandom(1 << 20) * 40)\n"
      "time.sleep(" +
      sleep_ + ")");
  spec.limits.memory_bytes = 100 * kMegabyte;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kOutOfMemory) << outcome.reason;
  EXPECT_EQ(outcome.limit, 100 * kMegabyte);
  EXPECT_GT(outcome.used, outcome.limit);
  EXPECT_EQ(CountProcesses(sleep_), 0);
}

TEST_F(JobsTest, AMemoryEaterIsEnded) {
  auto spec = Python("eaten = []\nwhile True: eaten.append(bytearray(b'x' * (4 << 20)))");
  spec.limits.memory_bytes = 200 * kMegabyte;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kOutOfMemory) << outcome.reason;
  EXPECT_GE(outcome.usage.peak_memory_bytes, outcome.limit);
}

TEST_F(JobsTest, SharedMemoryCountsOnce) {
  // 60 MB that four processes see are 60 MB and not 240.
  auto spec = Python(
      "import os, time\n"
      "eaten = bytearray(os.urandom(1 << 20) * 60)\n"
      "first = os.getpid()\n"
      "os.fork(); os.fork()\n"
      "time.sleep(0.7)\n"
      "if os.getpid() == first: time.sleep(0.3)");
  spec.limits.memory_bytes = 180 * kMegabyte;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kSucceeded) << outcome.reason;
}

TEST_F(JobsTest, AForkBombIsEnded) {
  const std::string name = "bomb" + sleep_;
  auto spec = Script("");
  spec.command = {"/bin/bash", "-c", ":(){ :|:& };: ; sleep " + sleep_, name};
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kTooManyProcesses) << outcome.reason;
  EXPECT_EQ(outcome.limit, 100);
  EXPECT_EQ(CountProcesses(name), 0);
}

// Each in a session of its own, so that no group is there to be stopped: the kernel must refuse.
TEST_F(JobsTest, AForkBombOfSessionsStopsAtTheKernelsLimit) {
  constexpr std::int64_t kRoomMax = 10'000;
  if (ProcessesCgroup::Enter(NewMarker(), kRoomMax) == nullptr) {
    GTEST_SKIP() << "this user or machine has no control groups to write";
  }
  const std::string name = "sessions" + sleep_;
  auto spec = Script("");
  spec.command = {"/usr/bin/python3", "-c",
                  "import os\nwhile True:\n  try:\n    os.fork() or os.setsid()\n"
                  "  except OSError:\n    pass",
                  name};
  spec.limits.processes = 100;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kTooManyProcesses) << outcome.reason;
  EXPECT_LE(outcome.usage.peak_processes, 101);
  EXPECT_EQ(CountProcesses(name), 0);
}

TEST_F(JobsTest, CpuTimeOfAllProcessesIsLimited) {
  auto spec = Script("(while :; do :; done) & while :; do :; done # " + sleep_);
  spec.limits.cpu_ms = 700;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kOutOfCpu) << outcome.reason;
  EXPECT_GT(outcome.used, 700);
  EXPECT_GE(outcome.usage.cpu_ms, outcome.used);
  EXPECT_EQ(CountProcesses(sleep_), 0);
}

TEST_F(JobsTest, CpuTimeOfEndedProcessesCounts) {
  auto spec = Script("while :; do python3 -c 'for i in range(300000): pass'; done");
  spec.limits.cpu_ms = 500;
  EXPECT_EQ(RunToEnd(spec).ending, Ending::kOutOfCpu);
}

TEST_F(JobsTest, OutputWithoutEndIsEnded) {
  auto spec = Script("yes");
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kLogTooLarge) << outcome.reason;
  EXPECT_EQ(LogOf(spec.folder).size(), static_cast<std::size_t>(kMegabyte));
  EXPECT_GT(outcome.log_lost_bytes, 0);
  EXPECT_EQ(outcome.usage.log_bytes, kMegabyte + outcome.log_lost_bytes);
}

TEST_F(JobsTest, AFileWithoutEndIsEnded) {
  // By the signal, by a shell that passes it on, and by a program that sees an error instead.
  for (const char* script : {"exec yes >big", "yes >big",
                             "python3 -c \"open('big', 'wb').write("
                             "b'x' * (70 << 20))\""}) {
    const Outcome outcome = RunToEnd(Script(script));
    EXPECT_EQ(outcome.ending, Ending::kWroteTooMuch) << script << ": " << outcome.reason;
    EXPECT_EQ(outcome.limit, 64 * kMegabyte);
    EXPECT_LE(std::filesystem::file_size(work_ + "/big"), 64 * kMegabyte);
  }
}

TEST_F(JobsTest, WritingManyFilesIsEnded) {
  // On the build's disk: what is written to a tmpfs, as /tmp may be, is memory.
  auto spec = Script("for i in $(seq 1000); do head -c 4M /dev/zero >many-$i; done");
  spec.working_folder = std::filesystem::current_path() / ("jobs-test-" + sleep_);
  ASSERT_TRUE(io::MakeFolder(spec.working_folder));
  spec.limits.written_bytes = 40 * kMegabyte;
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kWroteTooMuch) << outcome.reason;
  EXPECT_GT(outcome.used, outcome.limit);
  EXPECT_TRUE(io::RemoveFolder(spec.working_folder));
}

TEST_F(JobsTest, WhatIsLeftInTheBackgroundIsEnded) {
  auto spec = Script("sleep " + sleep_ + " & setsid -f env -i /bin/sleep " + sleep_ +
                     "; (trap '' TERM HUP; sleep " + sleep_ + ") & echo done");
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kSucceeded) << outcome.reason;
  EXPECT_EQ(LogOf(spec.folder), "done\n");
  EXPECT_EQ(CountProcesses(sleep_), 0);
}

/// Forks and ends, again and again: each process is gone before anyone has looked twice.
std::string Hopper(const std::string& name) {
  return "import os\nos.setsid()\nname = '" + name +
         "'\nwhile True:\n  if os.fork(): os._exit(0)\n";
}

TEST_F(JobsTest, AProcessThatHopsFromForkToForkIsEnded) {
  auto spec = Script("setsid -f python3 -c \"" + Hopper(sleep_) + "\" & sleep 0.2; echo done");
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kSucceeded) << outcome.reason;
  EXPECT_EQ(CountProcesses(sleep_), 0);

  // The same when only a later server can do it.
  spec = Script("setsid -f python3 -c \"" + Hopper(sleep_) + "\" & sleep 0.2; echo up; sleep 100");
  ASSERT_TRUE(Start(spec));
  AwaitLog(spec.folder, "up\n");
  ASSERT_EQ(::kill(static_cast<pid_t>(Look(spec.folder)->pid), SIGKILL), 0);
  EXPECT_EQ(Wait(spec.folder).ending, Ending::kLost);
  for (int look = 0; look < 20; ++look) EXPECT_EQ(CountProcesses(sleep_), 0);
}

TEST_F(JobsTest, AProcessThatShedItsMarkerIsEnded) {
  auto spec = Script("setsid -f prlimit --rttime=1000000000 sleep " + sleep_ + "; echo done");
  EXPECT_EQ(RunToEnd(spec).ending, Ending::kSucceeded);
  EXPECT_EQ(CountProcesses(sleep_), 0);
}

TEST_F(JobsTest, ServersKilledWhileTheyStartRunItOnce) {
  io::SystemRandom random;
  for (int round = 0; round < 25; ++round) {
    const std::string count = fmt::format("{}/count-{}", root_, round);
    auto spec = Script("echo once >>" + count);
    const pid_t server = ::fork();
    if (server == 0) ::_exit(Start(spec) ? 0 : 1);
    std::this_thread::sleep_for(std::chrono::microseconds(random.Below(15'000)));
    ::kill(server, SIGKILL);
    ASSERT_EQ(::waitpid(server, nullptr, 0), server);
    const auto again = Start(spec);
    EXPECT_TRUE(again || again.error().code == Code::kAlreadyExists) << again.error().message;
    EXPECT_EQ(Wait(spec.folder).ending, Ending::kSucceeded);
    EXPECT_EQ(io::ReadFile(count, 100).value_or(""), "once\n") << round;
  }
}

TEST_F(JobsTest, ShimsKilledAtAnyTimeLeaveOneWordAndNoProcess) {
  io::SystemRandom random;
  int lost = 0;
  for (int round = 0; round < 25; ++round) {
    const std::string count = fmt::format("{}/count-{}", root_, round);
    auto spec = Script("echo once >>" + count + "; (sleep " + sleep_ + " &) ; sleep 0.01");
    ASSERT_TRUE(Start(spec));
    const auto pid = static_cast<pid_t>(Look(spec.folder)->pid);
    std::this_thread::sleep_for(std::chrono::microseconds(random.Below(30'000)));
    if (PhaseOf(spec.folder) == Phase::kRunning) ::kill(pid, SIGKILL);
    const Outcome outcome = Wait(spec.folder);
    EXPECT_TRUE(outcome.ending == Ending::kSucceeded || outcome.ending == Ending::kLost);
    if (outcome.ending == Ending::kLost) ++lost;
    EXPECT_EQ(CountProcesses(sleep_), 0);
    EXPECT_NE(io::ReadFile(count, 100).value_or(""), "once\nonce\n");
  }
  EXPECT_GT(lost, 0);
}

TEST_F(JobsTest, IsStartedOnceForEver) {
  auto spec = Script("echo once >>" + root_ + "/count; sleep 0.2");
  std::vector<std::thread> threads;
  std::atomic<int> started = 0;
  std::atomic<int> refused = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto result = Start(spec);
      if (result) ++started;
      if (!result && result.error().code == Code::kAlreadyExists) ++refused;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(started, 1);
  EXPECT_EQ(refused, 7);
  EXPECT_EQ(Wait(spec.folder).ending, Ending::kSucceeded);
  EXPECT_EQ(Start(spec).error().code, Code::kAlreadyExists);
  EXPECT_EQ(io::ReadFile(root_ + "/count", 100).value_or(""), "once\n");
}

TEST_F(JobsTest, CancelBeforeDuringAndAfter) {
  auto spec = Script("echo up; sleep " + sleep_);
  ASSERT_TRUE(Cancel(spec.folder, "not today"));
  EXPECT_EQ(PhaseOf(spec.folder), Phase::kNotStarted);
  Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kCancelled);
  EXPECT_EQ(outcome.reason, "not today");
  EXPECT_EQ(LogOf(spec.folder), "");

  spec = Script("echo up; sleep " + sleep_);
  ASSERT_TRUE(Start(spec));
  AwaitLog(spec.folder, "up\n");
  EXPECT_EQ(PhaseOf(spec.folder), Phase::kRunning);
  EXPECT_EQ(Settle(spec.folder).error().code, Code::kFailedPrecondition);
  ASSERT_TRUE(Cancel(spec.folder, "first"));
  ASSERT_TRUE(Cancel(spec.folder, "second"));
  outcome = Wait(spec.folder);
  EXPECT_EQ(outcome.ending, Ending::kCancelled);
  EXPECT_EQ(outcome.reason, "first");
  EXPECT_EQ(CountProcesses(sleep_), 0);

  spec = Script("true");
  EXPECT_EQ(RunToEnd(spec).ending, Ending::kSucceeded);
  ASSERT_TRUE(Cancel(spec.folder, "too late"));
  EXPECT_EQ(Look(spec.folder)->outcome.ending, Ending::kSucceeded);
}

TEST_F(JobsTest, AKilledShimLeavesALostAttemptAndNoProcess) {
  auto spec =
      Script("setsid -f env -i /bin/sleep " + sleep_ + "; python3 -c 'import time; time.sleep(" +
             sleep_ + ")' & echo up; sleep " + sleep_);
  ASSERT_TRUE(Start(spec));
  AwaitLog(spec.folder, "up\n");
  ASSERT_TRUE(Eventually([&] { return CountProcesses(sleep_) >= 3; }));
  ASSERT_EQ(::kill(static_cast<pid_t>(Look(spec.folder)->pid), SIGKILL), 0);
  ASSERT_TRUE(Eventually([&] { return PhaseOf(spec.folder) == Phase::kLost; }));
  EXPECT_EQ(Start(spec).error().code, Code::kAlreadyExists);
  const auto outcome = Settle(spec.folder);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->ending, Ending::kLost);
  EXPECT_EQ(CountProcesses(sleep_), 0);
  // It is written: for everyone and for ever.
  EXPECT_EQ(Look(spec.folder)->outcome.ending, Ending::kLost);
  EXPECT_EQ(Settle(spec.folder)->ending, Ending::kLost);
}

TEST_F(JobsTest, AShimThatIsToldToEndTakesTheJobWithIt) {
  auto spec = Script("echo up; sleep " + sleep_);
  ASSERT_TRUE(Start(spec));
  AwaitLog(spec.folder, "up\n");
  ASSERT_EQ(::kill(static_cast<pid_t>(Look(spec.folder)->pid), SIGTERM), 0);
  const Outcome outcome = Wait(spec.folder);
  EXPECT_EQ(outcome.ending, Ending::kLost);
  EXPECT_NE(outcome.reason.find("told to end by signal 15"), std::string::npos) << outcome.reason;
  EXPECT_EQ(CountProcesses(sleep_), 0);
}

TEST_F(JobsTest, AnAttemptOfAnEarlierBootIsLost) {
  auto spec = Script("true");
  ASSERT_TRUE(WriteStarted(
      spec.folder,
      {.pid = 1, .start_ticks = 1, .boot_id = "another", .marker = 1, .started_ms = 1}));
  EXPECT_EQ(PhaseOf(spec.folder), Phase::kLost);
  EXPECT_EQ(Start(spec).error().code, Code::kAlreadyExists);
  EXPECT_NE(Settle(spec.folder)->reason.find("machine went down"), std::string::npos);
}

TEST_F(JobsTest, OutlivesWhoStartedItAndIsAdopted) {
  auto spec = Script("echo up; while [ ! -e go ]; do sleep 0.01; done; echo down");
  // A server of its own group, with its own supervisor, both killed.
  const pid_t server = ::fork();
  if (server == 0) {
    ::setpgid(0, 0);
    if (!Start(spec)) ::_exit(1);
    for (;;) ::pause();
  }
  AwaitLog(spec.folder, "up\n");
  ::kill(-server, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(server, &status, 0), server);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(PhaseOf(spec.folder), Phase::kRunning);
  std::ofstream(work_ + "/go") << "";
  EXPECT_EQ(Wait(spec.folder).ending, Ending::kSucceeded);
  EXPECT_EQ(LogOf(spec.folder), "up\ndown\n");
}

TEST_F(JobsTest, AFullDiskForTheLogIsSaid) {
  auto spec =
      Script("echo one; for i in $(seq 20000); do echo many; done; echo >" + root_ + "/finished");
  std::filesystem::create_symlink("/dev/full", spec.folder + "/log");
  const Outcome outcome = RunToEnd(spec);
  EXPECT_EQ(outcome.ending, Ending::kSucceeded);
  EXPECT_EQ(outcome.log_lost_bytes, 4 + 20000 * 5);
  EXPECT_NE(outcome.reason.find("100004 bytes of its output are not in the log"),
            std::string::npos);
  EXPECT_NE(outcome.reason.find("No space left on device"), std::string::npos) << outcome.reason;
  EXPECT_TRUE(std::filesystem::exists(root_ + "/finished"));
}

TEST_F(JobsTest, OutputOfAnyBytesIsKept) {
  auto spec = Script(R"(printf 'a\xff\xfe\x00b\n\xe2\x82')");
  EXPECT_EQ(RunToEnd(spec).ending, Ending::kSucceeded);
  EXPECT_EQ(LogOf(spec.folder) + ReadLog(spec.folder, 6, 100)->bytes,
            std::string("a\xff\xfe\0b\n\xe2\x82", 8));
  // A reason goes out as JSON.
  EXPECT_EQ(RunToEnd(Script(R"(printf '\xff!'; exit 1)")).reason, "exit status 1: \xEF\xBF\xBD!");
}

TEST_F(JobsTest, DamagedFilesAreDataLoss) {
  auto spec = Script("true");
  std::ofstream(spec.folder + "/exit.json") << R"({"version":1,"ending":"eaten"})";
  EXPECT_EQ(Look(spec.folder).error().code, Code::kDataLoss);
  EXPECT_FALSE(Start(spec));
  std::ofstream(spec.folder + "/exit.json") << R"({"version":2,"ending":"failed"})";
  EXPECT_NE(Look(spec.folder).error().message.find("knows version 1"), std::string::npos);
  EXPECT_EQ(Look(root_ + "/none").error().code, Code::kNotFound);
  std::filesystem::remove(spec.folder + "/exit.json");
}

}  // namespace
}  // namespace galley::jobs

/// Start runs /proc/self/exe: this program is its own shim.
int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "exec") return galley::jobs::RunShim();
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
