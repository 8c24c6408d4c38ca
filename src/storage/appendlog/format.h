#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "storage/appendlog/segment.h"

/// The bytes of a segment (docs/formats/appendlog.md). Inside of this room only.
namespace galley::appendlog::format {

inline constexpr std::uint32_t kVersion = 2;
inline constexpr std::size_t kHeaderBytes = 64;
inline constexpr std::size_t kRecordHeadBytes = 8;
inline constexpr std::size_t kFooterBytes = 40;

inline constexpr std::string_view kOpen = ".open";
inline constexpr std::string_view kSealed = ".sealed";
inline constexpr std::string_view kDamaged = ".damaged";

struct Header {
  SegmentId id;
  std::int64_t created_ms = 0;
};

std::string EncodeHeader(const Header& header);
/// kDataLoss if the bytes begin with no header, kUnimplemented if it is of another version.
Result<Header> DecodeHeader(std::string_view file);

/// A record of `size` bytes, which are these parts, as it waits in the buffer: its head has no
/// checksum yet.
void AppendRecord(std::string& to, std::size_t size, std::span<const std::string_view> parts);
/// The size of the first record there, head included. `records` came from AppendRecord.
std::size_t FirstRecordBytes(std::string_view records);
/// Puts the checksum into the head of the record that takes up all of `record`, and returns it.
std::uint32_t SealRecord(char* record, std::size_t size, std::uint32_t salt);
/// The checksum of one more record's checksum behind those before.
std::uint32_t Chain(std::uint32_t before, std::uint32_t record_checksum);

/// What every record's checksum begins with, so that no segment's record is valid in another one.
std::uint32_t SaltOf(std::string_view file);
/// The record at `at`; null if no valid one is there.
std::optional<std::string_view> RecordAt(std::string_view file, std::size_t at, std::uint32_t salt);

/// What stands from the header to the first byte that is no valid record.
struct Extent {
  std::uint64_t records = 0;
  std::uint64_t record_bytes = 0;  ///< Without their heads.
  std::uint32_t chain = 0;         ///< See Chain.
  std::size_t end = kHeaderBytes;
};
Extent Scan(std::string_view file);

/// The footer of a file whose header's checksum is `salt`.
std::string EncodeFooter(std::uint32_t salt, const Extent& extent);

/// A file's name in its folder: `ID.open`, `ID.sealed`, `ID.damaged`.
std::string PathOf(const std::string& folder, const SegmentId& id, std::string_view ending);

struct File {
  SegmentId id;
  std::string path;
  std::string ending;
  std::int64_t bytes = 0;
};
/// All files that are named like segments, the oldest first.
Result<std::vector<File>> List(const std::string& folder);

Status Rename(const std::string& from, const std::string& to);

}  // namespace galley::appendlog::format
