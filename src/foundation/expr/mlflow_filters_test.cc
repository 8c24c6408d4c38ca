// MLflow's own parser's answers, and where Galley deliberately reads otherwise. Run from the
// checkout, as
// ./dev and the test runner do.
#include <charconv>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/expr/expr.h"

namespace galley::expr {
namespace {

constexpr const char* kCorpus = "src/foundation/expr/testdata/mlflow_filters.tsv";

/// As the MLflow protocol has it: what MLflow refuses by name (`==`, RLIKE) is an operator, so that
/// the protocol can answer in MLflow's words.
constexpr Spelling kOperators[] = {
    {"=", Op::kEqual},
    {"!=", Op::kNotEqual},
    {"<", Op::kLess},
    {"<=", Op::kLessEqual},
    {">", Op::kGreater},
    {">=", Op::kGreaterEqual},
    {"LIKE", Op::kLike},
    {"ILIKE", Op::kILike},
    {"IN", Op::kIn},
    {"NOT IN", Op::kNotIn},
    {"IS NULL", Op::kIsNull},
    {"IS NOT NULL", Op::kIsNotNull},
    {"AND", Op::kAnd},
    {"OR", Op::kOr},
    {"NOT", Op::kNot},
    {"==", Op::kEqual, false},
    {"<>", Op::kNotEqual, false},
    {"NOT LIKE", Op::kNotLike, false},
    {"RLIKE", Op::kRLike, false},
};
constexpr Quote kQuotes[] = {
    {.mark = '`', .starts_name = true, .in_name = true},
    {.mark = '"', .starts_name = true, .in_name = true, .string = true, .backslash = true},
    {.mark = '\'', .in_name = true, .string = true, .backslash = true},
};
constexpr Grammar kSearch = {.operators = kOperators,
                             .quotes = kQuotes,
                             .name_values = true,
                             .loose_and = true,
                             .allow_empty = true};

// docs/compat/mlflow_search.md gives the reasons.
const std::set<std::string> kAcceptedHereOnly = {
    // Galley's own: OR, NOT, parentheses.
    "metrics.a > 1 OR metrics.b < 2",
    "metrics.a > 1 or metrics.b < 2",
    "NOT metrics.a > 1",
    "(metrics.a > 1)",
    "(metrics.a > 1) AND metrics.b < 2",
    "metrics.a > 1 AND (metrics.b < 2 OR metrics.c = 3)",
    // MLflow's tokenizer trips over harmless texts.
    "metrics.a > 1.5e+3",
    "metrics.1 > 1",
    "tags.in = 'x'",
    "params.case = 'x'",
    "params.a Is Not  Null",
    " ",
    "\n",
    // A name as value, which the protocol refuses as it does `params.a = x`.
    "params.a = true",
};
const std::set<std::string> kRefusedHereOnly = {
    // Keys that MLflow does not let anybody log, or only with quotes.
    "metrics. a > 1",
    "metrics. > 1",
    "metrics..a > 1",
    "metrics.a. > 1",
    "metrics.`a` . `b` > 1",
    "metrics.[a] > 1",
    "metrics.a[0] > 1",
    "metrics.a() > 1",
    "metrics.a(b) > 1",
    "metrics.* > 1",
    // Lists are Python literals to MLflow: a forgotten comma joins two ids.
    "run_id IN ('a' 'b')",
    "run_id IN (('a'))",
    "run_id IN ('a', ('b'))",
    // Passes MLflow's parser and fails in its database.
    "run_id = ('a')",
};
const std::set<std::string> kReadOtherwise = {
    "metrics.`a`.b > 1",    // The key is a.b, to MLflow `a`.b with its backticks.
    "run_id IN ('it''s')",  // In MLflow's lists Python's rules hold, elsewhere quotes are kept.
    "run_id IN ('a\\nb')",
};

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t end = text.find(separator);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::string Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    switch (text[++i]) {
      case 't': out += '\t'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 'c': out += ','; break;
      default: out += text[i];
    }
  }
  return out;
}

std::vector<std::vector<std::string>> Rows(const std::set<std::string>& verdicts) {
  std::ifstream file(kCorpus);
  std::vector<std::vector<std::string>> out;
  for (std::string line; std::getline(file, line);) {
    auto fields = Split(line, '\t');
    if (!verdicts.contains(fields[0])) continue;
    fields[1] = Unescape(fields[1]);
    out.push_back(std::move(fields));
  }
  return out;
}

/// MLflow's reading of a path: what the first part stands for, the rest as one key.
std::pair<std::string, std::string> TypeAndKey(const std::vector<std::string>& path) {
  static const std::map<std::string, std::string> types = {{"metric", "metric"},
                                                           {"metrics", "metric"},
                                                           {"param", "parameter"},
                                                           {"params", "parameter"},
                                                           {"parameter", "parameter"},
                                                           {"parameters", "parameter"},
                                                           {"tag", "tag"},
                                                           {"tags", "tag"},
                                                           {"attr", "attribute"},
                                                           {"attribute", "attribute"},
                                                           {"attributes", "attribute"},
                                                           {"run", "attribute"},
                                                           {"dataset", "dataset"},
                                                           {"datasets", "dataset"}};
  if (path.size() == 1) return {"attribute", path[0]};
  const auto type = types.find(path[0]);
  std::string key;
  for (std::size_t i = 1; i < path.size(); ++i) key += (i == 1 ? "" : ".") + path[i];
  return {type == types.end() ? "?" : type->second, key};
}

double Number(std::string_view text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// A clause as one line, numbers in one form.
std::string Clause(const std::string& type, const std::string& key, std::string_view comparator,
                   const std::string& value) {
  return type + "|" + key + "|" + std::string(comparator) + "|" + value;
}

std::string ValueOf(const Expression& expression, const Node& node) {
  switch (node.kind) {
    case Node::Kind::kString: return "s:" + node.text;
    case Node::Kind::kNumber: return "n:" + std::to_string(Number(node.text));
    case Node::Kind::kList: {
      std::string out = "l:";
      for (const NodeId item : node.children) out += "[" + expression[item].text + "]";
      return out;
    }
    default: return "?";
  }
}

std::vector<std::string> Ours(const Expression& expression) {
  if (!expression.root) return {};
  const Node& root = expression[*expression.root];
  std::vector<NodeId> ids = {*expression.root};
  if (root.kind == Node::Kind::kAnd) ids = root.children;
  std::vector<std::string> out;
  for (const NodeId id : ids) {
    const Node& node = expression[id];
    if (node.kind != Node::Kind::kCompare && node.kind != Node::Kind::kIsNull) return {"no clause"};
    const auto [type, key] = TypeAndKey(expression[node.children[0]].path);
    const bool has_value = node.kind == Node::Kind::kCompare;
    const std::string value = has_value ? ValueOf(expression, expression[node.children[1]]) : "-";
    out.push_back(Clause(type, key, OpText(node.op), value));
  }
  return out;
}

std::vector<std::string> Theirs(const std::vector<std::string>& fields) {
  std::vector<std::string> out;
  for (std::size_t i = 2; i + 3 < fields.size(); i += 4) {
    std::string value = Unescape(fields[i + 3]);
    if (value.starts_with("n:")) value = "n:" + std::to_string(Number(value.substr(2)));
    if (value.starts_with("l:")) {
      value = "l:";
      for (const auto& item : Split(fields[i + 3].substr(2), ','))
        value += "[" + Unescape(item) + "]";
    }
    out.push_back(Clause(fields[i], Unescape(fields[i + 1]), fields[i + 2], value));
  }
  return out;
}

TEST(MlflowFilters, WhatMlflowReadsIsReadAlike) {
  const auto rows = Rows({"ok"});
  EXPECT_GT(rows.size(), 150U) << "run from the checkout";
  for (const auto& fields : rows) {
    const std::string& filter = fields[1];
    const auto parsed = Parse(filter, kSearch);
    EXPECT_EQ(!parsed, kRefusedHereOnly.contains(filter))
        << filter << "\n"
        << (parsed ? Describe(*parsed) : parsed.error().message);
    if (!parsed) continue;
    EXPECT_EQ(Ours(*parsed) != Theirs(fields), kReadOtherwise.contains(filter))
        << filter << "\n"
        << testing::PrintToString(Ours(*parsed)) << "\n"
        << testing::PrintToString(Theirs(fields));
  }
}

TEST(MlflowFilters, WhatMlflowRefusesIsRefused) {
  const auto rows = Rows({"bad"});
  EXPECT_GT(rows.size(), 90U);
  for (const auto& fields : rows) {
    const auto parsed = Parse(fields[1], kSearch);
    EXPECT_EQ(parsed.has_value(), kAcceptedHereOnly.contains(fields[1]))
        << fields[1] << "\n"
        << (parsed ? Describe(*parsed) : parsed.error().message);
  }
}

// The protocol refuses these in MLflow's words, for which it needs the tree.
TEST(MlflowFilters, WhatIsWrongInMeaningOnlyIsParsed) {
  const std::set<std::string> refused = {
      "metrics.a > 1e", "metrics.a > 1_000", "metrics.a > (1)", "metrics.a > 1 + 1",
      "metrics.a > ?",  "metrics.a > :x",    "metrics.a > $1",  "metrics.a > 1AND metrics.b < 2",
      "metrics.a =! 1", "metrics.a => 1",    "metrics.a ~ 1",   "metrics.a === 1",
      "metrics.a !> 1", "metrics . a > 1",   "metrics .a > 1",  "params.a = ('x')",
  };
  const auto rows = Rows({"aside"});
  EXPECT_GT(rows.size(), 50U);
  for (const auto& fields : rows) {
    const auto parsed = Parse(fields[1], kSearch);
    EXPECT_EQ(!parsed, refused.contains(fields[1]))
        << fields[1] << "\n"
        << (parsed ? Describe(*parsed) : parsed.error().message);
  }
}

// `==` and `=` mean the same; only the spelling tells the protocol which of them to refuse.
TEST(MlflowFilters, SpellingsAreTold) {
  const std::map<std::string, std::string> cases = {{"metrics.a == 1", "=="},
                                                    {"metrics.a = 1", "="},
                                                    {"a not  like 'x'", "NOT LIKE"},
                                                    {"a is not null", "IS NOT NULL"}};
  for (const auto& [filter, spelling] : cases) {
    const auto parsed = Parse(filter, kSearch);
    ASSERT_TRUE(parsed) << filter;
    EXPECT_EQ((*parsed)[*parsed->root].text, spelling) << filter;
  }
}

TEST(MlflowFilters, OrderKeysAreReadAlike) {
  const std::set<std::string> accepted_here_only = {
      " metrics.acc DESC", "metrics.acc DESC ",  // Space at an end.
      "DESC",                                    // A name; the protocol knows no such attribute.
  };
  const auto rows = Rows({"order-ok", "order-bad"});
  EXPECT_GT(rows.size(), 40U);
  for (const auto& fields : rows) {
    const auto key = ParseOrderKey(fields[1], kSearch);
    if (fields[0] == "order-bad") {
      EXPECT_EQ(key.has_value(), accepted_here_only.contains(fields[1])) << fields[1];
      continue;
    }
    ASSERT_TRUE(key) << fields[1] << "\n" << key.error().message;
    const auto expected = std::pair(fields[2], Unescape(fields[3]));
    EXPECT_EQ(TypeAndKey(key->path), expected) << fields[1];
    EXPECT_EQ(key->ascending, fields[4] == "asc") << fields[1];
  }
}

}  // namespace
}  // namespace galley::expr
