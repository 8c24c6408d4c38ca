#include "storage/journal/history.h"

#include <algorithm>
#include <string>

namespace galley::journal {

Result<std::vector<Event>> ReadKinds(db::Connection& db, std::int64_t project,
                                     std::span<const std::string_view> kinds, std::int64_t limit) {
  const auto is_wanted = [kinds](std::string_view kind) {
    return std::ranges::any_of(kinds, [kind](std::string_view wanted) {
      return wanted.ends_with('.') ? kind.starts_with(wanted) : kind == wanted;
    });
  };
  std::vector<Event> events;
  auto rows =
      TRY(db.Query("SELECT sequence, at_ms, kind, subject, actor, detail FROM event "
                   "WHERE project = ? ORDER BY sequence",
                   {project}));
  while (TRY(rows.Next())) {
    if (!is_wanted(rows.Text(2))) continue;
    if (static_cast<std::int64_t>(events.size()) == limit) {
      return Fail(Code::kResourceExhausted,
                  "the project has more than {} events of the kinds that are asked for", limit);
    }
    events.push_back({.sequence = rows.Integer(0),
                      .at_ms = rows.Integer(1),
                      .kind = std::string(rows.Text(2)),
                      .subject = std::string(rows.Text(3)),
                      .actor = std::string(rows.Text(4)),
                      .detail = std::string(rows.Text(5))});
  }
  return events;
}

}  // namespace galley::journal
