#include "domain/data/contracts.h"

#include "domain/data/rows.h"
#include "foundation/json/writer.h"

namespace galley::data {
namespace {

constexpr std::string_view kRejectionColumns =
    "number, id, mode, columns, rows, files, actor, source, message, batch, created_ms, report";

Result<Rejection> RejectionAt(const db::Rows& rows) {
  const auto mode = ParseMode(rows.Text(2));
  if (!mode) return Fail(Code::kDataLoss, "a rejected version is damaged");
  return Rejection{.number = rows.Integer(0),
                   .id = rows.AsId(1),
                   .mode = *mode,
                   .columns = TRY(ParseColumns(rows.Text(3))),
                   .rows = rows.Integer(4),
                   .files = rows.Integer(5),
                   .actor = std::string(rows.Text(6)),
                   .source = std::string(rows.Text(7)),
                   .message = std::string(rows.Text(8)),
                   .batch = std::string(rows.Text(9)),
                   .created_ms = rows.Integer(10),
                   .report = TRY(ParseReport(rows.Text(11)))};
}

Result<std::vector<Rejection>> Select(db::Connection& db, std::string_view condition,
                                      const std::vector<db::Value>& values) {
  std::vector<Rejection> rejections;
  auto rows = TRY(db.QueryOnce(
      fmt::format("SELECT {} FROM dataset_rejection WHERE {}", kRejectionColumns, condition),
      values));
  while (TRY(rows.Next())) rejections.push_back(TRY(RejectionAt(rows)));
  return rejections;
}

/// The next number in a table of things that a dataset has, from 1.
Result<std::int64_t> NextNumber(db::Connection& db, std::string_view table, std::int64_t dataset) {
  auto rows = TRY(db.QueryOnce(
      fmt::format("SELECT coalesce(max(number), 0) + 1 FROM {} WHERE dataset = ?", table),
      {dataset}));
  TRY(rows.Next());
  return rows.Integer(0);
}

}  // namespace

Result<std::optional<StoredContract>> FindContract(db::Connection& db, std::int64_t dataset) {
  std::optional<StoredContract> found;
  std::string text;
  {
    auto rows =
        TRY(db.Query("SELECT number, contract, actor, created_ms FROM dataset_contract WHERE "
                     "dataset = ? ORDER BY number DESC LIMIT 1",
                     {dataset}));
    if (!TRY(rows.Next())) return found;
    text = rows.Text(1);
    found = StoredContract{.number = rows.Integer(0),
                           .actor = std::string(rows.Text(2)),
                           .created_ms = rows.Integer(3)};
  }
  if (text.empty()) return std::optional<StoredContract>();
  found->contract = TRY(Context(ParseContract(text), "the stored contract"));
  return found;
}

Status StoreContract(journal::Change& change, const std::string& dataset, const Id& dataset_id,
                     const std::optional<Contract>& contract) {
  const std::int64_t row = TRY(DatasetRow(change, dataset, dataset_id, Kind::kTable));
  const auto now = TRY(FindContract(change.db, row));
  const std::string text = contract ? ContractJson(*contract) : "";
  if ((now ? ContractJson(now->contract) : "") == text) return {};
  const std::int64_t number = TRY(NextNumber(change.db, "dataset_contract", row));
  TRY(
      change.db.Run("INSERT INTO dataset_contract(dataset, number, contract, actor, created_ms) "
                    "VALUES(?, ?, ?, ?, ?)",
                    {row, number, text, change.actor, change.now_ms}));
  json::Writer detail;
  detail.BeginObject().Key("dataset").String(dataset).Key("number").Int(number);
  if (contract) detail.Key("digest").String(DigestOf(*contract).Hex());
  detail.Key("contract");
  if (contract) {
    detail.Raw(text);
  } else {
    detail.Null();
  }
  detail.EndObject();
  return change.Record("dataset.contract_set", dataset_id.Hex(), std::move(detail));
}

Result<std::int64_t> StoreRejection(journal::Change& change, const std::string& dataset,
                                    const Id& dataset_id, const Rejection& rejection) {
  const std::int64_t row = TRY(DatasetRow(change, dataset, dataset_id, Kind::kTable));
  const std::int64_t number = TRY(NextNumber(change.db, "dataset_rejection", row));
  TRY(change.db.Run(
      fmt::format("INSERT INTO dataset_rejection(dataset, {}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                  "?, ?, ?)",
                  kRejectionColumns),
      {row, number, rejection.id, ModeName(rejection.mode), ColumnsJson(rejection.columns),
       rejection.rows, rejection.files, rejection.actor, rejection.source, rejection.message,
       rejection.batch, rejection.created_ms, ReportJson(rejection.report)}));
  json::Writer detail;
  detail.BeginObject().Key("dataset").String(dataset).Key("number").Int(number);
  detail.Key("mode").String(ModeName(rejection.mode)).Key("rows").Int(rejection.rows);
  detail.Key("batch").String(rejection.batch).Key("source").String(rejection.source);
  detail.Key("report").Raw(ReportJson(rejection.report)).EndObject();
  TRY(change.Record("dataset.rejected", rejection.id.Hex(), std::move(detail)));
  return number;
}

Result<std::vector<Rejection>> ListRejections(db::Connection& db, std::int64_t dataset,
                                              std::int64_t limit) {
  return Select(db, "dataset = ? ORDER BY number DESC LIMIT ?", {dataset, limit});
}

Result<Rejection> GetRejection(db::Connection& db, std::int64_t dataset, std::int64_t number) {
  auto found = TRY(Select(db, "dataset = ? AND number = ?", {dataset, number}));
  if (!found.empty()) return std::move(found.front());
  return Fail(Code::kNotFound, "there is no rejected version r{}", number);
}

Result<bool> HasRejection(db::Connection& db, const Id& id) {
  auto rows = TRY(db.Query("SELECT 1 FROM dataset_rejection WHERE id = ?", {id}));
  return TRY(rows.Next());
}

Result<std::vector<std::int64_t>> AddedRows(db::Connection& db, std::int64_t dataset,
                                            std::int64_t limit) {
  std::vector<std::int64_t> added;
  auto rows = TRY(db.Query(
      "SELECT added FROM dataset_version WHERE dataset = ? AND added > 0 AND mode <> 'compact' "
      "ORDER BY number DESC LIMIT ?",
      {dataset, limit}));
  while (TRY(rows.Next())) added.push_back(rows.Integer(0));
  return added;
}

Result<std::optional<Report>> FindReport(db::Connection& db, const Id& version) {
  std::string text;
  {
    auto rows = TRY(db.Query("SELECT report FROM dataset_report WHERE version = ?", {version}));
    if (!TRY(rows.Next())) return std::optional<Report>();
    text = rows.Text(0);
  }
  return std::optional(TRY(ParseReport(text)));
}

}  // namespace galley::data
