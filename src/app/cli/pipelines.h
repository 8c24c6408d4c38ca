#pragma once

#include <cstdint>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "foundation/base/error.h"

namespace galley::cli {

/// The run that the command line names, else the newest one. kNotFound if none ran yet.
Result<std::int64_t> NewestRun(const Server& server, const Arguments& arguments);

}  // namespace galley::cli
