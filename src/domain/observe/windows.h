#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/schema/message.h"
#include "foundation/stats/evidence.h"
#include "serving/snapshot/records.h"
#include "storage/db/connection.h"

/// What rules, rollouts and reports ask of a monitor (docs/formats/monitor.md).
namespace galley::observe {

/// The last window that nothing comes to any more: it ends at or before the watermark that the
/// sender stated, or `labels_late` before the newest event time that has a label. Null: none is.
/// It never goes back.
Result<std::optional<std::int64_t>> ClosedThrough(db::Connection& db, const Monitor& monitor);

/// The oldest window that has a prediction; null: none has.
Result<std::optional<std::int64_t>> OldestWindow(db::Connection& db, const Monitor& monitor);

/// Which predictions are meant.
struct Arm {
  std::optional<Id> variant;     ///< Null: of all.
  std::optional<bool> mirrored;  ///< False: those that callers got; true: the others; null: both.
};
/// Windows `first` to `last` together.
Result<QualityCounts> Together(db::Connection& db, const Monitor& monitor, std::int64_t first,
                               std::int64_t last, const Arm& arm);

/// Rows of a window and of one value of the columns of `compare.by`, which both variants predicted,
/// one of them by mirroring, and whose label is known: row scores as of stats::RowScore.
struct PairedBlock {
  std::int64_t window = 0;
  std::string value;
  stats::EvidenceBlock block;
};
/// By window, then by value: part by part, numbers as such, then texts. Empty without `compare`.
Result<std::vector<PairedBlock>> ListPaired(db::Connection& db, const Monitor& monitor,
                                            const Id& champion, const Id& challenger,
                                            std::int64_t first, std::int64_t last);

/// Two variants with rows that both predicted.
struct Pair {
  Id champion;    ///< The older one.
  Id challenger;  ///< The newer one.
};
/// That of the newest challenger, and of its champions the newest; null: there is none.
Result<std::optional<Pair>> NewestPair(db::Connection& db, const Monitor& monitor);

/// What the sender of requests and labels stated last; null: nothing.
Result<std::optional<double>> StatedWatermark(db::Connection& db, const Monitor& monitor);

/// When the predictions of windows `first` to `last` were made; null: there are none.
struct Made {
  std::int64_t first_ms = 0;
  std::int64_t last_ms = 0;
};
Result<std::optional<Made>> MadeBetween(db::Connection& db, const Monitor& monitor,
                                        std::int64_t first, std::int64_t last);

/// A window some of whose predictions were made in a stretch of time.
struct WindowMade {
  std::int64_t window = 0;
  Made made;
};
/// Windows with predictions made in [from_ms, to_ms], in order; at most `limit`, the newest.
Result<std::vector<WindowMade>> WindowsMadeIn(db::Connection& db, const Monitor& monitor,
                                              std::int64_t from_ms, std::int64_t to_ms,
                                              std::int64_t limit);

/// What gateways said of an endpoint's requests, mirrored ones left out.
struct Traffic {
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t degraded = 0;
  std::vector<std::int64_t> latency;  ///< At most snapshot::kLatencyBuckets; the others are 0.
  static const schema::Message kSchema;

  /// Upper end of the bucket that the quantile lies in; null without requests.
  std::optional<double> QuantileMs(double q) const;
};
/// What ended in steps of 10 s that [from_ms, to_ms) touches. `variant` null: of all; zero: what
/// none answered.
Result<Traffic> TrafficBetween(db::Connection& db, std::int64_t project, std::string_view endpoint,
                               const std::optional<Id>& variant, std::int64_t from_ms,
                               std::int64_t to_ms);
/// The same by variant, the oldest first; a zero one: what none answered.
struct VariantTraffic {
  Id variant;
  Traffic traffic;
};
Result<std::vector<VariantTraffic>> TrafficOf(db::Connection& db, std::int64_t project,
                                              std::string_view endpoint, std::int64_t from_ms,
                                              std::int64_t to_ms);

/// A variant's traffic in one of the steps that a stretch of time is cut into.
struct TrafficPoint {
  Id variant;
  std::int64_t at_ms = 0;  ///< Where the step begins.
  Traffic traffic;
};
/// What ended in the steps of 10 s that [from_ms, to_ms) touches, put together to steps of
/// `step_ms` from `from_ms` on; both are multiples of 10 s. By variant, then time; steps without
/// requests are left out.
Result<std::vector<TrafficPoint>> TrafficSeries(db::Connection& db, std::int64_t project,
                                                std::string_view endpoint, std::int64_t from_ms,
                                                std::int64_t to_ms, std::int64_t step_ms);

}  // namespace galley::observe
