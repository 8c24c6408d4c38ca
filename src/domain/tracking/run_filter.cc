#include "domain/tracking/run_filter.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace galley::tracking {
namespace {

using expr::Expression;
using expr::Node;
using expr::Op;

constexpr expr::Spelling kOperators[] = {
    {"=", Op::kEqual},
    {"!=", Op::kNotEqual},
    {"<", Op::kLess},
    {"<=", Op::kLessEqual},
    {">", Op::kGreater},
    {">=", Op::kGreaterEqual},
    {"LIKE", Op::kLike},
    {"NOT LIKE", Op::kNotLike},
    {"ILIKE", Op::kILike},
    {"NOT ILIKE", Op::kNotILike},
    {"IN", Op::kIn},
    {"NOT IN", Op::kNotIn},
    {"IS NULL", Op::kIsNull},
    {"IS NOT NULL", Op::kIsNotNull},
    {"AND", Op::kAnd},
    {"OR", Op::kOr},
    {"NOT", Op::kNot},
    {"==", Op::kEqual, false},
    {"<>", Op::kNotEqual, false},
};
constexpr expr::Quote kQuotes[] = {
    {.mark = '`', .starts_name = true, .in_name = true},
    {.mark = '"', .in_name = true, .string = true},
    {.mark = '\'', .in_name = true, .string = true},
};
constexpr std::string_view kNameSymbols = "-/:@";

/// Other words for kinds and attributes; MLflow's are among them.
struct Alias {
  std::string_view text;
  std::string_view means;
};
constexpr Alias kKindAliases[] = {
    {"metric", "metrics."},
    {"metrics", "metrics."},
    {"param", "params."},
    {"params", "params."},
    {"parameter", "params."},
    {"parameters", "params."},
    {"tag", "tags."},
    {"tags", "tags."},
    {"attribute", "attributes."},
    {"attributes", "attributes."},
    {"attr", "attributes."},
    {"run", "attributes."},
    {"dataset", "dataset."},
    {"datasets", "dataset."},
};
constexpr Alias kAttributeAliases[] = {
    {"run_id", "id"},          {"run_name", "name"},   {"user_id", "user"},
    {"start_time", "started"}, {"created", "started"}, {"end_time", "ended"},
};

std::string_view Meaning(std::span<const Alias> aliases, std::string_view text) {
  const auto found = std::ranges::find(aliases, text, &Alias::text);
  return found == aliases.end() ? std::string_view() : found->means;
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool Same(char a, char b, bool fold) {
  return a == b || (fold && Lower(a) == Lower(b));
}

/// Bytes of the character that begins with `lead`.
std::size_t CharacterBytes(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// SQL's LIKE: `%` is any text, `_` one character.
bool IsLike(std::string_view text, std::string_view pattern, bool fold) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resumed = 0;
  while (at < text.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '%') {
      star = in_pattern++;
      resumed = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == '_') {
      at = std::min(text.size(), at + CharacterBytes(text[at]));
      ++in_pattern;
    } else if (in_pattern < pattern.size() && Same(pattern[in_pattern], text[at], fold)) {
      ++at;
      ++in_pattern;
    } else if (star != std::string_view::npos) {
      resumed = std::min(text.size(), resumed + CharacterBytes(text[resumed]));
      at = resumed;
      in_pattern = star + 1;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '%') ++in_pattern;
  return in_pattern == pattern.size();
}

template <typename T>
bool Holds(Op op, const T& left, const T& right) {
  switch (op) {
    case Op::kEqual: return left == right;
    case Op::kNotEqual: return left != right;
    case Op::kLess: return left < right;
    case Op::kLessEqual: return left <= right;
    case Op::kGreater: return left > right;
    case Op::kGreaterEqual: return left >= right;
    default: return false;
  }
}

/// A value that something is compared with.
struct Operand {
  bool is_number = false;
  double number = 0;
  std::string text;
};

bool IsTime(const ColumnName& name) {
  return name.kind == ColumnKind::kAttribute && (name.key == "started" || name.key == "ended");
}

/// A text's comparison. With a number it compares as a number: a text that is none matches nothing
/// but `!=`.
bool HoldsForText(const Words& words, std::uint32_t code, Op op, const Operand& operand) {
  if (operand.is_number) {
    const double number = words.Number(code);
    if (std::isnan(number)) return op == Op::kNotEqual;
    return Holds(op, number, operand.number);
  }
  const std::string& text = words.Text(code);
  switch (op) {
    case Op::kLike: return IsLike(text, operand.text, false);
    case Op::kNotLike: return !IsLike(text, operand.text, false);
    case Op::kILike: return IsLike(text, operand.text, true);
    case Op::kNotILike: return !IsLike(text, operand.text, true);
    default: return Holds(op, text, operand.text);
  }
}

/// Evaluates one parsed filter.
class Evaluator {
 public:
  Evaluator(const RunTable& table, const Mask& scope, std::string_view text,
            const Expression& expression)
      : table_(table), scope_(scope), text_(text), expression_(expression) {}

  Result<Mask> Evaluate(const Node& node) const;

 private:
  Result<Mask> Chain(const Node& node, bool all) const;
  Result<Mask> Leaf(const Node& node) const;
  Result<Operand> OperandOf(const Node& value, const ColumnName& name, bool is_text, Op op) const;
  template <typename... Args>
  std::unexpected<Error> At(const Node& node, fmt::format_string<Args...> format,
                            Args&&... args) const {
    return Fail(Code::kInvalidArgument, "position {}: {}", expr::PositionOf(text_, node.offset),
                fmt::format(format, std::forward<Args>(args)...));
  }
  std::string_view Written(const Node& node) const {
    return text_.substr(node.offset, node.length);
  }

  const RunTable& table_;
  const Mask& scope_;
  std::string_view text_;
  const Expression& expression_;
};

// NOLINTNEXTLINE(misc-no-recursion): as deep as the grammar's limit.
Result<Mask> Evaluator::Evaluate(const Node& node) const {
  switch (node.kind) {
    case Node::Kind::kAnd: return Chain(node, true);
    case Node::Kind::kOr: return Chain(node, false);
    case Node::Kind::kNot: {
      Mask mask = TRY(Evaluate(expression_[node.children.at(0)]));
      for (std::uint8_t& held : mask) held ^= 1U;
      return mask;
    }
    default: return Leaf(node);
  }
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the grammar's limit.
Result<Mask> Evaluator::Chain(const Node& node, bool all) const {
  Mask mask = TRY(Evaluate(expression_[node.children.at(0)]));
  for (std::size_t child = 1; child < node.children.size(); ++child) {
    const Mask other = TRY(Evaluate(expression_[node.children[child]]));
    for (std::size_t at = 0; at < mask.size(); ++at) {
      mask[at] = all ? mask[at] & other[at] : mask[at] | other[at];
    }
  }
  return mask;
}

Result<Operand> Evaluator::OperandOf(const Node& value, const ColumnName& name, bool is_text,
                                     Op op) const {
  if (value.kind == Node::Kind::kNumber) {
    const bool is_pattern =
        op == Op::kLike || op == Op::kNotLike || op == Op::kILike || op == Op::kNotILike;
    if (is_pattern) {
      return At(value, "{} needs a text in quotes, and found {}", expr::OpText(op), Written(value));
    }
    return Operand{.is_number = true, .number = value.number, .text = {}};
  }
  if (is_text) {
    Operand operand{.text = value.text};
    if (name.kind == ColumnKind::kAttribute && name.key == "status") {
      std::ranges::transform(operand.text, operand.text.begin(), Lower);
    }
    return operand;
  }
  if (IsTime(name)) {
    const auto time = TimeOf(value.text);
    if (!time) return At(value, "{}", time.error().message);
    return Operand{.is_number = true, .number = static_cast<double>(*time), .text = {}};
  }
  return At(value, "{} is compared with a number, and found {}", name.Text(), Written(value));
}

Result<Mask> Evaluator::Leaf(const Node& node) const {
  const ColumnName name = TRY(ResolveName(table_, scope_, text_, expression_[node.children.at(0)]));
  const auto column = table_.Get(name);
  Mask mask(scope_.size(), 0);
  const bool is_text = column ? column->is_text : name.kind != ColumnKind::kMetric;
  if (node.kind == Node::Kind::kIsNull) {
    if (column) {
      for (const std::uint32_t run : column->runs) mask[run] = 1;
    }
    if (node.op == Op::kIsNull) {
      for (std::uint8_t& held : mask) held ^= 1U;
    }
    return mask;
  }
  const Node& right = expression_[node.children.at(1)];
  const bool is_list = right.kind == Node::Kind::kList;
  const bool negated = node.op == Op::kNotIn;
  const Op op = is_list ? Op::kEqual : node.op;
  if (!is_text && !is_list && op >= Op::kLike && op <= Op::kRLike) {
    return At(node, "{} is a number, and {} compares texts", name.Text(), node.text);
  }
  std::vector<Operand> operands;
  if (!is_list) operands.push_back(TRY(OperandOf(right, name, is_text, op)));
  for (const expr::NodeId item : right.children) {
    operands.push_back(TRY(OperandOf(expression_[item], name, is_text, op)));
  }
  if (!column) return mask;
  if (is_text) {
    std::vector<std::uint8_t> holds(column->words.size());
    for (std::uint32_t code = 0; code < holds.size(); ++code) {
      const bool any = std::ranges::any_of(operands, [&](const Operand& operand) {
        return HoldsForText(column->words, code, op, operand);
      });
      holds[code] = any != negated ? 1 : 0;
    }
    for (std::size_t at = 0; at < column->runs.size(); ++at) {
      mask[column->runs[at]] |= holds[column->codes[at]];
    }
    return mask;
  }
  for (std::size_t at = 0; at < column->runs.size(); ++at) {
    const double value = column->last[at];
    if (std::isnan(value)) continue;
    const bool any = std::ranges::any_of(
        operands, [&](const Operand& operand) { return Holds(op, value, operand.number); });
    mask[column->runs[at]] = any != negated ? 1 : 0;
  }
  return mask;
}

std::string Joined(const std::vector<std::string>& path, std::size_t from) {
  std::string out = path[from];
  for (std::size_t at = from + 1; at < path.size(); ++at) (out += '.') += path[at];
  return out;
}

bool IsPlain(std::string_view key) {
  if (key.empty() || (key[0] >= '0' && key[0] <= '9') || key[0] == '-') return false;
  return std::ranges::all_of(key, [](char c) {
    return (c >= '0' && c <= '9') || (Lower(c) >= 'a' && Lower(c) <= 'z') || c == '_' || c == '.' ||
           kNameSymbols.contains(c) || (static_cast<unsigned char>(c) >= 0x80);
  });
}

}  // namespace

const expr::Grammar kRunGrammar{.operators = kOperators,
                                .quotes = kQuotes,
                                .name_symbols = kNameSymbols,
                                .allow_empty = true,
                                .resolve_quotes = true};

bool IsIn(const RunTable& table, const Mask& scope, const ColumnName& name) {
  const auto found = table.columns().find(name);
  if (found == table.columns().end()) return false;
  return std::ranges::any_of(found->second->runs, [&](std::uint32_t run) { return scope[run]; });
}

Result<ColumnName> ResolveName(const RunTable& table, const Mask& scope, std::string_view text,
                               const Node& name) {
  const std::size_t position = expr::PositionOf(text, name.offset);
  const auto attribute_of = [](std::string_view word) {
    const std::string_view means = Meaning(kAttributeAliases, word);
    return means.empty() ? word : means;
  };
  const std::string_view prefix = Meaning(kKindAliases, name.path[0]);
  if (name.path.size() > 1 && !prefix.empty()) {
    std::string key = Joined(name.path, 1);
    if (prefix == PrefixOf(ColumnKind::kAttribute)) key = attribute_of(key);
    auto column = ParseColumnName(std::string(prefix) + key);
    if (column) return *std::move(column);
    return Fail(Code::kInvalidArgument, "position {}: {}", position, column.error().message);
  }
  const std::string key = Joined(name.path, 0);
  const std::string_view attribute = attribute_of(key);
  std::vector<ColumnName> found;
  if (std::ranges::find(kAttributes, attribute) != std::end(kAttributes)) {
    return ColumnName{ColumnKind::kAttribute, std::string(attribute)};
  }
  for (const ColumnKind kind : {ColumnKind::kParam, ColumnKind::kMetric, ColumnKind::kTag}) {
    ColumnName column{kind, key};
    if (IsIn(table, scope, column)) found.push_back(std::move(column));
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    return Fail(Code::kInvalidArgument,
                "position {}: no run here has a metric, parameter or tag '{}', and no attribute is "
                "called so",
                position, key);
  }
  return Fail(Code::kInvalidArgument, "position {}: '{}' is more than one thing; write {} or {}",
              position, key, NameInFilter(found[0], false), NameInFilter(found[1], false));
}

Result<Mask> Matching(const RunTable& table, const Mask& scope, std::string_view filter) {
  const Expression parsed = TRY(expr::Parse(filter, kRunGrammar));
  if (!parsed.root) return scope;
  Mask mask = TRY(Evaluator(table, scope, filter, parsed).Evaluate(parsed[*parsed.root]));
  for (std::size_t at = 0; at < mask.size(); ++at) mask[at] &= scope[at];
  return mask;
}

std::string NameInFilter(const ColumnName& name, bool bare) {
  std::string key = name.key;
  if (!IsPlain(key)) {
    key = "`";
    for (const char c : name.key) key.append(c == '`' ? 2 : 1, c);
    key += '`';
  }
  return bare ? key : std::string(PrefixOf(name.kind)) + key;
}

Result<std::int64_t> TimeOf(std::string_view text) {
  const std::string_view whole = text;
  const auto wrong = [&] {
    return Fail(Code::kInvalidArgument,
                "'{}' is no time; write 2026-11-24, 2026-11-24 15:25 or milliseconds since 1970",
                whole);
  };
  if (text.ends_with('Z')) text.remove_suffix(1);
  int parts[] = {0, 1, 1, 0, 0, 0};
  constexpr std::string_view kBetween = "-- ::";
  for (std::size_t part = 0; part < std::size(parts); ++part) {
    const std::size_t digits = part == 0 ? 4 : 2;
    if (text.size() < digits) return wrong();
    const std::string_view number = text.substr(0, digits);
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), parts[part]);
    if (error != std::errc() || end != number.data() + number.size()) return wrong();
    text.remove_prefix(digits);
    if (text.empty() && part != 0 && part != 1 && part != 3) break;
    if (part == 5 || text.empty()) return wrong();
    if (text[0] != kBetween[part] && !(part == 2 && text[0] == 'T')) return wrong();
    text.remove_prefix(1);
  }
  const std::chrono::year_month_day day{std::chrono::year(parts[0]),
                                        std::chrono::month(static_cast<unsigned>(parts[1])),
                                        std::chrono::day(static_cast<unsigned>(parts[2]))};
  if (!day.ok() || parts[3] > 23 || parts[4] > 59 || parts[5] > 59 || parts[3] < 0) return wrong();
  const auto days = std::chrono::sys_days(day).time_since_epoch().count();
  return ((std::int64_t{days} * 24 + parts[3]) * 60 + parts[4]) * 60'000 +
         std::int64_t{parts[5]} * 1000;
}

}  // namespace galley::tracking
