#include "domain/registry/service.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/rollouts.h"
#include "domain/rollout/service.h"
#include "domain/rollout/strategy.h"
#include "domain/rollout/variants.h"
#include "foundation/base/name.h"

namespace galley::rollout {
namespace {

constexpr std::size_t kNameMax = 63;

Status CheckName(std::string_view name) {
  if (IsName(name, kNameMax)) return {};
  return Fail(Code::kInvalidArgument,
              "'name' must have 1 to {} letters, digits, '-' or '_'; '{}' has not", kNameMax, name);
}

Result<std::vector<Endpoint>> Load(db::Connection& db, std::int64_t project,
                                   std::string_view name) {
  std::vector<Endpoint> endpoints;
  auto rows = TRY(db.Query(
      "SELECT e.row, e.id, e.name, e.created_ms, e.settings, v.id, v.name, v.weight, v.mirror, "
      "v.model, v.version, v.version_id, v.python, v.created_ms, v.retired_ms FROM endpoint AS e "
      "JOIN variant AS v ON v.endpoint = e.row AND v.retired_ms IS NULL "
      "WHERE e.project = ? AND e.state = 0 AND (? = '' OR e.name = ?) "
      "ORDER BY e.name, CASE v.name WHEN 'main' THEN 0 WHEN 'canary' THEN 1 ELSE 2 END, v.row",
      {project, name, name}));
  while (TRY(rows.Next())) {
    if (endpoints.empty() || endpoints.back().row != rows.Integer(0)) {
      endpoints.push_back({.row = rows.Integer(0),
                           .id = rows.AsId(1),
                           .name = std::string(rows.Text(2)),
                           .created_ms = rows.Integer(3),
                           .settings = std::string(rows.Text(4))});
    }
    endpoints.back().variants.push_back(VariantAt(rows, 5));
  }
  return endpoints;
}

Status LoadFiles(db::Connection& db, snapshot::Variant& variant, const Id& id) {
  auto rows =
      TRY(db.Query("SELECT f.path, f.digest, f.size FROM variant_file AS f "
                   "JOIN variant AS v ON v.row = f.variant WHERE v.id = ? ORDER BY f.path",
                   {id}));
  while (TRY(rows.Next())) {
    const auto digest = blob::Digest::FromRaw(rows.Bytes(1));
    if (!digest) return Fail(Code::kDataLoss, "the digest of a model's file is damaged");
    variant.files.push_back({std::string(rows.Text(0)), digest->Hex(), rows.Integer(2)});
  }
  return {};
}

/// What gateways need of an endpoint's settings.
void Configure(snapshot::Endpoint& served, const EndpointSettings& settings) {
  if (settings.stickiness) {
    served.key = settings.stickiness->key;
    served.seed = settings.stickiness->seed;
  }
  if (served.seed.empty()) served.seed = served.name;
  served.guardrails = settings.guardrails;
  if (settings.fallback) served.default_answer = settings.fallback->default_answer.text;
}

}  // namespace

Result<Endpoint> CreateEndpoint(journal::Change& change, const NewEndpoint& endpoint) {
  TRY(CheckName(endpoint.name));
  TRY(CheckPython(endpoint.python));
  if (!TRY(Load(change.db, change.project, endpoint.name)).empty()) {
    return Fail(Code::kAlreadyExists, "there is an endpoint '{}' already", endpoint.name);
  }
  const Servable found = TRY(FindServable(change, endpoint.model, endpoint.version));
  const Id id = change.ids.Next();
  TRY(
      change.db.Run("INSERT INTO endpoint(project, id, name, state, created_ms) "
                    "VALUES(?, ?, ?, 0, ?)",
                    {change.project, id, endpoint.name, change.now_ms}));
  const std::int64_t row = change.db.LastInsertRow();
  const Variant variant{.id = change.ids.Next(),
                        .name = "main",
                        .weight = kWholeWeight,
                        .model = endpoint.model,
                        .version = endpoint.version,
                        .version_id = found.version.id,
                        .python = endpoint.python};
  TRY(StoreVariant(change, row, variant, found.files));
  TRY(AddRevision(change, row, variant.id, "created", std::nullopt, ""));
  TRY(Bump(change.db));
  json::Writer detail;
  detail.BeginObject().Key("name").String(endpoint.name);
  Describe(detail, variant);
  detail.EndObject();
  TRY(change.Record("endpoint.created", id.Hex(), std::move(detail)));
  return GetEndpoint(change.db, change.project, endpoint.name);
}

Result<Endpoint> SetEndpointVersion(journal::Change& change, const NewVersion& version) {
  TRY(CheckPython(version.python.value_or("")));
  Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, version.endpoint));
  TRY(CheckNotFrozen(change.db, endpoint, "set"));
  TRY(CheckNoRollout(change.db, endpoint, "set"));
  const Servable found = TRY(FindServable(change, version.model, version.version));
  const Variant& before = endpoint.variants.front();
  const Variant after{.id = change.ids.Next(),
                      .name = before.name,
                      .weight = kWholeWeight,
                      .model = version.model,
                      .version = version.version,
                      .version_id = found.version.id,
                      .python = version.python.value_or(before.python)};
  const bool is_same = after.version_id == before.version_id && after.python == before.python;
  if (is_same && !version.again) return endpoint;
  TRY(Retire(change, before.id));
  TRY(StoreVariant(change, endpoint.row, after, found.files));
  TRY(AddRevision(change, endpoint.row, after.id, "set", std::nullopt, ""));
  TRY(Bump(change.db));
  json::Writer detail;
  detail.BeginObject().Key("name").String(endpoint.name);
  Describe(detail, after);
  detail.Key("before").BeginObject();
  Describe(detail, before);
  detail.EndObject().EndObject();
  TRY(change.Record("endpoint.changed", endpoint.id.Hex(), std::move(detail)));
  return GetEndpoint(change.db, change.project, endpoint.name);
}

Result<Endpoint> ConfigureEndpoint(journal::Change& change, std::string_view name,
                                   const EndpointSettings& settings) {
  Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, name));
  const std::string text = SettingsJson(settings);
  if (text == endpoint.settings) return endpoint;
  TRY(CheckNotFrozen(change.db, endpoint, "configured"));
  if (!settings.fallback) {  // Which `degrade` answers with.
    TRY(CheckNoContingency(change.db, endpoint, "without a default answer"));
  }
  TRY(CheckNoRollout(change.db, endpoint, "configured"));
  TRY(change.db.Run("UPDATE endpoint SET settings = ? WHERE row = ?", {text, endpoint.row}));
  TRY(Bump(change.db));
  json::Writer detail;
  detail.BeginObject().Key("name").String(name).Key("settings").Raw(text).EndObject();
  TRY(change.Record("endpoint.configured", endpoint.id.Hex(), std::move(detail)));
  endpoint.settings = text;
  return endpoint;
}

Status DeleteEndpoint(journal::Change& change, std::string_view name) {
  const Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, name));
  TRY(EndContingencyWith(change, endpoint, "its endpoint was deleted"));
  TRY(EndWith(change, endpoint, "its endpoint was deleted"));
  TRY(change.db.Run("UPDATE endpoint SET state = 1 WHERE row = ?", {endpoint.row}));
  TRY(change.db.Run("UPDATE variant SET retired_ms = ? WHERE endpoint = ? AND retired_ms IS NULL",
                    {change.now_ms, endpoint.row}));
  TRY(Bump(change.db));
  json::Writer detail;
  detail.BeginObject().Key("name").String(name).EndObject();
  return change.Record("endpoint.deleted", endpoint.id.Hex(), std::move(detail));
}

Result<Endpoint> GetEndpoint(db::Connection& db, std::int64_t project, std::string_view name) {
  auto found = name.empty() ? std::vector<Endpoint>() : TRY(Load(db, project, name));
  if (!found.empty()) return std::move(found.front());
  return Fail(Code::kNotFound, "there is no endpoint '{}'", name);
}

Result<std::vector<Endpoint>> ListEndpoints(db::Connection& db, std::int64_t project) {
  return Load(db, project, "");
}

Result<std::vector<Variant>> EndpointHistory(db::Connection& db, std::int64_t endpoint,
                                             std::int64_t limit) {
  std::vector<Variant> variants;
  auto rows = TRY(
      db.Query("SELECT id, name, weight, mirror, model, version, version_id, python, "
               "created_ms, retired_ms FROM variant WHERE endpoint = ? ORDER BY row DESC LIMIT ?",
               {endpoint, limit}));
  while (TRY(rows.Next())) variants.push_back(VariantAt(rows, 0));
  return variants;
}

Result<VariantOfEndpoint> GetVariant(db::Connection& db, std::int64_t project, const Id& id) {
  auto rows =
      TRY(db.Query("SELECT e.name, v.id, v.name, v.weight, v.mirror, v.model, v.version, "
                   "v.version_id, v.python, v.created_ms, v.retired_ms FROM variant AS v "
                   "JOIN endpoint AS e ON e.row = v.endpoint "
                   "WHERE v.project = ? AND v.id = ?",
                   {project, id}));
  if (TRY(rows.Next())) return VariantOfEndpoint{VariantAt(rows, 1), std::string(rows.Text(0))};
  return Fail(Code::kNotFound, "there is no variant {}", id.Hex());
}

Result<std::vector<VariantOfEndpoint>> VariantsOfVersion(db::Connection& db, std::int64_t project,
                                                         const Id& version) {
  std::vector<VariantOfEndpoint> variants;
  auto rows =
      TRY(db.Query("SELECT e.name, v.id, v.name, v.weight, v.mirror, v.model, v.version, "
                   "v.version_id, v.python, v.created_ms, v.retired_ms FROM variant AS v "
                   "JOIN endpoint AS e ON e.row = v.endpoint "
                   "WHERE v.project = ? AND v.version_id = ? ORDER BY v.row",
                   {project, version}));
  while (TRY(rows.Next())) {
    variants.push_back({VariantAt(rows, 1), std::string(rows.Text(0))});
  }
  return variants;
}

Result<snapshot::Snapshot> BuildSnapshot(db::Connection& db, std::int64_t now_ms) {
  snapshot::Snapshot snapshot{.written_ms = now_ms};
  std::vector<std::pair<std::int64_t, std::string>> projects;
  {
    auto rows = TRY(db.Query("SELECT version FROM serving_version"));
    if (TRY(rows.Next())) snapshot.version = rows.Integer(0);
    auto names = TRY(db.Query("SELECT row, name FROM project ORDER BY row"));
    while (TRY(names.Next())) projects.emplace_back(names.Integer(0), names.Text(1));
  }
  for (const auto& [row, project] : projects) {
    for (const Endpoint& endpoint : TRY(ListEndpoints(db, row))) {
      snapshot::Endpoint served{.project = project, .name = endpoint.name, .id = endpoint.id.Hex()};
      Configure(served, TRY(ParseEndpoint(endpoint.settings)));
      const auto plan = TRY(InForceAt(db, endpoint.row));
      served.degraded = plan && plan->plan == kDegrade;
      for (const Variant& variant : endpoint.variants) {
        served.variants.push_back({.id = variant.id.Hex(),
                                   .name = variant.name,
                                   .weight = variant.weight,
                                   .mirror = variant.mirror,
                                   .model = variant.model,
                                   .version = variant.version,
                                   .version_id = variant.version_id.Hex(),
                                   .python = variant.python});
        TRY(LoadFiles(db, served.variants.back(), variant.id));
      }
      snapshot.endpoints.push_back(std::move(served));
    }
  }
  return snapshot;
}

}  // namespace galley::rollout
