#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What is drawn of a rollout, and single rows behind its evidence (docs/formats/rollout.md).
namespace galley::native {

struct AskSeries {
  std::int64_t buckets = 60;  ///< At most.
  std::string monitor;  ///< Empty: that of the rollout's analysis, or the endpoint's only one.
  static const schema::Message kSchema;
};
/// Requests of a variant that ended in a step of time.
struct SeriesTraffic {
  std::int64_t at_ms = 0;  ///< Where the step begins.
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t degraded = 0;
  double rps = 0;
  double error_ratio = 0;  ///< Failed and degraded ones.
  std::optional<double> p50_ms;
  std::optional<double> p95_ms;
  std::optional<double> p99_ms;
  static const schema::Message kSchema;
};
/// What is known of a variant's answers in a window of the monitor, mirrored ones too.
struct SeriesQuality {
  std::int64_t window = 0;
  std::int64_t first_ms = 0;  ///< When the window's predictions were made, of all variants.
  std::int64_t last_ms = 0;
  std::int64_t predictions = 0;
  std::int64_t labels = 0;
  std::optional<double> accuracy;
  std::optional<double> accuracy_low;
  std::optional<double> accuracy_high;
  static const schema::Message kSchema;
};
struct SeriesVariant {
  std::string variant;
  std::string role;  ///< `champion` or `challenger`.
  std::string model;
  std::int64_t version = 0;
  std::vector<SeriesTraffic> traffic;  ///< Steps with requests.
  std::vector<SeriesQuality> quality;
  static const schema::Message kSchema;
};
/// How many labels of a window have come, and how long they took: of what callers got.
struct SeriesWindow {
  std::int64_t window = 0;
  std::string state;
  std::optional<double> coverage;
  std::optional<double> lag_p50_ms;
  std::optional<double> lag_p90_ms;
  static const schema::Message kSchema;
};
/// Something that happened to the rollout.
struct SeriesMarker {
  std::int64_t sequence = 0;
  std::int64_t at_ms = 0;
  std::string kind;  ///< Of the event: `rollout.started`, …
  std::string step;  ///< The step that began; empty: none did.
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  static const schema::Message kSchema;
};
struct RolloutSeries {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::int64_t step_ms = 0;
  bool is_cut = false;         ///< The rollout began before `from_ms`.
  std::string monitor;         ///< Empty: none.
  std::string monitor_reason;  ///< Why there is none.
  std::vector<SeriesVariant> variants;
  std::vector<SeriesWindow> windows;
  std::vector<SeriesMarker> markers;  ///< Oldest first.
  static const schema::Message kSchema;
};

struct AskSamples {
  std::string metric = "log_loss";
  std::string monitor;  ///< As of AskSeries.
  std::int64_t limit = 10;
  static const schema::Message kSchema;
};
struct RolloutSample {
  std::string prediction;  ///< Of the challenger's row.
  std::int64_t at_ms = 0;
  bool mirrored = false;
  double probability = 0;
  bool label = false;
  double loss = 0;
  std::optional<std::string> champion;  ///< The prediction of the champion for the same row.
  std::optional<double> champion_probability;
  std::optional<double> champion_loss;
  static const schema::Message kSchema;
};
struct RolloutSamples {
  std::string metric;
  std::string monitor;
  std::string reason;  ///< Why there are none.
  std::int64_t looked_at = 0;
  std::vector<RolloutSample> first;
  std::vector<RolloutSample> failing;
  static const schema::Message kSchema;
};

}  // namespace galley::native
