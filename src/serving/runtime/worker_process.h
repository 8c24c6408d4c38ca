#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"
#include "serving/runtime/python_model.h"
#include "serving/runtime/worker_frames.h"

namespace galley::serving {

/// One worker process: its socket, its standard error and its end. Nothing here waits; the
/// descriptors say when there is something to do. One thread, the one that started it: the worker
/// dies with that thread.
class WorkerProcess {
 public:
  /// Starts the interpreter. It is given a socket as descriptor 3 and a pipe as standard error,
  /// whose lines go to the log.
  static Result<std::unique_ptr<WorkerProcess>> Start(const PythonModelOptions& options);

  /// Kills it and waits for its end.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  pid_t pid() const { return pid_; }
  int socket() const { return socket_.get(); }
  int end_fd() const { return end_.get(); }        ///< Readable once the process has ended.
  int stderr_fd() const { return stderr_.get(); }  ///< -1 once the worker has closed it.

  /// Begins to send a request; `content_type` and `body` must stay until `IsSending` is false.
  /// kUnavailable: the worker has closed the socket.
  Status Send(std::uint32_t id, std::string_view content_type, std::string_view body);
  /// Sends what the socket takes now.
  Status Flush();
  bool IsSending() const { return sent_ < bytes_to_send_; }

  /// The next frame, or none yet. kUnavailable: the worker has closed the socket; kDataLoss: what
  /// came are no frames.
  Result<std::optional<Frame>> Receive();

  /// Takes what the worker has written to standard error to the log: lines and their number are
  /// bounded, what is left out is counted.
  void ReadStderr(std::int64_t now_ms);

  /// Sends SIGKILL to it and to its children that stayed in its process group.
  void Kill();

  /// Waits for the end, which `end_fd` has announced or `Kill` brings about, and says it in words:
  /// "ended by signal 11 (Segmentation fault)".
  std::string Reap();

 private:
  WorkerProcess(std::string model_folder, std::size_t answer_bytes_max)
      : model_folder_(std::move(model_folder)), reader_(answer_bytes_max) {}

  void LogLine(std::string_view line, std::int64_t now_ms);

  const std::string model_folder_;
  pid_t pid_ = 0;  // 0: reaped.
  io::UniqueFd socket_;
  io::UniqueFd end_;
  io::UniqueFd stderr_;
  FrameReader reader_;

  std::array<char, kFrameHeaderBytes> header_{};
  std::string_view content_type_;
  std::string_view body_;
  std::size_t sent_ = 0;
  std::size_t bytes_to_send_ = 0;

  std::string line_;  // The unfinished last line of standard error.
  std::string last_line_;
  std::int64_t log_second_ = 0;
  int lines_in_second_ = 0;
  std::uint64_t lines_left_out_ = 0;
};

}  // namespace galley::serving
