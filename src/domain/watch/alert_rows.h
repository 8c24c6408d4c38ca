#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/watch/alerts.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/journal/change.h"

/// What the files about alerts share. Inside of this room only.
namespace galley::watch {

/// An alert that is pending or firing, as it is stored.
struct OpenAlert {
  std::int64_t row = 0;
  Id id;
  std::string column;
  AlertState state;
  std::optional<std::int64_t> active_window;
  std::string plan_refused;  ///< Not stored: why the rule's plan was not started as it fired.
};
Result<std::vector<OpenAlert>> ListOpen(db::Connection& db, const Rule& rule);

/// When something is evaluated.
struct Moment {
  std::optional<std::int64_t> window;  ///< Of a monitor.
  double now = 0;                      ///< In the unit of the rule's times.
};

/// Records `alert.firing` or `alert.resolved`, and tells people. `reason`: why it ended, if not by
/// its expression.
Status Announce(journal::Change& change, const Rule& rule, const OpenAlert& alert,
                const Moment& moment, const Reading& reading, std::string_view reason);

/// Ends what a rule has open and forgets what it read: it begins anew.
Status BeginAnew(journal::Change& change, const Rule& rule, std::string_view reason);

}  // namespace galley::watch
