#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "platform/jobs/jobs.h"
#include "platform/jobs/sink.h"

namespace galley::jobs {
namespace {

class LogPageTest : public testing::Test {
 protected:
  LogPageTest() {
    char pattern[] = "/tmp/galley-log-XXXXXX";
    folder_ = ::mkdtemp(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& bytes) {
    std::ofstream(folder_ + "/log", std::ios::app | std::ios::binary) << bytes;
  }
  LogPage Page(std::int64_t offset, std::int64_t bytes_max) {
    auto page = ReadLog(folder_, offset, bytes_max);
    EXPECT_TRUE(page) << page.error().message;
    return page.value_or(LogPage{});
  }

  std::string folder_;
};

TEST_F(LogPageTest, NothingYetIsAnEmptyPage) {
  EXPECT_EQ(Page(0, 100).bytes, "");
  EXPECT_EQ(Page(7, 100).next_offset, 7);
  Write("abc");
  EXPECT_EQ(Page(3, 100).bytes, "");
  EXPECT_EQ(Page(9, 100).next_offset, 9);
  EXPECT_EQ(Page(9, 100).size, 3);
}

TEST_F(LogPageTest, PagesEndBehindLines) {
  Write("one\ntwo\nthree");
  const LogPage first = Page(0, 10);
  EXPECT_EQ(first.bytes, "one\ntwo\n");
  EXPECT_EQ(first.next_offset, 8);
  EXPECT_EQ(first.size, 13);
  EXPECT_EQ(Page(8, 10).bytes, "three");
  // One line longer than a page.
  EXPECT_EQ(Page(8, 4).bytes, "thre");
}

TEST_F(LogPageTest, NoCharacterIsCut) {
  // 1 to 4 bytes each, at each place of a page's end.
  const std::string text = "a\u00e9\u20ac\U0001F373z\u00e9\u20ac\U0001F373";
  Write(text);
  for (std::int64_t bytes_max = 4; bytes_max <= 12; ++bytes_max) {
    std::string all;
    for (std::int64_t offset = 0; offset < static_cast<std::int64_t>(text.size());) {
      const LogPage page = Page(offset, bytes_max);
      ASSERT_FALSE(page.bytes.empty());
      EXPECT_NE(static_cast<unsigned char>(page.bytes.front()) & 0xC0U, 0x80U) << bytes_max;
      all += page.bytes;
      offset = page.next_offset;
    }
    EXPECT_EQ(all, text);
  }
}

TEST_F(LogPageTest, AFollowerSeesAllBytesWhateverTheyAre) {
  std::string text;
  for (int i = 0; i < 4096; ++i) text += static_cast<char>(i * 7919 % 251 + 5);
  std::string all;
  std::int64_t offset = 0;
  for (std::size_t at = 0; at < text.size(); at += 37) {
    Write(text.substr(at, 37));
    const LogPage page = Page(offset, 64);
    all += page.bytes;
    offset = page.next_offset;
  }
  while (offset < static_cast<std::int64_t>(text.size())) {
    const LogPage page = Page(offset, 64);
    ASSERT_FALSE(page.bytes.empty());
    all += page.bytes;
    offset = page.next_offset;
  }
  EXPECT_EQ(all, text);
}

TEST_F(LogPageTest, WrongRequestsNameTheField) {
  EXPECT_EQ(ReadLog(folder_, -1, 100).error().message, "offset: is -1; must be 0 or more");
  EXPECT_EQ(ReadLog(folder_, 0, 3).error().message, "bytes_max: is 3; must be from 4 to 16777216");
  EXPECT_FALSE(ReadLog(folder_, 0, (16 << 20) + 1));
}

TEST_F(LogPageTest, ASinkStopsAtItsLimitAndCounts) {
  auto sink = Sink::Open(folder_ + "/log", 10);
  ASSERT_TRUE(sink);
  sink->Append("12345678");
  EXPECT_FALSE(sink->is_over());
  sink->Append("9012\n \n");
  EXPECT_TRUE(sink->is_over());
  sink->Append("more");
  EXPECT_EQ(Page(0, 100).bytes, "1234567890");
  EXPECT_EQ(sink->bytes(), 19);
  EXPECT_EQ(sink->lost_bytes(), 9);
  EXPECT_EQ(sink->trouble(), "");
  EXPECT_EQ(sink->LastLine(), "more");
}

TEST_F(LogPageTest, TheLastLineIsShortAndPlain) {
  auto sink = Sink::Open(folder_ + "/log", 0);
  ASSERT_TRUE(sink);
  EXPECT_EQ(sink->LastLine(), "");
  sink->Append("first\n\x1b[31mred\x07\r\n \n");
  EXPECT_EQ(sink->LastLine(), "[31mred");
  sink->Append(std::string(10'000, 'x'));
  EXPECT_EQ(sink->LastLine(), std::string(300, 'x'));
}

}  // namespace
}  // namespace galley::jobs
