#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tracking/types.h"
#include "foundation/base/error.h"
#include "foundation/json/writer.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// Small pieces that the files of this room share.
namespace galley::tracking {

/// The system and kind under which an experiment's number stands in `alias`.
inline constexpr std::string_view kAliasSystem = "mlflow";
inline constexpr std::string_view kAliasExperiment = "experiment";

/// A row with its state, for checks before a write.
struct Found {
  std::int64_t row = 0;
  State state = State::kActive;
};

Result<Found> FindExperiment(db::Connection& db, std::int64_t project, std::string_view number);
Result<Found> FindRun(db::Connection& db, std::int64_t project, const Id& id);
/// The run's row; kFailedPrecondition if the run is deleted.
Result<std::int64_t> ActiveRun(db::Connection& db, std::int64_t project, const Id& id);
/// Gives the run the project's next change number, by which `run_table.h` knows what to read again.
/// Whatever writes to a run or to what it logged calls it.
Status MarkChanged(journal::Change& change, std::int64_t run);
/// The row of a logged model that is not deleted.
Result<std::int64_t> ModelRow(db::Connection& db, std::int64_t project, const Id& id);

Result<Run> LoadRun(db::Connection& db, std::int64_t row);
Result<std::vector<Run>> LoadRuns(db::Connection& db, std::span<const std::int64_t> rows);

/// `rows` as a JSON list, for `IN (SELECT value FROM json_each(?))`.
std::string JsonList(std::span<const std::int64_t> rows);

/// Writes key and value pairs as an object into a journal entry.
void AppendPairs(json::Writer& writer, std::string_view name, std::span<const KeyValue> pairs);

}  // namespace galley::tracking
