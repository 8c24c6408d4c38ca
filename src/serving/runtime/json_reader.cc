#include "serving/runtime/json_reader.h"

#include <charconv>
#include <limits>
#include <utility>

#include <simdjson.h>

namespace galley::serving {
namespace {

namespace ondemand = simdjson::ondemand;

std::unexpected<Error> Damaged(simdjson::error_code code) {
  return Fail(Code::kInvalidArgument, "not well-formed JSON: {}", simdjson::error_message(code));
}

std::string_view Trimmed(std::string_view token) {
  const std::size_t end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

std::unexpected<Error> NoNumber(std::string_view token) {
  return Fail(Code::kInvalidArgument, "'{}' is not a number in range", token.substr(0, 32));
}

// Straight to float: by way of double a decimal could be rounded twice, and the model would differ
// from the library's in the last bit.
Result<float> ParseFloat(std::string_view token) {
  if (token == "NaN") return std::numeric_limits<float>::quiet_NaN();
  if (token == "Infinity") return std::numeric_limits<float>::infinity();
  if (token == "-Infinity") return -std::numeric_limits<float>::infinity();
  float value = 0;
  const bool starts =
      !token.empty() && (token.front() == '-' || (token.front() >= '0' && token.front() <= '9'));
  const auto [stop, error] = std::from_chars(token.begin(), token.end(), value);
  if (!starts || error != std::errc() || stop != token.end()) return NoNumber(token);
  return value;
}

template <typename Int>
Result<Int> ParseInteger(std::string_view token) {
  if (token == "true") return Int{1};
  if (token == "false") return Int{0};
  Int value = 0;
  const auto [stop, error] = std::from_chars(token.begin(), token.end(), value);
  if (error != std::errc() || stop != token.end()) return NoNumber(token);
  return value;
}

class JsonReader final : public DocumentReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  Status Open() {
    if (auto error = parser_.iterate(text_).get(document_)) return Damaged(error);
    return {};
  }

  Status Object(const OnKey& on_key) override {
    // The root's own function, because that one sees whether the text ends with the closing brace.
    ondemand::object object;
    const bool root = std::exchange(at_root_, false);
    if (auto error = (root ? document_.get_object() : value_.get_object()).get(object)) {
      return Damaged(error);
    }
    for (auto item : object) {
      ondemand::field field;
      if (auto error = std::move(item).get(field)) return Damaged(error);
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return Damaged(error);
      value_ = field.value();
      TRY(on_key(key));
    }
    return {};
  }

  Status Array(const OnItem& on_item) override {
    ondemand::array array;
    if (auto error = value_.get_array().get(array)) return Damaged(error);
    for (auto item : array) {
      if (auto error = std::move(item).get(value_)) return Damaged(error);
      TRY(on_item());
    }
    return {};
  }

  Result<std::string> String() override {
    std::string_view text;
    if (auto error = value_.get_string().get(text)) return Damaged(error);
    return std::string(text);
  }

  Result<std::int64_t> Integer() override { return ParseInteger<std::int64_t>(Token()); }

  Status Floats(std::vector<float>& out) override {
    out.clear();
    return Array([&]() -> Status {
      out.push_back(TRY(ParseFloat(Token())));
      return {};
    });
  }

  Status Integers(std::vector<std::int32_t>& out) override {
    out.clear();
    return Array([&]() -> Status {
      out.push_back(TRY(ParseInteger<std::int32_t>(Token())));
      return {};
    });
  }

 private:
  // The current value as written. The cursor stays, so that the iteration skips the value itself.
  std::string_view Token() { return Trimmed(value_.raw_json_token()); }

  simdjson::padded_string text_;
  ondemand::parser parser_;
  ondemand::document document_;
  ondemand::value value_;
  bool at_root_ = true;
};

}  // namespace

Result<std::unique_ptr<DocumentReader>> OpenJson(std::string_view text) {
  auto reader = std::make_unique<JsonReader>(text);
  TRY(reader->Open());
  return reader;
}

}  // namespace galley::serving
