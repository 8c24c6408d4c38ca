#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// Rows of this room's tables. Inside of this room only.
namespace galley::data {

/// 1 to 63 letters, digits, `-`, `_` and `.`, with a letter or digit in front; names `field`.
Status CheckName(std::string_view name, std::string_view field);

/// kFailedPrecondition if the dataset is of the other kind.
Status CheckKind(const Dataset& dataset, Kind kind);

/// The dataset's row; null if there is none.
Result<std::optional<Dataset>> FindDataset(db::Connection& db, std::int64_t project,
                                           std::string_view name);
/// A version by its batch; null if there is none.
Result<std::optional<Version>> FindBatch(db::Connection& db, std::int64_t dataset,
                                         std::string_view batch);
/// SHA-256 of what docs/formats/dataset.md says.
blob::Digest DigestOf(const std::vector<Column>& columns, const std::vector<TableFile>& files);

/// What a commit adds to the index.
struct Indexed {
  std::string dataset;  ///< Its name; made if it is not there.
  Id dataset_id;        ///< For a new one.
  Version version;
  std::vector<TableFile> added;
  std::vector<std::string> removed;
  std::string report;  ///< JSON; empty: no contract was in force.
};
/// The row of a dataset, which is made, with its event `dataset.created`, if it is not there.
/// kFailedPrecondition if it is of the other kind.
Result<std::int64_t> DatasetRow(journal::Change& change, const std::string& name, const Id& id,
                                Kind kind);

/// Writes a version with its events `dataset.created` (for the first one) and `dataset.committed`.
Status Index(journal::Change& change, const Indexed& commit);

/// Columns as JSON, `[{"name":"week","type":"integer"},…]`, and back.
std::string ColumnsJson(const std::vector<Column>& columns);
Result<std::vector<Column>> ParseColumns(std::string_view json);

}  // namespace galley::data
