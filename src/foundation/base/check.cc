#include "foundation/base/check.h"

#include <cstdlib>

#include <fmt/core.h>

namespace galley {

void CheckFailed(std::string_view what, std::source_location where) {
  fmt::print(stderr, "{}:{}: CHECK failed in {}: {}\n", where.file_name(), where.line(),
             where.function_name(), what);
  std::abort();
}

}  // namespace galley
