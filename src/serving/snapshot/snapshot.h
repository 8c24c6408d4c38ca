#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/schema/message.h"

namespace galley::snapshot {

/// A file of a model.
struct File {
  std::string path;    ///< From the model's root: `MLmodel`, `data/model.ubj`.
  std::string sha256;  ///< 64 hex digits: the blob's name.
  std::int64_t size = 0;
  static const schema::Message kSchema;
};

/// One model version behind an endpoint.
struct Variant {
  std::string id;           ///< 32 hex digits.
  std::string name;         ///< `main`.
  std::int64_t weight = 0;  ///< Share of the traffic, in thousandths.
  /// Of the requests that others answer, so many thousandths are asked of it as well, for the log.
  std::int64_t mirror = 0;
  std::string model;
  std::int64_t version = 0;
  std::string version_id;  ///< 32 hex digits.
  std::string python;      ///< Interpreter for models that need Python; empty: one is made.
  std::vector<File> files;
  static const schema::Message kSchema;
};

/// When a gateway stops sending requests to a variant that is not the first, by itself.
struct Guardrails {
  std::int64_t min_requests = 20;         ///< Of the variant, before anything is said of it.
  std::optional<double> max_error_ratio;  ///< Of its last 100 requests.
  std::optional<double> max_p99_ms;       ///< The same.
  static const schema::Message kSchema;
};

struct Endpoint {
  std::string project;
  std::string name;
  std::string id;  ///< 32 hex digits.
  /// The first one is the champion; it gets what the weights of the others leave.
  std::vector<Variant> variants;
  std::string key;   ///< Column of a request by which it is routed; empty: each for itself.
  std::string seed;  ///< Of the hash that routes (stats::AssignmentHash).
  std::optional<Guardrails> guardrails;
  /// The predictions' JSON of a row that no variant can answer; empty: that is an error.
  std::string default_answer;
  bool degraded = false;  ///< Every request gets the default answer; no variant is asked.
  static const schema::Message kSchema;
};

/// `ENDPOINT` of a drill's endpoint `ENDPOINT-drill`, by its name; empty: it is none.
std::string_view DrillOf(std::string_view name);

struct Snapshot {
  std::int64_t format = 1;
  std::int64_t version = 0;  ///< Grows with every change.
  std::int64_t written_ms = 0;
  std::vector<Endpoint> endpoints;
  static const schema::Message kSchema;
};

/// A variant that a guardrail has taken out of the traffic; until the snapshot has it no more.
struct Trip {
  std::string variant;  ///< Id.
  std::string reason;   ///< `12 of its last 40 requests failed; allowed are 0.05`.
  std::int64_t at_ms = 0;
  static const schema::Message kSchema;
};

/// What a gateway says of one of an endpoint's variants.
struct VariantStatus {
  std::string variant;  ///< Id.
  std::string state;    ///< As of EndpointStatus.
  std::string reason;
  static const schema::Message kSchema;
};

/// What a gateway says of an endpoint.
struct EndpointStatus {
  std::string project;
  std::string name;
  std::string variant;    ///< Id of what this is said of: an older endpoint may have had the name.
  std::string state;      ///< `loading`, `ready` or `failed`.
  std::string reason;     ///< Why it failed, or what is being done while it loads.
  std::string runtime;    ///< `trees` or `python`.
  std::string answering;  ///< Id of the variant that answers: until `variant` is ready, the one
                          ///< before. Empty: none does.
  std::vector<VariantStatus> variants;  ///< All, in the snapshot's order.
  std::vector<Trip> trips;
  static const schema::Message kSchema;
};

/// What a gateway serves, as it says itself.
struct Status {
  /// Of the snapshot; no request that was routed by an older one is still under way.
  std::int64_t version = 0;
  std::vector<EndpointStatus> endpoints;
  static const schema::Message kSchema;
};

/// Both documents as JSON. Reading refuses unknown fields and other formats.
std::string ToText(const Snapshot& snapshot);
std::string ToText(const Status& status);
Result<Snapshot> ParseSnapshot(std::string_view text);
Result<Status> ParseStatus(std::string_view text);

/// Where they stand in a data directory.
std::string SnapshotPath(const std::string& data);
std::string StatusPath(const std::string& data);

}  // namespace galley::snapshot
