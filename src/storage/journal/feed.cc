#include "storage/journal/feed.h"

#include <utility>

#include "foundation/io/clock.h"

namespace galley::journal {

void Feed::Touch(std::int64_t project, std::string_view kind, std::string_view subject) {
  const std::uint64_t commits = writer_.commits();
  const std::int64_t now_ms = io::MonotonicMs();
  const std::scoped_lock lock(mutex_);
  if (waiting_.size() >= kWaitingMax) {
    waiting_.clear();
    is_complete_ = false;
  }
  const auto [found, is_new] = waiting_.try_emplace(
      Key(project, kind, subject), Mark{.first = commits, .last = commits, .at_ms = now_ms});
  found->second.last = commits;
  found->second.at_ms = now_ms;
}

Feed::Taken Feed::Take(std::uint64_t commits) {
  const std::scoped_lock lock(mutex_);
  Taken taken{.touched = {}, .is_complete = std::exchange(is_complete_, true)};
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    auto& [key, mark] = *at;
    if (mark.first >= commits) {
      ++at;
      continue;
    }
    taken.touched.push_back({.project = std::get<0>(key),
                             .kind = std::get<1>(key),
                             .subject = std::get<2>(key),
                             .at_ms = mark.at_ms});
    mark.first = mark.last;
    at = mark.last < commits ? waiting_.erase(at) : std::next(at);
  }
  return taken;
}

}  // namespace galley::journal
