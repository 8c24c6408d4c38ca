#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/journal/journal.h"

namespace galley::journal {

/// All events whose kind is one of `kinds`, or begins with one that ends in a dot (`rollout.`);
/// oldest first. Looks at every event of the project. kResourceExhausted beyond `limit`.
Result<std::vector<Event>> ReadKinds(db::Connection& db, std::int64_t project,
                                     std::span<const std::string_view> kinds, std::int64_t limit);

}  // namespace galley::journal
