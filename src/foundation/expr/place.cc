#include "foundation/expr/place.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "foundation/expr/lexer.h"

namespace galley::expr {
namespace {

using Kind = Place::Kind;

Expected ExpectedAt(Kind kind) {
  switch (kind) {
    case Kind::kOperand: return Expected::kOperand;
    case Kind::kOperator:
    case Kind::kConnective: return Expected::kOperator;
    case Kind::kValue:
    case Kind::kList:
    case Kind::kListItem:
    case Kind::kListNext: return Expected::kValue;
  }
  return Expected::kOperand;
}

bool IsLiteral(const Token& token) {
  return token.kind == Token::Kind::kString || token.kind == Token::Kind::kNumber;
}

/// Reads what stands before a place, token by token.
class Reader {
 public:
  explicit Reader(const Grammar& grammar) : grammar_(grammar) {}

  /// Goes on behind a token that is whole. False: it has no use here; what follows may give it one
  /// (`IS` before `NULL`).
  bool Take(const Token& token);

  Place place;

 private:
  bool TakeAtOperand(const Token& token);
  bool TakeAtOperator(const Token& token);
  bool TakeInList(const Token& token);
  bool TakeAtConnective(const Token& token);
  void StartClause() {
    place.kind = Kind::kOperand;
    place.path.clear();
  }

  const Grammar& grammar_;
};

bool Reader::TakeAtOperand(const Token& token) {
  if (token.kind == Token::Kind::kOperator) return true;  // NOT; an AND that nobody needs.
  if (token.kind == Token::Kind::kSymbol && token.symbol == '(') ++place.open;
  if (token.kind != Token::Kind::kName) return true;
  place.path = token.path;
  place.kind = Kind::kOperator;
  return true;
}

bool Reader::TakeAtOperator(const Token& token) {
  if (token.kind != Token::Kind::kOperator || token.op == Op::kNot) return false;
  place.op = token.op;
  switch (token.op) {
    case Op::kIsNull:
    case Op::kIsNotNull: place.kind = Kind::kConnective; return true;
    case Op::kAnd:
    case Op::kOr: StartClause(); return true;
    case Op::kIn:
    case Op::kNotIn: place.kind = Kind::kList; return true;
    default: place.kind = Kind::kValue; return true;
  }
}

bool Reader::TakeInList(const Token& token) {
  const bool is_symbol = token.kind == Token::Kind::kSymbol;
  const bool opens = place.kind == Kind::kList && is_symbol && token.symbol == grammar_.list_open;
  if (opens || (is_symbol && token.symbol == ',')) {
    place.kind = Kind::kListItem;
  } else if (place.kind == Kind::kListItem && IsLiteral(token)) {
    place.kind = Kind::kListNext;
  } else if (is_symbol && token.symbol == grammar_.list_close) {
    place.kind = Kind::kConnective;
  }
  return true;
}

bool Reader::TakeAtConnective(const Token& token) {
  if (token.kind == Token::Kind::kSymbol && token.symbol == ')') {
    place.open -= std::min<std::size_t>(place.open, 1);
    return true;
  }
  if (token.kind != Token::Kind::kOperator) return false;
  if (token.op == Op::kAnd || token.op == Op::kOr) StartClause();
  return true;
}

bool Reader::Take(const Token& token) {
  switch (place.kind) {
    case Kind::kOperand: return TakeAtOperand(token);
    case Kind::kOperator: return TakeAtOperator(token);
    case Kind::kValue: place.kind = Kind::kConnective; return true;
    case Kind::kList:
    case Kind::kListItem:
    case Kind::kListNext: return TakeInList(token);
    case Kind::kConnective: return TakeAtConnective(token);
  }
  return true;
}

std::size_t SkipBlanks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
  return at;
}

/// Where the word ends that begins at `begin` and goes beyond `at`.
std::size_t WordEnd(std::string_view text, std::size_t begin, std::size_t at, Kind kind,
                    const Grammar& grammar) {
  Lexer lexer(text.substr(begin), grammar);
  const Result<Token> token = lexer.Peek(ExpectedAt(kind));
  if (!token || token->begin != 0) return at;
  return std::max(at, begin + token->end);
}

}  // namespace

Place PlaceAt(std::string_view text, std::size_t at, const Grammar& grammar) {
  at = std::min(at, text.size());
  const std::string_view before = text.substr(0, at);
  Lexer lexer(before, grammar);
  Reader reader(grammar);
  std::size_t taken = 0;
  std::optional<std::size_t> anchor;  // Of words that nothing could be made of so far.
  for (;;) {
    const Result<Token> token = lexer.Peek(ExpectedAt(reader.place.kind));
    const bool is_open_quote = !token;
    // A name that ends in its point is no token from its start.
    const bool is_torn = is_open_quote || token->kind == Token::Kind::kOther;
    const std::size_t begin = is_torn ? SkipBlanks(before, taken) : token->begin;
    const bool at_end = !is_open_quote && token->kind == Token::Kind::kEnd;
    const bool is_symbol = !is_open_quote && token->kind == Token::Kind::kSymbol;
    if (is_open_quote || at_end || (token->end == at && !is_symbol)) {
      Place place = std::move(reader.place);
      const std::size_t word = at_end ? at : begin;
      place.begin = anchor.value_or(word);
      place.end = at_end ? at : WordEnd(text, word, at, place.kind, grammar);
      return place;
    }
    if (reader.Take(*token)) {
      anchor.reset();
    } else if (!anchor) {
      anchor = token->begin;
    }
    taken = token->end;
    lexer.Take(*token);
  }
}

}  // namespace galley::expr
