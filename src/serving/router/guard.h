#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "serving/snapshot/snapshot.h"

namespace galley::serving {

/// Watches one variant that is not the first by its last requests, and trips for good at a breach
/// of its guardrails. Any thread.
class Guard {
 public:
  static constexpr std::size_t kWindow = 100;

  explicit Guard(std::string variant) : variant_(std::move(variant)) {}

  /// Whether the variant gets no more requests.
  bool is_tripped() const { return tripped_.load(std::memory_order_acquire); }
  /// Why; null unless it is tripped.
  std::optional<snapshot::Trip> trip() const;

  using Clock = std::chrono::steady_clock;
  enum class Verdict : std::uint8_t {
    kGood,
    kFailed,
    kRefused,  ///< The caller's fault: it says nothing.
  };
  /// A request that the variant is asked. Those that hang are slow before they are answered.
  void Begin(const snapshot::Guardrails& limits, Clock::time_point begun, std::int64_t now_ms);
  /// Its end. `begun` as given to Begin.
  void End(const snapshot::Guardrails& limits, Clock::time_point begun, Verdict verdict,
           std::int64_t now_ms);

 private:
  struct Seen {
    double ms = 0;
    bool failed = false;
  };

  std::string Breach(const snapshot::Guardrails& limits, Clock::time_point now) const;
  void Judge(const snapshot::Guardrails& limits, Clock::time_point now, std::int64_t now_ms);

  const std::string variant_;
  std::atomic<bool> tripped_ = false;
  mutable std::mutex mutex_;  // Guards what follows.
  std::array<Seen, kWindow> seen_;
  std::vector<Clock::time_point> under_way_;
  std::int64_t requests_ = 0;
  snapshot::Trip trip_;
};

}  // namespace galley::serving
