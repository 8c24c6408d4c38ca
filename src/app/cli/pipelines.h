#pragma once

#include <cstdint>
#include <vector>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "foundation/base/error.h"
#include "protocol/control/native/pipeline_messages.h"

/// What the files about pipelines share. Inside of this room only.
namespace galley::cli {

/// The run that the command line names, else the newest one. kNotFound if none ran yet.
Result<std::int64_t> NewestRun(const Server& server, const Arguments& arguments);

/// Variables of this process that a run's jobs get: PATH and such.
std::vector<native::PipelineVariable> PassedOn();

}  // namespace galley::cli
