#include "domain/rollout/rollouts.h"

namespace galley::rollout {

Status OnWindow(journal::Change& /*change*/, const observe::Monitor& /*monitor*/,
                std::int64_t /*window*/) {
  return {};
}

}  // namespace galley::rollout
