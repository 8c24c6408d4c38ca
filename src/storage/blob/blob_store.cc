#include "storage/blob/blob_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include <fmt/core.h>

#include "foundation/io/errno.h"
#include "foundation/io/file.h"

namespace galley::blob {

Result<std::unique_ptr<BlobStore>> BlobStore::Open(const std::string& root) {
  TRY(io::MakeFolder(root));
  TRY(io::RemoveFolder(root + "/tmp"));
  TRY(io::MakeFolder(root + "/tmp"));
  auto packs = TRY(PackStore::Open(root + "/packs", root + "/tmp"));
  return std::unique_ptr<BlobStore>(new BlobStore(root, std::move(packs)));
}

std::string BlobStore::PathOf(const Digest& digest) const {
  const std::string hex = digest.Hex();
  return fmt::format("{}/{}/{}", root_, hex.substr(0, 2), hex.substr(2));
}

Result<std::unique_ptr<BlobWriter>> BlobStore::Begin() {
  std::string path = fmt::format("{}/tmp/{}", root_, next_.fetch_add(1));
  io::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return std::unexpected(io::ErrnoError("creating " + path));
  return std::unique_ptr<BlobWriter>(new BlobWriter(*this, std::move(file), std::move(path)));
}

Result<Blob> BlobStore::Put(std::string_view bytes) {
  const auto writer = TRY(Begin());
  TRY(writer->Write(bytes));
  return writer->Finish();
}

Result<Blob> BlobStore::PutFile(int file, std::string_view path) {
  constexpr std::size_t kPieceBytes = std::size_t{1} << 18U;
  const auto writer = TRY(Begin());
  std::string piece(kPieceBytes, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file, piece.data(), piece.size(), at);
    if (got < 0) return std::unexpected(io::ErrnoError(fmt::format("reading {}", path)));
    if (got == 0) return writer->Finish();
    TRY(writer->Write(std::string_view(piece).substr(0, static_cast<std::size_t>(got))));
    at += got;
  }
}

Result<BlobStore::OpenBlob> BlobStore::Open(const Digest& digest) const {
  const std::string path = PathOf(digest);
  io::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) {
    return Fail(Code::kNotFound, "there is no blob {}", digest.Hex());
  }
  if (!file) return std::unexpected(io::ErrnoError("opening " + path));
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return std::unexpected(io::ErrnoError("opening " + path));
  return OpenBlob{std::move(file), facts.st_size};
}

Result<std::uint64_t> BlobStore::SizeOf(const Digest& digest) const {
  if (const auto packed = packs_->SizeOf(digest)) return packed;
  return static_cast<std::uint64_t>(TRY(Open(digest)).size);
}

Result<std::string> BlobStore::Read(const Digest& digest, std::size_t bytes_max) const {
  auto packed = packs_->Read(digest);
  if (packed || packed.error().code != Code::kNotFound) return packed;
  const std::uint64_t size = static_cast<std::uint64_t>(TRY(Open(digest)).size);
  if (size > bytes_max) {
    return Fail(Code::kResourceExhausted, "the object {} has {} bytes; the limit is {}",
                digest.Hex(), size, bytes_max);
  }
  std::string bytes = TRY(io::ReadFile(PathOf(digest), bytes_max));
  if (DigestOf(bytes) == digest) return bytes;
  return Fail(Code::kDataLoss, "the blob {} is damaged: its bytes have another digest",
              digest.Hex());
}

BlobWriter::~BlobWriter() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

Status BlobWriter::Write(std::string_view bytes) {
  hash_.Add(bytes);
  size_ += static_cast<std::int64_t>(bytes.size());
  return io::WriteAll(file_.get(), bytes, path_);
}

Result<Blob> BlobWriter::Finish() {
  if (::fsync(file_.get()) != 0) return std::unexpected(io::ErrnoError("writing " + path_));
  const Blob blob{hash_.Finish(), size_};
  const std::string path = store_.PathOf(blob.digest);
  const std::string folder = path.substr(0, path.rfind('/'));
  if (::mkdir(folder.c_str(), 0700) == 0) TRY(io::SyncFolder(store_.root_));
  if (::rename(path_.c_str(), path.c_str()) != 0) {
    return std::unexpected(io::ErrnoError("naming " + path));
  }
  path_.clear();
  // Also when the blob was there already: its name may still be on its way to the disk.
  TRY(io::SyncFolder(folder));
  return blob;
}

}  // namespace galley::blob
