#include "foundation/base/base64.h"

#include <gtest/gtest.h>

namespace galley {
namespace {

// RFC 4648 §10.
TEST(Base64, GivesTheStandardsExamples) {
  const std::pair<std::string_view, std::string_view> examples[] = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : examples) {
    EXPECT_EQ(ToBase64(plain), text);
    EXPECT_EQ(FromBase64(text), plain);
  }
  EXPECT_EQ(FromBase64("Zg"), "f");
  EXPECT_EQ(FromBase64("Zm9vY"), std::nullopt);
  EXPECT_EQ(FromBase64("Zm-v"), std::nullopt);
  EXPECT_EQ(ToBase64("\xff\xfe\xfd"), "//79");
}

}  // namespace
}  // namespace galley
