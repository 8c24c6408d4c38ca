#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of monitors (docs/formats/native_api.md).
namespace galley::native {

/// Where the rows of the reference in force came from.
struct MonitorReference {
  std::string source;  ///< `file`, `dataset`, `requests`.
  std::int64_t rows = 0;
  std::string sha256;          ///< Of the CSV that was read.
  std::optional<double> from;  ///< Of requests: event times, as the next one.
  std::optional<double> to;
  std::optional<std::string> dataset;  ///< Of a dataset, as the three that follow.
  std::optional<std::int64_t> version;
  std::optional<std::string> version_id;
  std::optional<std::string> digest;
  std::string actor;
  std::int64_t set_ms = 0;
  static const schema::Message kSchema;
};
struct MonitorMessage {
  std::string id;
  std::string name;
  observe::MonitorSettings settings;
  std::string actor;
  std::int64_t created_ms = 0;
  std::optional<double> watermark;
  std::optional<double> stated_watermark;  ///< By who sends requests and labels.
  std::optional<double> closed_through;    ///< Where its last closed window ends.
  std::int64_t without_time = 0;           ///< Rows without an event time.
  std::optional<double> newest;            ///< Where its newest window begins.
  /// Absent: there is none, or it was set before sources were kept.
  std::optional<MonitorReference> reference;
  static const schema::Message kSchema;
};
struct MonitorsAnswer {
  std::vector<MonitorMessage> monitors;
  static const schema::Message kSchema;
};
struct AskWindows {
  std::int64_t span = 1;
  std::int64_t last = 20;
  std::string slice;
  std::string arm = "served";  ///< Or `mirrored`, `all`.
  static const schema::Message kSchema;
};
struct CalibrationBin {
  std::int64_t rows = 0;
  double mean_probability = 0;
  double share_of_yes = 0;
  static const schema::Message kSchema;
};
struct MeasuredWindow {
  double from = 0;
  double to = 0;
  std::string state;
  std::string variant;
  std::string model;
  std::int64_t version = 0;
  std::string arm;
  std::optional<std::string> value;  ///< Of the slice.
  std::int64_t predictions = 0;
  std::int64_t labels = 0;
  std::int64_t unreadable = 0;
  std::int64_t true_positives = 0;
  std::int64_t false_positives = 0;
  std::int64_t false_negatives = 0;
  std::int64_t true_negatives = 0;
  std::optional<double> coverage;
  std::optional<double> accuracy;
  std::optional<double> accuracy_low;
  std::optional<double> accuracy_high;
  std::optional<double> balanced_accuracy;
  std::optional<double> precision;
  std::optional<double> recall;
  std::optional<double> base_rate;
  std::optional<double> majority;
  std::optional<double> log_loss;
  std::optional<double> brier;
  std::int64_t conversions = 0;
  std::int64_t conversion_labels = 0;
  std::optional<double> conversion;
  std::optional<double> conversion_low;
  std::optional<double> conversion_high;
  std::int64_t cost_labels = 0;
  std::optional<double> cost;
  std::vector<CalibrationBin> calibration;
  static const schema::Message kSchema;
};
struct DriftColumn {
  std::string column;
  double threshold = 0;
  std::int64_t blocks = 0;
  std::int64_t rows = 0;  ///< Of the reference.
  static const schema::Message kSchema;
};
struct DriftValue {
  std::string column;
  double distance = 0;  ///< By the measure that decides.
  double psi = 0;
  std::optional<double> ks;
  double js = 0;
  std::optional<double> wasserstein;
  bool beyond = false;
  bool alarm = false;
  static const schema::Message kSchema;
};
struct DriftWindow {
  double from = 0;
  double to = 0;
  std::string state;
  std::int64_t rows = 0;
  std::vector<DriftValue> columns;
  static const schema::Message kSchema;
};
struct AskDrift {
  std::int64_t last = 20;
  static const schema::Message kSchema;
};
/// Of a reference that is for a version which does not answer yet.
struct AskReference {
  std::string model;
  std::optional<std::int64_t> version;
  static const schema::Message kSchema;
};

/// A reference out of what was asked in closed windows, or of a dataset version.
struct SetReference {
  std::optional<double> from;  ///< Event times: of windows that begin in [from, to).
  std::optional<double> to;
  std::string dataset;  ///< In their place: a version, as docs/formats/monitor.md names it.
  std::string model;    ///< Of a dataset: from when this version answers on.
  std::optional<std::int64_t> version;  ///< Of the model.
  bool dry_run = false;                 ///< Only says what it would be.
  static const schema::Message kSchema;
};
struct ReferenceColumn {
  std::string column;
  double threshold = 0;
  std::int64_t blocks = 0;
  std::optional<double> threshold_before;  ///< Of the reference that is in force.
  static const schema::Message kSchema;
};
struct ReferenceAnswer {
  std::string monitor;
  std::optional<double> from;  ///< Of requests, as the next one.
  std::optional<double> to;
  std::optional<std::string> dataset;  ///< Of a dataset, as the two that follow.
  std::optional<std::int64_t> version;
  std::optional<std::string> digest;
  std::int64_t windows = 0;     ///< With rows; of requests alone.
  std::int64_t rows = 0;        ///< That it is made of.
  std::int64_t unreadable = 0;  ///< Rows of requests that were not kept or have no such columns.
  std::optional<std::int64_t> rows_before;  ///< Of the reference that is in force.
  std::string sha256;
  bool dry_run = false;
  std::vector<ReferenceColumn> columns;
  static const schema::Message kSchema;
};

/// A dataset version that the endpoint's champion comes from.
struct TrainedOn {
  std::string dataset;
  std::int64_t version = 0;
  static const schema::Message kSchema;
};
struct MonitorReferenceAnswer {
  std::optional<MonitorReference> reference;  ///< As of MonitorMessage.
  std::vector<TrainedOn> trained_on;
  static const schema::Message kSchema;
};

struct DriftAnswer {
  std::string monitor;
  std::string measure;
  std::int64_t span = 0;
  std::vector<DriftColumn> reference;
  std::vector<DriftWindow> windows;
  static const schema::Message kSchema;
};
struct WindowsAnswer {
  MonitorMessage monitor;
  std::vector<MeasuredWindow> windows;
  static const schema::Message kSchema;
};
struct AskComparison {
  std::string champion;  ///< Ids of variants; empty: the two newest ones.
  std::string challenger;
  std::int64_t last = 20;
  static const schema::Message kSchema;
};
struct ComparedVariant {
  std::string variant;
  std::string model;
  std::int64_t version = 0;
  static const schema::Message kSchema;
};
struct ComparedBlock {
  std::string value;
  std::int64_t rows = 0;
  double sum = 0;
  double mean = 0;
  static const schema::Message kSchema;
};
struct ComparedWindow {
  double from = 0;
  double to = 0;
  std::string state;  ///< `closed` or `open`.
  std::int64_t rows = 0;
  double sum = 0;
  std::vector<ComparedBlock> blocks;
  static const schema::Message kSchema;
};
struct ComparisonAnswer {
  std::string monitor;
  std::optional<ComparedVariant> champion;  ///< Null: no row was predicted by two.
  std::optional<ComparedVariant> challenger;
  std::vector<ComparedWindow> windows;
  static const schema::Message kSchema;
};
struct AskTraffic {
  std::int64_t minutes = 10;
  static const schema::Message kSchema;
};
struct TrafficOfVariant {
  std::string variant;  ///< Empty: what none answered.
  std::string model;
  std::int64_t version = 0;
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t degraded = 0;
  std::optional<double> error_ratio;
  std::optional<double> p50_ms;
  std::optional<double> p99_ms;
  static const schema::Message kSchema;
};
struct TrafficAnswer {
  std::string endpoint;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::vector<TrafficOfVariant> variants;
  static const schema::Message kSchema;
};

}  // namespace galley::native
