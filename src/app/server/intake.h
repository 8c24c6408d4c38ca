#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "storage/journal/store.h"

namespace galley::server {

/// Takes in the sealed segments that a gateway on this machine leaves, on a thread of its own. A
/// segment is removed when what was in it is durable here.
class Intake {
 public:
  /// `folder` is the gateway's log; it may not exist yet. `store` outlives this.
  Intake(const journal::Store& store, std::string folder);
  ~Intake();
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;

 private:
  void Run();
  void TakeAll();

  const journal::Store& store_;
  const std::string folder_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::jthread thread_;
};

}  // namespace galley::server
