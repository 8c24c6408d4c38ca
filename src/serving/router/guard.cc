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

double Ms(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace

std::optional<snapshot::Trip> Guard::trip() const {
  if (!is_tripped()) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  return trip_;
}

void Guard::Begin(const snapshot::Guardrails& limits, Clock::time_point begun,
                  std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  under_way_.push_back(begun);
  Judge(limits, begun, now_ms);
}

void Guard::End(const snapshot::Guardrails& limits, Clock::time_point begun, Verdict verdict,
                std::int64_t now_ms) {
  const auto now = Clock::now();
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find(under_way_, begun);
  if (found != under_way_.end()) under_way_.erase(found);
  if (verdict == Verdict::kRefused) return;
  const bool is_failure = verdict == Verdict::kFailed;
  seen_[static_cast<std::size_t>(requests_) % kWindow] = {Ms(now - begun), is_failure};
  ++requests_;
  Judge(limits, now, now_ms);
}

/// What is wrong; empty: nothing.
std::string Guard::Breach(const snapshot::Guardrails& limits, Clock::time_point now) const {
  const auto count = std::min(kWindow, static_cast<std::size_t>(requests_));
  const std::span<const Seen> window(seen_.data(), count);
  if (limits.max_error_ratio && requests_ >= limits.min_requests) {
    const auto errors = std::ranges::count_if(window, [](const Seen& one) { return one.failed; });
    if (static_cast<double>(errors) > *limits.max_error_ratio * static_cast<double>(count)) {
      return fmt::format("{} of its last {} requests failed; allowed is a share of {}", errors,
                         count, *limits.max_error_ratio);
    }
  }
  if (!limits.max_p99_ms) return {};
  const double most_ms = *limits.max_p99_ms;
  const auto hanging = std::ranges::count_if(
      under_way_, [&](Clock::time_point begun) { return Ms(now - begun) > most_ms; });
  if (requests_ + hanging < limits.min_requests) return {};
  const auto slow =
      hanging + std::ranges::count_if(window, [&](const Seen& one) { return one.ms > most_ms; });
  const auto all = static_cast<std::ptrdiff_t>(count) + hanging;
  if (slow < kSlowMin || static_cast<double>(slow) <= kSlowShare * static_cast<double>(all)) {
    return {};
  }
  return fmt::format("{} of its last {} requests took more than {} ms; allowed is 1 %", slow, all,
                     most_ms);
}

void Guard::Judge(const snapshot::Guardrails& limits, Clock::time_point now, std::int64_t now_ms) {
  if (tripped_) return;
  const std::string reason = Breach(limits, now);
  if (reason.empty()) return;
  trip_ = {.variant = variant_, .reason = reason, .at_ms = now_ms};
  tripped_.store(true, std::memory_order_release);
  telemetry::LogWarn("a variant is taken out of the traffic by its guardrails",
                     {{"galley.variant", variant_}, {"event.reason", reason}});
}

}  // namespace galley::serving
