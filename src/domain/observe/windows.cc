#include "domain/observe/windows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>

namespace galley::observe {
namespace {

constexpr double kBillion = 1e9;
constexpr double kWindowMax = 9e15;

/// The last window that ends at or before a time.
std::optional<std::int64_t> EndedBefore(double time, double width) {
  const double window = std::floor(time / width) - 1;
  if (!(std::abs(window) <= kWindowMax)) return std::nullopt;
  return static_cast<std::int64_t>(window);
}

/// A part of a block's value: numbers sort before texts.
using Part = std::tuple<bool, double, std::string_view>;

std::vector<Part> PartsOf(std::string_view value) {
  std::vector<Part> parts;
  for (bool more = true; more;) {
    const std::string_view text = value.substr(0, value.find(','));
    more = text.size() < value.size();
    value.remove_prefix(text.size() + (more ? 1 : 0));
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_number =
        error == std::errc() && end == text.data() + text.size() && std::isfinite(number);
    parts.emplace_back(!is_number, is_number ? number : 0, is_number ? std::string_view() : text);
  }
  return parts;
}

}  // namespace

Result<std::optional<double>> StatedWatermark(db::Connection& db, const Monitor& monitor) {
  auto rows = TRY(
      db.Query("SELECT time FROM watermark WHERE project = (SELECT project FROM monitor WHERE row "
               "= ?) AND endpoint = ?",
               {monitor.row, monitor.settings.endpoint}));
  if (!TRY(rows.Next())) return std::optional<double>();
  return std::optional(rows.Real(0));
}

Result<std::optional<std::int64_t>> ClosedThrough(db::Connection& db, const Monitor& monitor) {
  const double width = monitor.settings.width();
  std::optional<std::int64_t> closed;
  if (const auto stated = TRY(StatedWatermark(db, monitor))) closed = EndedBefore(*stated, width);
  if (const auto observed = TRY(WatermarkOf(db, monitor))) {
    // Null is less than any.
    closed = std::max(closed, EndedBefore(*observed - monitor.settings.labels_late, width));
  }
  return closed;
}

Result<std::optional<std::int64_t>> OldestWindow(db::Connection& db, const Monitor& monitor) {
  auto rows = TRY(
      db.Query("SELECT window FROM measured WHERE monitor = ? AND slice = '' ORDER BY window LIMIT "
               "1",
               {monitor.row}));
  if (!TRY(rows.Next())) return std::optional<std::int64_t>();
  return std::optional(rows.Integer(0));
}

Result<QualityCounts> Together(db::Connection& db, const Monitor& monitor, std::int64_t first,
                               std::int64_t last, const Arm& arm) {
  QualityCounts counts;
  auto rows = TRY(
      db.Query("SELECT counts FROM measured WHERE monitor = ? AND slice = '' AND window BETWEEN ? "
               "AND ? AND (? IS NULL OR variant = ?) AND (? IS NULL OR mirrored = ?)",
               {monitor.row, first, last, arm.variant, arm.variant, arm.mirrored, arm.mirrored}));
  while (TRY(rows.Next())) counts.Merge(TRY(ParseCounts(rows.Text(0))));
  return counts;
}

Result<std::vector<PairedBlock>> ListPaired(db::Connection& db, const Monitor& monitor,
                                            const Id& champion, const Id& challenger,
                                            std::int64_t first, std::int64_t last) {
  // The scores of a pair are kept as of its newer variant against its older one.
  const bool is_turned = challenger < champion;
  const Id& older = is_turned ? challenger : champion;
  const Id& newer = is_turned ? champion : challenger;
  std::vector<PairedBlock> blocks;
  auto rows =
      TRY(db.Query("SELECT window, value, rows, sum_e9 FROM paired WHERE monitor = ? AND champion "
                   "= ? AND challenger = ? AND window BETWEEN ? AND ? AND rows > 0",
                   {monitor.row, older, newer, first, last}));
  while (TRY(rows.Next())) {
    const double sum = static_cast<double>(rows.Integer(3)) / kBillion;
    blocks.push_back({.window = rows.Integer(0),
                      .value = std::string(rows.Text(1)),
                      .block = {.sum = is_turned ? 0 - sum : sum,
                                .rows = static_cast<std::uint64_t>(rows.Integer(2))}});
  }
  std::ranges::sort(blocks, {}, [](const PairedBlock& block) {
    return std::pair(block.window, PartsOf(block.value));
  });
  return blocks;
}

Result<std::optional<Pair>> NewestPair(db::Connection& db, const Monitor& monitor) {
  auto rows =
      TRY(db.Query("SELECT champion, challenger FROM paired WHERE monitor = ? ORDER BY challenger "
                   "DESC, champion DESC LIMIT 1",
                   {monitor.row}));
  if (!TRY(rows.Next())) return std::optional<Pair>();
  return std::optional(Pair{.champion = rows.AsId(0), .challenger = rows.AsId(1)});
}

Result<std::optional<Made>> MadeBetween(db::Connection& db, const Monitor& monitor,
                                        std::int64_t first, std::int64_t last) {
  auto rows = TRY(
      db.Query("SELECT min(first_ms), max(last_ms) FROM made WHERE monitor = ? AND window BETWEEN "
               "? AND ? HAVING count(*) > 0",
               {monitor.row, first, last}));
  if (!TRY(rows.Next())) return std::optional<Made>();
  return std::optional(Made{.first_ms = rows.Integer(0), .last_ms = rows.Integer(1)});
}

Result<std::vector<WindowMade>> WindowsMadeIn(db::Connection& db, const Monitor& monitor,
                                              std::int64_t from_ms, std::int64_t to_ms,
                                              std::int64_t limit) {
  std::vector<WindowMade> windows;
  auto rows = TRY(
      db.Query("SELECT window, first_ms, last_ms FROM made WHERE monitor = ? AND last_ms >= ? AND "
               "first_ms <= ? ORDER BY window DESC LIMIT ?",
               {monitor.row, from_ms, to_ms, limit}));
  while (TRY(rows.Next())) {
    windows.push_back({.window = rows.Integer(0),
                       .made = {.first_ms = rows.Integer(1), .last_ms = rows.Integer(2)}});
  }
  std::ranges::reverse(windows);
  return windows;
}

}  // namespace galley::observe
