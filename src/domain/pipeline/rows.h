#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/pipeline/gate.h"
#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// Rows of this room's tables. Inside of this room only.
namespace galley::pipeline {

/// What a run was started with, so that it means the same after a restart.
struct Definition {
  std::string file;
  std::string text;
  std::map<std::string, std::string> other_files;
  std::map<std::string, std::string> inputs;
  std::vector<std::pair<std::string, std::string>> environment;
};

/// Names and texts as one JSON object, and back.
std::string TextsJson(const std::vector<std::pair<std::string, std::string>>& texts);
Result<std::vector<std::pair<std::string, std::string>>> ParseTexts(std::string_view json);

/// Writes a run with its jobs, and the event `pipeline_run.created`; numbers it.
Status InsertRun(journal::Change& change, Run& run, const Definition& definition);

/// Writes a run's state, and the event `pipeline_run.ended` where it has ended.
Status UpdateRun(journal::Change& change, const Run& run);

/// Writes a job as it is now, with its attempts. The event `job.ended` where it has ended.
Status UpdateJob(journal::Change& change, const Run& run, std::size_t position,
                 const Results& results);

/// Lets an ended run go on: its jobs that did not end well wait again. With `pipeline_run.retried`.
Status Reopen(journal::Change& change, Run& run);

Result<Definition> LoadDefinition(db::Connection& db, std::int64_t run);

struct ActiveRun {
  std::string project;
  std::int64_t number;
};
/// Of all projects, oldest first.
Result<std::vector<ActiveRun>> ListActive(db::Connection& db);

/// The results that a job with this key had; null if none had.
Result<std::optional<Results>> FindCached(db::Connection& db, std::int64_t project,
                                          std::string_view key);
Status StoreCached(journal::Change& change, std::string_view key, const Id& job,
                   const Results& results);

/// The job that ran when a result was stored; null if none is.
Result<std::optional<Id>> CachedBy(db::Connection& db, std::int64_t project, std::string_view key);

/// Writes what a gate decided, in the place of an earlier decision of this job, and the event
/// `gate.decided`.
Status StoreGate(journal::Change& change, const Run& run, const Id& job,
                 const GateEvidence& evidence);
Result<std::optional<GateEvidence>> LoadGate(db::Connection& db, const Id& job);

/// A job, whatever its run.
struct JobName {
  std::string_view folder;
  std::string_view pipeline;
  std::string_view job;
};
/// What decided when the job last ended well; null if it never did.
Result<std::optional<std::vector<KeyPart>>> FindKnown(db::Connection& db, std::int64_t project,
                                                      const JobName& name);
Status StoreKnown(journal::Change& change, const JobName& name, const std::vector<KeyPart>& parts);

}  // namespace galley::pipeline
