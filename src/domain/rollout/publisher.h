#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>

#include "foundation/base/error.h"
#include "serving/snapshot/snapshot.h"
#include "storage/journal/store.h"

namespace galley::rollout {

/// The files by which server and gateway of one machine speak: the snapshot that the server writes,
/// the status that the gateway writes. Any thread.
class Publisher {
 public:
  /// `store` outlives it; `data` is the data directory.
  Publisher(const journal::Store& store, std::string data)
      : store_(store), data_(std::move(data)) {}

  /// Writes the snapshot as it follows from the database now. Blocks.
  Status Publish();
  /// Of the snapshot that was written last; -1: none was.
  std::int64_t PublishedVersion() const { return version_; }

  /// What the gateway says that it serves; kNotFound if none has run here.
  Result<snapshot::Status> GatewayStatus() const;
  /// Where the gateway says so.
  std::string StatusFile() const { return snapshot::StatusPath(data_); }

 private:
  const journal::Store& store_;
  const std::string data_;
  std::atomic<std::int64_t> version_ = -1;
  std::mutex mutex_;  // An older snapshot must not replace a newer one.
};

}  // namespace galley::rollout
