#include "protocol/control/native/openapi.h"

#include <gtest/gtest.h>

#include "foundation/schema/decode.h"

namespace galley::native {
namespace {

using http::Method;
using http::Route;

struct Part {
  std::string name;
  std::vector<std::string> words;
  std::optional<double> share;
  static const schema::Message kSchema;
};
struct Whole {
  std::int64_t number = 0;
  std::vector<Part> parts;
  static const schema::Message kSchema;
};
/// Of the same name as Part, and other fields.
struct Other {
  bool name = false;
  static const schema::Message kSchema;
};
/// Of the same name, and the same fields.
struct Twin {
  std::string name;
  std::vector<std::string> words;
  std::optional<double> share;
  static const schema::Message kSchema;
};

constexpr schema::Field kPart[] = {
    schema::Of<&Part::name>("name").Required().Bytes(9),
    schema::Of<&Part::words>("words").Items(3),
    schema::Of<&Part::share>("share"),
};
constexpr schema::Field kWhole[] = {
    schema::Of<&Whole::number>("number"),
    schema::Of<&Whole::parts>("parts"),
};
constexpr schema::Field kOther[] = {schema::Of<&Other::name>("name")};
constexpr schema::Field kTwin[] = {
    schema::Of<&Twin::name>("name").Required().Bytes(9),
    schema::Of<&Twin::words>("words").Items(3),
    schema::Of<&Twin::share>("share"),
};

Route RouteOf(Method method, std::string_view path) {
  return {.method = method,
          .path = std::string(path),
          .handle = [](const http::Request&) { return http::Response(); },
          .right = policy::Right::kRead};
}

std::string Written(const std::vector<Route>& routes) {
  auto document = OpenApiOf(routes, "1.2.3");
  return document ? *document : document.error().message;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(OpenApi, AMessagesFieldsAreRequiredByItsUse) {
  Route asks = RouteOf(Method::kPost, "/api/v1/projects/{project}/parts/{part...}");
  asks.body_bytes_max = 10;
  asks.body = &Part::kSchema;
  asks.answer = &Whole::kSchema;
  asks.right = policy::Right::kAdminister;
  const std::string text = Written({asks, RouteOf(Method::kGet, "/elsewhere")});
  // As a body: what must be there; as an answer: what always is.
  EXPECT_TRUE(Has(text, R"("PartInput":{"type":"object","properties":{"name":{"type":"string",)"
                        R"("maxLength":9},"words":{"type":"array","items":{"type":"string"},)"
                        R"("maxItems":3},"share":{"$ref":"#/components/schemas/Double"}},)"
                        R"("required":["name"],"additionalProperties":false})"))
      << text;
  EXPECT_TRUE(Has(text, R"("required":["name","words"]})")) << text;
  EXPECT_TRUE(Has(text, R"("/api/v1/projects/{project}/parts/{part}":{"post":)")) << text;
  EXPECT_TRUE(Has(text, R"("operationId":"post_parts_by_part","tags":["parts"])")) << text;
  EXPECT_TRUE(Has(text, R"("security":[{"token":[]},{"session":[],"csrf":[]}])")) << text;
  EXPECT_FALSE(Has(text, "elsewhere"));
}

TEST(OpenApi, QueriesAreParametersAndAnswersMayLeaveOutLists) {
  Route reads = RouteOf(Method::kGet, "/api/v1/parts");
  reads.parameters = &Part::kSchema;
  reads.answer = &Whole::kSchema;
  reads.leaves_out_empty_lists = true;
  const std::string text = Written({reads});
  EXPECT_TRUE(
      Has(text, R"({"name":"name","in":"query","required":true,"schema":{"type":"string",)"))
      << text;
  EXPECT_TRUE(Has(text, R"({"name":"share","in":"query","schema":)")) << text;
  EXPECT_TRUE(Has(text, R"("required":["number"]})")) << text;
}

TEST(OpenApi, RefusesOneNameForTwoMessages) {
  Route first = RouteOf(Method::kGet, "/api/v1/a");
  Route second = RouteOf(Method::kGet, "/api/v1/b");
  first.answer = &Part::kSchema;
  second.answer = &Other::kSchema;
  EXPECT_TRUE(Has(Written({first, second}), "rename one of each: 'Part'"));
  second.answer = &Twin::kSchema;
  EXPECT_TRUE(Has(Written({first, second}), R"("version":"1.2.3")"));
}

TEST(OpenApi, RefusesPathsThatDifferInNamesAlone) {
  const std::string text =
      Written({RouteOf(Method::kGet, "/api/v1/a/{x}/b"), RouteOf(Method::kGet, "/api/v1/a/{y}/b")});
  EXPECT_TRUE(Has(text, "'/api/v1/a/{x}/b' and '/api/v1/a/{y}/b'")) << text;
}

}  // namespace

const schema::Message Part::kSchema{"part", kPart};
const schema::Message Whole::kSchema{"Whole", kWhole};
const schema::Message Other::kSchema{"Part", kOther};
const schema::Message Twin::kSchema{"Part", kTwin};

}  // namespace galley::native
