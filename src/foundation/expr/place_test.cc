#include "foundation/expr/place.h"

#include <gtest/gtest.h>

namespace galley::expr {
namespace {

constexpr Spelling kOperators[] = {
    {"=", Op::kEqual},          {"!=", Op::kNotEqual},
    {"<", Op::kLess},           {"<=", Op::kLessEqual},
    {">", Op::kGreater},        {"LIKE", Op::kLike},
    {"NOT LIKE", Op::kNotLike}, {"IN", Op::kIn},
    {"IS NULL", Op::kIsNull},   {"IS NOT NULL", Op::kIsNotNull},
    {"AND", Op::kAnd},          {"OR", Op::kOr},
    {"NOT", Op::kNot},
};
constexpr Quote kQuotes[] = {{.mark = '`', .starts_name = true, .in_name = true},
                             {.mark = '\'', .string = true}};
constexpr Grammar kGrammar{.operators = kOperators, .quotes = kQuotes, .allow_empty = true};

std::string KindName(Place::Kind kind) {
  constexpr std::string_view kNames[] = {"operand", "operator", "value",     "list",
                                         "item",    "next",     "connective"};
  return std::string(kNames[static_cast<std::size_t>(kind)]);
}

/// The place at `|`: its kind, what is replaced, what is compared.
std::string At(std::string_view marked) {
  const std::size_t at = marked.find('|');
  std::string text(marked);
  text.erase(at, 1);
  const Place place = PlaceAt(text, at, kGrammar);
  std::string out = KindName(place.kind);
  out += " [" + text.substr(place.begin, place.end - place.begin) + "]";
  for (const std::string& part : place.path) out += " " + part;
  if (place.open > 0) out += " (" + std::to_string(place.open);
  return out;
}

TEST(Place, FollowsTheGrammar) {
  EXPECT_EQ(At("|"), "operand []");
  EXPECT_EQ(At("met|rics.auc > 1"), "operand [metrics.auc]");
  EXPECT_EQ(At("metrics.|"), "operand [metrics.]");
  EXPECT_EQ(At("lr |"), "operator [] lr");
  EXPECT_EQ(At("lr <|"), "operator [<] lr");
  EXPECT_EQ(At("lr < |"), "value [] lr");
  EXPECT_EQ(At("lr < 0.0|1"), "value [0.01] lr");
  EXPECT_EQ(At("lr < 0.01 |"), "connective [] lr");
  EXPECT_EQ(At("lr < 0.01 a|"), "connective [a] lr");
  EXPECT_EQ(At("lr < 0.01 AND |"), "operand []");
  EXPECT_EQ(At("(lr < 0.01 OR opt = |"), "value [] opt (1");
  EXPECT_EQ(At("(lr < 0.01) |"), "connective [] lr");
  EXPECT_EQ(At("NOT |"), "operand []");
}

TEST(Place, WordsOfAnOperatorBelongTogether) {
  EXPECT_EQ(At("opt is n|"), "operator [is n] opt");
  EXPECT_EQ(At("opt NOT |"), "operator [NOT ] opt");
  EXPECT_EQ(At("opt NOT li|"), "operator [NOT li] opt");
  EXPECT_EQ(At("opt is null |"), "connective [] opt");
}

TEST(Place, InsideOfQuotesAndLists) {
  EXPECT_EQ(At("opt = 'ad|"), "value ['ad] opt");
  EXPECT_EQ(At("opt = 'ad|am' AND x = 1"), "value ['adam'] opt");
  EXPECT_EQ(At("opt IN |"), "list [] opt");
  EXPECT_EQ(At("opt IN (|"), "item [] opt");
  EXPECT_EQ(At("opt IN ('a', 'b|"), "item ['b] opt");
  EXPECT_EQ(At("opt IN ('a' |"), "next [] opt");
  EXPECT_EQ(At("opt IN ('a') |"), "connective [] opt");
  EXPECT_EQ(At("params.`learning ra|"), "operand [params.`learning ra]");
}

TEST(Place, NonsenseIsPassedOver) {
  for (const std::string_view text :
       {"((((|", "= = =|", "a b c d|", ")) OR|", "'|", "\xc3\xa4 = 1|"}) {
    EXPECT_FALSE(At(text).empty());
  }
}

}  // namespace
}  // namespace galley::expr
