#include "storage/db/readers.h"

#include "foundation/telemetry/log.h"

namespace galley::db {

Result<std::unique_ptr<Readers>> Readers::Open(const std::string& path, int count) {
  std::unique_ptr<Readers> readers(new Readers());
  for (int at = 0; at < count; ++at) {
    readers->free_.push_back(TRY(Connection::Open(path, Connection::Mode::kRead)));
  }
  return readers;
}

Result<Readers::Lease> Readers::Take() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !free_.empty(); });
  Lease lease(*this, std::move(free_.back()));
  free_.pop_back();
  lock.unlock();
  TRY(lease->Run("BEGIN"));
  return lease;
}

Readers::Lease::~Lease() {
  if (!connection_) return;
  if (connection_->InTransaction()) {
    if (const auto ended = connection_->Run("COMMIT"); !ended) {
      telemetry::LogError("a snapshot did not end", {{"error.message", ended.error().message}});
    }
  }
  {
    const std::scoped_lock lock(readers_.mutex_);
    readers_.free_.push_back(std::move(connection_));
  }
  readers_.returned_.notify_one();
}

}  // namespace galley::db
