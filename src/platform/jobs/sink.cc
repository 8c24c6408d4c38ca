#include "platform/jobs/sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "foundation/io/errno.h"

namespace galley::jobs {
namespace {

constexpr std::size_t kTailBytes = 4096;
constexpr std::size_t kLineBytesMax = 300;

}  // namespace

Result<Sink> Sink::Open(const std::string& path, std::int64_t bytes_max) {
  io::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  return Sink(std::move(file), bytes_max);
}

void Sink::Append(std::string_view bytes) {
  const std::int64_t room = bytes_max_ > 0 ? std::max<std::int64_t>(bytes_max_ - bytes_, 0)
                                           : static_cast<std::int64_t>(bytes.size());
  bytes_ += static_cast<std::int64_t>(bytes.size());
  tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), kTailBytes));
  if (tail_.size() > kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  std::string_view rest = bytes.substr(0, static_cast<std::size_t>(room));
  lost_bytes_ += static_cast<std::int64_t>(bytes.size() - rest.size());
  while (!rest.empty()) {
    const ssize_t written = ::write(file_.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      if (trouble_.empty()) trouble_ = io::ErrnoError("writing the log").message;
      lost_bytes_ += static_cast<std::int64_t>(rest.size());
      return;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Sink::Sync() {
  // EINVAL: not a file that could be synced, and so none that could lose anything.
  if (::fdatasync(file_.get()) != 0 && errno != EINVAL && trouble_.empty()) {
    trouble_ = io::ErrnoError("syncing the log").message;
  }
}

std::string Sink::LastLine() const {
  const auto last = tail_.find_last_not_of(" \t\r\n");
  if (last == std::string::npos) return "";
  const auto newline = tail_.rfind('\n', last);
  const auto first = newline == std::string::npos ? 0 : newline + 1;
  std::string line = tail_.substr(first, std::min(last + 1 - first, kLineBytesMax));
  std::erase_if(line, [](char byte) { return static_cast<unsigned char>(byte) < ' '; });
  return line;
}

}  // namespace galley::jobs
