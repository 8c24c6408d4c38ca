#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

/// Times by expressions of cron (docs/formats/trigger.md). Pure functions. Inside of this room
/// only.
namespace galley::pipeline {

/// A parsed expression: bit n of a field stands for the value n.
struct Cron {
  std::uint64_t minutes = 0;
  std::uint64_t hours = 0;
  std::uint64_t days = 0;      ///< Of the month, from 1.
  std::uint64_t months = 0;    ///< From 1.
  std::uint64_t weekdays = 0;  ///< From 0, Sunday.
  /// Both fields restrict the day: one of them is enough. A field that begins with `*` does not.
  bool either_day = false;
};

/// Five fields or `@daily` and its like. kInvalidArgument names the field and its limits; so is a
/// day that never comes (30 February).
Result<Cron> ParseCron(std::string_view text);

/// `UTC` or `+08:00`, as milliseconds to add to UTC. kInvalidArgument: any other name.
Result<std::int64_t> ParseZone(std::string_view text);

/// The first time after `after_ms`, both in milliseconds since 1970 in UTC.
std::int64_t NextTime(const Cron& cron, std::int64_t zone_ms, std::int64_t after_ms);

/// All times after `after_ms` up to `until_ms`, the newest `newest` of them, oldest first.
std::vector<std::int64_t> TimesBetween(const Cron& cron, std::int64_t zone_ms,
                                       std::int64_t after_ms, std::int64_t until_ms,
                                       std::size_t newest);

/// `2026-11-28T03:00Z`
std::string MinuteText(std::int64_t ms);

}  // namespace galley::pipeline
