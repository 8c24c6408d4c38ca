#include "foundation/yaml/yaml.h"

#include <gtest/gtest.h>

namespace galley::yaml {
namespace {

Node Root(std::string_view text) {
  const auto document = Parse(text, "a.yaml");
  EXPECT_TRUE(document.has_value()) << document.error().message;
  return document ? document->root : Node{};
}

std::string Refusal(std::string_view text) {
  const auto document = Parse(text, "a.yaml");
  EXPECT_FALSE(document.has_value()) << text;
  return document ? std::string() : document.error().message;
}

// The tables and examples of YAML 1.2.2, 10.2.1 and 10.3.2.
TEST(Yaml, ResolvesScalarsAsTheCoreSchemaDoes) {
  const std::pair<const char*, Kind> rows[] = {
      {"null", Kind::kNull},       {"Null", Kind::kNull},       {"~", Kind::kNull},
      {"", Kind::kNull},           {"true", Kind::kBool},       {"FALSE", Kind::kBool},
      {"0", Kind::kInteger},       {"0o7", Kind::kInteger},     {"0x3A", Kind::kInteger},
      {"-19", Kind::kInteger},     {"+12", Kind::kInteger},     {"012", Kind::kInteger},
      {"0.", Kind::kFloating},     {"-0.0", Kind::kFloating},   {".5", Kind::kFloating},
      {"+12e03", Kind::kFloating}, {"-2E+05", Kind::kFloating}, {"1e-4", Kind::kFloating},
      {".inf", Kind::kFloating},   {"-.Inf", Kind::kFloating},  {".NAN", Kind::kFloating},
      {"on", Kind::kText},         {"yes", Kind::kText},        {"nULL", Kind::kText},
      {"1.2.3", Kind::kText},      {"0o8", Kind::kText},        {"1e", Kind::kText},
      {"+", Kind::kText},          {"-.nan", Kind::kText},      {"12:30:45", Kind::kText},
      {"\"12\"", Kind::kText},     {"'true'", Kind::kText},     {"!!str 12", Kind::kText},
      {"0x", Kind::kText},         {".", Kind::kText},          {"1_000", Kind::kText}};
  for (const auto& [text, kind] : rows) {
    const Node root = Root(std::string("key: ") + text);
    ASSERT_EQ(root.entries.size(), 1U) << text;
    EXPECT_EQ(root.entries[0].value.kind, kind) << text;
  }
}

TEST(Yaml, BecomesJson) {
  EXPECT_EQ(ToJson(Root("{a: 0x1F, b: 0o17, c: 012, d: 1e-4, e: [~, on, 'x'], f: {}, g: .inf}")),
            R"({"a":31,"b":15,"c":12,"d":1e-04,"e":[null,"on","x"],"f":{},"g":".inf"})");
  EXPECT_EQ(ToJson(Root("a: &x [1, 2]\nb: *x\n")), R"({"a":[1,2],"b":[1,2]})");
  EXPECT_EQ(ToJson(Root("a: 99999999999999999999\n")), R"({"a":"99999999999999999999"})");
  EXPECT_EQ(ToJson(Root("")), "null");
}

TEST(Yaml, KnowsWhereEverythingStands) {
  const Node root = Root("a: 1\nb:\n  - x\n  -   y: 2\n");
  EXPECT_EQ(root.entries[1].place.line, 2);
  const Node& item = root.Find("b")->items[1];
  EXPECT_EQ(item.place.line, 4);
  EXPECT_EQ(item.entries[0].place.column, 7);
}

TEST(Yaml, RefusesWithLineAndReason) {
  EXPECT_EQ(Refusal("a: 1\nb: 2\na: 3\n"),
            "a.yaml:3:1: the key 'a' stands here twice; first in line 1");
  EXPECT_EQ(Refusal("a: 1\n---\nb: 2\n"),
            "a.yaml:2:1: a second document begins; there must be one");
  EXPECT_EQ(Refusal("[a, b]: 1\n"), "a.yaml:1:1: a key must be a single value");
  EXPECT_EQ(Refusal("a: !python/object x\n").substr(0, 12), "a.yaml:1:4: ");
  EXPECT_EQ(Refusal("a: 1\n b: [\n").substr(0, 9), "a.yaml:2:");
  EXPECT_EQ(Refusal(std::string(kBytesMax + 1, 'a')),
            "a.yaml has 1048577 bytes; the limit is 1048576");
  const std::string deep = std::string(80, '[') + std::string(80, ']');
  EXPECT_NE(Refusal(deep).find("nested deeper than 64"), std::string::npos);
}

// Texts behind which yaml-cpp finds one empty document after the other.
TEST(Yaml, EndsWhereTheParserDoesNotGoOn) {
  for (const char* text : {",", ",a: 1", "a: 1\n,", "- a\n]", "}", "a: 1\n}\nb: 2", "- 1\n, 2"}) {
    EXPECT_FALSE(Parse(text, "a.yaml").has_value()) << text;
  }
}

TEST(Yaml, CountsWhatAliasesStandFor) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int at = 1; at < 8; ++at) {
    bomb += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n",
                        at, at - 1);
  }
  EXPECT_NE(Refusal(bomb).find("more than 100000 values, aliases included"), std::string::npos);
}

struct Part {
  std::string name;
  std::int64_t size = 0;
  static const schema::Message kSchema;
};
constexpr schema::Field kPart[] = {schema::Of<&Part::name>("name").Required(),
                                   schema::Of<&Part::size>("size")};
const schema::Message Part::kSchema{"part", kPart};

struct Whole {
  std::vector<Part> parts;
  std::vector<std::string> words;
  std::vector<schema::JsonScalar> values;
  static const schema::Message kSchema;
};
constexpr schema::Field kWhole[] = {schema::Of<&Whole::parts>("parts"),
                                    schema::Of<&Whole::words>("words").Items(3),
                                    schema::Of<&Whole::values>("values")};
const schema::Message Whole::kSchema{"whole", kWhole};

Result<Whole> Decoded(std::string_view text) {
  const Document document = TRY(Parse(text, "a.yaml"));
  return Decode<Whole>(document, document.root, "whole");
}

std::string Wrong(std::string_view text) {
  const auto whole = Decoded(text);
  EXPECT_FALSE(whole.has_value()) << text;
  return whole ? std::string() : whole.error().message;
}

TEST(Yaml, FillsStructs) {
  const auto whole =
      Decoded("parts: [{name: a, size: 3}]\nwords: [on, off]\nvalues: [0, x, 1.5]\n");
  ASSERT_TRUE(whole.has_value()) << whole.error().message;
  EXPECT_EQ(whole->parts[0].size, 3);
  EXPECT_EQ(whole->words[1], "off");
  ASSERT_EQ(whole->values.size(), 3U);
  EXPECT_EQ(whole->values[0].text, "0");
  EXPECT_EQ(whole->values[1].text, "\"x\"");
  EXPECT_EQ(whole->values[2].text, "1.5");
}

TEST(Yaml, NamesFileLineKeyAndWhatWasExpected) {
  EXPECT_EQ(Wrong("parts:\n  - name: a\n    size: big\n"),
            "a.yaml:3:5: 'whole.parts[0].size' must be a whole number of 64 bits, not \"big\"");
  EXPECT_EQ(Wrong("parts:\n  - name: a\n  - size: 1\n"),
            "a.yaml:3:5: 'whole.parts[1].name' is required");
  EXPECT_EQ(Wrong("parts:\n  - name: a\n    si.ze: 1\n"),
            "a.yaml:3:5: there is no field 'whole.parts[0].si.ze'; there are: name, size");
  EXPECT_EQ(Wrong("words: [a, b]\nwrods: []\n"),
            "a.yaml:2:1: there is no field 'whole.wrods'; there are: parts, words, values");
  EXPECT_EQ(Wrong("words: [a, b, c, d]\n"),
            "a.yaml:1:1: 'whole.words' has 4 items; the limit is 3");
  EXPECT_EQ(Wrong("words: 3\n"), "a.yaml:1:1: 'whole.words' must be a list, not 3");
  EXPECT_EQ(Wrong("values: [[1]]\n").substr(0, 12), "a.yaml:1:10:");
  EXPECT_EQ(Wrong("[1]\n"), "a.yaml:1:1: 'whole' must be a mapping, not a list");
}

}  // namespace
}  // namespace galley::yaml
