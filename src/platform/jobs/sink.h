#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"

namespace galley::jobs {

/// A job's output on its way to the file `log`. Takes all it is given, so that the job never waits
/// for a disk that is full: what does not fit is counted. One thread.
class Sink {
 public:
  /// Writes at most `bytes_max` bytes (0: no limit) to the file, behind what is there.
  static Result<Sink> Open(const std::string& path, std::int64_t bytes_max);

  void Append(std::string_view bytes);

  /// Makes what was written durable. What cannot be is said by `trouble`.
  void Sync();

  /// Whether more came than the limit.
  bool is_over() const { return bytes_max_ > 0 && bytes_ > bytes_max_; }
  std::int64_t bytes() const { return bytes_; }            ///< Came.
  std::int64_t lost_bytes() const { return lost_bytes_; }  ///< Came and were not written.
  /// Why writing failed, the first time; empty if it did not.
  const std::string& trouble() const { return trouble_; }
  /// The last of what came, at most some KB.
  const std::string& tail() const { return tail_; }
  /// The last line that is not empty, without control characters and cut.
  std::string LastLine() const;

 private:
  Sink(io::UniqueFd file, std::int64_t bytes_max) : file_(std::move(file)), bytes_max_(bytes_max) {}

  io::UniqueFd file_;
  std::int64_t bytes_max_;
  std::int64_t bytes_ = 0;
  std::int64_t lost_bytes_ = 0;
  std::string trouble_;
  std::string tail_;
};

}  // namespace galley::jobs
