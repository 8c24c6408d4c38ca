#include "app/cli/print.h"

#include <cmath>
#include <cstdlib>
#include <ctime>
#include <limits>

#include <gtest/gtest.h>

namespace galley::cli {
namespace {

constexpr std::int64_t kNow = 1'795'549'000'000;  // 2026-11-24 19:36:40 UTC
constexpr Screen kPipe{};

class InUtc : public testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};
using Times = InUtc;

TEST_F(Times, SayHowLongAgo) {
  constexpr std::int64_t kSecond = 1000;
  const auto ago = [](std::int64_t seconds) { return Ago(kNow - seconds * kSecond, kNow); };
  EXPECT_EQ(ago(0), "just now");
  EXPECT_EQ(ago(-4), "just now");
  EXPECT_EQ(ago(5), "5 s ago");
  EXPECT_EQ(ago(59), "59 s ago");
  EXPECT_EQ(ago(60), "1 min ago");
  EXPECT_EQ(ago(3599), "59 min ago");
  EXPECT_EQ(ago(3600), "1 h ago");
  EXPECT_EQ(ago(47 * 3600), "47 h ago");
  EXPECT_EQ(ago(48 * 3600), "2 days ago");
  EXPECT_EQ(ago(29 * 86400), "29 days ago");
  EXPECT_EQ(ago(31 * 86400), "2026-10-24");
  EXPECT_EQ(ago(-60), Date(kNow + 60 * kSecond));
}

TEST_F(Times, AnyNumberHasADateOrIsShownItself) {
  EXPECT_EQ(Date(0), "1970-01-01 00:00:00 UTC");
  EXPECT_EQ(Date(-1), "1969-12-31 23:59:59 UTC");
  EXPECT_EQ(Date(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(Date(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(Ago(std::numeric_limits<std::int64_t>::min(), kNow), "-9223372036854775808");
  EXPECT_EQ(Ago(std::numeric_limits<std::int64_t>::max(), kNow), "9223372036854775807");
}

TEST(Print, Durations) {
  EXPECT_EQ(Duration(0), "0 ms");
  EXPECT_EQ(Duration(999), "999 ms");
  EXPECT_EQ(Duration(12'345), "12.3 s");
  EXPECT_EQ(Duration(59'999), "59.9 s");
  EXPECT_EQ(Duration(200'000), "3 min 20 s");
  EXPECT_EQ(Duration(7'500'000), "2 h 5 min");
  EXPECT_EQ(Duration(273'600'000), "3 d 4 h");
  EXPECT_EQ(Duration(-1), "–");
}

TEST(Print, Numbers) {
  EXPECT_EQ(Number(0), "0");
  EXPECT_EQ(Number(-0.0), "0");
  EXPECT_EQ(Number(42), "42");
  EXPECT_EQ(Number(-1e14), "-100000000000000");
  EXPECT_EQ(Number(0.123456789), "0.12346");
  EXPECT_EQ(Number(1234.5678), "1234.6");
  EXPECT_EQ(Number(1234567.89), "1234567.9");
  EXPECT_EQ(Number(1e-9), "1e-09");
  EXPECT_EQ(Number(1.5e300), "1.5e+300");
  EXPECT_EQ(Number(std::nan("")), "NaN");
  EXPECT_EQ(Number(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(Print, Sizes) {
  EXPECT_EQ(Bytes(0), "0 B");
  EXPECT_EQ(Bytes(1023), "1023 B");
  EXPECT_EQ(Bytes(1536), "1.5 KiB");
  EXPECT_EQ(Bytes(1024 * 1024 - 1), "1.0 MiB");
  EXPECT_EQ(Bytes(std::numeric_limits<std::int64_t>::max()), "8.0 EiB");
}

TEST(Print, WidthsOfUtf8) {
  EXPECT_EQ(WidthOf(""), 0);
  EXPECT_EQ(WidthOf("abc"), 3);
  EXPECT_EQ(WidthOf("größe"), 5);
  EXPECT_EQ(WidthOf("料理"), 4);
  EXPECT_EQ(WidthOf("e\u0301"), 1);
  EXPECT_EQ(WidthOf("🍳"), 2);
  EXPECT_EQ(WidthOf("\xff\xc3"), 2);
}

TEST(Print, NothingFromOutsideSteersTheTerminal) {
  EXPECT_EQ(Clean("a\tb\nc"), "a b c");
  EXPECT_EQ(Clean("\x1b[31mred"), "\uFFFD[31mred");
  EXPECT_EQ(Clean("\u009b31m"), "\uFFFD31m");
  EXPECT_EQ(Clean("a\u202Eb"), "a\uFFFDb");
  EXPECT_EQ(Clean(std::string_view("\0\x7f", 2)), "\uFFFD\uFFFD");
  EXPECT_EQ(Clean("\xff"
                  "größe料"),
            "\uFFFDgröße料");
  EXPECT_EQ(Clean("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // Half a surrogate pair.
}

TEST(Print, CutsBetweenSigns) {
  EXPECT_EQ(Cut("abcdef", 6), "abcdef");
  EXPECT_EQ(Cut("abcdef", 5), "abcd…");
  EXPECT_EQ(Cut("料理料理", 5), "料理…");
  EXPECT_EQ(Cut("料理料理", 4), "料…");
  EXPECT_EQ(Cut("größer", 4), "grö…");
  EXPECT_EQ(Cut("abc", 1), "…");
}

TEST(Print, ColoursOnlyWhereThereAreAny) {
  EXPECT_EQ(Paint(kPipe, Colour::kGreen, "x"), "x");
  EXPECT_EQ(Paint({.colours = true}, Colour::kGreen, "x"), "\x1b[32mx\x1b[0m");
  EXPECT_EQ(Paint({.colours = true}, Colour::kPlain, "x"), "x");
}

TEST(Print, ShortIdsStayApart) {
  const std::string first = "0123456789abcdef0123456789abcdef";
  const std::string second = "0123456789abcde00123456789abcdef";
  EXPECT_EQ(ShortIdDigits({}), 12U);
  EXPECT_EQ(ShortIdDigits({{first}}), 12U);
  EXPECT_EQ(ShortIdDigits({{first, first}}), 12U);
  EXPECT_EQ(ShortIdDigits({{first, second}}), 16U);
}

Table Example() {
  Table table(
      {{.title = "ID"}, {.title = "NAME", .shrinks = true}, {.title = "RUNS", .right = true}});
  table.Add({{"1"}, {"größe"}, {"7"}});
  table.Add({{"22"}, {"a rather long name"}, {"1000"}});
  return table;
}

TEST(Table, AlignsItsColumns) {
  EXPECT_EQ(Example().Text(kPipe),
            "ID  NAME                RUNS\n"
            "1   größe                  7\n"
            "22  a rather long name  1000\n");
}

TEST(Table, ShrinksToTheScreen) {
  EXPECT_EQ(Example().Text({.width = 22}),
            "ID  NAME          RUNS\n"
            "1   größe            7\n"
            "22  a rather lo…  1000\n");
  EXPECT_EQ(Example().Text({.width = 5}),  // Narrower than that no column becomes.
            "ID  NAME      RUNS\n"
            "1   größe        7\n"
            "22  a rathe…  1000\n");
}

TEST(Table, HasNoTrailingSpacesAndCleansItsCells) {
  Table table({{}, {}}, 2);
  table.Add({{"key"}, {"a\x1b[2Jb"}});
  table.Add({{"longer key"}, {""}});
  EXPECT_EQ(table.Text(kPipe),
            "  key         a\uFFFD[2Jb\n"
            "  longer key\n");
}

TEST(Table, ColoursDoNotCountAsWidth) {
  Table table({{.title = "STATUS"}, {.title = "N"}});
  table.Add({{"failed", Colour::kRed}, {"1"}});
  EXPECT_EQ(table.Text({.colours = true, .width = 80}),
            "\x1b[2mSTATUS\x1b[0m  \x1b[2mN\x1b[0m\n"
            "\x1b[31mfailed\x1b[0m  1\n");
}

}  // namespace
}  // namespace galley::cli
