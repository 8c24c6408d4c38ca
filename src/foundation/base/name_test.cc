#include "foundation/base/name.h"

#include <string>

#include <gtest/gtest.h>

namespace galley {
namespace {

TEST(Name, HasLettersDigitsAndTwoSigns) {
  for (const std::string_view name : {"a", "Z-9_z", "-", "0"}) EXPECT_TRUE(IsName(name, 5)) << name;
  for (const std::string_view text : {"", "a.b", "a b", "a/b", "\xC3\xA4", "a\n", "abcdef"}) {
    EXPECT_FALSE(IsName(text, 5)) << text;
  }
  EXPECT_FALSE(IsName(std::string_view("a\0b", 3), 5));
}

}  // namespace
}  // namespace galley
