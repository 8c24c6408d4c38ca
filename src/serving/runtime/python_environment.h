#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "foundation/base/error.h"
#include "serving/runtime/requirements.h"

namespace galley::serving {

struct PythonEnvironmentOptions {
  std::string folder;  ///< Where environments are kept; made if it is not there.
  std::string uv;      ///< Path of uv; empty: the one on `PATH`.
  std::string python;  ///< Version wanted: `3.11`; empty: whichever uv finds.
  Requirements requirements;
  std::string model_folder;  ///< What paths in the requirements are relative to.
  std::string model_digest;  ///< Of all files there; counts only if the requirements name files.
  std::int64_t timeout_ms = 15 * 60'000;         ///< For one of uv's two steps.
  const std::atomic<bool>* cancelled = nullptr;  ///< Once true, gives up: kUnavailable.
  std::function<void(std::string)> progress;     ///< Told what is being done; this thread. May be
                                                 ///< empty.
};

/// The interpreter of an environment with what the requirements ask for: one that is there already,
/// or a new one by uv, from wheels only. Equal wishes share one environment, and of those who want
/// it at the same time, in whatever process, one makes it and the others wait. It gets its name
/// once it is whole and on the disk, so that a kill leaves nothing that is used. Blocks for as long
/// as the downloads take. Any thread. kFailedPrecondition: there is no uv (what to do is said), or
/// it failed (its last lines are said); kDeadlineExceeded after `timeout_ms`.
Result<std::string> MakePythonEnvironment(const PythonEnvironmentOptions& options);

/// Whether `python` is an interpreter of Python 3, by running it. `log` is a file for what it says,
/// removed afterwards. kInvalidArgument or kNotFound, with the field `python`; kUnavailable once
/// `cancelled`, which may be null, is true. Any thread; blocks.
Status CheckInterpreter(const std::string& python, const std::string& log,
                        const std::atomic<bool>* cancelled);

}  // namespace galley::serving
