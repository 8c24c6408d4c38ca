#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/registry/types.h"
#include "foundation/base/error.h"
#include "foundation/json/writer.h"
#include "storage/journal/change.h"

/// Small pieces that the files of this room share.
namespace galley::registry {

/// A model's row and id, or a version's.
struct Key {
  std::int64_t row = 0;
  Id id;
};

Result<Key> FindModel(db::Connection& db, std::int64_t project, std::string_view name);
Result<Key> FindVersion(db::Connection& db, std::int64_t project, std::string_view name,
                        std::int64_t version);
Result<RegisteredModel> LoadModel(db::Connection& db, std::int64_t row);
Result<ModelVersion> LoadVersion(db::Connection& db, std::int64_t row);
Result<std::vector<ModelVersion>> LatestOf(db::Connection& db, std::int64_t model,
                                           std::span<const std::string> stages);

/// The stage as MLflow spells it; kInvalidArgument if there is none of that name.
Result<std::string> StageOf(std::string_view text);

/// The pairs that `sql` with one `?` finds.
Result<std::vector<KeyValue>> LoadPairs(db::Connection& db, std::string_view sql, std::int64_t row);

Status TouchModel(journal::Change& change, std::int64_t row);

}  // namespace galley::registry
