#include "domain/observe/request_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/core.h>
#include <simdjson.h>

namespace galley::observe {
namespace {

namespace dom = simdjson::dom;
using Columns = std::vector<std::vector<Cell>>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Cell CellOf(const dom::element& value) {
  switch (value.type()) {
    case dom::element_type::INT64: return static_cast<double>(std::int64_t{value});
    case dom::element_type::UINT64: return static_cast<double>(std::uint64_t{value});
    case dom::element_type::DOUBLE: return double{value};
    case dom::element_type::BOOL: return bool{value} ? 1.0 : 0.0;
    case dom::element_type::STRING: return std::string(std::string_view(value));
    default: return {};
  }
}

std::unexpected<Error> NoForm() {
  return Fail(Code::kInvalidArgument, "the body has no rows with named columns");
}

Result<Columns> OfSplit(const dom::element& split, std::span<const std::string> names) {
  dom::array titles;
  dom::array data;
  if (split["columns"].get(titles) != 0U || split["data"].get(data) != 0U) return NoForm();
  std::vector<std::string_view> known;
  for (const dom::element title : titles) {
    std::string_view text;
    if (title.get(text) != 0U) text = {};
    known.push_back(text);
  }
  Columns columns(names.size());
  for (std::size_t at = 0; at < names.size(); ++at) {
    const auto found = std::ranges::find(known, names[at]);
    if (found == known.end()) continue;
    const auto place = static_cast<std::size_t>(found - known.begin());
    for (const dom::element row : data) {
      dom::element value;
      const bool is_there = row.at(place).get(value) == 0U;
      columns[at].push_back(is_there ? CellOf(value) : Cell());
    }
  }
  return columns;
}

Result<Columns> OfRecords(const dom::element& records, std::span<const std::string> names) {
  dom::array rows;
  if (records.get(rows) != 0U) return NoForm();
  Columns columns(names.size());
  std::vector<bool> is_there(names.size());
  for (const dom::element row : rows) {
    if (!row.is_object()) return NoForm();
    for (std::size_t at = 0; at < names.size(); ++at) {
      dom::element value;
      const bool found = row[names[at]].get(value) == 0U;
      is_there[at] = is_there[at] || found;
      columns[at].push_back(found ? CellOf(value) : Cell());
    }
  }
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (!is_there[at]) columns[at].clear();
  }
  return columns;
}

Result<Columns> OfInputs(const dom::element& inputs, std::span<const std::string> names) {
  if (inputs.is_array()) return OfRecords(inputs, names);
  if (!inputs.is_object()) return NoForm();
  Columns columns(names.size());
  for (std::size_t at = 0; at < names.size(); ++at) {
    dom::array values;
    if (inputs[names[at]].get(values) != 0U) continue;
    for (const dom::element value : values) columns[at].push_back(CellOf(value));
  }
  return columns;
}

Result<Columns> OfJson(std::string_view body, std::span<const std::string> names) {
  dom::parser parser;
  dom::element root;
  if (parser.parse(body.data(), body.size()).get(root) != 0U || !root.is_object()) return NoForm();
  dom::element rows;
  if (root["dataframe_split"].get(rows) == 0U) return OfSplit(rows, names);
  if (root["dataframe_records"].get(rows) == 0U) return OfRecords(rows, names);
  if (root["instances"].get(rows) == 0U) return OfRecords(rows, names);
  if (root["inputs"].get(rows) == 0U) return OfInputs(rows, names);
  return NoForm();
}

/// Takes one line of CSV (RFC 4180) off the text; false at its end.
bool NextLine(std::string_view& text, std::vector<std::string>& fields) {
  fields.clear();
  if (text.empty()) return false;
  std::string field;
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quoted) {
      if (c != '"') {
        field += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        field += text[++at];
      } else {
        is_quoted = false;
      }
    } else if (c == '"') {
      is_quoted = true;
    } else if (c == ',') {
      fields.push_back(std::exchange(field, {}));
    } else if (c == '\n') {
      break;
    } else if (c != '\r') {
      field += c;
    }
  }
  fields.push_back(std::move(field));
  text.remove_prefix(std::min(at + 1, text.size()));
  return true;
}

Cell CellOf(const std::string& text) {
  if (text.empty()) return {};
  double number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  if (error == std::errc() && end == last) return number;
  if (text == "true" || text == "True") return 1.0;
  if (text == "false" || text == "False") return 0.0;
  return text;
}

Columns OfCsv(std::string_view body, std::span<const std::string> names) {
  Columns columns(names.size());
  std::vector<std::string> fields;
  if (!NextLine(body, fields)) return columns;
  std::vector<std::size_t> places;
  for (const std::string& name : names) {
    places.push_back(static_cast<std::size_t>(std::ranges::find(fields, name) - fields.begin()));
  }
  const std::size_t count = fields.size();
  while (NextLine(body, fields)) {
    if (fields.size() == 1 && fields.front().empty()) continue;
    for (std::size_t at = 0; at < names.size(); ++at) {
      if (places[at] >= count) continue;
      columns[at].push_back(places[at] < fields.size() ? CellOf(fields[places[at]]) : Cell());
    }
  }
  return columns;
}

double ScoreOf(const dom::element& value, std::optional<std::size_t> output) {
  dom::array outputs;
  if (value.get(outputs) != 0U) {
    const Cell cell = CellOf(value);
    const double* number = std::get_if<double>(&cell);
    return number != nullptr && output.value_or(0) == 0 ? *number : kNaN;
  }
  if (outputs.size() == 0) return kNaN;
  dom::element one;
  if (outputs.at(output.value_or(outputs.size() - 1)).get(one) != 0U) return kNaN;
  const Cell cell = CellOf(one);
  const double* number = std::get_if<double>(&cell);
  return number == nullptr ? kNaN : *number;
}

}  // namespace

Result<Columns> ColumnsOf(std::string_view content_type, std::string_view body,
                          std::span<const std::string> names) {
  if (content_type.starts_with("text/csv")) return OfCsv(body, names);
  return OfJson(body, names);
}

Result<std::vector<double>> ScoresOf(std::string_view answer, std::optional<std::size_t> output) {
  dom::parser parser;
  dom::element root;
  dom::array predictions;
  if (parser.parse(answer.data(), answer.size()).get(root) != 0U ||
      root["predictions"].get(predictions) != 0U) {
    return Fail(Code::kInvalidArgument, "the answer has no list of predictions");
  }
  std::vector<double> scores;
  for (const dom::element value : predictions) scores.push_back(ScoreOf(value, output));
  return scores;
}

std::optional<bool> YesOrNo(std::string_view label) {
  if (label == "true" || label == "1" || label == "1.0") return true;
  if (label == "false" || label == "0" || label == "0.0") return false;
  return std::nullopt;
}

std::optional<double> NumberOf(std::string_view label) {
  double number = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (error != std::errc() || end != label.data() + label.size() || !std::isfinite(number))
    return std::nullopt;
  return number;
}

std::string TextOf(const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  const double* number = std::get_if<double>(&cell);
  return number == nullptr ? "" : fmt::format("{}", *number);
}

}  // namespace galley::observe
