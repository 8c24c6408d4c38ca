#include "foundation/io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <tuple>

#include "foundation/io/errno.h"
#include "foundation/io/net.h"

namespace galley::io {
namespace {

constexpr int kExecFailed = 127;  // As a shell says it.

/// Moves `fds` to 3, 4, …, open across exec; what stands in the way is copied away first.
bool PlaceListenFds(std::vector<int> fds) {
  const int past = kFirstPassedFd + static_cast<int>(fds.size());
  for (int& fd : fds) {
    fd = ::fcntl(fd, F_DUPFD_CLOEXEC, past);
    if (fd < 0) return false;
  }
  for (int target = kFirstPassedFd; target < past; ++target) {
    if (::dup2(fds[static_cast<std::size_t>(target - kFirstPassedFd)], target) < 0) return false;
  }
  return true;
}

/// The child's half of Spawn. It may allocate, because the parent has one thread.
[[noreturn]] void BecomeChild(const SpawnOptions& options, pid_t parent) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(kExecFailed);  // It died before the line above took hold.
  if (!PlaceListenFds(options.listen_fds)) ::_exit(kExecFailed);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", std::to_string(options.listen_fds.size()).c_str(), 1);
  for (const auto& [name, value] : options.environment) {
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<char*> arguments;
  arguments.reserve(options.arguments.size() + 1);
  for (const auto& argument : options.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  ::execv(options.program.c_str(), arguments.data());
  ::_exit(kExecFailed);
}

}  // namespace

void PrepareProcess() {
  ::signal(SIGPIPE, SIG_IGN);
  // open() takes the lowest free number, so that it fills 0 to 2 one by one.
  for (int fd = ::open("/dev/null", O_RDWR); fd >= 0; fd = ::open("/dev/null", O_RDWR)) {
    if (fd > STDERR_FILENO) {
      ::close(fd);
      return;
    }
  }
}

Result<pid_t> Spawn(const SpawnOptions& options) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(ErrnoError("starting a process"));
  if (child == 0) BecomeChild(options, parent);
  return child;
}

Result<UniqueFd> SignalDescriptor(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : signals) ::sigaddset(&set, signal);
  if (::sigprocmask(SIG_BLOCK, &set, nullptr) != 0) {
    return std::unexpected(ErrnoError("blocking signals"));
  }
  UniqueFd descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!descriptor) return std::unexpected(ErrnoError("opening a signal descriptor"));
  return descriptor;
}

Result<int> NextSignal(int descriptor) {
  signalfd_siginfo info{};
  if (::read(descriptor, &info, sizeof(info)) != sizeof(info)) {
    return std::unexpected(ErrnoError("reading a signal"));
  }
  return static_cast<int>(info.ssi_signo);
}

Result<std::string> ProgramPath() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return std::unexpected(ErrnoError("reading /proc/self/exe", error.value()));
  return path.string();
}

}  // namespace galley::io
