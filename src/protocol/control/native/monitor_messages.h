#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of monitors (docs/formats/native_api.md).
namespace galley::native {

struct MonitorMessage {
  std::string id;
  std::string name;
  observe::MonitorSettings settings;
  std::string actor;
  std::int64_t created_ms = 0;
  std::optional<double> watermark;
  std::int64_t without_time = 0;  ///< Rows without an event time.
  std::optional<double> newest;   ///< Where its newest window begins.
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
  double psi = 0;
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
struct DriftAnswer {
  std::string monitor;
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

}  // namespace galley::native
