#include "platform/exec/child.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "foundation/io/file.h"

namespace galley::exec {
namespace {

class RunChildTest : public testing::Test {
 protected:
  RunChildTest() {
    char pattern[] = "/tmp/galley-child-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  void TearDown() override { EXPECT_TRUE(io::RemoveFolder(folder_)); }

  ChildOptions Shell(const std::string& script, const std::string& request = "{}") const {
    return {.kind = "shell",
            .request = request,
            .folder = folder_,
            .limits = {.memory_bytes = std::int64_t{256} << 20U},
            .command = {"/bin/sh", "-c", script}};
  }

  std::string folder_;
};

std::string Words(const Result<std::string>& result) {
  return result ? "no error: " + *result : result.error().message;
}

TEST_F(RunChildTest, RequestGoesInAndAnswerComesOut) {
  // Larger than a pipe, both ways.
  const std::string request = R"({"a":")" + std::string(1 << 20, 'x') + R"("})";
  const auto answer = RunChild(Shell("cat", request));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(*answer, request);
}

TEST_F(RunChildTest, EnvironmentIsBareAndFolderItsOwn) {
  ::setenv("GALLEY_SECRET_OF_A_TEST", "1", 1);
  auto options = Shell("env | sed s/=.*// | sort | tr '\\n' ' ' >names; pwd >where; echo '{}'");
  options.environment = {{"GALLEY_ONE", "1"}};
  ASSERT_TRUE(RunChild(options));
  EXPECT_EQ(io::ReadFile(folder_ + "/names", 1000).value_or(""),
            "GALLEY_ONE HOME LC_ALL PATH PWD TMPDIR ");
  EXPECT_EQ(io::ReadFile(folder_ + "/where", 1000).value_or(""), folder_ + "\n");
}

TEST_F(RunChildTest, HasNoOtherDescriptorAndNoNewPrivileges) {
  const auto answer =
      RunChild(Shell("echo \"{$(ls /proc/self/fd | wc -l) $(grep NoNewPrivs /proc/self/status) "
                     "$(ulimit -c)}\""));
  // 0 to 2, and the one with which ls reads the folder.
  EXPECT_EQ(answer.value_or(""), "{4 NoNewPrivs:\t1 0}");
}

TEST_F(RunChildTest, ReportedErrorComesBackAsItWas) {
  const auto answer = RunChild(Shell(R"(echo '{"code":2,"message":"no \"cake\""}'; exit 3)"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kNotFound);
  EXPECT_EQ(answer.error().message, "no \"cake\"");
}

TEST_F(RunChildTest, ReportWritesWhatRunChildReads) {
  // The other side of the protocol, in a process of its own.
  EXPECT_EXIT(
      { ::_exit(Report(Fail(Code::kDataLoss, "half a file"))); }, testing::ExitedWithCode(3), "");
  EXPECT_EXIT({ ::_exit(Report(std::string("{}"))); }, testing::ExitedWithCode(0), "");
}

TEST_F(RunChildTest, CodeOutOfRangeIsInternal) {
  for (const char* code : {"0", "14", "-1", "\"x\""}) {
    const auto answer =
        RunChild(Shell(std::string("echo '{\"code\":") + code + ",\"message\":\"m\"}'; exit 3"));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Code::kInternal) << code;
  }
}

TEST_F(RunChildTest, ErrorHasTheLastLines) {
  const auto answer = RunChild(Shell("for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; exit 9"));
  EXPECT_EQ(Words(answer),
            "'shell' ended with exit status 9: line 3 | line 4 | line 5 | line 6 | line 7");
}

TEST_F(RunChildTest, CrashIsInternalAndNamesTheSignal) {
  const auto answer = RunChild(Shell("kill -SEGV $$"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kInternal);
  EXPECT_EQ(Words(answer), "'shell' was ended by signal 11 (Segmentation fault)");
}

TEST_F(RunChildTest, KilledFromOutsideIsWantOfMemory) {
  const auto answer = RunChild(Shell("kill -KILL $$"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kResourceExhausted);
  EXPECT_NE(Words(answer).find("256 MB"), std::string::npos) << Words(answer);
}

TEST_F(RunChildTest, OutOfTimeEndsItAndWhatItStarted) {
  auto options = Shell("sleep 1000 & echo $! >other; exec sleep 1000");
  options.limits.time_ms = 500;
  const auto answer = RunChild(options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kDeadlineExceeded) << Words(answer);
  const int other = std::stoi(io::ReadFile(folder_ + "/other", 100).value_or("0"));
  ASSERT_GT(other, 0);
  // It is gone once whoever inherits orphans has reaped it; a zombie is as good.
  const auto is_alive = [other] {
    const auto status = io::ReadFile("/proc/" + std::to_string(other) + "/stat", 4096);
    return status && status->find(") Z ") == std::string::npos;
  };
  for (int tries = 0; is_alive() && tries < 1000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_FALSE(is_alive());
}

TEST_F(RunChildTest, ChildThatLeavesOneBehindIsNotWaitedFor) {
  const auto answer = RunChild(Shell("sleep 1000 & echo '{}'"));
  EXPECT_EQ(answer.value_or("error"), "{}");
}

TEST_F(RunChildTest, FileLargerThanTheLimit) {
  auto options = Shell("exec head -c 100000 /dev/zero >large");
  options.limits.file_bytes = 10'000;
  const auto answer = RunChild(options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kResourceExhausted);
  EXPECT_NE(Words(answer).find("file larger than"), std::string::npos) << Words(answer);
}

TEST_F(RunChildTest, MemoryLimitHolds) {
  // tail(1) keeps what it will print.
  const auto answer = RunChild(
      Shell("head -c 900000000 /dev/zero | tail -c 800000000 >/dev/null && echo '{}' || exit 9"));
  ASSERT_FALSE(answer) << *answer;
  EXPECT_NE(answer.error().message.find("exit status 9"), std::string::npos) << Words(answer);
}

TEST_F(RunChildTest, CpuTimeIsLimited) {
  auto options = Shell("while :; do :; done");
  options.limits.cpu_s = 1;
  const auto answer = RunChild(options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kDeadlineExceeded) << Words(answer);
}

TEST_F(RunChildTest, AnswerLargerThanTheLimit) {
  auto options = Shell("yes");
  options.limits.answer_bytes = 1000;
  const auto answer = RunChild(options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::kResourceExhausted);
  EXPECT_NE(Words(answer).find("larger than 1000 bytes"), std::string::npos) << Words(answer);
}

TEST_F(RunChildTest, NoJsonIsInternal) {
  EXPECT_EQ(Words(RunChild(Shell("echo hello"))), "'shell' wrote no JSON object");
  EXPECT_EQ(Words(RunChild(Shell("true"))), "'shell' wrote no JSON object");
}

TEST_F(RunChildTest, ProgramThatIsNotThere) {
  auto options = Shell("");
  options.command = {"/nowhere/program"};
  EXPECT_EQ(Words(RunChild(options)), "'shell' could not be started");
}

TEST_F(RunChildTest, ManyErrorLinesDoNotHoldItUp) {
  const auto answer = RunChild(Shell("head -c 3000000 /dev/zero | tr '\\0' '\\n' >&2; echo '{}'"));
  EXPECT_EQ(answer.value_or("error"), "{}");
}

}  // namespace
}  // namespace galley::exec
