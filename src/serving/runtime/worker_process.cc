#include "serving/runtime/worker_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include <fmt/core.h>

#include "foundation/io/errno.h"
#include "foundation/io/net.h"
#include "foundation/io/process.h"
#include "foundation/telemetry/log.h"

namespace galley::serving {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kLineBytesMax = 1024;
constexpr int kLinesPerSecondMax = 50;
constexpr int kStderrReadsMax = 4;  // In one go: a worker that only prints must not hold the loop.
constexpr std::int64_t kMsPerSecond = 1000;

std::vector<std::string> Arguments(const PythonModelOptions& options) {
  std::vector<std::string> arguments = {options.python,
                                        options.script,
                                        "--socket-fd",
                                        std::to_string(io::kFirstPassedFd),
                                        "--model",
                                        options.model_folder,
                                        "--answer-bytes-max",
                                        std::to_string(options.answer_bytes_max)};
  if (options.trust_skops_types) arguments.emplace_back("--trust-skops-types");
  if (options.refuse_unknown_columns) arguments.emplace_back("--refuse-unknown-columns");
  return arguments;
}

/// The variables of this process are the model's as well, but not those that are meant for us.
io::SpawnOptions Command(const PythonModelOptions& options, int socket, int stderr_fd) {
  return {.program = options.python,
          .arguments = Arguments(options),
          .inherited_fds = {socket},
          .stderr_fd = stderr_fd,
          .environment = {{"MLFLOW_DISABLE_TELEMETRY", "true"}, {"DO_NOT_TRACK", "true"}},
          .dropped_environment = {"GALLEY_", "NOTIFY_SOCKET="},
          .parent_death_signal = SIGKILL,
          .confined = true};
}

Status SetNonBlocking(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) {
    return std::unexpected(io::ErrnoError("setting a descriptor to non-blocking"));
  }
  return {};
}

struct Ends {
  io::UniqueFd ours;
  io::UniqueFd theirs;
};

Result<Ends> OpenSocketPair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return std::unexpected(io::ErrnoError("opening a socket pair"));
  }
  Ends pair{io::UniqueFd(ends[0]), io::UniqueFd(ends[1])};
  TRY(SetNonBlocking(pair.ours.get()));
  return pair;
}

Result<Ends> OpenPipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(io::ErrnoError("opening a pipe"));
  Ends pipe{io::UniqueFd(ends[0]), io::UniqueFd(ends[1])};
  TRY(SetNonBlocking(pipe.ours.get()));
  return pipe;
}

/// pidfd_open(2); the one of glibc 2.36 cannot be called from C++.
io::UniqueFd OpenEnd(pid_t pid) {
  return io::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

bool IsPassing(int error_number) {
  return error_number == EAGAIN || error_number == EINTR;
}

}  // namespace

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::Start(const PythonModelOptions& options) {
  auto socket = TRY(OpenSocketPair());
  auto errors = TRY(OpenPipe());
  std::unique_ptr<WorkerProcess> worker(
      new WorkerProcess(options.model_folder, options.answer_bytes_max));
  worker->pid_ = TRY(io::Spawn(Command(options, socket.theirs.get(), errors.theirs.get())));
  worker->socket_ = std::move(socket.ours);
  worker->stderr_ = std::move(errors.ours);
  worker->end_ = OpenEnd(worker->pid_);
  if (!worker->end_) return std::unexpected(io::ErrnoError("watching a process"));
  return worker;
}

WorkerProcess::~WorkerProcess() {
  if (pid_ == 0) return;
  Kill();
  Reap();
}

Status WorkerProcess::Send(std::uint32_t id, std::string_view content_type, std::string_view body) {
  header_ = EncodeHeader({.kind = FrameKind::kRequest,
                          .id = id,
                          .content_type_bytes = static_cast<std::uint32_t>(content_type.size()),
                          .body_bytes = static_cast<std::uint32_t>(body.size())});
  content_type_ = content_type;
  body_ = body;
  sent_ = 0;
  bytes_to_send_ = header_.size() + content_type.size() + body.size();
  return Flush();
}

Status WorkerProcess::Flush() {
  while (IsSending()) {
    iovec rest[3];
    std::size_t count = 0;
    std::size_t skip = sent_;
    for (const std::string_view part :
         {std::string_view(header_.data(), header_.size()), content_type_, body_}) {
      const auto left = part.substr(std::min(skip, part.size()));
      skip -= part.size() - left.size();
      if (!left.empty()) rest[count++] = {const_cast<char*>(left.data()), left.size()};
    }
    msghdr message{};
    message.msg_iov = rest;
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return {};
      return Fail(Code::kUnavailable, "the worker has closed its socket");
    }
    sent_ += static_cast<std::size_t>(sent);
  }
  return {};
}

Result<std::optional<Frame>> WorkerProcess::Receive() {
  for (;;) {
    auto frame = TRY(reader_.Next());
    if (frame) return frame;
    char bytes[kReadBytes];
    const ssize_t count = ::recv(socket_.get(), bytes, sizeof(bytes), 0);
    if (count > 0) {
      reader_.Append({bytes, static_cast<std::size_t>(count)});
    } else if (count < 0 && IsPassing(errno)) {
      if (errno == EAGAIN) return std::optional<Frame>();
    } else {
      return Fail(Code::kUnavailable, "the worker has closed its socket{}",
                  reader_.empty() ? "" : " within a frame");
    }
  }
}

void WorkerProcess::ReadStderr(std::int64_t now_ms) {
  for (int reads = 0; reads < kStderrReadsMax && stderr_; ++reads) {
    char bytes[kReadBytes];
    const ssize_t count = ::read(stderr_.get(), bytes, sizeof(bytes));
    if (count < 0 && IsPassing(errno)) return;
    if (count <= 0) {
      if (!line_.empty()) LogLine(std::exchange(line_, {}), now_ms);
      stderr_.Reset();
      return;
    }
    for (const char byte : std::string_view(bytes, static_cast<std::size_t>(count))) {
      if (byte == '\n') {
        LogLine(std::exchange(line_, {}), now_ms);
      } else if (line_.size() < kLineBytesMax) {
        line_ += byte;
      }
    }
  }
}

void WorkerProcess::LogLine(std::string_view line, std::int64_t now_ms) {
  if (line.empty()) return;
  last_line_ = line;
  if (now_ms / kMsPerSecond != log_second_) {
    log_second_ = now_ms / kMsPerSecond;
    lines_in_second_ = 0;
  }
  if (++lines_in_second_ > kLinesPerSecondMax) {
    ++lines_left_out_;
    return;
  }
  const std::string pid = std::to_string(pid_);
  if (const auto left_out = std::exchange(lines_left_out_, 0); left_out > 0) {
    telemetry::LogWarn("lines of a Python worker were left out",
                       {{"galley.worker", pid}, {"galley.count", std::to_string(left_out)}});
  }
  telemetry::LogInfo(
      "a Python worker writes",
      {{"galley.model", model_folder_}, {"galley.worker", pid}, {"galley.output", line}});
}

void WorkerProcess::Kill() {
  if (pid_ == 0) return;
  ::kill(-pid_, SIGKILL);  // Its group; there is none if it has not come so far yet.
  ::kill(pid_, SIGKILL);
}

std::string WorkerProcess::Reap() {
  ::kill(-pid_, SIGKILL);  // Children that it leaves. Its number is not used again before waitpid.
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(pid_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  pid_ = 0;
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    return fmt::format("ended by signal {} ({})", signal, ::strsignal(signal));
  }
  const std::string said = last_line_.empty() ? "" : ": " + last_line_;
  return fmt::format("ended with exit status {}{}", WEXITSTATUS(status), said);
}

}  // namespace galley::serving
