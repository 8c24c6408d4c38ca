#pragma once

#include <cstdint>
#include <mutex>
#include <span>

#include "foundation/base/id.h"
#include "foundation/io/clock.h"

namespace galley::io {

/// Where unpredictable bytes come from. Any thread.
class Random {
 public:
  Random() = default;
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  virtual ~Random() = default;

  virtual void Fill(std::span<std::uint8_t> out) = 0;

  /// A number in [0, bound), each equally likely. `bound` is not 0.
  std::uint64_t Below(std::uint64_t bound);
};

/// The kernel's generator (getrandom(2)): good enough for tokens.
class SystemRandom : public Random {
 public:
  void Fill(std::span<std::uint8_t> out) override;
};

/// The same bytes for the same seed (splitmix64, Steele, Lea and Flood 2014). For tests.
class SimulatedRandom : public Random {
 public:
  explicit SimulatedRandom(std::uint64_t seed) : state_(seed) {}

  void Fill(std::span<std::uint8_t> out) override;

 private:
  std::mutex mutex_;
  std::uint64_t state_;
};

/// Makes ids that grow even within one millisecond and when the clock steps back. Any thread.
class IdSource {
 public:
  /// Both stay the caller's and outlive the source.
  IdSource(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  Id Next();

 private:
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  Id last_;
};

}  // namespace galley::io
