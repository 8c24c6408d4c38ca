#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace galley {

/// A fixed number of threads and a bounded queue, for work that may wait for a disk.
class WorkPool {
 public:
  WorkPool(int threads, std::size_t queue_max);
  /// Runs what is queued, then ends.
  ~WorkPool();
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// Queues `work`, which must not throw. False: the queue is full and `work` was dropped. Any
  /// thread.
  bool TrySubmit(std::move_only_function<void()> work);

 private:
  void Run();

  const std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace galley
