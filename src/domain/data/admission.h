#pragma once

#include <atomic>

#include "foundation/base/error.h"

/// Inside of this room only.
namespace galley::data {

/// Counts a call while it lives.
class Call {
 public:
  Call(std::atomic<int>& calls, int calls_max)
      : calls_(calls), calls_max_(calls_max), place_(calls.fetch_add(1)) {}
  ~Call() { calls_.fetch_sub(1); }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  /// kUnavailable if `calls_max` are at work already.
  Status Admitted() const {
    if (place_ < calls_max_) return {};
    return Fail(Code::kUnavailable, "{} datasets are being worked on, the most allowed; try again",
                calls_max_);
  }

 private:
  std::atomic<int>& calls_;
  const int calls_max_;
  const int place_;
};

}  // namespace galley::data
