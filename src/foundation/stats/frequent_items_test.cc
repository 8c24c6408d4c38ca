#include "foundation/stats/frequent_items.h"

#include <algorithm>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

/// Some keys are frequent, most are seldom.
std::vector<std::string> Sample(std::size_t n, double skew, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> distribution(skew);
  std::vector<std::string> keys(n);
  for (std::string& key : keys) key = std::to_string(static_cast<int>(distribution(random)));
  return keys;
}

FrequentItems Of(std::span<const std::string> keys, std::uint32_t keys_max) {
  FrequentItems items(keys_max);
  for (const std::string& key : keys) items.Add(key);
  return items;
}

Counts Truth(std::span<const std::string> keys) {
  Counts counts;
  for (const std::string& key : keys) ++counts[key];
  return counts;
}

/// Every key is within the error, and the error within what is stated.
void ExpectStated(const FrequentItems& items, const Counts& truth) {
  std::uint64_t held = 0;
  for (const auto& [key, count] : truth) {
    const std::uint64_t counter = items.CounterOf(key);
    held += counter;
    ASSERT_LE(counter, count) << key;
    ASSERT_LE(count, counter + items.error()) << key;
  }
  EXPECT_LE(items.error(), (items.n() - held) / (items.keys_max() / 2 + 1));
  EXPECT_LE(items.size(), items.keys_max());
}

TEST(FrequentItems, IsExactUpToItsKeys) {
  const auto keys = Sample(20'000, 0.05, 1);
  const Counts truth = Truth(keys);
  FrequentItems items = Of(keys, static_cast<std::uint32_t>(truth.size()));
  EXPECT_TRUE(items.exact());
  EXPECT_EQ(items.size(), truth.size());
  for (const auto& [key, count] : truth) EXPECT_EQ(items.CounterOf(key), count);
  items.Add("one more");
  EXPECT_FALSE(items.exact());
}

TEST(FrequentItems, OfPartsIsThatOfTheWholeWhileExact) {
  const auto keys = Sample(20'000, 0.05, 2);
  const std::string whole = Of(keys, 10'000).Encode();
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 10; ++trial) {
    const std::size_t cut1 = random() % keys.size();
    const std::size_t cut2 = cut1 + random() % (keys.size() - cut1);
    const std::span<const std::string> all(keys);
    FrequentItems left = Of(all.first(cut1), 10'000);
    FrequentItems right = Of(all.subspan(cut2), 10'000);
    const FrequentItems middle = Of(all.subspan(cut1, cut2 - cut1), 10'000);
    FrequentItems backwards = right;
    backwards.Merge(middle);
    backwards.Merge(left);
    left.Merge(middle);
    left.Merge(right);
    EXPECT_EQ(left.Encode(), whole);
    EXPECT_EQ(backwards.Encode(), whole);
  }
}

TEST(FrequentItems, KeepsTheStatedErrorAboveItsKeys) {
  for (const double skew : {0.1, 0.01, 0.001}) {
    for (const std::uint32_t keys_max : {2U, 3U, 10U, 101U, 1'000U}) {
      const auto keys = Sample(30'000, skew, keys_max);
      ExpectStated(Of(keys, keys_max), Truth(keys));
    }
  }
}

TEST(FrequentItems, KeepsTheStatedErrorThroughMerges) {
  const auto keys = Sample(60'000, 0.01, 3);
  const Counts truth = Truth(keys);
  std::mt19937_64 random(4);
  for (int trial = 0; trial < 5; ++trial) {
    std::vector<FrequentItems> parts;
    for (std::size_t at = 0; at < keys.size();) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 4'000, keys.size() - at);
      parts.push_back(Of(std::span(keys).subspan(at, size), 100));
      at += size;
    }
    std::ranges::shuffle(parts, random);
    FrequentItems merged = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) merged.Merge(parts[i]);
    ExpectStated(merged, truth);
    EXPECT_TRUE(FrequentItems::Decode(merged.Encode()));
  }
}

TEST(FrequentItems, FindsTheFrequentAmongTheUnique) {
  FrequentItems items(100);
  for (int i = 0; i < 100'000; ++i) {
    items.Add(i % 10 == 0 ? "bread" : i % 10 == 1 ? "salt" : "order " + std::to_string(i));
    if (i % 20 == 0) items.Add("bread");
  }
  const auto top = items.Top(2);
  ASSERT_EQ(top.size(), 2U);
  EXPECT_EQ(top[0].key, "bread");
  EXPECT_EQ(top[1].key, "salt");
  EXPECT_GE(top[0].counter + items.error(), 15'000U);
}

TEST(FrequentItems, OrdersByCounterThenKey) {
  FrequentItems items;
  for (const char* key : {"b", "a", "c", "c", ""}) items.Add(key);
  const auto top = items.Top(10);
  ASSERT_EQ(top.size(), 4U);
  EXPECT_EQ(top[0].key, "c");
  EXPECT_EQ(top[1].key, "");
  EXPECT_EQ(top[2].key, "a");
  EXPECT_EQ(top[3].key, "b");
  EXPECT_EQ(items.CounterOf("d"), 0U);
}

TEST(FrequentItems, HoldsALongTextByItsBeginningAndItsHash) {
  const std::string a(300, 'x');
  const std::string b = a + "y";
  FrequentItems items;
  items.Add(a);
  items.Add(b);
  items.Add(b);
  EXPECT_EQ(items.CounterOf(a), 1U);
  EXPECT_EQ(items.CounterOf(b), 2U);
  EXPECT_EQ(FrequentItems::KeyOf(a).size(), 256U);
  EXPECT_TRUE(FrequentItems::KeyOf(a).starts_with(std::string(237, 'x') + "..."));
  std::string cake;
  for (int i = 0; i < 100; ++i) cake += "🍰";  // 237 bytes are 59 of them and a quarter.
  EXPECT_EQ(FrequentItems::KeyOf(cake).substr(0, 239), cake.substr(0, 236) + "...");
}

TEST(FrequentItems, ComesBackFromItsBytes) {
  for (const std::uint32_t keys_max : {50U, 10'000U}) {
    const auto keys = Sample(5'000, 0.01, 6);
    FrequentItems items = Of(keys, keys_max);
    auto decoded = FrequentItems::Decode(items.Encode());
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->Encode(), items.Encode());
    decoded->Merge(*decoded);
    items.Merge(items);
    EXPECT_EQ(decoded->Encode(), items.Encode());
  }
  EXPECT_TRUE(FrequentItems::Decode(FrequentItems().Encode()));
}

}  // namespace
}  // namespace galley::stats
