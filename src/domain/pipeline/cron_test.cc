// cronsim's answers, which tests/oracles/cron.py wrote down, and what is Galley's own. Run from the
// checkout, as ./dev and the test runner do.
#include "domain/pipeline/cron.h"

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace galley::pipeline {
namespace {

constexpr const char* kTable = "src/domain/pipeline/testdata/cron.tsv";
constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kStart = 1'795'834'800'000;  // 2026-11-28T03:00Z

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  for (std::size_t at = 0;;) {
    const auto tab = line.find('\t', at);
    cells.push_back(line.substr(at, tab - at));
    if (tab == std::string::npos) return cells;
    at = tab + 1;
  }
}

TEST(Cron, FindsTheTimesOfCronsim) {
  std::ifstream file(kTable);
  int good = 0;
  int bad = 0;
  for (std::string line; std::getline(file, line);) {
    const auto cells = Cells(line);
    const auto cron = ParseCron(cells[1]);
    if (cells[0] == "bad") {
      EXPECT_FALSE(cron) << line;
      ++bad;
      continue;
    }
    ASSERT_TRUE(cron) << line << ": " << cron.error().message;
    const std::int64_t zone = ParseZone(cells[2]).value();
    std::int64_t at = std::stoll(cells[3]) * kSecondMs;
    for (std::size_t cell = 4; cell < cells.size(); ++cell) {
      at = NextTime(*cron, zone, at);
      EXPECT_EQ(at, std::stoll(cells[cell]) * kSecondMs) << line;
    }
    ++good;
  }
  EXPECT_GT(good, 250);
  EXPECT_GT(bad, 30);
}

TEST(Cron, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> wrong[] = {
      {"0 3 * *",
       "'0 3 * *' has 4 fields and must have five: minute, hour, day of the month, month, day of "
       "the week; or be @hourly, @daily, @weekly, @monthly, @yearly"},
      {"0 24 * * *",
       "the hour '24' is not understood: it is from 0 to 23; as N, A-B, A-B/STEP, */STEP, or "
       "several with commas"},
      {"0 0 * * mond",
       "the day of the week 'mond' is not understood: it is from 0 to 7 or sun … sat; as N, A-B, "
       "A-B/STEP, */STEP, or several with commas"},
      {"*/0 * * * *", "the minute '*/0' has a step that is not from 1 to 59"},
      {"0 9-8 * * *", "the hour '9-8' ends before it begins"},
      {"0 0 30 2 *", "'0 0 30 2 *' never comes: no such month has such a day"},
      {"@reboot", "there is no '@reboot'; there are: @hourly, @daily, @weekly, @monthly, @yearly"},
  };
  for (const auto& [text, message] : wrong) {
    const auto cron = ParseCron(text);
    ASSERT_FALSE(cron) << text;
    EXPECT_EQ(cron.error().message, message);
  }
  EXPECT_FALSE(ParseCron(std::string(1000, '*')));
}

TEST(Cron, HasNamesForUsualTimes) {
  EXPECT_EQ(MinuteText(NextTime(ParseCron("@hourly").value(), 0, kStart)), "2026-11-28T04:00Z");
  EXPECT_EQ(MinuteText(NextTime(ParseCron("@daily").value(), 0, kStart)), "2026-11-29T00:00Z");
  EXPECT_EQ(MinuteText(NextTime(ParseCron("@weekly").value(), 0, kStart)), "2026-11-29T00:00Z");
  EXPECT_EQ(MinuteText(NextTime(ParseCron("@monthly").value(), 0, kStart)), "2026-12-01T00:00Z");
  EXPECT_EQ(MinuteText(NextTime(ParseCron("@Yearly").value(), 0, kStart)), "2027-01-01T00:00Z");
}

TEST(Cron, TakesOffsetsAsZones) {
  EXPECT_EQ(ParseZone("UTC").value(), 0);
  EXPECT_EQ(ParseZone("+08:00").value(), 480 * kMinuteMs);
  EXPECT_EQ(ParseZone("-03:30").value(), -210 * kMinuteMs);
  for (const char* wrong : {"", "utc", "Europe/Berlin", "8", "+8", "+0800", "+15:00", "+08:60",
                            " 08:00", "+0a:00", "+08:00 "}) {
    const auto zone = ParseZone(wrong);
    ASSERT_FALSE(zone) << wrong;
    EXPECT_NE(zone.error().message.find("a timezone is UTC or an offset"), std::string::npos);
  }
  // Three in the morning in Singapore.
  const auto cron = ParseCron("0 3 * * *").value();
  EXPECT_EQ(MinuteText(NextTime(cron, 480 * kMinuteMs, kStart)), "2026-11-28T19:00Z");
}

TEST(Cron, ListsTheNewestOfManyTimes) {
  const auto cron = ParseCron("* * * * *").value();
  EXPECT_TRUE(TimesBetween(cron, 0, kStart, kStart, 100).empty());
  EXPECT_TRUE(TimesBetween(cron, 0, kStart + 1, kStart + 59'999, 100).empty());
  const auto one = TimesBetween(cron, 0, kStart - 1, kStart, 100);
  EXPECT_EQ(one, std::vector{kStart});
  const auto many = TimesBetween(cron, 0, kStart, kStart + 500 * kMinuteMs, 100);
  ASSERT_EQ(many.size(), 100U);
  EXPECT_EQ(many.front(), kStart + 401 * kMinuteMs);
  EXPECT_EQ(many.back(), kStart + 500 * kMinuteMs);
}

TEST(Cron, KnowsTimesBefore1970) {
  const auto cron = ParseCron("30 12 * * *").value();
  EXPECT_EQ(MinuteText(NextTime(cron, 0, -1)), "1970-01-01T12:30Z");
  EXPECT_EQ(MinuteText(NextTime(cron, 0, -86'400'000)), "1969-12-31T12:30Z");
}

}  // namespace
}  // namespace galley::pipeline
