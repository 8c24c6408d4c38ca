#include "domain/data/file_tree.h"

#include <gtest/gtest.h>

namespace galley::data {
namespace {

std::vector<TreeEntry> Sample() {
  return {{.kind = EntryKind::kFolder,
           .bytes = 30,
           .files = 2,
           .digest = blob::DigestOf("folder"),
           .name = "data"},
          {.kind = EntryKind::kExecutable, .bytes = 7, .digest = blob::DigestOf("x"), .name = "B"},
          {.bytes = 0, .digest = blob::DigestOf(""), .name = "数据"}};
}

TEST(FileTree, ReadsWhatItWrites) {
  auto entries = Sample();
  const auto object = EncodeFolder(entries);
  ASSERT_TRUE(object);
  const auto read = DecodeFolder(*object);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, entries);
  EXPECT_EQ(read->front().name, "B");
  EXPECT_EQ(TotalsOf(*read), (TreeTotals{4, 37}));
}

TEST(FileTree, ACutObjectIsNone) {
  auto entries = Sample();
  const std::string object = *EncodeFolder(entries);
  std::size_t read = 0;
  for (std::size_t size = 0; size < object.size(); ++size) {
    if (DecodeFolder(object.substr(0, size))) ++read;
  }
  EXPECT_EQ(read, 2U);  // Behind the first entry and the second: a folder with fewer.
  EXPECT_FALSE(DecodeFolder(object + "x"));
}

TEST(FileTree, AChangedByteIsAnotherFolderOrNone) {
  auto entries = Sample();
  const std::string object = *EncodeFolder(entries);
  for (std::size_t at = 0; at < object.size(); ++at) {
    for (const unsigned bit : {0x01U, 0x10U, 0x80U}) {
      std::string changed = object;
      changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ bit);
      auto read = DecodeFolder(changed);
      // What is read is written again as it was: no two texts mean the same folder.
      if (read) EXPECT_EQ(EncodeFolder(*read).value_or(""), changed) << at;
    }
  }
}

TEST(FileTree, PathsThatLeadElsewhereAreNone) {
  for (const std::string_view path : {"", "/a", "a/", "a//b", "..", "a/../b", ".", "a/.", "a\\b",
                                      "a\nb", "\xC0\xAF", "\xED\xA0\x80"}) {
    EXPECT_FALSE(CheckTreePath(path)) << path;
  }
  EXPECT_FALSE(CheckTreePath(std::string("a\0b", 3)));
  EXPECT_FALSE(CheckTreePath(std::string(256, 'a')));
  for (const std::string_view path : {"a", "a/b", "..a", "a b/ç.txt", "数据/1"}) {
    EXPECT_TRUE(CheckTreePath(path)) << path;
  }
}

}  // namespace
}  // namespace galley::data
