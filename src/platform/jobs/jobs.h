#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"

/// Local jobs. Each attempt has a folder (docs/formats/job_folder.md) and runs under a shim,
/// `galley exec job`, which outlives the server: what is known of an attempt stands in its folder,
/// and every function here works after a restart as before it.
namespace galley::jobs {

/// What a job may use up, all of its processes together unless said otherwise. 0: no limit.
struct Limits {
  std::int64_t wall_ms = 0;                           ///< Then SIGTERM, grace, SIGKILL.
  std::int64_t cpu_ms = 0;                            ///< The same. User and system time.
  std::int64_t memory_bytes = 0;                      ///< Resident; then SIGKILL at once.
  std::int64_t processes = 512;                       ///< At a time; then SIGKILL at once.
  std::int64_t log_bytes = std::int64_t{64} << 20U;   ///< Of its output; then SIGKILL at once.
  std::int64_t file_bytes = std::int64_t{64} << 30U;  ///< Of one file (RLIMIT_FSIZE).
  std::int64_t written_bytes = 0;                     ///< To disks; then SIGKILL at once.
  std::int64_t grace_ms = 10'000;                     ///< Between SIGTERM and SIGKILL.
};

/// One attempt at a job.
struct Spec {
  std::string attempt;         ///< Its id: GALLEY_ATTEMPT of the job. 1 to 200 bytes, not NUL.
  std::string folder;          ///< The attempt's own; absolute, it exists, made by the caller.
  std::string working_folder;  ///< Absolute. If it is gone the outcome is kCouldNotStart.
  std::string script;          ///< For `/bin/bash -eo pipefail -c`; or `command`, not both.
  std::vector<std::string> command;  ///< The program, absolute or looked up in PATH, and arguments.
  /// Added to a bare one: PATH, HOME=working_folder, LC_ALL, GALLEY_ATTEMPT. The last of a name
  /// counts.
  std::vector<std::pair<std::string, std::string>> environment;
  Limits limits;
};

/// Puts a folder in front of a list of folders in the environment, such as PYTHONPATH.
void PutInFront(Spec& spec, std::string_view variable, const std::string& folder);

/// How an attempt ended.
enum class Ending : std::uint8_t {
  kSucceeded,         ///< Its main process ended with exit status 0.
  kFailed,            ///< With another: `exit_code`.
  kKilled,            ///< By a signal that nobody here sent: `signal`.
  kTimedOut,          ///< limits.wall_ms. `limit` and `used` in ms.
  kOutOfCpu,          ///< limits.cpu_ms. `limit` and `used` in ms.
  kOutOfMemory,       ///< limits.memory_bytes, or the machine's own memory (`limit` is 0).
  kTooManyProcesses,  ///< limits.processes.
  kLogTooLarge,       ///< limits.log_bytes.
  kWroteTooMuch,      ///< limits.written_bytes or limits.file_bytes.
  kCancelled,         ///< `reason` is the one given to Cancel.
  kLost,              ///< Nobody saw its end: the machine or the shim went down. Retry at will.
  kCouldNotStart,     ///< Its program never ran: the working folder or the program is missing, ….
};

/// The ending's name, as in exit.json: `out_of_memory`.
std::string_view EndingName(Ending ending);

/// What a job used. 0 where it is not known (kLost).
struct Usage {
  std::int64_t wall_ms = 0;
  std::int64_t cpu_ms = 0;
  std::int64_t peak_memory_bytes = 0;  ///< Of all processes at a time, as far as samples saw it.
  std::int64_t peak_processes = 0;
  std::int64_t written_bytes = 0;  ///< To disks.
  std::int64_t log_bytes = 0;      ///< Of output, whether it is in the log or not.
};

/// What an attempt came to. None of its processes is left.
struct Outcome {
  Ending ending = Ending::kSucceeded;
  std::string reason;          ///< One sentence for people, with value and limit.
  std::int64_t exit_code = 0;  ///< Of the main process, as a shell says it: 128 + N by signal N.
  std::int64_t signal = 0;     ///< That ended the main process; 0: none.
  std::int64_t limit = 0;      ///< That was hit, in its unit; 0: none.
  std::int64_t used = 0;       ///< What was seen when it was hit.
  Usage usage;
  std::int64_t started_ms = 0;      ///< Since 1970; 0: it never ran.
  std::int64_t ended_ms = 0;        ///< Since 1970.
  std::int64_t log_lost_bytes = 0;  ///< Output that is not in the log: full disk, or the limit.
};

enum class Phase : std::uint8_t {
  kNotStarted,  ///< Start was not called, or failed before anything ran: Start may be called.
  kRunning,     ///< A shim has the attempt: it starts, runs or is being ended.
  kEnded,       ///< `outcome` says how.
  kLost,        ///< It was started, and neither runs nor has an outcome: call Settle.
};

struct State {
  Phase phase = Phase::kNotStarted;
  std::int64_t pid = 0;         ///< Of the shim, for people; 0: none yet.
  std::int64_t started_ms = 0;  ///< Since 1970, of kRunning and kLost; 0: not known.
  Outcome outcome;              ///< Of kEnded.
};

/// Starts an attempt and returns once a shim is bound to run it, in a session of its own that
/// neither a signal nor kill -9 to this process or to `galley up` reaches. An attempt is started
/// once for ever: kAlreadyExists if it was, by whomever. kInvalidArgument: the spec is wrong, by
/// field. Other errors: it was not started, but for kDeadlineExceeded, where Look will know.
/// Blocks for some fsyncs and a fork; any thread. What keeps the program itself from running is an
/// outcome, kCouldNotStart, and no error. A cancelled attempt may be started: it ends cancelled.
Status Start(const Spec& spec);

/// How an attempt stands. Reads a few small files; any thread, any process. kNotFound: there is no
/// such folder. kDataLoss: its files are damaged.
Result<State> Look(const std::string& folder);

/// Asks for the attempt's end: SIGTERM, grace, SIGKILL, and the outcome kCancelled with this
/// reason. Returns at once and durably: an attempt that is not started yet will end cancelled
/// when it is, one that has ended keeps its outcome. The first reason counts. Any thread.
Status Cancel(const std::string& folder, std::string_view reason);

/// Ends what a lost attempt left running and writes the outcome kLost, which is returned; what has
/// an outcome already returns it. Call before anything is retried. kFailedPrecondition: it is
/// running, or was never started. kUnavailable: some processes are not gone yet; call again.
/// Blocks up to some seconds; any thread.
Result<Outcome> Settle(const std::string& folder);

/// A piece of a job's output, its bytes as they came.
struct LogPage {
  std::string bytes;
  std::int64_t next_offset = 0;  ///< Where the next page begins.
  std::int64_t size = 0;         ///< Of the log by now; next_offset is at most that.
};

/// The log from a byte offset on, at most `bytes_max` (at least 4) bytes. A page ends behind a line
/// where there is one, and never within a character of UTF-8, unless that is all there is; so a
/// reader that follows sees the last, unfinished line as well. An offset behind the end gives an
/// empty page. Nothing is logged yet: an empty page. Any thread.
Result<LogPage> ReadLog(const std::string& folder, std::int64_t offset, std::int64_t bytes_max);
/// The same of any open file; `path` is for errors.
Result<LogPage> ReadLogFile(int file, const std::string& path, std::int64_t offset,
                            std::int64_t bytes_max);

}  // namespace galley::jobs
