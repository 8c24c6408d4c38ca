#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "domain/tracking/rows.h"
#include "domain/tracking/service.h"

namespace galley::tracking {
namespace {

constexpr std::string_view kNameTag = "mlflow.runName";

/// How a value is stored: SQLite has no NaN.
struct Stored {
  double value;
  std::int64_t is_nan;
};
Stored StoredOf(double value) {
  if (std::isnan(value)) return {0, 1};
  return {value, 0};
}

/// What decides which of two points is the latest.
using Rank = std::tuple<std::int64_t, std::int64_t, double>;
Rank RankOf(const MetricPoint& point) {
  return {point.step, point.timestamp_ms, StoredOf(point.value).value};
}

/// The smallest and the largest value that is a number, and the first step that has it. All of them
/// are there, or none is.
struct Extremes {
  std::optional<double> low;
  std::optional<double> high;
  std::optional<std::int64_t> low_step;
  std::optional<std::int64_t> high_step;

  void Take(double value, std::int64_t step) {
    if (std::isnan(value)) return;
    if (!low || value < *low || (value == *low && step < low_step)) {
      low = value;
      low_step = step;
    }
    if (!high || value > *high || (value == *high && step < high_step)) {
      high = value;
      high_step = step;
    }
  }
};

/// A run's series as it stands.
struct Series {
  std::int64_t row;
  Rank latest;
  Extremes extremes;
};
Result<std::optional<Series>> FindSeries(db::Connection& db, std::int64_t run,
                                         std::string_view key) {
  auto rows =
      TRY(db.Query("SELECT row, step, timestamp_ms, value, low, high, low_step, high_step "
                   "FROM metric_series WHERE run = ? AND key = ?",
                   {run, key}));
  if (!TRY(rows.Next())) return std::nullopt;
  Series series{.row = rows.Integer(0),
                .latest = {rows.Integer(1), rows.Integer(2), rows.Real(3)},
                .extremes = {}};
  if (!rows.IsNull(4)) {
    series.extremes = {rows.Real(4), rows.Real(5), rows.MaybeInteger(6), rows.MaybeInteger(7)};
  }
  return series;
}

/// Stores points of one series; how many of them are new.
Result<std::int64_t> StorePoints(db::Connection& db, std::int64_t series,
                                 std::span<const MetricPoint* const> points) {
  std::int64_t added = 0;
  for (const MetricPoint* point : points) {
    const Stored stored = StoredOf(point->value);
    TRY(
        db.Run("INSERT OR IGNORE INTO metric_point(series, step, timestamp_ms, value, is_nan) "
               "VALUES(?, ?, ?, ?, ?)",
               {series, point->step, point->timestamp_ms, stored.value, stored.is_nan}));
    added += db.Changes();
  }
  return added;
}

/// Stores points of one key, and keeps the series' latest point, its extremes and how many it has.
Status StoreSeries(db::Connection& db, std::int64_t run,
                   std::span<const MetricPoint* const> points) {
  const MetricPoint* latest = points.front();
  Extremes extremes;
  for (const MetricPoint* point : points) {
    extremes.Take(point->value, point->step);
    if (RankOf(*point) > RankOf(*latest)) latest = point;
  }
  const Stored stored = StoredOf(latest->value);
  auto series = TRY(FindSeries(db, run, latest->key));
  if (!series) {
    TRY(
        db.Run("INSERT INTO metric_series(run, key, step, timestamp_ms, value, is_nan, low, high, "
               "low_step, high_step) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               {run, latest->key, latest->step, latest->timestamp_ms, stored.value, stored.is_nan,
                extremes.low, extremes.high, extremes.low_step, extremes.high_step}));
    series = {.row = db.LastInsertRow(), .latest = RankOf(*latest), .extremes = extremes};
  }
  const std::int64_t added = TRY(StorePoints(db, series->row, points));
  if (added == 0) return {};
  Extremes all = series->extremes;
  if (extremes.low) {
    all.Take(*extremes.low, *extremes.low_step);
    all.Take(*extremes.high, *extremes.high_step);
  }
  if (RankOf(*latest) <= series->latest) {
    return db.Run(
        "UPDATE metric_series SET points = points + ?, low = ?, high = ?, low_step = ?, "
        "high_step = ? WHERE row = ?",
        {added, all.low, all.high, all.low_step, all.high_step, series->row});
  }
  return db.Run(
      "UPDATE metric_series SET step = ?, timestamp_ms = ?, value = ?, is_nan = ?, "
      "points = points + ?, low = ?, high = ?, low_step = ?, high_step = ? WHERE row = ?",
      {latest->step, latest->timestamp_ms, stored.value, stored.is_nan, added, all.low, all.high,
       all.low_step, all.high_step, series->row});
}

Status StoreModelMetric(journal::Change& change, std::int64_t run, const MetricPoint& point) {
  const std::int64_t model = TRY(ModelRow(change.db, change.project, *point.model));
  const Stored stored = StoredOf(point.value);
  return change.db.Run(
      "INSERT OR IGNORE INTO logged_model_metric(model, key, dataset_name, dataset_digest, run, "
      "step, timestamp_ms, value, is_nan) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {model, point.key, point.dataset_name, point.dataset_digest, run, point.step,
       point.timestamp_ms, stored.value, stored.is_nan});
}

Status StoreMetrics(journal::Change& change, std::int64_t run,
                    std::span<const MetricPoint> points) {
  std::map<std::string_view, std::vector<const MetricPoint*>> by_key;
  for (const MetricPoint& point : points) by_key[point.key].push_back(&point);
  for (const auto& [key, series] : by_key) TRY(StoreSeries(change.db, run, series));
  for (const MetricPoint& point : points) {
    if (point.model) TRY(StoreModelMetric(change, run, point));
  }
  return {};
}

/// Stores the parameters that are new and returns them; one whose value differs is an error.
Result<std::vector<KeyValue>> StoreParams(db::Connection& db, const Id& id, std::int64_t run,
                                          std::span<const KeyValue> params) {
  std::vector<KeyValue> added;
  std::string differing;
  for (const KeyValue& param : params) {
    TRY(db.Run("INSERT OR IGNORE INTO run_param(run, key, value) VALUES(?, ?, ?)",
               {run, param.key, param.value}));
    if (db.Changes() == 1) {
      added.push_back(param);
      continue;
    }
    auto rows =
        TRY(db.Query("SELECT value FROM run_param WHERE run = ? AND key = ?", {run, param.key}));
    if (!TRY(rows.Next()) || rows.Text(0) == param.value) continue;
    if (params.size() == 1) {
      return Fail(Code::kFailedPrecondition,
                  "Changing param values is not allowed. Param with key='{}' was already logged "
                  "with value='{}' for run ID='{}'. Attempted logging new value '{}'.",
                  param.key, rows.Text(0), id.Hex(), param.value);
    }
    differing += fmt::format("{}{{'key': '{}', 'old_value': '{}', 'new_value': '{}'}}",
                             differing.empty() ? "" : ", ", param.key, rows.Text(0), param.value);
  }
  if (differing.empty()) return added;
  return Fail(Code::kFailedPrecondition,
              "Changing param values is not allowed. Params were already logged='[{}]' for run "
              "ID='{}'.",
              differing, id.Hex());
}

Result<std::int64_t> TakeDataset(db::Connection& db, std::int64_t run, const Dataset& dataset) {
  TRY(
      db.Run("INSERT OR IGNORE INTO dataset(experiment, name, digest, source_type, source, schema, "
             "profile) SELECT experiment, ?, ?, ?, ?, ?, ? FROM run WHERE row = ?",
             {dataset.name, dataset.digest, dataset.source_type, dataset.source, dataset.schema,
              dataset.profile, run}));
  auto rows =
      TRY(db.Query("SELECT d.row FROM dataset AS d JOIN run AS r "
                   "ON r.experiment = d.experiment "
                   "WHERE r.row = ? AND d.name = ? AND d.digest = ?",
                   {run, dataset.name, dataset.digest}));
  if (!TRY(rows.Next())) return Fail(Code::kInternal, "dataset '{}' has no row", dataset.name);
  return rows.Integer(0);
}

Status StoreInput(db::Connection& db, std::int64_t run, const DatasetInput& input) {
  const std::int64_t dataset = TRY(TakeDataset(db, run, input.dataset));
  TRY(db.Run("INSERT OR IGNORE INTO run_input(run, dataset) VALUES(?, ?)", {run, dataset}));
  std::int64_t row = 0;
  {
    auto rows =
        TRY(db.Query("SELECT row FROM run_input WHERE run = ? AND dataset = ?", {run, dataset}));
    if (!TRY(rows.Next())) return Fail(Code::kInternal, "an input has no row");
    row = rows.Integer(0);
  }
  for (const KeyValue& tag : input.tags) {
    TRY(
        db.Run("INSERT INTO run_input_tag(input, key, value) VALUES(?, ?, ?) "
               "ON CONFLICT DO UPDATE SET value = excluded.value",
               {row, tag.key, tag.value}));
  }
  return {};
}

Status LinkModels(journal::Change& change, std::int64_t run, std::int64_t role,
                  std::span<const ModelLink> models, json::Writer& detail) {
  if (models.empty()) return {};
  detail.Key("models").BeginArray();
  for (const ModelLink& link : models) {
    const std::int64_t model = TRY(ModelRow(change.db, change.project, link.model));
    TRY(change.db.Run("INSERT OR IGNORE INTO run_model(run, role, model, step) VALUES(?, ?, ?, ?)",
                      {run, role, model, link.step}));
    detail.String(link.model.Hex());
  }
  detail.EndArray();
  return {};
}

}  // namespace

Status LogBatch(journal::Change& change, const Id& run, const Batch& batch) {
  const std::int64_t row = TRY(ActiveRun(change.db, change.project, run));
  TRY(StoreMetrics(change, row, batch.metrics));
  if (!batch.metrics.empty()) change.Touch("run.measured", run.Hex());
  const auto added = TRY(StoreParams(change.db, run, row, batch.params));
  for (const KeyValue& tag : batch.tags) {
    TRY(
        change.db.Run("INSERT INTO run_tag(run, key, value) VALUES(?, ?, ?) "
                      "ON CONFLICT DO UPDATE SET value = excluded.value",
                      {row, tag.key, tag.value}));
    if (tag.key != kNameTag) continue;
    TRY(change.db.Run("UPDATE run SET name = ? WHERE row = ?", {tag.value, row}));
  }
  TRY(MarkChanged(change, row));
  if (added.empty() && batch.tags.empty()) return {};
  json::Writer detail;
  detail.BeginObject();
  AppendPairs(detail, "params", added);
  AppendPairs(detail, "tags", batch.tags);
  detail.EndObject();
  return change.Record("run.logged", run.Hex(), std::move(detail));
}

Status LogInputs(journal::Change& change, const Id& run, const Inputs& inputs) {
  const std::int64_t row = TRY(ActiveRun(change.db, change.project, run));
  json::Writer detail;
  detail.BeginObject().Key("datasets").BeginArray();
  for (const DatasetInput& input : inputs.datasets) {
    TRY(StoreInput(change.db, row, input));
    detail.BeginObject().Key("name").String(input.dataset.name);
    detail.Key("digest").String(input.dataset.digest).EndObject();
  }
  detail.EndArray();
  TRY(LinkModels(change, row, 0, inputs.models, detail));
  TRY(MarkChanged(change, row));
  detail.EndObject();
  return change.Record("run.inputs_logged", run.Hex(), std::move(detail));
}

Status LogOutputs(journal::Change& change, const Id& run, std::span<const ModelLink> models) {
  const std::int64_t row = TRY(ActiveRun(change.db, change.project, run));
  json::Writer detail;
  detail.BeginObject();
  TRY(LinkModels(change, row, 1, models, detail));
  detail.EndObject();
  return change.Record("run.outputs_logged", run.Hex(), std::move(detail));
}

Result<db::Page<MetricPoint>> MetricHistory(db::Connection& db, std::int64_t project, const Id& run,
                                            std::string_view key, std::int64_t offset,
                                            std::int64_t limit) {
  const Found found = TRY(FindRun(db, project, run));
  auto rows =
      TRY(db.Query("SELECT p.step, p.timestamp_ms, p.value, p.is_nan FROM metric_point AS p "
                   "JOIN metric_series AS s ON s.row = p.series "
                   "WHERE s.run = ? AND s.key = ? "
                   "ORDER BY p.timestamp_ms, p.step, p.value LIMIT ? OFFSET ?",
                   {found.row, key, limit + 1, offset}));
  db::Page<MetricPoint> page;
  while (TRY(rows.Next())) {
    if (page.items.size() == static_cast<std::size_t>(limit)) {
      page.has_more = true;
      break;
    }
    const bool is_nan = rows.Integer(3) != 0;
    page.items.push_back({.key = std::string(key),
                          .value = is_nan ? std::numeric_limits<double>::quiet_NaN() : rows.Real(2),
                          .timestamp_ms = rows.Integer(1),
                          .step = rows.Integer(0),
                          .run = run});
  }
  return page;
}

Result<db::Page<MetricKey>> MetricKeys(db::Connection& db, std::int64_t project, const Id& run,
                                       std::string_view part, std::string_view after,
                                       std::int64_t limit) {
  const Found found = TRY(FindRun(db, project, run));
  auto rows =
      TRY(db.Query("SELECT key, step, timestamp_ms, value, is_nan, points FROM metric_series "
                   "WHERE run = ? AND key > ? AND (? = '' OR instr(key, ?) > 0) "
                   "ORDER BY key LIMIT ?",
                   {found.row, after, part, part, limit + 1}));
  db::Page<MetricKey> page;
  while (TRY(rows.Next())) {
    if (page.items.size() == static_cast<std::size_t>(limit)) {
      page.has_more = true;
      break;
    }
    const bool is_nan = rows.Integer(4) != 0;
    page.items.push_back(
        {.latest = {.key = std::string(rows.Text(0)),
                    .value = is_nan ? std::numeric_limits<double>::quiet_NaN() : rows.Real(3),
                    .timestamp_ms = rows.Integer(2),
                    .step = rows.Integer(1)},
         .points = rows.Integer(5)});
  }
  return page;
}

}  // namespace galley::tracking
