#include "foundation/io/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include <fmt/core.h>
#include <stdlib.h>

#include "foundation/io/clock.h"
#include "foundation/io/errno.h"

namespace galley::io {
namespace {

constexpr int kPollMs = 100;
constexpr int kSignalled = 128;  // As a shell says it.

/// Kills the process with its group, which it may not have made yet.
void KillGroup(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);
}

int Reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Waits for the end of a process whose end `end` announces.
Status Await(const Command& command, int end) {
  const std::int64_t deadline_ms = MonotonicMs() + command.timeout_ms;
  for (;;) {
    pollfd watched{end, POLLIN, 0};
    if (::poll(&watched, 1, kPollMs) > 0) return {};
    if (command.meanwhile) command.meanwhile();
    if (command.cancelled != nullptr && *command.cancelled) {
      return Fail(Code::kUnavailable, "{} was stopped", command.spawn.program);
    }
    if (MonotonicMs() >= deadline_ms) {
      return Fail(Code::kDeadlineExceeded, "{} took longer than {} s and was ended",
                  command.spawn.program, command.timeout_ms / 1000);
    }
  }
}

}  // namespace

Result<int> RunCommand(const Command& command) {
  const UniqueFd log(::open(command.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!log) return std::unexpected(ErrnoError("opening " + command.log));
  SpawnOptions spawn = command.spawn;
  spawn.stdout_fd = spawn.stderr_fd = log.get();
  spawn.parent_death_signal = SIGKILL;
  const pid_t pid = TRY(Spawn(spawn));
  // pidfd_open(2); the one of glibc 2.36 cannot be called from C++.
  const UniqueFd end(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  Status ended = end ? Await(command, end.get())
                     : std::unexpected(ErrnoError("watching " + command.spawn.program));
  KillGroup(pid);  // Of a process that has ended, what it leaves. Its number is ours until reaped.
  const int status = Reap(pid);
  if (!ended) return std::unexpected(std::move(ended).error());
  return status;
}

std::string LastLines(const std::string& path, int count, std::size_t bytes_max) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return "";
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  std::string text(bytes_max, '\0');
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(bytes_max));
  const ssize_t read = ::pread(file.get(), text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
  std::string lines;
  std::string_view rest = text;
  for (int taken = 0; taken < count && !rest.empty();) {
    const auto newline = rest.rfind('\n');
    const std::string_view line = rest.substr(newline == std::string_view::npos ? 0 : newline + 1);
    rest = newline == std::string_view::npos ? std::string_view() : rest.substr(0, newline);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    lines = taken++ == 0 ? std::string(line) : fmt::format("{}\n{}", line, lines);
  }
  return lines;
}

Status CheckExecutable(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return std::unexpected(ErrnoError(path));
    return Fail(Code::kNotFound, "{} does not exist", path);
  }
  if (S_ISDIR(facts.st_mode)) return Fail(Code::kInvalidArgument, "{} is a folder", path);
  if (::access(path.c_str(), X_OK) == 0 && S_ISREG(facts.st_mode)) return {};
  return Fail(Code::kInvalidArgument, "{} is not executable", path);
}

std::string FindOnPath(std::string_view name) {
  const char* path = ::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody changes it.
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    std::string candidate = fmt::format("{}/{}", rest.substr(0, colon), name);
    // Relative folders are meant from wherever this process was started: not what anyone expects.
    if (candidate.starts_with('/') && CheckExecutable(candidate)) return candidate;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return "";
}

}  // namespace galley::io
