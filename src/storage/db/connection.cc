#include "storage/db/connection.h"

#include <cmath>
#include <cstring>
#include <mutex>

#include <sqlite3.h>

#include "foundation/base/check.h"

namespace galley::db {
namespace {

constexpr int kBusyTimeoutMs = 5'000;

// One connection writes and checkpoints, on its own thread: nobody else's commit pays for it.
constexpr const char* kWriterSettings = "PRAGMA journal_mode = WAL";
constexpr const char* kSettings = R"(
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA wal_autocheckpoint = 0;
  PRAGMA cache_size = -16384;
  PRAGMA temp_store = MEMORY;
)";

Code CodeOf(int result) {
  switch (result & 0xFF) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY: return Code::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::kDataLoss;
    case SQLITE_INTERRUPT: return Code::kDeadlineExceeded;
    default: return Code::kInternal;
  }
}

Error ErrorOf(sqlite3* database, int result) {
  return Error{CodeOf(result), fmt::format("database: {} ({})", sqlite3_errmsg(database), result)};
}

void Initialize() {
  static std::once_flag once;
  std::call_once(once, [] { CHECK(sqlite3_initialize() == SQLITE_OK); });
}

std::string_view ColumnBytes(const void* data, int size) {
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): bytes as characters.
Value::Value(const Id& id)
    : Value(Bytes({reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()})) {}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

Value Value::Bytes(std::string_view bytes) {
  Value value(bytes);
  value.type_ = Type::kBytes;
  return value;
}

Rows::~Rows() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Result<bool> Rows::Next() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return std::unexpected(ErrorOf(database_, result));
}

std::int64_t Rows::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Rows::Real(int column) const {
  return sqlite3_column_double(statement_, column);
}
std::string_view Rows::Text(int column) const {
  const auto* text = sqlite3_column_text(statement_, column);
  return ColumnBytes(text, sqlite3_column_bytes(statement_, column));
}
std::string_view Rows::Bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  return ColumnBytes(data, sqlite3_column_bytes(statement_, column));
}
Id Rows::AsId(int column) const {
  Id id;
  const std::string_view bytes = Bytes(column);
  CHECK(bytes.size() == id.bytes.size());
  std::memcpy(id.bytes.data(), bytes.data(), bytes.size());
  return id;
}
bool Rows::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::optional<std::int64_t> Rows::MaybeInteger(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Integer(column);
}
std::optional<std::string> Rows::MaybeText(int column) const {
  if (IsNull(column)) return std::nullopt;
  return std::string(Text(column));
}

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, Mode mode) {
  Initialize();
  sqlite3* database = nullptr;
  const int flags =
      mode == Mode::kWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int result = sqlite3_open_v2(path.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<Connection> connection(new Connection(database));
  if (result != SQLITE_OK) {
    return std::unexpected(ErrorOf(database, result).Context("opening " + path));
  }
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, kBusyTimeoutMs);
  if (mode == Mode::kWrite) TRY(Context(connection->Script(kWriterSettings), "opening " + path));
  TRY(Context(connection->Script(kSettings), "opening " + path));
  sqlite3_wal_hook(
      database,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(self)->log_pages_ = pages;
        return SQLITE_OK;
      },
      connection.get());
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(database_);
}

Result<sqlite3_stmt*> Connection::Prepare(std::string_view sql) {
  std::string key(sql);
  if (const auto known = statements_.find(key); known != statements_.end()) return known->second;
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return std::unexpected(ErrorOf(database_, result).Context(sql));
  statements_.emplace(std::move(key), statement);
  return statement;
}

Status Connection::Bind(sqlite3_stmt* statement, const Value* values, std::size_t count,
                        Lifetime lifetime) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): SQLite's way to say that it shall copy.
  const auto owner = lifetime == Lifetime::kCall ? SQLITE_STATIC : SQLITE_TRANSIENT;
  CHECK(count == static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)));
  for (std::size_t at = 0; at < count; ++at) {
    const Value& value = values[at];
    const int index = static_cast<int>(at) + 1;
    const int size = static_cast<int>(value.text_.size());
    int result = SQLITE_OK;
    switch (value.type_) {
      case Value::Type::kNull: result = sqlite3_bind_null(statement, index); break;
      case Value::Type::kInteger:
        result = sqlite3_bind_int64(statement, index, value.integer_);
        break;
      case Value::Type::kReal:
        CHECK(!std::isnan(value.real_));  // SQLite would store NULL.
        result = sqlite3_bind_double(statement, index, value.real_);
        break;
      // A null pointer would bind NULL, not the empty text.
      case Value::Type::kText:
        result =
            sqlite3_bind_text(statement, index, size == 0 ? "" : value.text_.data(), size, owner);
        break;
      case Value::Type::kBytes:
        result =
            sqlite3_bind_blob(statement, index, size == 0 ? "" : value.text_.data(), size, owner);
        break;
    }
    if (result != SQLITE_OK) return std::unexpected(ErrorOf(database_, result));
  }
  return {};
}

Status Connection::Run(std::string_view sql, std::initializer_list<Value> values) {
  sqlite3_stmt* statement = TRY(Prepare(sql));
  TRY(Bind(statement, values.begin(), values.size(), Lifetime::kCall));
  const int result = sqlite3_step(statement);
  Status status;
  if (result != SQLITE_DONE && result != SQLITE_ROW) {
    status = std::unexpected(ErrorOf(database_, result));
  }
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return status;
}

Result<Rows> Connection::Query(std::string_view sql, std::initializer_list<Value> values) {
  sqlite3_stmt* statement = TRY(Prepare(sql));
  CHECK(sqlite3_stmt_busy(statement) == 0);
  TRY(Bind(statement, values.begin(), values.size(), Lifetime::kRows));
  return Rows(database_, statement);
}

Result<Rows> Connection::QueryOnce(std::string_view sql, const std::vector<Value>& values) {
  constexpr std::size_t kStatementsMax = 300;
  if (statements_.size() > kStatementsMax) {
    std::erase_if(statements_, [](const auto& entry) {
      if (sqlite3_stmt_busy(entry.second) != 0) return false;
      sqlite3_finalize(entry.second);
      return true;
    });
  }
  sqlite3_stmt* statement = TRY(Prepare(sql));
  CHECK(sqlite3_stmt_busy(statement) == 0);
  TRY(Bind(statement, values.data(), values.size(), Lifetime::kRows));
  return Rows(database_, statement);
}

Status Connection::Script(const std::string& sql) {
  const int result = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return std::unexpected(ErrorOf(database_, result));
  return {};
}

std::int64_t Connection::LastInsertRow() const {
  return sqlite3_last_insert_rowid(database_);
}
std::int64_t Connection::Changes() const {
  return sqlite3_changes64(database_);
}
bool Connection::InTransaction() const {
  return sqlite3_get_autocommit(database_) == 0;
}

Result<std::int64_t> Connection::Checkpoint() {
  int in_log = 0;
  int moved = 0;
  const int result =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved);
  if (result != SQLITE_OK) return std::unexpected(ErrorOf(database_, result));
  log_pages_ = 0;
  return in_log - moved;
}

std::string_view SqliteVersion() {
  return sqlite3_libversion();
}

}  // namespace galley::db
