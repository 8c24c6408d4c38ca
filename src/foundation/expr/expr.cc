#include "foundation/expr/expr.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "foundation/expr/lexer.h"

namespace galley::expr {
namespace {

constexpr std::size_t kFoundBytesMax = 40;  // Of the user's text in a message.

/// How tightly operators bind, from loose to tight.
enum class Power : std::uint8_t { kOr, kAnd, kCompare, kOperand };

Power PowerOf(Op op) {
  if (op == Op::kOr) return Power::kOr;
  if (op == Op::kAnd) return Power::kAnd;
  return Power::kCompare;
}

Power Tighter(Power power) {
  return static_cast<Power>(static_cast<std::uint8_t>(power) + 1);
}

bool IsConnective(Op op) {
  return op == Op::kAnd || op == Op::kOr || op == Op::kNot;
}

bool IsOperand(Node::Kind kind) {
  return kind == Node::Kind::kName || kind == Node::Kind::kString || kind == Node::Kind::kNumber;
}

double NumberOf(const std::string& text) {
  double number = 0;
  const auto end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ec == std::errc()) return number;
  return std::strtod(text.c_str(),
                     nullptr);  // Out of range: infinity or zero, which from_chars hides.
}

/// The grammar's operators that `choose` takes, as a message lists them.
template <typename Choose>
std::string Spellings(const Grammar& grammar, Choose choose) {
  std::string out;
  for (const Spelling& spelling : grammar.operators) {
    if (!spelling.offered || !choose(spelling.op)) continue;
    if (!out.empty()) out += ", ";
    out += spelling.text;
  }
  return out;
}

/// A Pratt parser. Recursion is bounded: each level of parentheses or NOT, of which there are at
/// most `limits.depth`, adds at most seven calls.
class Parser {
 public:
  Parser(std::string_view text, const Grammar& grammar)
      : text_(text), grammar_(grammar), lexer_(text, grammar) {}

  Result<Expression> Run();
  Result<OrderKey> RunOrderKey();

 private:
  Result<NodeId> Above(Power least, std::size_t depth);
  Result<NodeId> Prefix(std::size_t depth);
  Result<NodeId> Negation(const Token& negation, std::size_t depth);
  Result<NodeId> Parenthesis(const Token& open, std::size_t depth);
  Result<NodeId> Connection(Op op, NodeId left, std::size_t depth);
  Result<NodeId> Comparison(const Token& comparator, NodeId left);
  Result<NodeId> Value();
  Result<NodeId> List();
  Result<Token> SkipLooseAnds();
  Status CheckText() const;
  Status CheckCondition(NodeId id);
  Status CountClause(std::size_t offset);
  bool IsClosed(const Token& token) const;
  NodeId Add(Node node);
  NodeId AddOperand(Token token);
  NodeId Join(Op op, NodeId left, NodeId right);
  Result<NodeId> Unexpected(const Token& token, std::string_view expected) const;
  std::string ValueNames() const;
  std::string AfterClause() const;

  std::string_view text_;
  const Grammar& grammar_;
  Lexer lexer_;
  Expression out_;
  std::size_t clauses_ = 0;
};

Result<Expression> Parser::Run() {
  TRY(CheckText());
  const Token first = TRY(SkipLooseAnds());
  if (first.kind == Token::Kind::kEnd && grammar_.allow_empty) return std::move(out_);
  const NodeId root = TRY(Above(Power::kOr, 0));
  TRY(CheckCondition(root));
  const Token rest = TRY(lexer_.Peek(Expected::kOperator));
  if (rest.kind != Token::Kind::kEnd) TRY(Unexpected(rest, AfterClause()));
  out_.root = root;
  return std::move(out_);
}

Result<OrderKey> Parser::RunOrderKey() {
  TRY(CheckText());
  Token name = TRY(lexer_.Peek(Expected::kOperand));
  if (name.kind != Token::Kind::kName) TRY(Unexpected(name, "a name"));
  lexer_.Take(name);
  OrderKey out{.path = std::move(name.path)};
  const Token direction = TRY(lexer_.Peek(Expected::kValue));
  if (direction.kind == Token::Kind::kEnd) return out;
  const std::string_view word = text_.substr(direction.begin, direction.end - direction.begin);
  out.ascending = EqualFolded(word, "asc");
  if (!out.ascending && !EqualFolded(word, "desc")) {
    TRY(Unexpected(direction, "ASC, DESC or the end"));
  }
  lexer_.Take(direction);
  const Token rest = TRY(lexer_.Peek(Expected::kValue));
  if (rest.kind != Token::Kind::kEnd) TRY(Unexpected(rest, "the end"));
  return out;
}

Status Parser::CheckText() const {
  if (text_.size() > grammar_.limits.bytes) {
    return Fail(Code::kInvalidArgument, "the expression has {} bytes, more than the limit of {}",
                text_.size(), grammar_.limits.bytes);
  }
  for (std::size_t at = 0; at < text_.size();) {
    const std::size_t length = CodePointAt(text_, at).second;
    if (length == 0) {
      return Fail(Code::kInvalidArgument, "position {}: byte {:#04x} is not UTF-8",
                  PositionOf(text_, at), static_cast<unsigned char>(text_[at]));
    }
    at += length;
  }
  return {};
}

/// An expression whose operators all bind at least as tightly as `least`.
Result<NodeId> Parser::Above(Power least, std::size_t depth) {
  NodeId left = TRY(Prefix(depth));
  for (;;) {
    const Token token = TRY(lexer_.Peek(Expected::kOperator));
    const bool is_operator = token.kind == Token::Kind::kOperator && token.op != Op::kNot;
    const bool implied = !is_operator && grammar_.loose_and && lexer_.AtOperand() &&
                         !IsOperand(out_.nodes[left].kind);
    if (!is_operator && !implied) return left;
    const Op op = implied ? Op::kAnd : token.op;
    if (PowerOf(op) < least) return left;
    if (!implied) lexer_.Take(token);
    if (!IsConnective(op)) {
      left = TRY(Comparison(token, left));
      continue;
    }
    if (op == Op::kAnd && IsClosed(TRY(SkipLooseAnds()))) return left;
    left = TRY(Connection(op, left, depth));
  }
}

/// What an operator's left side can be: an operand, or an expression in parentheses or after NOT.
Result<NodeId> Parser::Prefix(std::size_t depth) {
  Token token = TRY(SkipLooseAnds());
  const bool is_not = token.kind == Token::Kind::kOperator && token.op == Op::kNot;
  const bool is_open =
      token.kind == Token::Kind::kSymbol && token.symbol == '(' && grammar_.parentheses;
  if ((is_not || is_open) && depth >= grammar_.limits.depth) {
    return Fail(Code::kInvalidArgument,
                "position {}: parentheses and NOT are nested deeper than the limit of {}",
                PositionOf(text_, token.begin), grammar_.limits.depth);
  }
  if (is_not) return Negation(token, depth + 1);
  if (is_open) return Parenthesis(token, depth + 1);
  const bool is_literal = token.kind == Token::Kind::kString || token.kind == Token::Kind::kNumber;
  if (token.kind != Token::Kind::kName && !(is_literal && grammar_.literal_left)) {
    return Unexpected(token, grammar_.literal_left ? "a name or a value" : "a name");
  }
  if (grammar_.bare_operands) TRY(CountClause(token.begin));
  lexer_.Take(token);
  return AddOperand(std::move(token));
}

Result<NodeId> Parser::Negation(const Token& negation, std::size_t depth) {
  lexer_.Take(negation);
  const bool is_symbol = text_[negation.begin] == '!';
  const NodeId inner = TRY(Above(is_symbol ? Power::kOperand : Power::kCompare, depth));
  TRY(CheckCondition(inner));
  const std::size_t end = out_.nodes[inner].offset + out_.nodes[inner].length;
  return Add({.kind = Node::Kind::kNot,
              .op = Op::kNot,
              .offset = static_cast<std::uint32_t>(negation.begin),
              .length = static_cast<std::uint32_t>(end - negation.begin),
              .children = {inner}});
}

Result<NodeId> Parser::Parenthesis(const Token& open, std::size_t depth) {
  lexer_.Take(open);
  const NodeId inner = TRY(Above(Power::kOr, depth));
  TRY(CheckCondition(inner));
  const Token close = TRY(lexer_.Peek(Expected::kOperator));
  if (close.kind != Token::Kind::kSymbol || close.symbol != ')') {
    return Unexpected(
        close, fmt::format("the ')' of the '(' at position {}", PositionOf(text_, open.begin)));
  }
  lexer_.Take(close);
  return inner;
}

Result<NodeId> Parser::Connection(Op op, NodeId left, std::size_t depth) {
  TRY(CheckCondition(left));
  const NodeId right = TRY(Above(Tighter(PowerOf(op)), depth));
  TRY(CheckCondition(right));
  return Join(op, left, right);
}

Result<NodeId> Parser::Comparison(const Token& comparator, NodeId left) {
  const Node::Kind kind = out_.nodes[left].kind;
  const bool comparable =
      IsOperand(kind) || (kind == Node::Kind::kNot && grammar_.bare_operands);  // !a == b
  if (!comparable) return Unexpected(comparator, AfterClause());
  if (!grammar_.bare_operands) TRY(CountClause(comparator.begin));
  const std::uint32_t begin = out_.nodes[left].offset;
  if (comparator.op == Op::kIsNull || comparator.op == Op::kIsNotNull) {
    return Add({.kind = Node::Kind::kIsNull,
                .op = comparator.op,
                .offset = begin,
                .length = static_cast<std::uint32_t>(comparator.end - begin),
                .text = comparator.text,
                .children = {left}});
  }
  const bool is_in = comparator.op == Op::kIn || comparator.op == Op::kNotIn;
  const NodeId right = is_in ? TRY(List()) : TRY(Value());
  const std::uint32_t end = out_.nodes[right].offset + out_.nodes[right].length;
  return Add({.kind = Node::Kind::kCompare,
              .op = comparator.op,
              .offset = begin,
              .length = end - begin,
              .text = comparator.text,
              .children = {left, right}});
}

Result<NodeId> Parser::Value() {
  Token token = TRY(lexer_.Peek(Expected::kValue));
  const bool is_literal = token.kind == Token::Kind::kString || token.kind == Token::Kind::kNumber;
  const bool is_name = token.kind == Token::Kind::kName && grammar_.name_values;
  if (!is_literal && !is_name) return Unexpected(token, ValueNames());
  lexer_.Take(token);
  return AddOperand(std::move(token));
}

Result<NodeId> Parser::List() {
  Token token = TRY(lexer_.Peek(Expected::kValue));
  if (token.kind == Token::Kind::kName && grammar_.bare_operands) return Value();
  const auto is = [&](char symbol) {
    return token.kind == Token::Kind::kSymbol && token.symbol == symbol;
  };
  if (!is(grammar_.list_open)) {
    return Unexpected(token, fmt::format("a list that begins with '{}'", grammar_.list_open));
  }
  Node list{.kind = Node::Kind::kList, .offset = static_cast<std::uint32_t>(token.begin)};
  lexer_.Take(token);
  for (;;) {
    token = TRY(lexer_.Peek(Expected::kValue));
    if (is(grammar_.list_close) && (!list.children.empty() || grammar_.empty_lists)) break;
    if (token.kind != Token::Kind::kString && token.kind != Token::Kind::kNumber) {
      return Unexpected(token, "a quoted string or a number");
    }
    if (list.children.size() == grammar_.limits.list_items) {
      return Fail(Code::kInvalidArgument,
                  "position {}: the list has more items than the limit of {}",
                  PositionOf(text_, token.begin), grammar_.limits.list_items);
    }
    lexer_.Take(token);
    list.children.push_back(AddOperand(std::move(token)));
    token = TRY(lexer_.Peek(Expected::kValue));
    if (is(grammar_.list_close)) break;
    if (!is(',')) return Unexpected(token, fmt::format("',' or '{}'", grammar_.list_close));
    lexer_.Take(token);
  }
  lexer_.Take(token);
  list.length = static_cast<std::uint32_t>(token.end) - list.offset;
  return Add(std::move(list));
}

/// What follows as an operand, behind the ANDs that nobody needs.
Result<Token> Parser::SkipLooseAnds() {
  for (;;) {
    Token token = TRY(lexer_.Peek(Expected::kOperand));
    const bool is_and = token.kind == Token::Kind::kOperator && token.op == Op::kAnd;
    if (!is_and || !grammar_.loose_and) return token;
    lexer_.Take(token);
  }
}

/// Whether a trailing AND stands before `token`.
bool Parser::IsClosed(const Token& token) const {
  if (!grammar_.loose_and) return false;
  return token.kind == Token::Kind::kEnd ||
         (token.kind == Token::Kind::kSymbol && token.symbol == ')');
}

/// An operand alone is a condition only where the grammar says so.
Status Parser::CheckCondition(NodeId id) {
  if (!IsOperand(out_.nodes[id].kind)) return {};
  if (grammar_.bare_operands) return {};
  const Token token = TRY(lexer_.Peek(Expected::kOperator));
  const auto is_comparator = [](Op op) { return !IsConnective(op); };
  TRY(Unexpected(token, "a comparator (" + Spellings(grammar_, is_comparator) + ")"));
  return {};
}

Status Parser::CountClause(std::size_t offset) {
  if (++clauses_ <= grammar_.limits.clauses) return {};
  return Fail(Code::kInvalidArgument, "position {}: more clauses than the limit of {}",
              PositionOf(text_, offset), grammar_.limits.clauses);
}

NodeId Parser::Add(Node node) {
  out_.nodes.push_back(std::move(node));
  return static_cast<NodeId>(out_.nodes.size() - 1);
}

NodeId Parser::AddOperand(Token token) {
  Node node{.kind = Node::Kind::kName,
            .offset = static_cast<std::uint32_t>(token.begin),
            .length = static_cast<std::uint32_t>(token.end - token.begin)};
  if (token.kind == Token::Kind::kString) node.kind = Node::Kind::kString;
  if (token.kind == Token::Kind::kNumber) {
    node.kind = Node::Kind::kNumber;
    node.number = NumberOf(token.text);
  }
  node.text = std::move(token.text);
  node.path = std::move(token.path);
  return Add(std::move(node));
}

/// One node for a chain: a AND b AND c.
NodeId Parser::Join(Op op, NodeId left, NodeId right) {
  const auto kind = op == Op::kAnd ? Node::Kind::kAnd : Node::Kind::kOr;
  const std::uint32_t end = out_.nodes[right].offset + out_.nodes[right].length;
  if (out_.nodes[left].kind == kind) {
    out_.nodes[left].children.push_back(right);
    out_.nodes[left].length = end - out_.nodes[left].offset;
    return left;
  }
  const std::uint32_t begin = out_.nodes[left].offset;
  return Add(
      {.kind = kind, .op = op, .offset = begin, .length = end - begin, .children = {left, right}});
}

/// Always an error; a Result of a node so that it can be returned from where one is due.
Result<NodeId> Parser::Unexpected(const Token& token, std::string_view expected) const {
  const std::size_t position = PositionOf(text_, token.begin);
  if (token.begin >= text_.size()) {
    return Fail(Code::kInvalidArgument, "position {}: found the end, expected {}", position,
                expected);
  }
  std::string_view found = text_.substr(token.begin, token.end - token.begin);
  bool cut = false;
  while (found.size() > kFoundBytesMax || (cut && (found.back() & 0xC0) == 0x80)) {
    found.remove_suffix(1);
    cut = true;
  }
  if (cut) found = text_.substr(token.begin, found.size() - 1);
  const auto name_quote = std::ranges::find(grammar_.quotes, true, &Quote::in_name);
  const bool hint = token.kind == Token::Kind::kOther && found[0] > ' ' &&
                    lexer_.AfterName(token.begin) && name_quote != grammar_.quotes.end();
  const std::string what = static_cast<unsigned char>(found[0]) < 0x20
                               ? fmt::format("U+{:04X}", static_cast<unsigned char>(found[0]))
                               : fmt::format("'{}{}'", found, cut ? "…" : "");
  return Fail(
      Code::kInvalidArgument, "position {}: found {}, expected {}{}", position, what, expected,
      hint ? fmt::format("; a name with other characters stands in {}", name_quote->mark) : "");
}

std::string Parser::ValueNames() const {
  return grammar_.name_values ? "a quoted string, a number or a name"
                              : "a quoted string or a number";
}

std::string Parser::AfterClause() const {
  std::string out = Spellings(grammar_, [](Op op) { return op == Op::kAnd || op == Op::kOr; });
  return out.empty() ? "the end" : out + " or the end";
}

void Append(std::string& out, const Expression& expression, NodeId id) {
  const Node& node = expression[id];
  if (node.kind == Node::Kind::kString) {
    out += fmt::format("{:?}", node.text);
    return;
  }
  if (node.kind == Node::Kind::kNumber) {
    out += node.text;
    return;
  }
  if (node.kind == Node::Kind::kName) {
    for (std::size_t i = 0; i < node.path.size(); ++i) {
      const bool plain =
          !node.path[i].empty() && node.path[i].find_first_of(" .`\"'()") == std::string::npos;
      out += i == 0 ? "" : ".";
      out += plain ? node.path[i] : fmt::format("`{}`", node.path[i]);
    }
    return;
  }
  const bool is_list = node.kind == Node::Kind::kList;
  out += is_list ? '[' : '(';
  if (!is_list) out += OpText(node.op);
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    if (!is_list || i > 0) out += ' ';
    Append(out, expression, node.children[i]);
  }
  out += is_list ? ']' : ')';
}

}  // namespace

Result<Expression> Parse(std::string_view text, const Grammar& grammar) {
  return Parser(text, grammar).Run();
}

Result<OrderKey> ParseOrderKey(std::string_view text, const Grammar& grammar) {
  return Parser(text, grammar).RunOrderKey();
}

std::size_t PositionOf(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto starts = std::ranges::count_if(before, [](char c) { return (c & 0xC0) != 0x80; });
  return static_cast<std::size_t>(starts) + 1;
}

std::string_view OpText(Op op) {
  switch (op) {
    case Op::kEqual: return "=";
    case Op::kNotEqual: return "!=";
    case Op::kLess: return "<";
    case Op::kLessEqual: return "<=";
    case Op::kGreater: return ">";
    case Op::kGreaterEqual: return ">=";
    case Op::kLike: return "LIKE";
    case Op::kNotLike: return "NOT LIKE";
    case Op::kILike: return "ILIKE";
    case Op::kNotILike: return "NOT ILIKE";
    case Op::kRLike: return "RLIKE";
    case Op::kIn: return "IN";
    case Op::kNotIn: return "NOT IN";
    case Op::kIsNull: return "IS NULL";
    case Op::kIsNotNull: return "IS NOT NULL";
    case Op::kAnd: return "AND";
    case Op::kOr: return "OR";
    case Op::kNot: return "NOT";
  }
  return "?";
}

std::string Describe(const Expression& expression) {
  std::string out;
  if (expression.root) Append(out, expression, *expression.root);
  return out;
}

}  // namespace galley::expr
