#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "foundation/base/error.h"

/// The processes of a job: whose they are, what they use, how all of them end. For this room alone.
namespace galley::jobs {

/// A new marker, which a process of this one's rights can set as both of its limits RLIMIT_RTTIME.
std::int64_t NewMarker();

/// The living and dead (not yet reaped) processes with this marker. Looks at each process of the
/// machine, with one system call each.
Result<std::vector<pid_t>> Marked(std::int64_t marker);

/// The descendants of this process, whatever their marker. Reads a file for each process of the
/// machine. This process must be a subreaper, so that none gets away.
Result<std::vector<pid_t>> Descendants();

/// When a process began, in clock ticks since boot (field 22 of /proc/PID/stat); 0: there is none.
std::int64_t StartTicks(pid_t pid);

/// What the processes of a job use, at one time.
struct Sample {
  std::int64_t processes = 0;  ///< Without zombies.
  std::int64_t memory_bytes = 0;
  std::int64_t cpu_ms = 0;         ///< With the ended ones that this process reaped.
  std::int64_t written_bytes = 0;  ///< To disks; the same.
};

/// Measures the marked processes, children of the calling process, which does not write to disks
/// in other threads. Memory is the sum of what is resident; if that is above `memory_limit` (0:
/// none), shared pages are counted once (proportional set size), which takes longer. If there are
/// more processes than `processes_limit` (0: none), only they are counted, up to one more: there is
/// no time to lose. A process that ends meanwhile counts as far as it was seen.
Result<Sample> Measure(std::int64_t marker, std::int64_t memory_limit,
                       std::int64_t processes_limit);

/// Sends a signal to all processes with the marker, and to no other.
Status SignalMarked(std::int64_t marker, int signal);

/// Stops all processes with the marker until no new one is found, then kills them. They are gone
/// once they are reaped. The count of those that lived, or were gone when looked at.
Result<std::size_t> KillMarked(std::int64_t marker);

/// The same for this process's descendants.
Result<std::size_t> KillDescendants();

/// How often the kernel has killed a process of this machine for want of memory.
std::int64_t KernelOomKills();

}  // namespace galley::jobs
