#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/tracking/types.h"
#include "foundation/base/error.h"
#include "storage/blob/blob_store.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/db/query.h"
#include "storage/journal/change.h"

/// Experiments, runs and what they log. Functions that take a Change write, within its transaction,
/// with their event; the others read. `project` is a project's row. A thing that does not exist is
/// kNotFound, one in the wrong state kFailedPrecondition.
namespace galley::tracking {

/// The tables of this room.
extern const db::Part kTables;

/// Where artifacts lie that clients send through Galley: `mlflow-artifacts:/PATH`.
inline constexpr std::string_view kArtifactScheme = "mlflow-artifacts:/";

// Experiments.

/// Creates the experiment `Default` with number 0, unless it is there.
Status EnsureDefaultExperiment(journal::Change& change);

struct NewExperiment {
  std::string name;
  std::string artifact_root;  ///< Empty: beneath Galley's own artifacts.
  std::vector<KeyValue> tags;
};
Result<Experiment> CreateExperiment(journal::Change& change, const NewExperiment& experiment);
Result<Experiment> GetExperiment(db::Connection& db, std::int64_t project, std::string_view number);
Result<Experiment> GetExperimentByName(db::Connection& db, std::int64_t project,
                                       std::string_view name);
/// The experiment whose number or, if none has it, whose name is `text`.
Result<Experiment> ResolveExperiment(db::Connection& db, std::int64_t project,
                                     std::string_view text);
/// The number of an experiment that somebody else's row or event names by its id; kNotFound.
Result<std::string> ExperimentNumber(db::Connection& db, std::int64_t project,
                                     const Id& experiment);
/// The number of the experiment that a run belongs to, without all that a run has; kNotFound.
Result<std::string> ExperimentOfRun(db::Connection& db, std::int64_t project, const Id& run);
Result<RunCounts> CountRuns(db::Connection& db, const Experiment& experiment);
Result<db::Page<Experiment>> SearchExperiments(db::Connection& db, std::int64_t project,
                                               const db::Query& query);
/// Deletes or restores it, with all of its runs.
Status SetExperimentState(journal::Change& change, std::string_view number, State state);
Status RenameExperiment(journal::Change& change, std::string_view number, std::string_view name);
Status SetExperimentTag(journal::Change& change, std::string_view number, const KeyValue& tag);
Status DeleteExperimentTag(journal::Change& change, std::string_view number, std::string_view key);

// Runs.

struct NewRun {
  std::string experiment;  ///< Its number.
  std::string name;        ///< Empty: one is made up, such as `quiet-basil-417`.
  std::string user;
  std::optional<std::int64_t> started_ms;
  std::vector<KeyValue> tags;
};
Result<Run> CreateRun(journal::Change& change, const NewRun& run);
Result<Run> GetRun(db::Connection& db, std::int64_t project, const Id& id);
/// All runs with a tag of this value, oldest first. Looks at every run of the project.
Result<std::vector<Run>> RunsWithTag(db::Connection& db, std::int64_t project, std::string_view key,
                                     std::string_view value);
/// A run that read a dataset: what its job was given (the tag `galley.dataset.NAME`), or what its
/// client logged as an input of that name.
struct DatasetRead {
  Run run;
  std::string version;  ///< A number; of an input its digest, by MLflow.
  bool is_input = false;
};
/// Newest first. Looks at every run of the project.
Result<std::vector<DatasetRead>> RunsThatRead(db::Connection& db, std::int64_t project,
                                              std::string_view dataset, std::int64_t limit);
Result<db::Page<Run>> SearchRuns(db::Connection& db, std::int64_t project,
                                 std::span<const std::string> experiments, const db::Query& query);

/// The runs of all experiments.
Result<db::Page<Run>> SearchProjectRuns(db::Connection& db, std::int64_t project,
                                        const db::Query& query);

/// The shortest beginning of an id that names a run.
inline constexpr std::size_t kRunPrefixMin = 6;
/// The run whose id is `text` or, alone in the project, begins with it. kInvalidArgument: no hex
/// digits, or fewer than kRunPrefixMin; kFailedPrecondition: several runs, whose ids it names.
Result<Id> ResolveRun(db::Connection& db, std::int64_t project, std::string_view text);

struct RunUpdate {
  std::optional<RunStatus> status;
  std::optional<std::int64_t> ended_ms;
  std::optional<std::string> name;
};
Result<Run> UpdateRun(journal::Change& change, const Id& id, const RunUpdate& update);
Status SetRunState(journal::Change& change, const Id& id, State state);

/// What one request logs: all of it is stored or nothing.
struct Batch {
  std::vector<MetricPoint> metrics;
  std::vector<KeyValue> params;  ///< A key that has another value already is kFailedPrecondition.
  std::vector<KeyValue> tags;    ///< Replace what is there.
};
Status LogBatch(journal::Change& change, const Id& run, const Batch& batch);
Status DeleteTag(journal::Change& change, const Id& run, std::string_view key);

struct Inputs {
  std::vector<DatasetInput> datasets;
  std::vector<ModelLink> models;
};
Status LogInputs(journal::Change& change, const Id& run, const Inputs& inputs);
Status LogOutputs(journal::Change& change, const Id& run, std::span<const ModelLink> models);

/// A metric's points by (timestamp, step, value).
Result<db::Page<MetricPoint>> MetricHistory(db::Connection& db, std::int64_t project, const Id& run,
                                            std::string_view key, std::int64_t offset,
                                            std::int64_t limit);

/// A metric of a run: its latest point, and how many there are.
struct MetricKey {
  MetricPoint latest;
  std::int64_t points = 0;
};
/// A run's metrics by key: those that contain `part` and come after `after`.
Result<db::Page<MetricKey>> MetricKeys(db::Connection& db, std::int64_t project, const Id& run,
                                       std::string_view part, std::string_view after,
                                       std::int64_t limit);

// Logged models.

struct NewModel {
  std::string experiment;  ///< Its number.
  std::string name;
  std::string type;
  std::optional<Id> source_run;
  std::vector<KeyValue> params;
  std::vector<KeyValue> tags;
};
Result<LoggedModel> CreateModel(journal::Change& change, const NewModel& model);
Result<LoggedModel> GetModel(db::Connection& db, std::int64_t project, const Id& id);
Result<LoggedModel> SetModelStatus(journal::Change& change, const Id& id, ModelStatus status);
Status DeleteModel(journal::Change& change, const Id& id);
Status SetModelTags(journal::Change& change, const Id& id, std::span<const KeyValue> tags);
Status DeleteModelTag(journal::Change& change, const Id& id, std::string_view key);
Status LogModelParams(journal::Change& change, const Id& id, std::span<const KeyValue> params);
Result<db::Page<LoggedModel>> SearchModels(db::Connection& db, std::int64_t project,
                                           std::span<const std::string> experiments,
                                           const db::Query& query);

// Artifacts: files by path, each path a blob.

/// Stores a file, replacing one of the same path. A path that is a folder, or beneath a file, is
/// kFailedPrecondition.
Status PutArtifact(journal::Change& change, std::string_view path, const blob::Blob& blob);
Result<blob::Blob> GetArtifact(db::Connection& db, std::int64_t project, std::string_view path);
/// What lies directly in a folder, by path. A folder that does not exist is empty.
Result<std::vector<ArtifactEntry>> ListArtifacts(db::Connection& db, std::int64_t project,
                                                 std::string_view folder);
/// All files beneath a folder, by path, each with its size.
Result<std::vector<ArtifactEntry>> FilesBeneath(db::Connection& db, std::int64_t project,
                                                std::string_view folder);
/// How much lies beneath a folder.
Result<ArtifactTotals> TotalsBeneath(db::Connection& db, std::int64_t project,
                                     std::string_view folder);
/// Removes a file or a folder with all in it; kNotFound if there is neither.
Status DeleteArtifact(journal::Change& change, std::string_view path);

}  // namespace galley::tracking
