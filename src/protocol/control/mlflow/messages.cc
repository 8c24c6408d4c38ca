#include "protocol/control/mlflow/messages.h"

namespace galley::mlflow {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kKeyValue[] = {
    Of<&KeyValue::key>("key").Required(),
    Of<&KeyValue::value>("value"),
};
constexpr Field kMetric[] = {
    Of<&Metric::key>("key").Required(),
    Of<&Metric::value>("value").Required(),
    Of<&Metric::timestamp>("timestamp").Required(),
    Of<&Metric::step>("step"),
    Of<&Metric::dataset_name>("dataset_name"),
    Of<&Metric::dataset_digest>("dataset_digest"),
    Of<&Metric::model_id>("model_id"),
    Of<&Metric::run_id>("run_id"),
};
constexpr Field kExperiment[] = {
    Of<&Experiment::experiment_id>("experiment_id"),
    Of<&Experiment::name>("name"),
    Of<&Experiment::artifact_location>("artifact_location"),
    Of<&Experiment::lifecycle_stage>("lifecycle_stage"),
    Of<&Experiment::last_update_time>("last_update_time"),
    Of<&Experiment::creation_time>("creation_time"),
    Of<&Experiment::tags>("tags"),
    Of<&Experiment::workspace>("workspace"),
};
constexpr Field kCreateExperiment[] = {
    Of<&CreateExperiment::name>("name").Required(),
    Of<&CreateExperiment::artifact_location>("artifact_location"),
    Of<&CreateExperiment::tags>("tags"),
};
constexpr Field kExperimentId[] = {
    Of<&ExperimentId::experiment_id>("experiment_id").Required(),
};
constexpr Field kExperimentName[] = {
    Of<&ExperimentName::experiment_name>("experiment_name").Required(),
};
constexpr Field kExperimentAnswer[] = {
    Of<&ExperimentAnswer::experiment>("experiment"),
};
constexpr Field kUpdateExperiment[] = {
    Of<&UpdateExperiment::experiment_id>("experiment_id").Required(),
    Of<&UpdateExperiment::new_name>("new_name").Required(),
};
constexpr Field kExperimentTag[] = {
    Of<&ExperimentTag::experiment_id>("experiment_id").Required(),
    Of<&ExperimentTag::key>("key").Required(),
    Of<&ExperimentTag::value>("value"),
};
constexpr Field kSearchExperiments[] = {
    Of<&SearchExperiments::max_results>("max_results"),
    Of<&SearchExperiments::page_token>("page_token"),
    Of<&SearchExperiments::filter>("filter"),
    Of<&SearchExperiments::order_by>("order_by"),
    Of<&SearchExperiments::view_type>("view_type"),
};
constexpr Field kExperimentsAnswer[] = {
    Of<&ExperimentsAnswer::experiments>("experiments"),
    Of<&ExperimentsAnswer::next_page_token>("next_page_token"),
};
constexpr Field kRunInfo[] = {
    Of<&RunInfo::run_uuid>("run_uuid"),
    Of<&RunInfo::experiment_id>("experiment_id"),
    Of<&RunInfo::run_name>("run_name"),
    Of<&RunInfo::user_id>("user_id"),
    Of<&RunInfo::status>("status"),
    Of<&RunInfo::start_time>("start_time"),
    Of<&RunInfo::end_time>("end_time"),
    Of<&RunInfo::artifact_uri>("artifact_uri"),
    Of<&RunInfo::lifecycle_stage>("lifecycle_stage"),
    Of<&RunInfo::run_id>("run_id"),
};
constexpr Field kRunData[] = {
    Of<&RunData::metrics>("metrics"),
    Of<&RunData::params>("params"),
    Of<&RunData::tags>("tags"),
};
constexpr Field kDataset[] = {
    Of<&Dataset::name>("name").Required(),
    Of<&Dataset::digest>("digest").Required(),
    Of<&Dataset::source_type>("source_type").Required(),
    Of<&Dataset::source>("source").Required(),
    Of<&Dataset::schema>("schema"),
    Of<&Dataset::profile>("profile"),
};
constexpr Field kDatasetInput[] = {
    Of<&DatasetInput::tags>("tags"),
    Of<&DatasetInput::dataset>("dataset"),
};
constexpr Field kModelInput[] = {
    Of<&ModelInput::model_id>("model_id").Required(),
};
constexpr Field kModelOutput[] = {
    Of<&ModelOutput::model_id>("model_id").Required(),
    Of<&ModelOutput::step>("step"),
};
constexpr Field kRunInputs[] = {
    Of<&RunInputs::dataset_inputs>("dataset_inputs"),
    Of<&RunInputs::model_inputs>("model_inputs"),
};
constexpr Field kRunOutputs[] = {
    Of<&RunOutputs::model_outputs>("model_outputs"),
};
constexpr Field kRun[] = {
    Of<&Run::info>("info"),
    Of<&Run::data>("data"),
    Of<&Run::inputs>("inputs"),
    Of<&Run::outputs>("outputs"),
};
constexpr Field kCreateRun[] = {
    Of<&CreateRun::experiment_id>("experiment_id"),
    Of<&CreateRun::user_id>("user_id"),
    Of<&CreateRun::run_name>("run_name"),
    Of<&CreateRun::start_time>("start_time"),
    Of<&CreateRun::tags>("tags"),
};
constexpr Field kRunId[] = {
    Of<&RunId::run_id>("run_id"),
    Of<&RunId::run_uuid>("run_uuid"),
};
constexpr Field kRunAnswer[] = {
    Of<&RunAnswer::run>("run"),
};
constexpr Field kUpdateRun[] = {
    Of<&UpdateRun::run_id>("run_id"),     Of<&UpdateRun::run_uuid>("run_uuid"),
    Of<&UpdateRun::status>("status"),     Of<&UpdateRun::end_time>("end_time"),
    Of<&UpdateRun::run_name>("run_name"),
};
constexpr Field kRunInfoAnswer[] = {
    Of<&RunInfoAnswer::run_info>("run_info"),
};
constexpr Field kSearchRuns[] = {
    Of<&SearchRuns::experiment_ids>("experiment_ids"),
    Of<&SearchRuns::filter>("filter"),
    Of<&SearchRuns::run_view_type>("run_view_type"),
    Of<&SearchRuns::max_results>("max_results"),
    Of<&SearchRuns::order_by>("order_by"),
    Of<&SearchRuns::page_token>("page_token"),
};
constexpr Field kRunsAnswer[] = {
    Of<&RunsAnswer::runs>("runs"),
    Of<&RunsAnswer::next_page_token>("next_page_token"),
};
constexpr Field kLogMetric[] = {
    Of<&LogMetric::run_id>("run_id"),
    Of<&LogMetric::run_uuid>("run_uuid"),
    Of<&LogMetric::key>("key").Required(),
    Of<&LogMetric::value>("value").Required(),
    Of<&LogMetric::timestamp>("timestamp").Required(),
    Of<&LogMetric::step>("step"),
    Of<&LogMetric::model_id>("model_id"),
    Of<&LogMetric::dataset_name>("dataset_name"),
    Of<&LogMetric::dataset_digest>("dataset_digest"),
};
constexpr Field kLogKeyValue[] = {
    Of<&LogKeyValue::run_id>("run_id"),
    Of<&LogKeyValue::run_uuid>("run_uuid"),
    Of<&LogKeyValue::key>("key").Required(),
    Of<&LogKeyValue::value>("value"),
};
constexpr Field kDeleteTag[] = {
    Of<&DeleteTag::run_id>("run_id").Required(),
    Of<&DeleteTag::key>("key").Required(),
};
constexpr Field kLogBatch[] = {
    Of<&LogBatch::run_id>("run_id").Required(),
    Of<&LogBatch::metrics>("metrics"),
    Of<&LogBatch::params>("params"),
    Of<&LogBatch::tags>("tags"),
};
constexpr Field kLogInputs[] = {
    Of<&LogInputs::run_id>("run_id").Required(),
    Of<&LogInputs::datasets>("datasets"),
    Of<&LogInputs::models>("models"),
};
constexpr Field kLogOutputs[] = {
    Of<&LogOutputs::run_id>("run_id").Required(),
    Of<&LogOutputs::models>("models"),
};
constexpr Field kGetMetricHistory[] = {
    Of<&GetMetricHistory::run_id>("run_id"),
    Of<&GetMetricHistory::run_uuid>("run_uuid"),
    Of<&GetMetricHistory::metric_key>("metric_key").Required(),
    Of<&GetMetricHistory::page_token>("page_token"),
    Of<&GetMetricHistory::max_results>("max_results"),
};
constexpr Field kMetricsAnswer[] = {
    Of<&MetricsAnswer::metrics>("metrics"),
    Of<&MetricsAnswer::next_page_token>("next_page_token"),
};
constexpr Field kLoggedModelRegistration[] = {
    Of<&LoggedModelRegistration::name>("name"),
    Of<&LoggedModelRegistration::version>("version"),
};
constexpr Field kLoggedModelInfo[] = {
    Of<&LoggedModelInfo::model_id>("model_id"),
    Of<&LoggedModelInfo::experiment_id>("experiment_id"),
    Of<&LoggedModelInfo::name>("name"),
    Of<&LoggedModelInfo::creation_timestamp_ms>("creation_timestamp_ms"),
    Of<&LoggedModelInfo::last_updated_timestamp_ms>("last_updated_timestamp_ms"),
    Of<&LoggedModelInfo::artifact_uri>("artifact_uri"),
    Of<&LoggedModelInfo::status>("status"),
    Of<&LoggedModelInfo::model_type>("model_type"),
    Of<&LoggedModelInfo::source_run_id>("source_run_id"),
    Of<&LoggedModelInfo::tags>("tags"),
    Of<&LoggedModelInfo::registrations>("registrations"),
};
constexpr Field kLoggedModelData[] = {
    Of<&LoggedModelData::params>("params"),
    Of<&LoggedModelData::metrics>("metrics"),
};
constexpr Field kLoggedModel[] = {
    Of<&LoggedModel::info>("info"),
    Of<&LoggedModel::data>("data"),
};
constexpr Field kCreateLoggedModel[] = {
    Of<&CreateLoggedModel::experiment_id>("experiment_id").Required(),
    Of<&CreateLoggedModel::name>("name"),
    Of<&CreateLoggedModel::model_type>("model_type"),
    Of<&CreateLoggedModel::source_run_id>("source_run_id"),
    Of<&CreateLoggedModel::params>("params"),
    Of<&CreateLoggedModel::tags>("tags"),
};
constexpr Field kLoggedModelId[] = {
    Of<&LoggedModelId::model_id>("model_id"),
};
constexpr Field kLoggedModelAnswer[] = {
    Of<&LoggedModelAnswer::model>("model"),
};
constexpr Field kFinalizeLoggedModel[] = {
    Of<&FinalizeLoggedModel::model_id>("model_id"),
    Of<&FinalizeLoggedModel::status>("status").Required(),
};
constexpr Field kLoggedModelTags[] = {
    Of<&LoggedModelTags::model_id>("model_id"),
    Of<&LoggedModelTags::tags>("tags"),
};
constexpr Field kLoggedModelTagKey[] = {
    Of<&LoggedModelTagKey::model_id>("model_id"),
    Of<&LoggedModelTagKey::tag_key>("tag_key"),
};
constexpr Field kLoggedModelParams[] = {
    Of<&LoggedModelParams::model_id>("model_id"),
    Of<&LoggedModelParams::params>("params"),
};
constexpr Field kLoggedModelOrder[] = {
    Of<&LoggedModelOrder::field_name>("field_name").Required(),
    Of<&LoggedModelOrder::ascending>("ascending"),
    Of<&LoggedModelOrder::dataset_name>("dataset_name"),
    Of<&LoggedModelOrder::dataset_digest>("dataset_digest"),
};
constexpr Field kLoggedModelDataset[] = {
    Of<&LoggedModelDataset::dataset_name>("dataset_name").Required(),
    Of<&LoggedModelDataset::dataset_digest>("dataset_digest"),
};
constexpr Field kSearchLoggedModels[] = {
    Of<&SearchLoggedModels::experiment_ids>("experiment_ids").Required(),
    Of<&SearchLoggedModels::filter>("filter"),
    Of<&SearchLoggedModels::datasets>("datasets"),
    Of<&SearchLoggedModels::max_results>("max_results"),
    Of<&SearchLoggedModels::order_by>("order_by"),
    Of<&SearchLoggedModels::page_token>("page_token"),
};
constexpr Field kLoggedModelsAnswer[] = {
    Of<&LoggedModelsAnswer::models>("models"),
    Of<&LoggedModelsAnswer::next_page_token>("next_page_token"),
};
constexpr Field kFileInfo[] = {
    Of<&FileInfo::path>("path"),
    Of<&FileInfo::is_dir>("is_dir"),
    Of<&FileInfo::file_size>("file_size"),
};
constexpr Field kListArtifacts[] = {
    Of<&ListArtifacts::run_id>("run_id"),
    Of<&ListArtifacts::run_uuid>("run_uuid"),
    Of<&ListArtifacts::model_id>("model_id"),
    Of<&ListArtifacts::path>("path"),
    Of<&ListArtifacts::artifact_directory_path>("artifact_directory_path"),
    Of<&ListArtifacts::page_token>("page_token"),
};
constexpr Field kFilesAnswer[] = {
    Of<&FilesAnswer::root_uri>("root_uri"),
    Of<&FilesAnswer::files>("files"),
};

}  // namespace

const schema::Message Empty::kSchema{"Empty", {}};
const schema::Message KeyValue::kSchema{"KeyValue", kKeyValue};
const schema::Message Metric::kSchema{"Metric", kMetric};
const schema::Message Experiment::kSchema{"Experiment", kExperiment};
const schema::Message CreateExperiment::kSchema{"CreateExperiment", kCreateExperiment};
const schema::Message ExperimentId::kSchema{"ExperimentId", kExperimentId};
const schema::Message ExperimentName::kSchema{"ExperimentName", kExperimentName};
const schema::Message ExperimentAnswer::kSchema{"ExperimentAnswer", kExperimentAnswer};
const schema::Message UpdateExperiment::kSchema{"UpdateExperiment", kUpdateExperiment};
const schema::Message ExperimentTag::kSchema{"ExperimentTag", kExperimentTag};
const schema::Message SearchExperiments::kSchema{"SearchExperiments", kSearchExperiments};
const schema::Message ExperimentsAnswer::kSchema{"ExperimentsAnswer", kExperimentsAnswer};
const schema::Message RunInfo::kSchema{"RunInfo", kRunInfo};
const schema::Message RunData::kSchema{"RunData", kRunData};
const schema::Message Dataset::kSchema{"Dataset", kDataset};
const schema::Message DatasetInput::kSchema{"DatasetInput", kDatasetInput};
const schema::Message ModelInput::kSchema{"ModelInput", kModelInput};
const schema::Message ModelOutput::kSchema{"ModelOutput", kModelOutput};
const schema::Message RunInputs::kSchema{"RunInputs", kRunInputs};
const schema::Message RunOutputs::kSchema{"RunOutputs", kRunOutputs};
const schema::Message Run::kSchema{"Run", kRun};
const schema::Message CreateRun::kSchema{"CreateRun", kCreateRun};
const schema::Message RunId::kSchema{"RunId", kRunId};
const schema::Message RunAnswer::kSchema{"RunAnswer", kRunAnswer};
const schema::Message UpdateRun::kSchema{"UpdateRun", kUpdateRun};
const schema::Message RunInfoAnswer::kSchema{"RunInfoAnswer", kRunInfoAnswer};
const schema::Message SearchRuns::kSchema{"SearchRuns", kSearchRuns};
const schema::Message RunsAnswer::kSchema{"RunsAnswer", kRunsAnswer};
const schema::Message LogMetric::kSchema{"LogMetric", kLogMetric};
const schema::Message LogKeyValue::kSchema{"LogKeyValue", kLogKeyValue};
const schema::Message DeleteTag::kSchema{"DeleteTag", kDeleteTag};
const schema::Message LogBatch::kSchema{"LogBatch", kLogBatch};
const schema::Message LogInputs::kSchema{"LogInputs", kLogInputs};
const schema::Message LogOutputs::kSchema{"LogOutputs", kLogOutputs};
const schema::Message GetMetricHistory::kSchema{"GetMetricHistory", kGetMetricHistory};
const schema::Message MetricsAnswer::kSchema{"MetricsAnswer", kMetricsAnswer};
const schema::Message LoggedModelRegistration::kSchema{"LoggedModelRegistration",
                                                       kLoggedModelRegistration};
const schema::Message LoggedModelInfo::kSchema{"LoggedModelInfo", kLoggedModelInfo};
const schema::Message LoggedModelData::kSchema{"LoggedModelData", kLoggedModelData};
const schema::Message LoggedModel::kSchema{"LoggedModel", kLoggedModel};
const schema::Message CreateLoggedModel::kSchema{"CreateLoggedModel", kCreateLoggedModel};
const schema::Message LoggedModelId::kSchema{"LoggedModelId", kLoggedModelId};
const schema::Message LoggedModelAnswer::kSchema{"LoggedModelAnswer", kLoggedModelAnswer};
const schema::Message FinalizeLoggedModel::kSchema{"FinalizeLoggedModel", kFinalizeLoggedModel};
const schema::Message LoggedModelTags::kSchema{"LoggedModelTags", kLoggedModelTags};
const schema::Message LoggedModelTagKey::kSchema{"LoggedModelTagKey", kLoggedModelTagKey};
const schema::Message LoggedModelParams::kSchema{"LoggedModelParams", kLoggedModelParams};
const schema::Message LoggedModelOrder::kSchema{"LoggedModelOrder", kLoggedModelOrder};
const schema::Message LoggedModelDataset::kSchema{"LoggedModelDataset", kLoggedModelDataset};
const schema::Message SearchLoggedModels::kSchema{"SearchLoggedModels", kSearchLoggedModels};
const schema::Message LoggedModelsAnswer::kSchema{"LoggedModelsAnswer", kLoggedModelsAnswer};
const schema::Message FileInfo::kSchema{"FileInfo", kFileInfo};
const schema::Message ListArtifacts::kSchema{"ListArtifacts", kListArtifacts};
const schema::Message FilesAnswer::kSchema{"FilesAnswer", kFilesAnswer};

}  // namespace galley::mlflow
