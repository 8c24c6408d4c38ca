#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/pipeline/gate.h"
#include "domain/pipeline/types.h"
#include "foundation/base/error.h"
#include "foundation/schema/message.h"
#include "storage/db/connection.h"

/// What became of an endpoint, as values (docs/formats/report.md). `event` is always a sequence in
/// the journal, `window` a number of the monitor's: it begins at this times `width`.
namespace galley::ledger {

/// What went into a served version, and how good it was.
struct TrainedDataset {
  std::string name;
  std::int64_t version = 0;
  std::string digest;
  std::string by;  ///< The job that read it.
  static const schema::Message kSchema;
};
struct TrainedJob {
  std::string id;
  std::string name;
  std::string state;
  std::int64_t cpu_ms = 0;
  std::int64_t wall_ms = 0;
  std::vector<pipeline::Metric> metrics;  ///< Without those of slices; at most kMetricsMax.
  static const schema::Message kSchema;
};
struct TrainedVersion {
  std::string model;  ///< `orange-juice@2`.
  std::string version_id;
  std::int64_t registered_ms = 0;
  std::string tracked_run;
  std::string pipeline;
  std::optional<std::int64_t> run;  ///< Of the pipeline.
  std::string run_id;
  std::string trigger;
  std::string actor;
  std::int64_t cpu_ms = 0;  ///< Of all jobs of the run.
  std::vector<TrainedDataset> datasets;
  std::vector<TrainedJob> jobs;
  std::optional<pipeline::GateEvidence> gate;
  std::string gate_job;  ///< Id.
  std::optional<std::int64_t> gate_event;
  std::string missing;  ///< Why less is known.
  static const schema::Message kSchema;
};
inline constexpr std::size_t kMetricsMax = 50;

struct ServedVariant {
  std::string id;
  std::string name;
  std::string model;
  std::string version_id;
  std::int64_t weight = 0;  ///< In thousandths.
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> retired_ms;
  std::optional<std::int64_t> first_window;
  std::optional<std::int64_t> last_window;
  std::int64_t predictions = 0;  ///< Mirrored ones too.
  static const schema::Message kSchema;
};

/// What was measured of an arm in a window.
struct ArmPoint {
  std::int64_t window = 0;
  std::int64_t predictions = 0;
  std::int64_t labels = 0;
  std::int64_t right = 0;
  std::optional<double> accuracy;
  std::optional<double> low;  ///< Wilson's, as if rows were independent.
  std::optional<double> high;
  std::optional<double> balanced_accuracy;
  std::optional<double> log_loss;
  std::optional<double> conversion;
  std::optional<double> cost;  ///< Sum of the cost labels.
  static const schema::Message kSchema;
};
struct Arm {
  std::string name;       ///< `served`: what callers got; else a version, `orange-juice@1`.
  bool is_first = false;  ///< The endpoint's first version: what it would be without any change.
  std::int64_t predictions = 0;
  std::int64_t labels = 0;
  std::optional<double> accuracy;
  std::optional<double> low;  ///< Over windows.
  std::optional<double> high;
  std::optional<double> balanced_accuracy;
  std::optional<double> log_loss;
  std::optional<double> conversion;
  std::vector<ArmPoint> points;
  static const schema::Message kSchema;
};

struct DriftPoint {
  std::int64_t window = 0;
  double distance = 0;
  bool beyond = false;
  bool alarm = false;
  static const schema::Message kSchema;
};
struct DriftingColumn {
  std::string column;
  double threshold = 0;
  bool is_alarming = false;         ///< In the last closed window.
  std::vector<std::int64_t> began;  ///< Windows in which an alarm began.
  std::vector<DriftPoint> points;
  static const schema::Message kSchema;
};

struct AlertEntry {
  std::string id;
  std::string rule;
  std::string column;
  std::optional<double> value;
  std::optional<double> limit;
  std::optional<std::int64_t> active_window;
  std::optional<std::int64_t> window;  ///< In which it fired.
  std::int64_t event = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> resolved_window;
  std::optional<std::int64_t> resolved_event;
  std::optional<std::int64_t> resolved_ms;
  static const schema::Message kSchema;
};
struct CauseEntry {
  std::int64_t rank = 0;  ///< From 1.
  std::string kind;
  std::string name;
  std::optional<double> score;
  std::string what;
  bool claims_data_fault = false;
  static const schema::Message kSchema;
};
struct IncidentEntry {
  std::string id;
  std::int64_t event = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> window;
  std::vector<CauseEntry> causes;
  std::string cause;  ///< As a person set it.
  std::optional<std::int64_t> cause_event;
  std::optional<std::int64_t> cause_ms;
  std::string acked_by;
  std::optional<std::int64_t> acked_event;
  std::optional<std::int64_t> closed_event;
  static const schema::Message kSchema;
};

/// Something that was done, by whom and why.
struct ActionEntry {
  std::int64_t event = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> window;
  std::string kind;
  std::string subject;
  std::string actor;
  std::string text;
  static const schema::Message kSchema;
};
struct LookEntry {
  std::int64_t event = 0;
  std::optional<std::int64_t> window;
  std::optional<double> log_e;
  std::string verdict;
  static const schema::Message kSchema;
};
struct RolloutEntry {
  std::string id;
  std::string model;  ///< The challenger.
  std::int64_t event = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> window;
  std::string actor;
  std::vector<LookEntry> looks;
  std::string outcome;  ///< `promoted`, `rolled_back`, `aborted`, `undone`; empty: it goes on.
  std::string reason;
  std::optional<std::int64_t> end_event;
  std::optional<std::int64_t> end_ms;
  std::optional<std::int64_t> end_window;
  static const schema::Message kSchema;
};
/// A version that took the champion's place.
struct PromotionEntry {
  std::int64_t event = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> window;
  std::string model;
  std::string variant;
  std::string actor;
  bool by_hand = false;  ///< Set, not by a rollout.
  std::optional<double> log_e;
  static const schema::Message kSchema;
};

/// A ratio over windows, with the 2.5 % and 97.5 % quantiles of a bootstrap over them.
struct Ratio {
  std::optional<double> value;
  std::optional<double> low;
  std::optional<double> high;
  std::optional<std::int64_t> first_window;
  std::optional<std::int64_t> last_window;
  std::int64_t windows = 0;
  std::int64_t labels = 0;
  static const schema::Message kSchema;
};
struct NotCured {
  std::vector<std::int64_t> still_firing;  ///< Events of alerts.
  std::vector<std::int64_t> fired_again;   ///< Of alerts that fired since the last promotion.
  std::vector<std::string> still_drifting;
  Ratio before;  ///< Accuracy of what was served before the first alert's expression held.
  Ratio after;   ///< Since the last promotion.
  Ratio gap;     ///< `before` minus `after`.
  std::string missing;
  static const schema::Message kSchema;
};
struct Gain {
  Ratio served;
  Ratio frozen;
  Ratio difference;
  std::int64_t draws = 0;
  std::int64_t seed = 0;
  std::string missing;
  static const schema::Message kSchema;
};

struct RunCost {
  std::int64_t run = 0;
  std::string run_id;
  std::string pipeline;
  std::string trigger;
  std::string state;
  std::int64_t attempts = 0;
  std::int64_t cpu_ms = 0;
  static const schema::Message kSchema;
};
struct StoredCost {
  std::string what;
  std::int64_t files = 0;
  std::int64_t bytes = 0;
  double byte_hours = 0;
  static const schema::Message kSchema;
};
struct Cost {
  std::vector<RunCost> runs;  ///< Of the project, oldest first.
  bool has_more_runs = false;
  std::int64_t cpu_ms = 0;
  std::vector<StoredCost> stored;
  std::int64_t bytes = 0;
  double byte_hours = 0;
  std::optional<double> labels;  ///< Sum of the monitor's cost labels of what was served.
  std::optional<double> cpu_usd;
  std::optional<double> storage_usd;
  std::optional<double> usd;
  static const schema::Message kSchema;
};

struct LoopStep {
  std::string step;
  std::optional<std::int64_t> event;
  std::optional<std::int64_t> at_ms;
  std::optional<std::int64_t> window;
  std::optional<std::int64_t> took_ms;       ///< Since the step before that has a time.
  std::optional<std::int64_t> took_windows;  ///< Since the step before that has a window.
  static const schema::Message kSchema;
};
/// From an alert to what came of it.
struct Loop {
  std::string name;
  std::vector<LoopStep> steps;
  static const schema::Message kSchema;
};

/// A row of the effect tables.
struct Effect {
  std::string name;
  std::string unit;     ///< `ms`, `ratio`, `per s`.
  std::string seen_by;  ///< `journal`, `gateway`, `clients`.
  std::int64_t samples = 0;
  std::optional<double> value;  ///< Of several samples the median.
  std::optional<double> p90;
  std::vector<std::int64_t> events;  ///< That the samples end with.
  std::optional<double> before;
  std::string goal;
  static const schema::Message kSchema;
};

struct Report {
  std::string endpoint;
  std::string endpoint_id;
  std::string monitor;  ///< Empty: nothing is measured.
  std::string monitor_id;
  std::string time;  ///< The column of event time; empty: when predictions were made, in seconds.
  double width = 1;
  std::int64_t made_ms = 0;
  std::int64_t last_event = 0;  ///< The newest that was looked at.
  std::string note;             ///< The user's own.
  std::vector<TrainedVersion> trained;
  std::vector<ServedVariant> served;  ///< Oldest first.
  std::vector<Arm> arms;              ///< `served` first.
  std::vector<DriftingColumn> drift;  ///< Those that ever raised an alarm.
  std::vector<AlertEntry> alerts;
  std::vector<IncidentEntry> incidents;
  std::vector<ActionEntry> actions;
  std::vector<RolloutEntry> rollouts;
  std::vector<PromotionEntry> promotions;
  NotCured not_cured;
  Gain gain;
  Cost cost;
  std::vector<Loop> loops;
  std::vector<Effect> effects;
  static const schema::Message kSchema;

  const Arm* FindServed() const;
  const Arm* FindFirst() const;
};

struct Options {
  std::string endpoint;
  std::string monitor;  ///< Empty: the only one of the endpoint, if it has any.
  std::int64_t now_ms = 0;
};
/// Reads alone. kNotFound: no such endpoint or monitor; kInvalidArgument: the monitor is of another
/// endpoint, or there are several and none was named.
Result<Report> Build(db::Connection& db, std::int64_t project, const Options& options);

/// What a user knows and the journal does not. Null: not given.
struct Prices {
  std::optional<double> per_cpu_hour;
  std::optional<double> per_gib_month;  ///< Of 730 hours.
};
void AddPrices(const Prices& prices, Cost& cost);

/// Effects before there was a loop.
struct Before {
  std::optional<double> deployment_s;
  std::optional<double> experiment_cycle_s;
  std::optional<double> diagnosis_s;
  std::optional<double> availability;
  std::optional<double> response_ms;
  std::optional<double> throughput_per_s;
  static const schema::Message kSchema;
};
/// kInvalidArgument names the key whose value cannot be.
Status AddBefore(const Before& before, Report& report);

/// What those who sent the requests measured.
struct Clients {
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::optional<double> p50_ms;
  std::optional<double> p99_ms;
  std::optional<double> seconds;  ///< How long they sent.
  static const schema::Message kSchema;
};
/// kInvalidArgument as of AddBefore.
Status AddClients(const Clients& clients, Report& report);

}  // namespace galley::ledger
