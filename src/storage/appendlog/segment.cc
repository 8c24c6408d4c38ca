#include "storage/appendlog/segment.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "storage/appendlog/format.h"

namespace galley::appendlog {
namespace {

constexpr std::size_t kLogDigits = 32;
constexpr std::size_t kNumberDigits = 16;

/// kDataLoss unless the footer at the end fits all that stands before it.
Result<format::Extent> Verify(std::string_view bytes) {
  if (bytes.size() < format::kHeaderBytes + format::kFooterBytes) {
    return Fail(Code::kDataLoss, "it ends too early, after {} bytes", bytes.size());
  }
  const auto before = bytes.substr(0, bytes.size() - format::kFooterBytes);
  const format::Extent extent = format::Scan(before);
  if (extent.end != before.size()) {
    return Fail(Code::kDataLoss, "there is no valid record at byte {}", extent.end);
  }
  if (bytes.substr(before.size()) != format::EncodeFooter(format::SaltOf(bytes), extent)) {
    return Fail(Code::kDataLoss, "its footer does not fit its {} records", extent.records);
  }
  return extent;
}

}  // namespace

std::string SegmentId::Text() const {
  return fmt::format("{}-{:016x}", log.Hex(), number);
}

std::optional<SegmentId> SegmentId::Parse(std::string_view text) {
  if (text.size() != kLogDigits + 1 + kNumberDigits || text[kLogDigits] != '-') {
    return std::nullopt;
  }
  const auto log = Id::Parse(text.substr(0, kLogDigits));
  const std::string_view digits = text.substr(kLogDigits + 1);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(digits.begin(), digits.end(), number, 16);
  if (!log || parsed.ec != std::errc() || parsed.ptr != digits.end()) return std::nullopt;
  const SegmentId id{*log, number};
  if (id.Text() != text) return std::nullopt;  // Capitals.
  return id;
}

Result<std::vector<Segment>> ListSealed(const std::string& folder) {
  std::vector<Segment> sealed;
  for (format::File& file : TRY(format::List(folder))) {
    if (file.ending != format::kSealed) continue;
    sealed.push_back(Segment{file.id, std::move(file.path), file.bytes});
  }
  return sealed;
}

Status RemoveSegment(const Segment& segment) {
  // Not synced: if it comes back after a power cut, it is shipped again and kept once.
  if (::unlink(segment.path.c_str()) == 0 || errno == ENOENT) return {};
  return std::unexpected(io::ErrnoError("removing " + segment.path));
}

Result<SegmentReader> SegmentReader::FromBytes(std::string bytes, std::string_view name) {
  SegmentReader reader;
  const auto header = TRY(Context(format::DecodeHeader(bytes), name));
  const auto extent = TRY(Context(Verify(bytes), name));
  reader.bytes_ = std::move(bytes);
  reader.id_ = header.id;
  reader.created_ms_ = header.created_ms;
  reader.records_ = extent.records;
  reader.at_ = format::kHeaderBytes;
  reader.end_ = extent.end;
  return reader;
}

Result<SegmentReader> SegmentReader::Open(const std::string& path) {
  auto bytes = io::ReadFile(path, kSegmentFileBytesMax);
  if (!bytes && bytes.error().code == Code::kInvalidArgument) {
    return Fail(Code::kDataLoss, "{}", bytes.error().message);
  }
  return FromBytes(TRY(std::move(bytes)), path);
}

Result<SegmentReader> SegmentReader::OpenOrSetAside(const Segment& segment) {
  Result<SegmentReader> reader = Open(segment.path);
  if (reader && reader->id() != segment.id) {
    reader = Fail(Code::kDataLoss, "{}: it is segment {}", segment.path, reader->id().Text());
  }
  if (reader || reader.error().code != Code::kDataLoss) return reader;
  telemetry::LogError("a sealed segment is damaged", {{"error.message", reader.error().message}});
  const auto slash = segment.path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : segment.path.substr(0, slash);
  TRY(format::Rename(segment.path, format::PathOf(folder, segment.id, format::kDamaged)));
  return reader;
}

std::optional<std::string_view> SegmentReader::Next() {
  if (at_ >= end_) return std::nullopt;
  const auto size = format::FirstRecordBytes(std::string_view(bytes_).substr(at_));
  const auto record = std::string_view(bytes_).substr(at_, size);
  at_ += size;
  return record.substr(format::kRecordHeadBytes);
}

}  // namespace galley::appendlog
