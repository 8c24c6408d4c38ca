#include <variant>

#include "domain/observe/join.h"
#include "domain/observe/service.h"
#include "serving/snapshot/records.h"
#include "storage/journal/journal.h"

namespace galley::observe {
namespace {

/// Stores one record; false if it names what does not exist.
Result<bool> Store(journal::Change& change, Join& join, const snapshot::PredictionRecord& record) {
  const auto project = journal::ProjectRow(change.db, record.project);
  if (!project || record.rows < 1) return false;
  TRY(change.db.Run(
      "INSERT OR IGNORE INTO prediction(project, id, rows, at_ms, endpoint, variant, "
      "version, request, response, content_type) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {*project, record.id, record.rows, record.at_ms, record.endpoint, record.variant,
       record.version, record.request.value_or(""), record.response, record.content_type}));
  if (change.db.Changes() > 0) TRY(join.OnRequest(*project, record.id, record.rows));
  return true;
}

Result<bool> Store(journal::Change& change, Join& join, const snapshot::LabelRecord& record) {
  const auto project = journal::ProjectRow(change.db, record.project);
  const auto id = Id::Parse(record.prediction_id);
  if (!project || !id) return false;
  TRY(join.OnLabel(*project, *id, record.at_ms, record.value));
  TRY(change.db.Run(
      "INSERT OR IGNORE INTO label(project, prediction, at_ms, value) VALUES(?, ?, ?, ?)",
      {*project, *id, record.at_ms, record.value}));
  return true;
}

/// Whoever says what counts is the newest, which is the greatest.
Result<bool> Store(journal::Change& change, Join& /*join*/,
                   const snapshot::WatermarkRecord& record) {
  return journal::ProjectRow(change.db, record.project).has_value();
}

Result<bool> Store(journal::Change& change, Join& /*join*/, const snapshot::TrafficRecord& record) {
  return journal::ProjectRow(change.db, record.project).has_value();
}

Result<bool> IsKnown(db::Connection& db, const std::string& segment) {
  auto rows = TRY(db.Query("SELECT 1 FROM segment WHERE id = ?", {segment}));
  return rows.Next();
}

}  // namespace

Result<Ingested> Ingest(journal::Change& change, appendlog::SegmentReader& segment) {
  const std::string id = segment.id().Text();
  if (TRY(IsKnown(change.db, id))) return Ingested{.was_known = true};
  Ingested counts;
  Join join(change);
  while (const auto bytes = segment.Next()) {
    const auto record = snapshot::ParseRecord(*bytes);
    if (!record) {
      ++counts.skipped;
      continue;
    }
    const bool stored =
        TRY(std::visit([&](const auto& one) { return Store(change, join, one); }, *record));
    const bool is_label = std::holds_alternative<snapshot::LabelRecord>(*record);
    ++(!stored ? counts.skipped : is_label ? counts.labels : counts.predictions);
  }
  TRY(join.Flush());
  TRY(change.db.Run("INSERT INTO segment(id, records, taken_ms) VALUES(?, ?, ?)",
                    {id, static_cast<std::int64_t>(segment.records()), change.now_ms}));
  json::Writer detail;
  detail.BeginObject().Key("sha256").String(segment.digest().Hex());
  detail.Key("predictions").Int(counts.predictions).Key("labels").Int(counts.labels);
  detail.Key("skipped").Int(counts.skipped).EndObject();
  TRY(change.Record("segment.taken", id, std::move(detail)));
  return counts;
}

Result<Prediction> GetPrediction(db::Connection& db, std::int64_t project, const Id& id) {
  Prediction prediction{.id = id};
  {
    auto rows =
        TRY(db.Query("SELECT id, rows, at_ms, endpoint, variant, version, request, response "
                     "FROM prediction WHERE project = ? AND id <= ? "
                     "ORDER BY id DESC LIMIT 1",
                     {project, id}));
    bool found = TRY(rows.Next());
    if (found) {
      const Id first = rows.AsId(0);
      prediction.rows = rows.Integer(1);
      const auto row = snapshot::RowOf(first, prediction.rows, id);
      found = row.has_value();
      prediction.row = row.value_or(0);
    }
    if (!found) {
      return Fail(Code::kNotFound,
                  "there is no prediction {}; one that was just made arrives within seconds",
                  id.Hex());
    }
    prediction.at_ms = rows.Integer(2);
    prediction.endpoint = rows.Text(3);
    prediction.variant = rows.AsId(4);
    prediction.version = rows.AsId(5);
    prediction.request = rows.Text(6);
    prediction.response = rows.Text(7);
  }
  auto rows =
      TRY(db.Query("SELECT at_ms, value FROM label WHERE project = ? AND prediction = ? "
                   "ORDER BY at_ms, value",
                   {project, id}));
  while (TRY(rows.Next())) {
    prediction.labels.push_back({rows.Integer(0), std::string(rows.Text(1))});
  }
  return prediction;
}

Result<Predicted> PredictedBy(db::Connection& db, std::int64_t project, const Id& variant) {
  auto rows = TRY(db.Query(
      "SELECT coalesce(sum(rows), 0), coalesce(min(at_ms), 0), coalesce(max(at_ms), 0) FROM "
      "prediction WHERE project = ? AND variant = ?",
      {project, variant}));
  if (!TRY(rows.Next())) return Fail(Code::kInternal, "a sum has no row");
  return Predicted{rows.Integer(0), rows.Integer(1), rows.Integer(2)};
}

Result<Counts> CountAll(db::Connection& db, std::int64_t project) {
  auto rows =
      TRY(db.Query("SELECT (SELECT coalesce(sum(rows), 0) FROM prediction "
                   "WHERE project = ?), (SELECT count(*) FROM label WHERE project = ?)",
                   {project, project}));
  if (!TRY(rows.Next())) return Fail(Code::kInternal, "a count has no row");
  return Counts{rows.Integer(0), rows.Integer(1)};
}

}  // namespace galley::observe
