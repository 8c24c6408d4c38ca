#include "foundation/base/work_pool.h"

#include <utility>

namespace galley {

WorkPool::WorkPool(int threads, std::size_t queue_max) : queue_max_(queue_max) {
  for (int at = 0; at < threads; ++at) threads_.emplace_back([this] { Run(); });
}

WorkPool::~WorkPool() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
}

bool WorkPool::TrySubmit(std::move_only_function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    if (queue_.size() >= queue_max_) return false;
    queue_.push_back(std::move(work));
  }
  ready_.notify_one();
  return true;
}

void WorkPool::Run() {
  for (;;) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
  }
}

}  // namespace galley
