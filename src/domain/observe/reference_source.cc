#include "domain/observe/reference_source.h"

namespace galley::observe {
namespace {

db::Value KeyOf(const std::optional<Id>& model_version) {
  return model_version ? db::Value(*model_version) : db::Value::Bytes("");
}

std::optional<double> MaybeReal(const db::Rows& rows, int column) {
  return rows.IsNull(column) ? std::nullopt : std::optional(rows.Real(column));
}

}  // namespace

Result<std::optional<KnownSource>> FindSource(db::Connection& db, const Monitor& monitor,
                                              const std::optional<Id>& model_version) {
  auto rows =
      TRY(db.Query("SELECT source, rows, sha256, from_time, to_time, dataset, number, "
                   "dataset_version, digest, actor, set_ms FROM reference_source WHERE monitor = ? "
                   "AND model_version = ?",
                   {monitor.row, KeyOf(model_version)}));
  if (!TRY(rows.Next())) return std::optional<KnownSource>();
  KnownSource known{.source = {.source = std::string(rows.Text(0)),
                               .from = MaybeReal(rows, 3),
                               .to = MaybeReal(rows, 4),
                               .dataset = std::string(rows.Text(5)),
                               .version = rows.MaybeInteger(6).value_or(0),
                               .version_id = rows.IsNull(7) ? Id{} : rows.AsId(7),
                               .digest = std::string(rows.Text(8))},
                    .sha256 = std::string(rows.Text(2)),
                    .rows = rows.Integer(1),
                    .actor = std::string(rows.Text(9)),
                    .set_ms = rows.Integer(10)};
  return std::optional(std::move(known));
}

Result<std::vector<ReferencingMonitor>> ListReferencing(db::Connection& db, std::int64_t project,
                                                        std::string_view dataset) {
  std::vector<ReferencingMonitor> monitors;
  auto rows = TRY(
      db.Query("SELECT m.name, m.id, r.number, length(r.model_version), r.set_ms FROM "
               "reference_source AS r JOIN monitor AS m ON m.row = r.monitor WHERE r.dataset = ?1 "
               "AND r.dataset <> '' AND m.project = ?2 ORDER BY r.set_ms DESC, m.name",
               {dataset, project}));
  while (TRY(rows.Next())) {
    monitors.push_back({.monitor = std::string(rows.Text(0)),
                        .id = rows.AsId(1),
                        .version = rows.Integer(2),
                        .in_force = rows.Integer(3) == 0,
                        .set_ms = rows.Integer(4)});
  }
  return monitors;
}

Status KeepSource(journal::Change& change, const Monitor& monitor,
                  const std::optional<Id>& model_version, const KnownSource& known) {
  const ReferenceSource& source = known.source;
  const bool is_dataset = !source.dataset.empty();
  return change.db.Run(
      "INSERT OR REPLACE INTO reference_source(monitor, model_version, source, rows, sha256, "
      "from_time, to_time, dataset, number, dataset_version, digest, actor, set_ms) VALUES(?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {monitor.row, KeyOf(model_version), source.source, known.rows, known.sha256, source.from,
       source.to, source.dataset, is_dataset ? db::Value(source.version) : db::Value(nullptr),
       is_dataset ? db::Value(source.version_id) : db::Value(nullptr), source.digest, change.actor,
       change.now_ms});
}

void WriteSource(const ReferenceSource& source, json::Writer& detail) {
  detail.Key("source").String(source.source);
  if (source.dataset.empty()) return;
  detail.Key("dataset").String(source.dataset).Key("dataset_version").Int(source.version);
  detail.Key("dataset_version_id").String(source.version_id.Hex());
  detail.Key("digest").String(source.digest);
}

}  // namespace galley::observe
