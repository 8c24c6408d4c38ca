// The limit that adding a folder heads for: two threads that read, hash, pack and sync; no server, no index,
// no look at what is there already, no protocol.
//
//   bare_files FOLDER OUT     packs all files beneath FOLDER into OUT/N.pack
//
// Prints the number of files and of bytes.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "foundation/io/fd.h"
#include "storage/blob/digest.h"

namespace {

using namespace galley;  // NOLINT(google-build-using-namespace): a program of one file.

constexpr std::size_t kPackBytes = std::size_t{64} << 20U;
constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;
constexpr int kThreads = 2;

[[noreturn]] void Die(const std::string& what) {
  std::perror(("bare_files: " + what).c_str());
  std::exit(2);
}

/// One thread's packs: all bytes, then all digests.
class Packer {
 public:
  Packer(std::string folder, std::atomic<int>& next) : folder_(std::move(folder)), next_(next) {}

  std::size_t Add(const std::string& path) {
    const io::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) Die(path);
    blob::Sha256 hash;
    std::size_t size = 0;
    for (;;) {
      const std::size_t at = buffer_.size();
      buffer_.resize(at + kBufferBytes / 4);
      const ssize_t got = ::read(file.get(), buffer_.data() + at, kBufferBytes / 4);
      if (got < 0) Die(path);
      buffer_.resize(at + static_cast<std::size_t>(got));
      if (got == 0) break;
      hash.Add(std::string_view(buffer_).substr(at));
      size += static_cast<std::size_t>(got);
      if (buffer_.size() >= kBufferBytes) Flush();
    }
    digests_ += hash.Finish().Raw();
    if (packed_ + buffer_.size() >= kPackBytes) Sync();
    return size;
  }

  void Sync() {
    buffer_ += digests_;
    digests_.clear();
    Flush();
    if (!pack_) return;
    if (::fsync(pack_.get()) != 0) Die("fsync");
    pack_.Reset();
    packed_ = 0;
  }

 private:
  void Flush() {
    if (buffer_.empty()) return;
    if (!pack_) {
      const std::string path = folder_ + "/" + std::to_string(next_.fetch_add(1)) + ".pack";
      pack_.Reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
      if (!pack_) Die(path);
    }
    for (std::string_view rest = buffer_; !rest.empty();) {
      const ssize_t put = ::write(pack_.get(), rest.data(), rest.size());
      if (put < 0) Die("write");
      rest.remove_prefix(static_cast<std::size_t>(put));
    }
    packed_ += buffer_.size();
    buffer_.clear();
  }

  const std::string folder_;
  std::atomic<int>& next_;
  io::UniqueFd pack_;
  std::string buffer_;
  std::string digests_;
  std::size_t packed_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: bare_files FOLDER OUT\n");
    return 2;
  }
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1])) {
    if (entry.is_regular_file()) paths.push_back(entry.path().string());
  }
  std::atomic<std::size_t> turn = 0;
  std::atomic<std::size_t> bytes = 0;
  std::atomic<int> next = 0;
  const auto work = [&] {
    Packer packer(argv[2], next);
    for (std::size_t at = turn++; at < paths.size(); at = turn++) bytes += packer.Add(paths[at]);
    packer.Sync();
  };
  {
    std::vector<std::jthread> threads;
    for (int at = 0; at < kThreads; ++at) threads.emplace_back(work);
  }
  const io::UniqueFd folder(::open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) Die(argv[2]);
  std::printf("%zu files, %zu bytes\n", paths.size(), bytes.load());
}
