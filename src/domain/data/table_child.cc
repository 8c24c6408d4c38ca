#include "domain/data/table_child.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>

#include "domain/data/check_rows.h"
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

class TableChild {
 public:
  TableChild(DuckDb& duck, const EngineRequest& request) : duck_(duck), request_(request) {
    for (const EngineColumn& column : request.columns) {
      columns_.push_back({column.name, column.type});
    }
    if (columns_.empty()) columns_ = ContractColumns();
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
  Status Numbers();
  Status Check();

  Result<std::string> Incoming();
  bool IsRefuted(const Error& error);
  Status WriteIncoming(const std::vector<std::string>& stay);
  std::vector<Column> ContractColumns() const;
  Status CheckBatch(const std::string& rows, const std::string& others);
  Result<std::string> Watermarked(const std::string& select);
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
  Status Sample(const std::vector<Column>& columns);
  Status AddSamples(std::string_view change, const std::string& pairs);

  DuckDb& duck_;
  const EngineRequest& request_;
  std::vector<Column> columns_;
  EngineAnswer answer_;
};

/// The columns that a table which has none yet begins with: where a contract gives their types,
/// what has no types of its own takes these.
std::vector<Column> TableChild::ContractColumns() const {
  std::vector<Column> columns;
  if (!request_.contract || !request_.contract->HasRule("schema")) return columns;
  for (const ContractColumn& column : request_.contract->columns) {
    if (IsDeltaType(column.type)) columns.push_back({column.name, column.type});
  }
  return columns;
}

/// SQL for all rows of the inputs, in the table's columns, which it extends.
Result<std::string> TableChild::Incoming() {
  if (request_.inputs.empty()) return Fail(Code::kInvalidArgument, "'inputs': there is no file");
  std::vector<Source> sources;
  for (const EngineInput& input : request_.inputs) {
    sources.push_back(TRY(OpenSource(duck_, input, columns_)));
  }
  if (request_.contract) answer_.checks = CheckColumns(*request_.contract, sources);
  columns_ = TRY(MergeColumns(columns_, sources));
  return SelectSources(duck_, sources, columns_);
}

/// Looks at what comes in, once the columns are known. `others` are the rows that stay.
Status TableChild::CheckBatch(const std::string& rows, const std::string& others) {
  if (!request_.contract) return {};
  auto outcomes =
      TRY(CheckRows(duck_, request_, {.rows = rows, .others = others, .columns = columns_}));
  std::ranges::move(outcomes, std::back_inserter(answer_.checks));
  return {};
}

/// With a watermark: notes the greatest event time, puts what is late aside, and returns the rest.
Result<std::string> TableChild::Watermarked(const std::string& select) {
  if (!request_.contract || !request_.contract->watermark) return select;
  const std::string& name = request_.contract->watermark->column;
  const Column* column = FindColumn(columns_, name);
  if (column == nullptr) return Fail(Code::kInvalidArgument, "watermark: no column '{}'", name);
  const stats::Kind kind = KindOf(column->type);
  const bool is_time = kind == stats::Kind::kTimestamp || kind == stats::Kind::kDate;
  if (!is_time && kind != stats::Kind::kInteger) {
    return Fail(Code::kInvalidArgument,
                "watermark: column '{}' is {}; it must be a whole number, "
                "a date or a timestamp",
                name, column->type);
  }
  const std::string quoted = QuotedName(name);
  const std::string event = is_time ? fmt::format("epoch_us(TRY_CAST({} AS TIMESTAMP))", quoted)
                                    : fmt::format("CAST({} AS BIGINT)", quoted);
  TRY(duck_.Run("CREATE TEMP TABLE arrived AS " + select));
  const auto newest =
      TRY(duck_.Texts(fmt::format("SELECT CAST(max({}) AS VARCHAR) FROM arrived", event)));
  if (newest[0][0]) answer_.event_max = std::stoll(*newest[0][0]);
  if (!request_.late_below) return std::string("SELECT * FROM arrived");
  const std::string late = fmt::format("coalesce({} < {}, false)", event, *request_.late_below);
  answer_.late = TRY(duck_.Integer("SELECT count(*) FROM arrived WHERE " + late));
  if (answer_.late > 0) {
    TRY(duck_.Run(fmt::format(
        "COPY (SELECT * FROM arrived WHERE {}) TO {} ({})", late,
        QuotedText(fmt::format("{}/{}-late.parquet", request_.out, request_.prefix)), kWrite)));
  }
  return fmt::format("SELECT * FROM arrived WHERE NOT {}", late);
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

/// Writes what comes in; `stay` are the files whose rows stay beside it.
Status TableChild::WriteIncoming(const std::vector<std::string>& stay) {
  const std::string incoming = TRY(Incoming());
  const auto watermarked = Watermarked(incoming);
  if (!watermarked) return std::unexpected(CleanError(watermarked.error(), request_.inputs));
  TRY(Write(*watermarked));
  std::vector<std::string> written;
  for (const EngineFile& file : answer_.files) {
    answer_.added += file.rows;
    written.push_back(request_.out + "/" + file.path);
  }
  if (!request_.contract) return {};
  // Looking at the other files costs as much as there are of them.
  const bool looks = LooksAtOthers(*request_.contract);
  return CheckBatch(TRY(Live(written, columns_)),
                    TRY(Live(looks ? stay : std::vector<std::string>(), columns_)));
}

Status TableChild::Append() {
  return WriteIncoming(Paths(request_.files));
}

Status TableChild::Overwrite() {
  columns_ = ContractColumns();
  TRY(WriteIncoming({}));
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
  const std::string incoming = TRY(Watermarked(TRY(Incoming())));
  const auto staged = duck_.Run("CREATE TEMP TABLE staged AS " + incoming);
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
  if (!request_.contract) return {};
  const std::string others = fmt::format("(SELECT {} FROM {} AS live ANTI JOIN staged ON {})",
                                         names, TRY(Live(Paths(request_.files), columns_)), same);
  const auto statistics = TRY(MakeStatistics(duck_, columns_, "staged", request_.prefix));
  TRY(io::ReplaceFile(fmt::format("{}/{}-batch.statistics", request_.out, request_.prefix),
                      stats::Encode(statistics)));
  return CheckBatch("staged", others);
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
  TRY(Sample(columns));
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

/// `pairs`: a query for a row before and after as JSON, NULL where there is none.
Status TableChild::AddSamples(std::string_view change, const std::string& pairs) {
  for (const DuckDb::Row& row : TRY(duck_.Texts(pairs))) {
    answer_.text +=
        fmt::format("{}{{\"change\":\"{}\"", answer_.text.size() > 1 ? "," : "", change);
    if (row[0]) answer_.text += ",\"before\":" + *row[0];
    if (row[1]) answer_.text += ",\"after\":" + *row[1];
    answer_.text += '}';
  }
  return {};
}

/// The first rows of each kind that differ: by key, else in no order.
Status TableChild::Sample(const std::vector<Column>& columns) {
  if (request_.limit < 1 || columns.empty()) return {};
  constexpr std::string_view kOne = "CAST(to_json(__galley_object) AS VARCHAR)";
  const auto rows_of = [&](std::string_view from, std::string_view other) -> Result<std::string> {
    if (request_.keys.empty()) {
      return fmt::format(
          "(SELECT {0} FROM (SELECT {1} FROM {2} EXCEPT ALL SELECT {1} FROM {3}) "
          "LIMIT {4}) AS __galley_object",
          JsonList(columns), Names(columns), from, other, request_.limit);
    }
    std::vector<std::string> order;
    for (const std::string& key : request_.keys) {
      order.push_back(fmt::format("{}.{}", from, QuotedName(key)));
    }
    return fmt::format(
        "(SELECT {} FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} WHERE {}) ORDER BY "
        "{} LIMIT {}) AS __galley_object",
        JsonList(columns), from, other, TRY(SameKeys(from, other, columns)), Joined(order, ", "),
        request_.limit);
  };
  answer_.text = "[";
  TRY(AddSamples("added",
                 fmt::format("SELECT NULL, {} FROM {}", kOne, TRY(rows_of("after", "before")))));
  TRY(AddSamples("removed",
                 fmt::format("SELECT {}, NULL FROM {}", kOne, TRY(rows_of("before", "after")))));
  if (!request_.keys.empty()) {
    std::vector<std::string> other = {"false"};
    for (const Column& column : columns) {
      other.push_back(fmt::format("__galley_before.{0} IS DISTINCT FROM __galley_after.{0}",
                                  QuotedName(column.name)));
    }
    TRY(AddSamples(
        "changed",
        fmt::format(
            "SELECT CAST(to_json(__galley_before) AS VARCHAR), CAST(to_json(__galley_after) "
            "AS VARCHAR) FROM (SELECT {0} FROM before) AS __galley_before JOIN (SELECT {0} "
            "FROM after) AS __galley_after ON {1} WHERE {2} ORDER BY __galley_before.{3} "
            "LIMIT {4}",
            JsonList(columns), TRY(SameKeys("__galley_before", "__galley_after", columns)),
            Joined(other, " OR "), QuotedName(request_.keys.front()), request_.limit)));
  }
  answer_.text += ']';
  return {};
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
                            request_.format == "json" ? JsonList(columns_) : Names(columns_), live,
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
  const auto rows = TRY(duck_.Texts(fmt::format(
      "SELECT CAST(to_json(__galley_object) AS VARCHAR) FROM (SELECT {} FROM {} LIMIT {}) "
      "AS __galley_object",
      JsonList(columns_), TRY(Live(Paths(request_.files), columns_)), request_.limit)));
  answer_.text = "[";
  for (const DuckDb::Row& row : rows) {
    answer_.text += (answer_.text.size() > 1 ? "," : "") + row[0].value_or("null");
  }
  answer_.text += ']';
  return {};
}

/// Columns of all rows as numbers, in CSV; nothing is written if that is too long. `added` is its
/// length.
Status TableChild::Numbers() {
  std::vector<std::string> numbers;
  std::string length = fmt::format("count(*) * {}", request_.keys.size());
  for (const std::string& name : request_.keys) {
    if (FindColumn(columns_, name) == nullptr) {
      return Fail(Code::kInvalidArgument, "'keys': there is no column '{}'", name);
    }
    numbers.push_back(fmt::format("CAST({0} AS DOUBLE) AS {0}", QuotedName(name)));
    length += fmt::format(" + coalesce(sum(coalesce(strlen(CAST({} AS VARCHAR)), 3)), 0)",
                          QuotedName(name));
  }
  const std::string rows = fmt::format("(SELECT {} FROM {})", Joined(numbers, ", "),
                                       TRY(Live(Paths(request_.files), columns_)));
  answer_.added =
      TRY(duck_.Integer(fmt::format("SELECT CAST({} AS BIGINT) FROM {}", length, rows)));
  if (answer_.added > request_.limit) return {};
  const std::string name = request_.prefix + ".csv";
  // A line that is empty is no row to readers of CSV: what is missing has a word.
  TRY(duck_.Run(fmt::format("COPY {} TO {} (FORMAT csv, HEADER, NULLSTR 'nan')", rows,
                            QuotedText(request_.out + "/" + name))));
  answer_.files.push_back({.path = name});
  return {};
}

/// Whether what comes in cannot even be written because its columns are not the contract's, which
/// a check has found, too: then that is the answer.
bool TableChild::IsRefuted(const Error& error) {
  const auto broken = std::ranges::find(answer_.checks, kFailed, &CheckOutcome::outcome);
  if (error.code != Code::kInvalidArgument || broken == answer_.checks.end()) return false;
  answer_.files.clear();
  answer_.removed.clear();
  return true;
}

/// All rows of a version, as if they came in one commit.
Status TableChild::Check() {
  if (!request_.contract) return Fail(Code::kInvalidArgument, "'contract' is required");
  return CheckBatch(TRY(Live(Paths(request_.files), columns_)), TRY(Live({}, columns_)));
}

Result<EngineAnswer> TableChild::Run() {
  using Operation = Status (TableChild::*)();
  const std::map<std::string, Operation, std::less<>> operations = {
      {"append", &TableChild::Append},   {"overwrite", &TableChild::Overwrite},
      {"upsert", &TableChild::Upsert},   {"delete", &TableChild::Delete},
      {"compact", &TableChild::Compact}, {"profile", &TableChild::Profile},
      {"diff", &TableChild::Diff},       {"export", &TableChild::Export},
      {"head", &TableChild::Head},       {"numbers", &TableChild::Numbers},
      {"check", &TableChild::Check}};
  const auto operation = operations.find(request_.operation);
  if (operation == operations.end()) {
    return Fail(Code::kInvalidArgument, "'operation' is '{}'", request_.operation);
  }
  const Status done = (this->*operation->second)();
  if (!done && !IsRefuted(done.error())) return std::unexpected(done.error());
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
  for (const EngineReference& reference : decoded->references) {
    readable.insert(readable.end(), reference.paths.begin(), reference.paths.end());
  }
  const auto duck = TRY(DuckDb::Open({.library = library,
                                      .folder = decoded->out,
                                      .readable = readable,
                                      .threads = Threads(*decoded)}));
  const EngineAnswer answer = TRY(TableChild(*duck, *decoded).Run());
  return schema::ToJson(answer, schema::EmptyLists::kWrite);
}

}  // namespace galley::data
