#include "foundation/io/command.h"

#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace galley::io {
namespace {

class CommandTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/galley-command-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Command Shell(const std::string& script) const {
    return {.spawn = {.program = "/bin/sh", .arguments = {"sh", "-c", script}},
            .log = folder_ + "/log"};
  }
  std::string Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }

  std::string folder_;
};

TEST_F(CommandTest, BothStreamsAreKeptAndTheStatusIsReturned) {
  EXPECT_EQ(RunCommand(Shell("echo one; echo two >&2; exit 3")).value(), 3);
  EXPECT_EQ(RunCommand(Shell("echo three; kill -TERM $$")).value(), 128 + SIGTERM);
  EXPECT_EQ(LastLines(folder_ + "/log", 9, 1000), "one\ntwo\nthree");
  Command missing = Shell("");
  missing.spawn.program = folder_ + "/nothing";
  EXPECT_EQ(RunCommand(missing).value(), 127);
}

TEST_F(CommandTest, WhatTakesTooLongIsKilledWithItsChildren) {
  Command command = Shell("(while :; do date >> " + folder_ + "/alive; sleep 0.02; done) & wait");
  command.timeout_ms = 300;
  const auto result = RunCommand(command);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::kDeadlineExceeded);
  const auto size = std::filesystem::file_size(folder_ + "/alive");
  EXPECT_EQ(RunCommand(Shell("sleep 0.2")).value(), 0);
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/alive"), size);
}

TEST_F(CommandTest, CancellingEndsIt) {
  std::atomic<bool> cancelled = false;
  Command command = Shell("sleep 1000");
  command.cancelled = &cancelled;
  command.meanwhile = [&] { cancelled = true; };
  EXPECT_EQ(RunCommand(command).error().code, Code::kUnavailable);
}

TEST_F(CommandTest, LastLinesAreBounded) {
  const std::string path = Write("lines", "a\n\nbb\n  \nccc\n");
  EXPECT_EQ(LastLines(path, 2, 1000), "bb\nccc");
  EXPECT_EQ(LastLines(path, 9, 1000), "a\nbb\nccc");
  EXPECT_EQ(LastLines(path, 9, 4), "ccc");
  EXPECT_EQ(LastLines(path + "-not", 2, 1000), "");
}

TEST_F(CommandTest, ExecutablesAreFound) {
  EXPECT_TRUE(CheckExecutable("/bin/sh"));
  EXPECT_EQ(CheckExecutable("/nowhere/python").error().code, Code::kNotFound);
  EXPECT_EQ(CheckExecutable(folder_).error().message, folder_ + " is a folder");
  const std::string plain = Write("tool", "#!/bin/sh\n");
  EXPECT_EQ(CheckExecutable(plain).error().message, plain + " is not executable");
  const std::string before = ::getenv("PATH");
  ::setenv("PATH", ("relative:" + folder_ + "::/bin").c_str(), 1);
  EXPECT_EQ(FindOnPath("tool"), "");
  ::chmod(plain.c_str(), 0700);
  EXPECT_EQ(FindOnPath("tool"), plain);
  EXPECT_EQ(FindOnPath("sh"), "/bin/sh");
  ::setenv("PATH", before.c_str(), 1);
}

}  // namespace
}  // namespace galley::io
