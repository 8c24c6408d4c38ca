#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/expr/expr.h"

namespace galley::expr {

/// What may come next decides how characters are read: `"x"` can be a name or a string, `IN` an
/// operator or a name.
enum class Expected : std::uint8_t { kOperand, kValue, kOperator };

struct Token {
  enum class Kind : std::uint8_t {
    kEnd,
    kName,      ///< `path`.
    kString,    ///< `text` without quotes.
    kNumber,    ///< `text` as written.
    kOperator,  ///< `op`, `text` as the grammar spells it.
    kSymbol,    ///< One of the grammar's brackets, or a comma: `symbol`.
    kOther,     ///< What the grammar has no use for.
  };

  Kind kind = Kind::kEnd;
  Op op = Op::kEqual;
  char symbol = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text = {};
  std::vector<std::string> path = {};
};

/// Reads one token at a time from a text that is UTF-8 and outlives it. One thread.
class Lexer {
 public:
  Lexer(std::string_view text, const Grammar& grammar) : text_(text), grammar_(grammar) {}

  /// The token after `Take`n ones, as far as the expectation reaches. The only error is a quote
  /// that is never closed.
  Result<Token> Peek(Expected expected) const;

  /// Goes on behind `token`.
  void Take(const Token& token) { at_ = token.end; }

  /// Whether what follows can only be the start of an operand.
  bool AtOperand() const;

  /// Whether a bare name ends directly before `offset`.
  bool AfterName(std::size_t offset) const;

 private:
  std::size_t SkipSpace(std::size_t at) const;
  bool IsNameAt(std::size_t at) const;
  std::size_t NameEnd(std::size_t at) const;
  std::size_t SpelledEnd(std::string_view spelling, std::size_t at) const;
  const Quote* QuoteAt(std::size_t at) const;
  std::size_t NumberEnd(std::size_t at) const;
  bool ReadOperator(std::size_t at, Token& token) const;
  Result<Token> ReadName(std::size_t at) const;
  Result<std::size_t> QuotedEnd(const Quote& quote, std::size_t at) const;
  std::string Unquoted(const Quote& quote, std::size_t begin, std::size_t end) const;
  Token Other(std::size_t at) const;

  std::string_view text_;
  const Grammar& grammar_;
  std::size_t at_ = 0;
};

/// The code point at `at` and its bytes; {0, 0} where there is no well-formed UTF-8.
std::pair<char32_t, std::size_t> CodePointAt(std::string_view text, std::size_t at);

bool EqualFolded(std::string_view a, std::string_view b);

}  // namespace galley::expr
