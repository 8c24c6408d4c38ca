#include "protocol/control/ui/folder.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "foundation/base/path.h"
#include "foundation/io/errno.h"

namespace galley::ui {
namespace {

constexpr std::size_t kFileBytesMax = 32 * 1024 * 1024;

struct Type {
  std::string_view ending;
  std::string_view type;
};
/// As in ui/tools/pack.mjs.
constexpr Type kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
};

io::UniqueFd OpenBeneath(int root, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return io::UniqueFd(
      static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof(how))));
}

}  // namespace

Result<Folder> Folder::Open(const std::string& path) {
  io::UniqueFd root(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) {
    return std::unexpected(
        io::ErrnoError(fmt::format("opening the folder of the web page, '{}'", path)));
  }
  return Folder(std::move(root));
}

Result<std::string> Folder::Read(std::string_view path) const {
  TRY(CheckRelativePath(path));
  const io::UniqueFd file = OpenBeneath(root_.get(), std::string(path));
  struct stat facts{};
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
    return Fail(Code::kNotFound, "there is no file '{}' in the folder of the web page", path);
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  if (size > kFileBytesMax) {
    return Fail(Code::kInvalidArgument, "'{}' has {} bytes; the limit is {}", path, size,
                kFileBytesMax);
  }
  std::string bytes(size, '\0');
  std::size_t have = 0;
  while (have < size) {
    const ssize_t got = ::read(file.get(), &bytes[have], size - have);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;  // It became shorter meanwhile.
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

std::string_view ContentTypeOf(std::string_view path) {
  for (const Type& row : kTypes) {
    if (path.ends_with(row.ending)) return row.type;
  }
  return "application/octet-stream";
}

}  // namespace galley::ui
