#pragma once

#include <string>

#include "foundation/base/error.h"

namespace galley::data {

/// What a child of kind `table` does: an `EngineRequest` in, an `EngineAnswer` out, both as JSON,
/// files into the request's folder. `library` is the path of libduckdb.so. kInvalidArgument names
/// the file by its label, the column, key or condition, and what is wrong with it.
Result<std::string> RunTableChild(const std::string& request, const std::string& library);

}  // namespace galley::data
