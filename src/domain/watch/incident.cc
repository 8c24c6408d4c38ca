#include "domain/watch/incident.h"

namespace galley::watch {

Status OnFired(journal::Change& /*change*/, const observe::Monitor& /*monitor*/,
               std::int64_t /*window*/, const std::vector<Fired>& /*fired*/) {
  return {};
}

}  // namespace galley::watch
