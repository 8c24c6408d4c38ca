#include <gtest/gtest.h>

#include "domain/pipeline/definition.h"

namespace galley::pipeline {
namespace {

std::optional<std::string> Known(const void* context, std::string_view name) {
  const auto& values =
      *static_cast<const std::map<std::string, std::string, std::less<>>*>(context);
  const auto found = values.find(name);
  return found == values.end() ? std::nullopt : std::optional(found->second);
}

const std::map<std::string, std::string, std::less<>> kValues = {
    {"matrix.model", "gbdt"},        {"matrix.seed", "2"},     {"params.train.depth", "10"},
    {"params.deploy", "true"},       {"params.not", "false"},  {"metrics.evaluate.auc", "0.91"},
    {"metrics.train[a,1].auc", "1"}, {"metrics.a.nan", "NaN"}, {"env.MODE", "fast"},
    {"metrics.a.big", "-1e3"}};

/// `true`, `false`, or what is wrong.
std::string Judged(const std::string& condition, Before before = Before::kSucceeded) {
  const auto holds = Holds(condition, before, Known, &kValues);
  if (!holds) return holds.error().message;
  return *holds ? "true" : "false";
}

TEST(Condition, Holds) {
  const std::pair<const char*, bool> rows[] = {
      {"matrix.model == 'gbdt'", true},
      {"matrix.model == \"mlp\"", false},
      {"matrix.model != 'mlp'", true},
      {"'gbdt' == matrix.model", true},
      {"matrix.seed == 2.0", true},
      {"matrix.seed == '2'", true},
      {"params.train.depth > 9", true},
      {"params.train.depth < 9", false},
      {"'10' < '9'", true},
      {"'10' > 9", true},
      {"1e3 == 1000", true},
      {"-1000 == metrics.a.big", true},
      {"metrics.evaluate.auc >= 0.91", true},
      {"0.91<=metrics.evaluate.auc", true},
      {"metrics.evaluate.auc>0.91", false},
      {"metrics.`train[a,1]`.auc == 1", true},
      {"params.deploy", true},
      {"!params.deploy", false},
      {"not params.not", true},
      {"params.deploy == true", true},
      {"params.deploy == 'true'", true},
      {"params.deploy != false", true},
      {"true", true},
      {"false", false},
      {"true && false", false},
      {"true and not false", true},
      {"false || true", true},
      {"false OR true", true},
      // && binds tighter; ! takes the operand, not the comparison after it.
      {"true || true && false", true},
      {"(true || true) && false", false},
      {"!false && true", true},
      {"!(1 == 2) && !(2 < 1)", true},
      {"not 1 == 2", true},
      {"!params.not == true", true},
      {"${{ matrix.seed > 1 }}", true},
      {"${{ matrix.seed }} > 1 && ${{ params.deploy }}", true},
      // What does not matter is not looked at.
      {"false && metrics.none.auc > 1", false},
      {"true || metrics.none.auc > 1", true},
      {"'it''s' == \"it's\"", true},
      {"'}}' == '}}' && 'success(' != '('", true},
      {"env.MODE == 'fast' &&\n matrix.seed > 1", true},
      {"matrix.model == 3", false},
      {"matrix.model != 3", true},
      {"metrics.a.nan == 'NaN'", true},
  };
  for (const auto& [condition, holds] : rows) {
    EXPECT_EQ(Judged(condition), holds ? "true" : "false") << condition;
  }
}

TEST(Condition, AsksHowTheJobsBeforeEnded) {
  struct Row {
    const char* condition;
    bool succeeded;
    bool failed;
  };
  const Row rows[] = {{"", true, false},
                      {"success()", true, false},
                      {"failure()", false, true},
                      {"always()", true, true},
                      {"success ( )", true, false},
                      {"!success()", false, true},
                      {"${{ failure() }}", false, true},
                      {"true", true, false},
                      {"matrix.seed == 2", true, false},
                      {"matrix.seed == 2 && always()", true, true},
                      {"matrix.seed == 3 || failure()", false, true},
                      {"success() == false", false, true}};
  for (const auto& [condition, succeeded, failed] : rows) {
    EXPECT_EQ(Judged(condition), succeeded ? "true" : "false") << condition;
    EXPECT_EQ(Judged(condition, Before::kFailed), failed ? "true" : "false") << condition;
  }
}

constexpr const char* kNames =
    "; there are: matrix.KEY, params.NAME, env.NAME, metrics.JOB.KEY, true, false, success(), "
    "failure(), always()";

// Wrong wherever it stands.
TEST(Condition, RefusesWhatItCannotRead) {
  const std::pair<const char*, std::string> rows[] = {
      {" ", "position 2: found the end, expected a name or a value"},
      {"a", std::string("position 1: 'a' is not known") + kNames},
      {"matrix", std::string("position 1: 'matrix' is not known") + kNames},
      {"metrics.auc > 1", std::string("position 1: 'metrics.auc' is not known") + kNames},
      {"success", "position 1: 'success' is a function; write success()"},
      {"sucess()",
       "position 1: there is no function 'sucess'; there are: success(), failure(), always()"},
      {"success(1)", "position 8: 'success' takes nothing in its parentheses"},
      {"matrix.a = 1", "position 10: found '=', expected &&, || or the end"},
      {"matrix.a === 1", "position 10: found '===', expected &&, || or the end"},
      {"matrix.a matrix.b", "position 10: found 'matrix.b', expected &&, || or the end"},
      {"matrix.a == ", "position 13: found the end, expected a quoted string, a number or a name"},
      {"matrix.a == 'x", "position 13: the ' that opens here is never closed"},
      {"(true", "position 6: found the end, expected the ')' of the '(' at position 1"},
      {"true)", "position 5: found ')', expected &&, || or the end"},
      {"true & true", "position 6: found '&', expected &&, || or the end"},
      {"${{ true", "'${{' has no '}}' behind it"},
      {"true }}", "position 6: '}}' has no place here"},
      {"${{ ${{ true }} }}", "position 5: '${{' has no place here"},
      {"'x'", "position 1: expected true or false, not 'x'"},
      {"true && 3", "position 9: expected true or false, not 3"},
      {"'abc' < 3", "position 1: 'abc' < 3: 'abc' is no number and cannot be compared with one"},
      {"3 >= ''", "position 1: 3 >= '': '' is no number and cannot be compared with one"},
      {"true < 3", "position 1: true < 3: true and false can be equal or not, and nothing else"},
      {"true || 'abc' < 3",
       "position 9: 'abc' < 3: 'abc' is no number and cannot be compared with one"},
  };
  for (const auto& [condition, message] : rows) {
    const Status checked = CheckCondition(condition);
    ASSERT_FALSE(checked.has_value()) << condition;
    EXPECT_EQ(checked.error().message, message);
    EXPECT_EQ(checked.error().code, Code::kInvalidArgument);
    EXPECT_EQ(Judged(condition), message);
  }
}

// Right to read, wrong with these values.
TEST(Condition, RefusesValuesThatDoNotFit) {
  const std::pair<const char*, const char*> rows[] = {
      {"matrix.model < 3",
       "position 1: 'gbdt' < 3: 'gbdt' is no number and cannot be compared with one"},
      {"metrics.a.nan >= 0.9",
       "position 1: 'NaN' >= 0.9: 'NaN' is no number and cannot be compared with one"},
      {"params.deploy >= 1",
       "position 1: true >= 1: true and false can be equal or not, and nothing else"},
      {"matrix.seed", "position 1: expected true or false, not matrix.seed, which is 2"},
      {"true && env.MODE", "position 9: expected true or false, not env.MODE, which is 'fast'"},
      {"params.none == 1", "position 1: there is no 'params.none'"},
  };
  for (const auto& [condition, message] : rows) {
    EXPECT_TRUE(CheckCondition(condition).has_value()) << condition;
    EXPECT_EQ(Judged(condition), message);
  }
}

TEST(Condition, HasLimits) {
  const std::string deep = std::string(200, '(') + "true" + std::string(200, ')');
  EXPECT_EQ(Judged(deep),
            "position 101: parentheses and NOT are nested deeper than the limit of 100");
  std::string wide = "true";
  for (int clause = 0; clause < 1000; ++clause) wide += " && true";
  EXPECT_EQ(Judged(wide), "position 8001: more clauses than the limit of 1000");
}

}  // namespace
}  // namespace galley::pipeline
