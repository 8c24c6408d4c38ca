#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
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

/// The row of a run's series and its latest point so far; makes the series with `first`.
struct Series {
  std::int64_t row;
  Rank latest;
};
Result<Series> TakeSeries(db::Connection& db, std::int64_t run, const MetricPoint& first) {
  {
    auto rows =
        TRY(db.Query("SELECT row, step, timestamp_ms, value FROM metric_series "
                     "WHERE run = ? AND key = ?",
                     {run, first.key}));
    if (TRY(rows.Next())) {
      return Series{rows.Integer(0), {rows.Integer(1), rows.Integer(2), rows.Real(3)}};
    }
  }
  const Stored stored = StoredOf(first.value);
  TRY(
      db.Run("INSERT INTO metric_series(run, key, step, timestamp_ms, value, is_nan) "
             "VALUES(?, ?, ?, ?, ?, ?)",
             {run, first.key, first.step, first.timestamp_ms, stored.value, stored.is_nan}));
  return Series{db.LastInsertRow(), RankOf(first)};
}

Status StoreSeries(db::Connection& db, std::int64_t run,
                   std::span<const MetricPoint* const> points) {
  const Series series = TRY(TakeSeries(db, run, *points.front()));
  const MetricPoint* latest = nullptr;
  Rank highest = series.latest;
  for (const MetricPoint* point : points) {
    const Stored stored = StoredOf(point->value);
    TRY(
        db.Run("INSERT OR IGNORE INTO metric_point(series, step, timestamp_ms, value, is_nan) "
               "VALUES(?, ?, ?, ?, ?)",
               {series.row, point->step, point->timestamp_ms, stored.value, stored.is_nan}));
    if (RankOf(*point) <= highest) continue;
    highest = RankOf(*point);
    latest = point;
  }
  if (latest == nullptr) return {};
  const Stored stored = StoredOf(latest->value);
  return db.Run(
      "UPDATE metric_series SET step = ?, timestamp_ms = ?, value = ?, is_nan = ? "
      "WHERE row = ?",
      {latest->step, latest->timestamp_ms, stored.value, stored.is_nan, series.row});
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
  const auto added = TRY(StoreParams(change.db, run, row, batch.params));
  for (const KeyValue& tag : batch.tags) {
    TRY(
        change.db.Run("INSERT INTO run_tag(run, key, value) VALUES(?, ?, ?) "
                      "ON CONFLICT DO UPDATE SET value = excluded.value",
                      {row, tag.key, tag.value}));
    if (tag.key != kNameTag) continue;
    TRY(change.db.Run("UPDATE run SET name = ? WHERE row = ?", {tag.value, row}));
  }
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

}  // namespace galley::tracking
