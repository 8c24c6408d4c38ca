#include "storage/appendlog/crc32c.h"

#include <string>

#include <gtest/gtest.h>

#include "foundation/io/random.h"

namespace galley::appendlog {
namespace {

std::string Counting(int first, int step) {
  std::string bytes;
  for (int at = 0; at < 32; ++at) bytes += static_cast<char>(first + step * at);
  return bytes;
}

std::string ReadCommand() {
  std::string bytes(48, '\0');
  bytes[0] = '\x01';
  bytes[1] = '\xc0';
  bytes[16] = '\x14';
  bytes[22] = '\x04';
  bytes[27] = '\x14';
  bytes[31] = '\x18';
  bytes[32] = '\x28';
  bytes[40] = '\x02';
  return bytes;
}

struct Vector {
  std::string bytes;
  std::uint32_t crc;
};

// RFC 3720, B.4, whose checksums are written in the order of the wire; and the catalogues' check.
std::vector<Vector> Published() {
  return {{std::string(32, '\0'), 0x8a9136aa},
          {std::string(32, '\xff'), 0x62a8ab43},
          {Counting(0, 1), 0x46dd794e},
          {Counting(31, -1), 0x113fdb5c},
          {ReadCommand(), 0xd9963a56},
          {"123456789", 0xe3069283},
          {"", 0}};
}

TEST(Crc32c, GivesThePublishedChecksums) {
  for (const auto& [bytes, crc] : Published()) {
    EXPECT_EQ(Crc32cByTable(bytes), crc);
    EXPECT_EQ(Crc32c(bytes), crc);
    if (HasCrc32c()) EXPECT_EQ(Crc32cByProcessor(bytes), crc);
  }
}

TEST(Crc32c, IsTheSameBothWaysAndInParts) {
  if (!HasCrc32c()) GTEST_SKIP() << "this processor has no instruction for it";
  io::SimulatedRandom random(1);
  std::string bytes(300, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.Below(256));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const std::size_t start = random.Below(16) % (bytes.size() - size);
    const auto part = std::string_view(bytes).substr(start, size);
    const auto before = static_cast<std::uint32_t>(random.Below(UINT32_MAX));
    ASSERT_EQ(Crc32cByTable(part, before), Crc32cByProcessor(part, before));
    const std::size_t cut = random.Below(size + 1);
    ASSERT_EQ(Crc32c(part.substr(cut), Crc32c(part.substr(0, cut), before)),
              Crc32cByTable(part, before));
  }
}

}  // namespace
}  // namespace galley::appendlog
