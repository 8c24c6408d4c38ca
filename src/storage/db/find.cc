#include "storage/db/find.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace galley::db {
namespace {

constexpr std::size_t kIdDigits = 32;

/// ASCII alone, as SQLite's lower().
std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& it : lower) {
    if (it >= 'A' && it <= 'Z') it = static_cast<char>(it - 'A' + 'a');
  }
  return lower;
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char it : text) {
    if (it == '%' || it == '_' || it == '\\') escaped += '\\';
    escaped += it;
  }
  return escaped;
}

std::optional<Id> Filled(std::string text, char fill) {
  text.resize(kIdDigits, fill);
  return Id::Parse(text);
}

std::int64_t NumberOf(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole && number >= 0 ? number : -1;
}

}  // namespace

std::optional<IdRange> IdsThatBegin(std::string_view text) {
  if (text.size() < kIdDigitsMin || text.size() > kIdDigits) return std::nullopt;
  const std::string lower = Lower(text);
  const auto first = Filled(lower, '0');
  const auto last = Filled(lower, 'f');
  if (!first || !last) return std::nullopt;
  return IdRange{*first, *last};
}

Result<Found> Find(Connection& db, std::string_view select, std::int64_t project,
                   const Sought& sought) {
  const std::string lower = Lower(sought.text);
  const std::string prefix = Escaped(lower) + "%";
  const std::string contains = "%" + prefix;
  Id greatest;
  greatest.bytes.fill(std::numeric_limits<std::uint8_t>::max());
  const IdRange ids = IdsThatBegin(sought.text).value_or(IdRange{greatest, Id{}});
  const std::string sql = fmt::format(
      "WITH found(id, title, detail, field, match, at_ms) AS ({}) "
      "SELECT id, title, detail, field, substr(match, 1, 200), at_ms, count(*) OVER () FROM found "
      "ORDER BY CASE WHEN lower(match) = ?4 OR lower(title) = ?4 THEN 0 WHEN match LIKE ?3 "
      "ESCAPE "
      "'\\' THEN 1 ELSE 2 END, at_ms DESC, id LIMIT ?8 OFFSET ?9",
      select);
  Found found;
  auto rows = TRY(db.QueryOnce(sql, {project, contains, prefix, lower, ids.first, ids.last,
                                     NumberOf(sought.text), sought.limit, sought.offset}));
  while (TRY(rows.Next())) {
    found.hits.push_back({.id = std::string(rows.Text(0)),
                          .title = std::string(rows.Text(1)),
                          .detail = std::string(rows.Text(2)),
                          .field = std::string(rows.Text(3)),
                          .match = std::string(rows.Text(4)),
                          .at_ms = rows.Integer(5)});
    found.count = rows.Integer(6);
  }
  return found;
}

}  // namespace galley::db
