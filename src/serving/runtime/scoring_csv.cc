#include <algorithm>
#include <deque>

#include <simdjson.h>

#include "serving/runtime/request_outline.h"
#include "serving/runtime/scoring_cells.h"

namespace galley::serving {
namespace {

/// RFC 4180, one record at a time. A line ends with CR LF, LF or CR; empty lines do not count.
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// The fields of the next record, valid until the next call; none at the end.
  Status Next(std::vector<std::string_view>& fields) {
    fields.clear();
    unescaped_.clear();
    while (at_ < text_.size() && IsEnd(text_[at_])) ++at_;
    if (at_ == text_.size()) return {};
    ++record_;
    while (true) {
      fields.push_back(TRY(Field()));
      if (at_ == text_.size() || IsEnd(text_[at_])) return {};
      ++at_;  // The comma.
    }
  }

  std::size_t record() const { return record_; }

 private:
  static bool IsEnd(char c) { return c == '\n' || c == '\r'; }

  Result<std::string_view> Field() {
    if (at_ < text_.size() && text_[at_] == '"') return Quoted();
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    const std::string_view field = text_.substr(at_, end - at_);
    at_ = end;
    return field;
  }

  Result<std::string_view> Quoted() {
    const std::size_t start = ++at_;
    bool doubled = false;
    while (true) {
      at_ = text_.find('"', at_);
      if (at_ == std::string_view::npos) {
        return Fail(Code::kInvalidArgument, "line {} has a quotation mark that is not closed",
                    record_);
      }
      if (!text_.substr(at_ + 1).starts_with('"')) break;
      doubled = true;
      at_ += 2;
    }
    const std::string_view inside = text_.substr(start, at_ - start);
    ++at_;
    if (at_ < text_.size() && text_[at_] != ',' && !IsEnd(text_[at_])) {
      return Fail(Code::kInvalidArgument, "line {} goes on after a closing quotation mark",
                  record_);
    }
    if (!doubled) return inside;
    std::string& text = unescaped_.emplace_back();
    for (std::size_t at = 0; at < inside.size(); ++at) {
      text += inside[at];
      if (inside[at] == '"') ++at;
    }
    return std::string_view(text);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t record_ = 0;
  std::deque<std::string> unescaped_;
};

}  // namespace

Result<Matrix> DecodeScoringCsv(std::string_view body, const InputSpec& spec) {
  if (!simdjson::validate_utf8(body.data(), body.size())) {
    return Fail(Code::kInvalidArgument, "the table is not UTF-8");
  }
  CsvReader reader(body);
  Table table(spec);
  const Cells cells(spec);
  std::vector<std::string_view> fields;
  TRY(reader.Next(fields));
  if (fields.empty()) return Fail(Code::kInvalidArgument, "the table is empty; it needs a header");
  const std::size_t width = fields.size();
  const auto layout = TRY(Context(table.Layout(fields), "the table's header"));
  while (true) {
    TRY(reader.Next(fields));
    if (fields.empty()) break;
    if (fields.size() != width) {
      return Fail(Code::kInvalidArgument, "line {} has {} fields; the header has {}",
                  reader.record(), fields.size(), width);
    }
    const std::span<float> row = TRY(table.AddRow());
    for (std::size_t at = 0; at < width; ++at) {
      const std::size_t column = layout.empty() ? at : layout[at];
      if (column == Table::kNone) continue;
      row[column] = TRY(cells.TableCell({table.matrix().rows - 1, column}, fields[at]));
    }
  }
  return std::move(table).Take();
}

std::optional<std::string> KeyOfCsv(std::string_view body, std::string_view column) {
  CsvReader reader(body);
  std::vector<std::string_view> fields;
  if (!reader.Next(fields)) return std::nullopt;
  const auto found = std::ranges::find(fields, column);
  if (found == fields.end()) return std::nullopt;
  const auto place = static_cast<std::size_t>(found - fields.begin());
  if (!reader.Next(fields) || place >= fields.size()) return std::nullopt;
  if (fields[place].empty() || fields[place] == "NaN") return std::nullopt;
  return Plain(fields[place]);
}

std::optional<std::int64_t> RowsOfCsv(std::string_view body) {
  CsvReader reader(body);
  std::vector<std::string_view> fields;
  std::int64_t records = 0;
  while (reader.Next(fields)) {
    if (fields.empty()) return records > 1 ? std::optional(records - 1) : std::nullopt;
    ++records;
  }
  return std::nullopt;
}

}  // namespace galley::serving
