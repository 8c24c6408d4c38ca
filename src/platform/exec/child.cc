#include "platform/exec/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>

#include "foundation/io/clock.h"
#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/io/file.h"
#include "foundation/io/process.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"
#include "foundation/telemetry/log.h"

namespace galley::exec {
namespace {

constexpr int kExitReported = 3;  // The standard output holds an error.
constexpr int kExitNotStarted = 127;
constexpr std::size_t kReadBytes = 64 << 10;
constexpr std::size_t kRequestBytesMax = std::size_t{256} << 20U;
constexpr std::size_t kLineBytesMax = 1024;
constexpr std::size_t kLastLines = 5;
constexpr int kLoggedLinesMax = 100;
constexpr int kMegabyteBits = 20;

/// What a child reports instead of an answer.
struct Reported {
  std::int64_t code = 0;
  std::string message;
  static const schema::Message kSchema;
};
constexpr schema::Field kReported[] = {
    schema::Of<&Reported::code>("code").Required(),
    schema::Of<&Reported::message>("message").Required(),
};
const schema::Message Reported::kSchema{"error", kReported};

struct Pipe {
  io::UniqueFd ours;
  io::UniqueFd theirs;
};

Result<Pipe> OpenPipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::unexpected(io::ErrnoError("opening a pipe"));
  Pipe pipe{io::UniqueFd(ends[0]), io::UniqueFd(ends[1])};
  if (::fcntl(pipe.ours.get(), F_SETFL, O_NONBLOCK) != 0) {
    return std::unexpected(io::ErrnoError("setting a pipe to non-blocking"));
  }
  return pipe;
}

/// The request as a file in memory: unlike a pipe's, its reading needs nobody who writes meanwhile.
Result<io::UniqueFd> RequestFile(const std::string& request) {
  io::UniqueFd file(::memfd_create("galley-request", MFD_CLOEXEC));
  if (!file) return std::unexpected(io::ErrnoError("making a request's file"));
  TRY(io::WriteAll(file.get(), request, "a request's file"));
  if (::lseek(file.get(), 0, SEEK_SET) != 0) {
    return std::unexpected(io::ErrnoError("rewinding a request's file"));
  }
  return file;
}

/// A started child. Ends it, and what it started, when it goes out of scope.
class Child {
 public:
  explicit Child(const ChildOptions& options) : options_(options) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ != 0) Reap();
  }

  Status Start();
  /// Until its end, its time or its answer's limit.
  Status Wait();
  /// What it came to.
  Result<std::string> Finish();

 private:
  /// How a child's waiting ended.
  enum class Why : std::uint8_t { kEnded, kTime, kAnswer };

  int Reap();
  void ReadAnswer();
  void ReadErrors();
  void AddLine();
  std::string LastLines() const;
  Error SignalError(int signal) const;
  Error ExitError(int code) const;

  const ChildOptions& options_;
  pid_t pid_ = 0;
  io::UniqueFd end_;
  io::UniqueFd answers_;
  io::UniqueFd errors_;
  Why why_ = Why::kEnded;
  std::string answer_;
  std::string line_;
  std::deque<std::string> last_lines_;
  int lines_ = 0;
};

Status Child::Start() {
  const io::UniqueFd request = TRY(RequestFile(options_.request));
  auto answers = TRY(OpenPipe());
  auto errors = TRY(OpenPipe());
  io::SpawnOptions spawn{.program = "/proc/self/exe",
                         .arguments = {"galley", "exec", options_.kind},
                         .stdin_fd = request.get(),
                         .stdout_fd = answers.theirs.get(),
                         .stderr_fd = errors.theirs.get(),
                         .folder = options_.folder,
                         .environment = {{"PATH", "/usr/bin:/bin"},
                                         {"HOME", options_.folder},
                                         {"TMPDIR", options_.folder},
                                         {"LC_ALL", "C.UTF-8"}},
                         .dropped_environment = {""},
                         .parent_death_signal = SIGKILL,
                         .confined = true};
  if (!options_.command.empty()) {
    spawn.program = options_.command.front();
    spawn.arguments = options_.command;
  }
  for (const auto& variable : options_.environment) spawn.environment.push_back(variable);
  const ChildLimits& limits = options_.limits;
  const auto memory = static_cast<std::uint64_t>(limits.memory_bytes);
  const auto file = static_cast<std::uint64_t>(limits.file_bytes);
  const auto cpu = static_cast<std::uint64_t>(limits.cpu_s);
  // At the hard limit of CPU time comes SIGKILL, which says less than the soft one's SIGXCPU.
  spawn.limits = {
      {RLIMIT_AS, memory, memory}, {RLIMIT_FSIZE, file, file}, {RLIMIT_CPU, cpu, cpu + 5}};
  pid_ = TRY(io::Spawn(spawn));
  answers_ = std::move(answers.ours);
  errors_ = std::move(errors.ours);
  // pidfd_open(2); the one of glibc 2.36 cannot be called from C++.
  end_.Reset(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!end_) return std::unexpected(io::ErrnoError("watching a process"));
  return {};
}

Status Child::Wait() {
  const std::int64_t deadline_ms = io::MonotonicMs() + options_.limits.time_ms;
  for (;;) {
    pollfd watched[] = {{.fd = end_.get(), .events = POLLIN, .revents = 0},
                        {.fd = answers_.get(), .events = POLLIN, .revents = 0},
                        {.fd = errors_.get(), .events = POLLIN, .revents = 0}};
    const std::int64_t left_ms = deadline_ms - io::MonotonicMs();
    if (left_ms <= 0) {
      why_ = Why::kTime;
      return {};
    }
    const auto wait_ms = static_cast<int>(std::min<std::int64_t>(left_ms, 60'000));
    if (::poll(watched, std::size(watched), wait_ms) < 0 && errno != EINTR) {
      return std::unexpected(io::ErrnoError("waiting for a child"));
    }
    ReadAnswer();
    ReadErrors();
    if (answer_.size() > static_cast<std::size_t>(options_.limits.answer_bytes)) {
      why_ = Why::kAnswer;
      return {};
    }
    if (watched[0].revents != 0) return {};
  }
}

/// What there is, up to a byte past the limit.
void Child::ReadAnswer() {
  const auto bytes_max = static_cast<std::size_t>(options_.limits.answer_bytes);
  while (answers_ && answer_.size() <= bytes_max) {
    char bytes[kReadBytes];
    const ssize_t count = ::read(answers_.get(), bytes, sizeof(bytes));
    if (count > 0) {
      answer_.append(bytes, static_cast<std::size_t>(count));
    } else if (count == 0) {
      answers_.Reset();
    } else if (errno != EINTR) {
      return;
    }
  }
}

/// What there is, but no more at once than a pipe holds: one that only writes must not hold us.
void Child::ReadErrors() {
  char bytes[kReadBytes];
  const ssize_t count = errors_ ? ::read(errors_.get(), bytes, sizeof(bytes)) : -1;
  if (count == 0) errors_.Reset();
  if (count <= 0) return;
  for (const char byte : std::string_view(bytes, static_cast<std::size_t>(count))) {
    if (byte == '\n') {
      AddLine();
    } else if (line_.size() < kLineBytesMax) {
      line_ += byte;
    }
  }
}

void Child::AddLine() {
  const std::string line = std::exchange(line_, {});
  if (line.empty()) return;
  if (++lines_ <= kLoggedLinesMax) {
    telemetry::LogInfo("a child writes", {{"galley.kind", options_.kind}, {"galley.output", line}});
  }
  last_lines_.push_back(line);
  if (last_lines_.size() > kLastLines) last_lines_.pop_front();
}

std::string Child::LastLines() const {
  std::string text;
  for (const std::string& line : last_lines_) text += (text.empty() ? ": " : " | ") + line;
  return text;
}

/// Ends it and its process group, and returns its wait status. Its number is not used again before
/// waitpid, so that the signals reach nobody else.
int Child::Reap() {
  ::kill(-pid_, SIGKILL);
  if (why_ != Why::kEnded || !end_) ::kill(pid_, SIGKILL);  // It may not have its group yet.
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return status;
}

Error Child::SignalError(int signal) const {
  const ChildLimits& limits = options_.limits;
  const std::string said = LastLines();
  const bool no_memory =
      said.find("bad_alloc") != std::string::npos || said.find("ut of memory") != std::string::npos;
  if (signal == SIGXFSZ) {
    return {Code::kResourceExhausted,
            fmt::format("'{}' would write a file larger than {} MB, the most allowed",
                        options_.kind, limits.file_bytes >> kMegabyteBits)};
  }
  if (signal == SIGXCPU) {
    return {Code::kDeadlineExceeded, fmt::format("'{}' took more than {} s of CPU time, the most "
                                                 "allowed",
                                                 options_.kind, limits.cpu_s)};
  }
  if (signal == SIGKILL || no_memory) {
    return {Code::kResourceExhausted,
            fmt::format("'{}' was ended, as far as can be seen for want of memory (it may take {} "
                        "MB); give it less at once, or the machine more memory{}",
                        options_.kind, limits.memory_bytes >> kMegabyteBits, said)};
  }
  return {Code::kInternal, fmt::format("'{}' was ended by signal {} ({}){}", options_.kind, signal,
                                       ::strsignal(signal), said)};
}

Error Child::ExitError(int code) const {
  if (code == kExitReported) {
    auto reported = schema::FromJson<Reported>(answer_, {});
    if (reported && reported->code >= static_cast<int>(Code::kInvalidArgument) &&
        reported->code <= static_cast<int>(Code::kInternal)) {
      return {static_cast<Code>(reported->code), std::move(reported->message)};
    }
  }
  if (code == kExitNotStarted) {
    return {Code::kInternal,
            fmt::format("'{}' could not be started{}", options_.kind, LastLines())};
  }
  return {Code::kInternal,
          fmt::format("'{}' ended with exit status {}{}", options_.kind, code, LastLines())};
}

Result<std::string> Child::Finish() {
  const ChildLimits& limits = options_.limits;
  const int status = Reap();
  // What was written last. Nobody writes any more, and one who left the group is not waited for.
  ReadAnswer();
  for (std::size_t reads = 0; reads < 2; ++reads) ReadErrors();
  AddLine();
  if (why_ == Why::kTime) {
    return Fail(Code::kDeadlineExceeded, "'{}' was not done after {} s, the most allowed{}",
                options_.kind, limits.time_ms / 1000, LastLines());
  }
  if (answer_.size() > static_cast<std::size_t>(limits.answer_bytes)) {
    return Fail(Code::kResourceExhausted,
                "the answer of '{}' is larger than {} bytes, the most allowed; ask for less",
                options_.kind, limits.answer_bytes);
  }
  if (WIFSIGNALED(status)) return std::unexpected(SignalError(WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) return std::unexpected(ExitError(WEXITSTATUS(status)));
  while (answer_.ends_with('\n')) answer_.pop_back();
  if (!answer_.starts_with('{') || !answer_.ends_with('}')) {
    return Fail(Code::kInternal, "'{}' wrote no JSON object{}", options_.kind, LastLines());
  }
  return std::move(answer_);
}

}  // namespace

Result<std::string> RunChild(const ChildOptions& options) {
  Child child(options);
  TRY(child.Start());
  TRY(child.Wait());
  return child.Finish();
}

Result<std::string> ReadRequest() {
  std::string request;
  for (;;) {
    char bytes[kReadBytes];
    const ssize_t count = ::read(STDIN_FILENO, bytes, sizeof(bytes));
    if (count == 0) return request;
    if (count < 0) {
      if (errno == EINTR) continue;
      return std::unexpected(io::ErrnoError("reading the request from the standard input"));
    }
    request.append(bytes, static_cast<std::size_t>(count));
    if (request.size() > kRequestBytesMax) {
      return Fail(Code::kInvalidArgument, "the request is larger than {} MB, the most allowed",
                  kRequestBytesMax >> kMegabyteBits);
    }
  }
}

int Report(const Result<std::string>& answer) {
  std::string text;
  if (answer) {
    text = *answer;
  } else {
    json::Writer writer;
    writer.BeginObject().Key("code").Int(static_cast<int>(answer.error().code));
    writer.Key("message").String(answer.error().message).EndObject();
    text = std::move(writer).Take();
  }
  const auto written = io::WriteAll(STDOUT_FILENO, text + "\n", "the standard output");
  if (!written) return 1;
  return answer ? 0 : kExitReported;
}

}  // namespace galley::exec
