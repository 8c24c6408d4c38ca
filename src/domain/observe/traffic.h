#pragma once

#include <cstdint>

#include "domain/observe/windows.h"
#include "foundation/base/error.h"
#include "serving/snapshot/records.h"
#include "storage/journal/change.h"

/// What gateways say of their traffic. Inside of this room only.
namespace galley::observe {

/// Adds a record to what is known of its 10 s; false if it is none that a gateway writes.
Result<bool> StoreTraffic(journal::Change& change, std::int64_t project,
                          const snapshot::TrafficRecord& record);
/// Forgets what is older than 30 days.
Status DropOldTraffic(journal::Change& change);

}  // namespace galley::observe
