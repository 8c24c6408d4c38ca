#include "serving/router/mirrors.h"

#include <bit>
#include <string>
#include <vector>

#include "foundation/telemetry/log.h"

namespace galley::serving {

std::shared_ptr<Mirrors::Ticket> Mirrors::Begin() {
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    number = next_++;
    under_way_.insert(number);
  }
  return std::make_shared<Ticket>(shared_from_this(), number);
}

void Mirrors::End(std::uint64_t number) {
  std::vector<std::move_only_function<void()>> due;
  {
    const std::scoped_lock lock(mutex_);
    under_way_.erase(number);
    const std::uint64_t oldest = under_way_.empty() ? next_ : *under_way_.begin();
    while (!then_.empty() && then_.front().first <= oldest) {
      due.push_back(std::move(then_.front().second));
      then_.pop_front();
    }
  }
  for (auto& then : due) then();
}

Mirrors::Turn Mirrors::After(std::move_only_function<void()> then) {
  const std::scoped_lock lock(mutex_);
  if (under_way_.empty()) return Turn::kNow;
  if (then_.size() >= kThenMax) return Turn::kNever;
  then_.emplace_back(next_, std::move(then));
  return Turn::kLater;
}

bool Mirrors::Enter() {
  if (waiting_.fetch_add(1, std::memory_order_relaxed) < kWaitingMax) return true;
  Leave();
  Drop();
  return false;
}

void Mirrors::Drop() {
  const std::uint64_t dropped = dropped_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (!std::has_single_bit(dropped)) return;  // So that the log stays short.
  telemetry::LogWarn("mirrored requests have no answer in the log",
                     {{"galley.count", std::to_string(dropped)}});
}

}  // namespace galley::serving
