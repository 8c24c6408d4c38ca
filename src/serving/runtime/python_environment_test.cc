#include "serving/runtime/python_environment.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "foundation/io/file.h"

namespace galley::serving {
namespace {

namespace fs = std::filesystem;

// Makes folders as uv does, counts its installs, and does what the requirements say.
constexpr const char* kUv = R"(#!/bin/sh
here=$(dirname "$0")
for last; do :; done
case "$*" in
  *" venv "*) mkdir -p "$last/bin" && cp /bin/sh "$last/bin/python"; echo "$@" >> "$here/venvs" ;;
  *" install "*) echo install >> "$here/installs"; . "$last" ;;
esac
)";

class PythonEnvironmentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/galley-environment-XXXXXX";
    folder_ = ::mkdtemp(name);
    std::ofstream(folder_ + "/uv") << kUv;
    ::chmod((folder_ + "/uv").c_str(), 0700);
    fs::create_directory(folder_ + "/model");
    options_ = {.folder = folder_ + "/environments",
                .uv = folder_ + "/uv",
                .python = "3.11",
                .requirements = AsWritten("sleep 0.2\n"),
                .model_folder = folder_ + "/model",
                .model_digest = "1"};
  }
  void TearDown() override { fs::remove_all(folder_); }

  int Count(const std::string& what) const {
    const auto text = io::ReadFile(folder_ + "/" + what, 100'000).value_or("");
    return static_cast<int>(std::ranges::count(text, '\n'));
  }
  /// Folders of environments, whole or not.
  int Folders() const {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(options_.folder)) count += entry.is_directory();
    return count;
  }

  std::string folder_;
  PythonEnvironmentOptions options_;
};

TEST_F(PythonEnvironmentTest, IsMadeOnceForAllWhoWantIt) {
  std::vector<std::string> made(4);
  std::vector<std::thread> threads;
  for (auto& one : made) {
    threads.emplace_back([&] { one = MakePythonEnvironment(options_).value_or(""); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(io::IsFolder(fs::path(made[0]).parent_path()));
  for (const auto& one : made) EXPECT_EQ(one, made[0]);
  EXPECT_EQ(Count("installs"), 1);
  EXPECT_EQ(Folders(), 1);
  const auto venv = io::ReadFile(folder_ + "/venvs", 1000).value();
  EXPECT_NE(venv.find("--relocatable --python 3.11 "), std::string::npos) << venv;
  options_.uv = "/nowhere/uv";  // Not needed for one that is there.
  EXPECT_EQ(MakePythonEnvironment(options_).value(), made[0]);
}

TEST_F(PythonEnvironmentTest, EachWishHasItsOwn) {
  options_.requirements = AsWritten("true\n");
  const auto first = MakePythonEnvironment(options_).value();
  options_.model_digest = "2";
  EXPECT_EQ(MakePythonEnvironment(options_).value(), first);
  options_.python = "3.12";
  const auto second = MakePythonEnvironment(options_).value();
  options_.requirements.names_files = true;
  const auto third = MakePythonEnvironment(options_).value();
  options_.model_digest = "3";
  const auto fourth = MakePythonEnvironment(options_).value();
  EXPECT_EQ(Count("installs"), 4);
  EXPECT_EQ(Folders(), 4);
  EXPECT_NE(first, second);
  EXPECT_NE(third, fourth);
}

TEST_F(PythonEnvironmentTest, WhatFailsSaysWhyAndLeavesNothing) {
  options_.requirements = AsWritten("echo one; echo no such package >&2; exit 7\n");
  std::vector<std::string> told;
  options_.progress = [&](const std::string& what) { told.push_back(what); };
  const auto failed = MakePythonEnvironment(options_);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Code::kFailedPrecondition);
  EXPECT_NE(failed.error().message.find("exit status 7 and said\none\nno such package"),
            std::string::npos)
      << failed.error().message;
  EXPECT_EQ(Folders(), 0);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told[0], "making the Python environment (uv, 1 requirements) ...");
  options_.uv = "/nowhere/uv";
  EXPECT_EQ(MakePythonEnvironment(options_).error().message,
            "the setting 'uv': /nowhere/uv does not exist");
}

TEST_F(PythonEnvironmentTest, DoesNotTakeForEver) {
  options_.requirements = AsWritten("sleep 1000\n");
  options_.timeout_ms = 200;
  const auto late = MakePythonEnvironment(options_);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(Folders(), 0);
  const std::atomic<bool> cancelled = true;
  options_.timeout_ms = 600'000;
  options_.cancelled = &cancelled;
  EXPECT_EQ(MakePythonEnvironment(options_).error().code, Code::kUnavailable);
}

TEST_F(PythonEnvironmentTest, WhatIsHalfMadeOrDamagedIsMadeAgain) {
  options_.requirements = AsWritten("true\n");
  const fs::path python = MakePythonEnvironment(options_).value();
  const fs::path environment = python.parent_path().parent_path();
  fs::remove(environment / "complete");
  fs::create_directories(environment.string() + ".making/bin");
  std::ofstream(environment.string() + ".making/left") << "over";
  EXPECT_EQ(MakePythonEnvironment(options_).value(), python);
  EXPECT_EQ(Count("installs"), 2);
  EXPECT_FALSE(fs::exists(environment / "left"));
  EXPECT_EQ(Folders(), 1);
  fs::remove(python);  // As after an upgrade of the machine's Python.
  EXPECT_EQ(MakePythonEnvironment(options_).value(), python);
  EXPECT_EQ(Count("installs"), 3);
}

TEST_F(PythonEnvironmentTest, InterpretersAreTriedOut) {
  const std::string log = folder_ + "/probe";
  EXPECT_TRUE(CheckInterpreter("/usr/bin/python3", log, nullptr));
  EXPECT_EQ(CheckInterpreter("/nowhere/python", log, nullptr).error().message,
            "python: /nowhere/python does not exist");
  for (const char* program : {"/bin/false", "/bin/true", "/bin/sh"}) {
    const auto wrong = CheckInterpreter(program, log, nullptr);
    ASSERT_FALSE(wrong) << program;
    EXPECT_NE(wrong.error().message.find("is not an interpreter of Python 3"), std::string::npos);
  }
  std::ofstream(folder_ + "/endless") << "#!/bin/sh\nexec sleep 1000\n";
  ::chmod((folder_ + "/endless").c_str(), 0700);
  const std::atomic<bool> cancelled = true;
  EXPECT_EQ(CheckInterpreter(folder_ + "/endless", log, &cancelled).error().code,
            Code::kUnavailable);
}

}  // namespace
}  // namespace galley::serving
