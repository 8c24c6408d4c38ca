#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "foundation/base/error.h"
#include "foundation/io/clock.h"
#include "foundation/io/fd.h"
#include "foundation/io/random.h"
#include "storage/appendlog/segment.h"

namespace galley::appendlog {

struct Options {
  /// A record is in a sealed segment so long after Append, if the disk keeps up.
  std::int64_t seal_ms = 200;
  /// A segment of this size is sealed at once. A longer record gets a segment of its own.
  std::size_t segment_bytes_max = std::size_t{8} << 20U;
  /// What may wait for the writing thread; 8 bytes a record are added. Up to twice as much memory
  /// and one segment are used.
  std::size_t buffer_bytes_max = std::size_t{16} << 20U;
  /// What all files together may take up on disk, each rounded up to 4 KiB. Above it the oldest
  /// are dropped until a sixteenth is free; the newest stays.
  std::int64_t folder_bytes_max = std::int64_t{1} << 30U;
  /// Both the caller's and outlive the log; null: the machine's.
  const io::Clock* clock = nullptr;
  io::Random* random = nullptr;
};

/// What happened since Open, for metrics.
struct Counters {
  std::uint64_t appended = 0;         ///< Records that Append took.
  std::uint64_t refused = 0;          ///< Records that it did not take because the buffer was full.
  std::uint64_t sealed_records = 0;   ///< Records in sealed segments; `appended` once all are.
  std::uint64_t sealed_segments = 0;  ///< Segments that were sealed.
  std::uint64_t sealed_bytes = 0;     ///< The size of their files.
  std::uint64_t dropped_segments = 0;   ///< Segments dropped because the folder was full.
  std::uint64_t disk_failures = 0;      ///< Attempts to seal that failed; each is repeated.
  std::uint64_t recovered_records = 0;  ///< Records of earlier processes that Open sealed.
};

/// A folder that records are appended to. One process at a time has it. Any thread.
class AppendLog {
 public:
  /// Creates the folder if needed, takes its lock and seals what an earlier process left.
  /// kFailedPrecondition if another process has it.
  static Result<std::unique_ptr<AppendLog>> Open(const std::string& folder, const Options& options);

  /// Seals what was appended. If the disk refuses, what is lost is logged.
  ~AppendLog();
  AppendLog(const AppendLog&) = delete;
  AppendLog& operator=(const AppendLog&) = delete;

  /// Copies the record and returns, never waiting for the disk. kUnavailable: the buffer is full,
  /// and the record is not taken. kInvalidArgument: it is too long for any log or for this buffer.
  Status Append(std::string_view record) { return Append({&record, 1}); }
  /// The same for a record whose bytes are these parts, one behind the other.
  Status Append(std::span<const std::string_view> parts);

  /// Waits until all that was appended before is sealed. An error says that the disk has just
  /// refused; what was appended is still held and tried again.
  Status Flush();

  Counters counters() const;
  /// This log's part of its segments' names: new for every Open, and above those before.
  const Id& id() const { return id_; }

 private:
  /// The segment in the making. Of the writing thread alone. All of it stays in memory until it is
  /// sealed, because after a failed fsync nobody knows what of the file is on disk.
  struct Draft {
    std::string bytes;  // Empty, or a header and records; from Seal on also the footer.
    std::uint32_t salt = 0;
    std::uint32_t chain = 0;  // Of the records' checksums.
    std::uint64_t records = 0;
    std::int64_t due_ms = 0;  // On the monotonic clock.
    io::UniqueFd file;        // Empty before the first write and after a failed one.
    std::size_t written = 0;
    bool named = false;  // Has its final name; only the folder is not synced yet.
  };

  AppendLog(std::string folder, const Options& options, io::UniqueFd lock, const Id& id);

  void Run();
  bool Gather();
  bool Fill();
  void Begin(std::int64_t first_ms);
  Status WriteOut();
  Status TrySeal();
  bool Seal();
  void Settle();
  Status KeepBound();
  bool Failed(const Error& error);

  const std::string folder_;
  const Options options_;
  const io::UniqueFd lock_;
  const Id id_;

  mutable std::mutex mutex_;
  std::condition_variable ready_;   // For the writing thread.
  std::condition_variable sealed_;  // For Flush.
  // Under mutex_.
  std::string front_;  // Records with their heads, not yet taken by the writing thread.
  std::int64_t front_first_ms_ = 0;  // When the first of them came.
  std::uint64_t flush_to_ = 0;       // Somebody waits until so many records are sealed.
  bool stopping_ = false;
  Counters counters_;
  Error failure_{Code::kUnavailable, {}};  // The last one of the disk.

  // Of the writing thread alone.
  std::string back_;  // What it has taken.
  std::int64_t back_first_ms_ = 0;
  bool seal_now_ = false;
  bool refusing_ = false;  // The disk, so that it is logged once.
  Draft draft_;
  std::uint64_t next_number_ = 1;
  std::int64_t seal_took_ms_ = 0;             // Lately, at most.
  std::optional<std::int64_t> folder_bytes_;  // At most so much, as nobody says what was shipped.

  std::thread thread_;
};

}  // namespace galley::appendlog
