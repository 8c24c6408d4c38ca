#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API takes and answers. Times are milliseconds since 1970 in UTC, sizes are
/// bytes, ids 32 hex digits. Field by field: docs/formats/native_api.md.
namespace galley::native {

struct KeyValue {
  std::string key;
  std::string value;
  static const schema::Message kSchema;
};

struct Metric {
  std::string key;
  double value = 0;  ///< NaN and infinities are strings on the wire.
  std::int64_t step = 0;
  std::int64_t timestamp_ms = 0;
  std::optional<std::string> dataset_name;
  std::optional<std::string> dataset_digest;
  std::optional<std::string> run;  ///< Of a logged model's metric: the run that measured it.
  static const schema::Message kSchema;
};

// Experiments.

struct RunCounts {
  std::int64_t active = 0;
  std::int64_t running = 0;
  std::int64_t deleted = 0;
  static const schema::Message kSchema;
};
struct Experiment {
  std::string id;
  std::string number;
  std::string name;
  std::string state;  ///< `active` or `deleted`.
  std::string artifact_root;
  RunCounts runs;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::optional<std::int64_t> last_run_ms;  ///< When the newest active run started.
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct ExperimentAnswer {
  Experiment experiment;
  static const schema::Message kSchema;
};
struct ListExperiments {
  std::string view = "active";
  std::int64_t limit = 100;
  std::int64_t offset = 0;
  static const schema::Message kSchema;
};
struct ExperimentsAnswer {
  std::vector<Experiment> experiments;
  bool has_more = false;
  static const schema::Message kSchema;
};

// Runs.

struct Run {
  std::string id;
  std::string name;
  std::string experiment;  ///< The experiment's number.
  std::string experiment_name;
  std::string user;
  std::string status;  ///< `running`, `scheduled`, `finished`, `failed`, `killed`.
  std::string state;   ///< `active` or `deleted`.
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
  std::string artifact_uri;
  std::vector<KeyValue> params;
  std::vector<Metric> metrics;  ///< The latest of each key.
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct Input {
  std::string name;
  std::string digest;
  std::string source_type;
  std::string source;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct ModelLink {
  std::string id;
  std::string name;
  std::string type;
  std::string status;  ///< As a model's; `deleted` if it is.
  std::int64_t step = 0;
  static const schema::Message kSchema;
};
struct Artifact {
  std::string name;  ///< Within the run's artifacts.
  bool is_folder = false;
  std::int64_t files = 1;  ///< How many lie beneath a folder.
  std::int64_t size = 0;   ///< Of a folder: of all that lies beneath it.
  static const schema::Message kSchema;
};
struct RunAnswer {
  Run run;
  std::vector<Input> inputs;
  std::vector<ModelLink> models_in;
  std::vector<ModelLink> models_out;
  std::vector<Artifact> artifacts;
  bool artifacts_has_more = false;
  static const schema::Message kSchema;
};
struct ListRuns {
  std::optional<std::string> experiment;  ///< Its number or name.
  std::string view = "active";
  std::int64_t limit = 100;
  std::int64_t offset = 0;
  static const schema::Message kSchema;
};
struct RunsAnswer {
  std::vector<Run> runs;
  bool has_more = false;
  static const schema::Message kSchema;
};
struct ListMetrics {
  std::string key;
  std::int64_t limit = 1000;
  std::int64_t offset = 0;
  static const schema::Message kSchema;
};
struct MetricsAnswer {
  std::vector<Metric> metrics;
  bool has_more = false;
  static const schema::Message kSchema;
};

// Logged models.

struct Model {
  std::string id;
  std::string experiment;  ///< The experiment's number.
  std::string name;
  std::string type;
  std::string status;  ///< `pending`, `ready`, `upload_failed`, `unspecified`.
  std::optional<std::string> source_run;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::string artifact_uri;
  std::vector<KeyValue> params;
  std::vector<Metric> metrics;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct ModelAnswer {
  Model model;
  static const schema::Message kSchema;
};

// Events.

struct Event {
  std::int64_t sequence = 0;
  std::int64_t at_ms = 0;
  std::string kind;
  std::string subject;
  std::string actor;
  schema::JsonObject detail;
  static const schema::Message kSchema;
};
struct ListEvents {
  std::string subject;                 ///< Empty: of all.
  std::optional<std::int64_t> before;  ///< Only those with a smaller sequence.
  std::int64_t limit = 100;
  std::string kind;   ///< Empty: of all; ends in a dot: of all that begin so.
  std::string actor;  ///< Empty: of all.
  static const schema::Message kSchema;
};
struct AskEventFacets {
  std::int64_t last = 10'000;
  static const schema::Message kSchema;
};
struct EventFacet {
  std::string value;
  std::int64_t count = 0;
  static const schema::Message kSchema;
};
struct EventFacets {
  std::int64_t events = 0;
  std::vector<EventFacet> kinds;
  std::vector<EventFacet> actors;
  static const schema::Message kSchema;
};
struct EventsAnswer {
  std::vector<Event> events;
  bool has_more = false;
  static const schema::Message kSchema;
};

/// Parameters of an operation that takes none.
struct Nothing {
  static const schema::Message kSchema;
};

/// What every operation answers that fails.
struct ErrorBody {
  std::string code;
  std::string message;
  static const schema::Message kSchema;
};
struct ErrorAnswer {
  ErrorBody error;
  static const schema::Message kSchema;
};

}  // namespace galley::native
