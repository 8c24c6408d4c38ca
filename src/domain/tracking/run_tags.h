#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"

namespace galley::tracking {

/// The value that each run of a project has under a key of its tags, with the run, oldest first.
/// Looks at every run of the project, once. `project` is its row.
Result<std::vector<std::pair<std::string, Id>>> RunsByTag(db::Connection& db, std::int64_t project,
                                                          std::string_view key);

}  // namespace galley::tracking
