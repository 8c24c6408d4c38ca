#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// The messages of MLflow's service.proto that Galley answers, by their names there. Fields that
/// are optional there and may be absent in an answer are optional here.
namespace galley::mlflow {

struct Empty {
  static const schema::Message kSchema;
};
struct KeyValue {
  std::string key;
  std::string value;
  static const schema::Message kSchema;
};
struct Metric {
  std::string key;
  std::optional<double> value;
  std::optional<std::int64_t> timestamp;
  std::int64_t step = 0;
  std::optional<std::string> dataset_name;
  std::optional<std::string> dataset_digest;
  std::optional<std::string> model_id;
  std::optional<std::string> run_id;
  static const schema::Message kSchema;
};

struct Experiment {
  std::string experiment_id;
  std::string name;
  std::string artifact_location;
  std::string lifecycle_stage;
  std::int64_t last_update_time = 0;
  std::int64_t creation_time = 0;
  std::vector<KeyValue> tags;
  std::string workspace = "default";
  static const schema::Message kSchema;
};
struct CreateExperiment {
  std::string name;
  std::string artifact_location;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct ExperimentId {
  std::string experiment_id;
  static const schema::Message kSchema;
};
struct ExperimentName {
  std::string experiment_name;
  static const schema::Message kSchema;
};
struct ExperimentAnswer {
  Experiment experiment;
  static const schema::Message kSchema;
};
struct UpdateExperiment {
  std::string experiment_id;
  std::string new_name;
  static const schema::Message kSchema;
};
struct ExperimentTag {
  std::string experiment_id;
  std::string key;
  std::string value;
  static const schema::Message kSchema;
};
struct SearchExperiments {
  std::optional<std::int64_t> max_results;
  std::string page_token;
  std::string filter;
  std::vector<std::string> order_by;
  std::string view_type;
  static const schema::Message kSchema;
};
struct ExperimentsAnswer {
  std::vector<Experiment> experiments;
  std::optional<std::string> next_page_token;
  static const schema::Message kSchema;
};

struct RunInfo {
  std::string run_uuid;
  std::string experiment_id;
  std::string run_name;
  std::string user_id;
  std::string status;
  std::optional<std::int64_t> start_time;
  std::optional<std::int64_t> end_time;
  std::string artifact_uri;
  std::string lifecycle_stage;
  std::string run_id;
  static const schema::Message kSchema;
};
struct RunData {
  std::vector<Metric> metrics;
  std::vector<KeyValue> params;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct Dataset {
  std::string name;
  std::string digest;
  std::string source_type;
  std::string source;
  std::optional<std::string> schema;
  std::optional<std::string> profile;
  static const schema::Message kSchema;
};
struct DatasetInput {
  std::vector<KeyValue> tags;
  Dataset dataset;
  static const schema::Message kSchema;
};
struct ModelInput {
  std::string model_id;
  static const schema::Message kSchema;
};
struct ModelOutput {
  std::string model_id;
  std::int64_t step = 0;
  static const schema::Message kSchema;
};
struct RunInputs {
  std::vector<DatasetInput> dataset_inputs;
  std::vector<ModelInput> model_inputs;
  static const schema::Message kSchema;
};
struct RunOutputs {
  std::vector<ModelOutput> model_outputs;
  static const schema::Message kSchema;
};
struct Run {
  RunInfo info;
  RunData data;
  RunInputs inputs;
  RunOutputs outputs;
  static const schema::Message kSchema;
};
struct CreateRun {
  std::string experiment_id;
  std::string user_id;
  std::string run_name;
  std::optional<std::int64_t> start_time;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct RunId {
  std::string run_id;
  std::string run_uuid;
  static const schema::Message kSchema;
};
struct RunAnswer {
  Run run;
  static const schema::Message kSchema;
};
struct UpdateRun {
  std::string run_id;
  std::string run_uuid;
  std::optional<std::string> status;
  std::optional<std::int64_t> end_time;
  std::optional<std::string> run_name;
  static const schema::Message kSchema;
};
struct RunInfoAnswer {
  RunInfo run_info;
  static const schema::Message kSchema;
};
struct SearchRuns {
  std::vector<std::string> experiment_ids;
  std::string filter;
  std::string run_view_type;
  std::optional<std::int64_t> max_results;
  std::vector<std::string> order_by;
  std::string page_token;
  static const schema::Message kSchema;
};
struct RunsAnswer {
  std::vector<Run> runs;
  std::optional<std::string> next_page_token;
  static const schema::Message kSchema;
};
struct LogMetric {
  std::string run_id;
  std::string run_uuid;
  std::string key;
  std::optional<double> value;
  std::optional<std::int64_t> timestamp;
  std::int64_t step = 0;
  std::optional<std::string> model_id;
  std::optional<std::string> dataset_name;
  std::optional<std::string> dataset_digest;
  static const schema::Message kSchema;
};
struct LogKeyValue {
  std::string run_id;
  std::string run_uuid;
  std::string key;
  std::string value;
  static const schema::Message kSchema;
};
struct DeleteTag {
  std::string run_id;
  std::string key;
  static const schema::Message kSchema;
};
struct LogBatch {
  std::string run_id;
  std::vector<Metric> metrics;
  std::vector<KeyValue> params;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct LogInputs {
  std::string run_id;
  std::vector<DatasetInput> datasets;
  std::vector<ModelInput> models;
  static const schema::Message kSchema;
};
struct LogOutputs {
  std::string run_id;
  std::vector<ModelOutput> models;
  static const schema::Message kSchema;
};
struct GetMetricHistory {
  std::string run_id;
  std::string run_uuid;
  std::string metric_key;
  std::string page_token;
  std::optional<std::int64_t> max_results;
  static const schema::Message kSchema;
};
struct MetricsAnswer {
  std::vector<Metric> metrics;
  std::optional<std::string> next_page_token;
  static const schema::Message kSchema;
};

struct LoggedModelRegistration {
  std::string name;
  std::string version;
  static const schema::Message kSchema;
};
struct LoggedModelInfo {
  std::string model_id;
  std::string experiment_id;
  std::string name;
  std::int64_t creation_timestamp_ms = 0;
  std::int64_t last_updated_timestamp_ms = 0;
  std::string artifact_uri;
  std::string status;
  std::string model_type;
  std::optional<std::string> source_run_id;
  std::vector<KeyValue> tags;
  std::vector<LoggedModelRegistration> registrations;
  static const schema::Message kSchema;
};
struct LoggedModelData {
  std::vector<KeyValue> params;
  std::vector<Metric> metrics;
  static const schema::Message kSchema;
};
struct LoggedModel {
  LoggedModelInfo info;
  LoggedModelData data;
  static const schema::Message kSchema;
};
struct CreateLoggedModel {
  std::string experiment_id;
  std::string name;
  std::string model_type;
  std::string source_run_id;
  std::vector<KeyValue> params;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct LoggedModelId {
  std::string model_id;
  static const schema::Message kSchema;
};
struct LoggedModelAnswer {
  LoggedModel model;
  static const schema::Message kSchema;
};
struct FinalizeLoggedModel {
  std::string model_id;
  std::string status;
  static const schema::Message kSchema;
};
struct LoggedModelTags {
  std::string model_id;
  std::vector<KeyValue> tags;
  static const schema::Message kSchema;
};
struct LoggedModelTagKey {
  std::string model_id;
  std::string tag_key;
  static const schema::Message kSchema;
};
struct LoggedModelParams {
  std::string model_id;
  std::vector<KeyValue> params;
  static const schema::Message kSchema;
};
struct LoggedModelOrder {
  std::string field_name;
  std::optional<bool> ascending;
  std::string dataset_name;
  std::string dataset_digest;
  static const schema::Message kSchema;
};
struct LoggedModelDataset {
  std::string dataset_name;
  std::string dataset_digest;
  static const schema::Message kSchema;
};
struct SearchLoggedModels {
  std::vector<std::string> experiment_ids;
  std::string filter;
  std::vector<LoggedModelDataset> datasets;
  std::optional<std::int64_t> max_results;
  std::vector<LoggedModelOrder> order_by;
  std::string page_token;
  static const schema::Message kSchema;
};
struct LoggedModelsAnswer {
  std::vector<LoggedModel> models;
  std::optional<std::string> next_page_token;
  static const schema::Message kSchema;
};

struct FileInfo {
  std::string path;
  bool is_dir = false;
  std::optional<std::int64_t> file_size;
  static const schema::Message kSchema;
};
struct ListArtifacts {
  std::string run_id;
  std::string run_uuid;
  std::string model_id;
  std::string path;
  std::string artifact_directory_path;  ///< As `path`, for logged models.
  std::string page_token;
  static const schema::Message kSchema;
};
struct FilesAnswer {
  std::optional<std::string> root_uri;
  std::vector<FileInfo> files;
  static const schema::Message kSchema;
};

}  // namespace galley::mlflow
