#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// How a part of the loop moves, as each room says of its own.
namespace galley::db {

inline constexpr std::int64_t kDayMs = std::int64_t{24} * 3600 * 1000;
inline constexpr std::size_t kPulseDays = 7;

struct Pulse {
  std::int64_t total = 0;                       ///< How many there are.
  std::int64_t under_way = 0;                   ///< Of those, at the moment.
  std::int64_t failed = 0;                      ///< How many want to be looked at.
  std::int64_t warned = 0;                      ///< How many are not quite right.
  std::optional<std::int64_t> last_ms;          ///< When one ended well, last.
  std::string newest;                           ///< Its name; empty: there is none.
  std::array<std::int64_t, kPulseDays> days{};  ///< How many began in each of the last seven times
                                                ///< 24 h, the oldest first.

  std::int64_t InSevenDays() const;
};

/// Fills in `days`. `select` is a SELECT of times in ms, which may use `?1` the project's row and
/// `?2` the time before which nothing counts.
Status CountDays(Connection& db, std::string_view select, std::int64_t project, std::int64_t now_ms,
                 Pulse& pulse);

}  // namespace galley::db
