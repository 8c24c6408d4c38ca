#include "serving/runtime/scoring_cells.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace galley::serving {
namespace {

constexpr std::size_t kShownBytesMax = 100;
constexpr std::size_t kShownNamesMax = 20;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// What pandas' read_csv takes for a missing value.
constexpr std::string_view kMissingTexts[] = {
    "",    "NaN",  "nan",  "NA",   "N/A",    "n/a",     "null",    "NULL",     "None",    "#N/A",
    "#NA", "<NA>", "-nan", "-NaN", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN", "#N/A N/A"};

bool IsSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualsNoCase(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// The sign, taken away. from_chars takes no plus.
bool TakeSign(std::string_view& text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

std::optional<double> ParseReal(std::string_view text) {
  const bool negative = TakeSign(text);
  double value = 0;
  if (EqualsNoCase(text, "inf") || EqualsNoCase(text, "infinity")) {
    value = std::numeric_limits<double>::infinity();
  } else if (EqualsNoCase(text, "nan")) {
    value = std::numeric_limits<double>::quiet_NaN();
  } else {
    if (text.empty() || (text.front() != '.' && (text.front() < '0' || text.front() > '9'))) {
      return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return std::nullopt;
    if (error == std::errc::result_out_of_range) {
      // Infinite or zero; from_chars does not say which.
      value = std::strtod(std::string(text).c_str(), nullptr);
    } else if (error != std::errc()) {
      return std::nullopt;
    }
  }
  return negative ? -value : value;
}

std::optional<std::int64_t> ParseWhole(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> ParseFlag(std::string_view text) {
  if (text == "True" || text == "TRUE" || text == "true") return true;
  if (text == "False" || text == "FALSE" || text == "false") return false;
  return std::nullopt;
}

std::string_view NameOf(ColumnType type) {
  switch (type) {
    case ColumnType::kUntyped: return "a number";
    case ColumnType::kFloat: return "a number (float)";
    case ColumnType::kDouble: return "a number (double)";
    case ColumnType::kInteger: return "a whole number of 32 bits (integer)";
    case ColumnType::kLong: return "a whole number of 64 bits (long)";
    case ColumnType::kBoolean: return "true or false (boolean)";
  }
  return "";
}

}  // namespace

std::string Shown(std::string_view text) {
  if (text.size() <= kShownBytesMax) return std::string(text);
  std::size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string Cells::Where(Place place) const {
  if (place.column < spec_.names.size()) {
    return fmt::format("column '{}' of row {}", Shown(spec_.names[place.column]), place.row);
  }
  return fmt::format("column {} of row {}", place.column, place.row);
}

Result<float> Cells::Number(Place place, double value) const {
  const ColumnType type = spec_.type(place.column);
  if (type == ColumnType::kBoolean) {
    if (std::isnan(value)) return Missing(place);
    return Flag(value != 0);
  }
  if (type == ColumnType::kInteger || type == ColumnType::kLong) {
    if (std::isnan(value)) return Missing(place);
    // A fraction is cut off, as MLflow does.
    constexpr double kLimit = 9223372036854775808.0;
    if (value < -kLimit || value >= kLimit) {
      return Fail(Code::kInvalidArgument, "{} must be {}, and {} is beyond it", Where(place),
                  NameOf(type), value);
    }
    return Whole(place, static_cast<std::int64_t>(value));
  }
  const auto single = static_cast<float>(value);
  if (std::isinf(single) && !spec_.allows_infinity) {
    return Fail(Code::kInvalidArgument,
                "{} is {}; the model takes finite numbers up to 3.4028235e38 (float32)",
                Where(place), value);
  }
  return single;
}

Result<float> Cells::Whole(Place place, std::int64_t value) const {
  const ColumnType type = spec_.type(place.column);
  if (type == ColumnType::kBoolean) return Flag(value != 0);
  if (type == ColumnType::kInteger && value != static_cast<std::int32_t>(value)) {
    return Fail(Code::kInvalidArgument, "{} must be {}, and {} is beyond it", Where(place),
                NameOf(type), value);
  }
  return static_cast<float>(value);
}

Result<float> Cells::Missing(Place place) const {
  if (is_real(place.column)) return kMissing;
  return Fail(Code::kInvalidArgument,
              "{} is missing, and the signature declares {}; only float and double columns can "
              "have missing values",
              Where(place), NameOf(spec_.type(place.column)));
}

Result<float> Cells::Text(Place place, std::string_view text) const {
  const ColumnType type = spec_.type(place.column);
  if (type == ColumnType::kFloat || type == ColumnType::kDouble) {
    if (const auto number = ParseReal(Trimmed(text))) return Number(place, *number);
  } else if (type == ColumnType::kInteger || type == ColumnType::kLong) {
    if (const auto whole = ParseWhole(Trimmed(text))) return Whole(place, *whole);
  }
  return Fail(Code::kInvalidArgument, "{} is the text '{}', and must be {}", Where(place),
              Shown(text), NameOf(type));
}

Result<float> Cells::TableCell(Place place, std::string_view text) const {
  const std::string_view trimmed = Trimmed(text);
  const ColumnType type = spec_.type(place.column);
  if (const auto number = ParseReal(trimmed); number && !std::isnan(*number)) {
    if (const auto whole = ParseWhole(trimmed); whole && !is_real(place.column)) {
      return Whole(place, *whole);
    }
    const bool fraction = *number != std::trunc(*number);
    if (!fraction || is_real(place.column)) return Number(place, *number);
  } else if (std::ranges::find(kMissingTexts, trimmed) != std::end(kMissingTexts)) {
    return Missing(place);
  } else if (const auto flag = ParseFlag(trimmed)) {
    return Flag(*flag);
  }
  return Fail(Code::kInvalidArgument, "{} is '{}', and must be {}", Where(place), Shown(text),
              NameOf(type));
}

std::size_t Table::Find(std::string_view name, std::size_t guess) {
  if (guess < spec_.names.size() && spec_.names[guess] == name) return guess;
  if (index_.empty()) {
    for (std::size_t at = 0; at < spec_.names.size(); ++at) index_.emplace(spec_.names[at], at);
  }
  const auto found = index_.find(name);
  return found == index_.end() ? kNone : found->second;
}

Status Table::Resize(std::size_t rows) {
  if (rows > kScoringValuesMax / matrix_.columns) {
    return Fail(Code::kResourceExhausted,
                "more than {} rows; a call takes at most {} values, and the model has {} columns",
                kScoringValuesMax / matrix_.columns, kScoringValuesMax, matrix_.columns);
  }
  matrix_.rows = rows;
  matrix_.values.resize(rows * matrix_.columns, kMissing);
  return {};
}

Result<std::span<float>> Table::AddRow() {
  TRY(Resize(matrix_.rows + 1));
  return std::span(matrix_.values).last(matrix_.columns);
}

std::unexpected<Error> Table::NotExpected(std::string_view name) const {
  return Fail(
      Code::kInvalidArgument, "the model has no column '{}'; it has {}", Shown(name),
      fmt::join(std::span(spec_.names).first(std::min(kShownNamesMax, spec_.names.size())), ", "));
}

Result<std::vector<std::size_t>> Table::Layout(std::span<const std::string_view> given) {
  std::vector<std::size_t> layout;
  if (spec_.names.empty()) {  // By place, whatever they are called.
    if (given.size() == spec_.columns) return layout;
    return Fail(Code::kInvalidArgument, "{} columns; the model has {}", given.size(),
                spec_.columns);
  }
  std::vector<std::uint8_t> seen(spec_.columns);
  bool in_place = given.size() == spec_.columns;
  for (std::size_t at = 0; at < given.size(); ++at) {
    const std::size_t column = Find(given[at], at);
    layout.push_back(column);
    in_place = in_place && column == at;
    if (column == kNone) {
      if (!spec_.has_signature) return NotExpected(given[at]);
      continue;
    }
    if (seen[column] != 0) {
      return Fail(Code::kInvalidArgument, "column '{}' is there twice", Shown(given[at]));
    }
    seen[column] = 1;
  }
  TRY(CheckSeen(seen));
  if (in_place) layout.clear();
  return layout;
}

Status Table::CheckSeen(std::span<const std::uint8_t> seen) const {
  std::string missing;
  std::size_t count = 0;
  for (std::size_t at = 0; at < seen.size() && count < kShownNamesMax; ++at) {
    if (seen[at] != 0 || spec_.is_optional(at)) continue;
    if (count++ != 0) missing += ", ";
    missing += at < spec_.names.size() ? fmt::format("'{}'", Shown(spec_.names[at]))
                                       : fmt::format("column {}", at);
  }
  if (count == 0) return {};
  return Fail(Code::kInvalidArgument, "Model is missing inputs [{}].", missing);
}

}  // namespace galley::serving
