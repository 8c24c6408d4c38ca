#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/registry/types.h"
#include "domain/rollout/rollouts.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/find.h"
#include "storage/db/pulse.h"

/// What the page's home and its search ask of this room. `project` is a project's row.
namespace galley::rollout {

/// Endpoints that are there, by id or name.
Result<db::Found> FindEndpoints(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// Rollouts by number, id, endpoint, reason, or a version that takes part. A hit's id is its
/// number.
Result<db::Found> FindRollouts(db::Connection& db, std::int64_t project, const db::Sought& sought);
/// Those that have not ended, oldest first.
Result<std::vector<Rollout>> ListUnderWay(db::Connection& db, std::int64_t project);
/// Verbs that would not be refused now: of `promote`, `pause`, `resume`, `abort`, `retry`.
std::vector<std::string> AllowedVerbs(const Rollout& rollout, std::int64_t now_ms);
/// When something was last said of it in the journal.
Result<std::int64_t> LastChanged(db::Connection& db, std::int64_t project, const Rollout& rollout);

/// Who made a variant the champion first, and why; null: nobody did. Also of endpoints that were
/// deleted.
struct Approval {
  std::string cause;  ///< As of a Revision, as the next ones.
  std::optional<std::int64_t> rollout;
  std::string actor;
  std::string reason;
  std::int64_t at_ms = 0;
};
Result<std::optional<Approval>> FindApproval(db::Connection& db, std::int64_t project,
                                             const Id& variant);
/// What a variant serves, by path, as it was copied from its version.
Result<std::vector<registry::VersionFile>> VariantFiles(db::Connection& db, std::int64_t project,
                                                        const Id& variant);

/// `last_ms` when one ended in a promotion.
Result<db::Pulse> RolloutPulse(db::Connection& db, std::int64_t project, std::int64_t now_ms);

}  // namespace galley::rollout
