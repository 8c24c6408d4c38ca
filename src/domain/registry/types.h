#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/tracking/types.h"
#include "foundation/base/id.h"
#include "storage/blob/digest.h"

namespace galley::registry {

using tracking::KeyValue;

struct Alias {
  std::string alias;
  std::int64_t version = 0;
};

/// A file of a version, from the model's root.
struct VersionFile {
  std::string path;
  blob::Digest digest;
  std::int64_t size = 0;
};

struct ModelVersion {
  std::int64_t row = 0;
  Id id;
  std::string model;
  std::int64_t version = 0;
  std::string description;
  std::string source;    ///< As its client named it.
  std::string location;  ///< Where the files lie: `mlflow-artifacts:/…` or a URI elsewhere.
  std::optional<Id> run;
  std::optional<Id> logged_model;
  std::string run_link;
  std::string user;
  std::string stage;   ///< `None`, `Staging`, `Production`, `Archived`.
  std::string commit;  ///< Of the code that the run names; empty if it names none.
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::vector<KeyValue> tags;        ///< By key.
  std::vector<std::string> aliases;  ///< By name.
};

struct RegisteredModel {
  std::int64_t row = 0;
  Id id;
  std::string name;
  std::string description;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::vector<KeyValue> tags;        ///< By key.
  std::vector<Alias> aliases;        ///< By name.
  std::vector<ModelVersion> latest;  ///< The newest of each stage.
};

}  // namespace galley::registry
