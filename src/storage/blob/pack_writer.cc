#include <fcntl.h>
#include <unistd.h>

#include "foundation/base/check.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "storage/blob/pack_store.h"

namespace galley::blob {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;
constexpr std::uint64_t kStartBytes = std::uint64_t{8} << 20U;

}  // namespace

PackWriter::~PackWriter() {
  if (file_ && !named_) ::unlink(path_.c_str());
}

Status PackWriter::Begin(std::uint64_t size) {
  if (size > kObjectBytesMax) {
    return Fail(Code::kInvalidArgument, "an object has {} bytes; the limit is {}", size,
                kObjectBytesMax);
  }
  if (objects_ >= kPackObjectsMax || bytes_ + size > kPackBytesMax) {
    return Fail(Code::kInvalidArgument, "these are more than {} objects or {} bytes of them",
                kPackObjectsMax, kPackBytesMax);
  }
  if (flushed_ == 0 && buffer_.empty()) buffer_ = kPackBegin;
  ++objects_;
  bytes_ += size;
  size_ = size;
  record_ = buffer_.size();
  buffer_.resize(record_ + kHeadBytes);
  hash_ = Sha256();
  return {};
}

void PackWriter::Write(std::string_view bytes) {
  CHECK(buffer_.size() + bytes.size() <= record_ + kHeadBytes + size_);
  hash_.Add(bytes);
  buffer_ += bytes;
}

Result<Digest> PackWriter::End() {
  CHECK(buffer_.size() == record_ + kHeadBytes + size_);
  const Digest digest = hash_.Finish();
  if (digests_.contains(std::string(digest.Raw())) || store_.SizeOf(digest)) {
    buffer_.resize(record_);
    return digest;
  }
  buffer_.replace(record_, kHeadBytes, EncodeHead(digest, size_));
  entries_.push_back({digest, flushed_ + record_, size_});
  digests_.emplace(digest.Raw());
  if (buffer_.size() >= kBufferBytes) TRY(Flush());
  return digest;
}

Result<Digest> PackWriter::Add(std::string_view bytes) {
  TRY(Begin(bytes.size()));
  Write(bytes);
  return End();
}

Status PackWriter::Flush() {
  if (!file_) {
    file_.Reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file_) return std::unexpected(io::ErrnoError("creating " + path_));
  }
  TRY(io::WriteAll(file_.get(), buffer_, path_));
  flushed_ += buffer_.size();
  buffer_.clear();
  if (flushed_ - started_ < kStartBytes) return {};
  // So that Finish has less to wait for. Only a hint: it is fsync that tells of an error.
  ::sync_file_range(file_.get(), static_cast<off_t>(started_),
                    static_cast<off_t>(flushed_ - started_), SYNC_FILE_RANGE_WRITE);
  started_ = flushed_;
  return {};
}

Status PackWriter::Finish() {
  if (entries_.empty()) return {};
  const PackFooter footer = EncodeFooter(entries_, flushed_ + buffer_.size());
  buffer_ += footer.bytes;
  TRY(Flush());
  if (::fsync(file_.get()) != 0) return std::unexpected(io::ErrnoError("writing " + path_));
  TRY(store_.Seal(path_, footer, entries_));
  named_ = true;
  return {};
}

}  // namespace galley::blob
