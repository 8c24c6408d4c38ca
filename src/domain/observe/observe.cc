#include <cmath>
#include <set>
#include <variant>

#include "domain/observe/join.h"
#include "domain/observe/service.h"
#include "domain/observe/traffic.h"
#include "serving/snapshot/records.h"
#include "storage/journal/journal.h"

namespace galley::observe {
namespace {

// Nobody counts so far; a sum of a time and a width is still exact.
constexpr double kTimeMax = 9e15;

/// A segment on its way in.
struct Intake {
  journal::Change& change;
  Join join;
  std::int64_t number = 0;  ///< Of the segment, from 1.
  Ingested counts;
  std::set<std::pair<std::int64_t, std::string>> endpoints;  ///< Of which something came.
};

// Each stores one record; false if it names what does not exist.

Result<bool> Store(Intake& intake, const snapshot::PredictionRecord& record) {
  db::Connection& db = intake.change.db;
  const auto project = journal::ProjectRow(db, record.project);
  if (!project || record.rows < 1) return false;
  const bool is_mirrored = record.mirror_of != Id{};
  ++(is_mirrored ? intake.counts.mirrored : intake.counts.predictions);
  const auto mirror_of = is_mirrored ? std::optional(record.mirror_of) : std::optional<Id>();
  TRY(db.Run(
      "INSERT OR IGNORE INTO prediction(project, id, rows, at_ms, endpoint, variant, version, "
      "request, response, content_type, mirror_of, taken) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?)",
      {*project, record.id, record.rows, record.at_ms, record.endpoint, record.variant,
       record.version, record.request.value_or(""), record.response, record.content_type, mirror_of,
       intake.number}));
  if (db.Changes() == 0) return true;
  intake.endpoints.emplace(*project, record.endpoint);
  TRY(is_mirrored ? intake.join.OnMirrored(*project, record.mirror_of, record.id)
                  : intake.join.OnRequest(*project, record.id));
  return true;
}

Result<bool> Store(Intake& intake, const snapshot::LabelRecord& record) {
  db::Connection& db = intake.change.db;
  const auto project = journal::ProjectRow(db, record.project);
  const auto id = Id::Parse(record.prediction_id);
  if (!project || !id) return false;
  ++intake.counts.labels;
  TRY(intake.join.OnLabel(*project, *id, record.at_ms, record.name, record.value));
  TRY(db.Run(
      "INSERT OR IGNORE INTO label(project, prediction, name, at_ms, value) VALUES(?, ?, ?, ?, ?)",
      {*project, *id, record.name, record.at_ms, record.value}));
  return true;
}

/// What counts is the newest, which is the greatest.
Result<bool> Store(Intake& intake, const snapshot::WatermarkRecord& record) {
  db::Connection& db = intake.change.db;
  const auto project = journal::ProjectRow(db, record.project);
  if (!project || !(std::abs(record.time) <= kTimeMax)) return false;
  TRY(
      db.Run("INSERT INTO watermark(project, endpoint, time) VALUES(?, ?, ?) ON CONFLICT DO UPDATE "
             "SET time = max(time, excluded.time)",
             {*project, record.endpoint, record.time}));
  intake.endpoints.emplace(*project, record.endpoint);
  return true;
}

Result<bool> Store(Intake& intake, const snapshot::TrafficRecord& record) {
  const auto project = journal::ProjectRow(intake.change.db, record.project);
  if (!project) return false;
  intake.endpoints.emplace(*project, record.endpoint);
  return StoreTraffic(intake.change, *project, record);
}

/// The number of a segment that comes now.
Result<std::int64_t> NextNumber(db::Connection& db) {
  TRY(db.Run("UPDATE intake SET segments = segments + 1"));
  auto rows = TRY(db.Query("SELECT segments FROM intake"));
  if (!TRY(rows.Next())) return Fail(Code::kDataLoss, "the segments that came are not counted");
  return rows.Integer(0);
}

Result<bool> IsKnown(db::Connection& db, const std::string& segment) {
  auto rows = TRY(db.Query("SELECT 1 FROM segment WHERE id = ?", {segment}));
  return rows.Next();
}

/// Its labels, by name, then by when they came.
Result<std::vector<Label>> LabelsOf(db::Connection& db, std::int64_t project,
                                    const Id& prediction) {
  std::vector<Label> labels;
  auto rows =
      TRY(db.Query("SELECT at_ms, name, value FROM label WHERE project = ? AND prediction = ? "
                   "ORDER BY name, at_ms, value",
                   {project, prediction}));
  while (TRY(rows.Next())) {
    labels.push_back({.at_ms = rows.Integer(0),
                      .name = std::string(rows.Text(1)),
                      .value = std::string(rows.Text(2))});
  }
  return labels;
}

}  // namespace

Result<Ingested> Ingest(journal::Change& change, appendlog::SegmentReader& segment) {
  const std::string id = segment.id().Text();
  if (TRY(IsKnown(change.db, id))) return Ingested{.was_known = true};
  Intake intake{.change = change,
                .join = Join(change),
                .number = TRY(NextNumber(change.db)),
                .counts = {},
                .endpoints = {}};
  Ingested& counts = intake.counts;
  while (const auto bytes = segment.Next()) {
    const auto record = snapshot::ParseRecord(*bytes);
    const bool stored =
        record && TRY(std::visit([&](const auto& one) { return Store(intake, one); }, *record));
    if (!stored) ++counts.skipped;
  }
  TRY(intake.join.Flush());
  intake.endpoints.insert(intake.join.endpoints().begin(), intake.join.endpoints().end());
  for (const auto& [project, endpoint] : intake.endpoints) {
    change.Touch(project, "endpoint.observed", endpoint);
  }
  TRY(DropOldTraffic(change));
  TRY(change.db.Run("INSERT INTO segment(id, records, taken_ms) VALUES(?, ?, ?)",
                    {id, static_cast<std::int64_t>(segment.records()), change.now_ms}));
  json::Writer detail;
  detail.BeginObject().Key("sha256").String(segment.digest().Hex());
  detail.Key("predictions").Int(counts.predictions).Key("mirrored").Int(counts.mirrored);
  detail.Key("labels").Int(counts.labels);
  detail.Key("skipped").Int(counts.skipped).EndObject();
  TRY(change.Record("segment.taken", id, std::move(detail)));
  return counts;
}

Result<Prediction> GetPrediction(db::Connection& db, std::int64_t project, const Id& id) {
  Prediction prediction{.id = id};
  std::optional<Id> mirror_of;
  {
    auto rows =
        TRY(db.Query("SELECT id, rows, at_ms, endpoint, variant, version, request, response, "
                     "mirror_of FROM prediction WHERE project = ? AND id <= ? "
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
    if (!rows.IsNull(8)) mirror_of = rows.AsId(8);
  }
  if (!mirror_of) {
    prediction.labels = TRY(LabelsOf(db, project, id));
    return prediction;
  }
  prediction.mirror_of = snapshot::Advance(*mirror_of, static_cast<std::uint64_t>(prediction.row));
  prediction.labels = TRY(LabelsOf(db, project, *prediction.mirror_of));
  auto rows = TRY(db.Query("SELECT request FROM prediction WHERE project = ? AND id = ?",
                           {project, *mirror_of}));
  if (TRY(rows.Next())) prediction.request = rows.Text(0);
  return prediction;
}

Result<Predicted> PredictedBy(db::Connection& db, std::int64_t project, const Id& variant) {
  auto rows = TRY(db.Query(
      "SELECT coalesce(sum(rows), 0), coalesce(min(at_ms), 0), coalesce(max(at_ms), 0) FROM "
      "prediction WHERE project = ? AND variant = ? AND mirror_of IS NULL",
      {project, variant}));
  if (!TRY(rows.Next())) return Fail(Code::kInternal, "a sum has no row");
  return Predicted{rows.Integer(0), rows.Integer(1), rows.Integer(2)};
}

Result<Counts> CountAll(db::Connection& db, std::int64_t project) {
  auto rows = TRY(db.Query(
      "SELECT (SELECT coalesce(sum(rows), 0) FROM prediction WHERE project = ? AND mirror_of IS "
      "NULL), (SELECT count(*) FROM label WHERE project = ?)",
      {project, project}));
  if (!TRY(rows.Next())) return Fail(Code::kInternal, "a count has no row");
  return Counts{rows.Integer(0), rows.Integer(1)};
}

}  // namespace galley::observe
