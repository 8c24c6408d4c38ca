#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "serving/snapshot/snapshot.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"

/// Endpoints. Functions that take a Change write, within its transaction, with their event; the
/// others read. `project` is a project's row.
namespace galley::rollout {

/// The tables of this room.
extern const db::Part kTables;

/// One model version behind an endpoint.
struct Variant {
  Id id;
  std::string name;
  std::int64_t weight = 0;  ///< In thousandths.
  std::string model;
  std::int64_t version = 0;
  Id version_id;
  std::string python;  ///< Interpreter; empty: an environment of the model's own requirements.
};

struct Endpoint {
  std::int64_t row = 0;
  Id id;
  std::string name;
  std::int64_t created_ms = 0;
  std::vector<Variant> variants;
};

struct NewEndpoint {
  std::string name;  ///< Letters, digits, `-` and `_`, at most 63.
  std::string model;
  std::int64_t version = 0;
  std::string python;  ///< Absolute path, or empty.
};
/// Creates an endpoint with one variant, `main`. kInvalidArgument names what is wrong; a model
/// without files here is kFailedPrecondition.
Result<Endpoint> CreateEndpoint(journal::Change& change, const NewEndpoint& endpoint);
Status DeleteEndpoint(journal::Change& change, std::string_view name);
Result<Endpoint> GetEndpoint(db::Connection& db, std::int64_t project, std::string_view name);
Result<std::vector<Endpoint>> ListEndpoints(db::Connection& db, std::int64_t project);

/// A variant and its endpoint's name, also of endpoints that were deleted.
struct VariantOfEndpoint {
  Variant variant;
  std::string endpoint;
};
Result<VariantOfEndpoint> GetVariant(db::Connection& db, std::int64_t project, const Id& id);

/// All variants of a model version, also of endpoints that were deleted, oldest first.
Result<std::vector<VariantOfEndpoint>> VariantsOfVersion(db::Connection& db, std::int64_t project,
                                                         const Id& version);

/// All projects' endpoints as gateways shall serve them.
Result<snapshot::Snapshot> BuildSnapshot(db::Connection& db, std::int64_t now_ms);

}  // namespace galley::rollout
