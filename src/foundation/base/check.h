#pragma once

#include <source_location>
#include <string_view>

namespace galley {

/// Writes `what` with its place to stderr and aborts. For CHECK alone.
[[noreturn]] void CheckFailed(std::string_view what, std::source_location where);

}  // namespace galley

/// For what cannot happen unless the program itself is wrong, where going on would do harm. Never
/// for input, files or the network: those are Results.
#define CHECK(condition)                                                  \
  do {                                                                    \
    if (!(condition)) [[unlikely]]                                        \
      ::galley::CheckFailed(#condition, std::source_location::current()); \
  } while (false)
