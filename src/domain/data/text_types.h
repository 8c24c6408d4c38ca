#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The types of texts, as a CSV has them. Pure functions that give SQL.
namespace galley::data {

/// Condition in SQL that the text `expression` is a value of the type.
std::string TextFits(std::string_view expression, std::string_view type);

/// What a column of texts is tried for, the narrowest first, each with its condition. What fits
/// none is `string`.
struct TextGuess {
  std::string type;
  std::string condition;
};
std::vector<TextGuess> TextGuesses(std::string_view expression);

}  // namespace galley::data
