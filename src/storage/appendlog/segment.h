#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/blob/digest.h"

namespace galley::appendlog {

/// The longest record, and the largest file that is taken for a segment.
inline constexpr std::size_t kRecordBytesMax = std::size_t{16} << 20U;
inline constexpr std::size_t kSegmentFileBytesMax = std::size_t{64} << 20U;

/// A segment's name, the same wherever the segment goes and never given twice: the log that wrote
/// it and its number in that log, which counts from 1 without gaps. Names sort by age.
struct SegmentId {
  Id log;
  std::uint64_t number = 0;

  auto operator<=>(const SegmentId&) const = default;

  /// 32 and 16 lower-case hex digits with a `-` between them.
  std::string Text() const;
  static std::optional<SegmentId> Parse(std::string_view text);
};

/// A sealed segment's file.
struct Segment {
  SegmentId id;
  std::string path;
  std::int64_t bytes = 0;
};

/// The sealed segments of a folder, the oldest first. Also while a log writes there, and from any
/// process. What it lists may be gone when it is opened, if the folder's bound was reached.
Result<std::vector<Segment>> ListSealed(const std::string& folder);

/// Removes a segment that has arrived where it should. One that is gone is no error.
Status RemoveSegment(const Segment& segment);

/// One sealed segment, verified, in memory. One thread.
class SegmentReader {
 public:
  /// Reads and verifies a file, whatever its name is. kDataLoss, naming the file, if it is not as
  /// it was sealed; kUnimplemented if a newer version of the format wrote it.
  static Result<SegmentReader> Open(const std::string& path);

  /// Open for the folder's owner: a segment that is not as it was sealed is renamed to `.damaged`,
  /// so that it is neither listed again nor lost. Also if its name belongs to another segment.
  static Result<SegmentReader> OpenOrSetAside(const Segment& segment);

  /// Verifies a segment's bytes from elsewhere; `name` is for the error.
  static Result<SegmentReader> FromBytes(std::string bytes, std::string_view name);

  /// The next record, valid as long as the reader; null after the last one.
  std::optional<std::string_view> Next();

  const SegmentId& id() const { return id_; }
  /// When its first record was written: milliseconds since 1970 in UTC.
  std::int64_t created_ms() const { return created_ms_; }
  std::uint64_t records() const { return records_; }
  /// The SHA-256 of the whole file; computed at each call.
  blob::Digest digest() const { return blob::DigestOf(bytes_); }
  /// The whole file as it is shipped.
  std::string_view bytes() const { return bytes_; }

 private:
  SegmentReader() = default;

  std::string bytes_;
  SegmentId id_;
  std::int64_t created_ms_ = 0;
  std::uint64_t records_ = 0;
  std::size_t at_ = 0;
  std::size_t end_ = 0;  // Where the footer begins.
};

}  // namespace galley::appendlog
