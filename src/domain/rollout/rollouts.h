#pragma once

#include <cstdint>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "storage/journal/change.h"

/// Rollouts in progress (docs/formats/rollout.md).
namespace galley::rollout {

/// A window of a monitor is closed: analyses that look at it go on. Called once for each, in order,
/// in the transaction that also evaluates the alert rules of the window.
Status OnWindow(journal::Change& change, const observe::Monitor& monitor, std::int64_t window);

}  // namespace galley::rollout
