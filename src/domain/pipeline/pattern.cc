#include <algorithm>
#include <bitset>

#include "domain/pipeline/trigger.h"

/// Patterns for branches and paths, as in GitHub's workflows.
namespace galley::pipeline {
namespace {

constexpr std::size_t kPatternBytesMax = 1000;

enum class Repeat : std::uint8_t { kOnce, kOptional, kSome, kAny };

struct Token {
  std::bitset<256> bytes;
  Repeat repeat = Repeat::kOnce;
  bool folders = false;  ///< Any folders, each with its slash, or none.
};

std::size_t Byte(char c) {
  return static_cast<unsigned char>(c);
}

Token AnyBytes(bool with_slash) {
  Token token{.bytes = {}, .repeat = Repeat::kAny};
  token.bytes.set();
  token.bytes.set(Byte('/'), with_slash);
  return token;
}

/// `[a-z0-9]`, from behind its bracket; moves `at` behind the closing one.
Result<Token> ReadSet(std::string_view pattern, std::size_t& at) {
  const auto end = pattern.find(']', at);
  if (end == std::string_view::npos || end == at) {
    return Fail(Code::kInvalidArgument, "'{}' has a '[' without characters and a ']'", pattern);
  }
  Token token;
  while (at < end) {
    const char first = pattern[at];
    const bool is_range = at + 2 < end && pattern[at + 1] == '-';
    const char last = is_range ? pattern[at + 2] : first;
    if (Byte(first) > Byte(last)) {
      return Fail(Code::kInvalidArgument, "'{}' has a range that ends before it begins", pattern);
    }
    for (std::size_t byte = Byte(first); byte <= Byte(last); ++byte) token.bytes.set(byte);
    at += is_range ? 3 : 1;
  }
  at = end + 1;
  return token;
}

/// Moves `at` behind the stars.
Token ReadStars(std::string_view pattern, std::size_t& at) {
  const bool at_start = at == 0 || pattern[at - 1] == '/';
  const std::size_t begin = at;
  while (at < pattern.size() && pattern[at] == '*') ++at;
  if (at - begin == 1) return AnyBytes(false);
  if (!at_start || at == pattern.size() || pattern[at] != '/') return AnyBytes(true);
  ++at;
  return {.bytes = {}, .repeat = Repeat::kAny, .folders = true};
}

/// `pattern` without a `!` in front.
Result<std::vector<Token>> TokensOf(std::string_view pattern) {
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '*') {
      tokens.push_back(ReadStars(pattern, at));
      continue;
    }
    ++at;
    if (c == '?' || c == '+') {
      if (tokens.empty() || tokens.back().repeat != Repeat::kOnce) {
        return Fail(Code::kInvalidArgument, "'{}' has a '{}' without a character before it",
                    pattern, c);
      }
      tokens.back().repeat = c == '?' ? Repeat::kOptional : Repeat::kSome;
    } else if (c == '[') {
      tokens.push_back(TRY(ReadSet(pattern, at)));
    } else {
      if (c == '\\' && at == pattern.size()) {
        return Fail(Code::kInvalidArgument, "'{}' ends with a '\\'", pattern);
      }
      Token token;
      token.bytes.set(Byte(c == '\\' ? pattern[at++] : c));
      tokens.push_back(token);
    }
  }
  return tokens;
}

/// From where a pattern's rest may go on behind a token, given where it may begin.
std::vector<char> Advance(const Token& token, std::string_view name,
                          const std::vector<char>& from) {
  std::vector<char> to(from.size(), 0);
  const bool may_be_none = token.repeat == Repeat::kOptional || token.repeat == Repeat::kAny;
  const bool repeats = token.repeat == Repeat::kSome || token.repeat == Repeat::kAny;
  bool has_begun = false;
  for (std::size_t at = 0; at < from.size(); ++at) {
    if (token.folders) {
      to[at] = from[at] != 0 || (has_begun && name[at - 1] == '/') ? 1 : 0;
      has_begun = has_begun || from[at] != 0;
      continue;
    }
    if (may_be_none && from[at] != 0) to[at] = 1;
    if (at == 0 || !token.bytes.test(Byte(name[at - 1]))) continue;
    if (from[at - 1] != 0 || (repeats && to[at - 1] != 0)) to[at] = 1;
  }
  return to;
}

bool IsMatch(std::string_view pattern, std::string_view name) {
  const auto tokens = TokensOf(pattern);
  if (!tokens) return false;
  std::vector<char> places(name.size() + 1, 0);
  places.front() = 1;
  for (const Token& token : *tokens) places = Advance(token, name, places);
  return places.back() != 0;
}

std::string Listed(const std::vector<std::string>& patterns) {
  std::string text;
  for (const std::string& pattern : patterns) text += (text.empty() ? "" : ", ") + pattern;
  return text;
}

}  // namespace

Status CheckPattern(std::string_view pattern) {
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  if (pattern.empty() || pattern.size() > kPatternBytesMax) {
    return Fail(Code::kInvalidArgument, "a pattern has 1 to {} bytes", kPatternBytesMax);
  }
  TRY(TokensOf(pattern));
  return {};
}

bool Takes(std::span<const std::string> patterns, std::string_view name) {
  bool takes = false;
  for (const std::string_view pattern : patterns) {
    const bool is_negative = pattern.starts_with('!');
    if (takes != is_negative) continue;
    if (IsMatch(pattern.substr(is_negative ? 1 : 0), name)) takes = !is_negative;
  }
  return takes;
}

std::string WhyNot(const Trigger& push, std::string_view branch) {
  if (!push.branches.empty() && !Takes(push.branches, branch)) {
    return fmt::format("the branch '{}' is none of 'branches': {}", branch, Listed(push.branches));
  }
  if (!push.branches_ignore.empty() && Takes(push.branches_ignore, branch)) {
    return fmt::format("the branch '{}' is one of 'branches-ignore': {}", branch,
                       Listed(push.branches_ignore));
  }
  return "";
}

bool TakesFiles(const Trigger& push, const std::vector<std::string>& files) {
  if (!push.paths.empty()) {
    return std::ranges::any_of(files, [&](const auto& file) { return Takes(push.paths, file); });
  }
  if (push.paths_ignore.empty()) return true;
  return std::ranges::any_of(files,
                             [&](const auto& file) { return !Takes(push.paths_ignore, file); });
}

}  // namespace galley::pipeline
