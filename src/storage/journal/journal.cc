#include "storage/journal/journal.h"

#include "storage/journal/change.h"
#include "storage/journal/feed.h"

namespace galley::journal {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE project(
    row INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  INSERT INTO project(row, name) VALUES(1, 'default');
  CREATE TABLE event(
    sequence INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX event_of_subject ON event(project, subject, sequence);
)"};

}  // namespace

const db::Part kTables{"journal", kSteps};

Status Change::Record(std::string_view kind, std::string_view subject, json::Writer detail) {
  return db.Run(
      "INSERT INTO event(project, at_ms, kind, subject, actor, detail) "
      "VALUES(?, ?, ?, ?, ?, ?)",
      {project, now_ms, kind, subject, actor, std::move(detail).Take()});
}

void Change::Touch(std::int64_t of_project, std::string_view kind, std::string_view subject) const {
  if (feed != nullptr) feed->Touch(of_project, kind, subject);
}

Result<std::int64_t> ProjectRow(db::Connection& db, std::string_view name) {
  auto rows = TRY(db.Query("SELECT row FROM project WHERE name = ?", {name}));
  if (TRY(rows.Next())) return rows.Integer(0);
  return Fail(Code::kNotFound, "there is no project '{}'", name);
}

Result<std::vector<Event>> ReadEvents(db::Connection& db, std::int64_t project,
                                      const EventQuery& query) {
  const std::int64_t before = query.before.value_or(INT64_MAX);
  // A dot at the end, and the character behind it: all kinds between begin so.
  std::string kind_end = query.kind;
  if (kind_end.ends_with('.')) kind_end.back() = '/';
  const bool is_one = kind_end == query.kind;
  // `+project`: backwards by sequence, and not sorted from the index of subjects.
  auto rows = TRY(db.Query(
      query.subject.empty()
          ? "SELECT sequence, at_ms, kind, subject, actor, detail FROM event WHERE +project = ? "
            "AND "
            "'' = ? AND sequence < ? AND (? = '' OR kind = ? OR (NOT ? AND kind > ? AND kind < ?)) "
            "AND (? = '' OR actor = ?) ORDER BY sequence DESC LIMIT ?"
          : "SELECT sequence, at_ms, kind, subject, actor, detail FROM event WHERE project = ? AND "
            "subject = ? AND sequence < ? AND (? = '' OR kind = ? OR (NOT ? AND kind > ? AND kind "
            "< ?)) AND (? = '' OR actor = ?) ORDER BY sequence DESC LIMIT ?",
      {project, query.subject, before, query.kind, query.kind, is_one, query.kind, kind_end,
       query.actor, query.actor, query.limit}));
  std::vector<Event> events;
  while (TRY(rows.Next())) {
    events.push_back({.sequence = rows.Integer(0),
                      .at_ms = rows.Integer(1),
                      .kind = std::string(rows.Text(2)),
                      .subject = std::string(rows.Text(3)),
                      .actor = std::string(rows.Text(4)),
                      .detail = std::string(rows.Text(5))});
  }
  return events;
}

Result<std::int64_t> LastSequence(db::Connection& db) {
  auto rows = TRY(db.Query("SELECT coalesce(max(sequence), 0) FROM event"));
  TRY(rows.Next());
  return rows.Integer(0);
}

Result<std::vector<FollowedEvent>> ReadEventsAfter(db::Connection& db, std::int64_t after,
                                                   std::int64_t limit) {
  auto rows =
      TRY(db.Query("SELECT sequence, at_ms, kind, subject, actor, detail, project FROM event "
                   "WHERE sequence > ? ORDER BY sequence LIMIT ?",
                   {after, limit}));
  std::vector<FollowedEvent> events;
  while (TRY(rows.Next())) {
    events.push_back({.event = {.sequence = rows.Integer(0),
                                .at_ms = rows.Integer(1),
                                .kind = std::string(rows.Text(2)),
                                .subject = std::string(rows.Text(3)),
                                .actor = std::string(rows.Text(4)),
                                .detail = std::string(rows.Text(5))},
                      .project = rows.Integer(6)});
  }
  return events;
}

Result<EventFacets> CountEvents(db::Connection& db, std::int64_t project, std::int64_t last) {
  EventFacets facets;
  auto rows = TRY(
      db.Query("WITH newest AS (SELECT kind, actor FROM event WHERE +project = ? ORDER BY sequence "
               "DESC LIMIT ?) SELECT 0, kind, count(*) FROM newest GROUP BY kind UNION ALL SELECT "
               "1, actor, count(*) FROM newest GROUP BY actor ORDER BY 1, 3 DESC, 2",
               {project, last}));
  while (TRY(rows.Next())) {
    const EventCount one{.value = std::string(rows.Text(1)), .count = rows.Integer(2)};
    if (rows.Integer(0) == 0) facets.events += one.count;
    (rows.Integer(0) == 0 ? facets.kinds : facets.actors).push_back(one);
  }
  return facets;
}

}  // namespace galley::journal
