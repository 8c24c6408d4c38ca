#include "domain/data/duckdb.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <dlfcn.h>
#include <malloc.h>

namespace galley::data {
namespace {

// Of duckdb.h 1.5.6, as far as it is used: handles are pointers, and this is the one struct that
// goes by value.
struct DuckResult {
  std::uint64_t deprecated_column_count;
  std::uint64_t deprecated_row_count;
  std::uint64_t deprecated_rows_changed;
  void* deprecated_columns;
  char* deprecated_error_message;
  void* internal_data;
};
struct DuckString {
  std::uint32_t length;
  std::array<char, 4> prefix;  // Of a short text its beginning; of a long one only for comparing.
  union {
    std::array<char, 8> rest;
    const char* pointer;
  };
};
static_assert(sizeof(DuckResult) == 48 && sizeof(DuckString) == 16);
constexpr std::uint32_t kInlineBytes = 12;

constexpr int kSuccess = 0;

constexpr std::int64_t kMegabyte = std::int64_t{1} << 20U;
constexpr std::int64_t kUncountedBytes = 448 * kMegabyte;
constexpr std::int64_t kMemoryBytesMin = 64 * kMegabyte;
constexpr std::int64_t kMemoryBytesMax = 1024 * kMegabyte;

template <typename Function>
bool Load(void* library, const char* name, Function*& function) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what dlsym(3) is for.
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  return function != nullptr;
}

/// What DuckDB may count as its own: most of what the process may have, less the program, its
/// libraries, stacks, and what is not counted.
std::int64_t MemoryOfProcess() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return kMemoryBytesMax;
  const auto space = static_cast<std::int64_t>(limit.rlim_cur);
  return std::clamp((space - kUncountedBytes) / 4 * 3, kMemoryBytesMin, kMemoryBytesMax);
}

std::unexpected<Error> Refused(std::string_view words) {
  if (words.contains("Out of Memory") || words.contains("out of memory") ||
      words.contains("bad_alloc") || words.contains("bad allocation")) {
    return Fail(Code::kResourceExhausted,
                "it needs more memory than a child may have; give it less at once ({})",
                words.substr(0, words.find('\n')));
  }
  if (words.contains("No space left")) return Fail(Code::kResourceExhausted, "{}", words);
  if (words.contains("Permission Error")) return Fail(Code::kPermissionDenied, "{}", words);
  if (words.starts_with("INTERNAL Error") || words.starts_with("FATAL Error")) {
    return Fail(Code::kInternal, "{}", words);
  }
  return Fail(Code::kInvalidArgument, "{}", words);
}

}  // namespace

std::string_view DuckVector::Text(std::uint64_t row) const {
  const auto& text = static_cast<const DuckString*>(data)[row];
  if (text.length > kInlineBytes) return {text.pointer, text.length};
  return {text.prefix.data(), text.length};
}

/// The functions of the library, by their names without `duckdb_`.
struct DuckDb::Api {
  int (*create_config)(void** config) = nullptr;
  int (*set_config)(void* config, const char* name, const char* value) = nullptr;
  void (*destroy_config)(void** config) = nullptr;
  int (*open_ext)(const char* path, void** database, void* config, char** error) = nullptr;
  void (*close)(void** database) = nullptr;
  int (*connect)(void* database, void** connection) = nullptr;
  void (*disconnect)(void** connection) = nullptr;
  int (*query)(void* connection, const char* sql, DuckResult* result) = nullptr;
  void (*destroy_result)(DuckResult* result) = nullptr;
  const char* (*result_error)(DuckResult* result) = nullptr;
  std::uint64_t (*column_count)(DuckResult* result) = nullptr;
  void* (*fetch_chunk)(DuckResult result) = nullptr;
  std::uint64_t (*data_chunk_get_size)(void* chunk) = nullptr;
  void* (*data_chunk_get_vector)(void* chunk, std::uint64_t column) = nullptr;
  void (*destroy_data_chunk)(void** chunk) = nullptr;
  void* (*vector_get_data)(void* vector) = nullptr;
  std::uint64_t* (*vector_get_validity)(void* vector) = nullptr;
  std::uint64_t (*extract_statements)(void* connection, const char* sql, void** out) = nullptr;
  void (*destroy_extracted)(void** statements) = nullptr;
  void (*free)(void* memory) = nullptr;

  bool LoadAll(void* library) {
    return Load(library, "duckdb_create_config", create_config) &&
           Load(library, "duckdb_set_config", set_config) &&
           Load(library, "duckdb_destroy_config", destroy_config) &&
           Load(library, "duckdb_open_ext", open_ext) && Load(library, "duckdb_close", close) &&
           Load(library, "duckdb_connect", connect) &&
           Load(library, "duckdb_disconnect", disconnect) && Load(library, "duckdb_query", query) &&
           Load(library, "duckdb_destroy_result", destroy_result) &&
           Load(library, "duckdb_result_error", result_error) &&
           Load(library, "duckdb_column_count", column_count) &&
           Load(library, "duckdb_fetch_chunk", fetch_chunk) &&
           Load(library, "duckdb_data_chunk_get_size", data_chunk_get_size) &&
           Load(library, "duckdb_data_chunk_get_vector", data_chunk_get_vector) &&
           Load(library, "duckdb_destroy_data_chunk", destroy_data_chunk) &&
           Load(library, "duckdb_vector_get_data", vector_get_data) &&
           Load(library, "duckdb_vector_get_validity", vector_get_validity) &&
           Load(library, "duckdb_extract_statements", extract_statements) &&
           Load(library, "duckdb_destroy_extracted", destroy_extracted) &&
           Load(library, "duckdb_free", free);
  }

  /// Opens a database in memory with these settings.
  Result<void*> OpenWith(const std::vector<std::pair<std::string, std::string>>& settings) const {
    void* config = nullptr;
    if (create_config(&config) != kSuccess) return Fail(Code::kInternal, "DuckDB has no settings");
    for (const auto& [name, value] : settings) {
      if (set_config(config, name.c_str(), value.c_str()) == kSuccess) continue;
      destroy_config(&config);
      return Fail(Code::kInternal, "DuckDB does not know the setting {}", name);
    }
    void* database = nullptr;
    char* said = nullptr;
    const int opened = open_ext(nullptr, &database, config, &said);
    destroy_config(&config);
    if (opened == kSuccess) return database;
    const std::string words = said == nullptr ? "" : said;
    free(said);
    return Fail(Code::kInternal, "DuckDB does not open: {}", words);
  }
};

DuckDb::DuckDb(std::unique_ptr<Api> api) : api_(std::move(api)) {}

DuckDb::~DuckDb() {
  if (connection_ != nullptr) api_->disconnect(&connection_);
  if (database_ != nullptr) api_->close(&database_);
}

Result<std::unique_ptr<DuckDb>> DuckDb::Open(const Options& options) {
  // Each arena takes 64 MB of address space, which is what is limited.
  ::mallopt(M_ARENA_MAX, 1);
  // Never unloaded: its threads may outlive the handle.
  void* library = ::dlopen(options.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = ::dlerror();
    return Fail(Code::kFailedPrecondition, "DuckDB cannot be loaded: {}",
                why == nullptr ? options.library : why);
  }
  auto api = std::make_unique<Api>();
  if (!api->LoadAll(library)) {
    return Fail(Code::kFailedPrecondition, "{} is no DuckDB of version 1.5", options.library);
  }
  const std::int64_t memory_bytes =
      options.memory_bytes > 0 ? options.memory_bytes : MemoryOfProcess();
  std::unique_ptr<DuckDb> duck(new DuckDb(std::move(api)));
  duck->database_ = TRY(duck->api_->OpenWith({{"threads", std::to_string(options.threads)},
                                              {"memory_limit", fmt::format("{}B", memory_bytes)},
                                              {"temp_directory", options.folder + "/spill"},
                                              {"autoinstall_known_extensions", "false"},
                                              {"autoload_known_extensions", "false"}}));
  if (duck->api_->connect(duck->database_, &duck->connection_) != kSuccess) {
    return Fail(Code::kInternal, "DuckDB does not connect");
  }
  std::string folders = QuotedText(options.folder);
  for (const std::string& path : options.readable) folders += "," + QuotedText(path);
  TRY(duck->Run("SET TimeZone='UTC'"));
  TRY(duck->Run(fmt::format("SET allowed_paths=[{}]", folders)));
  TRY(duck->Run(fmt::format("SET allowed_directories=[{}]", QuotedText(options.folder))));
  TRY(duck->Run("SET enable_external_access=false"));
  TRY(duck->Run("SET lock_configuration=true"));
  return duck;
}

Status DuckDb::Scan(const std::string& sql, const Take& take) {
  DuckResult result{};
  Status status;
  if (api_->query(connection_, sql.c_str(), &result) != kSuccess) {
    const char* said = api_->result_error(&result);
    status = Refused(said == nullptr ? "DuckDB does not say why" : said);
  }
  const std::uint64_t columns = status ? api_->column_count(&result) : 0;
  std::vector<DuckVector> vectors(columns);
  while (status) {
    void* chunk = api_->fetch_chunk(result);
    if (chunk == nullptr) break;
    const std::uint64_t rows = api_->data_chunk_get_size(chunk);
    for (std::uint64_t at = 0; at < columns; ++at) {
      void* vector = api_->data_chunk_get_vector(chunk, at);
      vectors[at] = {api_->vector_get_data(vector), api_->vector_get_validity(vector)};
    }
    if (rows > 0) status = take(vectors, rows);
    api_->destroy_data_chunk(&chunk);
    if (rows == 0) break;
  }
  api_->destroy_result(&result);
  return status;
}

Status DuckDb::Run(const std::string& sql) {
  return Scan(sql, [](const auto&, std::uint64_t) { return Status(); });
}

Result<std::vector<DuckDb::Row>> DuckDb::Texts(const std::string& sql) {
  std::vector<Row> found;
  TRY(Scan(sql, [&](const std::vector<DuckVector>& columns, std::uint64_t rows) -> Status {
    for (std::uint64_t row = 0; row < rows; ++row) {
      Row& cells = found.emplace_back();
      for (const DuckVector& column : columns) {
        if (column.IsNull(row)) {
          cells.emplace_back(std::nullopt);
        } else {
          cells.emplace_back(column.Text(row));
        }
      }
    }
    return {};
  }));
  return found;
}

Result<std::int64_t> DuckDb::Integer(const std::string& sql) {
  std::optional<std::int64_t> found;
  TRY(Scan(sql, [&](const std::vector<DuckVector>& columns, std::uint64_t /*rows*/) -> Status {
    if (!columns.front().IsNull(0)) found = static_cast<const std::int64_t*>(columns[0].data)[0];
    return {};
  }));
  if (found) return *found;
  return Fail(Code::kInternal, "a query for a number gave none: {}", sql);
}

Result<std::vector<std::int64_t>> DuckDb::Integers(const std::string& sql) {
  std::vector<std::int64_t> found;
  TRY(Scan(sql, [&](const std::vector<DuckVector>& columns, std::uint64_t /*rows*/) -> Status {
    for (const DuckVector& column : columns) {
      found.push_back(column.IsNull(0) ? 0 : static_cast<const std::int64_t*>(column.data)[0]);
    }
    return {};
  }));
  return found;
}

bool DuckDb::IsOneStatement(const std::string& sql) {
  void* statements = nullptr;
  const std::uint64_t count = api_->extract_statements(connection_, sql.c_str(), &statements);
  api_->destroy_extracted(&statements);
  return count == 1;
}

std::string QuotedName(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
  return quoted += '"';
}

std::string QuotedText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted += '\'';
}

}  // namespace galley::data
