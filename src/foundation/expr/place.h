#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/expr/expr.h"

namespace galley::expr {

/// What may stand at a place of a text that somebody is still writing.
struct Place {
  enum class Kind : std::uint8_t {
    kOperand,     ///< A name, NOT, or an opening parenthesis.
    kOperator,    ///< What compares `path` with something.
    kValue,       ///< What `path` is compared with by `op`.
    kList,        ///< The opening bracket of a list behind `path` and `op`.
    kListItem,    ///< A value in such a list.
    kListNext,    ///< A comma or the list's end.
    kConnective,  ///< AND, OR, a closing parenthesis, or the end.
  };
  Kind kind = Kind::kOperand;

  // Bytes of what is written there already, up to `at` and beyond it to the end of its word; both
  // are `at` where nothing is.
  std::size_t begin = 0;
  std::size_t end = 0;

  std::vector<std::string> path = {};  ///< Of the comparison that the place belongs to.
  Op op = Op::kEqual;                  ///< Of kValue and the kinds of lists.
  std::size_t open = 0;                ///< Parentheses that are not closed before the place.
};

/// The place at byte `at` of `text`, judged by what stands before it; text that nothing can be made
/// of is passed over. `text` is UTF-8. Linear time, any thread, no errors.
Place PlaceAt(std::string_view text, std::size_t at, const Grammar& grammar);

}  // namespace galley::expr
