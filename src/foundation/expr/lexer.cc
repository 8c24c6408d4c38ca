#include "foundation/expr/lexer.h"

#include <algorithm>

namespace galley::expr {
namespace {

constexpr std::string_view kSymbols = "=!<>~&|";

struct Range {
  char32_t first;
  char32_t last;
};

/// Beyond ASCII all is letters, except what people take for space, quotes, signs or brackets: a key
/// that ends in an unseen U+00A0 would match nothing and say nothing.
constexpr Range kNoLetters[] = {
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},     {0xD7, 0xD7},
    {0xF7, 0xF7},     {0x1680, 0x1680}, {0x2000, 0x206F}, {0x2190, 0x2BFF}, {0x3000, 0x3004},
    {0x3008, 0x3020}, {0xFEFF, 0xFEFF}, {0xFF01, 0xFF0F}, {0xFFF0, 0xFFFF},
};
constexpr Range kSpaces[] = {
    {'\t', '\r'},     {' ', ' '},       {0x85, 0x85},     {0xA0, 0xA0},     {0x1680, 0x1680},
    {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000},
};

bool In(std::span<const Range> ranges, char32_t c) {
  return std::ranges::any_of(ranges, [c](Range r) { return r.first <= c && c <= r.last; });
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool IsAsciiName(char c) {
  return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'z') || c == '_';
}

char Unescaped(char c) {
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    default: return c;
  }
}

}  // namespace

std::pair<char32_t, std::size_t> CodePointAt(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (at >= text.size()) return {0, 0};
  if (byte(0) < 0x80) return {byte(0), 1};
  std::size_t length = 0;
  if (byte(0) >= 0xC2 && byte(0) <= 0xDF) length = 2;
  if (byte(0) >= 0xE0 && byte(0) <= 0xEF) length = 3;
  if (byte(0) >= 0xF0 && byte(0) <= 0xF4) length = 4;
  if (length == 0 || text.size() - at < length) return {0, 0};
  char32_t point = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {0, 0};
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  // Overlong forms, surrogates, past the end of Unicode.
  if (length == 3 && (point < 0x800 || (point >= 0xD800 && point <= 0xDFFF))) return {0, 0};
  if (length == 4 && (point < 0x10000 || point > 0x10FFFF)) return {0, 0};
  return {point, length};
}

bool EqualFolded(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

std::size_t Lexer::SkipSpace(std::size_t at) const {
  for (;;) {
    const auto [point, length] = CodePointAt(text_, at);
    if (length == 0 || !In(kSpaces, point)) return at;
    at += length;
  }
}

/// Whether a bare name may have what stands at `at`.
bool Lexer::IsNameAt(std::size_t at) const {
  if (at >= text_.size()) return false;
  const char c = text_[at];
  if (static_cast<unsigned char>(c) < 0x80) {
    return IsAsciiName(c) || grammar_.name_symbols.contains(c);
  }
  const auto [point, length] = CodePointAt(text_, at);
  return length != 0 && !In(kNoLetters, point);
}

std::size_t Lexer::NameEnd(std::size_t at) const {
  while (IsNameAt(at)) at += CodePointAt(text_, at).second;
  return at;
}

/// Where `spelling` ends if the text has it at `at`, else `at`.
std::size_t Lexer::SpelledEnd(std::string_view spelling, std::size_t at) const {
  std::size_t end = at;
  while (!spelling.empty()) {
    const std::string_view word = spelling.substr(0, spelling.find(' '));
    if (end != at) end = SkipSpace(end);
    const std::string_view found = text_.substr(end, word.size());
    if (!(grammar_.fold_case ? EqualFolded(found, word) : found == word)) return at;
    end += word.size();
    const bool more = IsAsciiName(word[0])
                          ? IsNameAt(end) || (end < text_.size() && text_[end] == '.')
                          : end < text_.size() && kSymbols.contains(text_[end]);
    // `==!b`: a NOT directly behind another operator is its own.
    if (more && (IsAsciiName(word[0]) || text_[end] != '!')) return at;
    spelling.remove_prefix(std::min(spelling.size(), word.size() + 1));
  }
  return end;
}

bool Lexer::ReadOperator(std::size_t at, Token& token) const {
  std::size_t longest = at;
  for (const Spelling& spelling : grammar_.operators) {
    const std::size_t end = SpelledEnd(spelling.text, at);
    if (end <= longest) continue;
    longest = end;
    token.op = spelling.op;
    token.text = spelling.text;
  }
  if (longest == at) return false;
  token.kind = Token::Kind::kOperator;
  token.begin = at;
  token.end = longest;
  return true;
}

const Quote* Lexer::QuoteAt(std::size_t at) const {
  if (at >= text_.size()) return nullptr;
  const auto found = std::ranges::find(grammar_.quotes, text_[at], &Quote::mark);
  return found == grammar_.quotes.end() ? nullptr : &*found;
}

/// Behind the mark that closes the quote opened at `at`. Of a text whose last mark comes after a
/// backslash or is the first of two, that one closes: 'C:\' is whole.
Result<std::size_t> Lexer::QuotedEnd(const Quote& quote, std::size_t at) const {
  std::size_t fallback = 0;
  for (std::size_t i = at + 1; i < text_.size(); ++i) {
    if (text_[i] == '\\' && quote.backslash && grammar_.resolve_quotes) {
      ++i;
      continue;
    }
    if (text_[i] != quote.mark) continue;
    const bool escaped = quote.backslash && text_[i - 1] == '\\';
    const bool doubled = i + 1 < text_.size() && text_[i + 1] == quote.mark;
    const bool kept = escaped && !grammar_.resolve_quotes;
    if (!kept && !doubled) return i + 1;
    fallback = i + 1;
    if (!kept) ++i;
  }
  if (fallback != 0 && !grammar_.resolve_quotes) return fallback;
  return Fail(Code::kInvalidArgument, "position {}: the {} that opens here is never closed",
              PositionOf(text_, at), quote.mark);
}

/// What is between the marks at `begin` and before `end`.
std::string Lexer::Unquoted(const Quote& quote, std::size_t begin, std::size_t end) const {
  const std::string_view inner = text_.substr(begin + 1, end - begin - 2);
  if (!grammar_.resolve_quotes) return std::string(inner);
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const bool more = i + 1 < inner.size();
    if (quote.backslash && inner[i] == '\\' && more) {
      out += Unescaped(inner[++i]);
      continue;
    }
    if (inner[i] == quote.mark && more) ++i;
    out += inner[i];
  }
  return out;
}

Result<Token> Lexer::ReadName(std::size_t at) const {
  Token token{.kind = Token::Kind::kName, .begin = at, .end = at};
  for (;;) {
    const Quote* quote = QuoteAt(token.end);
    std::size_t end = 0;
    if (quote != nullptr && (token.path.empty() ? quote->starts_name : quote->in_name)) {
      end = TRY(QuotedEnd(*quote, token.end));
      token.path.push_back(Unquoted(*quote, token.end, end));
    } else {
      end = NameEnd(token.end);
      if (end == token.end) return Other(end);
      token.path.emplace_back(text_.substr(token.end, end - token.end));
    }
    token.end = end;
    if (end >= text_.size() || text_[end] != '.') return token;
    ++token.end;
  }
}

/// `-1.5e-3`, `.5`, `5.`: where it ends, or `at` if no number stands there.
std::size_t Lexer::NumberEnd(std::size_t at) const {
  const auto digits = [this](std::size_t i) {
    while (i < text_.size() && IsDigit(text_[i])) ++i;
    return i;
  };
  const auto is = [this](std::size_t i, std::string_view any) {
    return i < text_.size() && any.contains(text_[i]);
  };
  const std::size_t first = is(at, "-") ? at + 1 : at;
  std::size_t end = digits(first);
  std::size_t count = end - first;
  if (is(end, ".")) {
    const std::size_t point = end;
    end = digits(point + 1);
    count += end - point - 1;
  }
  if (count == 0) return at;
  if (is(end, "eE")) {
    const std::size_t exponent = is(end + 1, "+-") ? end + 2 : end + 1;
    if (digits(exponent) != exponent) end = digits(exponent);
  }
  return end;
}

/// What to show of something that has no place here: a word, a run of symbols or one character.
Token Lexer::Other(std::size_t at) const {
  Token token{.kind = Token::Kind::kOther, .begin = at, .end = at};
  const auto runs = [&](std::size_t i) {
    return kSymbols.contains(text_[at]) ? kSymbols.contains(text_[i])
                                        : IsNameAt(i) || text_[i] == '.';
  };
  while (token.end < text_.size() && runs(token.end)) {
    token.end += CodePointAt(text_, token.end).second;
  }
  if (token.end == at) token.end += CodePointAt(text_, at).second;  // Nothing more at the end.
  return token;
}

Result<Token> Lexer::Peek(Expected expected) const {
  const std::size_t at = SkipSpace(at_);
  Token token{.kind = Token::Kind::kEnd, .begin = at, .end = at};
  if (at >= text_.size()) return token;
  const char c = text_[at];
  if (expected != Expected::kValue && ReadOperator(at, token)) return token;
  if (c == ',' || c == grammar_.list_open || c == grammar_.list_close ||
      (grammar_.parentheses && (c == '(' || c == ')'))) {
    token.kind = Token::Kind::kSymbol;
    token.symbol = c;
    ++token.end;
    return token;
  }
  if (const Quote* quote = QuoteAt(at)) {
    const bool name = quote->starts_name && (expected != Expected::kValue || !quote->string);
    if (name) return ReadName(at);
    if (!quote->string) return Other(at);
    token.end = TRY(QuotedEnd(*quote, at));
    token.kind = Token::Kind::kString;
    token.text = Unquoted(*quote, at, token.end);
    return token;
  }
  if (const std::size_t end = NumberEnd(at); end != at) {
    if (IsNameAt(end) || (end < text_.size() && text_[end] == '.')) return Other(at);
    token.end = end;
    token.kind = Token::Kind::kNumber;
    token.text = text_.substr(at, end - at);
    return token;
  }
  if (IsNameAt(at)) return ReadName(at);
  return Other(at);
}

bool Lexer::AtOperand() const {
  const std::size_t at = SkipSpace(at_);
  Token token;
  if (ReadOperator(at, token)) return token.op == Op::kNot;
  if (const Quote* quote = QuoteAt(at)) return quote->starts_name;
  if (NumberEnd(at) != at) return false;
  return IsNameAt(at) || (grammar_.parentheses && at < text_.size() && text_[at] == '(');
}

bool Lexer::AfterName(std::size_t offset) const {
  return offset > 0 && offset < text_.size() &&
         (IsAsciiName(text_[offset - 1]) || text_[offset - 1] == '.');
}

}  // namespace galley::expr
