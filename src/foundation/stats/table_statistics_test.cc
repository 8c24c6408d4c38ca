#include "foundation/stats/table_statistics.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/bytes.h"
#include "foundation/stats/hash.h"

namespace galley::stats {
namespace {

constexpr std::size_t kChecksumBytes = 8;

TableStatistics Orders(std::int64_t first, std::int64_t count, std::uint64_t seed) {
  const std::vector<Column> columns = {{"id", Kind::kInteger}, {"dish", Kind::kText}};
  TableStatistics table = TableStatistics::Create(columns, {.seed = seed}).value();
  for (std::int64_t i = first; i < first + count; ++i) {
    table.Find("id")->AddIntegers({&i, 1});
    const std::string dish = "dish " + std::to_string(i % 7);
    const std::string_view view = dish;
    table.Find("dish")->AddTexts({&view, 1});
    ++table.rows;
  }
  return table;
}

/// With a checksum that fits.
std::string Summed(std::string bytes) {
  bytes.resize(bytes.size() - kChecksumBytes);
  bytes::Writer writer;
  writer.Raw(bytes);
  writer.U64(Hash(bytes));
  return std::move(writer).Take();
}

TEST(TableStatistics, RefusesNamesThatAreNone) {
  const auto code = [](std::vector<Column> columns) {
    return TableStatistics::Create(columns).error().code;
  };
  EXPECT_EQ(code({{"a", Kind::kText}, {"a", Kind::kDate}}), Code::kInvalidArgument);
  EXPECT_EQ(code({{"", Kind::kText}}), Code::kInvalidArgument);
  EXPECT_EQ(code({{std::string(5000, 'x'), Kind::kText}}), Code::kInvalidArgument);
  EXPECT_TRUE(TableStatistics::Create({}));
}

TEST(TableStatistics, MergesByName) {
  TableStatistics table = Orders(0, 1000, 1);
  ASSERT_TRUE(table.Merge(Orders(1000, 500, 2)));
  EXPECT_EQ(table.rows, 1500U);
  EXPECT_EQ(table.Find("id")->integers->max, 1499);
  EXPECT_EQ(table.Find("dish")->distinct->Estimate(), 7);
  EXPECT_EQ(table.Find("soup"), nullptr);
}

TEST(TableStatistics, CountsAColumnThatOneSideLacksAsNull) {
  TableStatistics later =
      TableStatistics::Create(std::vector<Column>{{"tip", Kind::kFloating}, {"id", Kind::kInteger}})
          .value();
  later.Find("tip")->AddDoubles(std::vector<double>{1, 2});
  later.Find("id")->AddIntegers(std::vector<std::int64_t>{5000, 5001});
  later.rows = 2;
  TableStatistics table = Orders(0, 100, 1);
  ASSERT_TRUE(table.Merge(later));
  ASSERT_EQ(table.columns.size(), 3U);
  EXPECT_EQ(table.columns[2].name, "tip");
  EXPECT_EQ(table.Find("tip")->counts, (CountState{.rows = 102, .nulls = 100}));
  EXPECT_EQ(table.Find("tip")->moments->n, 2U);
  EXPECT_EQ(table.Find("dish")->counts.nulls, 2U);
  ASSERT_TRUE(later.Merge(Orders(0, 100, 1)));
  EXPECT_EQ(later.Find("tip")->counts, table.Find("tip")->counts);
  EXPECT_EQ(later.Find("dish")->counts, table.Find("dish")->counts);
  const auto decoded = DecodeTable(Encode(table));
  ASSERT_TRUE(decoded);
  EXPECT_EQ(Encode(*decoded), Encode(table));
}

TEST(TableStatistics, OfOtherKindsAreNotMerged) {
  TableStatistics table = Orders(0, 10, 1);
  const std::string before = Encode(table);
  TableStatistics other =
      TableStatistics::Create(std::vector<Column>{{"new", Kind::kText}, {"dish", Kind::kInteger}})
          .value();
  const auto merged = table.Merge(other);
  ASSERT_FALSE(merged);
  EXPECT_EQ(merged.error().code, Code::kFailedPrecondition);
  EXPECT_EQ(merged.error().message, "column 'dish' is text in one file and integer in another");
  EXPECT_EQ(Encode(table), before);
}

TEST(TableStatistics, ComesBackFromItsBytes) {
  const TableStatistics table = Orders(0, 2000, 3);
  const std::string encoded = Encode(table);
  const auto decoded = DecodeTable(encoded);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->rows, 2000U);
  EXPECT_EQ(Encode(*decoded), encoded);
  EXPECT_EQ(Encode(Orders(0, 2000, 3)), encoded);
  EXPECT_NE(Encode(Orders(0, 2000, 4)), encoded);
  EXPECT_TRUE(DecodeTable(Encode(TableStatistics{})));
}

// The bytes as docs/formats/statistics.md has them: a change here is a change of the format. The
// checksum is what python3's xxhash.xxh64 says of the bytes before it.
TEST(TableStatistics, HasTheBytesOfTheFormatPage) {
  TableStatistics table =
      TableStatistics::Create(std::vector<Column>{{"ok", Kind::kBoolean}}).value();
  const bool values[] = {true, false, true};
  table.Find("ok")->AddBooleans(values);
  table.rows = 3;
  const std::string encoded = Encode(table);
  std::string hex;
  for (const char c : encoded) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  EXPECT_EQ(hex,
            "47414c4c45595354"
            "01000000"
            "01000000"
            "0300000000000000"
            "02000000"
            "6f6b"
            "04"
            "01000000"
            "0100"
            "0100"
            "28000000"
            "0300000000000000"
            "0000000000000000"
            "0000000000000000"
            "0100000000000000"
            "0000000000000000"
            "5bf2a7b005a2d11a");
}

TEST(TableStatistics, OfANewerVersionIsToldFromADamagedOne) {
  std::string newer = Encode(Orders(0, 3, 1));
  newer[8] = 2;
  EXPECT_EQ(DecodeTable(newer).error().code, Code::kDataLoss);
  EXPECT_EQ(DecodeTable(Summed(newer)).error().code, Code::kUnimplemented);
}

TEST(TableStatistics, WithAnotherNumberOfRowsIsDamaged) {
  std::string other = Encode(Orders(0, 3, 1));
  other[16] = 4;
  const auto decoded = DecodeTable(Summed(other));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, Code::kDataLoss);
  EXPECT_EQ(decoded.error().message,
            "the statistics are damaged: column 'id' has another number of rows");
}

}  // namespace
}  // namespace galley::stats
