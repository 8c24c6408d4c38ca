#include "foundation/io/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <gtest/gtest.h>

namespace galley::io {
namespace {

class FileTest : public testing::Test {
 public:
  FileTest() {
    std::string folder = testing::TempDir() + "galley-file-XXXXXX";
    root_ = ::mkdtemp(folder.data());
  }
  ~FileTest() override { std::filesystem::remove_all(root_); }

 protected:
  std::string root_;
};

TEST_F(FileTest, MakesFoldersForTheirOwnerAlone) {
  const std::string path = root_ + "/a/b/c";
  ASSERT_TRUE(MakeFolder(path));
  ASSERT_TRUE(MakeFolder(path));
  struct stat facts{};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700U);
  ASSERT_TRUE(ReplaceFile(root_ + "/file", "x"));
  EXPECT_FALSE(MakeFolder(root_ + "/file"));
  EXPECT_FALSE(MakeFolder(root_ + "/file/below"));
}

TEST_F(FileTest, ReplacesAFileAndReadsItBack) {
  const std::string path = root_ + "/file";
  EXPECT_EQ(ReadFile(path, 10).error().code, Code::kNotFound);
  ASSERT_TRUE(ReplaceFile(path, "first"));
  ASSERT_TRUE(ReplaceFile(path, "second"));
  EXPECT_EQ(*ReadFile(path, 6), "second");
  EXPECT_EQ(ReadFile(path, 5).error().code, Code::kInvalidArgument);
  struct stat facts{};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(FileTest, LocksAFileOnce) {
  const std::string path = root_ + "/lock";
  {
    const auto held = LockFile(path);
    ASSERT_TRUE(held);
    EXPECT_EQ(LockFile(path).error().code, Code::kFailedPrecondition);
  }
  EXPECT_TRUE(LockFile(path));
}

}  // namespace
}  // namespace galley::io
