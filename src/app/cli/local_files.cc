#include "app/cli/local_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include <dirent.h>
#include <fmt/core.h>

#include "domain/data/file_tree.h"
#include "foundation/io/errno.h"
#include "foundation/io/fd.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kNsInSecond = 1'000'000'000;

std::int64_t NsOf(const timespec& time) {
  return time.tv_sec * kNsInSecond + time.tv_nsec;
}

std::string_view SpecialName(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

Result<LocalFile> FileOf(std::string path, std::string where, const struct stat& facts) {
  if (!S_ISREG(facts.st_mode)) {
    return Fail(Code::kInvalidArgument, "'{}' is {}; only files and folders can be committed",
                where, SpecialName(facts.st_mode));
  }
  TRY(Context(data::CheckTreePath(path), fmt::format("'{}'", where)));
  if (facts.st_size > data::kTreeFileBytesMax) {
    return Fail(Code::kInvalidArgument, "'{}' has {} bytes; the limit is {}", where, facts.st_size,
                data::kTreeFileBytesMax);
  }
  return LocalFile{.path = std::move(path),
                   .where = std::move(where),
                   .device = facts.st_dev,
                   .inode = facts.st_ino,
                   .bytes = facts.st_size,
                   .modified_ns = NsOf(facts.st_mtim),
                   .changed_ns = NsOf(facts.st_ctim),
                   .executable = (facts.st_mode & S_IXUSR) != 0};
}

Status AddFile(LocalTree& tree, LocalFolder& folder, LocalFile file) {
  if (tree.files.size() >= static_cast<std::size_t>(data::kTreeFilesMax)) {
    return Fail(Code::kInvalidArgument, "there are more than {} files, the most a version can have",
                data::kTreeFilesMax);
  }
  tree.bytes += file.bytes;
  folder.files.push_back(tree.files.size());
  tree.files.push_back(std::move(file));
  return {};
}

using Stream = std::unique_ptr<DIR, decltype(&::closedir)>;

/// Adds what is in the open folder; takes the descriptor.
Status Walk(int descriptor, const std::string& where, LocalTree& tree, LocalFolder& folder) {
  const Stream stream(::fdopendir(descriptor), ::closedir);
  if (stream == nullptr) {
    ::close(descriptor);
    return std::unexpected(io::ErrnoError("reading " + where));
  }
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) return std::unexpected(io::ErrnoError("reading " + where));
    if (entry == nullptr) return {};
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    std::string path = folder.path.empty() ? name : fmt::format("{}/{}", folder.path, name);
    std::string place = fmt::format("{}/{}", where, name);
    struct stat facts{};
    if (::fstatat(::dirfd(stream.get()), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      return std::unexpected(io::ErrnoError("reading " + place));
    }
    if (!S_ISDIR(facts.st_mode)) {
      TRY(AddFile(tree, folder, TRY(FileOf(std::move(path), std::move(place), facts))));
      continue;
    }
    TRY(Context(data::CheckTreePath(path), fmt::format("'{}'", place)));
    const int inner = ::openat(::dirfd(stream.get()), name.c_str(),
                               O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner < 0) return std::unexpected(io::ErrnoError("opening " + place));
    auto made = std::make_unique<LocalFolder>();
    made->path = std::move(path);
    TRY(Walk(inner, place, tree, *made));
    // An empty folder is none.
    if (!made->files.empty() || !made->folders.empty()) folder.folders.push_back(std::move(made));
  }
}

}  // namespace

Result<LocalTree> WalkFolder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(io::ErrnoError("opening " + folder));
  std::string where = folder;
  while (where.size() > 1 && where.ends_with('/')) where.pop_back();
  LocalTree tree;
  TRY(Walk(descriptor, where, tree, tree.root));
  if (!tree.files.empty()) return tree;
  return Fail(Code::kInvalidArgument, "there is no file in '{}'", folder);
}

Result<LocalTree> TreeOf(const std::vector<std::string>& paths) {
  LocalTree tree;
  for (const std::string& path : paths) {
    struct stat facts{};
    if (::lstat(path.c_str(), &facts) != 0) {
      return std::unexpected(io::ErrnoError("reading " + path));
    }
    if (S_ISDIR(facts.st_mode)) {
      return Fail(Code::kInvalidArgument, "'{}' is a folder; name it alone, or files", path);
    }
    const std::string name = path.substr(path.rfind('/') + 1);
    if (std::ranges::find(tree.files, name, &LocalFile::path) != tree.files.end()) {
      return Fail(Code::kInvalidArgument, "two of the files are called '{}'", name);
    }
    TRY(AddFile(tree, tree.root, TRY(FileOf(name, path, facts))));
  }
  return tree;
}

Result<LocalReader> LocalReader::Open(const LocalFile& file) {
  const int descriptor = ::open(file.where.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(io::ErrnoError("opening " + file.where));
  LocalReader reader(file, descriptor);
  reader.left_ = file.bytes;
  TRY(reader.CheckUnchanged());
  return reader;
}

Status LocalReader::CheckUnchanged() const {
  struct stat facts{};
  if (::fstat(descriptor_, &facts) != 0) {
    return std::unexpected(io::ErrnoError("reading " + file_->where));
  }
  if (facts.st_size == file_->bytes && NsOf(facts.st_mtim) == file_->modified_ns &&
      facts.st_ino == file_->inode) {
    return {};
  }
  return Fail(Code::kAborted, "'{}' was changed while it was read; commit again", file_->where);
}

Result<std::size_t> LocalReader::Read(char* to, std::size_t size) {
  const std::size_t wanted = std::min(size, static_cast<std::size_t>(left_));
  if (wanted == 0) return std::size_t{0};
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, to, wanted);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return std::unexpected(io::ErrnoError("reading " + file_->where));
  if (got == 0) {
    return Fail(Code::kAborted, "'{}' was changed while it was read; commit again", file_->where);
  }
  left_ -= got;
  if (left_ == 0) TRY(CheckUnchanged());
  return static_cast<std::size_t>(got);
}

LocalReader::LocalReader(LocalReader&& other) noexcept
    : file_(other.file_), descriptor_(std::exchange(other.descriptor_, -1)), left_(other.left_) {}

LocalReader& LocalReader::operator=(LocalReader&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(left_, other.left_);
  return *this;
}

LocalReader::~LocalReader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace galley::cli
