#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"
#include "storage/blob/digest.h"
#include "storage/blob/pack_store.h"

namespace galley::blob {

/// A stored blob's name and size in bytes.
struct Blob {
  Digest digest;
  std::int64_t size = 0;
};

class BlobStore;

/// A blob in the making: a file without a name until Finish. One thread at a time.
class BlobWriter {
 public:
  ~BlobWriter();
  BlobWriter(const BlobWriter&) = delete;
  BlobWriter& operator=(const BlobWriter&) = delete;

  /// Appends; only the page cache and the digest, no wait for the disk. kUnavailable: disk full.
  Status Write(std::string_view bytes);

  /// Makes it durable and gives it its name. Waits for the disk.
  Result<Blob> Finish();

 private:
  friend class BlobStore;
  BlobWriter(BlobStore& store, io::UniqueFd file, std::string path)
      : store_(store), file_(std::move(file)), path_(std::move(path)) {}

  BlobStore& store_;
  io::UniqueFd file_;
  std::string path_;  // Empty once it has its name.
  Sha256 hash_;
  std::int64_t size_ = 0;
};

/// A folder of blobs. Any thread.
class BlobStore {
 public:
  /// Creates `root` if needed and removes what an earlier process left half-written. The caller
  /// has the data directory's lock.
  static Result<std::unique_ptr<BlobStore>> Open(const std::string& root);

  Result<std::unique_ptr<BlobWriter>> Begin();

  /// Begin, Write and Finish of bytes at hand.
  Result<Blob> Put(std::string_view bytes);
  /// The same of all bytes of an open file. `path` is for errors.
  Result<Blob> PutFile(int file, std::string_view path);

  struct OpenBlob {
    io::UniqueFd file;
    std::int64_t size = 0;
  };
  /// A blob for reading; kNotFound if there is none of that name.
  Result<OpenBlob> Open(const Digest& digest) const;

  /// Where the blob's file is or would be.
  std::string PathOf(const Digest& digest) const;

  /// Small objects, many to a file. Not found by Open.
  PackStore& packs() { return *packs_; }

  /// The size of an object, packed or a blob; kNotFound if there is none.
  Result<std::uint64_t> SizeOf(const Digest& digest) const;
  /// The bytes of an object of at most `bytes_max`, packed or a blob, whose digest is computed.
  /// kNotFound, kResourceExhausted, kDataLoss.
  Result<std::string> Read(const Digest& digest, std::size_t bytes_max) const;

 private:
  friend class BlobWriter;
  BlobStore(std::string root, std::unique_ptr<PackStore> packs)
      : root_(std::move(root)), packs_(std::move(packs)) {}

  const std::string root_;
  const std::unique_ptr<PackStore> packs_;
  std::atomic<std::uint64_t> next_ = 0;
};

}  // namespace galley::blob
