#include "serving/runtime/worker_frames.h"

#include <gtest/gtest.h>

#include "serving/runtime/restart_budget.h"

namespace galley::serving {
namespace {

std::string Bytes(FrameHeader header, std::string_view content_type, std::string_view body) {
  header.content_type_bytes = static_cast<std::uint32_t>(content_type.size());
  header.body_bytes = static_cast<std::uint32_t>(body.size());
  const auto head = EncodeHeader(header);
  return std::string(head.data(), head.size()) + std::string(content_type) + std::string(body);
}

const FrameHeader kSomeAnswer{.kind = FrameKind::kAnswer, .status = 200, .id = 7};

TEST(WorkerFrames, LayoutIsTheDocumentedOne) {
  const auto bytes =
      Bytes({.kind = FrameKind::kAnswer, .status = 0x0190, .id = 0x01020304}, "ab", "xyz");
  EXPECT_EQ(bytes, std::string("\x03\0\0\0\x01\x04\x90\x01\x02\0\0\0\x04\x03\x02\x01"
                               "abxyz",
                               21));
}

TEST(WorkerFrames, CutInPiecesOfAnySize) {
  const std::string stream = Bytes(kSomeAnswer, "text/plain", "first") +
                             Bytes({.kind = FrameKind::kReady}, "", "") +
                             Bytes(kSomeAnswer, "", std::string(1000, 'x'));
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    FrameReader reader(1000);
    std::vector<Frame> frames;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      reader.Append(std::string_view(stream).substr(at, piece));
      for (auto next = reader.Next(); *next; next = reader.Next()) frames.push_back(**next);
    }
    ASSERT_EQ(frames.size(), 3u);
    EXPECT_EQ(frames[0].content_type, "text/plain");
    EXPECT_EQ(frames[0].body, "first");
    EXPECT_EQ(frames[0].header.id, 7u);
    EXPECT_EQ(frames[0].header.status, 200);
    EXPECT_EQ(frames[1].header.kind, FrameKind::kReady);
    EXPECT_EQ(frames[2].body.size(), 1000u);
    EXPECT_TRUE(reader.empty());
  }
}

TEST(WorkerFrames, TruncatedIsNoFrame) {
  const std::string whole = Bytes(kSomeAnswer, "text/plain", "body");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    FrameReader reader(1000);
    reader.Append(std::string_view(whole).substr(0, size));
    const auto next = reader.Next();
    ASSERT_TRUE(next);
    EXPECT_FALSE(*next);
    EXPECT_EQ(reader.empty(), size == 0);
  }
}

TEST(WorkerFrames, RefusesWhatIsNoFrame) {
  const auto refused = [](std::size_t at, char value) {
    std::string bytes = Bytes(kSomeAnswer, "", "body");
    bytes[at] = value;
    FrameReader reader(1000);
    reader.Append(bytes);
    const auto next = reader.Next();
    return !next && next.error().code == Code::kDataLoss;
  };
  EXPECT_TRUE(refused(4, 2));  // Version.
  EXPECT_TRUE(refused(5, 0));  // Kinds.
  EXPECT_TRUE(refused(5, 5));
  EXPECT_TRUE(refused(1, 4));    // 1028 bytes of body.
  EXPECT_TRUE(refused(3, 127));  // 2 GB, of which nothing is reserved.
  EXPECT_TRUE(refused(9, 2));    // A content type of 512 bytes.
  EXPECT_FALSE(refused(16, 'x'));
}

TEST(RestartBudget, SlidingWindow) {
  RestartBudget budget(2, 100);
  EXPECT_TRUE(budget.Take(1000));
  EXPECT_TRUE(budget.Take(1050));
  EXPECT_FALSE(budget.Take(1099));
  EXPECT_EQ(budget.NextMs(), 1100);
  EXPECT_TRUE(budget.Take(1100));
  EXPECT_FALSE(budget.Take(1149));
  EXPECT_EQ(budget.NextMs(), 1150);
}

}  // namespace
}  // namespace galley::serving
