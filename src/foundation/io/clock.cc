#include "foundation/io/clock.h"

#include <ctime>

namespace galley::io {
namespace {

std::int64_t ReadMs(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

std::int64_t MonotonicMs() {
  return ReadMs(CLOCK_MONOTONIC);
}

std::int64_t SystemClock::NowMs() const {
  return ReadMs(CLOCK_REALTIME);
}

}  // namespace galley::io
