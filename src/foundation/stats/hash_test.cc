#include "foundation/stats/hash.h"

#include <cstring>
#include <string>

#include <gtest/gtest.h>

namespace galley::stats {
namespace {

// python3 -c 'import xxhash; print(hex(xxhash.xxh64(b"abc").intdigest()))', and so on.
TEST(Hash, GivesWhatXxhashGives) {
  EXPECT_EQ(Hash(""), 0xEF46DB3751D8E999U);
  EXPECT_EQ(Hash("a"), 0xD24EC4F1A98C6E5BU);
  EXPECT_EQ(Hash("abc"), 0x44BC2CF5AD770999U);
  EXPECT_EQ(Hash("the kitchen opens at seven, and the bread is ready by six o clock"),
            0x8C83F2284D8083CBU);
}

// … xxhash.xxh64(struct.pack("<q", -1)).intdigest()
TEST(Hash, OfANumberIsThatOfItsBytes) {
  EXPECT_EQ(HashInteger(0), 0x34C96ACDCADB1BBBU);
  EXPECT_EQ(HashInteger(1), 0x9F29CB17A2A49995U);
  EXPECT_EQ(HashInteger(~std::uint64_t{0}), 0x85D136ADB773C6C9U);
  EXPECT_EQ(HashInteger(1'234'567'890'123), 0xD9D5580C14AA025DU);
  for (std::uint64_t i = 0; i < 1000; ++i) {
    const std::uint64_t value = i * i * i * 0x9E3779B97F4A7C15U;
    std::string bytes(sizeof value, '\0');
    std::memcpy(bytes.data(), &value, sizeof value);
    ASSERT_EQ(Hash(bytes), HashInteger(value));
  }
}

TEST(Hash, TakesBothZerosForOne) {
  EXPECT_EQ(BitsOf(-0.0), BitsOf(0.0));
  EXPECT_NE(BitsOf(-1.0), BitsOf(1.0));
}

}  // namespace
}  // namespace galley::stats
