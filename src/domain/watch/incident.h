#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/journal/change.h"

/// Incidents: what may have caused an alert (docs/formats/incident.md).
namespace galley::watch {

/// What an alert that has just begun to fire says of itself.
struct Fired {
  Id alert;
  std::string rule;    ///< `accuracy`
  std::string column;  ///< Of a drift rule; else empty.
  double value = 0;
  double limit = 0;
  std::int64_t active_window = 0;  ///< Since when its expression holds.
};

/// Alerts that began to fire at the same closed window of a monitor: a new incident, or, if one of
/// the monitor is open, they join it. With its event `incident.opened` or `incident.joined`.
Status OnFired(journal::Change& change, const observe::Monitor& monitor, std::int64_t window,
               const std::vector<Fired>& fired);

}  // namespace galley::watch
