#include "serving/router/guard.h"

#include <algorithm>
#include <span>

#include <fmt/core.h>

#include "foundation/telemetry/log.h"

namespace galley::serving {
namespace {

/// One slow request says nothing of a 99th percentile, however few there are.
constexpr std::ptrdiff_t kSlowMin = 2;
constexpr double kSlowShare = 0.01;

}  // namespace

std::optional<snapshot::Trip> Guard::trip() const {
  if (!is_tripped()) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  return trip_;
}

void Guard::Add(const snapshot::Guardrails& limits, double ms, bool failed, std::int64_t now_ms) {
  std::string reason;
  {
    const std::scoped_lock lock(mutex_);
    seen_[static_cast<std::size_t>(requests_) % kWindow] = {ms, failed};
    ++requests_;
    if (tripped_ || requests_ < limits.min_requests) return;
    const auto count = std::min(kWindow, static_cast<std::size_t>(requests_));
    const std::span<const Seen> window(seen_.data(), count);
    const auto size = static_cast<double>(count);
    if (limits.max_error_ratio) {
      const auto errors = std::ranges::count_if(window, [](const Seen& one) { return one.failed; });
      if (static_cast<double>(errors) > *limits.max_error_ratio * size) {
        reason = fmt::format("{} of its last {} requests failed; allowed is a share of {}", errors,
                             count, *limits.max_error_ratio);
      }
    }
    if (limits.max_p99_ms && reason.empty()) {
      const auto slow = std::ranges::count_if(
          window, [&](const Seen& one) { return one.ms > *limits.max_p99_ms; });
      if (slow >= kSlowMin && static_cast<double>(slow) > kSlowShare * size) {
        reason = fmt::format("{} of its last {} requests took more than {} ms; allowed is 1 %",
                             slow, count, *limits.max_p99_ms);
      }
    }
    if (reason.empty()) return;
    trip_ = {.variant = variant_, .reason = reason, .at_ms = now_ms};
    tripped_.store(true, std::memory_order_release);
  }
  telemetry::LogWarn("a variant is taken out of the traffic by its guardrails",
                     {{"galley.variant", variant_}, {"event.reason", reason}});
}

}  // namespace galley::serving
