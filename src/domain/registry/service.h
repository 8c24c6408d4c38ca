#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/registry/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/db/query.h"
#include "storage/journal/change.h"

/// Registered models and their versions. Functions that take a Change write, within its
/// transaction, with their event; the others read. `project` is a project's row. A thing that does
/// not exist is kNotFound.
namespace galley::registry {

/// The tables of this room.
extern const db::Part kTables;

struct NewModel {
  std::string name;
  std::string description;
  std::vector<KeyValue> tags;
};
Result<RegisteredModel> CreateModel(journal::Change& change, const NewModel& model);
Result<RegisteredModel> GetModel(db::Connection& db, std::int64_t project, std::string_view name);
Result<RegisteredModel> RenameModel(journal::Change& change, std::string_view name,
                                    std::string_view new_name);
Result<RegisteredModel> DescribeModel(journal::Change& change, std::string_view name,
                                      std::string_view description);
/// Deletes it with all its versions.
Status DeleteModel(journal::Change& change, std::string_view name);
Status SetModelTag(journal::Change& change, std::string_view name, const KeyValue& tag);
Status DeleteModelTag(journal::Change& change, std::string_view name, std::string_view key);
/// The name of the model with this id; kNotFound, also of one that was deleted.
Result<std::string> ModelName(db::Connection& db, std::int64_t project, const Id& id);
Result<db::Page<RegisteredModel>> SearchModels(db::Connection& db, std::int64_t project,
                                               const db::Query& query);

/// Points an alias at a version, away from another one.
Status SetAlias(journal::Change& change, std::string_view name, std::string_view alias,
                std::int64_t version);
/// An alias that does not exist is no error.
Status DeleteAlias(journal::Change& change, std::string_view name, std::string_view alias);
/// kInvalidArgument if the model has no such alias.
Result<ModelVersion> GetByAlias(db::Connection& db, std::int64_t project, std::string_view name,
                                std::string_view alias);

/// The versions that an alias points at, of all models, by model's name.
Result<std::vector<ModelVersion>> VersionsWithAlias(db::Connection& db, std::int64_t project,
                                                    std::string_view alias);

struct NewVersion {
  std::string model;
  std::string source;  ///< A URI, or `models:/m-ID`, `models:/NAME/VERSION`.
  std::optional<Id> run;
  std::optional<Id> logged_model;
  std::string run_link;
  std::string description;
  std::vector<KeyValue> tags;
};
/// Gives the source's files, as they are now, the model's next number.
Result<ModelVersion> CreateVersion(journal::Change& change, const NewVersion& version);
Result<ModelVersion> GetVersion(db::Connection& db, std::int64_t project, std::string_view name,
                                std::int64_t version);
/// Also of versions that were deleted: what they predicted is still theirs.
Result<ModelVersion> GetVersionById(db::Connection& db, std::int64_t project, const Id& id);
/// Those that a run made, deleted ones too, oldest first.
Result<std::vector<ModelVersion>> VersionsOfRun(db::Connection& db, std::int64_t project,
                                                const Id& run);
/// The files that the version was made of, by path.
Result<std::vector<VersionFile>> VersionFiles(db::Connection& db, std::int64_t version_row);
Result<ModelVersion> DescribeVersion(journal::Change& change, std::string_view name,
                                     std::int64_t version, std::string_view description);
Status DeleteVersion(journal::Change& change, std::string_view name, std::int64_t version);
Status SetVersionTag(journal::Change& change, std::string_view name, std::int64_t version,
                     const KeyValue& tag);
Status DeleteVersionTag(journal::Change& change, std::string_view name, std::int64_t version,
                        std::string_view key);
/// `stage` in any case. With `archive`, the others of that stage become Archived.
Result<ModelVersion> SetStage(journal::Change& change, std::string_view name, std::int64_t version,
                              std::string_view stage, bool archive);
/// The newest version of each stage; of all stages if `stages` is empty.
Result<std::vector<ModelVersion>> LatestVersions(db::Connection& db, std::int64_t project,
                                                 std::string_view name,
                                                 std::span<const std::string> stages);
Result<db::Page<ModelVersion>> SearchVersions(db::Connection& db, std::int64_t project,
                                              const db::Query& query);

}  // namespace galley::registry
