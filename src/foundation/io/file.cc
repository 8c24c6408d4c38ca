#include "foundation/io/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "foundation/io/errno.h"

namespace galley::io {

Status MakeFolder(const std::string& path) {
  for (std::size_t at = path.find('/', 1);; at = path.find('/', at + 1)) {
    const std::string part = path.substr(0, at);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      return std::unexpected(ErrnoError("creating the folder " + part));
    }
    if (at == std::string::npos) break;
  }
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return std::unexpected(ErrnoError("looking at " + path));
  if (!S_ISDIR(facts.st_mode)) {
    return Fail(Code::kFailedPrecondition, "{} is not a folder", path);
  }
  return {};
}

bool IsFolder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

Status RemoveFolder(const std::string& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return Fail(Code::kUnavailable, "removing {}: {}", path, error.message());
  return {};
}

Status SyncFolder(const std::string& path) {
  const UniqueFd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) {
    return std::unexpected(ErrnoError("syncing the folder " + path));
  }
  return {};
}

Status WriteAll(int file, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(ErrnoError(fmt::format("writing {}", path)));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> ReadFile(const std::string& path, std::size_t bytes_max) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(ErrnoError("opening " + path));
  std::string bytes;
  char part[16384];
  for (;;) {
    const ssize_t size = ::read(file.get(), part, sizeof(part));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(ErrnoError("reading " + path));
    if (size == 0) return bytes;
    bytes.append(part, static_cast<std::size_t>(size));
    if (bytes.size() > bytes_max) {
      return Fail(Code::kInvalidArgument, "{} is larger than {} bytes", path, bytes_max);
    }
  }
}

Status ReplaceFile(const std::string& path, std::string_view bytes, unsigned mode) {
  const std::string temporary = path + ".new";
  {
    const UniqueFd file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t{mode}));
    if (!file) return std::unexpected(ErrnoError("creating " + temporary));
    TRY(WriteAll(file.get(), bytes, temporary));
    if (::fsync(file.get()) != 0) return std::unexpected(ErrnoError("writing " + temporary));
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    return std::unexpected(ErrnoError("naming " + path));
  }
  const auto slash = path.rfind('/');
  return SyncFolder(slash == std::string::npos ? "." : path.substr(0, slash + 1));
}

Result<UniqueFd> LockFile(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(ErrnoError("opening " + path));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return file;
  if (errno != EWOULDBLOCK) return std::unexpected(ErrnoError("locking " + path));
  return Fail(Code::kFailedPrecondition, "{} is locked by another process", path);
}

}  // namespace galley::io
