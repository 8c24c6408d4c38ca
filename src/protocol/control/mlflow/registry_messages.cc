#include "protocol/control/mlflow/registry_messages.h"

namespace galley::mlflow {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kModelVersion[] = {
    Of<&ModelVersion::name>("name"),
    Of<&ModelVersion::version>("version"),
    Of<&ModelVersion::creation_timestamp>("creation_timestamp"),
    Of<&ModelVersion::last_updated_timestamp>("last_updated_timestamp"),
    Of<&ModelVersion::current_stage>("current_stage"),
    Of<&ModelVersion::description>("description"),
    Of<&ModelVersion::source>("source"),
    Of<&ModelVersion::run_id>("run_id"),
    Of<&ModelVersion::status>("status"),
    Of<&ModelVersion::run_link>("run_link"),
    Of<&ModelVersion::tags>("tags"),
    Of<&ModelVersion::aliases>("aliases"),
};
constexpr Field kModelAlias[] = {
    Of<&ModelAlias::alias>("alias"),
    Of<&ModelAlias::version>("version"),
};
constexpr Field kRegisteredModel[] = {
    Of<&RegisteredModel::name>("name"),
    Of<&RegisteredModel::creation_timestamp>("creation_timestamp"),
    Of<&RegisteredModel::last_updated_timestamp>("last_updated_timestamp"),
    Of<&RegisteredModel::description>("description"),
    Of<&RegisteredModel::latest_versions>("latest_versions"),
    Of<&RegisteredModel::tags>("tags"),
    Of<&RegisteredModel::aliases>("aliases"),
};
constexpr Field kCreateRegisteredModel[] = {
    Of<&CreateRegisteredModel::name>("name").Required(),
    Of<&CreateRegisteredModel::tags>("tags"),
    Of<&CreateRegisteredModel::description>("description"),
};
constexpr Field kModelName[] = {
    Of<&ModelName::name>("name").Required(),
};
constexpr Field kRenameModel[] = {
    Of<&RenameModel::name>("name").Required(),
    Of<&RenameModel::new_name>("new_name").Required(),
};
constexpr Field kDescribeModel[] = {
    Of<&DescribeModel::name>("name").Required(),
    Of<&DescribeModel::description>("description"),
};
constexpr Field kRegisteredModelAnswer[] = {
    Of<&RegisteredModelAnswer::registered_model>("registered_model"),
};
constexpr Field kModelTag[] = {
    Of<&ModelTag::name>("name").Required(),
    Of<&ModelTag::key>("key").Required(),
    Of<&ModelTag::value>("value"),
};
constexpr Field kSearchRegistry[] = {
    Of<&SearchRegistry::filter>("filter"),
    Of<&SearchRegistry::max_results>("max_results"),
    Of<&SearchRegistry::order_by>("order_by"),
    Of<&SearchRegistry::page_token>("page_token"),
};
constexpr Field kRegisteredModelsAnswer[] = {
    Of<&RegisteredModelsAnswer::registered_models>("registered_models"),
    Of<&RegisteredModelsAnswer::next_page_token>("next_page_token"),
};
constexpr Field kModelAliasRequest[] = {
    Of<&ModelAliasRequest::name>("name").Required(),
    Of<&ModelAliasRequest::alias>("alias").Required(),
    Of<&ModelAliasRequest::version>("version"),
};
constexpr Field kGetLatestVersions[] = {
    Of<&GetLatestVersions::name>("name").Required(),
    Of<&GetLatestVersions::stages>("stages"),
};
constexpr Field kCreateModelVersion[] = {
    Of<&CreateModelVersion::name>("name").Required(),
    Of<&CreateModelVersion::source>("source").Required(),
    Of<&CreateModelVersion::run_id>("run_id"),
    Of<&CreateModelVersion::tags>("tags"),
    Of<&CreateModelVersion::run_link>("run_link"),
    Of<&CreateModelVersion::description>("description"),
    Of<&CreateModelVersion::model_id>("model_id"),
};
constexpr Field kVersionKey[] = {
    Of<&VersionKey::name>("name").Required(),
    Of<&VersionKey::version>("version").Required(),
};
constexpr Field kDescribeVersion[] = {
    Of<&DescribeVersion::name>("name").Required(),
    Of<&DescribeVersion::version>("version").Required(),
    Of<&DescribeVersion::description>("description"),
};
constexpr Field kTransitionStage[] = {
    Of<&TransitionStage::name>("name").Required(),
    Of<&TransitionStage::version>("version").Required(),
    Of<&TransitionStage::stage>("stage").Required(),
    Of<&TransitionStage::archive_existing_versions>("archive_existing_versions"),
};
constexpr Field kVersionTag[] = {
    Of<&VersionTag::name>("name").Required(),
    Of<&VersionTag::version>("version").Required(),
    Of<&VersionTag::key>("key").Required(),
    Of<&VersionTag::value>("value"),
};
constexpr Field kModelVersionAnswer[] = {
    Of<&ModelVersionAnswer::model_version>("model_version"),
};
constexpr Field kModelVersionsAnswer[] = {
    Of<&ModelVersionsAnswer::model_versions>("model_versions"),
    Of<&ModelVersionsAnswer::next_page_token>("next_page_token"),
};
constexpr Field kDownloadUriAnswer[] = {
    Of<&DownloadUriAnswer::artifact_uri>("artifact_uri"),
};

}  // namespace

const schema::Message ModelVersion::kSchema{"ModelVersion", kModelVersion};
const schema::Message ModelAlias::kSchema{"ModelAlias", kModelAlias};
const schema::Message RegisteredModel::kSchema{"RegisteredModel", kRegisteredModel};
const schema::Message CreateRegisteredModel::kSchema{"CreateRegisteredModel",
                                                     kCreateRegisteredModel};
const schema::Message ModelName::kSchema{"ModelName", kModelName};
const schema::Message RenameModel::kSchema{"RenameModel", kRenameModel};
const schema::Message DescribeModel::kSchema{"DescribeModel", kDescribeModel};
const schema::Message RegisteredModelAnswer::kSchema{"RegisteredModelAnswer",
                                                     kRegisteredModelAnswer};
const schema::Message ModelTag::kSchema{"ModelTag", kModelTag};
const schema::Message SearchRegistry::kSchema{"SearchRegistry", kSearchRegistry};
const schema::Message RegisteredModelsAnswer::kSchema{"RegisteredModelsAnswer",
                                                      kRegisteredModelsAnswer};
const schema::Message ModelAliasRequest::kSchema{"ModelAliasRequest", kModelAliasRequest};
const schema::Message GetLatestVersions::kSchema{"GetLatestVersions", kGetLatestVersions};
const schema::Message CreateModelVersion::kSchema{"CreateModelVersion", kCreateModelVersion};
const schema::Message VersionKey::kSchema{"VersionKey", kVersionKey};
const schema::Message DescribeVersion::kSchema{"DescribeVersion", kDescribeVersion};
const schema::Message TransitionStage::kSchema{"TransitionStage", kTransitionStage};
const schema::Message VersionTag::kSchema{"VersionTag", kVersionTag};
const schema::Message ModelVersionAnswer::kSchema{"ModelVersionAnswer", kModelVersionAnswer};
const schema::Message ModelVersionsAnswer::kSchema{"ModelVersionsAnswer", kModelVersionsAnswer};
const schema::Message DownloadUriAnswer::kSchema{"DownloadUriAnswer", kDownloadUriAnswer};

}  // namespace galley::mlflow
