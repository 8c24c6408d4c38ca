#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"
#include "protocol/control/native/messages.h"

/// What the native API answers of registered models (docs/formats/native_api.md).
namespace galley::native {

struct AskModels {
  std::string q;  ///< A part of the name, in any case.
  std::int64_t limit = 100;
  std::int64_t offset = 0;
  static const schema::Message kSchema;
};
struct ModelAlias {
  std::string alias;
  std::int64_t version = 0;
  static const schema::Message kSchema;
};
/// Where a version answers.
struct ServedAt {
  std::string endpoint;
  std::string variant;  ///< Its name: `main`, `canary`, …
  std::int64_t version = 0;
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  static const schema::Message kSchema;
};
struct RegisteredModelMessage {
  std::string id;
  std::string name;
  std::string description;
  std::int64_t newest = 0;  ///< Version; 0: it has none.
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::vector<KeyValue> tags;
  std::vector<ModelAlias> aliases;
  std::vector<ServedAt> served;
  static const schema::Message kSchema;
};
struct RegisteredModelsAnswer {
  std::vector<RegisteredModelMessage> models;
  bool has_more = false;
  static const schema::Message kSchema;
};

struct AskModel {
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  static const schema::Message kSchema;
};
struct RegisteredVersion {
  std::string id;
  std::int64_t version = 0;
  std::string description;
  std::string stage;
  std::vector<std::string> aliases;
  std::string source;
  std::string user;
  std::optional<std::string> run;
  std::optional<std::string> run_name;
  std::optional<std::string> commit;
  std::int64_t created_ms = 0;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  std::vector<Metric> metrics;  ///< Of the run that made it; the latest of each key.
  std::vector<ServedAt> served;
  static const schema::Message kSchema;
};
struct RegisteredModelAnswer {
  RegisteredModelMessage model;
  std::vector<RegisteredVersion> versions;  ///< Newest first.
  bool has_more = false;
  static const schema::Message kSchema;
};

}  // namespace galley::native
