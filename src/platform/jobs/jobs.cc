#include "platform/jobs/jobs.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "foundation/io/clock.h"
#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/io/file.h"
#include "foundation/io/process.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"
#include "platform/jobs/cgroup.h"
#include "platform/jobs/processes.h"
#include "platform/jobs/records.h"

namespace galley::jobs {
namespace {

constexpr std::int64_t kStartMs = 60'000;  // For some fsyncs on a disk that others use.
constexpr std::chrono::milliseconds kLeasePause{5};
constexpr std::size_t kAttemptBytesMax = 200;
constexpr std::size_t kArgumentBytesMax = 128 << 10;  // MAX_ARG_STRLEN of Linux.
constexpr std::size_t kReasonBytesMax = 1000;
constexpr int kSettleRounds = 500;
constexpr int kCleanLooks = 3;
constexpr std::chrono::milliseconds kSettlePause{10};

Status CheckText(const char* field, std::string_view text, std::size_t bytes_max) {
  if (text.find('\0') != std::string_view::npos) {
    return Fail(Code::kInvalidArgument, "{}: holds a NUL byte", field);
  }
  if (text.size() >= bytes_max) {
    return Fail(Code::kInvalidArgument, "{}: has {} bytes; must be less than {}", field,
                text.size(), bytes_max);
  }
  return {};
}

Status CheckLimit(const char* field, std::int64_t value) {
  if (value >= 0) return {};
  return Fail(Code::kInvalidArgument, "limits.{}: is {}; must be 0 (no limit) or more", field,
              value);
}

Status CheckLimits(const Limits& limits) {
  TRY(CheckLimit("wall_ms", limits.wall_ms));
  TRY(CheckLimit("cpu_ms", limits.cpu_ms));
  TRY(CheckLimit("memory_bytes", limits.memory_bytes));
  TRY(CheckLimit("processes", limits.processes));
  TRY(CheckLimit("log_bytes", limits.log_bytes));
  TRY(CheckLimit("file_bytes", limits.file_bytes));
  TRY(CheckLimit("written_bytes", limits.written_bytes));
  return CheckLimit("grace_ms", limits.grace_ms);
}

Status CheckSpec(const Spec& spec) {
  if (spec.attempt.empty()) return Fail(Code::kInvalidArgument, "attempt: is empty");
  TRY(CheckText("attempt", spec.attempt, kAttemptBytesMax + 1));
  TRY(CheckText("folder", spec.folder, kArgumentBytesMax));
  TRY(CheckText("working_folder", spec.working_folder, kArgumentBytesMax));
  TRY(CheckText("script", spec.script, kArgumentBytesMax));
  if (!spec.folder.starts_with('/') || !io::IsFolder(spec.folder)) {
    return Fail(Code::kInvalidArgument, "folder: '{}' is not the absolute path of a folder",
                spec.folder);
  }
  if (!spec.working_folder.starts_with('/')) {
    return Fail(Code::kInvalidArgument, "working_folder: '{}' is not an absolute path",
                spec.working_folder);
  }
  if (spec.script.empty() == spec.command.empty()) {
    return Fail(Code::kInvalidArgument, "exactly one of script and command must be given");
  }
  for (const std::string& part : spec.command) TRY(CheckText("command", part, kArgumentBytesMax));
  if (!spec.command.empty() && spec.command.front().empty()) {
    return Fail(Code::kInvalidArgument, "command: its program is empty");
  }
  for (const auto& [name, value] : spec.environment) {
    if (name.empty() || name.find('=') != std::string::npos) {
      return Fail(Code::kInvalidArgument, "environment: '{}' is no name of a variable", name);
    }
    TRY(CheckText(name.c_str(), name, kArgumentBytesMax));
    TRY(CheckText(name.c_str(), value, kArgumentBytesMax - name.size()));
  }
  return CheckLimits(spec.limits);
}

Result<io::UniqueFd> RequestFile(const std::string& folder) {
  json::Writer writer;
  writer.BeginObject().Key("folder").String(folder).EndObject();
  io::UniqueFd file(::memfd_create("galley-request", MFD_CLOEXEC));
  if (!file) return std::unexpected(io::ErrnoError("making a request's file"));
  TRY(io::WriteAll(file.get(), std::move(writer).Take(), "a request's file"));
  if (::lseek(file.get(), 0, SEEK_SET) != 0) {
    return std::unexpected(io::ErrnoError("rewinding a request's file"));
  }
  return file;
}

/// What comes until the other end is closed, or until the time is over.
std::string ReadAnswer(int pipe) {
  std::string answer;
  const std::int64_t deadline_ms = io::MonotonicMs() + kStartMs;
  for (;;) {
    const std::int64_t left_ms = deadline_ms - io::MonotonicMs();
    pollfd watched{.fd = pipe, .events = POLLIN, .revents = 0};
    if (left_ms <= 0) return answer;
    const int ready = ::poll(&watched, 1, static_cast<int>(left_ms));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return answer;
    char bytes[4096];
    const ssize_t size = ::read(pipe, bytes, sizeof(bytes));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return answer;
    answer.append(bytes, static_cast<std::size_t>(size));
  }
}

/// What exec::Report wrote.
struct Answer {
  std::int64_t code = 0;
  std::string message;
  static const schema::Message kSchema;
};
constexpr schema::Field kAnswer[] = {
    schema::Of<&Answer::code>("code"),
    schema::Of<&Answer::message>("message"),
};
const schema::Message Answer::kSchema{"answer", kAnswer};

/// Starts the shim, which has the lease from its first moment on, and returns what it says.
Result<std::string> StartShim(const std::string& folder, int lease) {
  const io::UniqueFd request = TRY(RequestFile(folder));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(io::ErrnoError("opening a pipe"));
  const io::UniqueFd ours(ends[0]);
  io::UniqueFd theirs(ends[1]);
  const pid_t pid = TRY(io::Spawn({.program = "/proc/self/exe",
                                   .arguments = {"galley", "exec", "job"},
                                   .inherited_fds = {lease},
                                   .stdin_fd = request.get(),
                                   .stdout_fd = theirs.get(),
                                   .folder = "/",
                                   .environment = {{"PATH", "/usr/bin:/bin"}},
                                   .dropped_environment = {""},
                                   .parent_death_signal = 0,
                                   .confined = true}));
  theirs.Reset();
  std::string answer = ReadAnswer(ours.get());
  // The shim has forked away, so that this is short.
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  return answer;
}

/// Until none was seen some times in a row: one that forks and ends at once may hide from a look.
Status KillAllOf(std::int64_t marker, const std::string& folder) {
  int clean = 0;
  for (int round = 0; round < kSettleRounds; ++round) {
    clean = TRY(KillMarked(marker)) == 0 ? clean + 1 : 0;
    if (clean == kCleanLooks) return {};
    std::this_thread::sleep_for(kSettlePause);
  }
  return Fail(Code::kUnavailable, "processes of the lost attempt in {} do not end", folder);
}

/// The lease of an attempt that was not started. Whoever has it meanwhile either starts the attempt
/// or dies on the way: that is waited for.
Result<io::UniqueFd> LeaseToStart(const Spec& spec) {
  const std::int64_t deadline_ms = io::MonotonicMs() + kStartMs;
  for (;;) {
    auto lease = TakeLease(spec.folder);
    if (!lease && lease.error().code != Code::kFailedPrecondition) return lease;
    const State state = TRY(Look(spec.folder));
    if (state.started_ms != 0 || state.phase == Phase::kEnded) {
      return Fail(Code::kAlreadyExists, "attempt {} was started before", spec.attempt);
    }
    if (lease) return lease;
    if (io::MonotonicMs() >= deadline_ms) {
      return Fail(Code::kDeadlineExceeded, "someone else has been starting attempt {} for {} s",
                  spec.attempt, kStartMs / 1000);
    }
    std::this_thread::sleep_for(kLeasePause);
  }
}

}  // namespace

void PutInFront(Spec& spec, std::string_view variable, const std::string& folder) {
  std::string folders;
  for (const auto& [name, value] : spec.environment) {
    if (name == variable) folders = value;
  }
  // An empty part would be the working folder.
  spec.environment.emplace_back(variable, folders.empty() ? folder : folder + ":" + folders);
}

Status Start(const Spec& spec) {
  TRY(CheckSpec(spec));
  const io::UniqueFd held = TRY(LeaseToStart(spec));
  TRY(WriteSpec(spec));
  const std::string text = TRY(StartShim(spec.folder, held.get()));
  const auto answer = schema::FromJson<Answer>(text, {});
  if (answer && answer->code == 0) return {};
  if (answer && answer->code >= static_cast<int>(Code::kInvalidArgument) &&
      answer->code <= static_cast<int>(Code::kInternal)) {
    return Fail(static_cast<Code>(answer->code), "starting a shim: {}", answer->message);
  }
  // It died before it could say, or is slow. Whether it got as far as to start decides.
  if (ReadStarted(spec.folder)) return {};
  return Fail(Code::kDeadlineExceeded, "the shim of attempt {} does not answer", spec.attempt);
}

Result<State> Look(const std::string& folder) {
  if (!io::IsFolder(folder)) {
    return Fail(Code::kNotFound, "there is no folder {}", folder);
  }
  // The lease first: a shim that ends in between has written its outcome before.
  const bool is_held = TRY(LeaseIsHeld(folder));
  State state;
  auto outcome = ReadOutcome(folder);
  if (outcome) {
    state.phase = Phase::kEnded;
    state.outcome = *std::move(outcome);
    state.started_ms = state.outcome.started_ms;
    return state;
  }
  if (outcome.error().code != Code::kNotFound) return std::unexpected(std::move(outcome).error());
  state.phase = is_held ? Phase::kRunning : Phase::kNotStarted;
  const auto started = ReadStarted(folder);
  if (!started && started.error().code == Code::kNotFound) return state;
  if (!started) return std::unexpected(started.error());
  state.pid = started->pid;
  state.started_ms = started->started_ms;
  if (!is_held) state.phase = Phase::kLost;
  return state;
}

Status Cancel(const std::string& folder, std::string_view reason) {
  const std::string_view cut = reason.substr(0, kReasonBytesMax);
  const auto created = CreateFile(PathOf(folder, "cancel"), cut);
  if (!created && created.error().code != Code::kAlreadyExists) return created;
  return {};
}

Result<Outcome> Settle(const std::string& folder) {
  // Held to the end: only one settles, and nobody starts meanwhile.
  auto lease = TakeLease(folder);
  if (!lease && lease.error().code == Code::kFailedPrecondition) {
    return Fail(Code::kFailedPrecondition, "{} is running", folder);
  }
  const io::UniqueFd held = TRY(std::move(lease));
  if (auto outcome = ReadOutcome(folder); outcome || outcome.error().code != Code::kNotFound) {
    return outcome;
  }
  const auto started = ReadStarted(folder);
  if (!started && started.error().code == Code::kNotFound) {
    return Fail(Code::kFailedPrecondition, "{} was never started", folder);
  }
  if (!started) return std::unexpected(started.error());
  const bool is_same_boot = started->boot_id == BootId();
  if (is_same_boot) TRY(KillAllOf(started->marker, folder));
  if (is_same_boot) ProcessesCgroup::Remove(started->marker);
  const io::SystemClock clock;
  Outcome outcome{.ending = Ending::kLost,
                  .reason = is_same_boot ? "its shim was killed; what it left running was ended"
                                         : "the machine went down while it ran",
                  .started_ms = started->started_ms,
                  .ended_ms = clock.NowMs()};
  TRY(WriteOutcome(folder, outcome));
  return outcome;
}

}  // namespace galley::jobs
