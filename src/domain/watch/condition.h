#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/expr/expr.h"

/// A rule's expression in pieces. Inside of this room only.
namespace galley::watch {

enum class Subject : std::uint8_t { kMonitor, kEndpoint };

/// `accuracy < 0.9`
struct Comparison {
  std::string metric;
  expr::Op op = expr::Op::kLess;
  double limit = 0;

  bool Holds(double value) const;
};

/// All of which must hold. kInvalidArgument: what is wrong, and what there is.
Result<std::vector<Comparison>> ParseCondition(std::string_view text, Subject subject);

}  // namespace galley::watch
