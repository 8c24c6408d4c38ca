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
