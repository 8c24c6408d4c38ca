#include "foundation/io/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>

#include <sched.h>

#include "foundation/io/errno.h"
#include "foundation/io/net.h"

namespace galley::io {
namespace {

constexpr int kExecFailed = 127;  // As a shell says it.
constexpr std::string_view kListenPid = "LISTEN_PID=";
constexpr std::size_t kPidDigitsMax = 10;

/// All that the child needs, made before the fork: between fork and exec a child of a process with
/// threads may not allocate.
class Image {
 public:
  explicit Image(const SpawnOptions& options);
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  /// The child's half of Spawn. Async-signal-safe calls only.
  [[noreturn]] void Become(pid_t parent);

 private:
  void AddEnvironment(const SpawnOptions& options);
  bool PlaceDescriptors();
  bool PlaceStandard();
  bool Limit();
  void Confine();
  [[noreturn]] void GiveUp();
  void WriteListenPid();

  const SpawnOptions& options_;
  std::vector<int> passed_fds_;
  std::vector<std::string> texts_;
  std::vector<char*> arguments_;
  std::vector<char*> environment_;
  char* listen_pid_ = nullptr;  // Where the digits go; null without listen_fds.
};

Image::Image(const SpawnOptions& options) : options_(options), passed_fds_(options.listen_fds) {
  passed_fds_.insert(passed_fds_.end(), options.inherited_fds.begin(), options.inherited_fds.end());
  for (const auto& argument : options.arguments) {
    arguments_.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments_.push_back(nullptr);
  AddEnvironment(options);
}

void Image::AddEnvironment(const SpawnOptions& options) {
  std::vector<std::string> left_out = options.dropped_environment;
  left_out.emplace_back(kListenPid);
  left_out.emplace_back("LISTEN_FDS=");
  for (const auto& [name, value] : options.environment) {
    left_out.push_back(name + "=");
    texts_.push_back(left_out.back() + value);
  }
  if (!options.listen_fds.empty()) {
    texts_.push_back("LISTEN_FDS=" + std::to_string(options.listen_fds.size()));
    texts_.push_back(std::string(kListenPid) + std::string(kPidDigitsMax, '\0'));
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const auto begins = [&](const std::string& prefix) { return variable.starts_with(prefix); };
    if (std::ranges::none_of(left_out, begins)) environment_.push_back(*entry);
  }
  for (auto& text : texts_) environment_.push_back(text.data());
  environment_.push_back(nullptr);
  if (!options.listen_fds.empty()) listen_pid_ = texts_.back().data() + kListenPid.size();
}

/// Moves what is passed to 3, 4, …, open across exec; what stands in the way is copied away first.
bool Image::PlaceDescriptors() {
  const int past = kFirstPassedFd + static_cast<int>(passed_fds_.size());
  for (int& fd : passed_fds_) {
    fd = ::fcntl(fd, F_DUPFD_CLOEXEC, past);
    if (fd < 0) return false;
  }
  // Before anything is overwritten: they may stand there themselves.
  if (!PlaceStandard()) return false;
  for (int target = kFirstPassedFd; target < past; ++target) {
    if (::dup2(passed_fds_[static_cast<std::size_t>(target - kFirstPassedFd)], target) < 0) {
      return false;
    }
  }
  return true;
}

/// Descriptors 0 to 2. What becomes one of them is none of them (PrepareProcess).
bool Image::PlaceStandard() {
  return (options_.stdin_fd < 0 || ::dup2(options_.stdin_fd, STDIN_FILENO) >= 0) &&
         (options_.stdout_fd < 0 || ::dup2(options_.stdout_fd, STDOUT_FILENO) >= 0) &&
         (options_.stderr_fd < 0 || ::dup2(options_.stderr_fd, STDERR_FILENO) >= 0);
}

void Image::Confine() {
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) GiveUp();
  ::setrlimit(RLIMIT_CORE, &no_core);
  // Whatever was opened without close-on-exec, here or by who started us.
  ::syscall(SYS_close_range, kFirstPassedFd, ~0U, CLOSE_RANGE_CLOEXEC);
}

bool Image::Limit() {
  for (const ResourceLimit& limit : options_.limits) {
    const rlimit values{.rlim_cur = limit.soft, .rlim_max = limit.hard};
    if (::setrlimit(static_cast<__rlimit_resource>(limit.resource), &values) != 0) return false;
  }
  return true;
}

/// Says why, if someone listens.
void Image::GiveUp() {
  const int why = errno;
  if (options_.failure_fd >= 0) (void)!::write(options_.failure_fd, &why, sizeof(why));
  ::_exit(kExecFailed);
}

void Image::WriteListenPid() {
  char digits[kPidDigitsMax];
  std::size_t count = 0;
  for (pid_t rest = ::getpid(); rest > 0 && count < kPidDigitsMax; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  for (std::size_t at = 0; at < count; ++at) listen_pid_[at] = digits[count - 1 - at];
}

void Image::Become(pid_t parent) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (options_.new_session) {
    ::setsid();
  } else {
    ::setpgid(0, 0);
  }
  ::prctl(PR_SET_PDEATHSIG, options_.parent_death_signal);
  // It died before the line above took hold.
  if (options_.parent_death_signal != 0 && ::getppid() != parent) ::_exit(kExecFailed);
  if (options_.confined) Confine();
  if (!options_.folder.empty() && ::chdir(options_.folder.c_str()) != 0) GiveUp();
  if (!Limit() || !PlaceDescriptors()) GiveUp();
  if (listen_pid_ != nullptr) WriteListenPid();
  ::execve(options_.program.c_str(), arguments_.data(), environment_.data());
  GiveUp();
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
  Image image(options);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return std::unexpected(ErrnoError("starting a process"));
  if (child == 0) image.Become(parent);
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

int UsableCores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // Fails on machines with more cores than the set has places for.
  if (::sched_getaffinity(0, sizeof(set), &set) != 0) {
    return std::max(static_cast<int>(std::thread::hardware_concurrency()), 1);
  }
  return std::max(CPU_COUNT(&set), 1);
}

Result<std::string> ProgramPath() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return std::unexpected(ErrnoError("reading /proc/self/exe", error.value()));
  return path.string();
}

}  // namespace galley::io
