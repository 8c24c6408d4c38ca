#include "domain/data/table_child.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>

#include "domain/data/column_types.h"
#include "domain/data/duckdb.h"
#include "domain/data/engine.h"
#include "domain/data/file_statistics.h"
#include "domain/data/table_input.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::data {
namespace {

constexpr std::int64_t kFileBytes = std::int64_t{128} << 20U;
// A file that is as large as most of this is left alone when small ones are put together.
constexpr std::int64_t kSmallBytes = kFileBytes / 4 * 3;
constexpr std::int64_t kHeadRowsMax = 10'000;
constexpr std::string_view kWrite = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880";
// Where a row of the table stands, beside its own columns.
constexpr std::string_view kFile = "__galley_file";
constexpr std::string_view kRow = "__galley_row";

std::string Joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) {
    text += fmt::format("{}{}", text.empty() ? "" : between, part);
  }
  return text;
}

/// `"a", "b"`, or with a table's name before each.
std::string Names(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(QuotedName(column.name));
  return Joined(names, ", ");
}

std::vector<std::string> Paths(const std::vector<EngineFile>& files) {
  std::vector<std::string> paths;
  for (const EngineFile& file : files) paths.push_back(file.path);
  return paths;
}

/// `read_parquet` of files whose columns need not be the same.
std::string ReadFiles(const std::vector<std::string>& paths, std::string_view more) {
  std::vector<std::string> quoted;
  for (const std::string& path : paths) quoted.push_back(QuotedText(path));
  return fmt::format("read_parquet([{}], union_by_name = true{})", Joined(quoted, ", "), more);
}

/// Whether the text stays one expression between `(` and `)`: no bracket closes the outer one, and
/// nothing stands there that hides the closing one or reads quotes in another way.
bool IsEnclosed(std::string_view sql) {
  int depth = 0;
  char quote = '\0';
  for (std::size_t at = 0; at < sql.size(); ++at) {
    const char c = sql[at];
    const std::string_view two = sql.substr(at, 2);
    if (quote != '\0') {
      if (c == '\\' && quote == '\'') return false;  // Of E'\'', which ends elsewhere.
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    }
    const bool is_out = quote == '\0' && (c == ';' || c == '$' || two == "--" || two == "/*");
    if (is_out || depth < 0) return false;
  }
  return quote == '\0' && depth == 0 && sql.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

class TableChild {
 public:
  TableChild(DuckDb& duck, const EngineRequest& request) : duck_(duck), request_(request) {
    for (const EngineColumn& column : request.columns) {
      columns_.push_back({column.name, column.type});
    }
  }

  Result<EngineAnswer> Run();

 private:
  Status Append();
  Status Overwrite();
  Status Upsert();
  Status Delete();
  Status Compact();
  Status Profile();
  Status Diff();
  Status Export();
  Status Head();

  Result<std::string> Incoming();
  Result<std::string> Live(const std::vector<std::string>& paths,
                           const std::vector<Column>& columns);
  Status Write(const std::string& select);
  Status Finish(const std::string& path);
  Status CheckKeys(std::string_view table, const std::vector<Column>& columns);
  Result<std::string> SameKeys(std::string_view a, std::string_view b,
                               const std::vector<Column>& columns) const;
  Result<std::vector<std::string>> Touched(const std::string& rows);
  Result<std::vector<Column>> ColumnsOfBoth(const std::vector<std::string>& before,
                                            const std::vector<std::string>& after);
  Status DiffRows(const std::vector<Column>& columns);
  Status DiffKeys(const std::vector<Column>& columns);
  std::string JsonSelect() const;

  DuckDb& duck_;
  const EngineRequest& request_;
  std::vector<Column> columns_;
  EngineAnswer answer_;
};

/// SQL for all rows of the inputs, in the table's columns, which it extends.
Result<std::string> TableChild::Incoming() {
  if (request_.inputs.empty()) return Fail(Code::kInvalidArgument, "'inputs': there is no file");
  std::vector<Source> sources;
  for (const EngineInput& input : request_.inputs) {
    sources.push_back(TRY(OpenSource(duck_, input, columns_)));
  }
  columns_ = TRY(MergeColumns(columns_, sources));
  return SelectSources(duck_, sources, columns_);
}

/// SQL for the rows of files of the table, with where they stand; null in columns they lack.
Result<std::string> TableChild::Live(const std::vector<std::string>& paths,
                                     const std::vector<Column>& columns) {
  std::vector<SourceColumn> found;
  std::string read;
  if (!paths.empty()) {
    for (const std::string& path : paths) TRY(CheckPath(path));
    found = TRY(Describe(duck_, ReadFiles(paths, "")));
    read = ReadFiles(paths, fmt::format(", filename = '{}', file_row_number = true", kFile));
  }
  std::string list;
  for (const Column& column : columns) {
    const auto same = [&column](const SourceColumn& other) {
      return SameName(other.name, column.name);
    };
    const auto from = std::ranges::find_if(found, same);
    list +=
        fmt::format("{} AS {}, ",
                    from == found.end() ? fmt::format("CAST(NULL AS {})", DuckTypeOf(column.type))
                                        : CastSql(*from, column.type),
                    QuotedName(column.name));
  }
  if (paths.empty())
    return fmt::format("(SELECT {}'' AS {}, 0 AS {} WHERE false)", list, kFile, kRow);
  return fmt::format("(SELECT {}{}, file_row_number AS {} FROM {})", list, kFile, kRow, read);
}

/// Writes the rows that `select` gives, into as many files as they need.
Status TableChild::Write(const std::string& select) {
  const std::string folder = request_.out + "/" + request_.prefix + ".writing";
  const auto done =
      duck_.Run(fmt::format("COPY ({}) TO {} ({}, FILE_SIZE_BYTES '{}MB', "
                            "FILENAME_PATTERN 'part-{{i}}')",
                            select, QuotedText(folder), kWrite, kFileBytes >> 20U));
  if (!done) return std::unexpected(CleanError(done.error(), request_.inputs));
  for (std::int64_t number = 0;; ++number) {
    const std::string path = fmt::format("{}/part-{}.parquet", folder, number);
    if (::access(path.c_str(), F_OK) != 0) break;
    TRY(Finish(path));
  }
  return io::RemoveFolder(folder);
}

/// Gives a written file its name and statistics, unless it has no rows.
Status TableChild::Finish(const std::string& path) {
  const std::string name = fmt::format("{}-{}", request_.prefix, answer_.files.size());
  const std::string named = fmt::format("{}/{}.parquet", request_.out, name);
  const std::string from = fmt::format("read_parquet({})", QuotedText(path));
  const DeltaStats stats = TRY(MakeDeltaStats(duck_, columns_, from));
  if (stats.rows == 0) return {};
  const auto statistics = TRY(MakeStatistics(duck_, columns_, from, stats.json));
  TRY(io::ReplaceFile(fmt::format("{}/{}.statistics", request_.out, name),
                      stats::Encode(statistics)));
  if (::rename(path.c_str(), named.c_str()) != 0) {
    return std::unexpected(io::ErrnoError("renaming " + path));
  }
  answer_.files.push_back(
      {.path = name + ".parquet", .rows = stats.rows, .delta_stats = stats.json});
  return {};
}

Status TableChild::Append() {
  TRY(Write(TRY(Incoming())));
  for (const EngineFile& file : answer_.files) answer_.added += file.rows;
  return {};
}

Status TableChild::Overwrite() {
  columns_.clear();
  TRY(Append());
  for (const EngineFile& file : request_.files) {
    answer_.removed.push_back(file.path);
    answer_.removed_rows += file.rows;
  }
  return {};
}

/// Refuses keys that are no columns, null, or there twice.
Status TableChild::CheckKeys(std::string_view table, const std::vector<Column>& columns) {
  if (request_.keys.empty()) return Fail(Code::kInvalidArgument, "'keys': name the columns");
  std::vector<std::string> names;
  for (const std::string& key : request_.keys) {
    if (FindColumn(columns, key) == nullptr) {
      return Fail(Code::kInvalidArgument, "'keys': there is no column '{}'", key);
    }
    names.push_back(QuotedName(key));
    const std::int64_t nulls = TRY(duck_.Integer(
        fmt::format("SELECT count(*) FROM {} WHERE {} IS NULL", table, names.back())));
    if (nulls == 0) continue;
    return Fail(Code::kInvalidArgument, "'keys': the column '{}' is null in {} rows", key, nulls);
  }
  const std::string list = Joined(names, ", ");
  const auto twice = TRY(duck_.Texts(fmt::format(
      "SELECT concat_ws(', ', {0}), CAST(count(*) AS VARCHAR) FROM {1} GROUP BY {0} HAVING "
      "count(*) > 1 ORDER BY {0} LIMIT 1",
      list, table)));
  if (twice.empty()) return {};
  return Fail(Code::kInvalidArgument,
              "'keys': {} rows have the same {} = {}; a key names one row: leave the newest one",
              twice.front()[1].value_or(""), Joined(request_.keys, ", "),
              twice.front()[0].value_or("").substr(0, 200));
}

Result<std::string> TableChild::SameKeys(std::string_view a, std::string_view b,
                                         const std::vector<Column>& columns) const {
  std::vector<std::string> equal;
  for (const std::string& key : request_.keys) {
    if (FindColumn(columns, key) == nullptr) {
      return Fail(Code::kInvalidArgument, "'keys': there is no column '{}'", key);
    }
    equal.push_back(fmt::format("{}.{} = {}.{}", a, QuotedName(key), b, QuotedName(key)));
  }
  return Joined(equal, " AND ");
}

/// Notes the files in which `rows` (SQL behind FROM) are as removed, and counts the rows.
Result<std::vector<std::string>> TableChild::Touched(const std::string& rows) {
  std::map<std::string, std::int64_t> counts;
  for (const DuckDb::Row& row : TRY(duck_.Texts(fmt::format(
           "SELECT {0}, CAST(count(*) AS VARCHAR) FROM {1} GROUP BY {0}", kFile, rows)))) {
    counts[row[0].value_or("")] = std::stoll(row[1].value_or("0"));
  }
  std::vector<std::string> paths;
  for (const EngineFile& file : request_.files) {
    const auto found = counts.find(file.path);
    if (found == counts.end()) continue;
    paths.push_back(file.path);
    answer_.removed_rows += found->second;
  }
  answer_.removed = paths;
  return paths;
}

Status TableChild::Upsert() {
  const auto staged = duck_.Run("CREATE TEMP TABLE staged AS " + TRY(Incoming()));
  if (!staged) return std::unexpected(CleanError(staged.error(), request_.inputs));
  TRY(CheckKeys("staged", columns_));
  const std::string same = TRY(SameKeys("live", "staged", columns_));
  const auto paths = TRY(Touched(fmt::format("{} AS live SEMI JOIN staged ON {}",
                                             TRY(Live(Paths(request_.files), columns_)), same)));
  const std::string names = Names(columns_);
  std::string rows = fmt::format("SELECT {} FROM staged", names);
  if (!paths.empty()) {
    rows = fmt::format("SELECT {} FROM {} AS live ANTI JOIN staged ON {} UNION ALL {}", names,
                       TRY(Live(paths, columns_)), same, rows);
  }
  TRY(Write(rows));
  answer_.added = TRY(duck_.Integer("SELECT count(*) FROM staged"));
  return {};
}

Status TableChild::Delete() {
  const auto refused = [this](std::string_view why) {
    return Fail(Code::kInvalidArgument, "'where': '{}' {}", request_.where, why);
  };
  if (!IsEnclosed(request_.where)) return refused("is not one condition in SQL");
  const std::string live = TRY(Live(Paths(request_.files), columns_));
  // On a line of its own, and evaluated once: it may ask for the time or for random numbers.
  const auto described = Describe(
      duck_, fmt::format("(SELECT (\n{}\n) AS condition FROM {} AS live)", request_.where, live));
  if (!described) return refused("fails: " + CleanError(described.error(), {}).message);
  if ((*described)[0].duckdb_type != "BOOLEAN") {
    return refused("is no condition: its type is " + (*described)[0].duckdb_type);
  }
  const auto doomed = duck_.Run(
      fmt::format("CREATE TEMP TABLE doomed AS SELECT {}, {} FROM {} AS live WHERE (\n{}\n)", kFile,
                  kRow, live, request_.where));
  const bool is_theirs = !doomed && (doomed.error().code == Code::kInvalidArgument ||
                                     doomed.error().code == Code::kPermissionDenied);
  if (!doomed && !is_theirs) return doomed;
  if (!doomed) return refused("fails: " + CleanError(doomed.error(), {}).message);
  const auto paths = TRY(Touched("doomed"));
  if (paths.empty()) return {};
  return Write(
      fmt::format("SELECT {0} FROM {1} AS live ANTI JOIN doomed ON live.{2} = doomed.{2} "
                  "AND live.{3} = doomed.{3}",
                  Names(columns_), TRY(Live(paths, columns_)), kFile, kRow));
}

Status TableChild::Compact() {
  std::vector<std::string> small;
  for (const EngineFile& file : request_.files) {
    struct stat found{};
    if (::stat(file.path.c_str(), &found) != 0) {
      return std::unexpected(io::ErrnoError("looking at " + file.path));
    }
    if (found.st_size < kSmallBytes) small.push_back(file.path);
  }
  if (small.size() < 2) return {};
  answer_.removed = small;
  return Write(fmt::format("SELECT {} FROM {}", Names(columns_), TRY(Live(small, columns_))));
}

/// Statistics of files that somebody else wrote; the Nth file's are in `PREFIX-N.statistics`.
Status TableChild::Profile() {
  for (const EngineFile& file : request_.files) {
    const std::string from = TRY(Live({file.path}, columns_));
    const DeltaStats stats = TRY(MakeDeltaStats(duck_, columns_, from));
    const auto statistics = TRY(MakeStatistics(duck_, columns_, from, stats.json));
    TRY(io::ReplaceFile(
        fmt::format("{}/{}-{}.statistics", request_.out, request_.prefix, answer_.files.size()),
        stats::Encode(statistics)));
    answer_.files.push_back({.path = file.path, .rows = stats.rows, .delta_stats = stats.json});
  }
  return {};
}

/// All columns that either side has, so that a new value in a new column is a difference. Where the
/// types differ, one in which both can be compared.
Result<std::vector<Column>> TableChild::ColumnsOfBoth(const std::vector<std::string>& before,
                                                      const std::vector<std::string>& after) {
  const auto is_number = [](std::string_view type) {
    const stats::Kind kind = KindOf(type);
    return kind == stats::Kind::kInteger || kind == stats::Kind::kFloating;
  };
  std::vector<Column> columns;
  for (const auto& paths : {before, after}) {
    if (paths.empty()) continue;
    for (const SourceColumn& found : TRY(Describe(duck_, ReadFiles(paths, "")))) {
      const std::string type = DeltaTypeOf(found.duckdb_type).value_or("string");
      const auto same = [&found](const Column& other) { return SameName(other.name, found.name); };
      const auto known = std::ranges::find_if(columns, same);
      if (known == columns.end()) {
        columns.push_back({found.name, type});
      } else if (Widens(known->type, type)) {
        known->type = type;
      } else if (!Widens(type, known->type)) {
        known->type = is_number(type) && is_number(known->type) ? "double" : "string";
      }
    }
  }
  return columns;
}

/// Files that both versions have are the same rows: only the others are read.
Status TableChild::Diff() {
  std::vector<std::string> before = Paths(request_.files);
  std::vector<std::string> after = Paths(request_.others);
  std::vector<std::string> shared;
  std::ranges::copy_if(before, std::back_inserter(shared), [&after](const std::string& path) {
    return std::ranges::find(after, path) != after.end();
  });
  const auto is_shared = [&shared](const std::string& path) {
    return std::ranges::find(shared, path) != shared.end();
  };
  const auto columns = TRY(ColumnsOfBoth(before, after));
  std::erase_if(before, is_shared);
  std::erase_if(after, is_shared);
  TRY(duck_.Run("CREATE TEMP VIEW before AS SELECT * FROM " + TRY(Live(before, columns))));
  TRY(duck_.Run("CREATE TEMP VIEW after AS SELECT * FROM " + TRY(Live(after, columns))));
  TRY(request_.keys.empty() ? DiffRows(columns) : DiffKeys(columns));
  answer_.same_rows -= answer_.removed_rows + answer_.changed_rows;
  answer_.same_rows += TRY(duck_.Integer("SELECT count(*) FROM before"));
  if (!shared.empty()) {
    answer_.same_rows += TRY(duck_.Integer("SELECT count(*) FROM " + ReadFiles(shared, "")));
  }
  return {};
}

Status TableChild::DiffRows(const std::vector<Column>& columns) {
  if (columns.empty()) return {};
  const std::string names = Names(columns);
  const auto counts = TRY(duck_.Integers(fmt::format(
      "SELECT CAST(sum(greatest(more, 0)) AS BIGINT), CAST(sum(greatest(-more, 0)) AS BIGINT) FROM "
      "(SELECT sum(side) AS more FROM (SELECT {0}, 1 AS side FROM after UNION ALL SELECT {0}, -1 "
      "FROM before) GROUP BY {0})",
      names)));
  answer_.added = counts[0];
  answer_.removed_rows = counts[1];
  return {};
}

Status TableChild::DiffKeys(const std::vector<Column>& columns) {
  TRY(Context(CheckKeys("before", columns), "before"));
  TRY(Context(CheckKeys("after", columns), "after"));
  std::vector<std::string> other = {"false"};
  for (const Column& column : columns) {
    other.push_back(fmt::format("before.{0} IS DISTINCT FROM after.{0}", QuotedName(column.name)));
  }
  const auto counts = TRY(duck_.Integers(fmt::format(
      "SELECT count(*) FILTER (before.{0} IS NULL), count(*) FILTER (after.{0} IS NULL), "
      "count(*) FILTER (before.{0} IS NOT NULL AND after.{0} IS NOT NULL AND ({1})) FROM before "
      "FULL JOIN after ON {2}",
      kRow, Joined(other, " OR "), TRY(SameKeys("before", "after", columns)))));
  answer_.added = counts[0];
  answer_.removed_rows = counts[1];
  answer_.changed_rows = counts[2];
  return {};
}

/// The columns for JSON, which has neither NaN nor bytes: null and base64.
std::string TableChild::JsonSelect() const {
  std::vector<std::string> list;
  for (const Column& column : columns_) {
    const std::string name = QuotedName(column.name);
    if (column.type == "float" || column.type == "double") {
      list.push_back(fmt::format("CASE WHEN isfinite({0}) THEN {0} END AS {0}", name));
    } else if (column.type == "binary") {
      list.push_back(fmt::format("base64({0}) AS {0}", name));
    } else {
      list.push_back(name);
    }
  }
  return Joined(list, ", ");
}

Status TableChild::Export() {
  const std::map<std::string, std::string, std::less<>> formats = {
      {"parquet", std::string(kWrite)}, {"csv", "FORMAT csv, HEADER"}, {"json", "FORMAT json"}};
  const auto format = formats.find(request_.format);
  if (format == formats.end()) {
    return Fail(Code::kInvalidArgument, "'format' must be parquet, csv or json, not '{}'",
                request_.format);
  }
  const std::string live = TRY(Live(Paths(request_.files), columns_));
  const std::string name = fmt::format("{}.{}", request_.prefix, request_.format);
  TRY(duck_.Run(fmt::format("COPY (SELECT {} FROM {}) TO {} ({})",
                            request_.format == "json" ? JsonSelect() : Names(columns_), live,
                            QuotedText(request_.out + "/" + name), format->second)));
  answer_.files.push_back(
      {.path = name, .rows = TRY(duck_.Integer("SELECT count(*) FROM " + live))});
  return {};
}

Status TableChild::Head() {
  if (request_.limit < 0 || request_.limit > kHeadRowsMax) {
    return Fail(Code::kInvalidArgument, "'limit' is {}; it is a number from 0 to {}",
                request_.limit, kHeadRowsMax);
  }
  const auto rows = TRY(duck_.Texts(
      fmt::format("SELECT CAST(to_json(t) AS VARCHAR) FROM (SELECT {} FROM {} LIMIT {}) AS t",
                  JsonSelect(), TRY(Live(Paths(request_.files), columns_)), request_.limit)));
  answer_.text = "[";
  for (const DuckDb::Row& row : rows) {
    answer_.text += (answer_.text.size() > 1 ? "," : "") + row[0].value_or("null");
  }
  answer_.text += "]";
  return {};
}

Result<EngineAnswer> TableChild::Run() {
  using Operation = Status (TableChild::*)();
  const std::map<std::string, Operation, std::less<>> operations = {
      {"append", &TableChild::Append},   {"overwrite", &TableChild::Overwrite},
      {"upsert", &TableChild::Upsert},   {"delete", &TableChild::Delete},
      {"compact", &TableChild::Compact}, {"profile", &TableChild::Profile},
      {"diff", &TableChild::Diff},       {"export", &TableChild::Export},
      {"head", &TableChild::Head}};
  const auto operation = operations.find(request_.operation);
  if (operation == operations.end()) {
    return Fail(Code::kInvalidArgument, "'operation' is '{}'", request_.operation);
  }
  TRY((this->*operation->second)());
  for (const Column& column : columns_) answer_.columns.push_back({column.name, column.type});
  return std::move(answer_);
}

/// A join keeps the order of rows only on one thread, and equal requests shall give equal files.
std::int64_t Threads(const EngineRequest& request) {
  const bool joins = request.operation == "upsert" || request.operation == "delete";
  return joins ? 1 : std::clamp<std::int64_t>(request.threads, 1, 64);
}

}  // namespace

Result<std::string> RunTableChild(const std::string& request, const std::string& library) {
  const auto decoded = schema::FromJson<EngineRequest>(request, schema::Dialect{});
  if (!decoded) return std::unexpected(schema::ErrorOf(decoded.error()));
  if (!decoded->out.starts_with('/') || decoded->prefix.contains('/')) {
    return Fail(Code::kInvalidArgument, "'out' must be an absolute path and 'prefix' a name");
  }
  std::vector<std::string> readable;
  for (const EngineInput& input : decoded->inputs) readable.push_back(input.path);
  for (const EngineFile& file : decoded->files) readable.push_back(file.path);
  for (const EngineFile& file : decoded->others) readable.push_back(file.path);
  const auto duck = TRY(DuckDb::Open({.library = library,
                                      .folder = decoded->out,
                                      .readable = readable,
                                      .threads = Threads(*decoded)}));
  const EngineAnswer answer = TRY(TableChild(*duck, *decoded).Run());
  return schema::ToJson(answer, schema::EmptyLists::kWrite);
}

}  // namespace galley::data
