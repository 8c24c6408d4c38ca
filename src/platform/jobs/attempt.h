#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "foundation/base/error.h"
#include "foundation/io/clock.h"
#include "foundation/io/fd.h"
#include "platform/jobs/cgroup.h"
#include "platform/jobs/jobs.h"
#include "platform/jobs/sink.h"

namespace galley::jobs {

/// One attempt, in the shim: starts the job, watches it, ends it. The process that runs it has one
/// thread and no other children, and is a subreaper. For this room alone.
class Attempt {
 public:
  /// `spec` outlives it. `marker`: NewMarker.
  Attempt(const Spec& spec, std::int64_t marker) : spec_(spec), marker_(marker) {}
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  /// From start to end; afterwards no process of the job is left. Every trouble is an outcome.
  /// Blocks SIGCHLD, SIGTERM, SIGINT and SIGHUP in this process; the last three end the job as
  /// lost.
  Outcome Run();

 private:
  enum class Force : std::uint8_t { kGrace, kAtOnce };

  Status Open();
  Status Launch();
  void Watch();
  void TakeSignals();
  void Reap();
  bool TakeOutput();
  void Check();
  bool CheckSample();
  void Decide(Ending ending, Force force, std::string reason, std::int64_t limit = 0,
              std::int64_t used = 0);
  void EndAll();
  void TakeUsage();
  Outcome Conclude();
  void JudgeExit();
  bool JudgeSignal(int signal);

  const Spec& spec_;
  const std::int64_t marker_;
  const io::SystemClock clock_;
  io::UniqueFd signals_;
  io::UniqueFd output_;
  std::optional<Sink> sink_;
  std::unique_ptr<ProcessesCgroup> cgroup_;  // Null: the kernel does not limit them.

  pid_t pid_ = 0;  // The main process; 0: none, or reaped.
  int status_ = 0;
  bool has_ended_ = false;     // The main process.
  bool has_children_ = false;  // As waitpid saw it last.
  std::int64_t began_ms_ = 0;  // Monotonic.
  std::int64_t oom_kills_ = 0;
  std::int64_t sample_at_ms_ = 0;
  std::optional<std::int64_t> kill_at_ms_;  // Set with the decision to end the job.
  Outcome outcome_;
  bool is_decided_ = false;
};

}  // namespace galley::jobs
