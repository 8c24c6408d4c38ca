#include "domain/pipeline/trigger_rows.h"

#include <algorithm>
#include <map>

#include "domain/pipeline/rows.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kSourceColumns =
    "pipeline_source.row, pipeline_source.id, folder, file, pipeline, repository, path, "
    "environment, actor, applied_ms";
constexpr int kSourceColumnCount = 10;
constexpr std::string_view kTriggerColumns =
    "pipeline_trigger.row, settings, position, project.name";
constexpr std::string_view kTriggerTables =
    "pipeline_trigger JOIN pipeline_source ON pipeline_source.row = pipeline_trigger.source JOIN "
    "project ON project.row = pipeline_source.project";

Result<Source> SourceAt(const db::Rows& rows) {
  return Source{.row = rows.Integer(0),
                .id = rows.AsId(1),
                .folder = std::string(rows.Text(2)),
                .file = std::string(rows.Text(3)),
                .pipeline = std::string(rows.Text(4)),
                .repository = std::string(rows.Text(5)),
                .path = std::string(rows.Text(6)),
                .environment = TRY(ParseTexts(rows.Text(7))),
                .actor = std::string(rows.Text(8)),
                .applied_ms = rows.Integer(9)};
}

Result<std::vector<InForce>> Select(db::Connection& db, std::string_view condition,
                                    const std::vector<db::Value>& values) {
  std::vector<InForce> found;
  auto rows =
      TRY(db.QueryOnce(fmt::format("SELECT {}, {} FROM {} WHERE in_force = 1 AND {} ORDER BY "
                                   "pipeline_source.row, pipeline_trigger.row",
                                   kSourceColumns, kTriggerColumns, kTriggerTables, condition),
                       values));
  while (TRY(rows.Next())) {
    constexpr int kFirst = kSourceColumnCount;
    auto trigger = schema::FromJson<Trigger>(rows.Text(kFirst + 1), {});
    if (!trigger) return Fail(Code::kDataLoss, "a trigger is damaged");
    found.push_back({.row = rows.Integer(kFirst),
                     .project = std::string(rows.Text(kFirst + 3)),
                     .trigger = *std::move(trigger),
                     .position = rows.Integer(kFirst + 2),
                     .source = TRY(SourceAt(rows))});
  }
  return found;
}

PastEvent EventAt(const db::Rows& rows) {
  return {.id = std::string(rows.Text(0)),
          .run = rows.MaybeInteger(1),
          .error = std::string(rows.Text(2)),
          .created_ms = rows.Integer(3)};
}

Status StoreSource(journal::Change& change, Source& source) {
  TRY(change.db.Run(
      "INSERT INTO pipeline_source(project, id, folder, file, pipeline, repository, path, "
      "environment, actor, applied_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(project, "
      "folder, file) DO UPDATE SET pipeline = excluded.pipeline, repository = excluded.repository, "
      "path = excluded.path, environment = excluded.environment, actor = excluded.actor, "
      "applied_ms = excluded.applied_ms",
      {change.project, source.id, source.folder, source.file, source.pipeline, source.repository,
       source.path, TextsJson(source.environment), source.actor, source.applied_ms}));
  auto rows = TRY(change.db.Query(
      "SELECT row FROM pipeline_source WHERE project = ? AND folder = ? AND file = ?",
      {change.project, source.folder, source.file}));
  TRY(rows.Next());
  source.row = rows.Integer(0);
  return {};
}

/// Whoever applies a file again wants its alerts to start runs again.
Status ForgiveLosses(journal::Change& change, const Source& source) {
  struct Kept {
    std::int64_t trigger;
    Id monitor;
    AlertCycle cycle;
  };
  std::vector<Kept> all;
  {
    auto rows =
        TRY(change.db.Query("SELECT of_trigger, monitor, cycle FROM pipeline_alert_cycle WHERE "
                            "of_trigger IN (SELECT row FROM pipeline_trigger WHERE source = ?)",
                            {source.row}));
    while (TRY(rows.Next())) {
      auto cycle = schema::FromJson<AlertCycle>(rows.Text(2), {});
      if (!cycle) return Fail(Code::kDataLoss, "what an alert's trigger remembers is damaged");
      all.push_back({rows.Integer(0), rows.AsId(1), *std::move(cycle)});
    }
  }
  for (Kept& kept : all) {
    kept.cycle.lost = 0;
    kept.cycle.stopped = false;
    TRY(StoreCycle(change, kept.trigger, kept.monitor, kept.cycle));
  }
  return {};
}

}  // namespace

Result<std::optional<Source>> FindSource(db::Connection& db, std::int64_t project,
                                         std::string_view folder, std::string_view file) {
  auto rows = TRY(db.QueryOnce(
      fmt::format("SELECT {} FROM pipeline_source WHERE project = ? AND folder = ? AND file = ?",
                  kSourceColumns),
      {project, folder, file}));
  if (!TRY(rows.Next())) return std::optional<Source>();
  return std::optional(TRY(SourceAt(rows)));
}

Status StoreTriggers(journal::Change& change, Source& source, const std::vector<Trigger>& triggers,
                     const std::vector<std::int64_t>& positions) {
  TRY(StoreSource(change, source));
  // One that is in force keeps its place: what came since then is not lost.
  TRY(change.db.Run("UPDATE pipeline_trigger SET in_force = in_force + 2 WHERE source = ?",
                    {source.row}));
  json::Writer detail;
  detail.BeginObject().Key("folder").String(source.folder).Key("file").String(source.file);
  detail.Key("pipeline").String(source.pipeline).Key("triggers").BeginArray();
  for (std::size_t at = 0; at < triggers.size(); ++at) {
    const std::string settings = schema::ToJson(triggers[at], schema::EmptyLists::kOmit);
    detail.Raw(settings);
    TRY(change.db.Run(
        "INSERT INTO pipeline_trigger(source, key, settings, in_force, position) VALUES(?, ?, ?, "
        "1, ?) ON CONFLICT(source, key) DO UPDATE SET settings = excluded.settings, position = "
        "CASE in_force WHEN 3 THEN position ELSE excluded.position END, in_force = 1",
        {source.row, triggers[at].Key(), settings, positions[at]}));
  }
  TRY(change.db.Run("UPDATE pipeline_trigger SET in_force = 0 WHERE source = ? AND in_force > 1",
                    {source.row}));
  TRY(ForgiveLosses(change, source));
  detail.EndArray().EndObject();
  return change.Record("pipeline_trigger.applied", source.id.Hex(), std::move(detail));
}

Status RemoveTriggers(journal::Change& change, const Source& source) {
  TRY(change.db.Run("UPDATE pipeline_trigger SET in_force = 0 WHERE source = ? AND in_force = 1",
                    {source.row}));
  if (change.db.Changes() == 0) {
    return Fail(Code::kNotFound, "no trigger of '{}/{}' is in force", source.folder, source.file);
  }
  json::Writer detail;
  detail.BeginObject().Key("folder").String(source.folder).Key("file").String(source.file);
  detail.EndObject();
  return change.Record("pipeline_trigger.removed", source.id.Hex(), std::move(detail));
}

Result<std::vector<InForce>> ListInForce(db::Connection& db) {
  return Select(db, "1", {});
}

Result<std::vector<TriggerState>> ListStates(db::Connection& db, std::int64_t project) {
  std::vector<TriggerState> states;
  for (InForce& it : TRY(Select(db, "pipeline_source.project = ?", {project}))) {
    std::optional<PastEvent> last;
    {
      auto rows =
          TRY(db.Query("SELECT event, run, error, created_ms FROM pipeline_event WHERE of_trigger "
                       "= ? ORDER BY row DESC LIMIT 1",
                       {it.row}));
      if (TRY(rows.Next())) last = EventAt(rows);
    }
    states.push_back({.source = std::move(it.source),
                      .trigger = std::move(it.trigger),
                      .last = std::move(last)});
  }
  return states;
}

Result<std::optional<InForce>> FindPush(db::Connection& db, std::int64_t project,
                                        const Id& source) {
  for (InForce& it : TRY(Select(db, "pipeline_source.project = ? AND pipeline_source.id = ?",
                                {project, source}))) {
    if (it.trigger.kind == "push") return std::optional(std::move(it));
  }
  return std::optional<InForce>();
}

Status StoreEvent(journal::Change& change, std::int64_t trigger, const Event& event,
                  std::optional<std::int64_t> run, std::string_view error) {
  TRY(change.db.Run(
      "INSERT INTO pipeline_event(of_trigger, event, run, error, checkout, created_ms) VALUES(?, "
      "?, ?, ?, ?, ?) ON CONFLICT(of_trigger, event) DO NOTHING",
      {trigger, event.id, run, error, event.checkout, change.now_ms}));
  if (change.db.Changes() == 0) {
    return Fail(Code::kAlreadyExists, "the event '{}' came before", event.id);
  }
  return SetPosition(change, trigger, event.position);
}

Status SetPosition(journal::Change& change, std::int64_t trigger, std::int64_t position) {
  return change.db.Run("UPDATE pipeline_trigger SET position = max(position, ?) WHERE row = ?",
                       {position, trigger});
}

Result<AlertCycle> LoadCycle(db::Connection& db, std::int64_t trigger, const Id& monitor) {
  auto rows =
      TRY(db.Query("SELECT cycle FROM pipeline_alert_cycle WHERE of_trigger = ? AND monitor = ?",
                   {trigger, monitor}));
  if (!TRY(rows.Next())) return AlertCycle{};
  auto cycle = schema::FromJson<AlertCycle>(rows.Text(0), {});
  if (cycle) return *std::move(cycle);
  return Fail(Code::kDataLoss, "what an alert's trigger remembers is damaged");
}

Status StoreCycle(journal::Change& change, std::int64_t trigger, const Id& monitor,
                  const AlertCycle& cycle) {
  return change.db.Run(
      "INSERT OR REPLACE INTO pipeline_alert_cycle(of_trigger, monitor, cycle) VALUES(?, ?, ?)",
      {trigger, monitor, schema::ToJson(cycle, schema::EmptyLists::kOmit)});
}

Result<std::optional<PastEvent>> FindEvent(db::Connection& db, std::int64_t trigger,
                                           std::string_view event) {
  auto rows =
      TRY(db.Query("SELECT event, run, error, created_ms FROM pipeline_event WHERE "
                   "of_trigger = ? AND event = ?",
                   {trigger, event}));
  if (!TRY(rows.Next())) return std::optional<PastEvent>();
  return std::optional(EventAt(rows));
}

Result<std::vector<Checkout>> ListCheckouts(db::Connection& db) {
  std::vector<Checkout> checkouts;
  auto rows = TRY(db.Query(
      "SELECT checkout, project.name, pipeline_source.row, pipeline_run.state FROM pipeline_event "
      "JOIN pipeline_trigger ON pipeline_trigger.row = pipeline_event.of_trigger JOIN "
      "pipeline_source ON pipeline_source.row = pipeline_trigger.source JOIN project ON "
      "project.row = pipeline_source.project JOIN pipeline_run ON pipeline_run.project = "
      "project.row AND pipeline_run.number = pipeline_event.run WHERE checkout <> '' ORDER BY "
      "pipeline_event.row DESC",
      {}));
  while (TRY(rows.Next())) {
    const auto state = ParseRunState(rows.Text(3));
    if (!state) return Fail(Code::kDataLoss, "a pipeline's run is damaged");
    checkouts.push_back({.folder = std::string(rows.Text(0)),
                         .project = std::string(rows.Text(1)),
                         .source = rows.Integer(2),
                         .state = *state});
  }
  return checkouts;
}

Status ForgetCheckout(journal::Change& change, std::string_view folder) {
  return change.db.Run("UPDATE pipeline_event SET checkout = '' WHERE checkout = ?", {folder});
}

}  // namespace galley::pipeline
