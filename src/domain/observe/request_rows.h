#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "foundation/base/error.h"

/// What logged requests and answers say of their rows. Inside of this room only.
namespace galley::observe {

/// A value of a request's column: missing, a number (booleans are 0 and 1), a text.
using Cell = std::variant<std::monostate, double, std::string>;

/// The named columns of a request's rows, in the order of `names`, in the forms of
/// docs/formats/serving_api.md. A column that is not there is empty. kInvalidArgument: the body is
/// none of these forms.
Result<std::vector<std::vector<Cell>>> ColumnsOf(std::string_view content_type,
                                                 std::string_view body,
                                                 std::span<const std::string> names);

/// The probability of yes of each row of an answer: a number, or one of a row's list of numbers, by
/// its place or the last. NaN where there is none. kInvalidArgument: there are no predictions.
Result<std::vector<double>> ScoresOf(std::string_view answer, std::optional<std::size_t> output);

/// A label's JSON as yes or no; null if it is neither.
std::optional<bool> YesOrNo(std::string_view label);

/// A label's JSON as a number; null if it is none.
std::optional<double> NumberOf(std::string_view label);

/// As people write it: whole numbers whole; empty: missing.
std::string TextOf(const Cell& cell);

}  // namespace galley::observe
