#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::expr {

/// What an operator means, however a grammar spells it.
enum class Op : std::uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kLike,
  kNotLike,
  kILike,  ///< LIKE without regard to case.
  kNotILike,
  kRLike,  ///< A regular expression.
  kIn,
  kNotIn,
  kIsNull,
  kIsNotNull,
  kAnd,
  kOr,
  kNot,
};

/// How a grammar spells an operator: a run of symbols (`>=`, `&&`), or words one space apart
/// (`IS NOT NULL`), between which the text may have any white space. An operator may have several.
struct Spelling {
  std::string_view text;
  Op op;
  bool offered = true;  ///< False: read, so that its user can refuse it; no message suggests it.
};

/// A quotation mark and what it encloses. A mark that is both a name's and a string's encloses a
/// name where the left side of a comparison is due and a string elsewhere.
struct Quote {
  char mark;
  bool starts_name = false;  ///< `"a b" = 1`
  bool in_name = false;      ///< `tags."a b" = 1`, after a dot.
  bool string = false;
  bool backslash = false;  ///< The mark after a backslash does not close. Doubled it never does.
};

struct Limits {
  std::size_t bytes = std::size_t{64} * 1024;
  std::size_t depth = 100;  ///< Of parentheses and NOTs inside each other.
  std::size_t list_items = 10'000;
  std::size_t clauses = 1000;  ///< Comparisons and bare operands.
};

/// A filter language as tables; usually constexpr. Owns nothing. What is not in the tables does not
/// exist: no kOr, no OR. AND binds tighter than OR; NOT as a word takes the comparison after it,
/// NOT as a symbol only the operand.
struct Grammar {
  std::span<const Spelling> operators;
  std::span<const Quote> quotes;
  std::string_view name_symbols = {};  ///< ASCII in names, besides letters, digits, `_`.
  char list_open = '(';
  char list_close = ')';
  bool fold_case = true;       ///< Words are operators in any case.
  bool parentheses = true;     ///< Round ones, around expressions.
  bool literal_left = false;   ///< `1 < a`
  bool name_values = false;    ///< `a = b`
  bool bare_operands = false;  ///< An operand alone is a condition (`a AND NOT b`); `a IN b`.
  bool loose_and = false;      ///< AND may be missing, doubled, and at either end.
  bool allow_empty = false;    ///< Nothing but white space (and loose ANDs) is an expression.
  bool empty_lists = false;    ///< `a IN ()`
  /// `''` in a string gives `'`, `\n` a newline; otherwise all is kept as written.
  bool resolve_quotes = false;
  Limits limits = {};
};

using NodeId = std::uint32_t;

/// One node of an expression. `offset` and `length` are where it stands in the text, in bytes,
/// without parentheses around it.
struct Node {
  enum class Kind : std::uint8_t {
    kAnd,      ///< `children`: two or more.
    kOr,       ///< `children`: two or more.
    kNot,      ///< `children`: one.
    kCompare,  ///< `op`, `text` as the grammar spells it, `children`: left and right.
    kIsNull,   ///< `op` (kIsNull or kIsNotNull), `text` as for kCompare, `children`: one.
    kName,     ///< `path`.
    kString,   ///< `text` without its quotes.
    kNumber,   ///< `number`, and `text` as written (exact where a double is not).
    kList,     ///< `children`: strings and numbers.
  };

  Kind kind;
  Op op = Op::kEqual;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  double number = 0;  ///< ±infinity when it is too large for a double.
  std::string text = {};
  std::vector<std::string> path = {};  ///< metrics.acc: two parts; `a.b` in quotes: one part.
  std::vector<NodeId> children = {};   ///< Ids of this Expression.
};

/// A parsed text. Owns its nodes and does not refer to the text. A chain of ANDs is one node, so
/// that the tree is at most twice the depth limit plus four deep, and recursion over it is safe.
struct Expression {
  std::vector<Node> nodes;
  std::optional<NodeId> root;  ///< Nothing for an empty text, where the grammar allows it.

  const Node& operator[](NodeId id) const { return nodes[id]; }
};

/// Parses `text`, which must be UTF-8, in linear time. Any thread.
/// Errors: kInvalidArgument, "position 14: found '>', expected a value …"; positions are
/// PositionOf's.
Result<Expression> Parse(std::string_view text, const Grammar& grammar);

/// A name with an optional direction: `metrics.acc DESC`.
struct OrderKey {
  std::vector<std::string> path;
  bool ascending = true;
};

/// Parses an OrderKey with the grammar's names; the direction in any case. Errors as of Parse.
Result<OrderKey> ParseOrderKey(std::string_view text, const Grammar& grammar);

/// The character, counted from 1, at which byte `offset` of `text` stands: for messages.
std::size_t PositionOf(std::string_view text, std::size_t offset);

/// The operator as this house writes it: `=`, `NOT IN`.
std::string_view OpText(Op op);

/// The tree as one line, for tests and logs: `(and (> metrics.acc 0.9) (in run_id ["a" "b"]))`.
std::string Describe(const Expression& expression);

}  // namespace galley::expr
