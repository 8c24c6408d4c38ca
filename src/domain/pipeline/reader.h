#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/yaml/yaml.h"

/// Values of a file by the names that people know them by. Inside of this room only.
namespace galley::pipeline {

/// A value with its dotted name, `jobs.train.retry`. Refers to the document.
struct At {
  const yaml::Document* document;
  const yaml::Node* node;
  std::string where;
  yaml::Place place;  ///< Of its key, if it has one; for errors about the whole.

  /// The value under a key of a mapping; `node` is null if there is none.
  At Find(std::string_view key) const;
  At Item(std::size_t index) const;
  explicit operator bool() const { return node != nullptr; }
};

/// `galley.yaml:3:5: 'jobs.train.retry' MESSAGE`, at the value.
Error Wrong(const At& at, std::string_view message);
/// `… 'jobs.train.run': MESSAGE`, at the value.
Error WrongIn(const At& at, std::string_view message);
/// As Wrong, at the value's key.
Error WrongAtKey(const At& at, std::string_view message);
/// `… must be EXPECTED, not 'x'`
Error WrongType(const At& at, std::string_view expected);

/// A key that is understood and refused, with what to say besides.
struct NotYet {
  std::string_view key;
  std::string_view instead;
};

/// That the value is a mapping and has only these keys.
Status CheckKeys(const At& at, std::span<const std::string_view> known,
                 std::span<const NotYet> not_yet);
Status CheckMapping(const At& at);

/// A single value as it is spelled; `expected` names it in errors. Not a list, a mapping or
/// nothing.
Result<std::string> ReadText(const At& at, std::string_view expected);
Result<bool> ReadBool(const At& at);
Result<std::int64_t> ReadInteger(const At& at, std::int64_t min, std::int64_t max);
Result<double> ReadNumber(const At& at, double min, double max);
/// `30m` or a number of seconds, in milliseconds.
Result<std::int64_t> ReadTime(const At& at);
/// `512Mi` or a number of bytes.
Result<std::int64_t> ReadSize(const At& at);
constexpr std::size_t kItemsMax = 1000;
/// The items of a list, at most kItemsMax, or the one value that stands instead of a list.
Result<std::vector<At>> ReadItems(const At& at, std::string_view expected);

/// `a, b, c`; of long lists the first ones and how many more there are.
std::string Named(std::span<const std::string_view> names);
std::string Named(const std::vector<std::string>& names);

/// What a dataset may be called: letters, digits, `-`, `_`, `.`, with one of the first two in
/// front.
constexpr std::size_t kDatasetNameMax = 63;
bool IsDatasetName(std::string_view name);

/// A path below the project's folder in its shortest form: `./a//b/../c/` is `a/c`.
/// kInvalidArgument says what is wrong; `.` itself is not allowed.
Result<std::string> NormalPath(std::string_view path);

}  // namespace galley::pipeline
