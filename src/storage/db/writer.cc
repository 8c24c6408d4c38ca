#include "storage/db/writer.h"

#include <future>

#include "foundation/io/clock.h"
#include "foundation/telemetry/log.h"

namespace galley::db {

Writer::Writer(std::unique_ptr<Connection> connection, Limits limits)
    : limits_(limits), connection_(std::move(connection)), thread_([this] { Run(); }) {}

Writer::~Writer() {
  Stop();
}

void Writer::Stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Writer::Submit(WriteClass write_class, Work work, Done done) {
  std::unique_lock lock(mutex_);
  if (stopping_ || waiting_ >= limits_.queue_max) {
    const bool stopping = stopping_;
    lock.unlock();
    done(stopping ? Fail(Code::kUnavailable, "the server is stopping; try again in a second")
                  : Fail(Code::kUnavailable,
                         "{} writes wait already, the most allowed; try again in a second",
                         limits_.queue_max));
    return;
  }
  ++waiting_;
  queues_[static_cast<std::size_t>(write_class)].push_back(
      Item{write_class, std::move(work), std::move(done), {}});
  lock.unlock();
  ready_.notify_one();
}

Status Writer::Call(WriteClass write_class, Work work) {
  std::promise<Status> promise;
  auto future = promise.get_future();
  Submit(write_class, std::move(work),
         [&promise](Status status) { promise.set_value(std::move(status)); });
  return future.get();
}

void Writer::Run() {
  std::deque<Item> group;
  while (Take(group)) {
    Commit(group);
    for (Item& item : group) item.done(std::move(item.status));
    group.clear();
    if (connection_->log_pages() <= limits_.log_pages_max) continue;
    if (const auto left = connection_->Checkpoint(); !left) {
      telemetry::LogWarn("cannot checkpoint", {{"error.message", left.error().message}});
    }
  }
}

/// Waits for work and takes a group of it. False: the writer stops and nothing waits.
bool Writer::Take(std::deque<Item>& group) {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return stopping_ || waiting_ > 0; });
  for (auto& queue : queues_) {
    while (!queue.empty() && group.size() < limits_.group_max) {
      group.push_back(std::move(queue.front()));
      queue.pop_front();
      --waiting_;
    }
  }
  return !group.empty();
}

/// Carries the group out in one transaction and leaves each item's outcome in it. What the group's
/// time does not suffice for goes back to the head of its queue.
void Writer::Commit(std::deque<Item>& group) {
  Status status = connection_->Run("BEGIN IMMEDIATE");
  if (status) status = DoAll(group);
  if (status) status = connection_->Run("COMMIT");
  if (status) {
    ++commits_;
    return;
  }
  telemetry::LogError("a commit failed", {{"error.message", status.error().message}});
  if (connection_->InTransaction()) {
    if (const auto undone = connection_->Run("ROLLBACK"); !undone) {
      telemetry::LogError("a rollback failed", {{"error.message", undone.error().message}});
    }
  }
  for (Item& item : group) item.status = status;
}

Status Writer::DoAll(std::deque<Item>& group) {
  const std::int64_t end_ms = io::MonotonicMs() + limits_.group_ms_max;
  std::size_t done = 0;
  do {
    TRY(DoOne(group[done]));
    ++done;
  } while (done < group.size() && io::MonotonicMs() < end_ms);
  if (done == group.size()) return {};
  const std::scoped_lock lock(mutex_);
  while (group.size() > done) {
    auto& queue = queues_[static_cast<std::size_t>(group.back().write_class)];
    queue.push_front(std::move(group.back()));
    group.pop_back();
    ++waiting_;
  }
  return {};
}

/// Runs one item in its savepoint. An error of the savepoint itself is returned; the item's own
/// stays in the item.
Status Writer::DoOne(Item& item) {
  TRY(connection_->Run("SAVEPOINT item"));
  try {
    item.status = item.work(*connection_);
  } catch (const std::exception& exception) {
    item.status = Fail(Code::kInternal, "a write threw: {}", exception.what());
  }
  // SQLite rolls the whole transaction back when the disk is full.
  if (!connection_->InTransaction()) {
    return item.status ? Fail(Code::kInternal, "a write ended the transaction") : item.status;
  }
  if (!item.status) TRY(connection_->Run("ROLLBACK TO item"));
  return connection_->Run("RELEASE item");
}

}  // namespace galley::db
