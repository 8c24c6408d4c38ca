#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "foundation/base/error.h"

namespace galley::cli {

/// Calls `work(index)`, which returns a Status, for each index below `count`, on up to `threads`
/// threads. After a failure nothing more is begun; the first one is returned.
template <typename Work>
Status InParallel(std::size_t count, int threads, const Work& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::optional<Error> error;
  const auto run = [&] {
    for (std::size_t at = next++; at < count; at = next++) {
      Status done = work(at);
      if (done) continue;
      next = count;
      const std::scoped_lock lock(mutex);
      if (!error) error = std::move(done).error();
    }
  };
  {
    std::vector<std::jthread> others;
    for (int at = 1; at < threads && static_cast<std::size_t>(at) < count; ++at) {
      others.emplace_back(run);
    }
    run();
  }
  if (error) return std::unexpected(*std::move(error));
  return {};
}

}  // namespace galley::cli
