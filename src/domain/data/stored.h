#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

namespace galley::data {

/// A file of a table. It stays when a later version has it no more, for the versions that have it.
struct StoredFile {
  std::string digest;  ///< In hex.
  std::int64_t bytes = 0;
  std::int64_t stored_ms = 0;
};
/// Of all tables of a project; datasets of files are not among them.
Result<std::vector<StoredFile>> ListStoredFiles(db::Connection& db, std::int64_t project);

}  // namespace galley::data
