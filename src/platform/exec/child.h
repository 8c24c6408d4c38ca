#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"

/// Children for work that may crash, hang or eat memory: `galley exec KIND`. What a child does
/// stands in the room it belongs to and is wired in `app/exec`.
namespace galley::exec {

/// What a child may use up. Each limit has an answer: see RunChild.
struct ChildLimits {
  std::int64_t memory_bytes = std::int64_t{2} << 30U;   ///< Address space (RLIMIT_AS).
  std::int64_t file_bytes = std::int64_t{8} << 30U;     ///< Of one file it writes.
  std::int64_t cpu_s = 3600;                            ///< Of all its threads (RLIMIT_CPU).
  std::int64_t time_ms = 600'000;                       ///< Wall time; then SIGKILL.
  std::int64_t answer_bytes = std::int64_t{16} << 20U;  ///< Of what it writes to stdout.
};

struct ChildOptions {
  std::string kind;     ///< The word behind `galley exec`.
  std::string request;  ///< JSON, on its standard input.
  std::string folder;   ///< Its working directory; absolute. It exists.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Added to a bare one.
  ChildLimits limits;
  std::vector<std::string> command;  ///< For tests: what runs instead of this program.
};

/// Runs a child of this program to its end and returns what it wrote to its standard output, one
/// JSON object. It has no_new_privs, no descriptor but 0 to 2, an environment with PATH,
/// HOME=folder and TMPDIR=folder alone, and dies with this process. Lines on its standard error go
/// to the log; the last ones into the error.
///
/// An error that the child itself reported (`Report`) comes back as it was. kResourceExhausted: it
/// ran out of memory, of a file's size, or of its answer's; kDeadlineExceeded: out of time, wall or
/// CPU; kInternal: it crashed or broke the protocol. None of its process group is left. Any thread
/// that outlives the child; blocks.
Result<std::string> RunChild(const ChildOptions& options);

/// The child's side: reads the request from standard input.
Result<std::string> ReadRequest();
/// Writes the answer or the error to standard output; the exit code to end with.
int Report(const Result<std::string>& answer);

}  // namespace galley::exec
