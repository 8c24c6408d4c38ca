#include <charconv>
#include <cmath>
#include <deque>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <simdjson.h>

#include "serving/runtime/scoring_cells.h"

namespace galley::serving {
namespace {

namespace ondemand = simdjson::ondemand;

enum class Form : std::uint8_t { kSplit, kRecords, kInstances, kInputs };

struct FormName {
  std::string_view name;
  Form form;
};

constexpr FormName kForms[] = {{"dataframe_split", Form::kSplit},
                               {"dataframe_records", Form::kRecords},
                               {"instances", Form::kInstances},
                               {"inputs", Form::kInputs}};
constexpr std::string_view kExactlyOne =
    "The input must be a JSON dictionary with exactly one of the input fields 'dataframe_split', "
    "'dataframe_records', 'instances', 'inputs'";
// With one of these MLflow takes the whole body for a call of a language model.
constexpr std::string_view kLanguageModelKeys[] = {"messages", "prompt", "input"};
constexpr std::size_t kColumnsMax = 1'000'000;

std::unexpected<Error> Damaged(simdjson::error_code code) {
  return Fail(Code::kInvalidArgument,
              "Ensure that input is a valid JSON formatted string. Error: {}",
              simdjson::error_message(code));
}

std::string_view TokenOf(ondemand::value value) {
  const std::string_view token = value.raw_json_token();
  const std::size_t end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

std::string_view KindOf(ondemand::value value) {
  const std::string_view token = TokenOf(value);
  switch (token.empty() ? '\0' : token.front()) {
    case '[': return "a list";
    case '{': return "an object";
    case '"': return "a text";
    case 'n': return "null";
    case 't':
    case 'f': return "true or false";
    default: return "a number";
  }
}

std::unexpected<Error> WrongKind(std::string_view what, std::string_view wanted,
                                 ondemand::value value) {
  return Fail(Code::kInvalidArgument, "{} must be {}; it is {}", what, wanted, KindOf(value));
}

/// The grammar of RFC 8259, for what simdjson's own parser found too large or too small.
bool IsNumber(std::string_view text) {
  const auto digits = [&] {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(count);
    return count;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

std::optional<double> Literal(std::string_view token) {
  if (token == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (token == "Infinity") return std::numeric_limits<double>::infinity();
  if (token == "-Infinity") return -std::numeric_limits<double>::infinity();
  if (!IsNumber(token)) return std::nullopt;
  return std::strtod(std::string(token).c_str(), nullptr);  // Infinite or zero beyond the range.
}

bool IsScalar(ondemand::value value) {
  const std::string_view token = TokenOf(value);
  return !token.empty() && token.front() != '[' && token.front() != '{';
}

/// One pass over a body. Simdjson's values are places in the text: whoever reads one moves on.
class Decoder {
 public:
  explicit Decoder(const InputSpec& spec) : spec_(spec), cells_(spec), table_(spec) {}

  Result<Matrix> Run(std::string_view body);

 private:
  Status Member(std::string_view name, ondemand::value value);
  Status Decode(Form form, ondemand::value value);
  Status Split(ondemand::object object);
  Status SplitColumns(ondemand::value value);
  Status CountIndex(ondemand::value value);
  Status List(Form form, ondemand::array list);
  Status Row(ondemand::value value);
  Status Record(ondemand::value value);
  Status RecordsDone(Form form);
  Status Columns(ondemand::object object);
  Status ReadColumn(ondemand::value value, std::size_t column);
  Result<std::size_t> RecordColumn(std::string_view name, std::size_t guess);
  Status Cell(ondemand::value value, Place place, float& slot);
  Result<float> OddCell(ondemand::value value, Place place);
  Status RequirePlaces() const;
  Status RefuseParams(ondemand::value value) const;

  const InputSpec& spec_;
  Cells cells_;
  Table table_;
  simdjson::padded_string text_;
  ondemand::parser parser_;
  std::optional<Form> form_;

  // dataframe_split.
  bool has_columns_ = false;
  std::optional<std::size_t> index_count_;
  std::size_t width_ = 0;
  std::vector<std::size_t> layout_;

  // Lists of objects and objects of lists.
  std::vector<std::uint8_t> seen_;       // Whether a record had the column.
  std::vector<std::size_t> filled_in_;   // The last record that had it, counted from 1.
  std::vector<std::size_t> hole_in_;     // The first record that had it not, counted from 1.
  std::deque<std::string> found_names_;  // Of records, if the model has no names: in their order.
  bool has_rows_ = false;
  std::vector<float> column_;
};

Result<Matrix> Decoder::Run(std::string_view body) {
  text_ = simdjson::padded_string(body);
  ondemand::document document;
  if (auto error = parser_.iterate(text_).get(document)) return Damaged(error);
  auto type = ondemand::json_type::null;
  if (auto error = document.type().get(type)) return Damaged(error);
  if (type != ondemand::json_type::object) {
    return Fail(Code::kInvalidArgument, "{}. Received {}.", kExactlyOne,
                type == ondemand::json_type::array ? "a list" : "a single value");
  }
  ondemand::object root;
  if (auto error = document.get_object().get(root)) return Damaged(error);
  for (auto item : root) {
    ondemand::field field;
    if (auto error = std::move(item).get(field)) return Damaged(error);
    std::string_view name;
    if (auto error = field.unescaped_key().get(name)) return Damaged(error);
    TRY(Member(name, field.value()));
  }
  if (document.current_location().error() == simdjson::SUCCESS) {
    return Fail(Code::kInvalidArgument, "the JSON text goes on after its object");
  }
  if (!form_) return Fail(Code::kInvalidArgument, "{}. Received none of them.", kExactlyOne);
  return std::move(table_).Take();
}

Status Decoder::Member(std::string_view name, ondemand::value value) {
  for (const FormName& known : kForms) {
    if (name != known.name) continue;
    if (form_) return Fail(Code::kInvalidArgument, "{}. Received more than one.", kExactlyOne);
    form_ = known.form;
    return Context(Decode(known.form, value), known.name);
  }
  if (name == "params") return RefuseParams(value);
  for (const std::string_view key : kLanguageModelKeys) {
    if (name == key) {
      return Fail(Code::kInvalidArgument,
                  "'{}' is for calls of language models; this model takes numbers", key);
    }
  }
  return {};
}

Status Decoder::RefuseParams(ondemand::value value) const {
  if (!spec_.has_params) return {};
  const std::string_view token = TokenOf(value);
  if (token == "null") return {};
  ondemand::object object;
  if (value.get_object().get(object)) return WrongKind("params", "an object", value);
  bool empty = false;
  if (auto error = object.is_empty().get(empty)) return Damaged(error);
  if (empty) return {};
  return Fail(Code::kInvalidArgument,
              "params are not supported for this kind of model; leave them "
              "out");
}

Status Decoder::Decode(Form form, ondemand::value value) {
  ondemand::object object;
  ondemand::array list;
  const std::string_view token = TokenOf(value);
  const bool is_object = token.starts_with('{');
  if (form == Form::kSplit) {
    if (!is_object) return WrongKind("it", "an object", value);
    if (auto error = value.get_object().get(object)) return Damaged(error);
    return Split(object);
  }
  if (is_object && form == Form::kInputs) {
    if (auto error = value.get_object().get(object)) return Damaged(error);
    return Columns(object);
  }
  if (!token.starts_with('[')) {
    return WrongKind("it", form == Form::kInputs ? "a list or an object" : "a list", value);
  }
  if (auto error = value.get_array().get(list)) return Damaged(error);
  return List(form, list);
}

Status Decoder::Split(ondemand::object object) {
  bool has_data = false;
  bool decoded = false;
  std::size_t data_at = 0;
  std::size_t count = 0;
  for (auto item : object) {
    ondemand::field field;
    if (auto error = std::move(item).get(field)) return Damaged(error);
    std::string_view name;
    if (auto error = field.unescaped_key().get(name)) return Damaged(error);
    if (name == "columns") {
      if (has_columns_) return Fail(Code::kInvalidArgument, "'columns' is there twice");
      TRY(SplitColumns(field.value()));
    } else if (name == "index") {
      TRY(CountIndex(field.value()));
    } else if (name == "data") {
      if (std::exchange(has_data, true)) {
        return Fail(Code::kInvalidArgument, "'data' is there twice");
      }
      data_at = count;
      if (has_columns_) {
        ondemand::array data;
        if (field.value().get_array().get(data)) return WrongKind("data", "a list", field.value());
        TRY(Context(List(Form::kSplit, data), "data"));
        decoded = true;
      }
    } else {
      return Fail(Code::kInvalidArgument,
                  "it must have 'data' and may have 'columns' and 'index'; it has '{}'",
                  Shown(name));
    }
    ++count;
  }
  if (!has_data) return Fail(Code::kInvalidArgument, "'data' is missing");
  if (!decoded) {  // The columns stand behind the data, or nowhere: once more, by number.
    if (!has_columns_) TRY(RequirePlaces());
    if (object.reset().error() != simdjson::SUCCESS) return Damaged(object.reset().error());
    for (auto item : object) {
      ondemand::field field;
      if (auto error = std::move(item).get(field)) return Damaged(error);
      if (data_at-- != 0) continue;
      ondemand::array data;
      if (field.value().get_array().get(data)) return WrongKind("data", "a list", field.value());
      TRY(Context(List(Form::kSplit, data), "data"));
      data_at = std::numeric_limits<std::size_t>::max();
    }
  }
  if (!index_count_ || *index_count_ == table_.matrix().rows) return {};
  return Fail(Code::kInvalidArgument, "'index' has {} items for {} rows", *index_count_,
              table_.matrix().rows);
}

Status Decoder::SplitColumns(ondemand::value value) {
  if (TokenOf(value) == "null") return {};
  ondemand::array list;
  if (value.get_array().get(list)) return WrongKind("columns", "a list of names", value);
  std::vector<std::string_view> names;
  for (auto item : list) {
    ondemand::value name;
    if (auto error = std::move(item).get(name)) return Damaged(error);
    if (names.size() == kColumnsMax) {
      return Fail(Code::kInvalidArgument, "more than {} columns", kColumnsMax);
    }
    std::string_view& text = names.emplace_back(TokenOf(name));  // A number stays as written.
    if (!IsScalar(name)) return WrongKind("a name in 'columns'", "a text", name);
    if (!text.starts_with('"')) continue;
    if (auto error = name.get_string().get(text)) return Damaged(error);
  }
  has_columns_ = true;
  width_ = names.size();
  layout_ = TRY(table_.Layout(names));
  return {};
}

Status Decoder::CountIndex(ondemand::value value) {
  if (TokenOf(value) == "null") return {};
  ondemand::array list;
  if (value.get_array().get(list)) return WrongKind("index", "a list", value);
  std::size_t count = 0;
  if (auto error = list.count_elements().get(count)) return Damaged(error);
  index_count_ = count;
  return {};
}

Status Decoder::RequirePlaces() const {
  if (spec_.names.empty()) return {};
  std::vector<std::uint8_t> none(spec_.columns);
  if (spec_.has_signature) TRY(table_.CheckSeen(none));
  return Fail(Code::kInvalidArgument,
              "the columns need names, because the model's have; the first "
              "is '{}'",
              Shown(spec_.names.front()));
}

Status Decoder::List(Form form, ondemand::array list) {
  bool first = true;
  bool records = false;
  const bool single = spec_.columns == 1 && !spec_.names.empty() && spec_.has_signature &&
                      (form == Form::kInputs || form == Form::kInstances);
  if (width_ == 0) width_ = spec_.columns;
  for (auto item : list) {
    ondemand::value value;
    if (auto error = std::move(item).get(value)) return Damaged(error);
    if (std::exchange(first, false)) {
      records = form == Form::kRecords || TokenOf(value).starts_with('{');
      if (records && form == Form::kSplit) return WrongKind("row 0", "a list", value);
      if (records && form != Form::kRecords && spec_.names.empty()) {
        return Fail(Code::kInvalidArgument,
                    "rows must be lists of {} values, because the model's columns have no names",
                    spec_.columns);
      }
      if (!records && !single && spec_.has_signature && form != Form::kSplit) {
        TRY(RequirePlaces());
      }
    }
    if (records) {
      TRY(Record(value));
    } else if (single && IsScalar(value)) {
      const std::span<float> row = TRY(table_.AddRow());
      TRY(Cell(value, {table_.matrix().rows - 1, 0}, row[0]));
    } else {
      TRY(Row(value));
    }
  }
  if (records) return RecordsDone(form);
  if (!first || form == Form::kSplit) return {};
  if (form == Form::kRecords && spec_.names.empty() && !spec_.has_signature) return {};
  return Fail(Code::kInvalidArgument, "there are no rows");
}

Status Decoder::Row(ondemand::value value) {
  const std::size_t at_row = table_.matrix().rows;
  ondemand::array list;
  if (value.get_array().get(list)) {
    return WrongKind(fmt::format("row {}", at_row), "a list", value);
  }
  const std::span<float> row = TRY(table_.AddRow());
  std::size_t at = 0;
  for (auto item : list) {
    ondemand::value cell;
    if (auto error = std::move(item).get(cell)) return Damaged(error);
    if (at == width_) {
      return Fail(Code::kInvalidArgument, "row {} has more than {} values", at_row, width_);
    }
    const std::size_t column = layout_.empty() ? at : layout_[at];
    ++at;
    if (column != Table::kNone) TRY(Cell(cell, {at_row, column}, row[column]));
  }
  if (at == width_) return {};
  return Fail(Code::kInvalidArgument, "row {} has {} values, and needs {}", at_row, at, width_);
}

Result<std::size_t> Decoder::RecordColumn(std::string_view name, std::size_t guess) {
  if (!spec_.names.empty()) {
    const std::size_t column = table_.Find(name, guess);
    if (column == Table::kNone && !spec_.has_signature) return table_.NotExpected(name);
    return column;
  }
  if (guess < found_names_.size() && found_names_[guess] == name) return guess;
  for (std::size_t at = 0; at < found_names_.size(); ++at) {
    if (found_names_[at] == name) return at;
  }
  if (found_names_.size() == spec_.columns) {
    return Fail(Code::kInvalidArgument, "'{}' is one column more than the {} of the model",
                Shown(name), spec_.columns);
  }
  found_names_.emplace_back(name);
  return found_names_.size() - 1;
}

Status Decoder::Record(ondemand::value value) {
  const std::size_t at_row = table_.matrix().rows;
  ondemand::object object;
  if (value.get_object().get(object)) {
    return WrongKind(fmt::format("row {}", at_row), "an object", value);
  }
  const std::span<float> row = TRY(table_.AddRow());
  seen_.resize(spec_.columns);
  filled_in_.resize(spec_.columns);
  hole_in_.resize(spec_.columns);
  std::size_t filled = 0;
  std::size_t guess = 0;
  for (auto item : object) {
    ondemand::field field;
    if (auto error = std::move(item).get(field)) return Damaged(error);
    std::string_view name;
    if (auto error = field.unescaped_key().get(name)) return Damaged(error);
    const std::size_t column = TRY(RecordColumn(name, guess));
    if (column == Table::kNone) continue;
    guess = column + 1;
    if (filled_in_[column] == at_row + 1) {
      return Fail(Code::kInvalidArgument, "row {} has '{}' twice", at_row, Shown(name));
    }
    filled_in_[column] = at_row + 1;
    seen_[column] = 1;
    ++filled;
    TRY(Cell(field.value(), {at_row, column}, row[column]));
  }
  if (filled == spec_.columns) return {};
  for (std::size_t at = 0; at < spec_.columns; ++at) {
    if (filled_in_[at] != at_row + 1 && hole_in_[at] == 0) hole_in_[at] = at_row + 1;
  }
  return {};
}

Status Decoder::RecordsDone(Form form) {
  TRY(table_.CheckSeen(seen_));
  for (std::size_t at = 0; at < spec_.columns; ++at) {
    if (seen_[at] == 0 || hole_in_[at] == 0) continue;
    const Place place{hole_in_[at] - 1, at};
    if (form == Form::kInstances) {
      return Fail(Code::kInvalidArgument,
                  "{} is missing; each of 'instances' must have the same columns",
                  cells_.Where(place));
    }
    TRY(cells_.Missing(place));
  }
  return {};
}

Status Decoder::Columns(ondemand::object object) {
  if (spec_.names.empty()) {
    return Fail(Code::kInvalidArgument,
                "it must be a list of rows, because the model's columns have no names");
  }
  seen_.resize(spec_.columns);
  std::size_t guess = 0;
  for (auto item : object) {
    ondemand::field field;
    if (auto error = std::move(item).get(field)) return Damaged(error);
    std::string_view name;
    if (auto error = field.unescaped_key().get(name)) return Damaged(error);
    const std::size_t column = table_.Find(name, guess);
    if (column == Table::kNone) {
      if (!spec_.has_signature) return table_.NotExpected(name);
      continue;
    }
    guess = column + 1;
    if (std::exchange(seen_[column], std::uint8_t{1}) != 0) {
      return Fail(Code::kInvalidArgument, "column '{}' is there twice", Shown(name));
    }
    TRY(ReadColumn(field.value(), column));
  }
  return table_.CheckSeen(seen_);
}

Status Decoder::ReadColumn(ondemand::value value, std::size_t column) {
  column_.clear();
  if (IsScalar(value)) {  // One row of single values.
    TRY(Cell(value, {0, column}, column_.emplace_back()));
  } else {
    ondemand::array list;
    if (value.get_array().get(list)) {
      return WrongKind(fmt::format("column '{}'", Shown(spec_.names[column])), "a list", value);
    }
    for (auto item : list) {
      ondemand::value cell;
      if (auto error = std::move(item).get(cell)) return Damaged(error);
      const std::size_t row = column_.size();
      TRY(Cell(cell, {row, column}, column_.emplace_back()));
    }
  }
  if (!std::exchange(has_rows_, true)) TRY(table_.Resize(column_.size()));
  if (column_.size() != table_.matrix().rows) {
    return Fail(Code::kInvalidArgument, "column '{}' has {} values, and the first column has {}",
                Shown(spec_.names[column]), column_.size(), table_.matrix().rows);
  }
  for (std::size_t row = 0; row < column_.size(); ++row) table_.At({row, column}) = column_[row];
  return {};
}

Status Decoder::Cell(ondemand::value value, Place place, float& slot) {
  double number = 0;
  if (cells_.is_real(place.column) && !value.get_double().get(number)) [[likely]] {
    slot = static_cast<float>(number);
    if (std::isinf(slot)) slot = TRY(cells_.Number(place, number));
    return {};
  }
  slot = TRY(OddCell(value, place));
  return {};
}

Result<float> Decoder::OddCell(ondemand::value value, Place place) {
  const std::string_view token = TokenOf(value);
  switch (token.empty() ? '\0' : token.front()) {
    case '"': {
      std::string_view text;
      if (auto error = value.get_string().get(text)) return Damaged(error);
      return cells_.Text(place, text);
    }
    case '[':
    case '{': return WrongKind(cells_.Where(place), "a single value", value);
    default: break;
  }
  if (token == "null") return cells_.Missing(place);
  if (token == "true" || token == "false") return cells_.Flag(token == "true");
  std::int64_t whole = 0;
  if (!cells_.is_real(place.column) && !value.get_int64().get(whole)) {
    return cells_.Whole(place, whole);
  }
  if (const auto number = Literal(token)) return cells_.Number(place, *number);
  return Fail(Code::kInvalidArgument, "{} is not well-formed JSON: {}", cells_.Where(place),
              Shown(token));
}

}  // namespace

Result<Matrix> DecodeScoringJson(std::string_view body, const InputSpec& spec) {
  Decoder decoder(spec);
  return decoder.Run(body);
}

}  // namespace galley::serving
