// Damaged bytes are refused or are a state in itself, and never more: every truncation, thousands
// of flipped and overwritten bytes, for each state alone (no checksum) and for the file.
#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/stats/bytes.h"
#include "foundation/stats/hash.h"
#include "foundation/stats/histogram.h"
#include "foundation/stats/table_statistics.h"

namespace galley::stats {
namespace {

/// Decodes and, if that succeeds, uses what came. The bytes written again, or the error.
using Use = std::function<Result<std::string>(std::string_view)>;

struct Case {
  std::string name;
  std::string encoded;
  Use use;
};

template <typename State>
Use UseOf(void (*touch)(State&)) {
  return [touch](std::string_view encoded) -> Result<std::string> {
    State state = TRY(State::Decode(encoded));
    std::string again = state.Encode();
    touch(state);
    state.Merge(state);
    touch(state);
    return again;
  };
}

Result<std::string> UseTable(std::string_view encoded) {
  TableStatistics table = TRY(DecodeTable(encoded));
  std::string again = Encode(table);
  TRY(table.Merge(TRY(DecodeTable(encoded))));
  return again;
}

/// The states that stand alone.
std::vector<Case> LoneCases() {
  Histogram edges = Histogram::WithEdges({-1, 0, 1.5}).value();
  edges.Add(std::vector<double>{-2, 0.5, 3, 1e300});
  edges.AddMissing(2);
  Histogram categories = Histogram::WithCategories({"a", "bc", "d"}).value();
  categories.Add(std::vector<std::string_view>{"a", "d", "e"});
  const Use use_histogram = UseOf<Histogram>([](auto& s) { EXPECT_GE(s.n(), s.missing()); });
  return {{"edges", edges.Encode(), use_histogram},
          {"categories", categories.Encode(), use_histogram}};
}

std::vector<Case> Cases() {
  const std::vector<Column> columns = {{"number", Kind::kFloating},
                                       {"count", Kind::kInteger},
                                       {"text", Kind::kText},
                                       {"yes", Kind::kBoolean},
                                       {"raw", Kind::kBinary}};
  TableStatistics table = TableStatistics::Create(columns, {.frequent_keys_max = 60}).value();
  std::mt19937_64 random(1);
  for (std::int64_t i = 0; i < 1000; ++i) {
    const double number = static_cast<double>(random() % 1000) / 7;
    const std::string text = "text " + std::to_string(random() % 40);
    const std::string_view view = text;
    const bool yes = i % 3 == 0;
    table.Find("number")->AddDoubles({&number, 1});
    table.Find("count")->AddIntegers({&i, 1});
    table.Find("text")->AddTexts({&view, 1});
    table.Find("yes")->AddBooleans({&yes, 1});
    table.Find("raw")->AddTexts({&view, 1});
    ++table.rows;
  }
  const ColumnStatistics& number = *table.Find("number");
  const ColumnStatistics& count = *table.Find("count");
  const ColumnStatistics& text = *table.Find("text");
  std::vector<Case> cases = {
      {"counts", count.counts.Encode(), UseOf<CountState>([](auto& s) { s.AddNulls(1); })},
      {"integers", count.integers->Encode(),
       UseOf<IntegerState>([](auto& s) { s.Add(std::vector<std::int64_t>{1}); })},
      {"moments", number.moments->Encode(),
       UseOf<MomentState>([](auto& s) { s.Add(std::vector<double>{1}); })},
      {"hashes", text.distinct->Encode(), UseOf<HyperLogLog>([](auto& s) { s.Add(Hash("x")); })},
      {"registers", count.distinct->Encode(),
       UseOf<HyperLogLog>([](auto& s) { EXPECT_GE(s.Estimate(), 0); })},
      {"quantiles", number.quantiles->Encode(), UseOf<KllSketch>([](auto& s) {
         s.Add(std::vector<double>(300, 1));
         EXPECT_LE(s.Quantile(0.1), s.Quantile(0.9));
       })},
      {"frequent", text.frequent->Encode(), UseOf<FrequentItems>([](auto& s) {
         s.Add("x");
         EXPECT_LE(s.Top(3).size(), 3U);
       })},
      {"lengths", text.lengths->Encode(), UseOf<LengthState>([](auto& s) { s.Add(1); })},
  };
  for (Case& lone : LoneCases()) cases.push_back(std::move(lone));
  cases.push_back({"table", Encode(table), UseTable});
  return cases;
}

/// Refused with one of the two codes, or a state that is written as it was read.
void ExpectRefusedOrWhole(const Case& c, const std::string& bytes) {
  const auto used = c.use(bytes);
  if (used) {
    ASSERT_EQ(*used, bytes) << c.name;
  } else {
    ASSERT_TRUE(used.error().code == Code::kDataLoss || used.error().code == Code::kUnimplemented)
        << c.name << ": " << used.error().message;
  }
}

/// Changes one to three bytes among the first `from`.
void Flip(std::string& bytes, std::size_t from, std::mt19937_64& random) {
  for (std::uint64_t flips = 1 + random() % 3; flips > 0; --flips) {
    char& byte = bytes[random() % from];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1 + random() % 255));
  }
}

class Damage : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(All, Damage, testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

TEST_P(Damage, NoneIsWhole) {
  const auto used = GetParam().use(GetParam().encoded);
  ASSERT_TRUE(used) << used.error().message;
  EXPECT_EQ(*used, GetParam().encoded);
}

TEST_P(Damage, EveryTruncationIsRefused) {
  const std::string& whole = GetParam().encoded;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A copy of its own, so that a read past the end is one past an allocation.
    const std::string cut(whole.data(), size);
    const auto used = GetParam().use(cut);
    ASSERT_FALSE(used) << size;
    ASSERT_EQ(used.error().code, Code::kDataLoss) << size;
  }
  EXPECT_FALSE(GetParam().use(whole + "x"));
}

TEST_P(Damage, FlippedBytesAreRefusedOrMakeAnotherWholeState) {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 10'000; ++trial) {
    std::string bytes = GetParam().encoded;
    // Half of them where sizes and limits stand, at the beginning.
    const std::size_t from =
        trial % 2 == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 80);
    Flip(bytes, from, random);
    ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrWhole(GetParam(), bytes));
  }
}

TEST_P(Damage, ExtremeNumbersAreRefusedOrMakeAnotherWholeState) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 1'000; ++trial) {
    std::string bytes = GetParam().encoded;
    const std::size_t at = random() % bytes.size();
    const std::size_t size =
        std::min<std::size_t>(std::size_t{1} << random() % 4, bytes.size() - at);
    bytes.replace(at, size, size, random() % 2 == 0 ? '\xff' : '\0');
    ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrWhole(GetParam(), bytes));
  }
}

TEST(DamagedTable, WithAChecksumThatFitsIsStillBoundsChecked) {
  const Case table = Cases().back();
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 5'000; ++trial) {
    std::string bytes = table.encoded.substr(0, table.encoded.size() - 8);
    if (trial % 3 == 0) bytes.resize(24 + random() % (bytes.size() - 24));
    Flip(bytes, trial % 2 == 0 ? std::min<std::size_t>(bytes.size(), 400) : bytes.size(), random);
    bytes::Writer writer;
    writer.Raw(bytes);
    writer.U64(Hash(bytes));
    ASSERT_NO_FATAL_FAILURE(ExpectRefusedOrWhole(table, writer.text()));
  }
}

}  // namespace
}  // namespace galley::stats
