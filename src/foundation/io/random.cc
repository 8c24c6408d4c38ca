#include "foundation/io/random.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "foundation/base/check.h"

namespace galley::io {
namespace {

constexpr std::size_t kTimeBytes = 6;

}  // namespace

std::uint64_t Random::Below(std::uint64_t bound) {
  // Values above the last whole multiple of `bound` would favour the small remainders.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  for (;;) {
    std::array<std::uint8_t, 8> bytes{};
    Fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    if (value < limit) return value % bound;
  }
}

void SystemRandom::Fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    CHECK(got > 0);
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

void SimulatedRandom::Fill(std::span<std::uint8_t> out) {
  const std::scoped_lock lock(mutex_);
  for (std::uint8_t& byte : out) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    byte = static_cast<std::uint8_t>(mixed >> 56U);
  }
}

Id IdSource::Next() {
  Id id;
  random_.Fill(std::span(id.bytes).subspan(kTimeBytes));
  auto now_ms = static_cast<std::uint64_t>(clock_.NowMs());
  for (std::size_t at = kTimeBytes; at-- > 0; now_ms >>= 8U) {
    id.bytes[at] = static_cast<std::uint8_t>(now_ms);
  }
  const std::scoped_lock lock(mutex_);
  if (std::equal(id.bytes.begin(), id.bytes.begin() + kTimeBytes, last_.bytes.begin()) ||
      id < last_) {
    // The successor of the last one, with fresh random bytes below the counter.
    for (std::size_t at = 0; at < 10; ++at) id.bytes[at] = last_.bytes[at];
    for (std::size_t at = 10; at > 0; --at) {
      if (++id.bytes[at - 1] != 0) break;
    }
  }
  last_ = id;
  return id;
}

}  // namespace galley::io
