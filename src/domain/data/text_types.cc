#include "domain/data/text_types.h"

#include <fmt/core.h>

#include "domain/data/column_types.h"
#include "domain/data/duckdb.h"

namespace galley::data {
namespace {

constexpr std::string_view kIntegerText = "[+-]?[0-9]+";
constexpr std::string_view kNumberText =
    R"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|(?i:[+-]?(nan|inf|infinity)))";
// A number that begins with 0 is a code that somebody wrote with care: it stays a text.
constexpr std::string_view kGuessedIntegerText = "[+-]?(0|[1-9][0-9]*)";
constexpr std::string_view kGuessedNumberText =
    R"([+-]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|(?i:[+-]?(nan|inf|infinity)))";
constexpr std::string_view kDateText = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
constexpr std::string_view kTimestampText =
    R"([0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)"
    R"((Z| ?[+-][0-9]{2}(:?[0-9]{2})?)?)?)";

std::string Matches(std::string_view expression, std::string_view pattern) {
  return fmt::format("regexp_full_match({}, {})", expression, QuotedText(pattern));
}

std::string Casts(std::string_view expression, std::string_view type) {
  return fmt::format("TRY_CAST({} AS {}) IS NOT NULL", expression, DuckTypeOf(type));
}

std::string MatchesAndCasts(std::string_view expression, std::string_view pattern,
                            std::string_view type) {
  return "(" + Matches(expression, pattern) + " AND " + Casts(expression, type) + ")";
}

}  // namespace

std::string TextFits(std::string_view expression, std::string_view type) {
  if (type == "string") return "true";
  if (type == "boolean") return fmt::format("(lower({}) IN ('true', 'false'))", expression);
  if (KindOf(type) == stats::Kind::kInteger) return MatchesAndCasts(expression, kIntegerText, type);
  if (type == "date") return MatchesAndCasts(expression, kDateText, type);
  if (type == "timestamp") return MatchesAndCasts(expression, kTimestampText, type);
  if (type == "binary") return "(" + Casts(expression, type) + ")";
  return MatchesAndCasts(expression, kNumberText, type);
}

std::vector<TextGuess> TextGuesses(std::string_view expression) {
  // An integer that is too large for one is an id: as a double it would lose digits.
  const std::string number = fmt::format("({} AND NOT ({} AND length({}) > 18))",
                                         MatchesAndCasts(expression, kGuessedNumberText, "double"),
                                         Matches(expression, kGuessedIntegerText), expression);
  return {{"boolean", TextFits(expression, "boolean")},
          {"long", MatchesAndCasts(expression, kGuessedIntegerText, "long")},
          {"double", number},
          {"date", TextFits(expression, "date")},
          {"timestamp", TextFits(expression, "timestamp")}};
}

}  // namespace galley::data
