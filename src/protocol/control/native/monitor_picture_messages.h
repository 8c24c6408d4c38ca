#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"
#include "protocol/control/native/monitor_messages.h"

/// What is drawn of a monitor (docs/formats/native_api.md).
namespace galley::native {

struct AskHeatmap {
  std::int64_t last = 60;      ///< Windows with rows.
  std::int64_t columns = 100;  ///< Those that are furthest beyond their threshold.
  static const schema::Message kSchema;
};
/// A window, or a run of windows without rows.
struct HeatmapWindow {
  std::int64_t window = 0;  ///< The number of the last one.
  double from = 0;
  double to = 0;
  std::string state;      ///< `closed`, `open`, or `empty`: nothing was asked.
  std::int64_t rows = 0;  ///< That the distances rest on: of `span` windows.
  static const schema::Message kSchema;
};
struct HeatmapColumn {
  std::string column;
  double threshold = 0;
  std::int64_t reference_rows = 0;
  std::int64_t rows_min = 0;                  ///< With fewer rows chance alone looks like drift.
  std::vector<schema::JsonScalar> distances;  ///< Of each window; null: no data.
  std::vector<schema::JsonScalar> beyond;     ///< `true` or `false`: the threshold of its time.
  std::vector<schema::JsonScalar> alarms;     ///< `true` or `false`; as long, too.
  std::optional<double> worst;                ///< The greatest distance over the threshold.
  static const schema::Message kSchema;
};
struct HeatmapAnswer {
  std::string monitor;
  std::string measure;
  std::int64_t span = 0;
  double width = 0;  ///< Of a window, in the unit of event time.
  std::vector<HeatmapWindow> windows;
  std::vector<HeatmapColumn> columns;
  std::int64_t columns_total = 0;
  static const schema::Message kSchema;
};

struct AskFeature {
  std::optional<double> from;  ///< Event time; without them the newest closed windows.
  std::optional<double> to;
  static const schema::Message kSchema;
};
struct FeatureBin {
  std::optional<double> lo;  ///< Included; absent: no end.
  std::optional<double> hi;  ///< Not included.
  std::optional<std::string> label;
  bool missing = false;  ///< Rows without a value.
  std::int64_t rows = 0;
  double share = 0;
  static const schema::Message kSchema;
};
struct FeatureSide {
  std::int64_t rows = 0;
  std::optional<double> min;
  std::optional<double> max;
  std::vector<FeatureBin> bins;
  static const schema::Message kSchema;
};
struct FeatureQuantile {
  double q = 0;
  std::optional<double> reference;
  std::optional<double> current;
  static const schema::Message kSchema;
};
struct FeatureAnswer {
  std::string monitor;
  std::string column;
  std::string kind;  ///< `number` or `category`.
  std::string measure;
  std::int64_t span = 0;
  double from = 0;
  double to = 0;
  double threshold = 0;
  std::int64_t rows_min = 0;
  FeatureSide reference;
  std::optional<FeatureSide> current;  ///< Null: counted with an earlier reference.
  std::optional<DriftValue> distances;
  std::vector<FeatureQuantile> quantiles;
  static const schema::Message kSchema;
};

struct AskAccuracy {
  std::int64_t span = 1;
  std::int64_t last = 60;
  static const schema::Message kSchema;
};
struct AccuracyOfVariant {
  std::string variant;
  std::string model;
  std::int64_t version = 0;
  std::int64_t predictions = 0;
  std::int64_t labels = 0;
  std::optional<double> accuracy;
  std::optional<double> accuracy_low;
  std::optional<double> accuracy_high;
  static const schema::Message kSchema;
};
struct AccuracyWindow {
  std::int64_t window = 0;  ///< The number of the last one.
  double from = 0;
  double to = 0;
  std::string state;
  std::int64_t predictions = 0;
  std::int64_t labels = 0;
  std::optional<double> coverage;
  std::optional<double> accuracy;
  std::optional<double> accuracy_low;
  std::optional<double> accuracy_high;
  std::int64_t timed = 0;  ///< Labels whose lag is known.
  std::optional<double> lag_p50_ms;
  std::optional<double> lag_p90_ms;
  std::vector<AccuracyOfVariant> variants;
  static const schema::Message kSchema;
};
/// So large a share of the rows had its label so long after the prediction.
struct ArrivalPoint {
  double lag_ms = 0;
  std::int64_t labels = 0;
  double share = 0;
  static const schema::Message kSchema;
};
struct AccuracyAnswer {
  MonitorMessage monitor;
  std::vector<AccuracyWindow> windows;
  std::int64_t arrival_rows = 0;  ///< Predictions of windows whose lags are all known.
  std::vector<ArrivalPoint> arrival;
  static const schema::Message kSchema;
};

}  // namespace galley::native
