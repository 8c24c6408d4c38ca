#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

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

  /// A request that the variant was asked. `failed`: by no fault of the caller.
  void Add(const snapshot::Guardrails& limits, double ms, bool failed, std::int64_t now_ms);

 private:
  struct Seen {
    double ms = 0;
    bool failed = false;
  };

  const std::string variant_;
  std::atomic<bool> tripped_ = false;
  mutable std::mutex mutex_;  // Guards what follows.
  std::array<Seen, kWindow> seen_;
  std::int64_t requests_ = 0;
  snapshot::Trip trip_;
};

}  // namespace galley::serving
