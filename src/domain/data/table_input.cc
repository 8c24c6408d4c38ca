#include "domain/data/table_input.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "domain/data/column_types.h"
#include "domain/data/text_types.h"
#include "foundation/io/errno.h"

namespace galley::data {
namespace {

constexpr std::size_t kWordsMax = 600;
constexpr std::size_t kKindBytesMax = 40;  // Of what DuckDB calls an error.
constexpr std::string_view kDelimiters = ",;\t|";

std::string Label(const EngineInput& input) {
  return input.label.empty() ? input.path : input.label;
}

void ReplaceAll(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The options of a CSV reader that guesses nothing (RFC 4180, header line).
std::string CsvReader(const std::string& path, char delimiter, bool has_header,
                      const std::vector<std::string>& names) {
  std::string columns;
  for (const std::string& name : names) {
    columns += (columns.empty() ? "" : ", ") + QuotedText(name) + ": 'VARCHAR'";
  }
  return fmt::format(
      "read_csv({}, auto_detect = false, header = {}, delim = {}, quote = '\"', escape = '\"', "
      "nullstr = '', allow_quoted_nulls = false, strict_mode = true, null_padding = false, "
      "columns = {{{}}})",
      QuotedText(path), has_header, QuotedText(std::string(1, delimiter)), columns);
}

/// The first line of a CSV as DuckDB reads it with one column too wide: delimiter and names.
struct CsvHead {
  char delimiter = ',';
  std::vector<std::string> names;
};

/// Splits a header line by RFC 4180; whatever quotes enclose may hold the delimiter.
std::vector<std::string> SplitHeader(std::string_view line, char delimiter) {
  std::vector<std::string> names(1);
  bool is_quoted = false;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (c == '"') {
      const bool is_doubled = is_quoted && at + 1 < line.size() && line[at + 1] == '"';
      if (is_doubled) names.back() += line[at++];
      if (!is_doubled) is_quoted = !is_quoted;
    } else if (c == delimiter && !is_quoted) {
      names.emplace_back();
    } else {
      names.back() += c;
    }
  }
  return names;
}

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789.+-eE") == std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

Result<CsvHead> ReadHead(DuckDb& duck, const EngineInput& input) {
  // The first line as one text: neither of these bytes stands in a CSV.
  const auto lines = TRY(duck.Texts(fmt::format(
      "SELECT line FROM read_csv({}, auto_detect = false, header = false, delim = '\x1f', "
      "quote = '', escape = '', columns = {{'line': 'VARCHAR'}}) LIMIT 1",
      QuotedText(input.path))));
  if (lines.empty() || !lines[0][0]) {
    return Fail(Code::kInvalidArgument, "'{}' is empty: a CSV begins with the names of its columns",
                Label(input));
  }
  std::string_view line = *lines[0][0];
  if (line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  CsvHead head;
  for (const char delimiter : kDelimiters) {
    auto names = SplitHeader(line, delimiter);
    if (names.size() > head.names.size()) head = {delimiter, std::move(names)};
  }
  for (std::size_t at = 0; at < head.names.size(); ++at) {
    const std::string& name = head.names[at];
    if (name.empty() || IsNumber(name)) {
      return Fail(Code::kInvalidArgument,
                  "'{}' must begin with the names of its columns; column {} of its first line is "
                  "'{}'",
                  Label(input), at + 1, name);
    }
    const auto same = [&name](const std::string& other) { return SameName(name, other); };
    if (std::ranges::count_if(head.names, same) > 1) {
      return Fail(Code::kInvalidArgument, "'{}' has two columns '{}'", Label(input), name);
    }
  }
  return head;
}

/// One pass over a CSV: what fits its columns.
Status TypeCsv(DuckDb& duck, Source& source, const std::vector<Column>& known) {
  std::string sql = "SELECT count(*)";
  std::vector<std::vector<std::string>> types;
  for (const SourceColumn& column : source.columns) {
    const std::string name = QuotedName(column.name);
    sql += fmt::format(", count({})", name);
    types.emplace_back();
    const Column* target = FindColumn(known, column.name);
    auto guesses = TextGuesses(name);
    if (target != nullptr) guesses = {{target->type, TextFits(name, target->type)}};
    for (TextGuess& guess : guesses) {
      sql += fmt::format(", count(*) FILTER (WHERE {})", guess.condition);
      types.back().push_back(std::move(guess.type));
    }
  }
  const auto counts = TRY(duck.Integers(sql + " FROM " + source.reader));
  std::size_t at = 1;
  for (std::size_t index = 0; index < source.columns.size(); ++index) {
    SourceColumn& column = source.columns[index];
    const std::int64_t values = counts[at++];
    column.is_null = values == 0;
    bool has_type = false;
    for (const std::string& type : types[index]) {
      const std::int64_t fits = counts[at++];
      if (has_type || values == 0 || fits != values) continue;
      column.type = type;
      has_type = true;
    }
  }
  return {};
}

Result<Source> OpenCsv(DuckDb& duck, const EngineInput& input, const std::vector<Column>& known) {
  auto head = TRY(ReadHead(duck, input));
  Source source{.input = input,
                .reader = CsvReader(input.path, head.delimiter, true, head.names),
                .columns = {}};
  for (std::string& name : head.names) {
    source.columns.push_back(
        {.name = std::move(name), .duckdb_type = "VARCHAR", .type = "string", .is_text = true});
  }
  TRY(TypeCsv(duck, source, known));
  return source;
}

Status CheckTypes(const EngineInput& input, std::vector<SourceColumn>& columns) {
  if (columns.empty()) return Fail(Code::kInvalidArgument, "'{}' has no columns", Label(input));
  for (SourceColumn& column : columns) {
    const auto type = DeltaTypeOf(column.duckdb_type);
    if (!type || (input.format == "json" && column.duckdb_type == "JSON" && !column.is_null)) {
      return Fail(Code::kInvalidArgument,
                  "'{}', column '{}': values of type {} cannot be in a table; make columns of "
                  "their parts, or text",
                  Label(input), column.name, column.duckdb_type.substr(0, 100));
    }
    column.type = *type;
  }
  return {};
}

Result<Source> OpenParquet(DuckDb& duck, const EngineInput& input) {
  Source source{.input = input,
                .reader = fmt::format("read_parquet({})", QuotedText(input.path)),
                .columns = {}};
  source.columns = TRY(Describe(duck, source.reader));
  const auto names = TRY(duck.Texts(fmt::format(
      "SELECT name FROM parquet_schema({}) WHERE name IN (SELECT name FROM parquet_schema({}) "
      "GROUP BY lower(name), name) AND lower(name) IN (SELECT lower(name) FROM parquet_schema({}) "
      "GROUP BY ALL HAVING count(*) > 1) LIMIT 1",
      QuotedText(input.path), QuotedText(input.path), QuotedText(input.path))));
  TRY(CheckTypes(input, source.columns));
  // Asked first, said last: the parts of nested columns, which are refused, may have equal names.
  if (!names.empty()) {
    return Fail(Code::kInvalidArgument, "'{}' has two columns '{}', letters' case aside",
                Label(input), names[0][0].value_or(""));
  }
  return source;
}

/// The type of a column of a table that JSON has texts for, as it has no such type.
std::string TypeOfText(const SourceColumn& column, const std::vector<Column>& known) {
  const Column* target = FindColumn(known, column.name);
  const bool is_time = target != nullptr && (target->type == "timestamp" || target->type == "date");
  return is_time && column.duckdb_type == "VARCHAR" ? target->type : "string";
}

Result<Source> OpenJson(DuckDb& duck, const EngineInput& input, const std::vector<Column>& known) {
  Source source{.input = input,
                .reader = fmt::format("read_json({}, format = 'newline_delimited', records = true, "
                                      "sample_size = -1, maximum_depth = 2)",
                                      QuotedText(input.path)),
                .columns = {}};
  source.columns = TRY(Describe(duck, source.reader));
  std::string sql = "SELECT count(*)";
  for (const SourceColumn& column : source.columns) {
    const std::string name = QuotedName(column.name);
    sql += fmt::format(", count({0}), count({0}) FILTER (WHERE {1})", name,
                       TextFits(name, TypeOfText(column, known)));
  }
  const auto counts = TRY(duck.Integers(sql + " FROM " + source.reader));
  for (std::size_t at = 0; at < source.columns.size(); ++at) {
    source.columns[at].is_json = true;
    source.columns[at].is_null = counts[1 + 2 * at] == 0;
  }
  TRY(CheckTypes(input, source.columns));
  for (std::size_t at = 0; at < source.columns.size(); ++at) {
    const std::string type = TypeOfText(source.columns[at], known);
    if (type != "string" && counts[1 + 2 * at] == counts[2 + 2 * at])
      source.columns[at].type = type;
  }
  return source;
}

Result<Source> OpenAny(DuckDb& duck, const EngineInput& input, const std::vector<Column>& known) {
  TRY(CheckPath(input.path));
  struct stat found{};
  if (::stat(input.path.c_str(), &found) != 0) {
    return std::unexpected(io::ErrnoError(fmt::format("reading '{}'", Label(input))));
  }
  if (!S_ISREG(found.st_mode)) {
    return Fail(Code::kInvalidArgument, "'{}' is no file", Label(input));
  }
  if (input.format == "parquet") return OpenParquet(duck, input);
  if (input.format == "csv") return OpenCsv(duck, input, known);
  if (input.format == "json") return OpenJson(duck, input, known);
  return Fail(Code::kInvalidArgument, "'{}' is no format; there are: parquet, csv, json",
              input.format);
}

/// Whether a source's column can be in a table's column of type `to`.
bool Accepts(const SourceColumn& column, std::string_view to) {
  if (column.is_null || Widens(column.type, to)) return true;
  if (!column.is_json) return false;
  const auto is_integer = [](std::string_view type) {
    return KindOf(type) == stats::Kind::kInteger;
  };
  const bool from_integer = is_integer(column.type) || column.type.ends_with(",0)");
  if (from_integer) return is_integer(to) || KindOf(to) == stats::Kind::kFloating;
  return (column.type == "double" && to == "float") ||
         (column.type == "date" && to == "timestamp") ||
         ((column.type == "date" || column.type == "timestamp") && to == "string");
}

/// The first text of a CSV that does not fit its column.
Result<std::string> FirstMisfit(DuckDb& duck, const Source& source, const std::string& name,
                                const std::string& type) {
  const std::string column = QuotedName(name);
  const auto rows = TRY(duck.Texts(fmt::format(
      "SELECT CAST(line AS VARCHAR), value FROM (SELECT row_number() OVER () + 1 AS line, {} AS "
      "value FROM {}) WHERE value IS NOT NULL AND NOT {} LIMIT 1",
      column, source.reader, TextFits("value", type))));
  if (rows.empty()) return std::string();
  return fmt::format("; the first that does not fit is '{}' in line {}",
                     rows[0][1].value_or("").substr(0, 100), rows[0][0].value_or(""));
}

}  // namespace

std::string CastSql(const SourceColumn& column, std::string_view type) {
  std::string expression = QuotedName(column.name);
  // From seconds or nanoseconds there is no way but by microseconds.
  if (column.duckdb_type.starts_with("TIMESTAMP_")) {
    expression = "CAST(" + expression + " AS TIMESTAMP)";
  }
  return fmt::format("CAST({} AS {})", expression, DuckTypeOf(type));
}

bool SameName(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

const Column* FindColumn(const std::vector<Column>& columns, std::string_view name) {
  const auto same = [name](const Column& column) { return SameName(column.name, name); };
  const auto found = std::ranges::find_if(columns, same);
  return found == columns.end() ? nullptr : &*found;
}

Status CheckPath(std::string_view path) {
  if (path.starts_with('/') && path.find_first_of("*?[") == std::string_view::npos) return {};
  return Fail(Code::kInvalidArgument, "'{}' is no path: it is absolute and has none of *?[", path);
}

Result<std::vector<SourceColumn>> Describe(DuckDb& duck, const std::string& relation) {
  const auto rows = TRY(duck.Texts(
      "SELECT CAST(column_name AS VARCHAR), CAST(column_type AS VARCHAR) FROM (DESCRIBE SELECT * "
      "FROM " +
      relation + ")"));
  std::vector<SourceColumn> columns;
  for (const auto& row : rows) {
    columns.push_back(
        {.name = row[0].value_or(""), .duckdb_type = row[1].value_or(""), .type = {}});
  }
  return columns;
}

Result<Source> OpenSource(DuckDb& duck, const EngineInput& input,
                          const std::vector<Column>& known) {
  auto source = OpenAny(duck, input, known);
  if (source) return source;
  Error error = CleanError(std::move(source).error(), {input});
  if (error.message.find(Label(input)) == std::string::npos) {
    error = std::move(error).Context(fmt::format("reading '{}'", Label(input)));
  }
  return std::unexpected(std::move(error));
}

Result<std::vector<Column>> MergeColumns(const std::vector<Column>& known,
                                         const std::vector<Source>& sources) {
  std::vector<Column> columns = known;
  for (const Source& source : sources) {
    for (const SourceColumn& column : source.columns) {
      const auto same = [&column](const Column& other) {
        return SameName(other.name, column.name);
      };
      const auto target = std::ranges::find_if(columns, same);
      if (target == columns.end()) {
        columns.push_back({column.name, column.type});
        continue;
      }
      const bool is_new = target - columns.begin() >= static_cast<std::ptrdiff_t>(known.size());
      if (is_new && Widens(target->type, column.type)) target->type = column.type;
      // A CSV's column that is known has its type, or fits it not: said with the line by Select.
      if (Accepts(column, target->type) || (column.is_text && !is_new)) continue;
      return Fail(Code::kInvalidArgument,
                  "'{}', column '{}': its type is {}, and that of the {} is {}; convert it, or "
                  "overwrite the dataset",
                  Label(source.input), column.name, column.type, is_new ? "other files" : "dataset",
                  target->type);
    }
  }
  return columns;
}

Result<std::string> SelectSources(DuckDb& duck, const std::vector<Source>& sources,
                                  const std::vector<Column>& columns) {
  std::string all;
  for (const Source& source : sources) {
    std::string list;
    for (const Column& target : columns) {
      const auto same = [&target](const SourceColumn& other) {
        return SameName(other.name, target.name);
      };
      const auto from = std::ranges::find_if(source.columns, same);
      std::string value = fmt::format("CAST(NULL AS {})", DuckTypeOf(target.type));
      if (from != source.columns.end() && !from->is_null) {
        if (from->is_text && from->type != target.type && target.type != "string") {
          return Fail(Code::kInvalidArgument,
                      "'{}', column '{}': its texts are not all of type {}{}", Label(source.input),
                      from->name, target.type,
                      TRY(FirstMisfit(duck, source, from->name, target.type)));
        }
        value = CastSql(*from, target.type);
      }
      list += fmt::format("{}{} AS {}", list.empty() ? "" : ", ", value, QuotedName(target.name));
    }
    all +=
        fmt::format("{}SELECT {} FROM {}", all.empty() ? "" : " UNION ALL ", list, source.reader);
  }
  return all;
}

Error CleanError(Error error, const std::vector<EngineInput>& inputs) {
  std::string& words = error.message;
  for (const std::string_view end : {"\nPossible fixes", "\nPossible solutions",
                                     "\n  file =", "\n\nLINE ", "\nLINE ", "\n\nStack Trace"}) {
    words.resize(std::min(words.find(end), words.size()));
  }
  for (const EngineInput& input : inputs) ReplaceAll(words, input.path, Label(input));
  // `Invalid Input Error: CSV Error on Line: 3`
  constexpr std::string_view kError = " Error: ";
  if (const auto at = words.find(kError); at < kKindBytesMax) words.erase(0, at + kError.size());
  ReplaceAll(words, "CSV Error on Line: ", "line ");
  ReplaceAll(words, "\n", "; ");
  if (words.size() > kWordsMax) words.resize(kWordsMax);
  return error;
}

std::string JsonList(const std::vector<Column>& columns) {
  std::string list;
  for (const Column& column : columns) {
    const std::string name = QuotedName(column.name);
    list += list.empty() ? "" : ", ";
    if (column.type == "float" || column.type == "double") {
      list += fmt::format("CASE WHEN isfinite({0}) THEN {0} END AS {0}", name);
    } else if (column.type == "binary") {
      list += fmt::format("base64({0}) AS {0}", name);
    } else {
      list += name;
    }
  }
  return list;
}

}  // namespace galley::data
