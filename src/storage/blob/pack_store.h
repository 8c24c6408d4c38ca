#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"
#include "storage/blob/digest.h"
#include "storage/blob/pack_format.h"

/// Small objects by their SHA-256, many to a file (docs/formats/pack.md).
namespace galley::blob {

class PackStore;

/// A pack in the making: without a name until Finish. One thread at a time.
class PackWriter {
 public:
  ~PackWriter();
  PackWriter(const PackWriter&) = delete;
  PackWriter& operator=(const PackWriter&) = delete;

  /// Begins an object of `size` bytes, which Write then brings. kInvalidArgument if it is too large
  /// or the pack would be.
  Status Begin(std::uint64_t size);
  /// The next bytes of the object, not more than it has left; only hashes and the page cache.
  void Write(std::string_view bytes);
  /// Ends the object, all of whose bytes have come. One that is there already takes no room; the
  /// head of its record is read for that.
  Result<Digest> End();

  /// Begin, Write and End of bytes at hand.
  Result<Digest> Add(std::string_view bytes);

  /// Makes all objects durable; from then on the store finds them. Waits for the disk.
  Status Finish();

 private:
  friend class PackStore;
  PackWriter(PackStore& store, std::string path) : store_(store), path_(std::move(path)) {}
  Status Flush();

  PackStore& store_;
  const std::string path_;
  io::UniqueFd file_;
  bool named_ = false;
  std::string buffer_;         // What is not in the file yet.
  std::uint64_t flushed_ = 0;  // Bytes in the file.
  std::uint64_t started_ = 0;  // Bytes whose way to the disk was begun.
  std::size_t record_ = 0;     // Where the object's record begins in the buffer.
  std::uint64_t size_ = 0;     // Of the object.
  std::uint64_t bytes_ = 0;    // Of all objects that were begun.
  std::size_t objects_ = 0;    // The same.
  Sha256 hash_;
  std::vector<PackEntry> entries_;
  std::unordered_set<std::string> digests_;  // Of `entries_`, raw.
};

/// A folder of packs. Any thread.
class PackStore {
 public:
  /// Creates `root`; packs are begun in `staging`, which the caller empties at the start. Reads the
  /// packs' footers; a damaged pack is told of in the log and read by its records.
  static Result<std::unique_ptr<PackStore>> Open(std::string root, std::string staging);

  std::unique_ptr<PackWriter> Begin();

  /// The object's size; kNotFound if there is none.
  Result<std::uint64_t> SizeOf(const Digest& digest);

  /// The object. Its digest is computed: kDataLoss names the pack that is damaged, and the object
  /// is not there any more, so that it can be stored again.
  Result<std::string> Read(const Digest& digest);

 private:
  friend class PackWriter;
  /// A place where an object of these first bytes is.
  struct Slot {
    std::uint64_t prefix = 0;
    std::uint32_t pack = 0;
    std::uint32_t offset = 0;  // 0: free; no record begins there.
  };
  using File = std::shared_ptr<const io::UniqueFd>;

  PackStore(std::string root, std::string staging)
      : root_(std::move(root)), staging_(std::move(staging)) {}

  void Load();
  Result<std::vector<PackEntry>> EntriesOf(const std::string& path) const;
  std::vector<PackEntry> Scan(const std::string& path) const;
  Status Seal(const std::string& from, const PackFooter& footer,
              const std::vector<PackEntry>& entries);
  void Insert(const std::string& name, const std::vector<PackEntry>& entries);
  void Put(const Slot& slot);
  std::vector<Slot> Find(const Digest& digest);
  void Forget(const Slot& slot);
  Result<File> FileOf(std::uint32_t pack);
  Result<PackEntry> HeadAt(const Slot& slot);
  Result<std::string> ReadAt(const Slot& slot, const Digest& digest);

  const std::string root_;
  const std::string staging_;
  std::atomic<std::uint64_t> next_ = 0;
  std::mutex mutex_;
  std::vector<std::string> packs_;       // Under mutex_: names.
  std::vector<Slot> slots_;              // Under mutex_: a power of two, at most 2/3 full.
  std::size_t used_ = 0;                 // Under mutex_.
  std::map<std::uint32_t, File> files_;  // Under mutex_: some that are open.
};

}  // namespace galley::blob
