#include "platform/notify/notify.h"

namespace galley::notify {

Status Enqueue(journal::Change& /*change*/, const Notification& /*notification*/) {
  return {};
}

}  // namespace galley::notify
