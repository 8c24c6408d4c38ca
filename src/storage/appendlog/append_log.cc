#include "storage/appendlog/append_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "storage/appendlog/format.h"
#include "storage/appendlog/recovery.h"

namespace galley::appendlog {
namespace {

// How long the writing thread lets records gather before it hands them to the kernel: what kill -9
// costs.
constexpr std::int64_t kGatherMs = 10;
// Between two attempts of a disk that refuses.
constexpr std::int64_t kRetryMs = 200;
constexpr std::size_t kSegmentBytesMost = std::size_t{32} << 20U;
constexpr std::size_t kBufferBytesMost = std::size_t{1} << 30U;

const io::Clock& ClockOf(const Options& options) {
  static const io::SystemClock machines;
  return options.clock != nullptr ? *options.clock : machines;
}

io::Random& RandomOf(const Options& options) {
  static io::SystemRandom machines;
  return options.random != nullptr ? *options.random : machines;
}

std::chrono::steady_clock::time_point TimeOf(std::int64_t monotonic_ms) {
  return std::chrono::steady_clock::time_point(std::chrono::milliseconds(monotonic_ms));
}

Status Validate(const Options& options) {
  if (options.seal_ms < 1 || options.segment_bytes_max < format::kHeaderBytes ||
      options.segment_bytes_max > kSegmentBytesMost ||
      options.buffer_bytes_max <= format::kRecordHeadBytes ||
      options.buffer_bytes_max > kBufferBytesMost || options.folder_bytes_max < 1) {
    return Fail(Code::kInvalidArgument,
                "an append log needs seal_ms from 1, segment_bytes_max from {} to {}, "
                "buffer_bytes_max from {} to {} and folder_bytes_max from 1",
                format::kHeaderBytes, kSegmentBytesMost, format::kRecordHeadBytes + 1,
                kBufferBytesMost);
  }
  return {};
}

/// A new log's id, above those in the folder even if the clock was set back.
Id NewLogId(const Options& options, const std::optional<SegmentId>& newest) {
  Id id = io::IdSource(ClockOf(options), RandomOf(options)).Next();
  if (!newest || id > newest->log) return id;
  constexpr std::size_t kTimeBytes = 6;
  std::copy_n(newest->log.bytes.begin(), kTimeBytes, id.bytes.begin());
  for (std::size_t at = kTimeBytes; at > 0; --at) {
    if (++id.bytes[at - 1] != 0) break;
  }
  return id;
}

std::int64_t OnDisk(std::int64_t bytes) {
  constexpr std::int64_t kBlock = 4096;
  return (bytes + kBlock - 1) / kBlock * kBlock;
}

}  // namespace

Result<std::unique_ptr<AppendLog>> AppendLog::Open(const std::string& folder,
                                                   const Options& options) {
  TRY(Validate(options));
  TRY(io::MakeFolder(folder));
  io::UniqueFd lock = TRY(io::LockFile(folder + "/lock"));
  const Recovered recovered = TRY(Context(Recover(folder), "recovering the append log " + folder));
  std::unique_ptr<AppendLog> log(
      new AppendLog(folder, options, std::move(lock), NewLogId(options, recovered.newest)));
  TRY(log->KeepBound());
  log->counters_.recovered_records = recovered.records;
  log->thread_ = std::thread([log = log.get()] { log->Run(); });
  return log;
}

AppendLog::AppendLog(std::string folder, const Options& options, io::UniqueFd lock, const Id& id)
    : folder_(std::move(folder)), options_(options), lock_(std::move(lock)), id_(id) {
  // So that Append never moves what waits. Memory is used once it is written to.
  front_.reserve(options_.buffer_bytes_max);
  back_.reserve(options_.buffer_bytes_max);
}

AppendLog::~AppendLog() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_one();
  thread_.join();
  if (counters_.sealed_records == counters_.appended) return;
  telemetry::LogError(
      "records were lost at the end of an append log",
      {{"file.path", folder_},
       {"galley.records", std::to_string(counters_.appended - counters_.sealed_records)},
       {"error.message", failure_.message}});
}

Status AppendLog::Append(std::span<const std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  const std::size_t bytes = format::kRecordHeadBytes + size;
  if (size > kRecordBytesMax || bytes > options_.buffer_bytes_max) {
    return Fail(Code::kInvalidArgument, "a record of {} bytes is too long; {} are allowed", size,
                std::min(kRecordBytesMax, options_.buffer_bytes_max - format::kRecordHeadBytes));
  }
  // A quarter is enough for the writing thread to begin with.
  const std::size_t wake = std::min(options_.buffer_bytes_max / 4, options_.segment_bytes_max);
  bool notify = false;
  {
    const std::scoped_lock lock(mutex_);
    const std::size_t before = front_.size();
    if (bytes <= options_.buffer_bytes_max - before) {
      format::AppendRecord(front_, size, parts);
      ++counters_.appended;
      if (before == 0) front_first_ms_ = io::MonotonicMs();
      notify = before == 0 || (before < wake && front_.size() >= wake);
    } else {
      ++counters_.refused;
      return Fail(Code::kUnavailable, "{} bytes wait for the disk already, and {} are allowed",
                  before, options_.buffer_bytes_max);
    }
  }
  if (notify) ready_.notify_one();
  return {};
}

Status AppendLog::Flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t target = counters_.appended;
  const std::uint64_t failures = counters_.disk_failures;
  flush_to_ = std::max(flush_to_, target);
  ready_.notify_one();
  sealed_.wait(lock, [&] {
    return counters_.sealed_records >= target || counters_.disk_failures != failures;
  });
  if (counters_.sealed_records >= target) return {};
  return std::unexpected(Error(failure_).Context("sealing the append log " + folder_));
}

Counters AppendLog::counters() const {
  const std::scoped_lock lock(mutex_);
  return counters_;
}

void AppendLog::Run() {
  while (Gather()) {
    if (!Fill()) return;
    const bool due = seal_now_ || io::MonotonicMs() >= draft_.due_ms;
    if (!draft_.bytes.empty() && due && !Seal()) return;
  }
}

/// Waits for records and takes what there is. False: nothing is left to do, and the log stops.
bool AppendLog::Gather() {
  const std::size_t wake = std::min(options_.buffer_bytes_max / 4, options_.segment_bytes_max);
  std::unique_lock lock(mutex_);
  const auto hurry = [&] {
    return stopping_ || flush_to_ > counters_.sealed_records || front_.size() >= wake;
  };
  if (draft_.bytes.empty()) {
    ready_.wait(lock, [&] { return stopping_ || !front_.empty(); });
    if (front_.empty()) return false;
  } else {
    const std::int64_t until_ms = std::min(draft_.due_ms, io::MonotonicMs() + kGatherMs);
    ready_.wait_until(lock, TimeOf(until_ms), hurry);
  }
  back_.clear();
  std::swap(front_, back_);
  back_first_ms_ = front_first_ms_;
  seal_now_ = stopping_ || flush_to_ > counters_.sealed_records;
  return true;
}

/// Moves what was taken into the draft, sealing it whenever it is full, and hands it to the kernel.
/// False: the disk refuses, and the log stops.
bool AppendLog::Fill() {
  std::size_t at = 0;
  while (at < back_.size()) {
    const std::size_t size = format::FirstRecordBytes(std::string_view(back_).substr(at));
    const std::size_t limit = options_.segment_bytes_max;
    if (draft_.records > 0 && draft_.bytes.size() + size + format::kFooterBytes > limit) {
      if (!Seal()) return false;
    }
    if (draft_.bytes.empty()) Begin(back_first_ms_);
    draft_.chain =
        format::Chain(draft_.chain, format::SealRecord(back_.data() + at, size, draft_.salt));
    draft_.bytes.append(back_, at, size);
    ++draft_.records;
    at += size;
  }
  // A failure shows again when the draft is sealed.
  if (const Status written = WriteOut(); !written) draft_.file.Reset();
  return true;
}

void AppendLog::Begin(std::int64_t first_ms) {
  const format::Header header{{id_, next_number_++}, ClockOf(options_).NowMs()};
  draft_.bytes = format::EncodeHeader(header);
  draft_.salt = format::SaltOf(draft_.bytes);
  // Earlier by twice what sealing took lately, or else records would be late by that.
  const std::int64_t lead_ms = std::min(2 * seal_took_ms_ + 2, options_.seal_ms / 2);
  draft_.due_ms = first_ms + options_.seal_ms - lead_ms;
}

/// Hands to the kernel what of the draft it does not have.
Status AppendLog::WriteOut() {
  if (draft_.file && draft_.written == draft_.bytes.size()) return {};
  const std::string path = format::PathOf(folder_, {id_, next_number_ - 1}, format::kOpen);
  if (!draft_.file) {
    draft_.written = 0;
    draft_.file.Reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!draft_.file) return std::unexpected(io::ErrnoError("creating " + path));
  }
  TRY(io::WriteAll(draft_.file.get(), std::string_view(draft_.bytes).substr(draft_.written), path));
  draft_.written = draft_.bytes.size();
  return {};
}

/// Makes the draft, footer included, durable and gives it its name. May be called again.
Status AppendLog::TrySeal() {
  const SegmentId id{id_, next_number_ - 1};
  if (!draft_.named) {
    TRY(WriteOut());
    const std::string path = format::PathOf(folder_, id, format::kOpen);
    if (::fsync(draft_.file.get()) != 0) {
      return std::unexpected(io::ErrnoError("syncing " + path));
    }
    TRY(format::Rename(path, format::PathOf(folder_, id, format::kSealed)));
    draft_.named = true;
  }
  return io::SyncFolder(folder_);
}

/// Seals the draft, however long the disk refuses. False: it refuses, and the log stops.
bool AppendLog::Seal() {
  const std::int64_t start_ms = io::MonotonicMs();
  const format::Extent extent{
      draft_.records,
      draft_.bytes.size() - format::kHeaderBytes - draft_.records * format::kRecordHeadBytes,
      draft_.chain, draft_.bytes.size()};
  draft_.bytes += format::EncodeFooter(draft_.salt, extent);
  for (Status sealed = TrySeal(); !sealed; sealed = TrySeal()) {
    // From the start the next time: what of a file is there after a failure, nobody knows.
    draft_.file.Reset();
    if (!Failed(sealed.error())) return false;
  }
  seal_took_ms_ = std::max(io::MonotonicMs() - start_ms, seal_took_ms_ * 7 / 8);
  const auto file_bytes = static_cast<std::int64_t>(draft_.bytes.size());
  if (folder_bytes_) *folder_bytes_ += OnDisk(file_bytes);
  if (const Status kept = KeepBound(); !kept) {
    telemetry::LogError("cannot keep an append log within its bound",
                        {{"error.message", kept.error().message}});
  }
  Settle();
  return true;
}

/// Counts the sealed draft, tells who waits for it and makes room for the next one.
void AppendLog::Settle() {
  {
    const std::scoped_lock lock(mutex_);
    counters_.sealed_records += draft_.records;
    ++counters_.sealed_segments;
    counters_.sealed_bytes += draft_.bytes.size();
  }
  sealed_.notify_all();
  if (std::exchange(refusing_, false)) {
    telemetry::LogInfo("an append log is sealed again", {{"file.path", folder_}});
  }
  std::string memory = std::move(draft_.bytes);
  memory.clear();
  draft_ = Draft{.bytes = std::move(memory)};
}

/// Counts a failure, tells who waits and pauses. False: the log stops.
bool AppendLog::Failed(const Error& error) {
  std::unique_lock lock(mutex_);
  const bool first = !std::exchange(refusing_, true);
  failure_ = error;
  ++counters_.disk_failures;
  sealed_.notify_all();
  if (first) {
    telemetry::LogError("cannot seal an append log; trying again",
                        {{"file.path", folder_}, {"error.message", error.message}});
  }
  if (stopping_) return false;
  ready_.wait_for(lock, std::chrono::milliseconds(kRetryMs), [this] { return stopping_; });
  return true;
}

/// Drops the oldest files once all of them take up more than the folder may.
Status AppendLog::KeepBound() {
  if (folder_bytes_ && *folder_bytes_ <= options_.folder_bytes_max) return {};
  // The sum knows nothing of what was shipped and removed meanwhile: what is there decides.
  std::vector<format::File> files = TRY(format::List(folder_));
  std::int64_t sum = 0;
  for (const format::File& file : files) sum += OnDisk(file.bytes);
  folder_bytes_ = sum;
  if (sum <= options_.folder_bytes_max) return {};
  const std::int64_t goal = options_.folder_bytes_max - options_.folder_bytes_max / 16;
  std::uint64_t dropped = 0;
  Status status;
  for (std::size_t at = 0; at + 1 < files.size() && sum > goal; ++at) {
    // Not synced, as with shipped ones: what comes back is dropped again.
    status = RemoveSegment(Segment{files[at].id, files[at].path, files[at].bytes});
    if (!status) break;
    sum -= OnDisk(files[at].bytes);
    ++dropped;
  }
  folder_bytes_ = sum;
  if (dropped > 0) {
    const std::scoped_lock lock(mutex_);
    counters_.dropped_segments += dropped;
    telemetry::LogWarn("an append log is full; its oldest segments were dropped",
                       {{"file.path", folder_}, {"galley.segments", std::to_string(dropped)}});
  }
  return status;
}

}  // namespace galley::appendlog
