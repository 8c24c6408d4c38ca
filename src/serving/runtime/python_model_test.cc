#include "serving/runtime/python_model.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <dirent.h>
#include <fmt/core.h>
#include <gtest/gtest.h>

#include "foundation/io/clock.h"

namespace galley::serving {
namespace {

/// A worker of the standard library that does what the body says. `--model` is a folder of its own:
/// the file `starts` there counts processes, `how` says what to do at the start.
constexpr std::string_view kFakeWorker = R"py(
import os, signal, socket, struct, subprocess, sys, time
H = struct.Struct("<IBBHII")
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
folder = options["--model"]
s = socket.socket(fileno=int(options["--socket-fd"]))
with open(folder + "/starts", "a") as f: f.write("x")
how = open(folder + "/how").read() if os.path.exists(folder + "/how") else ""
def exactly(n):
    got = b""
    while len(got) < n:
        piece = s.recv(n - len(got))
        if not piece: os._exit(0)
        got += piece
    return got
def send(kind, body, id=0, status=0, mime=b"", length=None, version=1):
    n = len(body) if length is None else length
    s.sendall(H.pack(n, version, kind, status, len(mime), id) + mime + body)
if how == "hang": time.sleep(1000)
if how == "fail": send(2, b"ValueError: no model here"); os._exit(1)
if how == "exit": print("ImportError: no mlflow", file=sys.stderr); os._exit(3)
if how == "garbage": s.sendall(b"hello, I am no worker at all"); time.sleep(1000)
if how == "slow": time.sleep(0.3)
send(1, b'{"pid": %d}' % os.getpid())
while True:
    n, _, _, _, m, id = H.unpack(exactly(16))
    mime, body = exactly(m), exactly(n)
    word, _, rest = body.decode("latin-1").partition(" ")
    answer, status = body, 200
    if word == "pid": answer = str(os.getpid()).encode()
    if word == "status": status = int(rest)
    if word == "sleep": time.sleep(float(rest))
    if word == "kill": os.kill(os.getpid(), int(rest))
    if word == "kill-once":
        try: os.close(os.open(rest, os.O_CREAT | os.O_EXCL))
        except FileExistsError: pass
        else: os.kill(os.getpid(), 9)
    if word == "close": s.close(); time.sleep(1000)
    if word == "half": s.sendall(H.pack(100, 1, 4, 200, 0, id) + b"x"); os._exit(0)
    if word == "big": send(4, b"", id, 200, length=1 << 30); time.sleep(1000)
    if word == "wrong-id": send(4, b"", id + 1, 200); time.sleep(1000)
    if word == "twice": send(4, b"", id, 200)
    if word == "bad-status": status = 7
    if word == "print": print("x" * 5000 + "\n" + "y\n" * 5000, file=sys.stderr, flush=True)
    if word == "env": answer = "\n".join(sorted(os.environ)).encode()
    if word == "fds": answer = " ".join(sorted(os.listdir("/proc/self/fd"))).encode()
    if word == "status-file": answer = open("/proc/self/status").read().encode()
    if word == "child": answer = str(subprocess.Popen(["sleep", "1000"]).pid).encode()
    if word == "answer-and-die": send(4, b"last words", id, 200); os._exit(0)
    if word == "bytes": answer = b"z" * int(rest)
    send(4, answer, id, status, mime)
)py";

using Outcome = Result<PythonModel::Answer>;

int OpenDescriptors() {
  int count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

class PythonModelTest : public testing::Test {
 protected:
  PythonModelTest() {
    std::string folder = testing::TempDir() + "/galley_worker_XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    Write("worker.py", kFakeWorker);
    options_.python = "/usr/bin/python3";
    options_.script = folder_ + "/worker.py";
    options_.model_folder = folder_;
    options_.start_timeout_ms = 20'000;
    options_.request_timeout_ms = 20'000;
    descriptors_ = OpenDescriptors();
  }

  void TearDown() override {
    model_.reset();
    EXPECT_EQ(OpenDescriptors(), descriptors_) << "a descriptor is left";
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
    EXPECT_EQ(errno, ECHILD);
    std::filesystem::remove_all(folder_);
  }

  void Write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }

  std::size_t Starts() const { return std::filesystem::file_size(folder_ + "/starts"); }

  void Start() {
    auto model = PythonModel::Start(options_);
    ASSERT_TRUE(model) << model.error().message;
    model_ = std::move(*model);
  }

  std::future<Outcome> Ask(std::string body, std::string content_type = "text/plain") {
    auto promise = std::make_shared<std::promise<Outcome>>();
    auto future = promise->get_future();
    model_->Predict(std::move(content_type), std::move(body),
                    [promise](Outcome outcome) { promise->set_value(std::move(outcome)); });
    return future;
  }

  std::string BodyOf(std::string body) {
    const auto outcome = Ask(std::move(body)).get();
    return outcome ? outcome->body : "error: " + outcome.error().message;
  }

  Code CodeOf(std::string body) {
    const auto outcome = Ask(std::move(body)).get();
    EXPECT_FALSE(outcome);
    return outcome ? Code::kInternal : outcome.error().code;
  }

  template <typename Condition>
  static bool Becomes(Condition condition) {
    for (const auto end = io::MonotonicMs() + 20'000; io::MonotonicMs() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

  std::string folder_;
  PythonModelOptions options_;
  std::unique_ptr<PythonModel> model_;
  int descriptors_ = 0;
};

TEST_F(PythonModelTest, AnswersWithStatusTypeAndBody) {
  Start();
  EXPECT_NE(model_->description().find("\"pid\""), std::string::npos);
  const auto echo = Ask("hello", "text/csv; charset=utf-8").get();
  ASSERT_TRUE(echo);
  EXPECT_EQ(echo->status, 200);
  EXPECT_EQ(echo->content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(echo->body, "hello");
  EXPECT_EQ(Ask("status 400").get()->status, 400);
  EXPECT_EQ(BodyOf(""), "");
  EXPECT_EQ(model_->GetState().restarts, 0u);
}

TEST_F(PythonModelTest, LargeBodiesBothWays) {
  Start();
  const std::string body = "echo " + std::string(8 << 20, 'b');
  EXPECT_EQ(BodyOf(body), body);
  EXPECT_EQ(BodyOf("bytes 30000000").size(), 30'000'000u);
}

TEST_F(PythonModelTest, OneWorkerKeepsTheOrder) {
  Start();
  std::vector<int> order;
  std::vector<std::promise<void>> done(100);
  for (int at = 0; at < 100; ++at) {
    model_->Predict("", std::to_string(at), [&, at](Outcome outcome) {
      EXPECT_EQ(outcome->body, std::to_string(at));
      order.push_back(at);
      done[static_cast<std::size_t>(at)].set_value();
    });
  }
  for (auto& one : done) one.get_future().get();
  EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST_F(PythonModelTest, WorkersRunSideBySide) {
  options_.workers = 3;
  Start();
  // It is ready with the first of them.
  EXPECT_TRUE(Becomes([&] { return model_->GetState().workers_ready == 3; }));
  const auto started_ms = io::MonotonicMs();
  std::vector<std::future<Outcome>> asked;
  for (int at = 0; at < 3; ++at) asked.push_back(Ask("sleep 1"));
  for (auto& one : asked) EXPECT_TRUE(one.get());
  EXPECT_LT(io::MonotonicMs() - started_ms, 2'900);  // One after the other takes three seconds.
}

TEST_F(PythonModelTest, ReplacesAKilledWorkerAndRunsItsRequestAgain) {
  Start();
  const std::string before = BodyOf("pid");
  EXPECT_EQ(BodyOf("kill-once " + folder_ + "/killed"), "kill-once " + folder_ + "/killed");
  EXPECT_NE(BodyOf("pid"), before);
  EXPECT_EQ(model_->GetState().restarts, 1u);
  EXPECT_NE(model_->GetState().last_death.find("signal 9"), std::string::npos);
  ::kill(std::stoi(BodyOf("pid")), SIGKILL);  // Between requests.
  EXPECT_TRUE(Becomes([&] { return model_->GetState().restarts == 2; }));
  EXPECT_EQ(BodyOf("still here"), "still here");
}

TEST_F(PythonModelTest, RunsAgainOnceOnly) {
  Start();
  const auto outcome = Ask("kill 11").get();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::kUnavailable);
  EXPECT_NE(outcome.error().message.find("signal 11"), std::string::npos)
      << outcome.error().message;
  EXPECT_EQ(BodyOf("well"), "well");
  EXPECT_EQ(Starts(), 3u);
}

TEST_F(PythonModelTest, EveryBreachOfTheProtocolIsADeath) {
  options_.restarts_max = 100;
  Start();
  std::size_t starts = 1;
  for (const char* breach : {"close", "half", "big", "wrong-id", "bad-status"}) {
    EXPECT_EQ(CodeOf(breach), Code::kUnavailable) << breach;
    EXPECT_EQ(BodyOf("well"), "well");
    EXPECT_EQ(Starts(), starts += 2) << breach;
  }
  EXPECT_TRUE(Ask("twice").get());  // The second answer comes when nobody waits for one.
  EXPECT_TRUE(Becomes([&] { return Starts() == starts + 1; }));
  EXPECT_EQ(BodyOf("well"), "well");
}

TEST_F(PythonModelTest, TheLastWordsOfAWorkerCount) {
  Start();
  EXPECT_EQ(BodyOf("answer-and-die"), "last words");
  EXPECT_EQ(BodyOf("well"), "well");
  EXPECT_EQ(Starts(), 2u);
}

TEST_F(PythonModelTest, KillsAWorkerThatHangs) {
  options_.request_timeout_ms = 300;
  Start();
  const std::string before = BodyOf("pid");
  EXPECT_EQ(CodeOf("sleep 1000"), Code::kDeadlineExceeded);
  EXPECT_TRUE(Becomes([&] { return model_->GetState().restarts == 1; }));
  EXPECT_TRUE(Becomes([&] { return model_->GetState().workers_ready == 1; }));
  EXPECT_NE(BodyOf("pid"), before);
  EXPECT_EQ(Starts(), 2u);  // The request was not run again.
}

TEST_F(PythonModelTest, WaitingTooLongKillsNobody) {
  options_.request_timeout_ms = 600;
  Start();
  auto first = Ask("sleep 0.4");
  auto second = Ask("sleep 0.4");
  auto third = Ask("never run");
  EXPECT_TRUE(first.get());
  const auto late = second.get();  // It runs from 0.4 to 0.8 s, and is not late as a run.
  EXPECT_FALSE(late);
  EXPECT_EQ(third.get().error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(BodyOf("well"), "well");
  EXPECT_EQ(Starts(), 1u);
}

TEST_F(PythonModelTest, AFullQueueRefusesAtOnce) {
  options_.queue_max = 2;
  options_.body_bytes_max = 100;
  Start();
  auto running = Ask("sleep 0.5");
  EXPECT_TRUE(Becomes([&] { return model_->GetState().running == 1; }));
  auto second = Ask("a");
  auto third = Ask("b");
  auto fourth = Ask("c");
  ASSERT_EQ(fourth.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(fourth.get().error().code, Code::kUnavailable);
  EXPECT_EQ(CodeOf(std::string(101, 'x')), Code::kInvalidArgument);
  EXPECT_EQ(Ask("", std::string(257, 't')).get().error().code, Code::kInvalidArgument);
  EXPECT_TRUE(running.get());
  EXPECT_EQ(second.get()->body, "a");
  EXPECT_EQ(third.get()->body, "b");
}

TEST_F(PythonModelTest, GivesUpAfterTooManyDeathsUntilTheWindowHasPassed) {
  options_.restarts_max = 2;
  options_.restart_window_ms = 1'500;
  Start();
  EXPECT_EQ(CodeOf("kill 9"), Code::kUnavailable);  // Uses up both restarts.
  ::kill(std::stoi(BodyOf("pid")), SIGKILL);
  EXPECT_TRUE(Becomes([&] { return model_->GetState().workers_ready == 0; }));
  auto refused = Ask("well").get();
  EXPECT_FALSE(refused);
  if (!refused) {
    EXPECT_EQ(refused.error().code, Code::kUnavailable);
    EXPECT_NE(refused.error().message.find("signal 9"), std::string::npos);
  }
  EXPECT_TRUE(Becomes([&] { return Ask("well").get().has_value(); }));
  EXPECT_EQ(Starts(), 4u);
}

TEST_F(PythonModelTest, AFailedStartSaysWhy) {
  const auto error_of = [&](std::string_view how) {
    Write("how", how);
    auto model = PythonModel::Start(options_);
    EXPECT_FALSE(model) << how;
    return model ? Error{Code::kInternal, ""} : model.error();
  };
  const auto failed = error_of("fail");
  EXPECT_EQ(failed.code, Code::kFailedPrecondition);
  EXPECT_NE(failed.message.find("ValueError: no model here"), std::string::npos);
  const auto ended = error_of("exit");
  EXPECT_EQ(ended.code, Code::kFailedPrecondition);
  EXPECT_NE(ended.message.find("status 3: ImportError: no mlflow"), std::string::npos);
  EXPECT_EQ(error_of("garbage").code, Code::kFailedPrecondition);
  options_.start_timeout_ms = 200;
  EXPECT_EQ(error_of("hang").code, Code::kDeadlineExceeded);
  EXPECT_EQ(Starts(), 4u);  // None was tried twice.
  options_.start_timeout_ms = 20'000;
  options_.python = "/nowhere/python3";
  const auto missing = error_of("");
  EXPECT_EQ(missing.code, Code::kFailedPrecondition);
  EXPECT_NE(missing.message.find("127"), std::string::npos) << missing.message;
}

TEST_F(PythonModelTest, StopFinishesWhatWasAccepted) {
  Start();
  auto running = Ask("sleep 0.2");
  auto waiting = Ask("waiting");
  model_->Stop();
  ASSERT_EQ(waiting.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_TRUE(running.get());
  EXPECT_EQ(waiting.get()->body, "waiting");
  EXPECT_EQ(CodeOf("late"), Code::kUnavailable);
  model_->Stop();
}

TEST_F(PythonModelTest, StopDoesNotWaitForEver) {
  options_.stop_timeout_ms = 100;
  options_.workers = 2;
  Start();
  std::vector<std::future<Outcome>> asked;
  for (int at = 0; at < 5; ++at) asked.push_back(Ask("sleep 1000"));
  EXPECT_TRUE(Becomes([&] { return model_->GetState().running == 2; }));
  const auto started_ms = io::MonotonicMs();
  model_->Stop();
  EXPECT_LT(io::MonotonicMs() - started_ms, 5'000);
  for (auto& one : asked) EXPECT_EQ(one.get().error().code, Code::kUnavailable);
}

TEST_F(PythonModelTest, ManyThreadsAskWhileWorkersDie) {
  options_.workers = 2;
  options_.restarts_max = 1000;
  options_.queue_max = 1000;
  Start();
  std::atomic<int> right = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> askers;
  for (int asker = 0; asker < 4; ++asker) {
    askers.emplace_back([&, asker] {
      for (int at = 0; at < 50; ++at) {
        const bool kills = at % 10 == 3;
        const std::string body =
            kills ? fmt::format("kill-once {}/k{}-{}", folder_, asker, at) : fmt::format("{}", at);
        const auto outcome = Ask(body).get();
        outcome && outcome->body == body ? ++right : ++failed;
      }
    });
  }
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(right, 200);
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(model_->GetState().restarts, 20u);
}

TEST_F(PythonModelTest, TheWorkerIsConfinedAndSeesNothingOfOurs) {
  ::setenv("GALLEY_TOKEN", "secret", 1);
  ::setenv("LISTEN_FDS", "2", 1);
  const int leaking = ::dup(STDERR_FILENO);
  Start();
  ::close(leaking);
  ::unsetenv("GALLEY_TOKEN");
  ::unsetenv("LISTEN_FDS");
  const std::string environment = BodyOf("env");
  EXPECT_EQ(environment.find("GALLEY_TOKEN"), std::string::npos);
  EXPECT_EQ(environment.find("LISTEN_"), std::string::npos);
  EXPECT_NE(environment.find("MLFLOW_DISABLE_TELEMETRY"), std::string::npos);
  EXPECT_NE(environment.find("PATH"), std::string::npos);
  EXPECT_EQ(BodyOf("fds"), "0 1 2 3 4");  // 4 lists them.
  EXPECT_NE(BodyOf("status-file").find("NoNewPrivs:\t1"), std::string::npos);
  EXPECT_EQ(BodyOf("print"), "print");  // 5001 lines, the first too long: bounded in the log.
}

TEST_F(PythonModelTest, ChildrenOfAWorkerEndWithIt) {
  Start();
  const int child = std::stoi(BodyOf("child"));
  EXPECT_EQ(::kill(child, 0), 0);
  model_->Stop();
  const auto is_gone = [&] {
    std::ifstream stat(fmt::format("/proc/{}/stat", child));
    std::string text;
    std::getline(stat, text);
    return text.empty() || text.find(") Z ") != std::string::npos;
  };
  EXPECT_TRUE(Becomes(is_gone));
}

TEST_F(PythonModelTest, WorkersDieWithTheirProcess) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t gateway = ::fork();
  if (gateway == 0) {
    auto model = PythonModel::Start(options_);
    std::promise<std::string> pid;
    (*model)->Predict("", "pid", [&](Outcome outcome) { pid.set_value(outcome->body); });
    const std::string text = pid.get_future().get() + "\n";
    [[maybe_unused]] const auto written = ::write(ends[1], text.data(), text.size());
    (*model)->Predict("", "sleep 1000", [](const Outcome&) {});
    ::pause();
  }
  char text[16] = {};
  ASSERT_GT(::read(ends[0], text, sizeof(text) - 1), 0);
  const int worker = std::stoi(text);
  EXPECT_EQ(::kill(worker, 0), 0);
  ::kill(gateway, SIGKILL);
  EXPECT_EQ(::waitpid(gateway, nullptr, 0), gateway);
  const auto is_gone = [&] {
    std::ifstream stat(fmt::format("/proc/{}/stat", worker));
    std::string line;
    std::getline(stat, line);
    return line.empty() || line.find(") Z ") != std::string::npos;
  };
  EXPECT_TRUE(Becomes(is_gone));
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace galley::serving
