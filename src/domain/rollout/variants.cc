#include "domain/rollout/variants.h"

#include "domain/observe/drift.h"

namespace galley::rollout {

Variant VariantAt(const db::Rows& rows, int first) {
  return Variant{.id = rows.AsId(first),
                 .name = std::string(rows.Text(first + 1)),
                 .weight = rows.Integer(first + 2),
                 .mirror = rows.Integer(first + 3),
                 .model = std::string(rows.Text(first + 4)),
                 .version = rows.Integer(first + 5),
                 .version_id = rows.AsId(first + 6),
                 .python = std::string(rows.Text(first + 7)),
                 .created_ms = rows.Integer(first + 8),
                 .retired_ms = rows.MaybeInteger(first + 9)};
}

Status Bump(db::Connection& db) {
  return db.Run("UPDATE serving_version SET version = version + 1");
}

Result<std::int64_t> SnapshotVersion(db::Connection& db) {
  auto rows = TRY(db.Query("SELECT version FROM serving_version"));
  return TRY(rows.Next()) ? rows.Integer(0) : 0;
}

Result<Servable> FindServable(const journal::Change& change, std::string_view model,
                              std::int64_t number) {
  Servable found{.version = TRY(registry::GetVersion(change.db, change.project, model, number))};
  found.files = TRY(registry::VersionFiles(change.db, found.version.row));
  if (!found.files.empty()) return found;
  return Fail(Code::kFailedPrecondition,
              "the files of {}@{} lie at '{}', outside of this server: it cannot serve them", model,
              number, found.version.location);
}

Status CheckPython(std::string_view python) {
  if (python.empty() || python.starts_with('/')) return {};
  return Fail(Code::kInvalidArgument, "'python' must be the absolute path of an interpreter");
}

Status CheckReason(std::string_view reason) {
  if (reason.size() <= kReasonBytesMax) return {};
  return Fail(Code::kInvalidArgument, "'reason' has {} bytes; the limit is {}", reason.size(),
              kReasonBytesMax);
}

Status StoreVariant(journal::Change& change, std::int64_t endpoint, const Variant& variant,
                    const std::vector<registry::VersionFile>& files) {
  TRY(change.db.Run(
      "INSERT INTO variant(project, id, endpoint, name, weight, mirror, model, version, "
      "version_id, python, created_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {change.project, variant.id, endpoint, variant.name, variant.weight, variant.mirror,
       variant.model, variant.version, variant.version_id, variant.python, change.now_ms}));
  const std::int64_t row = change.db.LastInsertRow();
  for (const auto& file : files) {
    TRY(change.db.Run("INSERT INTO variant_file(variant, path, digest, size) VALUES(?, ?, ?, ?)",
                      {row, file.path, db::Value::Bytes(file.digest.Raw()), file.size}));
  }
  return {};
}

Status CopyVariant(journal::Change& change, std::int64_t endpoint, const Variant& variant,
                   const Id& of) {
  TRY(StoreVariant(change, endpoint, variant, {}));
  const std::int64_t row = change.db.LastInsertRow();
  return change.db.Run(
      "INSERT INTO variant_file(variant, path, digest, size) SELECT ?, f.path, f.digest, f.size "
      "FROM variant_file AS f JOIN variant AS v ON v.row = f.variant "
      "WHERE v.project = ? AND v.id = ?",
      {row, change.project, of});
}

Status Retire(journal::Change& change, const Id& variant) {
  return change.db.Run("UPDATE variant SET retired_ms = ? WHERE project = ? AND id = ?",
                       {change.now_ms, change.project, variant});
}

Status Reweigh(journal::Change& change, const Id& variant, std::string_view name,
               std::int64_t weight, std::int64_t mirror) {
  return change.db.Run(
      "UPDATE variant SET name = ?, weight = ?, mirror = ? WHERE project = ? AND id = ?",
      {name, weight, mirror, change.project, variant});
}

void Describe(json::Writer& detail, const Variant& variant) {
  detail.Key("variant").String(variant.id.Hex());
  detail.Key("model").String(variant.model).Key("version").Int(variant.version);
  detail.Key("model_version").String(variant.version_id.Hex());
  detail.Key("python").String(variant.python);
}

Result<std::int64_t> AddRevision(journal::Change& change, std::int64_t endpoint, const Id& variant,
                                 std::string_view cause, std::optional<std::int64_t> rollout,
                                 std::string_view reason) {
  std::int64_t number = 1;
  {
    auto rows = TRY(change.db.Query(
        "SELECT coalesce(max(number), 0) + 1 FROM endpoint_revision WHERE endpoint = ?",
        {endpoint}));
    if (TRY(rows.Next())) number = rows.Integer(0);
  }
  TRY(change.db.Run(
      "INSERT INTO endpoint_revision(endpoint, number, variant, cause, rollout, actor, reason, "
      "at_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
      {endpoint, number, variant, cause, rollout, change.actor, reason, change.now_ms}));
  const auto served = TRY(GetVariant(change.db, change.project, variant));
  TRY(observe::TakeReferences(change, served.endpoint, served.variant.version_id));
  return number;
}

}  // namespace galley::rollout
