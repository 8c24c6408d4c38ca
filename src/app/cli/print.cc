#include "app/cli/print.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <optional>
#include <set>

#include <fmt/core.h>

#include "foundation/base/check.h"
#include "platform/config/settings.h"

namespace galley::cli {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";
constexpr std::string_view kEllipsis = "…";
constexpr int kGap = 2;
constexpr int kShrunkMin = 8;
constexpr std::size_t kShortId = 12;
constexpr std::int64_t kDateMsMin = -62'135'596'800'000;
constexpr std::int64_t kDateMsMax = 253'402'300'799'999;

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;

struct Range {
  char32_t first;
  char32_t last;
};
constexpr Range kNoWidth[] = {
    {0x0300, 0x036F},   {0x0483, 0x0489},   {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E31, 0x0E31},   {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200B, 0x200D},   {0x20D0, 0x20FF},   {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
    {0x1F3FB, 0x1F3FF}, {0xE0100, 0xE01EF},
};
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2705, 0x2705},
    {0x274C, 0x274C},   {0x2728, 0x2728},   {0x2B50, 0x2B50},   {0x2E80, 0x303E},
    {0x3041, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF},
    {0x20000, 0x3FFFD},
};
/// Signs that turn the direction of what follows.
constexpr Range kTurning[] = {{0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069}};

bool IsIn(std::span<const Range> ranges, char32_t sign) {
  return std::ranges::any_of(
      ranges, [sign](const Range& range) { return range.first <= sign && sign <= range.last; });
}

/// The first sign of a text that is not empty.
struct Sign {
  std::size_t bytes = 1;
  std::optional<char32_t> value;  ///< Null: the byte begins no sign of UTF-8.
};
Sign FirstOf(std::string_view text) {
  const auto at = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return {1, lead};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes > text.size()) return {};
  constexpr unsigned kLeadBits[] = {0, 0, 0x1F, 0x0F, 0x07};
  char32_t value = lead & kLeadBits[bytes];
  for (std::size_t index = 1; index < bytes; ++index) {
    if ((at(index) & 0xC0U) != 0x80U) return {};
    value = value << 6U | (at(index) & 0x3FU);
  }
  const bool overlong = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  if (overlong || (value >= 0xD800 && value <= 0xDFFF) || value > 0x10FFFF) return {};
  return {bytes, value};
}

int WidthOf(const Sign& sign) {
  if (!sign.value) return 1;
  if (IsIn(kNoWidth, *sign.value)) return 0;
  return IsIn(kWide, *sign.value) ? 2 : 1;
}

std::string_view CodeOf(Colour colour) {
  switch (colour) {
    case Colour::kPlain: return "";
    case Colour::kGreen: return "\x1b[32m";
    case Colour::kRed: return "\x1b[31m";
    case Colour::kYellow: return "\x1b[33m";
    case Colour::kCyan: return "\x1b[36m";
    case Colour::kDim: return "\x1b[2m";
    case Colour::kBold: return "\x1b[1m";
  }
  return "";
}

std::string Local(std::int64_t at_ms, const char* format) {
  if (at_ms < kDateMsMin || at_ms > kDateMsMax) return fmt::format("{}", at_ms);
  // Rounded down, also before 1970.
  const auto seconds = static_cast<std::time_t>((at_ms - (at_ms < 0 ? kSecond - 1 : 0)) / kSecond);
  std::tm parts{};
  if (::localtime_r(&seconds, &parts) == nullptr) return fmt::format("{}", at_ms);
  char text[64];
  return {text, std::strftime(text, sizeof(text), format, &parts)};
}

}  // namespace

Screen ScreenOfOutput() {
  if (::isatty(STDOUT_FILENO) == 0) return {};
  Screen screen;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) screen.width = size.ws_col;
  screen.colours = config::ProcessEnvironment("NO_COLOR").value_or("").empty() &&
                   config::ProcessEnvironment("TERM").value_or("dumb") != "dumb";
  return screen;
}

std::string Paint(const Screen& screen, Colour colour, std::string_view text) {
  if (!screen.colours || colour == Colour::kPlain || text.empty()) return std::string(text);
  return fmt::format("{}{}\x1b[0m", CodeOf(colour), text);
}

Colour ColourOf(std::string_view status) {
  if (status == "finished" || status == "ready") return Colour::kGreen;
  if (status == "running" || status == "pending") return Colour::kCyan;
  if (status == "failed" || status == "upload_failed") return Colour::kRed;
  if (status == "killed" || status == "deleted") return Colour::kYellow;
  return Colour::kPlain;
}

int WidthOf(std::string_view text) {
  int width = 0;
  while (!text.empty()) {
    const Sign sign = FirstOf(text);
    width += WidthOf(sign);
    text.remove_prefix(sign.bytes);
  }
  return width;
}

std::string Clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Sign sign = FirstOf(text);
    const char32_t value = sign.value.value_or(0);
    if (value == '\t' || value == '\n' || value == '\r') {
      out += ' ';
    } else if (value < 0x20 || (value >= 0x7F && value <= 0x9F) || IsIn(kTurning, value)) {
      out += kReplacement;
    } else {
      out += text.substr(0, sign.bytes);
    }
    text.remove_prefix(sign.bytes);
  }
  return out;
}

std::string Cut(std::string_view text, int width) {
  if (WidthOf(text) <= width) return std::string(text);
  int used = 0;
  std::size_t end = 0;
  while (end < text.size()) {
    const Sign sign = FirstOf(text.substr(end));
    used += WidthOf(sign);
    if (used > width - 1) break;
    end += sign.bytes;
  }
  return fmt::format("{}{}", text.substr(0, end), kEllipsis);
}

std::string Date(std::int64_t at_ms) {
  return Local(at_ms, "%Y-%m-%d %H:%M:%S %Z");
}

std::string Ago(std::int64_t at_ms, std::int64_t now_ms) {
  constexpr std::int64_t kNow = 5 * kSecond;
  if (at_ms > now_ms + kNow || at_ms < kDateMsMin) return Date(at_ms);
  const std::int64_t age = now_ms - at_ms;
  if (age < kNow) return "just now";
  if (age < kMinute) return fmt::format("{} s ago", age / kSecond);
  if (age < kHour) return fmt::format("{} min ago", age / kMinute);
  if (age < 2 * kDay) return fmt::format("{} h ago", age / kHour);
  if (age < 30 * kDay) return fmt::format("{} days ago", age / kDay);
  return Local(at_ms, "%Y-%m-%d");
}

std::string Duration(std::int64_t ms) {
  if (ms < 0) return "–";
  if (ms < kSecond) return fmt::format("{} ms", ms);
  if (ms < kMinute) return fmt::format("{}.{} s", ms / kSecond, ms % kSecond / 100);
  if (ms < kHour) return fmt::format("{} min {} s", ms / kMinute, ms % kMinute / kSecond);
  if (ms < kDay) return fmt::format("{} h {} min", ms / kHour, ms % kHour / kMinute);
  return fmt::format("{} d {} h", ms / kDay, ms % kDay / kHour);
}

std::string Number(double value) {
  constexpr double kWholeMax = 1e15;
  constexpr double kPlainMin = 1e5;
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  const double size = std::abs(value);
  if (value == std::trunc(value) && size < kWholeMax) return fmt::format("{:.0f}", value + 0.0);
  if (size >= kPlainMin && size < kWholeMax) return fmt::format("{:.1f}", value);
  return fmt::format("{:.5g}", value);
}

std::string Bytes(std::int64_t bytes) {
  constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  constexpr double kStep = 1024;
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double size = static_cast<double>(bytes) / kStep;
  std::size_t unit = 0;
  // What would be shown as 1024.0 is 1.0 of the next unit.
  while (size >= kStep - 0.05 && unit + 1 < std::size(kUnits)) {
    size /= kStep;
    ++unit;
  }
  return fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::size_t ShortIdDigits(std::span<const std::string> ids) {
  const std::set<std::string_view> all(ids.begin(), ids.end());
  std::size_t digits = kShortId;
  for (auto next = all.begin(); next != all.end(); ++next) {
    if (next == all.begin()) continue;
    const std::string_view last = *std::prev(next);
    const auto differ = std::ranges::mismatch(last, *next).in1 - last.begin();
    digits = std::max(digits, static_cast<std::size_t>(differ) + 1);
  }
  return digits;
}

void Table::Add(std::vector<Cell> row) {
  CHECK(row.size() == columns_.size());
  for (Cell& cell : row) cell.text = Clean(cell.text);
  rows_.push_back(std::move(row));
}

std::vector<int> Table::Widths(const Screen& screen) const {
  std::vector<int> widths;
  for (const Column& column : columns_) widths.push_back(WidthOf(column.title));
  for (const auto& row : rows_) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], WidthOf(row[at].text));
    }
  }
  if (screen.width <= 0 || widths.empty()) return widths;
  int total = indent_ + kGap * (static_cast<int>(widths.size()) - 1);
  for (const int width : widths) total += width;
  while (total > screen.width) {
    // The widest column gives, so that narrow ones stay whole.
    int* widest = nullptr;
    for (std::size_t at = 0; at < widths.size(); ++at) {
      if (!columns_[at].shrinks || widths[at] <= kShrunkMin) continue;
      if (widest == nullptr || widths[at] > *widest) widest = &widths[at];
    }
    if (widest == nullptr) break;
    --*widest;
    --total;
  }
  return widths;
}

void Table::AppendLine(std::string& out, const Screen& screen, const std::vector<int>& widths,
                       const std::vector<Cell>& row) const {
  std::string line(static_cast<std::size_t>(indent_), ' ');
  std::size_t pending = 0;  // Spaces that are written only if something follows.
  for (std::size_t at = 0; at < row.size(); ++at) {
    const std::string text = Cut(row[at].text, std::max(widths[at], 1));
    const auto room = static_cast<std::size_t>(std::max(widths[at] - WidthOf(text), 0));
    if (columns_[at].right) pending += room;
    if (!text.empty()) {
      line.append(std::exchange(pending, 0), ' ');
      line += Paint(screen, row[at].colour, text);
    }
    if (!columns_[at].right) pending += room;
    pending += kGap;
  }
  out += line;
  out += '\n';
}

std::string Table::Text(const Screen& screen) const {
  const std::vector<int> widths = Widths(screen);
  std::string out;
  if (std::ranges::any_of(columns_, [](const Column& column) { return !column.title.empty(); })) {
    std::vector<Cell> titles;
    for (const Column& column : columns_) titles.push_back({column.title, Colour::kDim});
    AppendLine(out, screen, widths, titles);
  }
  for (const auto& row : rows_) AppendLine(out, screen, widths, row);
  return out;
}

Table Facts() {
  return Table({{}, {.shrinks = true}}, 2);
}
void AddFact(Table& table, std::string_view name, std::string value, Colour colour) {
  table.Add({{std::string(name), Colour::kDim}, {std::move(value), colour}});
}

void PrintTitle(std::string_view title) {
  fmt::print("{}\n", Paint(ScreenOfOutput(), Colour::kBold, Clean(title)));
}

}  // namespace galley::cli
