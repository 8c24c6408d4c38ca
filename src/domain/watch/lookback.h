#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/observe/quality.h"
#include "domain/observe/windows.h"
#include "domain/watch/candidate.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"

/// What is known of the windows before an alert. Inside of this room only.
namespace galley::watch {

/// So many windows before the one since which an alert's expression holds.
inline constexpr std::int64_t kLookBack = 8;

struct WindowFacts {
  std::int64_t window = 0;
  observe::QualityCounts counts;      ///< Of what callers got.
  std::optional<observe::Made> made;  ///< When; null: nothing was, or nobody knows.
  observe::Traffic traffic;           ///< While it was made.
};

struct DriftPoint {
  std::int64_t window = 0;
  double distance = 0;
  bool alarm = false;
};
struct ColumnFacts {
  std::string column;
  double threshold = 0;
  std::vector<DriftPoint> points;  ///< Of the windows that have a distance, oldest first.
  /// Whether it was beyond its threshold just before; null: there is no distance from before.
  std::optional<bool> beyond_before;
  std::string movement;  ///< `values of 1 and more: 8 % before, 92 % now`; may be empty.
};

struct VariantFacts {
  Id id;
  std::string name;                                         ///< `orange-juice@2`
  std::map<std::int64_t, observe::QualityCounts> answered;  ///< What callers got of it, by window.
  std::map<std::int64_t, observe::QualityCounts> all;       ///< With what was mirrored to it.
};

struct SliceFacts {
  std::string slice;
  std::string value;
  observe::QualityCounts before;
  observe::QualityCounts after;
};

/// A check of a dataset that failed.
struct Warning {
  std::string check;
  std::string detail;
  std::vector<std::string> columns;
  bool is_new = false;  ///< It had passed in the look-back's commits before.
};
/// Something that was done, from the journal.
struct ChangeFacts {
  std::int64_t sequence = 0;
  std::string kind;  ///< Of the event.
  std::string name;  ///< `sales@14`, the pipeline's name, the rollout's.
  std::int64_t window = 0;
  std::string outcome;  ///< `warned`, `rejected`; `failed`, `refused`, …
  std::vector<Warning> warnings;
};

struct LookBack {
  std::int64_t first = 0;
  std::int64_t active = 0;
  std::int64_t last = 0;
  double width = 1;                  ///< Of a window.
  std::int64_t drift_span = 1;       ///< Windows that a distance is of.
  std::optional<std::int64_t> fall;  ///< Since when accuracy is lower; null: it did not fall.
  observe::QualityCounts before;     ///< The windows before the fall, without one before `active`.
  observe::QualityCounts after;      ///< From then on.
  std::vector<WindowFacts> windows;  ///< Those that have predictions, oldest first.
  std::vector<ColumnFacts> columns;
  std::vector<VariantFacts> variants;
  std::vector<SliceFacts> slices;
  std::vector<ChangeFacts> deployments;  ///< Of the endpoint; also events of its rollouts.
  std::vector<ChangeFacts> datasets;
  std::vector<ChangeFacts> pipelines;
  bool times_known = false;  ///< Whether events could be placed among the windows.

  std::int64_t turn() const { return fall.value_or(active); }
  /// How much accuracy was lost; null: it did not fall, or one side has no labels.
  std::optional<double> Loss() const;
};

/// The window since which accuracy is lower: the split of the windows into two parts that explains
/// their labels best, if it does so well enough (docs/formats/incident.md).
std::optional<std::int64_t> FindFall(const std::vector<WindowFacts>& windows);

Result<LookBack> Gather(db::Connection& db, std::int64_t project, const observe::Monitor& monitor,
                        std::int64_t window, std::int64_t active);

/// All candidates, the highest score first; of each kind at least one.
std::vector<Candidate> Rank(const LookBack& seen);

}  // namespace galley::watch
