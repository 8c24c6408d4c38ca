#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/id.h"

namespace galley::tracking {

/// A tag or a parameter.
struct KeyValue {
  std::string key;
  std::string value;
};

/// Deleted things keep their names and can be restored.
enum class State : std::uint8_t { kActive = 0, kDeleted = 1 };

struct Experiment {
  std::int64_t row = 0;
  Id id;
  std::string number;  ///< Its alias for people and for MLflow: counts from 0 in each project.
  std::string name;
  std::string artifact_root;  ///< A URI; runs' artifacts lie beneath it.
  State state = State::kActive;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::vector<KeyValue> tags;  ///< By key.
};

/// How many runs an experiment has.
struct RunCounts {
  std::int64_t active = 0;   ///< Not deleted, the running ones included.
  std::int64_t running = 0;  ///< Not deleted, neither ended nor waiting.
  std::int64_t deleted = 0;
  std::optional<std::int64_t> last_started_ms;  ///< Of those that are not deleted.
};

/// The values are MLflow's and stored.
enum class RunStatus : std::uint8_t {
  kRunning = 1,
  kScheduled = 2,
  kFinished = 3,
  kFailed = 4,
  kKilled = 5,
};

/// One measured value. Points with the same series, step, time and value are one.
struct MetricPoint {
  std::string key;
  double value = 0;  ///< May be NaN or infinite.
  std::int64_t timestamp_ms = 0;
  std::int64_t step = 0;

  // What the value was measured of and on, where the client says so.
  std::optional<Id> model;
  std::optional<Id> run;
  std::string dataset_name;
  std::string dataset_digest;
};

struct Dataset {
  std::string name;
  std::string digest;
  std::string source_type;
  std::string source;
  std::optional<std::string> schema;
  std::optional<std::string> profile;
};
struct DatasetInput {
  Dataset dataset;
  std::vector<KeyValue> tags;
};

/// A logged model that a run read or made.
struct ModelLink {
  Id model;
  std::int64_t step = 0;
};

struct Run {
  std::int64_t row = 0;
  Id id;
  std::string experiment;  ///< The experiment's number.
  std::string name;
  std::string user;
  RunStatus status = RunStatus::kRunning;
  State state = State::kActive;
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
  std::string artifact_uri;
  std::vector<MetricPoint> metrics;  ///< The latest of each key, by key.
  std::vector<KeyValue> params;      ///< By key.
  std::vector<KeyValue> tags;        ///< By key.
  std::vector<DatasetInput> inputs;
  std::vector<ModelLink> model_inputs;
  std::vector<ModelLink> model_outputs;
};

/// The values are MLflow's and stored.
enum class ModelStatus : std::uint8_t {
  kUnspecified = 0,
  kPending = 1,
  kReady = 2,
  kUploadFailed = 3,
};

/// A model as a run left it: files with parameters and metrics. Registering one makes a version.
struct LoggedModel {
  std::int64_t row = 0;
  Id id;
  std::string experiment;  ///< The experiment's number.
  std::string name;
  std::string type;
  ModelStatus status = ModelStatus::kPending;
  std::optional<Id> source_run;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::string artifact_uri;
  std::vector<KeyValue> params;
  std::vector<KeyValue> tags;
  std::vector<MetricPoint> metrics;  ///< The latest of each (key, dataset, run).
};

/// A file or a folder among artifacts.
struct ArtifactEntry {
  std::string path;  ///< From the artifacts' root: `0/RUN/artifacts/model/MLmodel`.
  bool is_folder = false;
  std::int64_t size = 0;
};

/// All files beneath a folder together.
struct ArtifactTotals {
  std::int64_t files = 0;
  std::int64_t bytes = 0;
};

}  // namespace galley::tracking
