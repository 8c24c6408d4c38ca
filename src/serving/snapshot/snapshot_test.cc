#include "serving/snapshot/snapshot.h"

#include <gtest/gtest.h>

namespace galley::snapshot {
namespace {

TEST(Snapshot, ReadsBackWhatItWrote) {
  const Snapshot snapshot{.version = 7,
                          .written_ms = 12,
                          .endpoints = {{.project = "default",
                                         .name = "juice",
                                         .id = "e1",
                                         .variants = {{.id = "v1",
                                                       .name = "main",
                                                       .weight = 1000,
                                                       .model = "m",
                                                       .version = 3,
                                                       .version_id = "mv",
                                                       .python = "/usr/bin/python3",
                                                       .files = {{"MLmodel", "ab", 5}}}}}}};
  const auto read = ParseSnapshot(ToText(snapshot));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->version, 7);
  ASSERT_EQ(read->endpoints.size(), 1U);
  const Variant& variant = read->endpoints[0].variants.at(0);
  EXPECT_EQ(variant.version, 3);
  EXPECT_EQ(variant.files.at(0).path, "MLmodel");
  EXPECT_EQ(ToText(*read), ToText(snapshot));
}

TEST(Snapshot, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(ParseSnapshot(R"({"format":2,"version":1})").error().code, Code::kFailedPrecondition);
  EXPECT_EQ(ParseSnapshot(R"({"format":1,"later":1})").error().code, Code::kDataLoss);
  EXPECT_EQ(ParseSnapshot("half a docu").error().code, Code::kDataLoss);
  EXPECT_EQ(ParseSnapshot(R"({"endpoints":[{"name":"x"}]})").error().code, Code::kDataLoss);
}

}  // namespace
}  // namespace galley::snapshot
