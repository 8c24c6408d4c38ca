#include "storage/appendlog/format.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "foundation/io/errno.h"
#include "storage/appendlog/crc32c.h"

namespace galley::appendlog::format {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are stored as they are");

constexpr std::string_view kHeaderMagic = "GALLEYLG";
constexpr std::string_view kFooterMagic = "GALLEYSL";
constexpr std::size_t kHeaderCrcAt = 60;
constexpr std::uint32_t kFooterMark = 0xffffffff;  // Where a record has its length.

template <typename Number>
void Put(std::string& to, Number number) {
  char bytes[sizeof(number)];
  std::memcpy(bytes, &number, sizeof(number));
  to.append(bytes, sizeof(bytes));
}

template <typename Number>
Number Get(std::string_view from, std::size_t at) {
  Number number{};
  std::memcpy(&number, from.data() + at, sizeof(number));
  return number;
}

std::uint32_t RecordCrc(std::string_view length, std::string_view record, std::uint32_t salt) {
  return Crc32c(record, Crc32c(length, salt));
}

}  // namespace

std::string EncodeHeader(const Header& header) {
  std::string bytes(kHeaderMagic);
  Put(bytes, kVersion);
  Put(bytes, std::uint32_t{0});
  for (const std::uint8_t byte : header.id.log.bytes) bytes += static_cast<char>(byte);
  Put(bytes, header.id.number);
  Put(bytes, header.created_ms);
  bytes.resize(kHeaderCrcAt, '\0');
  Put(bytes, Crc32c(bytes));
  return bytes;
}

Result<Header> DecodeHeader(std::string_view file) {
  if (file.size() < kHeaderBytes || !file.starts_with(kHeaderMagic) ||
      Get<std::uint32_t>(file, kHeaderCrcAt) != Crc32c(file.substr(0, kHeaderCrcAt))) {
    return Fail(Code::kDataLoss, "its header is damaged");
  }
  const auto version = Get<std::uint32_t>(file, 8);
  if (version != kVersion) {
    return Fail(Code::kUnimplemented, "it has version {} of the format; this program reads {}",
                version, kVersion);
  }
  Header header;
  std::memcpy(header.id.log.bytes.data(), file.data() + 16, header.id.log.bytes.size());
  header.id.number = Get<std::uint64_t>(file, 32);
  header.created_ms = Get<std::int64_t>(file, 40);
  return header;
}

void AppendRecord(std::string& to, std::size_t size, std::span<const std::string_view> parts) {
  Put(to, static_cast<std::uint32_t>(size));
  Put(to, std::uint32_t{0});
  for (const std::string_view part : parts) to += part;
}

std::size_t FirstRecordBytes(std::string_view records) {
  return kRecordHeadBytes + Get<std::uint32_t>(records, 0);
}

std::uint32_t SealRecord(char* record, std::size_t size, std::uint32_t salt) {
  const std::string_view bytes(record, size);
  const std::uint32_t crc = RecordCrc(bytes.substr(0, 4), bytes.substr(kRecordHeadBytes), salt);
  std::memcpy(record + 4, &crc, sizeof(crc));
  return crc;
}

std::uint32_t Chain(std::uint32_t before, std::uint32_t record_checksum) {
  char bytes[sizeof(record_checksum)];
  std::memcpy(bytes, &record_checksum, sizeof(bytes));
  return Crc32c({bytes, sizeof(bytes)}, before);
}

std::uint32_t SaltOf(std::string_view file) {
  return Crc32c(file.substr(0, kHeaderCrcAt));
}

std::optional<std::string_view> RecordAt(std::string_view file, std::size_t at,
                                         std::uint32_t salt) {
  const std::string_view rest = file.substr(std::min(at, file.size()));
  if (rest.size() < kRecordHeadBytes) return std::nullopt;
  const auto length = Get<std::uint32_t>(rest, 0);
  if (length > kRecordBytesMax || length > rest.size() - kRecordHeadBytes) return std::nullopt;
  const std::string_view record = rest.substr(kRecordHeadBytes, length);
  if (Get<std::uint32_t>(rest, 4) != RecordCrc(rest.substr(0, 4), record, salt)) {
    return std::nullopt;
  }
  return record;
}

Extent Scan(std::string_view file) {
  Extent extent;
  const std::uint32_t salt = SaltOf(file);
  while (const auto record = RecordAt(file, extent.end, salt)) {
    ++extent.records;
    extent.record_bytes += record->size();
    extent.chain = Chain(extent.chain, Get<std::uint32_t>(file, extent.end + 4));
    extent.end += kRecordHeadBytes + record->size();
  }
  return extent;
}

std::string EncodeFooter(std::uint32_t salt, const Extent& extent) {
  std::string footer;
  Put(footer, kFooterMark);
  Put(footer, extent.chain);
  Put(footer, extent.records);
  Put(footer, extent.record_bytes);
  Put(footer, Crc32c(footer, salt));
  Put(footer, std::uint32_t{0});
  footer += kFooterMagic;
  return footer;
}

std::string PathOf(const std::string& folder, const SegmentId& id, std::string_view ending) {
  return fmt::format("{}/{}{}", folder, id.Text(), ending);
}

Result<std::vector<File>> List(const std::string& folder) {
  std::vector<File> files;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::size_t dot = std::min(name.find('.'), name.size());
    const auto id = SegmentId::Parse(std::string_view(name).substr(0, dot));
    const std::string ending = name.substr(dot);
    if (!id || (ending != kOpen && ending != kSealed && ending != kDamaged)) continue;
    std::error_code gone;
    const auto bytes = static_cast<std::int64_t>(entry->file_size(gone));
    if (!gone) files.push_back(File{*id, entry->path().string(), ending, bytes});
  }
  if (error) {
    return std::unexpected(io::ErrnoError("listing the folder " + folder, error.value()));
  }
  std::ranges::sort(files, {}, [](const File& file) { return std::pair(file.id, file.ending); });
  return files;
}

Status Rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return std::unexpected(io::ErrnoError("naming " + to));
}

}  // namespace galley::appendlog::format
