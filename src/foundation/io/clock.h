#pragma once

#include <atomic>
#include <cstdint>

namespace galley::io {

/// Milliseconds of the monotonic clock: for durations and deadlines, never for dates.
std::int64_t MonotonicMs();

/// What the date is. Handed to whatever stores dates or decides by them, so that a test decides
/// what time it is. Any thread.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// Milliseconds since 1970 in UTC. May step back when the machine's clock is set.
  virtual std::int64_t NowMs() const = 0;
};

/// The machine's own clock.
class SystemClock : public Clock {
 public:
  std::int64_t NowMs() const override;
};

/// A clock that stands still until it is moved.
class SimulatedClock : public Clock {
 public:
  explicit SimulatedClock(std::int64_t now_ms) : now_ms_(now_ms) {}

  std::int64_t NowMs() const override { return now_ms_.load(); }
  void SetMs(std::int64_t now_ms) { now_ms_.store(now_ms); }
  void AdvanceMs(std::int64_t by_ms) { now_ms_.fetch_add(by_ms); }

 private:
  std::atomic<std::int64_t> now_ms_;
};

}  // namespace galley::io
