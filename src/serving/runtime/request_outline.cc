#include "serving/runtime/request_outline.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/core.h>
#include <simdjson.h>

#include "serving/runtime/scoring_cells.h"

namespace galley::serving {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr double kWholeMax = 1e21;  // Above it JavaScript writes an exponent as well.

std::string NumberText(double number) {
  if (number == 0) return "0";  // Not -0.
  const bool is_whole = std::trunc(number) == number && std::fabs(number) < kWholeMax;
  return is_whole ? fmt::format("{:.0f}", number) : fmt::format("{}", number);
}

std::string_view TokenOf(ondemand::value value) {
  const std::string_view token = value.raw_json_token();
  const std::size_t end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

/// A list's first item is taken for it, as `inputs` has whole columns.
std::optional<std::string> TextOf(ondemand::value value) {
  std::string_view token = TokenOf(value);
  if (token.starts_with('[')) {
    ondemand::array list;
    ondemand::value first;
    if (value.get_array().get(list) || list.at(0).get(first)) return std::nullopt;
    value = first;
    token = TokenOf(value);
  }
  if (token.starts_with('"')) {
    std::string_view text;
    if (value.get_string().get(text) || text.empty()) return std::nullopt;
    return std::string(text);
  }
  if (token == "true" || token == "false") return std::string(token);
  if (token.empty() || token.starts_with('[') || token.starts_with('{') || token == "null" ||
      token == "NaN" || token.ends_with("Infinity")) {
    return std::nullopt;
  }
  return Plain(token);
}

std::optional<std::string> KeyOfSplit(ondemand::object split, std::string_view column) {
  ondemand::array names;
  if (split.find_field_unordered("columns").get_array().get(names)) return std::nullopt;
  std::optional<std::size_t> place;
  std::size_t at = 0;
  for (auto item : names) {
    ondemand::value name;
    std::string_view text;
    if (item.get(name)) return std::nullopt;
    // All of them, so that simdjson finds what follows.
    const bool is_text = !name.get_string().get(text);
    if (!place && (is_text ? text : TokenOf(name)) == column) place = at;
    ++at;
  }
  ondemand::array rows;
  ondemand::array row;
  ondemand::value value;
  if (!place || split.find_field_unordered("data").get_array().get(rows) ||
      rows.at(0).get_array().get(row) || row.at(*place).get(value)) {
    return std::nullopt;
  }
  return TextOf(value);
}

/// `name` of an object, or of the first object of a list.
std::optional<std::string> KeyOfRows(ondemand::value rows, std::string_view name) {
  ondemand::object object;
  ondemand::value value;
  if (TokenOf(rows).starts_with('[')) {
    ondemand::array list;
    if (rows.get_array().get(list) || list.at(0).get_object().get(object)) return std::nullopt;
  } else if (rows.get_object().get(object)) {
    return std::nullopt;
  }
  if (object.find_field_unordered(name).get(value)) return std::nullopt;
  return TextOf(value);
}

std::optional<std::int64_t> CountOf(ondemand::value list) {
  ondemand::array items;
  std::size_t count = 0;
  if (list.get_array().get(items) || items.count_elements().get(count)) return std::nullopt;
  return static_cast<std::int64_t>(count);
}

std::optional<std::int64_t> RowsOfForm(std::string_view form, ondemand::value value) {
  ondemand::object object;
  if (!TokenOf(value).starts_with('{')) return CountOf(value);
  if (value.get_object().get(object)) return std::nullopt;
  if (form == "dataframe_split") {
    ondemand::value data;
    if (object.find_field_unordered("data").get(data)) return std::nullopt;
    return CountOf(data);
  }
  for (auto item : object) {  // Of columns: the first one tells.
    ondemand::field field;
    if (std::move(item).get(field)) return std::nullopt;
    return TokenOf(field.value()).starts_with('[') ? CountOf(field.value()) : 1;
  }
  return std::nullopt;
}

/// Calls `look` with the name and the value of the form that a body has.
template <typename Look>
auto InForm(std::string_view body, Look look) -> decltype(look({}, {})) {
  const simdjson::padded_string text(body);
  ondemand::parser parser;
  ondemand::document document;
  ondemand::object root;
  if (parser.iterate(text).get(document) || document.get_object().get(root)) return std::nullopt;
  for (auto item : root) {
    ondemand::field field;
    std::string_view name;
    if (std::move(item).get(field) || field.unescaped_key().get(name)) return std::nullopt;
    if (name == "dataframe_split" || name == "dataframe_records" || name == "instances" ||
        name == "inputs") {
      return look(name, field.value());
    }
  }
  return std::nullopt;
}

bool IsCsv(std::string_view content_type) {
  constexpr std::string_view kCsv = "text/csv";
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(content_type.substr(0, kCsv.size()), kCsv, {}, lower);
}

std::string_view WithoutMark(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  return body;
}

}  // namespace

std::string Plain(std::string_view text) {
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  // What begins with further zeros is a name that is written in digits.
  const bool is_number =
      !digits.empty() && digits[0] >= '0' && digits[0] <= '9' &&
      (digits[0] != '0' || digits.size() == 1 || digits[1] < '0' || digits[1] > '9');
  if (!is_number) return std::string(text);
  // Integers of any size stay what they are.
  if (digits.find_first_not_of("0123456789") == std::string_view::npos) {
    return std::string(digits == "0" ? digits : text);
  }
  double number = 0;
  const char* last = text.end();
  const auto [end, error] = std::from_chars(text.begin(), last, number);
  if (error != std::errc() || end != last) return std::string(text);
  return NumberText(number);
}

std::optional<std::string> KeyOf(std::string_view content_type, std::string_view body,
                                 std::string_view column) {
  body = WithoutMark(body);
  if (IsCsv(content_type)) return KeyOfCsv(body, column);
  return InForm(
      body, [column](std::string_view form, ondemand::value value) -> std::optional<std::string> {
        if (form != "dataframe_split") return KeyOfRows(value, column);
        ondemand::object object;
        if (value.get_object().get(object)) return std::nullopt;
        return KeyOfSplit(object, column);
      });
}

std::optional<std::int64_t> RowsOf(std::string_view content_type, std::string_view body) {
  body = WithoutMark(body);
  if (IsCsv(content_type)) return RowsOfCsv(body);
  return InForm(body, RowsOfForm);
}

}  // namespace galley::serving
