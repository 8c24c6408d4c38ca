#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/watch/rule.h"
#include "domain/watch/state.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// What a rule would have said of windows that are closed (docs/formats/alert.md). Nothing is kept.
namespace galley::watch {

struct PreviewPoint {
  std::int64_t window = 0;
  Reading reading;
  State state = State::kInactive;  ///< After it.
};
/// An alert that would have fired.
struct PreviewAlert {
  std::string column;  ///< Of drift; else empty.
  std::int64_t active_window = 0;
  std::int64_t fired_window = 0;
  std::optional<std::int64_t> resolved_window;  ///< Null: it would fire still.
  std::optional<double> value;                  ///< When it fired, as the next one.
  std::optional<double> limit;
};
struct Preview {
  double width = 1;
  std::int64_t evaluated = 0;        ///< Windows.
  std::vector<PreviewPoint> points;  ///< Oldest first; of drift none: there may be many columns.
  std::vector<PreviewAlert> alerts;  ///< By when they would have fired.
};
/// Of the newest `last` closed windows of the rule's monitor, as if it had been in force from the
/// first of them on. kInvalidArgument: the rule is wrong, or of an endpoint; kNotFound: no such
/// monitor; kFailedPrecondition: the monitor does not measure that.
Result<Preview> PreviewRule(db::Connection& db, std::int64_t project, const RuleSettings& settings,
                            std::int64_t last);

}  // namespace galley::watch
