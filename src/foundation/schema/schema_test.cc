#include <cmath>

#include <gtest/gtest.h>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::schema {
namespace {

struct Point {
  std::string key;
  double value = 0;
  std::int64_t step = 0;
  std::optional<bool> flag;

  static const Message kSchema;
};
struct Note {
  std::string kind;
  JsonObject detail;
  std::optional<JsonObject> more;

  static const Message kSchema;
};
struct Batch {
  std::string run_id;
  std::vector<Point> points;
  std::vector<std::string> names;
  std::optional<Point> last;

  static const Message kSchema;
};

constexpr Field kPointFields[] = {
    Of<&Point::key>("key").Required().Bytes(5),
    Of<&Point::value>("value"),
    Of<&Point::step>("step"),
    Of<&Point::flag>("flag"),
};
const Message Point::kSchema{"Point", kPointFields};
constexpr Field kNoteFields[] = {
    Of<&Note::kind>("kind"),
    Of<&Note::detail>("detail"),
    Of<&Note::more>("more"),
};
const Message Note::kSchema{"Note", kNoteFields};
constexpr Field kBatchFields[] = {
    Of<&Batch::run_id>("run_id").Required(),
    Of<&Batch::points>("points").Items(3),
    Of<&Batch::names>("names"),
    Of<&Batch::last>("last"),
};
const Message Batch::kSchema{"Batch", kBatchFields};

constexpr Dialect kStrict{.refuse_unknown = true};
constexpr Dialect kLoose{.numbers_as_strings = true, .python_leniency = true};

std::string ErrorFor(std::string_view body, const Dialect& dialect = kStrict) {
  const auto batch = FromJson<Batch>(body, dialect);
  return batch ? "no error" : ErrorOf(batch.error()).message;
}

TEST(Decode, FillsEveryKindOfField) {
  const auto batch = FromJson<Batch>(
      R"({"run_id":"a\u00e9","points":[{"key":"x","value":1.5,"step":-3,"flag":true},{"key":"y"}],
          "names":["p","q"],"last":{"key":"z","value":1e3}})",
      kStrict);
  ASSERT_TRUE(batch) << ErrorOf(batch.error()).message;
  EXPECT_EQ(batch->run_id, "aé");
  ASSERT_EQ(batch->points.size(), 2U);
  EXPECT_EQ(batch->points[0].value, 1.5);
  EXPECT_EQ(batch->points[0].step, -3);
  EXPECT_EQ(batch->points[0].flag, true);
  EXPECT_EQ(batch->points[1].flag, std::nullopt);
  EXPECT_EQ(batch->names, (std::vector<std::string>{"p", "q"}));
  EXPECT_EQ(batch->last->value, 1000);
}

TEST(Decode, NamesTheFieldAndTheLimit) {
  EXPECT_EQ(ErrorFor(R"({})"), "'run_id' is required");
  EXPECT_EQ(ErrorFor(R"({"run_id":""})"), "'run_id' is required");
  EXPECT_EQ(ErrorFor(R"({"run_id":null})"), "'run_id' is required");
  EXPECT_EQ(ErrorFor(R"({"run_id":5})"), "'run_id' must be a string, not 5");
  EXPECT_EQ(ErrorFor(R"({"run_id":"a","x":[1,{"y":2}]})"), "there is no field 'x'");
  EXPECT_EQ(ErrorFor(R"({"run_id":"a","points":{}})"), "'points' must be a list, not {");
  EXPECT_EQ(ErrorFor(R"({"run_id":"a","points":[{"key":"a"},{"key":"toolong"}]})"),
            "'points[1].key' has 7 bytes; the limit is 5");
  EXPECT_EQ(ErrorFor(R"({"run_id":"a","points":[{"key":"a","step":1.5}]})"),
            "'points[0].step' must be a whole number of 64 bits, not 1.5");
  EXPECT_EQ(ErrorFor(R"({"run_id":"a","points":[{"key":"a","step":9223372036854775808}]})"),
            "'points[0].step' must be a whole number of 64 bits, not 9223372036854775808");
  EXPECT_EQ(ErrorFor(R"({"run_id":"a","points":[{"key":"a","value":"1"}]})"),
            R"('points[0].value' must be a number, not "1")");
  EXPECT_EQ(
      ErrorFor(R"({"run_id":"a","points":[{"key":"a"},{"key":"a"},{"key":"a"},{"key":"a"}]})"),
      "'points' has 4 items; the limit is 3");
  EXPECT_EQ(ErrorFor(R"({"run_id":"a","last":{}})"), "'last.key' is required");
  EXPECT_EQ(ErrorFor("[1]"), "the body must be a JSON object");
}

TEST(Decode, RefusesWhatIsNotJson) {
  for (const std::string_view body :
       {"", " ", "{", "{\"run_id\"", R"({"run_id":"a")", R"({"run_id":"a"}x)", R"({"run_id":"a",})",
        R"({"run_id":"a" "b":1})", R"({"run_id":a})", "{\"run_id\":\"\xff\"}",
        R"({"run_id":"a","last":{"key":"a","value":01}})",
        R"({"run_id":"a","last":{"key":"a","value":NaN}})"}) {
    EXPECT_NE(ErrorFor(body), "no error") << body;
  }
}

TEST(Decode, ReadsTheLenientDialect) {
  const auto batch = FromJson<Batch>(
      R"({"run_id":"NaN","unknown":{"a":[NaN]},"points":[{"key":"x","value":NaN,"step":"12"},
          {"key":"y","value":"-Infinity","step":3.0}],"last":{"key":"z","value":Infinity}})",
      kLoose);
  ASSERT_TRUE(batch) << ErrorOf(batch.error()).message;
  EXPECT_EQ(batch->run_id, "NaN");
  EXPECT_TRUE(std::isnan(batch->points[0].value));
  EXPECT_EQ(batch->points[0].step, 12);
  EXPECT_EQ(batch->points[1].value, -INFINITY);
  EXPECT_EQ(batch->points[1].step, 3);
  EXPECT_EQ(batch->last->value, INFINITY);
  EXPECT_EQ(ErrorFor(R"("{\"run_id\":\"a\"}")", kLoose), "no error");
  EXPECT_NE(ErrorFor(R"("{\"run_id\":\"a\"}")", kStrict), "no error");
}

TEST(Decode, ReadsParameters) {
  const std::pair<std::string, std::string> parameters[] = {
      {"run_id", "r 1"}, {"names", "a"}, {"names", "b"}, {"other", "x"}};
  const auto batch = FromParameters<Batch>(parameters, kLoose);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->run_id, "r 1");
  EXPECT_EQ(batch->names, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(FromParameters<Batch>(parameters, kStrict));
  const std::pair<std::string, std::string> bad[] = {{"key", "k"}, {"step", "x"}};
  const auto point = FromParameters<Point>(bad, kLoose);
  ASSERT_FALSE(point);
  EXPECT_EQ(ErrorOf(point.error()).message, "'step' must be a whole number of 64 bits, not x");
}

TEST(Encode, WritesWhatDecodesBack) {
  Batch batch{.run_id = "r\n", .points = {{.key = "k", .value = NAN, .step = 7, .flag = false}}};
  EXPECT_EQ(ToJson(batch, EmptyLists::kOmit),
            R"({"run_id":"r\n","points":[{"key":"k","value":"NaN","step":7,"flag":false}]})");
  batch.points.clear();
  batch.last = Point{.key = "l", .value = 0.1};
  EXPECT_EQ(ToJson(batch, EmptyLists::kWrite),
            R"({"run_id":"r\n","points":[],"names":[],"last":{"key":"l","value":0.1,"step":0}})");
}

TEST(JsonObject, PassesThroughAsItsText) {
  const auto note =
      FromJson<Note>(R"({"detail": {"a":[1, {"b":"}"}]} ,"kind":"k","more":{}})", kStrict);
  ASSERT_TRUE(note) << ErrorOf(note.error()).message;
  EXPECT_EQ(note->detail.text, R"({"a":[1, {"b":"}"}]})");
  EXPECT_EQ(ToJson(*note, EmptyLists::kWrite),
            R"({"kind":"k","detail":{"a":[1, {"b":"}"}]},"more":{}})");
  EXPECT_EQ(ToJson(Note{}, EmptyLists::kWrite), R"({"kind":"","detail":{}})");
  for (const std::string_view body :
       {R"({"detail":[1]})", R"({"detail":"x"})", R"({"detail":1})"}) {
    const auto wrong = FromJson<Note>(body, kStrict);
    ASSERT_FALSE(wrong) << body;
    EXPECT_EQ(wrong.error().path, "detail");
  }
}

}  // namespace
}  // namespace galley::schema
