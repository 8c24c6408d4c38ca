#include "serving/runtime/request_outline.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace galley::serving {
namespace {

constexpr std::string_view kJson = "application/json";

std::string KeyIn(std::string_view body, std::string_view type = kJson) {
  return KeyOf(type, body, "store").value_or("(none)");
}

TEST(RequestOutline, FindsTheKeyInEveryFormWithNames) {
  EXPECT_EQ(KeyIn(R"({"dataframe_split": {"columns": ["a", "store"], "data": [[1, 12], [2, 3]]}})"),
            "12");
  EXPECT_EQ(KeyIn(R"({"dataframe_split": {"data": [[1, "x"]], "index": [0], "columns": ["a",
            "store"]}, "params": {}})"),
            "x");
  EXPECT_EQ(KeyIn(R"({"dataframe_records": [{"a": 1, "store": 12.0}, {"store": 5}]})"), "12");
  EXPECT_EQ(KeyIn(R"({"params": {"store": 1}, "instances": [{"store": 7}]})"), "7");
  EXPECT_EQ(KeyIn(R"({"inputs": {"a": [1, 2], "store": [4, 5]}})"), "4");
  EXPECT_EQ(KeyIn(R"({"inputs": {"store": 4, "a": 1}})"), "4");
  EXPECT_EQ(KeyIn(R"({"inputs": [{"store": true}]})"), "true");
  EXPECT_EQ(KeyIn("\xEF\xBB\xBF"
                  "a,store\n1,\"x,\"\"y\"\n",
                  "text/csv; charset=utf-8"),
            "x,\"y");
  EXPECT_EQ(KeyIn("store\r\n12.0\r\n", "Text/CSV"), "12");
}

TEST(RequestOutline, WritesNumbersAsPeopleDo) {
  for (const auto& [text, expected] : {std::pair{"12", "12"},
                                       {"12.0", "12"},
                                       {"1.2e1", "12"},
                                       {"-0.0", "0"},
                                       {"-0", "0"},
                                       {"0.5", "0.5"},
                                       {"-3.25", "-3.25"},
                                       {"18446744073709551617", "18446744073709551617"},
                                       {"1e20", "100000000000000000000"},
                                       {"1e21", "1e+21"}}) {
    EXPECT_EQ(Plain(text), expected);
    EXPECT_EQ(KeyIn(fmt::format(R"({{"inputs": [{{"store": {}}}]}})", text)), expected);
  }
  // No numbers, but names in digits.
  for (const char* text : {"007", "12.0 ", "1_000", "0x10", "12a", "", "-", "+1", ".5"}) {
    EXPECT_EQ(Plain(text), text);
  }
  EXPECT_EQ(KeyIn(R"({"inputs": [{"store": "12.0"}]})"), "12.0");
}

TEST(RequestOutline, SaysNothingOfOtherBodies) {
  for (const char* body :
       {"", "{", "[]", "5", R"({"inputs": [[1, 2]]})", R"({"inputs": []})", R"({"inputs": 5})",
        R"({"dataframe_split": {"data": [[1]]}})", R"({"dataframe_split": {"columns": ["store"]}})",
        R"({"dataframe_split": {"columns": ["store"], "data": []}})",
        R"({"dataframe_split": {"columns": ["a", "store"], "data": [[1]]}})",
        R"({"dataframe_split": 5})", R"({"dataframe_records": [{"a": 1}]})",
        R"({"dataframe_records": [{"store": null}]})", R"({"dataframe_records": [{"store": NaN}]})",
        R"({"dataframe_records": [{"store": ""}]})", R"({"dataframe_records": [{"store": {}}]})",
        R"({"messages": [{"store": 1}]})", R"({"inputs": {"store": []}})"}) {
    EXPECT_EQ(KeyIn(body), "(none)") << body;
  }
  for (const char* table :
       {"", "store", "store\n", "a\n1\n", "store\n\"\"\n", "store\n\"1", "\n"}) {
    EXPECT_EQ(KeyIn(table, "text/csv"), "(none)") << table;
  }
}

TEST(RequestOutline, CountsRows) {
  EXPECT_EQ(RowsOf(kJson, R"({"dataframe_split": {"columns": ["a"], "data": [[1], [2]]}})"), 2);
  EXPECT_EQ(RowsOf(kJson, R"({"dataframe_split": {"data": [[1], [2], [3]]}})"), 3);
  EXPECT_EQ(RowsOf(kJson, R"({"dataframe_records": [{"a": 1}, {"a": [1, 2]}]})"), 2);
  EXPECT_EQ(RowsOf(kJson, R"({"instances": [1, 2, 3]})"), 3);
  EXPECT_EQ(RowsOf(kJson, R"({"inputs": [[1, 2]]})"), 1);
  EXPECT_EQ(RowsOf(kJson, R"({"inputs": {"a": [1, 2]}})"), 2);
  EXPECT_EQ(RowsOf(kJson, R"({"inputs": {"a": 1}})"), 1);
  EXPECT_EQ(RowsOf("text/csv", "a,b\n1,2\n\n3,4"), 2);
  for (const char* body : {"", "{}", "[1]", R"({"inputs": {}})", R"({"messages": []})"}) {
    EXPECT_EQ(RowsOf(kJson, body), std::nullopt) << body;
  }
  EXPECT_EQ(RowsOf("text/csv", "a"), std::nullopt);
}

}  // namespace
}  // namespace galley::serving
