#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "domain/rollout/publisher.h"
#include "storage/journal/store.h"

namespace galley::server {

/// Lets rollouts go on by what the gateway says and by the time, and sees to it that the snapshot
/// is written, whatever changed it; on a thread of its own.
class Rollouts {
 public:
  /// Both outlive this.
  Rollouts(const journal::Store& store, rollout::Publisher& publisher);
  ~Rollouts();
  Rollouts(const Rollouts&) = delete;
  Rollouts& operator=(const Rollouts&) = delete;

 private:
  void Run();
  Status LookOnce();

  const journal::Store& store_;
  rollout::Publisher& publisher_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::jthread thread_;
};

}  // namespace galley::server
