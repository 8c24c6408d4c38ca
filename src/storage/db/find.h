#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"

/// What a search by a piece of text asks of each room, and gets from it.
namespace galley::db {

/// The piece of text, and which page of the hits of one kind.
struct Sought {
  std::string_view text;  ///< Not empty.
  std::int64_t limit = 5;
  std::int64_t offset = 0;
};

/// One thing that was found.
struct Hit {
  std::string id;  ///< As its path has it: 32 hex digits, a number or a name.
  std::string title;
  std::string detail;      ///< Where it belongs; may be empty.
  std::string field;       ///< Where the text stands: `name`, `id`, `params.lr`.
  std::string match;       ///< What that field says, its first 200 characters.
  std::int64_t at_ms = 0;  ///< When it was made; 0: unknown.
};
struct Found {
  std::vector<Hit> hits;
  std::int64_t count = 0;  ///< Of all hits, also those beyond the page.
};

/// Ids that begin with the same digits.
struct IdRange {
  Id first;
  Id last;
};
/// The fewest digits that stand for ids.
inline constexpr std::size_t kIdDigitsMin = 6;
/// Null unless `text` is 6 to 32 hex digits, in any case.
std::optional<IdRange> IdsThatBegin(std::string_view text);

/// Runs a search. `select` is a SELECT with the columns of a Hit, in its order; it may use
/// `?1` the project's row, `?2` a LIKE pattern of what contains the text in lower case, `?3` one of
/// what begins with it (both ESCAPE '\'), `?4` the text in lower case, `?5` and `?6` the first and
/// the last id that begin so (no id lies between them if the text is none), `?7` the number that
/// the text is, with or without `#`, or -1. Equal ones come first, then those that begin so, then
/// the newest.
Result<Found> Find(Connection& db, std::string_view select, std::int64_t project,
                   const Sought& sought);

}  // namespace galley::db
