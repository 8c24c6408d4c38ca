#include "foundation/yaml/scalar.h"

#include <algorithm>
#include <charconv>

namespace galley::yaml {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view WithoutSign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

bool AreDigits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, IsDigit);
}

bool IsInteger(std::string_view text) {
  if (text.starts_with("0o")) {
    return text.size() > 2 &&
           std::ranges::all_of(text.substr(2), [](char c) { return c >= '0' && c <= '7'; });
  }
  if (text.starts_with("0x")) {
    return text.size() > 2 && text.find_first_not_of("0123456789abcdefABCDEF", 2) == text.npos;
  }
  return AreDigits(WithoutSign(text));
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
bool IsNumber(std::string_view text) {
  text = WithoutSign(text);
  const auto exponent = std::min(text.find_first_of("eE"), text.size());
  if (exponent < text.size() && !AreDigits(WithoutSign(text.substr(exponent + 1)))) return false;
  text = text.substr(0, exponent);
  const auto point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = point < text.size() ? text.substr(point + 1) : std::string_view();
  if (whole.empty()) return AreDigits(rest);
  return AreDigits(whole) && (rest.empty() || AreDigits(rest));
}

bool IsOneOf(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

}  // namespace

Kind Resolve(std::string_view text) {
  if (text.empty() || IsOneOf(text, {"null", "Null", "NULL", "~"})) return Kind::kNull;
  if (IsOneOf(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return Kind::kBool;
  if (IsInteger(text)) return Kind::kInteger;
  if (IsNumber(text) || IsOneOf(WithoutSign(text), {".inf", ".Inf", ".INF"}) ||
      IsOneOf(text, {".nan", ".NaN", ".NAN"})) {
    return Kind::kFloating;
  }
  return Kind::kText;
}

std::optional<std::int64_t> IntegerOf(std::string_view text) {
  int base = 10;
  if (text.starts_with("0o")) base = 8;
  if (text.starts_with("0x")) base = 16;
  if (base != 10) text.remove_prefix(2);
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace galley::yaml
