#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/observe/monitor.h"
#include "domain/observe/windows.h"
#include "domain/rollout/machine.h"
#include "domain/rollout/strategy.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// Whether a challenger is better than a champion that was asked the same
/// (docs/formats/rollout.md).
namespace galley::rollout {

/// What an analysis found when a window closed.
struct Look {
  std::int64_t window = 0;
  std::int64_t windows = 0;  ///< With rows, since the analysis began.
  Verdict verdict = Verdict::kNone;
  std::string reason;
  double log_e_better = 0;  ///< ln E; 0 without blocks.
  double log_e_worse = 0;
  std::int64_t rows = 0;
  std::int64_t blocks = 0;
};

/// By the evidence of the blocks of windows after `began` (null: of all) to `window`, looked at
/// after each window: the first verdict holds. `blocks` as of observe::ListPaired.
Look LookAt(const AnalysisSettings& analysis, std::span<const observe::PairedBlock> blocks,
            std::optional<std::int64_t> began, std::int64_t window);

/// A condition's metric; null: the counts do not say.
std::optional<double> MetricOf(std::string_view metric, const observe::QualityCounts& counts);
/// The condition that does not hold, as a sentence; empty: none, or what it names is not known.
std::string Breach(const Condition& condition, const observe::QualityCounts& counts);

/// Both of them, by what the monitor measured of two variants. Without `compare` in the monitor
/// the conditions alone decide: they pass once they held for `max_windows`.
Result<Look> Judge(db::Connection& db, const observe::Monitor& monitor,
                   const AnalysisSettings& analysis, const Id& champion, const Id& challenger,
                   std::optional<std::int64_t> began, std::int64_t window);

}  // namespace galley::rollout
