#pragma once

#include "domain/rollout/rollouts.h"

/// Rows of rollouts. Inside of this room only.
namespace galley::rollout {

/// The endpoint's that has not ended; null: there is none.
Result<std::optional<Rollout>> FindActive(db::Connection& db, std::int64_t endpoint);
/// The endpoint's newest; null: it had none.
Result<std::optional<Rollout>> FindNewest(db::Connection& db, std::int64_t endpoint);
/// The one of a number in its project; null: there is none.
Result<std::optional<Rollout>> FindByNumber(db::Connection& db, std::int64_t project,
                                            std::int64_t number);
/// The one that made a variant the champion; null: none did.
Result<std::optional<Rollout>> FindPromoted(db::Connection& db, std::int64_t endpoint,
                                            const Id& challenger);
/// All of a project to which something may follow.
Result<std::vector<Rollout>> ListOpen(db::Connection& db, std::int64_t project);

/// Which revision an undo means; `to` null: the one before. kFailedPrecondition, kNotFound.
Result<Revision> UndoTarget(db::Connection& db, const Endpoint& endpoint,
                            std::optional<std::int64_t> to);

/// Stores a new one and fills in its row, id and number.
Status Insert(journal::Change& change, Rollout& rollout);
Status StoreState(journal::Change& change, Rollout& rollout);
Status StoreLook(journal::Change& change, const Rollout& rollout, const std::string& monitor,
                 const Look& look);

}  // namespace galley::rollout
