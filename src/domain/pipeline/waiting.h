#pragma once

#include <cstdint>

#include "domain/pipeline/cron.h"
#include "domain/pipeline/trigger_rows.h"
#include "domain/pipeline/triggers.h"

/// What the thread of triggers waits for. Inside of this room only.
namespace galley::pipeline {

struct Triggers::Waiting {
  InForce it;
  Cron cron;
  std::int64_t zone_ms = 0;
  std::int64_t next_ms = 0;   ///< Of a schedule.
  std::int64_t again_ms = 0;  ///< By the monotonic clock: not before, after a failure.
};

}  // namespace galley::pipeline
