#include "foundation/expr/expr.h"

#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace galley::expr {
namespace {

constexpr Spelling kSearchOperators[] = {
    {"=", Op::kEqual},      {"!=", Op::kNotEqual},    {"<", Op::kLess},
    {"<=", Op::kLessEqual}, {">", Op::kGreater},      {">=", Op::kGreaterEqual},
    {"LIKE", Op::kLike},    {"ILIKE", Op::kILike},    {"IN", Op::kIn},
    {"NOT IN", Op::kNotIn}, {"IS NULL", Op::kIsNull}, {"IS NOT NULL", Op::kIsNotNull},
    {"AND", Op::kAnd},      {"OR", Op::kOr},          {"NOT", Op::kNot},
};
constexpr Quote kSearchQuotes[] = {
    {.mark = '`', .starts_name = true, .in_name = true},
    {.mark = '"', .starts_name = true, .in_name = true, .string = true, .backslash = true},
    {.mark = '\'', .in_name = true, .string = true, .backslash = true},
};
/// MLflow's search filters, with OR, NOT and parentheses more.
constexpr Grammar kSearch = {.operators = kSearchOperators,
                             .quotes = kSearchQuotes,
                             .name_values = true,
                             .loose_and = true,
                             .allow_empty = true};

constexpr Spelling kCodeOperators[] = {
    {"==", Op::kEqual}, {"!=", Op::kNotEqual}, {"<", Op::kLess}, {"in", Op::kIn},
    {"&&", Op::kAnd},   {"||", Op::kOr},       {"!", Op::kNot},
};
constexpr Quote kCodeQuotes[] = {{.mark = '"', .string = true, .backslash = true},
                                 {.mark = '\'', .string = true, .backslash = true}};
/// A grammar as unlike the other as the tables allow: a subset of CEL.
constexpr Grammar kCode = {.operators = kCodeOperators,
                           .quotes = kCodeQuotes,
                           .name_symbols = "$",
                           .list_open = '[',
                           .list_close = ']',
                           .fold_case = false,
                           .literal_left = true,
                           .name_values = true,
                           .bare_operands = true,
                           .empty_lists = true,
                           .resolve_quotes = true};

std::string Shown(std::string_view text, const Grammar& grammar = kSearch) {
  const auto parsed = Parse(text, grammar);
  return parsed ? Describe(*parsed) : parsed.error().message;
}

TEST(ExprSearch, BuildsTheTree) {
  EXPECT_EQ(Shown("metrics.acc > 0.9"), "(> metrics.acc 0.9)");
  EXPECT_EQ(Shown("a = 1 and b = 2 AND c = 3"), "(AND (= a 1) (= b 2) (= c 3))");
  EXPECT_EQ(Shown("a = 1 OR b = 2 AND c = 3 OR d = 4"),
            "(OR (= a 1) (AND (= b 2) (= c 3)) (= d 4))");
  EXPECT_EQ(Shown("(a = 1 OR b = 2) AND NOT c = 3 AND d = 4"),
            "(AND (OR (= a 1) (= b 2)) (NOT (= c 3)) (= d 4))");
  EXPECT_EQ(Shown("NOT NOT (a IS NULL)"), "(NOT (NOT (IS NULL a)))");
  EXPECT_EQ(Shown("a not  in ('x', \"y\", -1.5)"), "(NOT IN a [\"x\" \"y\" -1.5])");
  EXPECT_EQ(Shown("a is\nnot\tnull"), "(IS NOT NULL a)");
  EXPECT_EQ(Shown("params.`a b`.\"c.d\" LIKE 'x%'"), "(LIKE params.`a b`.`c.d` \"x%\")");
}

TEST(ExprSearch, NodesKnowTheirPlace) {
  const std::string_view text = "  é.`x y` >= 10 AND b IN ('q')";
  const auto parsed = Parse(text, kSearch);
  ASSERT_TRUE(parsed);
  const auto source = [&](NodeId id) {
    return text.substr((*parsed)[id].offset, (*parsed)[id].length);
  };
  const Node& root = (*parsed)[*parsed->root];
  EXPECT_EQ(source(*parsed->root), "é.`x y` >= 10 AND b IN ('q')");
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(source(root.children[0]), "é.`x y` >= 10");
  const Node& second = (*parsed)[root.children[1]];
  EXPECT_EQ(source(second.children[0]), "b");
  EXPECT_EQ(source(second.children[1]), "('q')");
  EXPECT_EQ(PositionOf(text, second.offset), 21U);
}

TEST(ExprSearch, Numbers) {
  const std::map<std::string, double> cases = {
      {"1", 1},     {"-0.5", -0.5},   {".5", 0.5},          {"5.", 5},
      {"1e5", 1e5}, {"1.5E+3", 1500}, {"-1e-2", -0.01},     {"1e400", INFINITY},
      {"007", 7},   {"1e-400", 0},    {"-1e400", -INFINITY}};
  for (const auto& [text, number] : cases) {
    const auto parsed = Parse("a = " + text, kSearch);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ((*parsed)[1].number, number) << text;
    EXPECT_EQ((*parsed)[1].text, text);
  }
}

// The sentences are what users read: position, what stands there, what should.
TEST(ExprSearch, ErrorsSayWhereAndWhat) {
  const std::string comparators =
      "a comparator (=, !=, <, <=, >, >=, LIKE, ILIKE, IN, NOT IN, IS NULL, IS NOT NULL)";
  const std::string value = "a quoted string, a number or a name";
  EXPECT_EQ(Shown("é > > 1"), "position 5: found '>', expected " + value);
  EXPECT_EQ(Shown("a >"), "position 4: found the end, expected " + value);
  EXPECT_EQ(Shown("a == 1"), "position 3: found '==', expected " + comparators);
  EXPECT_EQ(Shown("a"), "position 2: found the end, expected " + comparators);
  EXPECT_EQ(Shown("metrics.val/loss > 1"), "position 12: found '/', expected " + comparators +
                                               "; a name with other characters stands in `");
  EXPECT_EQ(Shown("a > 1AND b < 2"), "position 5: found '1AND', expected " + value);
  EXPECT_EQ(Shown("a = 1 ; b"), "position 7: found ';', expected AND, OR or the end");
  EXPECT_EQ(Shown("a = 1 = 2"), "position 7: found '=', expected AND, OR or the end");
  EXPECT_EQ(Shown("a = 1 OR"), "position 9: found the end, expected a name");
  EXPECT_EQ(Shown("1 = a"), "position 1: found '1', expected a name");
  EXPECT_EQ(Shown("metrics. > 1"), "position 9: found ' ', expected a name");
  EXPECT_EQ(Shown("(a = 1"),
            "position 7: found the end, expected the ')' of the '(' at position 1");
  EXPECT_EQ(Shown("a = 1)"), "position 6: found ')', expected AND, OR or the end");
  EXPECT_EQ(Shown("a = 'x"), "position 5: the ' that opens here is never closed");
  EXPECT_EQ(Shown("a IN 'x'"), "position 6: found ''x'', expected a list that begins with '('");
  EXPECT_EQ(Shown("a IN ()"), "position 7: found ')', expected a quoted string or a number");
  EXPECT_EQ(Shown("a IN ('x' 'y')"), "position 11: found ''y'', expected ',' or ')'");
  EXPECT_EQ(Shown(std::string_view("a\0= 1", 5)),
            "position 2: found U+0000, expected " + comparators);
  EXPECT_EQ(Shown("é\xFF = 1"), "position 2: byte 0xff is not UTF-8");
  EXPECT_EQ(Parse("a", kSearch).error().code, Code::kInvalidArgument);
}

TEST(ExprSearch, LimitsHold) {
  Grammar grammar = kSearch;
  grammar.limits = {.bytes = 60, .depth = 2, .list_items = 2, .clauses = 3};
  EXPECT_EQ(Shown(std::string(61, ' '), grammar),
            "the expression has 61 bytes, more than the limit of 60");
  EXPECT_EQ(Shown("((a = 1))", grammar), "(= a 1)");
  EXPECT_EQ(Shown("(NOT (a = 1))", grammar),
            "position 6: parentheses and NOT are nested deeper than the limit of 2");
  EXPECT_EQ(Shown("a IN (1, 2)", grammar), "(IN a [1 2])");
  EXPECT_EQ(Shown("a IN (1, 2, 3)", grammar),
            "position 13: the list has more items than the limit of 2");
  EXPECT_EQ(Shown("a=1 AND a=1 AND a=1", grammar), "(AND (= a 1) (= a 1) (= a 1))");
  EXPECT_EQ(Shown("a=1 AND a=1 AND a=1 AND a=1", grammar),
            "position 26: more clauses than the limit of 3");
}

// As deep and as long as the default limits allow, in every direction that could recurse or rescan.
TEST(ExprSearch, HugeTextsAreNoTrouble) {
  const std::size_t size = Limits().bytes;
  for (const std::string_view piece :
       {"(",        "NOT ",    "a.",     "'", "`",     "\\'", "AND ", "a=1 OR ",
        "a=1 AND(", "is not ", "not  ",  "=", "-",     "1",   "a ",   "a IN (1,",
        "\"\\",     " ",       "\u3000", "é", "a='\\", "a.\""}) {
    std::string text;
    while (text.size() + piece.size() <= size) text += piece;
    for (const Grammar* grammar : {&kSearch, &kCode}) {
      for (const std::string& whole : {text, "a = " + text.substr(4)}) {
        const auto parsed = Parse(whole, *grammar);
        EXPECT_TRUE(parsed || parsed.error().message.size() < 300) << piece;
      }
    }
  }
  std::string deep = std::string(100, '(') + "a=1" + std::string(100, ')');
  EXPECT_EQ(Shown(deep), "(= a 1)");
  deep.clear();
  for (int i = 0; i < 50; ++i) deep += "a=1 OR a=1 AND NOT (";
  deep += "a=1" + std::string(50, ')');
  EXPECT_TRUE(Parse(deep, kSearch));
}

// Every prefix of a text and every byte in every place: nothing crashes, and errors are sentences.
TEST(ExprSearch, DamagedTextsAreErrorsOrTrees) {
  const std::string text = "a.`b c` >= -1.5e3 AND (NOT d IN ('x\\'', \"y\") OR é IS NOT NULL)";
  for (const Grammar* grammar : {&kSearch, &kCode}) {
    for (std::size_t at = 0; at <= text.size(); ++at) {
      (void)Shown(text.substr(0, at), *grammar);
      (void)Shown(text.substr(at), *grammar);
      for (int byte = 0; byte < 256 && at < text.size(); ++byte) {
        std::string damaged = text;
        damaged[at] = static_cast<char>(byte);
        const auto parsed = Parse(damaged, *grammar);
        EXPECT_TRUE(parsed || !parsed.error().message.empty());
      }
    }
  }
}

TEST(ExprCode, IsAnotherLanguageOverTheSameParser) {
  const auto shown = [](std::string_view text) { return Shown(text, kCode); };
  EXPECT_EQ(shown("a.b == \"x\" && c in [1, 2] || !d"),
            "(OR (AND (= a.b \"x\") (IN c [1 2])) (NOT d))");
  EXPECT_EQ(shown("a"), "a");
  EXPECT_EQ(shown("!a == b"), "(= (NOT a) b)");
  EXPECT_EQ(shown("!(a == b)"), "(NOT (= a b))");
  EXPECT_EQ(shown("$x in []"), "(IN $x [])");
  EXPECT_EQ(shown("1 < a"), "(< 1 a)");
  EXPECT_EQ(shown("a in b"), "(IN a b)");
  EXPECT_EQ(shown("a == 'it\\'s\\n' && b == \"\\\\\""), "(AND (= a \"it's\\n\") (= b \"\\\\\"))");
  EXPECT_EQ(shown("a IN [1]"), "position 3: found 'IN', expected &&, || or the end");
  EXPECT_EQ(shown("a b"), "position 3: found 'b', expected &&, || or the end");
  EXPECT_EQ(shown(""), "position 1: found the end, expected a name or a value");
  EXPECT_EQ(shown("a == \"x\\\""), "position 6: the \" that opens here is never closed");
}

TEST(ExprOrderKey, IsANameAndADirection) {
  const auto shown = [](std::string_view text) {
    const auto key = ParseOrderKey(text, kSearch);
    if (!key) return key.error().message;
    std::string out;
    for (const auto& part : key->path) out += "[" + part + "]";
    return out + (key->ascending ? "+" : "-");
  };
  EXPECT_EQ(shown("metrics.acc"), "[metrics][acc]+");
  EXPECT_EQ(shown(" metrics.`a b`  desc "), "[metrics][a b]-");
  EXPECT_EQ(shown("start_time ASC"), "[start_time]+");
  EXPECT_EQ(shown(""), "position 1: found the end, expected a name");
  EXPECT_EQ(shown("a sideways"), "position 3: found 'sideways', expected ASC, DESC or the end");
  EXPECT_EQ(shown("a DESC ASC"), "position 8: found 'ASC', expected the end");
  EXPECT_EQ(shown("a, b"), "position 2: found ',', expected ASC, DESC or the end");
}

}  // namespace
}  // namespace galley::expr
