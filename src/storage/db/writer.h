#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

namespace galley::db {

/// What a write waits behind: each class is served before the next one.
enum class WriteClass : std::uint8_t {
  kInteractive,  ///< Somebody waits for the answer.
  kBulk,         ///< Large batches.
  kMaintenance,  ///< Nobody waits.
};

/// The one connection that writes, on a thread of its own. Writes that wait at the same time share
/// a transaction; each runs in a savepoint, so that a failure undoes its own changes alone, and is
/// answered when the transaction is on disk. Any thread.
class Writer {
 public:
  /// Does its changes; runs on the writer's thread within a transaction. An error undoes them.
  using Work = std::move_only_function<Status(Connection&)>;
  /// Called on the writer's thread after the commit, or with the reason why nothing was changed.
  using Done = std::move_only_function<void(Status)>;

  struct Limits {
    std::size_t queue_max = 4096;       ///< Writes that wait; more are refused with kUnavailable.
    std::size_t group_max = 256;        ///< Writes that share a commit.
    std::int64_t group_ms_max = 20;     ///< A group that has worked as long is committed.
    std::int64_t log_pages_max = 1000;  ///< A longer log is checkpointed after the commit.
  };

  Writer(std::unique_ptr<Connection> connection, Limits limits);
  /// As Stop.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void Submit(WriteClass write_class, Work work, Done done);

  /// Submits and waits. Not on an event loop, and not on the writer's own thread.
  Status Call(WriteClass write_class, Work work);

  /// Carries out what waits, then ends; what comes later is refused. Call once at most.
  void Stop();

  /// Commits so far, for tests and metrics.
  std::uint64_t commits() const { return commits_; }

 private:
  struct Item {
    WriteClass write_class;
    Work work;
    Done done;
    Status status;
  };

  void Run();
  bool Take(std::deque<Item>& group);
  void Commit(std::deque<Item>& group);
  Status DoAll(std::deque<Item>& group);
  Status DoOne(Item& item);

  const Limits limits_;
  std::unique_ptr<Connection> connection_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::array<std::deque<Item>, 3> queues_;
  std::size_t waiting_ = 0;
  bool stopping_ = false;
  std::atomic<std::uint64_t> commits_ = 0;
  std::jthread thread_;
};

}  // namespace galley::db
