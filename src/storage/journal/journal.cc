#include "storage/journal/journal.h"

#include "storage/journal/change.h"

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

Result<std::int64_t> ProjectRow(db::Connection& db, std::string_view name) {
  auto rows = TRY(db.Query("SELECT row FROM project WHERE name = ?", {name}));
  if (TRY(rows.Next())) return rows.Integer(0);
  return Fail(Code::kNotFound, "there is no project '{}'", name);
}

Result<std::vector<Event>> ReadEvents(db::Connection& db, std::int64_t project,
                                      const EventQuery& query) {
  const std::int64_t before = query.before.value_or(INT64_MAX);
  auto rows = query.subject.empty()
                  ? TRY(db.Query("SELECT sequence, at_ms, kind, subject, actor, detail FROM event "
                                 "WHERE project = ? AND sequence < ? "
                                 "ORDER BY sequence DESC LIMIT ?",
                                 {project, before, query.limit}))
                  : TRY(db.Query("SELECT sequence, at_ms, kind, subject, actor, detail FROM event "
                                 "WHERE project = ? AND subject = ? AND sequence < ? "
                                 "ORDER BY sequence DESC LIMIT ?",
                                 {project, query.subject, before, query.limit}));
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

}  // namespace galley::journal
