#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "foundation/base/error.h"
#include "foundation/schema/message.h"

namespace galley::schema {

/// How a protocol reads JSON.
struct Dialect {
  bool refuse_unknown = false;  ///< A field that the message does not have is a Problem.

  /// Protocol Buffers' JSON mapping: numbers and bools may be strings, `null` is absent.
  bool numbers_as_strings = false;

  /// `NaN`, `Infinity` and `-Infinity` may stand where Python's json module writes them, and the
  /// whole body may be a JSON string that holds the JSON.
  bool python_leniency = false;
};

/// What is wrong with a message, in parts, so that each protocol words it its own way.
struct Problem {
  enum class What : std::uint8_t {
    kNotJson,    ///< `detail` says why.
    kMissing,    ///< A required field is absent or empty.
    kWrongType,  ///< `detail` is what was expected.
    kTooLong,    ///< A string; `limit` in bytes, `size` what it has.
    kTooMany,    ///< A list; `limit` and `size` in items.
    kUnknown,    ///< There is no such field.
  };
  What what;
  std::string path;   ///< `metrics[3].key`; empty for the message itself.
  std::string value;  ///< What stands there, as JSON, cut to 100 bytes.
  std::string detail;
  std::size_t limit = 0;
  std::size_t size = 0;
};

/// The problem in a sentence, as Galley's own API words it.
Error ErrorOf(const Problem& problem);

/// Fills `object`, a struct whose table is `message`, from a JSON object. On a Problem the object
/// is half filled.
std::expected<void, Problem> DecodeJson(std::string_view body, const Message& message,
                                        const Dialect& dialect, void* object);

/// The same from parameters that are already percent-decoded. Lists repeat their name.
std::expected<void, Problem> DecodeParameters(
    std::span<const std::pair<std::string, std::string>> parameters, const Message& message,
    const Dialect& dialect, void* object);

/// Sets one field from text, as a part of a path is; a name that the message lacks is passed over.
std::expected<void, Problem> SetField(std::string_view name, std::string_view text,
                                      const Message& message, void* object);

template <typename T>
std::expected<T, Problem> FromJson(std::string_view body, const Dialect& dialect) {
  T object;
  auto done = DecodeJson(body, T::kSchema, dialect, &object);
  if (!done) return std::unexpected(std::move(done).error());
  return object;
}

template <typename T>
std::expected<T, Problem> FromParameters(
    std::span<const std::pair<std::string, std::string>> parameters, const Dialect& dialect) {
  T object;
  auto done = DecodeParameters(parameters, T::kSchema, dialect, &object);
  if (!done) return std::unexpected(std::move(done).error());
  return object;
}

}  // namespace galley::schema
