#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// Rules looked at when something is new (docs/formats/alert.md).
namespace galley::watch {

/// Names of the monitors that have a closed window that was not evaluated yet.
Result<std::vector<std::string>> ListDue(db::Connection& db, std::int64_t project);

/// Evaluates the oldest such window of a monitor: its rules, then incidents, then rollouts, and
/// remembers that it did. False: there is none. What it changed may be what is served.
Result<bool> EvaluateNext(journal::Change& change, std::string_view monitor);

/// Whether EvaluateByClock has anything to do.
Result<bool> NeedsClock(db::Connection& db, std::int64_t project);

/// Evaluates the rules of endpoints by the change's time, and ends what belongs to monitors and
/// endpoints that are gone.
Status EvaluateByClock(journal::Change& change);

}  // namespace galley::watch
