#include "platform/jobs/shim.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "foundation/base/error.h"
#include "foundation/io/clock.h"
#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/io/process.h"
#include "foundation/schema/decode.h"
#include "foundation/telemetry/log.h"
#include "platform/exec/child.h"
#include "platform/jobs/attempt.h"
#include "platform/jobs/processes.h"
#include "platform/jobs/records.h"

namespace galley::jobs {
namespace {

constexpr int kLeaseFd = 3;
constexpr int kOutcomeTries = 3600;  // One a second: until someone has made room on the disk.

struct Request {
  std::string folder;
  static const schema::Message kSchema;
};
constexpr schema::Field kRequest[] = {schema::Of<&Request::folder>("folder").Required()};
const schema::Message Request::kSchema{"request", kRequest};

Result<Request> ReadRequest() {
  auto request = schema::FromJson<Request>(TRY(exec::ReadRequest()), {});
  if (!request) return std::unexpected(schema::ErrorOf(request.error()));
  return *std::move(request);
}

/// A process of its own from here on. Nobody's terminal, nobody's child to wait for.
Status Detach() {
  if (::setsid() < 0) return std::unexpected(io::ErrnoError("making a session"));
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
    return std::unexpected(io::ErrnoError("becoming a subreaper"));
  }
  // Only the shim holds the lease, and none of the job.
  if (::fcntl(kLeaseFd, F_SETFD, FD_CLOEXEC) != 0) {
    return std::unexpected(io::ErrnoError("keeping the lease"));
  }
  ::umask(077);
  return {};
}

struct Claim {
  Spec spec;
  std::int64_t marker = 0;
};

/// Makes this attempt ours, for ever. From its success on the attempt counts as started.
Result<Claim> ClaimAttempt(const std::string& folder) {
  TRY(Detach());
  Claim claim{.spec = TRY(ReadSpec(folder)), .marker = NewMarker()};
  TRY(ReserveOutcome(folder));
  const io::SystemClock clock;
  const Started started{.pid = ::getpid(),
                        .start_ticks = StartTicks(::getpid()),
                        .boot_id = BootId(),
                        .marker = claim.marker,
                        .started_ms = clock.NowMs()};
  TRY(WriteStarted(folder, started));
  return claim;
}

/// The streams of whoever started us may be gone at any time.
void LeaveStreams(const std::string& folder) {
  const io::UniqueFd nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (nothing) {
    ::dup2(nothing.get(), STDIN_FILENO);
    ::dup2(nothing.get(), STDOUT_FILENO);
  }
  const io::UniqueFd log(
      ::open(PathOf(folder, "shim.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  ::dup2(log ? log.get() : nothing.get(), STDERR_FILENO);
}

int KeepOutcome(const std::string& folder, const Outcome& outcome) {
  for (int attempt = 0; attempt < kOutcomeTries; ++attempt) {
    const auto written = WriteOutcome(folder, outcome);
    if (written) return 0;
    telemetry::LogError("an outcome cannot be written",
                        {{"error.message", written.error().message}});
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  return 1;
}

}  // namespace

int RunShim() {
  io::PrepareProcess();  // Whoever started us may be gone when we answer.
  const auto request = ReadRequest();
  if (!request) return exec::Report(std::unexpected(request.error()));
  const pid_t child = ::fork();
  if (child < 0) return exec::Report(std::unexpected(io::ErrnoError("starting a shim")));
  if (child > 0) ::_exit(0);
  telemetry::NameProcess("shim");
  const std::string& folder = request->folder;
  const auto claim = ClaimAttempt(folder);
  if (!claim) return exec::Report(std::unexpected(claim.error()));
  exec::Report(std::string("{}"));
  LeaveStreams(folder);
  Attempt attempt(claim->spec, claim->marker);
  return KeepOutcome(folder, attempt.Run());
}

}  // namespace galley::jobs
