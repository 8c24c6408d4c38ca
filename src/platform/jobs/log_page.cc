#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "foundation/io/errno.h"
#include "foundation/io/fd.h"
#include "platform/jobs/jobs.h"
#include "platform/jobs/records.h"

namespace galley::jobs {
namespace {

constexpr std::int64_t kPageBytesMin = 4;  // A character of UTF-8.
constexpr std::int64_t kPageBytesMax = std::int64_t{16} << 20U;

/// How many bytes at the end of `text` begin a character of UTF-8 and do not finish it.
std::size_t UnfinishedBytes(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t length = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

Status CheckAsked(std::int64_t offset, std::int64_t bytes_max) {
  if (offset < 0) return Fail(Code::kInvalidArgument, "offset: is {}; must be 0 or more", offset);
  if (bytes_max < kPageBytesMin || bytes_max > kPageBytesMax) {
    return Fail(Code::kInvalidArgument, "bytes_max: is {}; must be from {} to {}", bytes_max,
                kPageBytesMin, kPageBytesMax);
  }
  return {};
}

}  // namespace

Result<LogPage> ReadLogFile(int file, const std::string& path, std::int64_t offset,
                            std::int64_t bytes_max) {
  TRY(CheckAsked(offset, bytes_max));
  struct stat facts{};
  if (::fstat(file, &facts) != 0) return std::unexpected(io::ErrnoError("reading " + path));
  LogPage page{.next_offset = offset, .size = facts.st_size};
  const std::int64_t wanted = std::min(bytes_max, page.size - offset);
  if (wanted <= 0) return page;
  page.bytes.resize(static_cast<std::size_t>(wanted));
  const ssize_t size = ::pread(file, page.bytes.data(), page.bytes.size(), offset);
  if (size < 0) return std::unexpected(io::ErrnoError("reading " + path));
  page.bytes.resize(static_cast<std::size_t>(size));
  const auto newline = page.bytes.rfind('\n');
  if (page.size - offset > wanted && newline != std::string::npos) {
    page.bytes.resize(newline + 1);
  } else if (const auto rest = UnfinishedBytes(page.bytes); rest < page.bytes.size()) {
    page.bytes.resize(page.bytes.size() - rest);
  }
  page.next_offset = offset + static_cast<std::int64_t>(page.bytes.size());
  return page;
}

Result<LogPage> ReadLog(const std::string& folder, std::int64_t offset, std::int64_t bytes_max) {
  TRY(CheckAsked(offset, bytes_max));
  const std::string path = PathOf(folder, "log");
  const io::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file) return ReadLogFile(file.get(), path, offset, bytes_max);
  if (errno == ENOENT) return LogPage{.next_offset = offset};
  return std::unexpected(io::ErrnoError("opening " + path));
}

}  // namespace galley::jobs
