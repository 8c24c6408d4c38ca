#pragma once

#include <span>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

namespace galley::db {

/// The tables of one room: steps that are only ever added to. Step n brings version n - 1 to n.
struct Part {
  std::string_view name;
  std::span<const std::string_view> steps;
};

/// Brings every part to its last version, in one transaction. A part that is newer than this
/// program is kFailedPrecondition. If an existing database will change, a copy of it is first
/// written to `backup_path`.
Status Migrate(Connection& connection, std::span<const Part> parts, const std::string& backup_path);

}  // namespace galley::db
