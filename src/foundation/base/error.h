#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace galley {

/// Why something failed, in terms a caller can act on. Each protocol maps these once to its own
/// codes
/// (`http::StatusOf` for HTTP). Values are fixed: they may be stored.
enum class Code : std::uint8_t {
  kInvalidArgument = 1,     ///< The request is wrong whatever the state is.
  kNotFound = 2,            ///< What the request names does not exist.
  kAlreadyExists = 3,       ///< What the request would create exists.
  kFailedPrecondition = 4,  ///< Right request, wrong state; retrying alone does not help.
  kPermissionDenied = 5,    ///< Known caller, not allowed.
  kUnauthenticated = 6,     ///< Unknown caller.
  kResourceExhausted = 7,   ///< A limit or a quota is reached.
  kUnavailable = 8,         ///< Try again later, unchanged.
  kDeadlineExceeded = 9,    ///< Out of time; the work may or may not be done.
  kAborted = 10,            ///< Lost against a concurrent change; start over.
  kDataLoss = 11,           ///< Stored bytes are damaged.
  kUnimplemented = 12,      ///< Understood, and not offered.
  kInternal = 13,           ///< An invariant is broken: our fault.
};

/// The code's name as the native API writes it: `not_found`.
std::string_view CodeName(Code code);

/// A failure as a value. `message` is one sentence for the person who reads it: what is wrong, with
/// which value, what the limit is, what to do next.
struct [[nodiscard]] Error {
  Code code;
  std::string message;

  /// The same error, with what was being done put in front: "reading the token file: no such file".
  Error Context(std::string_view doing) &&;
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

/// `return Fail(Code::kNotFound, "run {} does not exist", id);`
template <typename... Args>
std::unexpected<Error> Fail(Code code, fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

/// `TRY(Context(Open(path), "opening the token file"))`
template <typename T>
Result<T> Context(Result<T> result, std::string_view doing) {
  if (result) return result;
  return std::unexpected(std::move(result.error()).Context(doing));
}

}  // namespace galley

/// Unwraps a Result, or returns its error from the enclosing function: `int fd = TRY(Open(path));`.
/// A statement expression, because libstdc++ 12 has no monadic members of `expected`. The counter
/// gives each its own name, so that one TRY can stand inside another.
#define TRY(expression) GALLEY_TRY(expression, __COUNTER__)
#define GALLEY_TRY(expression, number) GALLEY_TRY_AS(expression, number)
#define GALLEY_TRY_AS(expression, number)                         \
  ({                                                              \
    auto result_##number = (expression);                          \
    if (!result_##number) [[unlikely]]                            \
      return std::unexpected(std::move(result_##number).error()); \
    *std::move(result_##number);                                  \
  })
