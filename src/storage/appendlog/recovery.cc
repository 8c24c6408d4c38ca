#include "storage/appendlog/recovery.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"
#include "storage/appendlog/format.h"

namespace galley::appendlog {
namespace {

Status SetAside(const std::string& folder, const format::File& file, std::string_view why) {
  telemetry::LogError("an unsealed segment is damaged",
                      {{"file.path", file.path}, {"error.message", why}});
  return format::Rename(file.path, format::PathOf(folder, file.id, format::kDamaged));
}

Status Remove(const format::File& file) {
  if (::unlink(file.path.c_str()) == 0) return {};
  return std::unexpected(io::ErrnoError("removing " + file.path));
}

/// Cuts the file behind its last valid record and gives it its footer and its final name.
Status Seal(const std::string& folder, const format::File& file, std::string_view bytes,
            const format::Extent& extent) {
  const io::UniqueFd out(::open(file.path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!out || ::ftruncate(out.get(), static_cast<off_t>(extent.end)) != 0) {
    return std::unexpected(io::ErrnoError("cutting " + file.path));
  }
  const std::string footer = format::EncodeFooter(format::SaltOf(bytes), extent);
  TRY(io::WriteAll(out.get(), footer, file.path));
  if (::fsync(out.get()) != 0) return std::unexpected(io::ErrnoError("syncing " + file.path));
  return format::Rename(file.path, format::PathOf(folder, file.id, format::kSealed));
}

Status RecoverOne(const std::string& folder, const format::File& file, Recovered& recovered) {
  // Too short for a record: the process ended before it wrote one, or the power before it was kept.
  if (static_cast<std::size_t>(file.bytes) <= format::kHeaderBytes) return Remove(file);
  if (std::filesystem::exists(format::PathOf(folder, file.id, format::kSealed))) {
    return SetAside(folder, file, "there is a sealed one of the same name");
  }
  if (static_cast<std::size_t>(file.bytes) > kSegmentFileBytesMax) {
    return SetAside(folder, file, "it is too large");
  }
  const std::string bytes = TRY(io::ReadFile(file.path, kSegmentFileBytesMax));
  const auto header = format::DecodeHeader(bytes);
  if (!header && header.error().code == Code::kUnimplemented) {
    return std::unexpected(Error(header.error()).Context(file.path));
  }
  if (!header) {
    // After a power cut a file may have its size and none of its bytes.
    if (bytes.find_first_not_of('\0') == std::string::npos) return Remove(file);
    return SetAside(folder, file, header.error().message);
  }
  if (header->id != file.id) return SetAside(folder, file, "its header has another name");
  const format::Extent extent = format::Scan(bytes);
  recovered.bytes_cut += bytes.size() - extent.end;
  if (extent.records == 0) return Remove(file);
  TRY(Seal(folder, file, bytes, extent));
  ++recovered.segments;
  recovered.records += extent.records;
  return {};
}

}  // namespace

Result<Recovered> Recover(const std::string& folder) {
  Recovered recovered;
  for (const format::File& file : TRY(format::List(folder))) {
    if (!recovered.newest || *recovered.newest < file.id) recovered.newest = file.id;
    if (file.ending == format::kOpen) TRY(RecoverOne(folder, file, recovered));
  }
  TRY(io::SyncFolder(folder));
  if (recovered.segments > 0 || recovered.bytes_cut > 0) {
    telemetry::LogInfo("sealed what an earlier process left",
                       {{"galley.records", std::to_string(recovered.records)},
                        {"galley.bytes_cut", std::to_string(recovered.bytes_cut)}});
  }
  return recovered;
}

}  // namespace galley::appendlog
