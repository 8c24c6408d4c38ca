#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace galley::serving {

/// Restart intensity: at most so many restarts within a window that slides. Time is passed in. One
/// thread.
class RestartBudget {
 public:
  RestartBudget(std::size_t restarts_max, std::int64_t window_ms)
      : restarts_max_(restarts_max), window_ms_(window_ms) {}

  /// Counts a restart now; false, and nothing is counted, if the window is full.
  bool Take(std::int64_t now_ms) {
    while (!taken_ms_.empty() && taken_ms_.front() + window_ms_ <= now_ms) taken_ms_.pop_front();
    if (taken_ms_.size() >= restarts_max_) return false;
    taken_ms_.push_back(now_ms);
    return true;
  }

  /// When the next one is allowed, if the last `Take` said no.
  std::int64_t NextMs() const {
    return taken_ms_.empty() ? window_ms_ : taken_ms_.front() + window_ms_;
  }

 private:
  std::size_t restarts_max_;
  std::int64_t window_ms_;
  std::deque<std::int64_t> taken_ms_;
};

}  // namespace galley::serving
