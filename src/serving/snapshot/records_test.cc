#include "serving/snapshot/records.h"

#include <gtest/gtest.h>

namespace galley::snapshot {
namespace {

TEST(Records, ReadBackWhatWasWritten) {
  const PredictionRecord prediction{.id = "0102",
                                    .rows = 3,
                                    .at_ms = 5,
                                    .project = "default",
                                    .endpoint = "juice",
                                    .variant = "v",
                                    .version_id = "mv",
                                    .content_type = "application/json",
                                    .request = "{\"inputs\":[]}",
                                    .response = "{}"};
  const auto read = ParseRecord(ToBytes(prediction));
  ASSERT_TRUE(read);
  EXPECT_EQ(std::get<PredictionRecord>(*read).rows, 3);
  EXPECT_EQ(std::get<PredictionRecord>(*read).request, prediction.request);
  const LabelRecord label{
      .prediction_id = "0102", .at_ms = 6, .project = "default", .value = "\"peak\""};
  EXPECT_EQ(std::get<LabelRecord>(*ParseRecord(ToBytes(label))).value, "\"peak\"");
}

TEST(Records, RefuseWhatIsNoRecord) {
  for (const std::string_view bytes :
       {"", "x{}", "p", "p{}", "l{\"value\":\"1\"}", "p{\"id\":1}"}) {
    EXPECT_EQ(ParseRecord(bytes).error().code, Code::kDataLoss) << bytes;
  }
}

TEST(Records, IdsFollowOneAnother) {
  const Id id = *Id::Parse("0000000100000002000000000000fffe");
  EXPECT_EQ(Advance(id, 0), id);
  EXPECT_EQ(Advance(id, 1).Hex(), "0000000100000002000000000000ffff");
  EXPECT_EQ(Advance(id, 2).Hex(), "00000001000000020000000000010000");
  EXPECT_EQ(Advance(id, 0x1000000).Hex(), "0000000100000002000000000100fffe");
}

}  // namespace
}  // namespace galley::snapshot
