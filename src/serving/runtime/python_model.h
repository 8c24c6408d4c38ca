#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "foundation/base/error.h"

namespace galley::serving {

struct PythonModelOptions {
  std::string python;        ///< Path of the interpreter: of the environment that the model needs.
  std::string script;        ///< Path of python/galley_worker.py.
  std::string model_folder;  ///< Folder with the MLmodel file.
  bool trust_skops_types = false;       ///< Load every type that the model's skops files name.
  bool refuse_unknown_columns = false;  ///< 400 for columns that the signature does not have, which
                                        ///< MLflow ignores.
  int workers = 1;                      ///< Processes; each has one request at a time.
  std::int64_t start_timeout_ms = 60'000;    ///< To load the model, a worker.
  std::int64_t request_timeout_ms = 60'000;  ///< From `Predict` to the answer; and to run.
  std::int64_t stop_timeout_ms = 5'000;      ///< What `Stop` gives to requests accepted before it.
  std::size_t queue_max = 256;               ///< Requests that wait for a worker.
  std::size_t body_bytes_max = 16u << 20;
  std::size_t answer_bytes_max = 64u << 20;
  std::size_t restarts_max = 5;                  ///< Restarts of workers within …
  std::int64_t restart_window_ms = 60'000;       ///< … this window.
  const std::atomic<bool>* cancelled = nullptr;  ///< Once true, `Start` gives up: kUnavailable.
};

/// A model that runs in Python worker processes of its own. One thread per PythonModel starts,
/// watches and feeds them, so that no model waits for another one to start.
///
/// Requests are given to workers in the order of `Predict`; with one worker they are completed in
/// that order too. Each is answered exactly once:
///  - with the worker's answer, whatever its status is (400 for a wrong input, …);
///  - kInvalidArgument: the body or the content type is larger than allowed;
///  - kUnavailable: the queue is full, the model is stopped or being stopped, the worker died twice
///    under this request, or workers died too often and none is left;
///  - kDeadlineExceeded: `request_timeout_ms` has passed since `Predict`. A worker that runs one
///    request for that long hangs, and is killed and replaced.
///
/// A worker that dies is replaced at once. The request that it had is run once more, before all
/// that wait: a model's `predict` may see it twice. When `restarts_max` is used up, a worker is
/// started again once the window allows it; while none lives, requests are refused with the reason.
class PythonModel {
 public:
  struct Answer {
    int status = 0;            ///< As in HTTP.
    std::string content_type;  ///< Of `body`: application/json, or text/plain with 415.
    std::string body;
  };
  using Done = std::move_only_function<void(Result<Answer>)>;

  struct State {
    int workers_ready = 0;
    std::size_t queued = 0;
    std::size_t running = 0;
    std::uint64_t restarts = 0;  ///< Since the start.
    std::string last_death;      ///< Why the last worker ended that was not stopped; may be empty.
  };

  /// Starts the workers and waits until all of them have loaded the model: seconds, so call it
  /// where blocking is allowed. kFailedPrecondition with the end of Python's traceback if it cannot
  /// be loaded, kDeadlineExceeded after `start_timeout_ms`.
  static Result<std::unique_ptr<PythonModel>> Start(PythonModelOptions options);

  /// Stops.
  ~PythonModel();
  PythonModel(const PythonModel&) = delete;
  PythonModel& operator=(const PythonModel&) = delete;

  /// Answers by calling `done`, once: on this thread before the return if the request is refused,
  /// else on the model's own thread, which must not be blocked: `done` hands the answer on, does
  /// not throw, and neither stops nor destroys this object. Any thread.
  void Predict(std::string content_type, std::string body, Done done);

  /// Refuses what comes from now on, gives what was accepted `stop_timeout_ms` to finish, answers
  /// the rest with kUnavailable and kills the workers with their children. When it returns, every
  /// `done` has been called and no process is left. Any thread but the model's own; once more does
  /// nothing.
  void Stop();

  /// JSON of the first ready worker: seconds, pid, versions, signature. Any thread.
  const std::string& description() const;

  /// For metrics and diagnosis. Any thread.
  State GetState() const;

 private:
  class Supervisor;
  explicit PythonModel(std::unique_ptr<Supervisor> supervisor);

  std::unique_ptr<Supervisor> supervisor_;
};

}  // namespace galley::serving
