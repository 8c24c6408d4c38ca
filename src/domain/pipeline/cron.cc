#include "domain/pipeline/cron.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <span>

namespace galley::pipeline {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMinutes = 60;
constexpr std::int64_t kDayMinutes = 1440;
constexpr std::size_t kTextBytesMax = 200;
/// From one 29 February to the next there are at most eight years.
constexpr std::int64_t kDaysMax = 9 * 366;

constexpr std::string_view kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kWeekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

struct FieldRule {
  std::string_view name;
  int min;
  int max;
  std::span<const std::string_view> names;  ///< Of `min` and those after it.
};
constexpr FieldRule kFields[] = {{"minute", 0, 59, {}},
                                 {"hour", 0, 23, {}},
                                 {"day of the month", 1, 31, {}},
                                 {"month", 1, 12, kMonths},
                                 {"day of the week", 0, 7, kWeekdays}};

struct Alias {
  std::string_view name;
  std::string_view fields;
};
constexpr Alias kAliases[] = {{"@hourly", "0 * * * *"},   {"@daily", "0 0 * * *"},
                              {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
                              {"@monthly", "0 0 1 * *"},  {"@yearly", "0 0 1 1 *"},
                              {"@annually", "0 0 1 1 *"}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

std::optional<int> NumberOf(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && text.front() != '-' ? std::optional(number) : std::nullopt;
}

std::unexpected<Error> WrongField(const FieldRule& rule, std::string_view part) {
  return Fail(Code::kInvalidArgument, "the {} '{}' is not understood: it is from {} to {}{}",
              rule.name, part, rule.min, rule.max,
              rule.names.empty() ? "; as N, A-B, A-B/STEP, */STEP, or several with commas"
                                 : fmt::format(" or {} … {}; as N, A-B, A-B/STEP, */STEP, or "
                                               "several with commas",
                                               rule.names.front(), rule.names.back()));
}

Result<int> ReadValue(const FieldRule& rule, std::string_view text, std::string_view part) {
  const auto named = std::ranges::find(rule.names, Lower(text));
  if (named != rule.names.end()) return rule.min + static_cast<int>(named - rule.names.begin());
  const auto number = NumberOf(text);
  if (!number || *number < rule.min || *number > rule.max) return WrongField(rule, part);
  return *number;
}

/// `3`, `1-5`, `*/2`, `10-50/5`; `10/5` is `10-MAX/5`.
Result<std::uint64_t> ReadPart(const FieldRule& rule, std::string_view part) {
  std::string_view range = part;
  int step = 1;
  const auto slash = part.find('/');
  if (slash != std::string_view::npos) {
    const auto number = NumberOf(part.substr(slash + 1));
    if (!number || *number < 1 || *number > rule.max) {
      return Fail(Code::kInvalidArgument, "the {} '{}' has a step that is not from 1 to {}",
                  rule.name, part, rule.max);
    }
    step = *number;
    range = part.substr(0, slash);
  }
  int first = rule.min;
  int last = rule.max;
  if (range != "*") {
    const auto dash = range.find('-');
    first = TRY(ReadValue(rule, range.substr(0, dash), part));
    if (dash != std::string_view::npos) {
      last = TRY(ReadValue(rule, range.substr(dash + 1), part));
    } else if (slash == std::string_view::npos) {
      last = first;
    }
  }
  if (first > last) {
    return Fail(Code::kInvalidArgument, "the {} '{}' ends before it begins", rule.name, part);
  }
  std::uint64_t bits = 0;
  for (int value = first; value <= last; value += step) bits |= std::uint64_t{1} << value;
  return bits;
}

Result<std::uint64_t> ReadField(const FieldRule& rule, std::string_view field) {
  std::uint64_t bits = 0;
  for (std::string_view rest = field;;) {
    const auto comma = rest.find(',');
    bits |= TRY(ReadPart(rule, rest.substr(0, comma)));
    if (comma == std::string_view::npos) return bits;
    rest.remove_prefix(comma + 1);
  }
}

std::vector<std::string_view> FieldsOf(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  std::vector<std::string_view> fields;
  for (auto at = text.find_first_not_of(kBlanks); at != std::string_view::npos;
       at = text.find_first_not_of(kBlanks, at)) {
    const auto end = std::min(text.find_first_of(kBlanks, at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = end;
  }
  return fields;
}

bool Has(std::uint64_t bits, std::int64_t value) {
  return ((bits >> static_cast<unsigned>(value)) & 1U) != 0;
}

/// Whether a day, counted from 1970, is one of the expression's.
bool IsDay(const Cron& cron, std::int64_t day) {
  const std::chrono::sys_days date{std::chrono::days(day)};
  const std::chrono::year_month_day civil(date);
  if (!Has(cron.months, static_cast<unsigned>(civil.month()))) return false;
  const bool in_month = Has(cron.days, static_cast<unsigned>(civil.day()));
  const bool in_week = Has(cron.weekdays, std::chrono::weekday(date).c_encoding());
  return cron.either_day ? in_month || in_week : in_month && in_week;
}

std::int64_t FloorDiv(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

/// The first minute from `from` on, both counted from 1970; null: within years there is none.
std::optional<std::int64_t> FirstMinute(const Cron& cron, std::int64_t from) {
  const std::int64_t today = FloorDiv(from, kDayMinutes);
  for (std::int64_t day = today; day < today + kDaysMax; ++day) {
    if (!IsDay(cron, day)) continue;
    for (std::int64_t at = std::max(from - day * kDayMinutes, std::int64_t{0}); at < kDayMinutes;) {
      const std::int64_t hour = at / kHourMinutes;
      if (!Has(cron.hours, hour)) {
        at = (hour + 1) * kHourMinutes;
      } else if (!Has(cron.minutes, at % kHourMinutes)) {
        ++at;
      } else {
        return day * kDayMinutes + at;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

Result<Cron> ParseCron(std::string_view text) {
  if (text.size() > kTextBytesMax) {
    return Fail(Code::kInvalidArgument, "an expression has at most {} bytes", kTextBytesMax);
  }
  auto fields = FieldsOf(text);
  if (fields.size() == 1 && fields.front().starts_with('@')) {
    const auto alias = std::ranges::find(kAliases, Lower(fields.front()), &Alias::name);
    if (alias == std::end(kAliases)) {
      return Fail(Code::kInvalidArgument,
                  "there is no '{}'; there are: @hourly, @daily, @weekly, @monthly, @yearly",
                  fields.front());
    }
    fields = FieldsOf(alias->fields);
  }
  if (fields.size() != std::size(kFields)) {
    return Fail(Code::kInvalidArgument,
                "'{}' has {} fields and must have five: minute, hour, day of the month, month, day "
                "of the week; or be @hourly, @daily, @weekly, @monthly, @yearly",
                text, fields.size());
  }
  constexpr std::uint64_t kSunday = 1;
  constexpr unsigned kSeven = 7;
  Cron cron;
  std::uint64_t* const into[] = {&cron.minutes, &cron.hours, &cron.days, &cron.months,
                                 &cron.weekdays};
  for (std::size_t at = 0; at < fields.size(); ++at) {
    *into[at] = TRY(ReadField(kFields[at], fields[at]));
  }
  if (Has(cron.weekdays, kSeven)) cron.weekdays |= kSunday;
  cron.either_day = !fields[2].starts_with('*') && !fields[4].starts_with('*');
  if (!FirstMinute(cron, 0)) {
    return Fail(Code::kInvalidArgument, "'{}' never comes: no such month has such a day", text);
  }
  return cron;
}

Result<std::int64_t> ParseZone(std::string_view text) {
  if (text == "UTC") return 0;
  constexpr std::size_t kSize = 6;  // `+08:00`
  constexpr int kHoursMax = 14;
  const bool is_offset =
      text.size() == kSize && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
      std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }) == 4;
  const int hours = is_offset ? *NumberOf(text.substr(1, 2)) : kHoursMax + 1;
  const int minutes = is_offset ? *NumberOf(text.substr(4, 2)) : 0;
  if (hours > kHoursMax || minutes >= kHourMinutes) {
    return Fail(Code::kInvalidArgument,
                "'{}' is not supported: a timezone is UTC or an offset from it such as +08:00, up "
                "to 14 hours; names of regions, with their summer times, are not known",
                text);
  }
  const std::int64_t ms = (hours * kHourMinutes + minutes) * kMinuteMs;
  return text[0] == '-' ? -ms : ms;
}

std::int64_t NextTime(const Cron& cron, std::int64_t zone_ms, std::int64_t after_ms) {
  const std::int64_t from = FloorDiv(after_ms + zone_ms, kMinuteMs) + 1;
  // Those that never come are refused where they are read.
  const auto minute = FirstMinute(cron, from);
  return minute ? *minute * kMinuteMs - zone_ms : INT64_MAX;
}

std::vector<std::int64_t> TimesBetween(const Cron& cron, std::int64_t zone_ms,
                                       std::int64_t after_ms, std::int64_t until_ms,
                                       std::size_t newest) {
  std::deque<std::int64_t> times;
  for (std::int64_t at = NextTime(cron, zone_ms, after_ms); at <= until_ms;
       at = NextTime(cron, zone_ms, at)) {
    times.push_back(at);
    if (times.size() > newest) times.pop_front();
  }
  return {times.begin(), times.end()};
}

std::string MinuteText(std::int64_t ms) {
  const std::int64_t minutes = FloorDiv(ms, kMinuteMs);
  const std::int64_t day = FloorDiv(minutes, kDayMinutes);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const std::int64_t minute = minutes - day * kDayMinutes;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     minute / kHourMinutes, minute % kHourMinutes);
}

}  // namespace galley::pipeline
