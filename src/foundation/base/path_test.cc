#include "foundation/base/path.h"

#include <string>

#include <gtest/gtest.h>

namespace galley {
namespace {

TEST(RelativePath, TakesWhatStaysBeneathItsRoot) {
  const std::string longest = std::string(255, 'a') + "/" + std::string(255, 'b');
  for (const std::string& path : {std::string("a"), std::string("a/b.txt"), std::string("..a/b.."),
                                  std::string("a b/ü/%41"), std::string("..."), longest}) {
    EXPECT_TRUE(CheckRelativePath(path)) << path;
  }
}

TEST(RelativePath, RefusesTheRest) {
  const std::string nul("a\0b", 3);
  const std::string long_part(256, 'a');
  std::string long_path;
  for (int at = 0; at < 600; ++at) long_path += "a/";
  for (const std::string_view path :
       {std::string_view(""), std::string_view("/a"), std::string_view("a/"),
        std::string_view("a//b"), std::string_view("."), std::string_view("a/./b"),
        std::string_view(".."), std::string_view("a/../b"), std::string_view("a\\b"),
        std::string_view("a\nb"), std::string_view(nul), std::string_view(long_part),
        std::string_view(long_path)}) {
    const auto status = CheckRelativePath(path);
    ASSERT_FALSE(status) << path;
    EXPECT_TRUE(status.error().message.starts_with("Invalid path: "));
  }
}

}  // namespace
}  // namespace galley
