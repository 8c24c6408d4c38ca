#include "serving/runtime/ubjson_reader.h"

#include <gtest/gtest.h>

namespace galley::serving {
namespace {

using std::string_literals::operator""s;

// What a reader of `{"a": value, "b": 5}` makes of the value: the error, or "" if b is reached.
template <typename Read>
std::string ErrorOf(const std::string& value, Read read) {
  const std::string bytes = "{U\x01"s + "a"s + value + "U\x01"s + "bi\x05}"s;
  const std::unique_ptr<DocumentReader> reader = OpenUbjson(bytes);
  std::int64_t b = 0;
  const Status status = reader->Object([&](std::string_view key) -> Status {
    if (key == "a") return read(*reader);
    b = TRY(reader->Integer());
    return {};
  });
  if (!status) return status.error().message;
  EXPECT_EQ(b, 5);
  return "";
}

std::string ErrorOfSkipping(const std::string& value) {
  return ErrorOf(value, [](DocumentReader&) { return Status(); });
}

template <typename T>
std::vector<T> NumbersOf(const std::string& value, std::string* error) {
  std::vector<T> numbers;
  *error = ErrorOf(value, [&](DocumentReader& reader) {
    if constexpr (std::is_same_v<T, float>)
      return reader.Floats(numbers);
    else
      return reader.Integers(numbers);
  });
  return numbers;
}

// The examples of draft 12, and each type that XGBoost's UBJReader reads.
TEST(UbjsonReader, ReadsNumbersOfEveryKind) {
  std::string error;
  using Ints = std::vector<std::int32_t>;
  using Floats = std::vector<float>;
  EXPECT_EQ(NumbersOf<std::int32_t>("[$i#U\x02\x01\xff"s, &error), (Ints{1, -1})) << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[$U#i\x02\x01\xff"s, &error), (Ints{1, 255})) << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[$I#I\x00\x01\xff\xfe"s, &error), Ints{-2}) << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[$l#l\x00\x00\x00\x01\x00\x01\x00\x02"s, &error), Ints{65538})
      << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[$L#U\x01\xff\xff\xff\xff\x80\x00\x00\x00"s, &error),
            Ints{INT32_MIN})
      << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[TFi\x07]"s, &error), (Ints{1, 0, 7})) << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[#U\x02U\x80I\x01\x00"s, &error), (Ints{128, 256})) << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[]"s, &error), Ints{}) << error;
  EXPECT_EQ(NumbersOf<std::int32_t>("[$d#U\x00"s, &error), Ints{}) << error;
  EXPECT_EQ(NumbersOf<float>("[$d#U\x01\x3f\xc0\x00\x00"s, &error), Floats{1.5F}) << error;
  EXPECT_EQ(NumbersOf<float>("[$D#U\x01\x3f\xf8\x00\x00\x00\x00\x00\x00"s, &error), Floats{1.5F});
  EXPECT_EQ(NumbersOf<float>("[i\x03"s + "d\x3f\xc0\x00\x00]"s, &error), (Floats{3, 1.5F}))
      << error;
}

TEST(UbjsonReader, RefusesNumbersThatDoNotFit) {
  std::string error;
  NumbersOf<std::int32_t>("[$L#U\x01\x00\x00\x00\x00\x80\x00\x00\x00"s, &error);
  EXPECT_NE(error.find("2147483648 does not fit"), std::string::npos) << error;
  NumbersOf<std::int32_t>("[$d#U\x01\x3f\xc0\x00\x00"s, &error);
  EXPECT_NE(error.find("where an integer belongs"), std::string::npos) << error;
  NumbersOf<float>("[$D#U\x01\x7f\xe0\x00\x00\x00\x00\x00\x00"s, &error);
  EXPECT_NE(error.find("does not fit into a float"), std::string::npos) << error;
  NumbersOf<float>("[S]"s, &error);
  EXPECT_NE(error.find("where an integer belongs"), std::string::npos) << error;
}

TEST(UbjsonReader, SkipsWhatIsNotRead) {
  for (const std::string& value :
       {"Z"s, "T"s, "F"s, "Cx"s, "SU\x02hi"s, "i\x01"s, "d1234"s, "L12345678"s, "[]"s, "{}"s,
        "[[]{}Z]"s, "[#U\x02ZT"s, "[$l#U\x01"s + "1234"s, "{U\x01x[$D#U\x01"s + "12345678}"s}) {
    EXPECT_EQ(ErrorOfSkipping(value), "");
  }
}

TEST(UbjsonReader, RefusesLengthsThatTheFileDoesNotHave) {
  const std::string huge = "L\x7f\xff\xff\xff\xff\xff\xff\xff"s;
  for (const std::string& value : {"[$D#"s + huge, "[$i#"s + huge, "[#"s + huge, "S"s + huge,
                                   "{"s + huge, "[$l#l\x40\x00\x00\x01"s}) {
    std::string error;
    EXPECT_NE(ErrorOfSkipping(value).find("cut off"), std::string::npos);
    NumbersOf<float>(value, &error);
    EXPECT_NE(error, "");
    NumbersOf<std::int32_t>(value, &error);
    EXPECT_NE(error, "");
  }
  EXPECT_NE(ErrorOfSkipping("[#i\xff"s).find("a length of -1"), std::string::npos);
  EXPECT_NE(ErrorOfSkipping("Si\x80"s).find("a length of -128"), std::string::npos);
}

// Types without bytes would let a count of any size pass.
TEST(UbjsonReader, RefusesArraysOfTypesWithoutBytes) {
  for (const char type : {'Z', 'N', 'T', 'F', 'S', '[', '{', 'H', 'C'}) {
    const std::string value = "[$"s + type + "#L\x00\x00\x7f\xff\xff\xff\xff\xff"s;
    EXPECT_NE(ErrorOfSkipping(value).find("are not read"), std::string::npos) << type;
  }
}

TEST(UbjsonReader, RefusesDeepNesting) {
  EXPECT_EQ(ErrorOfSkipping(std::string(60, '[') + std::string(60, ']')), "");
  EXPECT_NE(ErrorOfSkipping(std::string(1'000'000, '[')).find("nested"), std::string::npos);
  std::string objects;
  for (int depth = 0; depth < 100'000; ++depth) objects += "{U\x01x"s;
  EXPECT_NE(ErrorOfSkipping(objects).find("nested"), std::string::npos);
}

TEST(UbjsonReader, RefusesOtherTypesThanAsked) {
  const auto as_string = [](DocumentReader& reader) -> Status {
    TRY(reader.String());
    return {};
  };
  EXPECT_NE(ErrorOf("i\x01"s, as_string).find("where a string belongs"), std::string::npos);
  const auto as_array = [](DocumentReader& reader) {
    return reader.Array([] { return Status(); });
  };
  EXPECT_NE(ErrorOf("{}"s, as_array).find("where an array belongs"), std::string::npos);
  EXPECT_NE(ErrorOf("[$i#U\x01\x01"s, as_array).find("array of numbers"), std::string::npos);
  EXPECT_NE(ErrorOfSkipping("Hi\x01"s + "1"s).find("unknown type 0x48"), std::string::npos);
}

}  // namespace
}  // namespace galley::serving
