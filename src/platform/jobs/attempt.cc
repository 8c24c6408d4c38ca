#include "platform/jobs/attempt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "foundation/io/command.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/io/process.h"
#include "foundation/telemetry/log.h"
#include "platform/jobs/processes.h"
#include "platform/jobs/records.h"

namespace galley::jobs {
namespace {

constexpr std::string_view kPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr std::string_view kFileTooLarge = "File too large";  // EFBIG, as libc says it.
constexpr int kSignalled = 128;                               // As a shell says it.
constexpr std::int64_t kSampleMs = 50;
constexpr std::int64_t kCloseSampleMs = 10;    // When a limit is near.
constexpr std::int64_t kNearShare = 4;         // Near: a quarter of it.
constexpr std::int64_t kSampleCostShare = 20;  // Sampling takes at most that part of a core.
constexpr std::int64_t kSampleMsMax = 1000;
constexpr std::int64_t kCpuSlackS = 2;  // The kernel's own limit is the second line.
constexpr int kEndPollMs = 20;
constexpr int kEndSlowPollMs = 500;
constexpr int kEndLogRounds = 500;
constexpr std::size_t kOutputBytes = 64 << 10;
constexpr int kOutputReads = 16;  // In a row, then the limits are looked at again.
constexpr int kNice = -10;
constexpr int kOomScore = 500;  // Of 1000: before any server.

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables EnvironmentOf(const Spec& spec) {
  Variables all = {
      {"PATH", std::string(kPath)}, {"HOME", spec.working_folder}, {"LC_ALL", "C.UTF-8"}};
  const auto set = [&all](const std::string& name, const std::string& value) {
    const auto same = std::ranges::find(all, name, &Variables::value_type::first);
    if (same == all.end()) {
      all.emplace_back(name, value);
    } else {
      same->second = value;
    }
  };
  for (const auto& [name, value] : spec.environment) set(name, value);
  set("GALLEY_ATTEMPT", spec.attempt);
  return all;
}

/// The program's path as execve(2) takes it.
Result<std::string> FindProgram(const Spec& spec, const Variables& environment) {
  const std::string& name = spec.command.front();
  if (name.find('/') != std::string::npos) {
    TRY(io::CheckExecutable(name.front() == '/' ? name : spec.working_folder + "/" + name));
    return name;
  }
  std::string_view rest =
      std::ranges::find(environment, std::string("PATH"), &Variables::value_type::first)->second;
  while (!rest.empty()) {
    const auto colon = std::min(rest.find(':'), rest.size());
    std::string candidate = fmt::format("{}/{}", rest.substr(0, colon), name);
    if (candidate.front() == '/' && io::CheckExecutable(candidate)) return candidate;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return Fail(Code::kNotFound, "there is no program '{}' in PATH", name);
}

std::vector<io::ResourceLimit> ResourceLimitsOf(const Limits& limits, std::int64_t marker) {
  const auto marker_limit = static_cast<std::uint64_t>(marker);
  std::vector<io::ResourceLimit> all = {{RLIMIT_RTTIME, marker_limit, marker_limit}};
  if (limits.file_bytes > 0) {
    const auto bytes = static_cast<std::uint64_t>(limits.file_bytes);
    all.push_back({RLIMIT_FSIZE, bytes, bytes});
  }
  if (limits.cpu_ms > 0) {
    const auto soft = static_cast<std::uint64_t>(limits.cpu_ms / 1000 + kCpuSlackS);
    all.push_back(
        {RLIMIT_CPU, soft, soft + static_cast<std::uint64_t>(limits.grace_ms / 1000 + kCpuSlackS)});
  }
  return all;
}

/// What a child started now begins with; anyone may raise it and go back.
void SetOomScore(int score) {
  const io::UniqueFd file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  const std::string text = std::to_string(score);
  if (!file || ::write(file.get(), text.data(), text.size()) < 0) {
    telemetry::LogWarn("the OOM score cannot be set", {{"error.message", ::strerror(errno)}});
  }
}

std::int64_t CpuUs() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000 + time.tv_nsec / 1000;
}

std::string Megabytes(std::int64_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / (1 << 20));
}

}  // namespace

Outcome Attempt::Run() {
  began_ms_ = io::MonotonicMs();
  if (auto reason = ReadCancel(spec_.folder)) {
    Decide(Ending::kCancelled, Force::kAtOnce, *std::move(reason));
    return Conclude();
  }
  Status launched = Open();
  if (launched) launched = Launch();
  if (!launched) {
    Decide(Ending::kCouldNotStart, Force::kAtOnce, launched.error().message);
    return Conclude();
  }
  // Allowed to root alone: a fork bomb leaves little of the processor to others.
  ::setpriority(PRIO_PROCESS, 0, kNice);
  Watch();
  if (has_ended_) {
    // Before what it left in the background is ended: that changes nothing of how it ended.
    for (int reads = 0; reads < kOutputReads && TakeOutput(); ++reads) {
    }
    JudgeExit();
  }
  EndAll();
  JudgeExit();
  TakeUsage();
  return Conclude();
}

Status Attempt::Open() {
  signals_ = TRY(io::SignalDescriptor({SIGCHLD, SIGTERM, SIGINT, SIGHUP}));
  sink_ = TRY(Sink::Open(PathOf(spec_.folder, "log"), spec_.limits.log_bytes));
  if (spec_.limits.processes > 0) {
    cgroup_ = ProcessesCgroup::Enter(marker_, spec_.limits.processes);
  }
  return {};
}

Status Attempt::Launch() {
  if (!io::IsFolder(spec_.working_folder)) {
    return Fail(Code::kNotFound, "the working folder {} is not there", spec_.working_folder);
  }
  io::SpawnOptions spawn{.program = "/bin/bash",
                         .arguments = {"bash", "-eo", "pipefail", "-c", spec_.script},
                         .folder = spec_.working_folder,
                         .limits = ResourceLimitsOf(spec_.limits, marker_),
                         .environment = EnvironmentOf(spec_),
                         .dropped_environment = {""},
                         .parent_death_signal = SIGKILL,
                         .confined = true,
                         .new_session = true};
  if (!spec_.command.empty()) {
    spawn.program = TRY(FindProgram(spec_, spawn.environment));
    spawn.arguments = spec_.command;
  }
  int output[2];
  int failure[2];
  if (::pipe2(output, O_CLOEXEC) != 0) return std::unexpected(io::ErrnoError("opening a pipe"));
  output_.Reset(output[0]);
  const io::UniqueFd theirs(output[1]);
  if (::pipe2(failure, O_CLOEXEC) != 0) return std::unexpected(io::ErrnoError("opening a pipe"));
  const io::UniqueFd failed(failure[0]);
  io::UniqueFd fails(failure[1]);
  const io::UniqueFd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!nothing) return std::unexpected(io::ErrnoError("opening /dev/null"));
  ::fcntl(output_.get(), F_SETFL, O_NONBLOCK);
  spawn.stdin_fd = nothing.get();
  spawn.stdout_fd = spawn.stderr_fd = theirs.get();
  spawn.failure_fd = fails.get();

  oom_kills_ = KernelOomKills();
  ::umask(022);
  SetOomScore(kOomScore);
  auto pid = io::Spawn(spawn);
  SetOomScore(0);
  ::umask(077);
  pid_ = TRY(std::move(pid));
  has_children_ = true;
  outcome_.started_ms = clock_.NowMs();
  began_ms_ = io::MonotonicMs();
  fails.Reset();
  int why = 0;
  ssize_t size = 0;
  while ((size = ::read(failed.get(), &why, sizeof(why))) < 0 && errno == EINTR) {
  }
  if (size != sizeof(why)) return {};
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  outcome_.started_ms = 0;
  return std::unexpected(io::ErrnoError("starting " + spawn.program, why));
}

/// Until its main process has ended, or it is to be killed.
void Attempt::Watch() {
  while (!has_ended_) {
    const std::int64_t now_ms = io::MonotonicMs();
    if (kill_at_ms_ && now_ms >= *kill_at_ms_) return;
    if (now_ms >= sample_at_ms_) {
      Check();
      continue;
    }
    std::int64_t until_ms = sample_at_ms_;
    if (kill_at_ms_) until_ms = std::min(until_ms, *kill_at_ms_);
    // poll(2) passes over a negative descriptor: the output of a job that closed it.
    pollfd watched[] = {{.fd = signals_.get(), .events = POLLIN, .revents = 0},
                        {.fd = output_.get(), .events = POLLIN, .revents = 0}};
    ::poll(watched, std::size(watched), static_cast<int>(until_ms - now_ms));
    TakeSignals();
    for (int reads = 0; reads < kOutputReads && TakeOutput(); ++reads) {
    }
    if (sink_->is_over()) {
      const std::int64_t limit = spec_.limits.log_bytes;
      Decide(Ending::kLogTooLarge, Force::kAtOnce,
             fmt::format("its output is larger than {} ({} bytes), the most allowed",
                         Megabytes(limit), limit),
             limit, sink_->bytes());
    }
  }
}

void Attempt::TakeSignals() {
  for (auto signal = io::NextSignal(signals_.get()); signal;
       signal = io::NextSignal(signals_.get())) {
    if (*signal == SIGCHLD) continue;
    Decide(Ending::kLost, Force::kGrace,
           fmt::format("its shim was told to end by signal {} ({}), as when the machine goes down",
                       *signal, ::strsignal(*signal)));
  }
  Reap();
}

void Attempt::Reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) has_children_ = false;
    if (pid <= 0) return;
    if (pid != pid_) continue;
    has_ended_ = true;
    status_ = status;
    pid_ = 0;
  }
}

/// False: there is nothing more by now.
bool Attempt::TakeOutput() {
  if (!output_) return false;
  char bytes[kOutputBytes];
  const ssize_t size = ::read(output_.get(), bytes, sizeof(bytes));
  if (size > 0) sink_->Append({bytes, static_cast<std::size_t>(size)});
  if (size == 0) output_.Reset();
  return size > 0 || (size < 0 && errno == EINTR);
}

void Attempt::Check() {
  const std::int64_t wall_ms = io::MonotonicMs() - began_ms_;
  const std::int64_t wall_max_ms = spec_.limits.wall_ms;
  if (wall_max_ms > 0 && wall_ms >= wall_max_ms) {
    Decide(Ending::kTimedOut, Force::kGrace,
           fmt::format("it took longer than {:.1f} s, the most allowed",
                       static_cast<double>(wall_max_ms) / 1000),
           wall_max_ms, wall_ms);
  }
  if (!is_decided_) {
    if (auto reason = ReadCancel(spec_.folder)) {
      Decide(Ending::kCancelled, Force::kGrace, *std::move(reason));
    }
  }
  Reap();  // Or the dead of a fork bomb hide the living.
  const std::int64_t cpu_us = CpuUs();
  const bool is_near = CheckSample();
  // By CPU time: when others take the processor there may be reason to look often.
  const std::int64_t pause_ms = (CpuUs() - cpu_us) * kSampleCostShare / 1000;
  const std::int64_t after_ms = io::MonotonicMs();
  sample_at_ms_ =
      after_ms + (is_near ? kCloseSampleMs : std::clamp(pause_ms, kSampleMs, kSampleMsMax));
  if (wall_max_ms > 0 && !is_decided_) {
    sample_at_ms_ = std::min(sample_at_ms_, std::max(began_ms_ + wall_max_ms, after_ms + 1));
  }
}

/// True: a limit is near that a job can reach in no time.
bool Attempt::CheckSample() {
  const Limits& limits = spec_.limits;
  const auto sample = Measure(marker_, limits.memory_bytes, limits.processes);
  if (!sample) {
    telemetry::LogError("a job cannot be measured", {{"error.message", sample.error().message}});
    return false;
  }
  Usage& usage = outcome_.usage;
  usage.peak_memory_bytes = std::max(usage.peak_memory_bytes, sample->memory_bytes);
  usage.peak_processes = std::max(usage.peak_processes, sample->processes);
  usage.cpu_ms = std::max(usage.cpu_ms, sample->cpu_ms);
  usage.written_bytes = std::max(usage.written_bytes, sample->written_bytes);
  const auto is_over = [](std::int64_t used, std::int64_t limit) {
    return limit > 0 && used > limit;
  };
  if (is_over(sample->memory_bytes, limits.memory_bytes)) {
    Decide(Ending::kOutOfMemory, Force::kAtOnce,
           fmt::format("it used {} of memory; the most allowed is {}",
                       Megabytes(sample->memory_bytes), Megabytes(limits.memory_bytes)),
           limits.memory_bytes, sample->memory_bytes);
  }
  if (is_over(sample->processes, limits.processes)) {
    Decide(Ending::kTooManyProcesses, Force::kAtOnce,
           fmt::format("it had {} processes; the most allowed is {}", sample->processes,
                       limits.processes),
           limits.processes, sample->processes);
  }
  if (cgroup_ && cgroup_->HasRefused()) {
    Decide(Ending::kTooManyProcesses, Force::kAtOnce,
           fmt::format("it wanted more than {} processes, the most allowed", limits.processes),
           limits.processes, limits.processes);
  }
  if (is_over(sample->written_bytes, limits.written_bytes)) {
    Decide(Ending::kWroteTooMuch, Force::kAtOnce,
           fmt::format("it wrote {} to disks; the most allowed is {}",
                       Megabytes(sample->written_bytes), Megabytes(limits.written_bytes)),
           limits.written_bytes, sample->written_bytes);
  }
  if (is_over(sample->cpu_ms, limits.cpu_ms)) {
    Decide(Ending::kOutOfCpu, Force::kGrace,
           fmt::format("it took {:.1f} s of CPU time; the most allowed is {:.1f} s",
                       static_cast<double>(sample->cpu_ms) / 1000,
                       static_cast<double>(limits.cpu_ms) / 1000),
           limits.cpu_ms, sample->cpu_ms);
  }
  return is_over(sample->memory_bytes, limits.memory_bytes / kNearShare) ||
         is_over(sample->processes, limits.processes / kNearShare);
}

/// The first decision counts; a later one can only make haste.
void Attempt::Decide(Ending ending, Force force, std::string reason, std::int64_t limit,
                     std::int64_t used) {
  const std::int64_t now_ms = io::MonotonicMs();
  if (force == Force::kAtOnce) kill_at_ms_ = now_ms;
  if (is_decided_) return;
  is_decided_ = true;
  outcome_.ending = ending;
  outcome_.reason = std::move(reason);
  outcome_.limit = limit;
  outcome_.used = used;
  if (force == Force::kAtOnce || pid_ == 0) return;
  kill_at_ms_ = now_ms + spec_.limits.grace_ms;
  auto sent = SignalMarked(marker_, SIGTERM);
  // One that was stopped takes it too.
  if (sent) sent = SignalMarked(marker_, SIGCONT);
  if (!sent) telemetry::LogError("SIGTERM failed", {{"error.message", sent.error().message}});
}

/// Until there is no child: a subreaper's descendants become its children before the last is gone.
void Attempt::EndAll() {
  for (int round = 0;; ++round) {
    TakeSignals();
    if (!has_children_) break;
    auto living = KillMarked(marker_);
    if (living && *living == 0) living = KillDescendants();
    if (!living) telemetry::LogError("kill failed", {{"error.message", living.error().message}});
    if (round == kEndLogRounds) {
      telemetry::LogError("processes of a job do not end; the kernel may be waiting for a disk");
    }
    while (TakeOutput()) {
    }
    pollfd watched{.fd = signals_.get(), .events = POLLIN, .revents = 0};
    ::poll(&watched, 1, round < kEndLogRounds ? kEndPollMs : kEndSlowPollMs);
  }
  while (TakeOutput()) {
  }
}

/// After all are reaped, when the kernel has exact sums.
void Attempt::TakeUsage() {
  Usage& usage = outcome_.usage;
  if (const auto sample = Measure(marker_, 0, 0)) {
    usage.cpu_ms = std::max(usage.cpu_ms, sample->cpu_ms);
    usage.written_bytes = std::max(usage.written_bytes, sample->written_bytes);
  }
  rusage reaped{};
  ::getrusage(RUSAGE_CHILDREN, &reaped);
  usage.peak_memory_bytes =
      std::max(usage.peak_memory_bytes, std::int64_t{reaped.ru_maxrss} * 1024);
  usage.peak_processes = std::max<std::int64_t>(usage.peak_processes, 1);
  usage.wall_ms = io::MonotonicMs() - began_ms_;
}

Outcome Attempt::Conclude() {
  cgroup_.reset();
  outcome_.ended_ms = clock_.NowMs();
  if (sink_) {
    sink_->Sync();
    outcome_.usage.log_bytes = sink_->bytes();
    outcome_.log_lost_bytes = sink_->lost_bytes();
    if (!sink_->trouble().empty()) {
      outcome_.reason += fmt::format("; {} bytes of its output are not in the log ({})",
                                     sink_->lost_bytes(), sink_->trouble());
    } else if (sink_->lost_bytes() > 0 && outcome_.ending != Ending::kLogTooLarge) {
      outcome_.reason += fmt::format(
          "; the last {} bytes of its output are not in the log, which "
          "has at most {}",
          sink_->lost_bytes(), spec_.limits.log_bytes);
    }
  }
  return outcome_;
}

/// What its main process came to, and, if we did not end it, what that means.
void Attempt::JudgeExit() {
  const int signal = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
  const int code = signal != 0 ? kSignalled + signal : WEXITSTATUS(status_);
  outcome_.signal = signal;
  outcome_.exit_code = code;
  if (is_decided_) return;
  if (code == 0) {
    Decide(Ending::kSucceeded, Force::kAtOnce, "exit status 0");
    return;
  }
  // A shell passes on a signal that ended its last command.
  if (JudgeSignal(signal != 0 ? signal : code - kSignalled)) return;
  const std::string last = sink_->LastLine();
  const std::string said = last.empty() ? "" : ": " + last;
  if (signal != 0) {
    Decide(Ending::kKilled, Force::kAtOnce,
           fmt::format("ended by signal {} ({}){}", signal, ::strsignal(signal), said));
    return;
  }
  Decide(Ending::kFailed, Force::kAtOnce, fmt::format("exit status {}{}", code, said));
}

/// Signals by which the kernel enforces limits. Programs that ignore SIGXFSZ, as Python does, see
/// an error instead, and say so.
bool Attempt::JudgeSignal(int signal) {
  const Limits& limits = spec_.limits;
  const bool says_too_large = sink_->tail().find(kFileTooLarge) != std::string::npos;
  if (limits.file_bytes > 0 && (signal == SIGXFSZ || says_too_large)) {
    Decide(Ending::kWroteTooMuch, Force::kAtOnce,
           fmt::format("it would write a file larger than {}, the most allowed",
                       Megabytes(limits.file_bytes)),
           limits.file_bytes, limits.file_bytes);
    return true;
  }
  if (limits.cpu_ms > 0 && signal == SIGXCPU) {
    Decide(Ending::kOutOfCpu, Force::kAtOnce,
           fmt::format("a process of it took more CPU time than {:.1f} s, the most allowed",
                       static_cast<double>(limits.cpu_ms) / 1000),
           limits.cpu_ms, outcome_.usage.cpu_ms);
    return true;
  }
  if (signal == SIGKILL && KernelOomKills() > oom_kills_) {
    Decide(Ending::kOutOfMemory, Force::kAtOnce,
           fmt::format("the machine ran out of memory and the kernel ended it; it had {}",
                       Megabytes(outcome_.usage.peak_memory_bytes)),
           0, outcome_.usage.peak_memory_bytes);
    return true;
  }
  return false;
}

}  // namespace galley::jobs
