#include "foundation/io/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace galley::io {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    read = UniqueFd(ends[0]);
    write = UniqueFd(ends[1]);
  }

  /// What was written, once nobody can write any more.
  std::string All() {
    write.Reset();
    std::string text;
    char bytes[512];
    for (ssize_t size; (size = ::read(read.get(), bytes, sizeof(bytes))) > 0;) {
      text.append(bytes, static_cast<std::size_t>(size));
    }
    return text;
  }

  UniqueFd read;
  UniqueFd write;
};

/// Exit status, or minus the signal.
int Reap(pid_t pid) {
  int status = 0;
  EXPECT_EQ(::waitpid(pid, &status, 0), pid);
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

SpawnOptions Shell(std::string script) {
  return {.program = "/bin/sh", .arguments = {"sh", "-c", std::move(script)}};
}

TEST(Spawn, PassesSocketsByTheProtocol) {
  Pipe first;
  Pipe second;
  Pipe third;
  auto options = Shell("echo a >&3; echo b >&4; echo c $LISTEN_FDS $(($LISTEN_PID - $$)) >&5");
  options.listen_fds = {first.write.get(), second.write.get()};
  options.inherited_fds = {third.write.get()};
  const auto pid = Spawn(options);
  ASSERT_TRUE(pid);
  EXPECT_EQ(first.All(), "a\n");
  EXPECT_EQ(second.All(), "b\n");
  EXPECT_EQ(third.All(), "c 2 0\n");
  EXPECT_EQ(Reap(*pid), 0);
}

TEST(Spawn, EnvironmentIsAddedReplacedAndDropped) {
  ::setenv("GALLEY_TEST_SECRET", "1", 1);
  ::setenv("SPAWN_TEST_KEPT", "kept", 1);
  ::setenv("SPAWN_TEST_REPLACED", "old", 1);
  ::setenv("LISTEN_FDS", "9", 1);
  Pipe out;
  auto options = Shell(
      "echo ${GALLEY_TEST_SECRET-none} $SPAWN_TEST_KEPT $SPAWN_TEST_REPLACED $SPAWN_TEST_ADDED "
      "${LISTEN_FDS-none} >&2");
  options.stderr_fd = out.write.get();
  options.environment = {{"SPAWN_TEST_REPLACED", "new"}, {"SPAWN_TEST_ADDED", "added"}};
  options.dropped_environment = {"GALLEY_"};
  const auto pid = Spawn(options);
  ASSERT_TRUE(pid);
  EXPECT_EQ(out.All(), "none kept new added none\n");
  EXPECT_EQ(Reap(*pid), 0);
  for (const char* name : {"GALLEY_TEST_SECRET", "SPAWN_TEST_KEPT", "SPAWN_TEST_REPLACED"}) {
    ::unsetenv(name);
  }
  ::unsetenv("LISTEN_FDS");
}

TEST(Spawn, DescriptorsThatStandInEachOthersWay) {
  // The first pipe has low numbers, 3 and 4 if nothing else is open.
  for (const bool swapped : {false, true}) {
    Pipe a;
    Pipe b;
    auto options = Shell("echo a >&3; echo b >&4");
    options.inherited_fds = swapped ? std::vector{b.write.get(), a.write.get()}
                                    : std::vector{a.write.get(), b.write.get()};
    const auto pid = Spawn(options);
    ASSERT_TRUE(pid);
    EXPECT_EQ(a.All(), swapped ? "b\n" : "a\n");
    EXPECT_EQ(b.All(), swapped ? "a\n" : "b\n");
    EXPECT_EQ(Reap(*pid), 0);
  }
}

TEST(Spawn, ConfinedGetsWhatIsNamedAndNoMore) {
  const UniqueFd leaking(::dup(STDERR_FILENO));
  Pipe out;
  auto options = Shell("echo $(ls /proc/self/fd) $(ulimit -c) $(grep NoNew /proc/self/status) >&3");
  options.inherited_fds = {out.write.get()};
  options.confined = true;
  const auto pid = Spawn(options);
  ASSERT_TRUE(pid);
  const std::string text = out.All();
  EXPECT_EQ(Reap(*pid), 0);
  EXPECT_NE(text.find("0 NoNewPrivs: 1"), std::string::npos) << text;
  EXPECT_LE(text.find("NoNewPrivs"), 14u) << text;  // 0 1 2 3 4, and the core limit of 0.
}

TEST(Spawn, ASessionOfItsOwn) {
  Pipe out;
  auto options = Shell("echo $(($(cut -d' ' -f6 /proc/$$/stat) - $$))");
  options.stdout_fd = out.write.get();
  options.new_session = true;
  const auto pid = Spawn(options);
  ASSERT_TRUE(pid);
  EXPECT_EQ(out.All(), "0\n");
  EXPECT_EQ(Reap(*pid), 0);
}

TEST(Spawn, SaysWhyItCannotBecomeTheProgram) {
  struct Case {
    std::string program;
    std::string folder;
    int why;
  };
  for (const auto& [program, folder, why] :
       {Case{"/bin/true", "/", 0}, Case{"/no/such/program", "/", ENOENT},
        Case{"/etc/passwd", "/", EACCES}, Case{"/bin/true", "/no/such/folder", ENOENT}}) {
    Pipe failure;
    const auto pid = Spawn({.program = program,
                            .arguments = {"x"},
                            .folder = folder,
                            .confined = true,
                            .failure_fd = failure.write.get()});
    ASSERT_TRUE(pid);
    const std::string said = failure.All();
    int number = 0;
    if (!said.empty()) {
      ASSERT_EQ(said.size(), sizeof(number));
      std::memcpy(&number, said.data(), sizeof(number));
    }
    EXPECT_EQ(number, why) << program << " in " << folder;
    EXPECT_EQ(Reap(*pid), why == 0 ? 0 : 127);
  }
}

TEST(Spawn, DiesWithTheThreadThatStartedIt) {
  Pipe out;
  auto options = Shell("echo runs >&3; exec 3>&-; sleep 1000");
  options.inherited_fds = {out.write.get()};
  options.parent_death_signal = SIGKILL;
  pid_t pid = 0;
  // The thread stays until the child runs: before that, its end would go unnoticed.
  std::thread([&] {
    pid = *Spawn(options);
    EXPECT_EQ(out.All(), "runs\n");
  }).join();
  EXPECT_EQ(Reap(pid), -SIGKILL);
  ::kill(-pid, SIGKILL);  // The shell's child, if it has not taken the shell's place.
}

TEST(Spawn, AProgramThatIsNotThere) {
  const auto pid = Spawn({.program = "/nowhere/program", .arguments = {"program"}});
  ASSERT_TRUE(pid);
  EXPECT_EQ(Reap(*pid), 127);
}

}  // namespace
}  // namespace galley::io
