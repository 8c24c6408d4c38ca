#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::serving {

/// A pass through one document, front to back: a cursor on the current value, at first the root.
/// JSON and UBJSON stand behind it, so that a file format is read by the same code from both.
/// What a callback leaves unread is skipped, and bytes outside what is read need not be
/// well-formed. Errors are kInvalidArgument and say what was found. One thread, and one call at a
/// time: a callback reads the value that it is called for, at most once, and nothing afterwards.
class DocumentReader {
 public:
  using OnKey = std::function<Status(std::string_view key)>;
  using OnItem = std::function<Status()>;

  DocumentReader() = default;
  DocumentReader(const DocumentReader&) = delete;
  DocumentReader& operator=(const DocumentReader&) = delete;
  virtual ~DocumentReader() = default;

  /// The current value is an object: calls `on_key` for each member in order. The first error ends
  /// it.
  virtual Status Object(const OnKey& on_key) = 0;
  /// The current value is an array: calls `on_item` for each element in order.
  virtual Status Array(const OnItem& on_item) = 0;
  virtual Result<std::string> String() = 0;
  virtual Result<std::int64_t> Integer() = 0;
  /// The current value is an array of numbers; `out` is overwritten. `Floats` takes each number to
  /// the nearest float, `Integers` takes true as 1 and refuses fractions and what 32 bits cannot
  /// hold.
  virtual Status Floats(std::vector<float>& out) = 0;
  virtual Status Integers(std::vector<std::int32_t>& out) = 0;
};

}  // namespace galley::serving
