#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"

struct sqlite3;
struct sqlite3_stmt;

namespace galley::db {

/// A value for one `?` of a statement. Text and bytes must outlive the call that takes them.
class Value {
 public:
  enum class Type : std::uint8_t { kNull, kInteger, kReal, kText, kBytes };

  // NOLINTBEGIN(google-explicit-constructor): so that arguments can be written as they are.
  Value(std::nullptr_t) : type_(Type::kNull) {}
  Value(std::int64_t value) : type_(Type::kInteger), integer_(value) {}
  Value(int value) : Value(std::int64_t{value}) {}
  Value(bool value) : Value(std::int64_t{value ? 1 : 0}) {}
  Value(double value) : type_(Type::kReal), real_(value) {}
  Value(std::string_view text) : type_(Type::kText), text_(text) {}
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(const Id& id);
  template <typename T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(nullptr)) {}
  // NOLINTEND(google-explicit-constructor)

  /// Bytes that are not text.
  static Value Bytes(std::string_view bytes);

 private:
  friend class Connection;
  Type type_;
  std::int64_t integer_ = 0;
  double real_ = 0;
  std::string_view text_;
};

/// The result of a query, one row at a time. Holds its statement until it is destroyed.
class Rows {
 public:
  Rows(sqlite3* database, sqlite3_stmt* statement) : database_(database), statement_(statement) {}
  Rows(Rows&& other) noexcept
      : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
  Rows& operator=(Rows&&) = delete;
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  /// Goes to the next row; false after the last one.
  Result<bool> Next();

  // The current row's columns, from 0. Text and bytes live until the next call of Next.
  std::int64_t Integer(int column) const;
  double Real(int column) const;
  std::string_view Text(int column) const;
  std::string_view Bytes(int column) const;
  Id AsId(int column) const;
  bool IsNull(int column) const;
  std::optional<std::int64_t> MaybeInteger(int column) const;
  std::optional<std::string> MaybeText(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_;
};

/// One connection to a database file. One thread at a time.
class Connection {
 public:
  enum class Mode : std::uint8_t { kWrite, kRead };

  /// Opens the file, for kWrite creates it. WAL, `synchronous=FULL`, foreign keys, no automatic
  /// checkpoint.
  static Result<std::unique_ptr<Connection>> Open(const std::string& path, Mode mode);

  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs a statement that returns no rows. `sql` is kept prepared, so it must be one of a limited
  /// number of texts; values go into its `?`.
  Status Run(std::string_view sql, std::initializer_list<Value> values = {});

  /// Starts a query. At most one Rows of the same `sql` at a time.
  Result<Rows> Query(std::string_view sql, std::initializer_list<Value> values = {});

  /// The same for a text that is made for this one use, with values whose number is known late.
  Result<Rows> QueryOnce(std::string_view sql, const std::vector<Value>& values);

  /// Runs several statements separated by semicolons, without values.
  Status Script(const std::string& sql);

  std::int64_t LastInsertRow() const;
  /// Rows that the last Run changed.
  std::int64_t Changes() const;
  /// Whether a transaction is open. SQLite ends one by itself when the disk is full.
  bool InTransaction() const;

  /// Moves what the log holds into the file as far as readers allow; returns the pages left.
  Result<std::int64_t> Checkpoint();
  /// Pages in the log after the last commit.
  std::int64_t log_pages() const { return log_pages_; }

 private:
  explicit Connection(sqlite3* database) : database_(database) {}
  Result<sqlite3_stmt*> Prepare(std::string_view sql);
  /// How long bound text lives: for the call alone, or it is copied for as long as the rows.
  enum class Lifetime : std::uint8_t { kCall, kRows };
  Status Bind(sqlite3_stmt* statement, const Value* values, std::size_t count, Lifetime lifetime);

  sqlite3* database_;
  std::int64_t log_pages_ = 0;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

/// The version of the SQLite that is linked in: `3.54.1`.
std::string_view SqliteVersion();

}  // namespace galley::db
