#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "domain/rollout/publisher.h"
#include "foundation/base/error.h"
#include "storage/journal/store.h"

namespace galley::server {

/// Takes in the sealed segments that a gateway on this machine leaves, on a thread of its own. A
/// segment is removed when what was in it is durable here. Then what follows from it happens: the
/// windows that it closed are evaluated, each in a transaction, and what that let be served is
/// published.
class Intake {
 public:
  /// `folder` is the gateway's log; it may not exist yet. The others outlive this.
  Intake(const journal::Store& store, rollout::Publisher& publisher, std::string folder);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

 private:
  void Run();
  bool IsStopping();
  void TakeAll();
  /// Evaluates what is closed, monitor by monitor.
  void EvaluateAll();
  void EvaluateByClock();
  /// Writes the snapshot anew if what it says was changed.
  Status PublishIfNew();

  const journal::Store& store_;
  rollout::Publisher& publisher_;
  const std::string folder_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::int64_t clock_ms_ = 0;  // Of the thread: when rules were last evaluated by the clock.
  std::jthread thread_;
};

}  // namespace galley::server
