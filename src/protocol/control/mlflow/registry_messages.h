#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"
#include "protocol/control/mlflow/messages.h"

/// The messages of MLflow's model_registry.proto that Galley answers.
namespace galley::mlflow {

struct ModelVersion {
  std::string name;
  std::string version;
  std::int64_t creation_timestamp = 0;
  std::int64_t last_updated_timestamp = 0;
  std::string current_stage;
  std::string description;
  std::optional<std::string> source;
  std::optional<std::string> run_id;
  std::string status;
  std::string run_link;
  std::vector<KeyValue> tags;
  std::vector<std::string> aliases;
  static const schema::Message kSchema;
};
struct ModelAlias {
  std::string alias;
  std::string version;
  static const schema::Message kSchema;
};
struct RegisteredModel {
  std::string name;
  std::int64_t creation_timestamp = 0;
  std::int64_t last_updated_timestamp = 0;
  std::optional<std::string> description;
  std::vector<ModelVersion> latest_versions;
  std::vector<KeyValue> tags;
  std::vector<ModelAlias> aliases;
  static const schema::Message kSchema;
};
struct CreateRegisteredModel {
  std::string name;
  std::vector<KeyValue> tags;
  std::string description;
  static const schema::Message kSchema;
};
struct ModelName {
  std::string name;
  static const schema::Message kSchema;
};
struct RenameModel {
  std::string name;
  std::string new_name;
  static const schema::Message kSchema;
};
struct DescribeModel {
  std::string name;
  std::string description;
  static const schema::Message kSchema;
};
struct RegisteredModelAnswer {
  RegisteredModel registered_model;
  static const schema::Message kSchema;
};
struct ModelTag {
  std::string name;
  std::string key;
  std::string value;
  static const schema::Message kSchema;
};
struct SearchRegistry {
  std::string filter;
  std::optional<std::int64_t> max_results;
  std::vector<std::string> order_by;
  std::string page_token;
  static const schema::Message kSchema;
};
struct RegisteredModelsAnswer {
  std::vector<RegisteredModel> registered_models;
  std::optional<std::string> next_page_token;
  static const schema::Message kSchema;
};
struct ModelAliasRequest {
  std::string name;
  std::string alias;
  std::string version;
  static const schema::Message kSchema;
};
struct GetLatestVersions {
  std::string name;
  std::vector<std::string> stages;
  static const schema::Message kSchema;
};
struct CreateModelVersion {
  std::string name;
  std::string source;
  std::string run_id;
  std::vector<KeyValue> tags;
  std::string run_link;
  std::string description;
  std::string model_id;
  static const schema::Message kSchema;
};
struct VersionKey {
  std::string name;
  std::string version;
  static const schema::Message kSchema;
};
struct DescribeVersion {
  std::string name;
  std::string version;
  std::string description;
  static const schema::Message kSchema;
};
struct TransitionStage {
  std::string name;
  std::string version;
  std::string stage;
  bool archive_existing_versions = false;
  static const schema::Message kSchema;
};
struct VersionTag {
  std::string name;
  std::string version;
  std::string key;
  std::string value;
  static const schema::Message kSchema;
};
struct ModelVersionAnswer {
  ModelVersion model_version;
  static const schema::Message kSchema;
};
struct ModelVersionsAnswer {
  std::vector<ModelVersion> model_versions;
  std::optional<std::string> next_page_token;
  static const schema::Message kSchema;
};
struct DownloadUriAnswer {
  std::string artifact_uri;
  static const schema::Message kSchema;
};

}  // namespace galley::mlflow
