#pragma once

#include <string>

#include "foundation/base/error.h"
#include "storage/journal/change.h"

/// What people are told outside of Galley (docs/formats/notification.md).
namespace galley::notify {

struct Notification {
  std::string
      key;  ///< What it is about: `alert/demand/accuracy`. Of one key a status is told once.
  std::string status;  ///< `firing`, `resolved`; or another word.
  std::string title;   ///< One line.
  std::string labels;  ///< A JSON object of strings.
  std::string detail;  ///< A JSON object.
};

/// Puts it in the outbox, within the transaction of what it tells of.
Status Enqueue(journal::Change& change, const Notification& notification);

}  // namespace galley::notify
