#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API takes and answers of models, endpoints and predictions
/// (docs/formats/native_api.md).
namespace galley::native {

struct ModelFile {
  std::string path;
  std::string sha256;
  std::int64_t size = 0;
  static const schema::Message kSchema;
};
struct ModelVersion {
  std::string id;
  std::string model;
  std::int64_t version = 0;
  std::string stage;
  std::vector<std::string> aliases;
  std::string source;
  std::optional<std::string> run;
  std::optional<std::string> logged_model;
  std::optional<std::string> commit;
  std::int64_t created_ms = 0;
  std::vector<ModelFile> files;
  static const schema::Message kSchema;
};

struct Variant {
  std::string id;
  std::string name;
  std::string endpoint;
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  std::string model;
  std::int64_t version = 0;
  std::string version_id;
  std::string python;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> retired_ms;
  static const schema::Message kSchema;
};
struct Endpoint {
  std::string id;
  std::string name;
  std::string state;  ///< As the gateway says: `loading`, `ready`, `failed`; `unknown` without one.
  std::string reason;     ///< Why it failed.
  std::string runtime;    ///< `trees` or `python`.
  std::string answering;  ///< Id of the variant that answers: until the newest is ready the one
                          ///< before. Empty: none does, or the gateway has yet to look.
  std::int64_t created_ms = 0;
  std::vector<Variant> variants;
  static const schema::Message kSchema;
};
struct CreateEndpoint {
  std::string name;
  std::string model;
  std::int64_t version = 0;
  std::string python;
  static const schema::Message kSchema;
};
struct SetEndpointVersion {
  std::string model;
  std::int64_t version = 0;
  std::optional<std::string> python;  ///< None: as it was.
  bool again = false;                 ///< A new variant also of what is served already.
  static const schema::Message kSchema;
};
struct EndpointAnswer {
  Endpoint endpoint;
  std::vector<Variant> history;  ///< All variants it had, newest first, at most 100.
  bool history_has_more = false;
  static const schema::Message kSchema;
};
struct EndpointsAnswer {
  std::vector<Endpoint> endpoints;
  static const schema::Message kSchema;
};
struct VariantAnswer {
  Variant variant;
  static const schema::Message kSchema;
};
struct ModelVersionAnswer {
  ModelVersion model_version;
  static const schema::Message kSchema;
};

struct Label {
  std::int64_t at_ms = 0;
  std::string name;   ///< Empty: what is predicted.
  std::string value;  ///< As JSON.
  static const schema::Message kSchema;
};
struct Prediction {
  std::string id;
  std::int64_t row = 0;
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  std::string endpoint;
  std::string variant;
  std::string version_id;
  std::optional<std::string> mirror_of;
  std::string request;
  std::string response;
  std::vector<Label> labels;
  static const schema::Message kSchema;
};
struct PredictionAnswer {
  Prediction prediction;
  static const schema::Message kSchema;
};

/// One link of the chain from a prediction to its code.
struct WhyLink {
  /// `prediction`, `variant`, `model version`, `run`, `parameters`, `commit`, `job`, `dataset`.
  std::string what;
  std::string id;    ///< What `galley … show` resolves; empty for a gap.
  std::string text;  ///< For people.
  bool gap = false;  ///< The chain is broken here; `text` says why.
  std::optional<std::int64_t> at_ms;
  std::string actor;
  std::string digest;  ///< SHA-256, or a commit; empty: it has none.
  std::string check;   ///< `digest`: what is there has the digest that the chain says; `id`: it was
                       ///< found by its id alone. Empty: a gap, or nothing to look up.
  std::string because;  ///< Of a variant: how it became the champion.
  static const schema::Message kSchema;
};
struct WhyAnswer {
  std::vector<WhyLink> chain;
  static const schema::Message kSchema;
};

}  // namespace galley::native
