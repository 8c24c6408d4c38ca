#include "app/up/up.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "app/up/supervisor.h"
#include "foundation/io/clock.h"
#include "foundation/io/errno.h"
#include "foundation/io/net.h"
#include "foundation/io/process.h"
#include "foundation/json/writer.h"
#include "foundation/telemetry/log.h"

namespace galley::up {
namespace {

constexpr int kPollMsMax = 60'000;

struct RunningChild {
  io::UniqueFd listener;
  std::string url;
  pid_t pid = 0;  // 0: not running.
};

/// The supervisor's hands: processes, signals, sockets.
class Runner {
 public:
  explicit Runner(Options options) : options_(std::move(options)) {}

  Result<int> Run();

 private:
  Status Bind(Child child, std::uint16_t port);
  void Feed(const Event& event);
  void Do(const StartChild& action);
  void Do(const TerminateChild& action);
  void Do(const KillChild& action);
  void Do(const AnnounceReady& action);
  void Do(const ReportRestart& action);
  void Do(const Finish& action);
  void Wait();
  void ReadSignals();
  void ReadNotifications();
  void Reap();
  std::optional<Child> ChildOf(pid_t pid) const;
  RunningChild& Of(Child child) { return children_[static_cast<std::size_t>(child)]; }

  Options options_;
  Supervisor supervisor_{Policy{}};
  std::array<RunningChild, kChildCount> children_;
  std::string program_;
  io::UniqueFd signals_;
  std::optional<io::NotifyReceiver> notifications_;
  std::vector<Event> failed_starts_;
  std::optional<int> exit_code_;
};

Status Runner::Bind(Child child, std::uint16_t port) {
  auto& running = Of(child);
  running.listener = TRY(io::ListenLoopback(port));
  running.url = fmt::format("http://127.0.0.1:{}", TRY(io::LocalPort(running.listener.get())));
  return {};
}

Result<int> Runner::Run() {
  telemetry::NameProcess("up");
  signals_ = TRY(io::SignalDescriptor({SIGTERM, SIGINT, SIGCHLD}));
  TRY(Context(Bind(Child::kServer, options_.port), "--port"));
  TRY(Context(Bind(Child::kGateway, options_.predict_port), "--predict-port"));
  program_ = TRY(io::ProgramPath());
  notifications_.emplace(TRY(io::NotifyReceiver::Open()));
  Feed(Begin{});
  while (!exit_code_) Wait();
  return *exit_code_;
}

void Runner::Feed(const Event& event) {
  for (const Action& action : supervisor_.Step(event, io::MonotonicMs())) {
    std::visit([this](const auto& one) { Do(one); }, action);
  }
}

void Runner::Do(const StartChild& action) {
  auto& running = Of(action.child);
  auto environment = options_.environment;
  environment.emplace_back("NOTIFY_SOCKET", notifications_->address());
  const auto pid = io::Spawn({.program = program_,
                              .arguments = {"galley", std::string(ChildName(action.child))},
                              .listen_fds = {running.listener.get()},
                              .environment = std::move(environment)});
  if (pid) {
    running.pid = *pid;
    return;
  }
  telemetry::LogError("cannot start a process", {{"error.message", pid.error().message}});
  failed_starts_.push_back(ChildExited{action.child, Exit{.code = 1}});
}

void Runner::Do(const TerminateChild& action) {
  ::kill(Of(action.child).pid, SIGTERM);
}

void Runner::Do(const KillChild& action) {
  telemetry::LogWarn("killing a process",
                     {{"galley.child", ChildName(action.child)}, {"event.reason", action.why}});
  ::kill(Of(action.child).pid, SIGKILL);
}

void Runner::Do(const AnnounceReady& /*action*/) {
  const std::string server = Of(Child::kServer).url + options_.base_path;
  const std::string& gateway = Of(Child::kGateway).url;
  if (options_.json) {
    json::Writer writer;
    writer.BeginObject().Key("server_url").String(server);
    writer.Key("gateway_url").String(gateway).EndObject();
    fmt::print("{}\n", std::move(writer).Take());
  } else {
    fmt::print("Galley is ready: server {}  gateway {}\n", server, gateway);
  }
  std::fflush(stdout);
}

void Runner::Do(const ReportRestart& action) {
  telemetry::LogWarn(
      "a process ended and is started again",
      {{"galley.child", ChildName(action.child)}, {"event.reason", Describe(action.exit)}});
}

void Runner::Do(const Finish& action) {
  if (!action.reason.empty()) fmt::print(stderr, "galley up: {}\n", action.reason);
  exit_code_ = action.exit_code;
}

void Runner::Wait() {
  for (const Event& event : std::exchange(failed_starts_, {})) Feed(event);
  if (exit_code_ || !failed_starts_.empty()) return;
  std::int64_t timeout_ms = kPollMsMax;
  if (const auto deadline = supervisor_.NextDeadlineMs()) {
    timeout_ms = std::clamp<std::int64_t>(*deadline - io::MonotonicMs(), 0, kPollMsMax);
  }
  pollfd watched[] = {{signals_.get(), POLLIN, 0}, {notifications_->fd(), POLLIN, 0}};
  ::poll(watched, std::size(watched), static_cast<int>(timeout_ms));
  ReadNotifications();
  ReadSignals();
  Feed(TimePassed{});
}

void Runner::ReadNotifications() {
  for (;;) {
    const auto message = notifications_->Receive();
    if (!message) {
      if (message.error().code == Code::kUnavailable) return;
      continue;
    }
    const auto child = ChildOf(message->pid);
    if (child && message->state == "READY=1") Feed(ChildReady{*child});
  }
}

void Runner::ReadSignals() {
  for (;;) {
    const auto signal = io::NextSignal(signals_.get());
    if (!signal) return;
    if (*signal == SIGCHLD) {
      Reap();
    } else {
      Feed(StopRequested{});
    }
  }
}

void Runner::Reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    const auto child = ChildOf(pid);
    if (!child) continue;
    Of(*child).pid = 0;
    Exit exit;
    if (WIFSIGNALED(status)) exit.signal = WTERMSIG(status);
    if (WIFEXITED(status)) exit.code = WEXITSTATUS(status);
    Feed(ChildExited{*child, exit});
  }
}

std::optional<Child> Runner::ChildOf(pid_t pid) const {
  for (std::size_t at = 0; at < children_.size(); ++at) {
    if (pid > 0 && children_[at].pid == pid) return static_cast<Child>(at);
  }
  return std::nullopt;
}

}  // namespace

Result<int> Run(const Options& options) {
  return Runner(options).Run();
}

}  // namespace galley::up
