#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "domain/pipeline/substitute.h"
#include "foundation/expr/expr.h"

namespace galley::pipeline {
namespace {

using expr::Node;
using expr::Op;

constexpr expr::Spelling kOperators[] = {
    {"==", Op::kEqual},       {"!=", Op::kNotEqual},  {"<", Op::kLess},
    {"<=", Op::kLessEqual},   {">", Op::kGreater},    {">=", Op::kGreaterEqual},
    {"&&", Op::kAnd},         {"||", Op::kOr},        {"!", Op::kNot},
    {"and", Op::kAnd, false}, {"or", Op::kOr, false}, {"not", Op::kNot, false},
};
constexpr expr::Quote kQuotes[] = {
    {.mark = '\'', .string = true}, {.mark = '"', .string = true}, {.mark = '`', .in_name = true}};
constexpr expr::Grammar kGrammar{.operators = kOperators,
                                 .quotes = kQuotes,
                                 .name_symbols = "-",
                                 .literal_left = true,
                                 .name_values = true,
                                 .bare_operands = true,
                                 .resolve_quotes = true};
constexpr std::string_view kFunctions[] = {"success", "failure", "always"};
constexpr std::string_view kThereAre =
    "there are: matrix.KEY, params.NAME, env.NAME, metrics.JOB.KEY, true, false, success(), "
    "failure(), always()";

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

bool IsOperator(std::string_view word) {
  const auto is = [word](std::string_view name) {
    return std::ranges::equal(word, name, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
    });
  };
  return is("and") || is("or") || is("not");
}

/// A condition as the grammar reads it, byte for byte where it was. The grammar has no functions:
/// their parentheses are blanks in `parsed`.
struct Prepared {
  std::string text;  ///< With `${{` and `}}` as blanks.
  std::string parsed;
  std::set<std::size_t> calls;  ///< Where functions begin.
};

/// Looks at what is not in quotes.
class Preparation {
 public:
  explicit Preparation(std::string_view text) : text_(text) {
    out_.text = text;
    out_.parsed = text;
  }

  Result<Prepared> Run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\'' || c == '"' || c == '`') {
        at_ = std::min(text_.find(c, at_ + 1), text_.size() - 1) + 1;
      } else if (text_.substr(at_).starts_with("${{")) {
        TRY(Mark(3, !is_open_));
      } else if (text_.substr(at_).starts_with("}}")) {
        TRY(Mark(2, is_open_));
      } else if (IsWord(c)) {
        TRY(Word());
      } else {
        ++at_;
      }
    }
    if (is_open_) {
      return Fail(Code::kInvalidArgument, "'${{{{' has no '}}}}' behind it");
    }
    return std::move(out_);
  }

 private:
  Status Mark(std::size_t length, bool is_right) {
    if (!is_right) {
      return Fail(Code::kInvalidArgument, "position {}: '{}' has no place here",
                  expr::PositionOf(text_, at_), text_.substr(at_, length));
    }
    is_open_ = !is_open_;
    out_.text.replace(at_, length, length, ' ');
    out_.parsed.replace(at_, length, length, ' ');
    at_ += length;
    return {};
  }

  std::size_t BehindSpace(std::size_t at) const {
    while (at < text_.size() && IsSpace(text_[at])) ++at;
    return at;
  }

  Status Word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && IsWord(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    const std::size_t open = BehindSpace(at_);
    if (open >= text_.size() || text_[open] != '(' || IsOperator(word)) return {};
    if (std::ranges::find(kFunctions, word) == std::end(kFunctions)) {
      return Fail(Code::kInvalidArgument,
                  "position {}: there is no function '{}'; there are: success(), failure(), "
                  "always()",
                  expr::PositionOf(text_, begin), word);
    }
    const std::size_t close = BehindSpace(open + 1);
    if (close >= text_.size() || text_[close] != ')') {
      return Fail(Code::kInvalidArgument, "position {}: '{}' takes nothing in its parentheses",
                  expr::PositionOf(text_, open), word);
    }
    out_.calls.insert(begin);
    out_.parsed.replace(open, close + 1 - open, close + 1 - open, ' ');
    at_ = close + 1;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_open_ = false;
  Prepared out_;
};

struct Value {
  enum class Kind : std::uint8_t { kBool, kNumber, kText };
  Kind kind = Kind::kBool;
  bool flag = false;
  double number = 0;
  std::string text;
};

std::optional<double> NumberOf(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (digits.empty() || (digits[0] != '.' && (digits[0] < '0' || digits[0] > '9'))) return {};
  double number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.begin(), last, number);
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}

/// Of a text whose kind is not known.
Value ValueOf(std::string text) {
  if (text == "true" || text == "false") {
    return {.kind = Value::Kind::kBool, .flag = text == "true", .text = std::move(text)};
  }
  if (const auto number = NumberOf(text)) {
    return {.kind = Value::Kind::kNumber, .number = *number, .text = std::move(text)};
  }
  return {.kind = Value::Kind::kText, .text = std::move(text)};
}

std::string Shown(const Value& value) {
  return value.kind == Value::Kind::kText ? fmt::format("'{}'", value.text) : value.text;
}

template <typename T>
bool IsTrue(Op op, const T& left, const T& right) {
  switch (op) {
    case Op::kEqual: return left == right;
    case Op::kNotEqual: return left != right;
    case Op::kLess: return left < right;
    case Op::kLessEqual: return left <= right;
    case Op::kGreater: return left > right;
    default: return left >= right;
  }
}

/// A condition that was parsed.
class Judge {
 public:
  explicit Judge(Prepared prepared) : prepared_(std::move(prepared)) {}

  Status Parse() {
    expression_ = TRY(expr::Parse(prepared_.parsed, kGrammar));
    TRY(CheckTruth(*expression_.root));
    for (const Node& node : expression_.nodes) {
      if (node.kind == Node::Kind::kName) TRY(CheckName(node));
      if (node.kind != Node::Kind::kCompare) continue;
      if (IsFixed(node.children[0]) && IsFixed(node.children[1])) TRY(Compare(node));
    }
    return {};
  }

  Result<bool> Run(Before before, Lookup lookup, const void* context) {
    if (prepared_.calls.empty() && before == Before::kFailed) return false;
    before_ = before;
    lookup_ = lookup;
    context_ = context;
    return Truth(*expression_.root);
  }

  const expr::Expression& expression() const { return expression_; }
  const Prepared& prepared() const { return prepared_; }
  static std::string NameOf(const Node& node) {
    std::string name;
    for (const std::string& part : node.path) name += (name.empty() ? "" : ".") + part;
    return name;
  }

 private:
  std::size_t PositionOf(const Node& node) const {
    return expr::PositionOf(prepared_.parsed, node.offset);
  }

  static bool IsBool(const Node& node) {
    return node.kind == Node::Kind::kName && node.path.size() == 1 &&
           (node.path[0] == "true" || node.path[0] == "false");
  }

  bool IsCall(const Node& node) const {
    return node.kind == Node::Kind::kName && prepared_.calls.contains(node.offset);
  }

  /// Whether the value is known without asking anybody.
  bool IsFixed(expr::NodeId id) const {
    const Node& node = expression_[id];
    return node.kind == Node::Kind::kString || node.kind == Node::Kind::kNumber || IsBool(node);
  }

  Status CheckName(const Node& node) const {
    if (IsBool(node) || IsCall(node)) return {};
    const std::string name = NameOf(node);
    const std::string& root = node.path[0];
    if (node.path.size() == 1 && std::ranges::find(kFunctions, root) != std::end(kFunctions)) {
      return Fail(Code::kInvalidArgument, "position {}: '{}' is a function; write {}()",
                  PositionOf(node), name, name);
    }
    const bool is_known = root == "matrix" || root == "params" || root == "env";
    if (is_known && node.path.size() > 1) return {};
    if (root == "metrics" && node.path.size() > 2) return {};
    return Fail(Code::kInvalidArgument, "position {}: '{}' is not known; {}", PositionOf(node),
                name, kThereAre);
  }

  /// That what is taken as true or false can be that.
  // NOLINTNEXTLINE(misc-no-recursion): the grammar bounds the depth.
  Status CheckTruth(expr::NodeId id) const {
    const Node& node = expression_[id];
    if (node.kind == Node::Kind::kString || node.kind == Node::Kind::kNumber) {
      return Untrue(node,
                    node.kind == Node::Kind::kString ? fmt::format("'{}'", node.text) : node.text);
    }
    if (node.kind == Node::Kind::kCompare) return {};
    for (const expr::NodeId child : node.children) TRY(CheckTruth(child));
    return {};
  }

  std::unexpected<Error> Untrue(const Node& node, std::string_view shown) const {
    return Fail(Code::kInvalidArgument, "position {}: expected true or false, not {}",
                PositionOf(node), shown);
  }

  // NOLINTNEXTLINE(misc-no-recursion): the grammar bounds the depth.
  Result<bool> Truth(expr::NodeId id) const {
    const Node& node = expression_[id];
    switch (node.kind) {
      case Node::Kind::kAnd:
        for (const expr::NodeId child : node.children) {
          if (!TRY(Truth(child))) return false;
        }
        return true;
      case Node::Kind::kOr:
        for (const expr::NodeId child : node.children) {
          if (TRY(Truth(child))) return true;
        }
        return false;
      case Node::Kind::kNot: return !TRY(Truth(node.children[0]));
      case Node::Kind::kCompare: return Compare(node);
      default: break;
    }
    const Value value = TRY(Of(id));
    if (value.kind != Value::Kind::kBool) {
      return Untrue(node, fmt::format("{}, which is {}", NameOf(node), Shown(value)));
    }
    return value.flag;
  }

  // NOLINTNEXTLINE(misc-no-recursion): the grammar bounds the depth.
  Result<Value> Of(expr::NodeId id) const {
    const Node& node = expression_[id];
    if (node.kind == Node::Kind::kString) {
      return Value{.kind = Value::Kind::kText, .text = node.text};
    }
    if (node.kind == Node::Kind::kNumber) {
      return Value{.kind = Value::Kind::kNumber, .number = node.number, .text = node.text};
    }
    if (node.kind != Node::Kind::kName) return Flag(TRY(Truth(id)));
    if (IsBool(node)) return Flag(node.path[0] == "true");
    if (IsCall(node)) {
      if (node.path[0] == "always") return Flag(true);
      return Flag((node.path[0] == "success") == (before_ == Before::kSucceeded));
    }
    const std::string name = NameOf(node);
    auto text = lookup_ == nullptr ? std::nullopt : lookup_(context_, name);
    if (!text) {
      return Fail(Code::kInvalidArgument, "position {}: there is no '{}'", PositionOf(node), name);
    }
    return ValueOf(*std::move(text));
  }

  static Value Flag(bool flag) {
    return {.kind = Value::Kind::kBool, .flag = flag, .text = flag ? "true" : "false"};
  }

  // NOLINTNEXTLINE(misc-no-recursion): the grammar bounds the depth.
  Result<bool> Compare(const Node& node) const {
    const Value left = TRY(Of(node.children[0]));
    const Value right = TRY(Of(node.children[1]));
    const bool is_equality = node.op == Op::kEqual || node.op == Op::kNotEqual;
    if (left.kind == Value::Kind::kBool || right.kind == Value::Kind::kBool) {
      if (is_equality) return IsTrue(node.op, left.text, right.text);
      return Fail(Code::kInvalidArgument,
                  "position {}: {} {} {}: true and false can be equal or not, and nothing else",
                  PositionOf(node), Shown(left), node.text, Shown(right));
    }
    if (left.kind == Value::Kind::kText && right.kind == Value::Kind::kText) {
      return IsTrue(node.op, left.text, right.text);
    }
    const auto a = left.kind == Value::Kind::kNumber ? left.number : NumberOf(left.text);
    const auto b = right.kind == Value::Kind::kNumber ? right.number : NumberOf(right.text);
    if (a && b) return IsTrue(node.op, *a, *b);
    if (is_equality) return node.op == Op::kNotEqual;
    return Fail(Code::kInvalidArgument,
                "position {}: {} {} {}: {} is no number and cannot be compared with one",
                PositionOf(node), Shown(left), node.text, Shown(right), Shown(a ? right : left));
  }

  Prepared prepared_;
  expr::Expression expression_;
  Before before_ = Before::kSucceeded;
  Lookup lookup_ = nullptr;
  const void* context_ = nullptr;
};

Result<Judge> Parsed(std::string_view condition) {
  Judge judge(TRY(Preparation(condition).Run()));
  TRY(judge.Parse());
  return judge;
}

std::string Doubled(std::string_view text, char mark) {
  std::string out;
  for (const char c : text) out.append(c == mark ? 2 : 1, c);
  return out;
}

/// A value of the file as the grammar writes it.
std::string Literal(const yaml::Node& node) {
  if (node.kind == yaml::Kind::kBool || node.kind == yaml::Kind::kInteger ||
      node.kind == yaml::Kind::kFloating) {
    std::string json = yaml::ToJson(node);
    if (json.starts_with('t') || json.starts_with('f')) return json;
    if (NumberOf(node.text)) return node.text;
    if (NumberOf(json)) return json;
  }
  return fmt::format("'{}'", Doubled(node.text, '\''));
}

/// Fills in what stands inside of quotes.
Result<std::string> FillQuoted(std::string_view text, const Scope& scope) {
  std::string out;
  while (!text.empty()) {
    const auto open = std::min(text.find_first_of("'\"`"), text.size());
    out += text.substr(0, open);
    text.remove_prefix(open);
    if (text.empty()) break;
    const char mark = text.front();
    std::size_t close = 1;
    // Marks inside of `${{ … }}` are not there: names have none.
    while (close < text.size() && text[close] != mark) ++close;
    const std::string_view inner = text.substr(1, close - 1);
    const std::string filled = mark == '`' ? std::string(inner) : TRY(Fill(inner, scope));
    out += mark;
    out += filled == inner ? filled : Doubled(filled, mark);
    if (close < text.size()) out += mark;
    text.remove_prefix(std::min(close + 1, text.size()));
  }
  return out;
}

}  // namespace

Result<Condition> FillCondition(std::string_view text, const Scope& scope) {
  const Judge judge = TRY(Parsed(TRY(FillQuoted(text, scope))));
  Condition condition{.text = judge.prepared().text, .metrics = {}};
  std::vector<const Node*> names;
  for (const Node& node : judge.expression().nodes) {
    if (node.kind == Node::Kind::kName && node.path.size() > 1) names.push_back(&node);
  }
  // From the end, so that the places before stay where they are.
  std::ranges::sort(names, std::greater<>(), &Node::offset);
  for (const Node* name : names) {
    if (name->path[0] == "metrics") {
      condition.metrics.push_back(name->path);
      continue;
    }
    auto value = scope.Value(Judge::NameOf(*name));
    if (!value) {
      return Fail(Code::kInvalidArgument, "position {}: {}",
                  expr::PositionOf(judge.prepared().text, name->offset), value.error().message);
    }
    condition.text.replace(name->offset, name->length, Literal(*value));
  }
  std::ranges::reverse(condition.metrics);
  const auto first = condition.text.find_first_not_of(" \t\r\n");
  condition.text =
      condition.text.substr(first, condition.text.find_last_not_of(" \t\r\n") + 1 - first);
  TRY(CheckCondition(condition.text));
  return condition;
}

Result<bool> Holds(std::string_view condition, Before before, Lookup lookup, const void* context) {
  if (condition.empty()) return before == Before::kSucceeded;
  Judge judge = TRY(Parsed(condition));
  return judge.Run(before, lookup, context);
}

Status CheckCondition(std::string_view condition) {
  if (condition.empty()) return {};
  TRY(Parsed(condition));
  return {};
}

}  // namespace galley::pipeline
