#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

/// DuckDB by its C API, loaded at run time. Only children of kind `table` load it.
namespace galley::data {

/// One column of a piece of a result. Valid during the call that it is given to.
struct DuckVector {
  const void* data = nullptr;
  const std::uint64_t* validity = nullptr;  ///< Bit i: row i is not null; null: all are not.

  bool IsNull(std::uint64_t row) const {
    return validity != nullptr && (validity[row / 64] >> (row % 64) & 1U) == 0;
  }
  /// Of a VARCHAR or BLOB.
  std::string_view Text(std::uint64_t row) const;
};

/// A database in memory with one connection. One thread.
class DuckDb {
 public:
  struct Options {
    std::string library;                ///< Path of libduckdb.so.
    std::string folder;                 ///< Where it may spill to.
    std::vector<std::string> readable;  ///< Files and folders that SQL may open, besides `folder`.
    std::int64_t memory_bytes = 0;      ///< 0: what the process's own limit leaves, at most 1 GB.
    std::int64_t threads = 1;
  };
  static Result<std::unique_ptr<DuckDb>> Open(const Options& options);
  ~DuckDb();
  DuckDb(const DuckDb&) = delete;
  DuckDb& operator=(const DuckDb&) = delete;

  /// Runs one statement. kInvalidArgument with DuckDB's words; kResourceExhausted out of memory.
  Status Run(const std::string& sql);

  /// All rows as text, NULL as nothing: for a few rows whose columns are all VARCHAR.
  using Row = std::vector<std::optional<std::string>>;
  Result<std::vector<Row>> Texts(const std::string& sql);
  /// The only value of a query for one BIGINT.
  Result<std::int64_t> Integer(const std::string& sql);
  /// All values of the only row, which are BIGINT; null as 0.
  Result<std::vector<std::int64_t>> Integers(const std::string& sql);

  /// Hands the result on piece by piece; `take` is given the columns and the number of rows.
  using Take = std::function<Status(const std::vector<DuckVector>&, std::uint64_t)>;
  Status Scan(const std::string& sql, const Take& take);

  /// Whether `sql` is exactly one statement that parses.
  bool IsOneStatement(const std::string& sql);

 private:
  struct Api;
  explicit DuckDb(std::unique_ptr<Api> api);

  std::unique_ptr<Api> api_;
  void* database_ = nullptr;
  void* connection_ = nullptr;
};

/// `"name"`, `'text'` as SQL wants them.
std::string QuotedName(std::string_view name);
std::string QuotedText(std::string_view text);

}  // namespace galley::data
