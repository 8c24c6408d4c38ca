#pragma once

#include <cstdint>
#include <functional>

#include "domain/pipeline/log_scan.h"
#include "protocol/control/native/pipeline_messages.h"

/// What is answered of a log, a job's or a run's file. Inside of this room only.
namespace galley::native {

struct LogAsked {
  std::int64_t offset = 0;
  std::int64_t limit = 0;  ///< Bytes; 0: no text.
  pipeline::LogQuestion question;
};

using LogFinder = std::function<Result<pipeline::LogFindings>(const pipeline::LogQuestion&)>;

/// A piece of the log by `read`, and by `find` what was asked to be looked for. kInvalidArgument:
/// numbers that are out of range.
Result<PipelineLogAnswer> AnswerLog(const LogAsked& asked, const pipeline::LogReader& read,
                                    const LogFinder& find);

}  // namespace galley::native
