#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/pipeline/key.h"
#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// Why a job ran, did not have to, or waits: as data.
namespace galley::pipeline {

/// A job of a run.
struct JobOfRun {
  std::int64_t run = 0;
  Id job;
};

/// What is in the way of a job that waits.
struct Pending {
  std::string kind;  ///< `run`, `job`, `retry`, `slot`, `turn`.
  std::string text;  ///< In a sentence.
  std::string job;   ///< Of `job`: its name.
  std::string state;
  std::int64_t run = 0;       ///< Of `run`: its number.
  std::int64_t until_ms = 0;  ///< Of `retry`.
};

struct Why {
  std::string verdict;  ///< `cached`, `ran`, `running`, `waiting`, `skipped`, `stopped`, `decided`.
  /// `unchanged`; `first`, `changed`, `not_kept`, `forced`, `always`, `no_inputs`; `condition`,
  /// `needs`; `inputs` (they could not be told); `cancelled`; `gate`; `pending`.
  std::string cause;
  std::string text;
  std::vector<PartChange> changed;      ///< Against `compared`.
  std::optional<JobOfRun> compared;     ///< The job as it last ended well before.
  std::optional<JobOfRun> cached_from;  ///< Of `cached`: the job that ran.
  std::vector<Pending> pending;         ///< Of `waiting`: what comes first is first.
};

/// `slots`: how many jobs run at a time. kNotFound names the jobs there are.
Result<Why> WhyOf(db::Connection& db, std::int64_t project, std::int64_t number,
                  std::string_view job, int slots, std::int64_t now_ms);

}  // namespace galley::pipeline
