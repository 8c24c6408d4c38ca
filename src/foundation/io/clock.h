#pragma once

#include <cstdint>
#include <ctime>

namespace galley::io {

/// Milliseconds of the monotonic clock: for durations and deadlines, never for dates.
inline std::int64_t MonotonicMs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace galley::io
