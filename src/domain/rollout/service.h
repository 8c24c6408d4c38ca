#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rollout/strategy.h"
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

/// One model version behind an endpoint. Another version is another variant, so that what an id
/// stands for never changes.
struct Variant {
  Id id;
  std::string name;  ///< `main` is the champion, `canary` a rollout's challenger; `shadow`, …
  std::int64_t weight = 0;  ///< In thousandths, as the next one.
  std::int64_t mirror = 0;  ///< Of the requests that others answer, for the log alone.
  std::string model;
  std::int64_t version = 0;
  Id version_id;
  std::string python;  ///< Interpreter; empty: an environment of the model's own requirements.
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> retired_ms;  ///< Since when it is served no more.
};

struct Endpoint {
  std::int64_t row = 0;
  Id id;
  std::string name;
  std::int64_t created_ms = 0;
  std::string settings = "{}";    ///< EndpointSettings as JSON.
  std::vector<Variant> variants;  ///< Those that are served; EndpointHistory has the others too.
                                  ///< The first is the champion.
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

struct NewVersion {
  std::string endpoint;
  std::string model;
  std::int64_t version = 0;
  std::optional<std::string> python;  ///< Absolute path or empty; none: as it was.
  bool again = false;                 ///< A new variant also of what is served already.
};
/// Another model version answers at an endpoint from now on: a new variant replaces the one there
/// is. What is served already is no change. Errors as of CreateEndpoint; kNotFound: no endpoint;
/// kFailedPrecondition: a rollout is under way.
Result<Endpoint> SetEndpointVersion(journal::Change& change, const NewVersion& version);

/// How it routes, and what rollouts do that name no other strategy. With its event
/// `endpoint.configured` if something changes; kFailedPrecondition while a rollout is under way.
Result<Endpoint> ConfigureEndpoint(journal::Change& change, std::string_view name,
                                   const EndpointSettings& settings);

/// Ends its rollout, if one is under way.
Status DeleteEndpoint(journal::Change& change, std::string_view name);
Result<Endpoint> GetEndpoint(db::Connection& db, std::int64_t project, std::string_view name);
Result<std::vector<Endpoint>> ListEndpoints(db::Connection& db, std::int64_t project);

/// All variants that an endpoint ever had, newest first, at most `limit`.
Result<std::vector<Variant>> EndpointHistory(db::Connection& db, std::int64_t endpoint,
                                             std::int64_t limit);

/// A variant and its endpoint's name, also of endpoints that were deleted.
struct VariantOfEndpoint {
  Variant variant;
  std::string endpoint;
};
Result<VariantOfEndpoint> GetVariant(db::Connection& db, std::int64_t project, const Id& id);

/// All variants of a model version, also of endpoints that were deleted, oldest first.
Result<std::vector<VariantOfEndpoint>> VariantsOfVersion(db::Connection& db, std::int64_t project,
                                                         const Id& version);

/// Which version of the snapshot that would be now.
Result<std::int64_t> SnapshotVersion(db::Connection& db);
/// All projects' endpoints as gateways shall serve them.
Result<snapshot::Snapshot> BuildSnapshot(db::Connection& db, std::int64_t now_ms);

}  // namespace galley::rollout
