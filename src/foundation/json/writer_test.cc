#include "foundation/json/writer.h"

#include <cmath>

#include <gtest/gtest.h>

namespace galley::json {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendString(out, text);
  return out;
}

// RFC 8259 §7: quotation mark, reverse solidus and U+0000 to U+001F must be escaped.
TEST(JsonString, EscapesWhatTheStandardDemands) {
  EXPECT_EQ(Quoted("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(Quoted("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(Quoted(std::string_view("\0\x01\x1f", 3)), R"("\u0000\u0001\u001f")");
  EXPECT_EQ(Quoted("\x7f"), "\"\x7f\"");
}

TEST(JsonString, PassesWellFormedUtf8) {
  EXPECT_EQ(Quoted("模型性能下降 é 😀"), "\"模型性能下降 é 😀\"");
}

// Ill-formed sequences of the Unicode Standard, §3.9: overlong, surrogate, too large, cut off.
TEST(JsonString, ReplacesIllFormedUtf8) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(Quoted("\xC0\xAF"), "\"" + r + r + "\"");
  EXPECT_EQ(Quoted("\xED\xA0\x80"), "\"" + r + r + r + "\"");
  EXPECT_EQ(Quoted("\xF4\x90\x80\x80"), "\"" + r + r + r + r + "\"");
  EXPECT_EQ(Quoted("ab\xE4\xBD"), "\"ab" + r + r + "\"");
  EXPECT_EQ(Quoted("\xFFok"), "\"" + r + "ok\"");
}

TEST(JsonWriter, PlacesCommas) {
  Writer writer;
  writer.BeginObject().Key("a").Int(-5).Key("b").BeginArray().Bool(true).String("x").EndArray();
  writer.Key("c").BeginObject().EndObject().Key("d").Int(9223372036854775807).EndObject();
  EXPECT_EQ(std::move(writer).Take(), R"({"a":-5,"b":[true,"x"],"c":{},"d":9223372036854775807})");
}

// The special values are those of the JSON mapping of Protocol Buffers.
TEST(JsonWriter, WritesDoublesThatReadBackTheSame) {
  Writer writer;
  writer.BeginArray().Double(0.1).Double(1).Double(-0.0).Double(1e300).Double(5e-324);
  writer.Double(std::nan("")).Double(HUGE_VAL).Double(-HUGE_VAL).Null().EndArray();
  EXPECT_EQ(std::move(writer).Take(),
            R"([0.1,1.0,-0.0,1e+300,5e-324,"NaN","Infinity","-Infinity",null])");
}

TEST(JsonWriterDeathTest, RefusesAnOpenObject) {
  EXPECT_DEATH(
      {
        Writer writer;
        writer.BeginObject();
        std::move(writer).Take();
      },
      "depth_ == 0");
}

}  // namespace
}  // namespace galley::json
