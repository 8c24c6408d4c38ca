#include "domain/data/service_parts.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/telemetry/log.h"

namespace galley::data {
Service::Stage::~Stage() {
  if (folder.empty()) return;
  if (const auto removed = io::RemoveFolder(folder); !removed) {
    telemetry::LogWarn("cannot remove what was staged",
                       {{"error.message", removed.error().message}});
  }
}

Status Rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0) return {};
  return std::unexpected(io::ErrnoError("naming " + to));
}

Result<TableFile> Seal(const std::string& path) {
  const io::UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  if (::fsync(file.get()) != 0) return std::unexpected(io::ErrnoError("syncing " + path));
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  return TableFile{.bytes = size, .digest = TRY(blob::DigestOfFile(file.get(), path))};
}

std::string SidecarOf(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  return fmt::format("{}/{}.statistics", kStatisticsFolder, name.substr(0, name.rfind(".parquet")));
}

Status KeepStatistics(const std::string& sidecar, const std::string& folder,
                      const std::string& path) {
  TRY(io::MakeFolder(folder + kStatisticsFolder));
  TRY(Seal(sidecar));
  return Rename(sidecar, folder + SidecarOf(path));
}

std::vector<Column> ColumnsOf(const std::vector<EngineColumn>& columns) {
  std::vector<Column> result;
  for (const EngineColumn& column : columns) result.push_back({column.name, column.type});
  return result;
}

}  // namespace galley::data
