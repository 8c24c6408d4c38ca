#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/io/process.h"

namespace galley::io {

/// A program that is run to its end, with both of its streams in a file.
struct Command {
  SpawnOptions spawn;  ///< Streams and death signal are set by `RunCommand`.
  std::string log;     ///< The file; what the program writes is put behind what is there.
  std::int64_t timeout_ms = 60'000;
  const std::atomic<bool>* cancelled = nullptr;  ///< Once true, the program is killed. May be null.
  std::function<void()> meanwhile;  ///< Called a few times a second while it runs. May be empty.
};

/// Runs it and returns its exit status, 127 if it cannot be executed, 128 + N if signal N ended it.
/// kDeadlineExceeded after `timeout_ms`, kUnavailable when cancelled; then it and its process group
/// are killed. It does not outlive the calling thread. Any thread; blocks.
Result<int> RunCommand(const Command& command);

/// The last lines of a file, at most `count` of them and about `bytes_max` bytes, without empty
/// ones; empty if it cannot be read.
std::string LastLines(const std::string& path, int count, std::size_t bytes_max);

/// Whether this user can execute the file. kNotFound: there is none; kInvalidArgument: it is a
/// folder, or not executable. The message begins with the path.
Status CheckExecutable(const std::string& path);

/// The first executable file of that name in the folders of `PATH`; empty if there is none.
std::string FindOnPath(std::string_view name);

}  // namespace galley::io
