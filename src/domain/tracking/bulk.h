#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/tracking/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// One change of many runs, which can be undone by another one.
namespace galley::tracking {

struct BulkChange {
  enum class Kind : std::uint8_t { kDelete, kRestore, kTag, kUntag };
  Kind kind = Kind::kDelete;
  KeyValue tag;  ///< Of kTag; of kUntag its key.
};

/// What a change comes to for one run.
struct BulkEffect {
  enum class What : std::uint8_t { kChanges, kIsSo, kRefused };
  What what = What::kChanges;
  std::string name;                   ///< The run's; empty if there is none.
  bool is_running = false;            ///< Its client may still log.
  std::string reason;                 ///< Of kRefused.
  std::optional<std::string> before;  ///< The tag's value before; null: it had none.
};

/// Looks, and changes nothing.
Result<BulkEffect> EffectOn(db::Connection& db, std::int64_t project, const Id& run,
                            const BulkChange& change);
/// The same, and makes the change where it is one, with its event.
Result<BulkEffect> ApplyTo(journal::Change& change, const Id& run, const BulkChange& wanted);

}  // namespace galley::tracking
