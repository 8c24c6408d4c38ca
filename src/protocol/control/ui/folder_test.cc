#include "protocol/control/ui/folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include <gtest/gtest.h>

#include "foundation/io/file.h"

namespace galley::ui {
namespace {

class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(root_.data()), nullptr);
    ASSERT_TRUE(io::MakeFolder(root_ + "/page/assets"));
    ASSERT_TRUE(io::ReplaceFile(root_ + "/page/index.html", "<html>"));
    ASSERT_TRUE(io::ReplaceFile(root_ + "/secret", "secret"));
  }
  void TearDown() override { EXPECT_TRUE(io::RemoveFolder(root_)); }

  std::string root_ = testing::TempDir() + "galley_ui_XXXXXX";
};

TEST_F(FolderTest, ReadsWhatIsBeneathAndNothingElse) {
  ASSERT_EQ(::symlink("../index.html", (root_ + "/page/assets/inside.html").c_str()), 0);
  ASSERT_EQ(::symlink("../secret", (root_ + "/page/outside").c_str()), 0);
  ASSERT_EQ(::symlink((root_ + "/secret").c_str(), (root_ + "/page/absolute").c_str()), 0);
  ASSERT_EQ(::mkfifo((root_ + "/page/pipe").c_str(), 0600), 0);
  const auto folder = Folder::Open(root_ + "/page");
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(folder->Read("index.html").value_or("none"), "<html>");
  EXPECT_EQ(folder->Read("assets/inside.html").value_or("none"), "<html>");
  for (const char* path : {"outside", "absolute", "../secret", "/etc/passwd", "assets", "pipe", "",
                           "assets/../../secret", "none"}) {
    EXPECT_FALSE(folder->Read(path)) << path;
  }
}

TEST_F(FolderTest, IsRefusedIfItIsNone) {
  EXPECT_EQ(Folder::Open(root_ + "/none").error().code, Code::kNotFound);
  EXPECT_FALSE(Folder::Open(root_ + "/secret"));
}

}  // namespace
}  // namespace galley::ui
