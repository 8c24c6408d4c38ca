#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"
#include "platform/jobs/jobs.h"

/// The files of an attempt's folder: docs/formats/job_folder.md. For this room alone.
namespace galley::jobs {

/// Who runs an attempt: the file `started`.
struct Started {
  std::int64_t pid = 0;          ///< Of the shim.
  std::int64_t start_ticks = 0;  ///< When it began, by /proc/PID/stat: tells it from a later one.
  std::string boot_id;
  std::int64_t marker = 0;  ///< Of all processes of the job: processes.h.
  std::int64_t started_ms = 0;
};

/// Which boot of the machine this is (/proc/sys/kernel/random/boot_id); empty if it is not told.
std::string BootId();

std::string PathOf(const std::string& folder, std::string_view name);

/// Creates a file with all its bytes, durably. kAlreadyExists: there is one; it stays as it is.
Status CreateFile(const std::string& path, std::string_view bytes);

Status WriteSpec(const Spec& spec);
/// The folder is the one it is read from.
Result<Spec> ReadSpec(const std::string& folder);

/// kAlreadyExists: the attempt was started before.
Status WriteStarted(const std::string& folder, const Started& started);
/// kNotFound: it was not started.
Result<Started> ReadStarted(const std::string& folder);

/// kNotFound: nobody wants it to end.
Result<std::string> ReadCancel(const std::string& folder);

/// Reserves the place of exit.json, so that WriteOutcome needs no space on the disk.
Status ReserveOutcome(const std::string& folder);
/// Durable when it returns. The last file that is written.
Status WriteOutcome(const std::string& folder, const Outcome& outcome);
/// kNotFound: it has not ended.
Result<Outcome> ReadOutcome(const std::string& folder);

/// Takes the lease. kFailedPrecondition: someone has it. Whoever has a copy of the descriptor holds
/// the lease as well: it passes to a child and ends with the last one.
Result<io::UniqueFd> TakeLease(const std::string& folder);
/// Whether someone has it. Takes nothing, so that it is in nobody's way.
Result<bool> LeaseIsHeld(const std::string& folder);

}  // namespace galley::jobs
