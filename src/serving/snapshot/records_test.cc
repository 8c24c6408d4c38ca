#include "serving/snapshot/records.h"

#include <gtest/gtest.h>

namespace galley::snapshot {
namespace {

const Id kId = *Id::Parse("0102030405060708090a0b0c0d0e0f10");
const Id kVariant = *Id::Parse("a1000000000000000000000000000001");
const Id kVersion = *Id::Parse("b1000000000000000000000000000001");

PredictionRecord Example() {
  return {.id = kId,
          .rows = 3,
          .at_ms = 5,
          .variant = kVariant,
          .version = kVersion,
          .project = "default",
          .endpoint = "juice",
          .content_type = "application/json",
          .request = "{\"inputs\":[]}",
          .response = "{}"};
}

std::string BytesOf(const PredictionRecord& record) {
  return HeadOf(record).append(record.request.value_or("")).append(record.response);
}

TEST(Records, ReadBackWhatWasWritten) {
  const std::string bytes = BytesOf(Example());
  const auto read = ParseRecord(bytes);
  ASSERT_TRUE(read);
  const auto& record = std::get<PredictionRecord>(*read);
  EXPECT_EQ(record.id, kId);
  EXPECT_EQ(record.rows, 3);
  EXPECT_EQ(record.at_ms, 5);
  EXPECT_EQ(record.variant, kVariant);
  EXPECT_EQ(record.version, kVersion);
  EXPECT_EQ(record.project, "default");
  EXPECT_EQ(record.endpoint, "juice");
  EXPECT_EQ(record.content_type, "application/json");
  EXPECT_EQ(record.request, "{\"inputs\":[]}");
  EXPECT_EQ(record.response, "{}");
  const LabelRecord label{
      .prediction_id = "0102", .at_ms = 6, .project = "default", .value = "\"peak\""};
  EXPECT_EQ(std::get<LabelRecord>(*ParseRecord(ToBytes(label))).value, "\"peak\"");
}

// The layout of docs/formats/prediction_log.md, written down by hand from that page.
TEST(Records, AreLaidOutAsThePageSays) {
  const std::string bytes = BytesOf(Example());
  EXPECT_EQ(HexOf(bytes.substr(0, 32)),
            "50010700050010000d00000002000000"
            "03000000000000000500000000000000");
  EXPECT_EQ(HexOf(bytes.substr(32, 48)), kId.Hex() + kVariant.Hex() + kVersion.Hex());
  EXPECT_EQ(bytes.substr(80), "defaultjuiceapplication/json{\"inputs\":[]}{}");
}

TEST(Records, TellABodyThatWasNotKeptFromAnEmptyOne) {
  PredictionRecord record = Example();
  record.request = "";
  std::string bytes = BytesOf(record);
  EXPECT_EQ(std::get<PredictionRecord>(*ParseRecord(bytes)).request, "");
  record.request = std::nullopt;
  bytes = BytesOf(record);
  EXPECT_EQ(std::get<PredictionRecord>(*ParseRecord(bytes)).request, std::nullopt);
}

TEST(Records, RefuseWhatIsNoRecord) {
  for (const std::string_view bytes : {"", "x{}", "P", "p{}", "l{\"value\":\"1\"}"}) {
    EXPECT_EQ(ParseRecord(bytes).error().code, Code::kDataLoss) << bytes;
  }
  const std::string whole = BytesOf(Example());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(ParseRecord(whole.substr(0, size)).error().code, Code::kDataLoss) << size;
  }
  EXPECT_EQ(ParseRecord(whole + "x").error().code, Code::kDataLoss);
}

TEST(Records, IdsFollowOneAnother) {
  const Id id = *Id::Parse("0000000100000002000000000000fffe");
  EXPECT_EQ(Advance(id, 0), id);
  EXPECT_EQ(Advance(id, 1).Hex(), "0000000100000002000000000000ffff");
  EXPECT_EQ(Advance(id, 2).Hex(), "00000001000000020000000000010000");
  EXPECT_EQ(Advance(id, 0x1000000).Hex(), "0000000100000002000000000100fffe");
}

TEST(Records, RowsAreFoundByTheirIds) {
  const Id first = *Id::Parse("5d1f00b200000001fffffffffffffff0");
  EXPECT_EQ(RowOf(first, 10, first), 0);
  EXPECT_EQ(RowOf(first, 10, Advance(first, 9)), 9);
  EXPECT_EQ(RowOf(first, 10, Advance(first, 4)), 4);
  EXPECT_EQ(RowOf(first, 10, Advance(first, 10)), std::nullopt);
  EXPECT_EQ(RowOf(first, 0, first), std::nullopt);
  EXPECT_EQ(RowOf(first, 1, *Id::Parse("5d1f00b200000001ffffffffffffffef")), std::nullopt);
  EXPECT_EQ(RowOf(first, 3, *Id::Parse("5d1f00b300000001fffffffffffffff1")), std::nullopt);
}

}  // namespace
}  // namespace galley::snapshot
