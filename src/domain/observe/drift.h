#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/observe/reference_source.h"
#include "foundation/base/error.h"
#include "foundation/stats/histogram.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// Whether requests are like a reference (docs/formats/monitor.md).
namespace galley::observe {

constexpr std::size_t kReferenceBytesMax = std::size_t{64} << 20U;

/// What a column is like without drift.
struct ColumnReference {
  std::string column;
  stats::Histogram histogram;  ///< Of the reference.
  /// Of its values; null: not known, for references that older versions made.
  std::optional<double> deviation;
  double threshold = 0;     ///< Of what the monitor measures by.
  std::int64_t blocks = 0;  ///< That the threshold comes from; 0: it is the floor.
};

/// Bins and thresholds, of rows in CSV.
struct Reference {
  std::vector<ColumnReference> columns;  ///< As the monitor's.
  std::string sha256;                    ///< Of the CSV.
  std::int64_t rows = 0;
  ReferenceSource source;  ///< A file, if nobody says another.
};
/// May take a while. kInvalidArgument names a column that is missing or has no numbers;
/// kFailedPrecondition: the monitor looks at no drift.
Result<Reference> MakeReference(const Monitor& monitor, std::string_view csv);
/// Puts it in the place of the one there is. How far windows were from that one stays known, but
/// nothing is counted with its bins any more. With its event `monitor.reference_set`. kAborted: the
/// monitor was changed since `monitor` was read.
Status SetReference(journal::Change& change, const Monitor& monitor, const Reference& reference);
/// Keeps it until the model version answers at the monitor's endpoint. With
/// `monitor.reference_kept`.
Status KeepReference(journal::Change& change, const Monitor& monitor, const Reference& reference,
                     const Id& version);
/// A model version answers at an endpoint from now on: references that were kept for it are set.
Status TakeReferences(journal::Change& change, std::string_view endpoint, const Id& version);
/// In the order of the monitor's columns; empty: there is none yet.
Result<std::vector<ColumnReference>> ListReferences(db::Connection& db, const Monitor& monitor);

/// How far a column is from its reference, by each measure.
struct Distances {
  double psi = 0;
  double js = 0;
  // Of values that are there alone; null if there are none.
  std::optional<double> ks;
  std::optional<double> wasserstein;  ///< In standard deviations of the reference.
};

struct ColumnDrift {
  Distances distances;
  double distance = 0;  ///< By the measure that decides.
  bool beyond = false;  ///< The threshold.
  bool alarm = false;   ///< So many windows in a row were.
};
/// Of the `span` windows that end with this one.
struct WindowDrift {
  std::int64_t window = 0;
  bool is_open = false;  ///< Perhaps still being filled: no alarm is raised or cleared.
  std::int64_t rows = 0;
  std::vector<ColumnDrift> columns;  ///< As the references.
};
/// How far `current`, counted in the reference's bins, is from it; no alarm is raised. Needs a row.
Result<ColumnDrift> DriftOf(const Monitor& monitor, const ColumnReference& reference,
                            const stats::Histogram& current);
/// The first window that the reference in force is for; INT64_MIN: all are.
Result<std::int64_t> InForceSince(db::Connection& db, const Monitor& monitor);
struct DriftRange {
  std::optional<std::int64_t> through;  ///< The last window; null: the newest.
  std::optional<std::int64_t> last;     ///< So many windows; null: all.
};
/// Of windows with rows, from `span` after the first on, oldest first, each by the reference of its
/// time. One without rows says nothing, and neither ends an alarm nor lets one wait. Reads what the
/// windows need, not all.
Result<std::vector<WindowDrift>> ListDrift(db::Connection& db, const Monitor& monitor,
                                           const std::vector<ColumnReference>& references,
                                           const DriftRange& range = {});

}  // namespace galley::observe
