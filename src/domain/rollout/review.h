#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/rollout/rollouts.h"
#include "foundation/base/error.h"
#include "foundation/schema/message.h"
#include "serving/snapshot/snapshot.h"
#include "storage/db/connection.h"
#include "storage/journal/journal.h"

/// What a person wants to know of a rollout before doing something to it: who is asked, what is
/// known, how long yet, what each verb would do (docs/formats/rollout.md#review). All of it follows
/// from what is stored; nothing here changes anything. Shares are thousandths, times milliseconds.
namespace galley::rollout {

/// One of the endpoint's variants: what it shall get, and got.
struct TrafficRow {
  std::string variant;  ///< Id.
  std::string role;     ///< `champion`, `challenger` or `mirror`.
  std::string model;
  std::int64_t version = 0;
  std::int64_t target = 0;
  std::int64_t mirror = 0;
  std::optional<double> measured;  ///< 0 to 1; null: nothing ended since the weights are in force.
  std::int64_t requests = 0;       ///< Since the rollout began, as the next ones.
  std::int64_t failed = 0;
  std::int64_t degraded = 0;
  std::optional<double> rps;  ///< Of the time of `measured`.
  std::optional<double> p50_ms;
  std::optional<double> p99_ms;
  static const schema::Message kSchema;
};
/// Whether requests are split as the weights say: at every look (stats::SequentialSampleRatio).
struct SampleRatio {
  std::optional<double> p;
  std::string reason;  ///< Why there is no p, or what it says.
  static const schema::Message kSchema;
};
struct TrafficReview {
  std::int64_t since_ms = 0;  ///< Of the counts.
  std::int64_t from_ms = 0;   ///< Of `measured`.
  std::int64_t to_ms = 0;
  std::vector<TrafficRow> rows;
  SampleRatio ratio;
};
Result<TrafficReview> ReviewTraffic(db::Connection& db, std::int64_t project,
                                    const Rollout& rollout,
                                    const std::vector<journal::Event>& events,
                                    const snapshot::Status* gateway, std::int64_t now_ms);

struct ReviewStep {
  std::int64_t number = 0;  ///< From 1 on; 0: the challenger is loaded.
  std::string kind;         ///< `load`, `setWeight`, `mirror`, `analysis`, `pause`.
  std::string text;
  std::string state;  ///< `done`, `now`, `next` or `skipped`.
  std::optional<std::int64_t> share;
  std::string monitor;
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
  std::optional<std::int64_t> until_ms;     ///< Of a pause with a duration.
  std::optional<std::int64_t> windows;      ///< Closed since it began.
  std::optional<std::int64_t> windows_max;  ///< After which it ends.
  std::string verdict;                      ///< Of an analysis; empty: none yet.
  std::string reason;                       ///< Of the verdict.
  static const schema::Message kSchema;
};
/// `events` of the rollout, the oldest first.
std::vector<ReviewStep> ReviewSteps(const Rollout& rollout,
                                    const std::vector<journal::Event>& events,
                                    const std::vector<PastLook>& looks);

struct ArmFigures {
  std::int64_t n = 0;
  std::optional<double> value;
  std::optional<double> lo;  ///< Anytime-valid, 95 %.
  std::optional<double> hi;
  static const schema::Message kSchema;
};
/// How much better the challenger is: above 0 it is.
struct Difference {
  double value = 0;
  double lo = 0;
  double hi = 0;
  double level = 0;
  static const schema::Message kSchema;
};
/// What is missing until a verdict, if what comes is like what came.
struct NeedsMore {
  std::string verdict;  ///< Which: `pass` or `fail`.
  bool anew = false;    ///< Counted from the beginning: what was seen counts no more.
  std::optional<std::int64_t> rows;
  std::optional<std::int64_t> blocks;
  std::optional<std::int64_t> windows;
  std::optional<std::int64_t> requests;
  static const schema::Message kSchema;
};
struct EvidencePoint {
  std::int64_t window = 0;
  std::optional<double> value;
  std::optional<double> lo;
  std::optional<double> hi;
  double log_e_better = 0;
  double log_e_worse = 0;
  std::int64_t rows = 0;  ///< Up to here, as `blocks`.
  std::int64_t blocks = 0;
  static const schema::Message kSchema;
};
struct EvidenceRow {
  std::string
      metric;  ///< `log_loss` (compared row by row), a condition's, `error_ratio`, `p99_ms`.
  std::string monitor;
  std::string unit;      ///< `nats`, `ratio`, `ms`.
  bool decides = false;  ///< The rollout goes by it; else it is for information.
  ArmFigures champion;
  ArmFigures challenger;
  std::optional<Difference> difference;
  std::optional<double> threshold;
  std::string relation;  ///< Of the challenger to `threshold`: `>=`, `>`, `<=`, `<`.
  std::optional<double> e_value;
  std::optional<double> bound;  ///< From which `e_value` decides.
  std::optional<std::int64_t> rows;
  std::optional<std::int64_t> blocks;
  std::optional<NeedsMore> needs_more;
  std::string needs_why;  ///< How `needs_more` comes about, or why there is none.
  std::string state;      ///< `pass`, `fail`, `undecided`, `inconclusive`, `error`, `no_data`.
  std::string reason;
  std::vector<EvidencePoint> points;  ///< Window by window, at most 60, fewer of many blocks.
  static const schema::Message kSchema;
};
Result<std::vector<EvidenceRow>> ReviewEvidence(db::Connection& db, std::int64_t project,
                                                const Rollout& rollout,
                                                const std::vector<ReviewStep>& steps,
                                                const std::vector<PastLook>& looks,
                                                const TrafficReview& traffic,
                                                const snapshot::Status* gateway);

/// What a verb would do.
struct Effect {
  std::int64_t from = 0;  ///< The challenger's share.
  std::int64_t to = 0;
  std::string
      text_key;         ///< `step`, `finish`, `pause`, `resume`, `abort`, `retry`, `again`, `undo`.
  std::string next;     ///< The step that begins; empty: none does.
  std::string answers;  ///< `MODEL@VERSION` that gets all from then on; empty: nobody does.
  std::optional<std::int64_t> ms;  ///< How long the gateway took for the newest change of weights.
  static const schema::Message kSchema;
};
struct VerbReview {
  std::string verb;  ///< Of the command line; `promote_full` for `promote --full`.
  bool allowed = false;
  std::string why;            ///< It is not.
  bool needs_reason = false;  ///< Of `promote_full`: not each analysis has passed.
  Effect effect;
  static const schema::Message kSchema;
};
/// All seven, asked of the machine itself.
Result<std::vector<VerbReview>> ReviewVerbs(db::Connection& db, std::int64_t project,
                                            const Rollout& rollout,
                                            const std::vector<ReviewStep>& steps,
                                            std::int64_t now_ms);

/// The rollout of a number; kNotFound.
Result<Rollout> GetRolloutByNumber(db::Connection& db, std::int64_t project, std::int64_t number);

}  // namespace galley::rollout
