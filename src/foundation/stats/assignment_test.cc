#include "foundation/stats/assignment.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/test_table.h"

namespace galley::stats {
namespace {

/// The text whose bytes are written in hexadecimal.
std::string FromHex(std::string_view hex) {
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    text.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return text;
}

TEST(Assignment, HasTheKnownAnswers) {
  const auto expect = [](const char* seed, const char* value, double v1, double v2) {
    EXPECT_EQ(AssignmentHash(seed, value, HashVersion::kV1), v1) << seed << value;
    EXPECT_EQ(AssignmentHash(seed, value), v2) << seed << value;
  };
  expect("fraud-2026q3", "user-1", .267, .9394);
  expect("fraud-2026q3", "user-2", .978, .2166);
  expect("checkout", "42", .135, .4063);
  expect("fraud-2026q3", "Zo\u00eb", .476, .9606);
}

TEST(Assignment, HashesAsciiAsFnv1a) {
  EXPECT_EQ(Fnv1aUtf16(""), 0x811c9dc5U);  // Test vectors of the algorithm's authors.
  EXPECT_EQ(Fnv1aUtf16("a"), 0xe40c292cU);
  EXPECT_EQ(Fnv1aUtf16("foobar"), 0xbf9cf968U);
}

// testdata/assignment.tsv: what @growthbook/growthbook 1.8.0 does.
TEST(Assignment, IsThatOfGrowthBook) {
  const auto rows = test::ReadTable("assignment.tsv");
  ASSERT_GT(rows.size(), 400U);
  for (const auto& row : rows) {
    if (row[0] == "hash") {
      const std::string seed = FromHex(row[1]);
      const std::string value = FromHex(row[2]);
      EXPECT_EQ(AssignmentHash(seed, value, HashVersion::kV1), test::Number(row[3])) << row[2];
      EXPECT_EQ(AssignmentHash(seed, value), test::Number(row[4])) << row[2];
    } else if (row[0] == "namespace") {
      const Range part = {test::Number(row[3]), test::Number(row[4])};
      EXPECT_EQ(InNamespace(FromHex(row[1]), row[2], part), row[5] == "1") << row[1];
    } else {
      ASSERT_EQ(row[0], "choose");
      const auto weights = row[3] == "-" ? std::vector<double>() : test::Numbers(row[3]);
      const auto ranges = VariationRanges(static_cast<std::size_t>(test::Number(row[4])),
                                          test::Number(row[2]), weights);
      std::vector<Range> expected;
      for (const std::string& range : test::Split(row[5], ',')) {
        const auto ends = test::Split(range, ':');
        expected.push_back({test::Number(ends[0]), test::Number(ends[1])});
      }
      EXPECT_EQ(ranges, expected) << row[2] << " " << row[3];
      EXPECT_EQ(ChooseVariation(test::Number(row[1]), ranges), test::Number(row[6])) << row[1];
    }
  }
}

TEST(Assignment, RampingMovesNobodyBetweenVariations) {
  const std::vector<double> weights = {0.2, 0.5, 0.3};
  const auto all = VariationRanges(3, 1, weights);
  std::size_t outside = 0;
  for (int user = 0; user < 5000; ++user) {
    const double n = AssignmentHash("ramp", "user-" + std::to_string(user));
    const int at_half = ChooseVariation(n, VariationRanges(3, 0.5, weights));
    outside += at_half < 0 ? 1U : 0U;
    if (at_half >= 0) {
      EXPECT_EQ(at_half, ChooseVariation(n, all));
    }
  }
  EXPECT_NEAR(static_cast<double>(outside), 2500, 150);
  EXPECT_EQ(VariationRanges(0).size(), 0U);
}

}  // namespace
}  // namespace galley::stats
