#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/report.h"
#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// What the database knows of contracts, reports and rejected versions.
namespace galley::data {

struct StoredContract {
  std::int64_t number = 0;  ///< Of this dataset's contracts, from 1.
  Contract contract;
  std::string actor;
  std::int64_t created_ms = 0;
};

/// A commit that broke its contract. Its files lie in `_rejected/ID/` of the table's folder.
struct Rejection {
  std::int64_t number = 0;  ///< Of this dataset's rejections, from 1: `NAME@rNUMBER`.
  Id id;
  Mode mode = Mode::kAppend;
  std::vector<Column> columns;
  std::int64_t rows = 0;
  std::int64_t files = 0;
  std::string actor;
  std::string source;
  std::string message;
  std::string batch;
  std::int64_t created_ms = 0;
  Report report;
};

/// The contract in force; null if there is none, or if the last one was taken away.
Result<std::optional<StoredContract>> FindContract(db::Connection& db, std::int64_t dataset);

/// Puts a contract in force for a dataset, which is made if it is not there; null takes it away.
/// With its event `dataset.contract_set`. An equal one changes nothing.
Status StoreContract(journal::Change& change, const std::string& dataset, const Id& dataset_id,
                     const std::optional<Contract>& contract);

/// Numbers a rejection and writes it with its event `dataset.rejected`.
Result<std::int64_t> StoreRejection(journal::Change& change, const std::string& dataset,
                                    const Id& dataset_id, const Rejection& rejection);

/// Newest first.
Result<std::vector<Rejection>> ListRejections(db::Connection& db, std::int64_t dataset,
                                              std::int64_t limit);
/// kNotFound if there is none of that number.
Result<Rejection> GetRejection(db::Connection& db, std::int64_t dataset, std::int64_t number);

Result<bool> HasRejection(db::Connection& db, const Id& id);

/// How many rows the newest commits that added any did, at most `limit` of them; newest first.
Result<std::vector<std::int64_t>> AddedRows(db::Connection& db, std::int64_t dataset,
                                            std::int64_t limit);

/// The report of a published version; null if no contract was in force.
Result<std::optional<Report>> FindReport(db::Connection& db, const Id& version);

}  // namespace galley::data
