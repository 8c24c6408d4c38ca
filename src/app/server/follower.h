#pragma once

#include <thread>

#include "protocol/control/native/home_keeper.h"
#include "protocol/control/native/stream_hub.h"

namespace galley::server {

/// Follows the journal for the pages that are open, and keeps their home made; on threads of its
/// own.
class Follower {
 public:
  /// Both outlive this.
  Follower(native::StreamHub& hub, native::HomeKeeper& homes)
      : hub_(hub),
        homes_(homes),
        follows_([this] { hub_.Run(); }),
        makes_([this] { homes_.Run(); }) {}
  ~Follower() {
    hub_.Stop();
    homes_.Stop();
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

 private:
  native::StreamHub& hub_;
  native::HomeKeeper& homes_;
  std::jthread follows_;
  std::jthread makes_;
};

}  // namespace galley::server
