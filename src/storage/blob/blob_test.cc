#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

#include "foundation/io/file.h"
#include "storage/blob/blob_store.h"

namespace galley::blob {
namespace {

class BlobTest : public testing::Test {
 public:
  BlobTest() {
    std::string folder = testing::TempDir() + "galley-blob-XXXXXX";
    root_ = ::mkdtemp(folder.data());
  }
  ~BlobTest() override { std::filesystem::remove_all(root_); }

 protected:
  std::size_t FilesBeneath(const std::string& folder) const {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ + folder)) {
      if (entry.is_regular_file()) ++files;
    }
    return files;
  }
  std::string root_;
};

// GitHub's own example ("Validating webhook deliveries") and RFC 4231, cases 1 to 4, 6 and 7.
TEST(Digest, SignsAsPublished) {
  EXPECT_EQ(HmacOf("It's a Secret to Everybody", "Hello, World!").Hex(),
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  EXPECT_EQ(HmacOf(std::string(20, '\x0b'), "Hi There").Hex(),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HmacOf("Jefe", "what do ya want for nothing?").Hex(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HmacOf(std::string(20, '\xaa'), std::string(50, '\xdd')).Hex(),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  std::string counting;
  for (char c = 1; c <= 25; ++c) counting += c;
  EXPECT_EQ(HmacOf(counting, std::string(50, '\xcd')).Hex(),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  EXPECT_EQ(
      HmacOf(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")
          .Hex(),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(HmacOf(std::string(131, '\xaa'),
                   "This is a test using a larger than block-size key and a larger than block-size "
                   "data. The key needs to be hashed before being used by the HMAC algorithm.")
                .Hex(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
  EXPECT_TRUE(EqualsSecretly(DigestOf("a"), DigestOf("a")));
  EXPECT_FALSE(EqualsSecretly(DigestOf("a"), DigestOf("b")));
}

// FIPS 180-4 examples, as published with the standard.
TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(DigestOf("").Hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(DigestOf("abc").Hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 in_parts;
  for (int at = 0; at < 1000; ++at) in_parts.Add(std::string(1000, 'a'));
  EXPECT_EQ(in_parts.Finish().Hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, ParsesOnlyItsOwnText) {
  const Digest digest = DigestOf("abc");
  EXPECT_EQ(Digest::FromHex(digest.Hex()), digest);
  EXPECT_EQ(Digest::FromRaw(digest.Raw()), digest);
  EXPECT_FALSE(Digest::FromHex(digest.Hex().substr(1)));
  EXPECT_FALSE(Digest::FromHex(std::string(64, 'G')));
  EXPECT_FALSE(Digest::FromRaw("short"));
}

TEST_F(BlobTest, StoresTheSameBytesOnce) {
  const auto store = BlobStore::Open(root_ + "/blobs");
  ASSERT_TRUE(store);
  const auto one = (*store)->Put("some bytes");
  const auto two = (*store)->Put("some bytes");
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->digest, two->digest);
  EXPECT_EQ(one->size, 10);
  EXPECT_EQ(FilesBeneath("/blobs"), 1U);
  EXPECT_EQ(*io::ReadFile((*store)->PathOf(one->digest), 100), "some bytes");
  const auto open = (*store)->Open(one->digest);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->size, 10);
  EXPECT_EQ((*store)->Open(DigestOf("other")).error().code, Code::kNotFound);
}

TEST_F(BlobTest, LeavesNothingOfABlobThatWasNotFinished) {
  const auto store = BlobStore::Open(root_ + "/blobs");
  {
    const auto writer = (*store)->Begin();
    ASSERT_TRUE(writer && (*writer)->Write("half"));
    EXPECT_EQ(FilesBeneath("/blobs"), 1U);
  }
  EXPECT_EQ(FilesBeneath("/blobs"), 0U);
  ASSERT_TRUE(io::ReplaceFile(root_ + "/blobs/tmp/7", "left by a killed process"));
  ASSERT_TRUE(BlobStore::Open(root_ + "/blobs"));
  EXPECT_EQ(FilesBeneath("/blobs"), 0U);
}

}  // namespace
}  // namespace galley::blob
