#include "domain/rollout/rollouts.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "domain/observe/windows.h"
#include "domain/rollout/contingency.h"
#include "domain/rollout/rollout_rows.h"
#include "domain/rollout/variants.h"

namespace galley::rollout {
namespace {

using Kind = PlannedStep::Kind;

/// What the machine may know. Monitors that are gone have no newest window.
Result<World> WorldOf(db::Connection& db, std::int64_t project, const Plan& plan,
                      std::int64_t now_ms) {
  World world{.now_ms = now_ms, .next_version = TRY(SnapshotVersion(db)) + 1, .newest = {}};
  std::set<std::string> names;
  for (const PlannedStep& step : plan.steps) {
    if (!step.monitor.empty()) names.insert(step.monitor);
  }
  if (names.empty()) return world;
  for (const auto& monitor : TRY(observe::ListMonitors(db, project))) {
    if (!names.contains(monitor.name)) continue;
    if (const auto newest = TRY(observe::NewestWindow(db, monitor))) {
      world.newest[monitor.name] = *newest;
    }
  }
  return world;
}

void WriteLook(json::Writer& detail, const std::string& monitor, const Look& look,
               std::string_view verdict) {
  detail.Key("monitor").String(monitor).Key("window").Int(look.window);
  detail.Key("verdict").String(verdict).Key("windows").Int(look.windows);
  detail.Key("log_e_better").String(fmt::format("{:.6f}", look.log_e_better));
  detail.Key("log_e_worse").String(fmt::format("{:.6f}", look.log_e_worse));
  detail.Key("rows").String(std::to_string(look.rows));
  detail.Key("blocks").String(std::to_string(look.blocks));
}

/// The event of something that happened to a rollout: where it stands, and the evidence so far.
Status RecordOf(journal::Change& change, const Rollout& rollout, std::string_view kind,
                std::string_view reason) {
  const auto champion = TRY(GetVariant(change.db, change.project, rollout.champion)).variant;
  const auto challenger = TRY(GetVariant(change.db, change.project, rollout.challenger)).variant;
  const State& state = rollout.state;
  json::Writer detail;
  detail.BeginObject().Key("rollout").Int(rollout.number).Key("name").String(rollout.endpoint);
  Describe(detail, challenger);
  detail.Key("champion").BeginObject();
  Describe(detail, champion);
  detail.EndObject();
  detail.Key("phase").String(state.phase).Key("step").Int(state.step + 1);
  detail.Key("steps").Int(std::ssize(PlanOf(rollout.strategy).steps));
  detail.Key("weight").Int(state.weight).Key("mirror").Int(state.mirror);
  if (state.awaits != 0) detail.Key("snapshot").Int(state.awaits);
  detail.Key("reason").String(reason);
  const auto looks = TRY(ListLooks(change.db, rollout.row, 1));
  if (!looks.empty()) {
    WriteLook(detail, looks.back().monitor, looks.back().look, looks.back().verdict);
  }
  detail.EndObject();
  return change.Record(kind, rollout.id.Hex(), std::move(detail));
}

/// The name of a further shadow.
std::string FreeShadow(const std::vector<Variant>& variants) {
  for (int number = 1;; ++number) {
    std::string name = number == 1 ? std::string(kShadow) : fmt::format("{}-{}", kShadow, number);
    if (std::ranges::find(variants, name, &Variant::name) == variants.end()) return name;
  }
}

/// The challenger is the champion; of the champions so far the oldest `keep` stay as shadows.
Status Promoted(journal::Change& change, const Rollout& rollout, std::string_view reason) {
  const Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, rollout.endpoint));
  std::vector<Variant> before;
  for (const Variant& variant : endpoint.variants) {
    if (variant.id != rollout.challenger) before.push_back(variant);
  }
  std::ranges::sort(
      before, {}, [](const Variant& variant) { return std::pair(variant.created_ms, variant.id); });
  const std::string free = FreeShadow(endpoint.variants);
  for (std::size_t at = 0; at < before.size(); ++at) {
    const Variant& variant = before[at];
    if (std::cmp_greater_equal(at, rollout.strategy.keep_shadow())) {
      TRY(Retire(change, variant.id));
    } else if (variant.id == rollout.champion) {
      TRY(Reweigh(change, variant.id, free, 0, kWholeWeight));
    }
  }
  TRY(Reweigh(change, rollout.challenger, kMain, kWholeWeight, 0));
  TRY(AddRevision(change, rollout.endpoint_row, rollout.challenger, "promoted", rollout.number,
                  reason));
  return Bump(change.db);
}

Status Withdrawn(journal::Change& change, const Rollout& rollout) {
  TRY(Retire(change, rollout.challenger));
  TRY(Reweigh(change, rollout.champion, kMain, kWholeWeight, 0));
  return Bump(change.db);
}

Status Routed(journal::Change& change, const Rollout& rollout, const SetTraffic& traffic) {
  TRY(Reweigh(change, rollout.challenger, kCanary, traffic.weight, traffic.mirror));
  TRY(Reweigh(change, rollout.champion, kMain, kWholeWeight - traffic.weight, traffic.mirror));
  return Bump(change.db);
}

/// Lets the machine have an event, and does what it says. `look`: what the event is the verdict of.
/// kFailedPrecondition: the event was refused.
Status Happen(journal::Change& change, Rollout& rollout, const Event& event,
              const Look* look = nullptr) {
  const Plan plan = PlanOf(rollout.strategy);
  const World world = TRY(WorldOf(change.db, change.project, plan, change.now_ms));
  Stepped stepped = Step(plan, rollout.state, event, world);
  if (!stepped.refusal.empty()) {
    return Fail(Code::kFailedPrecondition, "rollout {} of endpoint '{}': {}", rollout.number,
                rollout.endpoint, stepped.refusal);
  }
  if (stepped.state == rollout.state) return {};
  const State before = std::exchange(rollout.state, std::move(stepped.state));
  for (const Action& action : stepped.actions) {
    if (const auto* traffic = std::get_if<SetTraffic>(&action)) {
      TRY(Routed(change, rollout, *traffic));
    } else if (std::holds_alternative<MakeChampion>(action)) {
      TRY(Promoted(change, rollout, rollout.state.reason));
    } else if (std::holds_alternative<Withdraw>(action)) {
      TRY(Withdrawn(change, rollout));
    }
  }
  TRY(StoreState(change, rollout));
  for (const Action& action : stepped.actions) {
    const auto* tell = std::get_if<Tell>(&action);
    if (tell == nullptr) continue;
    if (tell->kind == "rollout.judged" && look != nullptr) {
      // The attempt that was looked at, should the next step be an analysis as well.
      Rollout judged = rollout;
      judged.state.attempt = before.attempt;
      const auto& step = plan.steps[static_cast<std::size_t>(before.step)];
      TRY(StoreLook(change, judged, step.monitor, *look));
    }
    TRY(RecordOf(change, rollout, tell->kind, tell->reason));
  }
  return {};
}

/// Whether the monitors of a strategy are there and fit.
Status CheckMonitors(const journal::Change& change, const Strategy& strategy,
                     std::string_view endpoint) {
  const Plan plan = PlanOf(strategy);
  for (std::int64_t at = 0; at < std::ssize(plan.steps); ++at) {
    const PlannedStep& step = plan.steps[static_cast<std::size_t>(at)];
    if (step.monitor.empty()) continue;
    const auto monitor = TRY(Context(observe::GetMonitor(change.db, change.project, step.monitor),
                                     fmt::format("step {} ({})", at + 1, Describe(step))));
    if (monitor.settings.endpoint != endpoint) {
      return Fail(Code::kFailedPrecondition,
                  "step {} ({}): the monitor measures endpoint '{}', not '{}'", at + 1,
                  Describe(step), monitor.settings.endpoint, endpoint);
    }
    const AnalysisSettings* analysis = AnalysisOf(strategy, at);
    if (analysis != nullptr && !monitor.settings.compare && analysis->conditions.empty()) {
      return Fail(Code::kFailedPrecondition,
                  "step {} ({}): it has no 'conditions', and the monitor has no 'compare', so "
                  "nothing would be compared",
                  at + 1, Describe(step));
    }
  }
  return {};
}

const Variant& Champion(const Endpoint& endpoint) {
  return endpoint.variants.front();
}

/// What a gateway and the time say to a rollout.
std::vector<Event> EventsOf(const Rollout& rollout, std::string_view project,
                            const snapshot::Status* status,
                            const std::set<std::string, std::less<>>& monitors) {
  std::vector<Event> events;
  const auto add = [&](auto what) { events.push_back({rollout.number, std::move(what)}); };
  const auto steps = PlanOf(rollout.strategy).steps;
  const std::int64_t at = rollout.state.step;
  if (at >= 0 && at < std::ssize(steps)) {
    const std::string& monitor = steps[static_cast<std::size_t>(at)].monitor;
    if (!monitor.empty() && !monitors.contains(monitor)) {
      add(AnalysisLost{at, fmt::format("there is no monitor '{}' any more", monitor)});
    }
  }
  add(TimePassed{});
  if (status == nullptr) return events;
  const auto found = std::ranges::find_if(status->endpoints, [&](const auto& endpoint) {
    return endpoint.project == project && endpoint.name == rollout.endpoint;
  });
  bool is_loaded = false;
  if (found != status->endpoints.end()) {
    const std::string challenger = rollout.challenger.Hex();
    // A gateway that says nothing of single variants is taken at its version.
    is_loaded = found->variants.empty();
    for (const auto& variant : found->variants) {
      if (variant.variant != challenger) continue;
      is_loaded = variant.state == "ready";
      if (variant.state == "failed") {
        add(LoadFailed{fmt::format("its model cannot be loaded: {}", variant.reason)});
      }
    }
    for (const auto& trip : found->trips) {
      if (trip.variant == challenger) add(GuardrailTripped{"guardrail: " + trip.reason});
    }
  }
  add(Acknowledged{status->version, is_loaded});
  return events;
}

Result<std::string> ProjectName(db::Connection& db, std::int64_t project) {
  auto rows = TRY(db.Query("SELECT name FROM project WHERE row = ?", {project}));
  if (TRY(rows.Next())) return std::string(rows.Text(0));
  return Fail(Code::kInternal, "there is no project of row {}", project);
}

Result<std::set<std::string, std::less<>>> MonitorNames(db::Connection& db, std::int64_t project) {
  std::set<std::string, std::less<>> names;
  for (const auto& monitor : TRY(observe::ListMonitors(db, project))) names.insert(monitor.name);
  return names;
}

}  // namespace

Result<Rollout> StartRollout(journal::Change& change, const NewRollout& wanted) {
  TRY(CheckReason(wanted.reason));
  TRY(CheckPython(wanted.python.value_or("")));
  Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, wanted.endpoint));
  TRY(CheckNoContingency(change.db, endpoint, "rolled out anew"));
  TRY(CheckNoRollout(change.db, endpoint, "rolled out anew"));
  if (wanted.settings) {
    endpoint = TRY(ConfigureEndpoint(change, wanted.endpoint, *wanted.settings));
  }
  const auto settings = TRY(ParseEndpoint(endpoint.settings));
  const auto& strategy = wanted.strategy ? wanted.strategy : settings.strategy;
  if (!strategy) {
    return Fail(Code::kFailedPrecondition,
                "the endpoint '{}' has no strategy: galley.yaml must have endpoints.{}.strategy",
                endpoint.name, endpoint.name);
  }
  TRY(CheckMonitors(change, *strategy, endpoint.name));
  const Servable found = TRY(FindServable(change, wanted.model, wanted.version));
  const Variant& champion = Champion(endpoint);
  const std::string python = wanted.python.value_or(champion.python);
  if (found.version.id == champion.version_id && python == champion.python) {
    return Fail(Code::kFailedPrecondition, "{}@{} is what endpoint '{}' serves already",
                wanted.model, wanted.version, endpoint.name);
  }
  const Variant challenger{.id = change.ids.Next(),
                           .name = std::string(kCanary),
                           .model = wanted.model,
                           .version = wanted.version,
                           .version_id = found.version.id,
                           .python = python};
  TRY(StoreVariant(change, endpoint.row, challenger, found.files));
  Rollout rollout{.endpoint_row = endpoint.row,
                  .endpoint = endpoint.name,
                  .champion = champion.id,
                  .challenger = challenger.id,
                  .strategy = *strategy,
                  .reason = wanted.reason};
  TRY(Insert(change, rollout));
  TRY(Happen(change, rollout, {rollout.number, Started{}}));
  return rollout;
}

namespace {

/// Starts a rollout that was aborted or rolled back again.
Result<Rollout> StartAgain(journal::Change& change, const Rollout& before,
                           const std::string& reason) {
  const auto challenger = TRY(GetVariant(change.db, change.project, before.challenger)).variant;
  Rollout rollout = TRY(StartRollout(
      change, {.endpoint = before.endpoint,
               .model = challenger.model,
               .version = challenger.version,
               .python = challenger.python,
               .reason = reason.empty() ? fmt::format("rollout {} again", before.number) : reason,
               .strategy = before.strategy}));
  TRY(RecordOf(change, rollout, "rollout.retried", fmt::format("rollout {} again", before.number)));
  return rollout;
}

}  // namespace

Result<Rollout> Act(journal::Change& change, std::string_view endpoint, const Order& order) {
  TRY(CheckReason(order.reason));
  const Endpoint at = TRY(GetEndpoint(change.db, change.project, endpoint));
  auto newest = TRY(FindNewest(change.db, at.row));
  if (!newest) {
    return Fail(Code::kFailedPrecondition, "the endpoint '{}' had no rollout yet", at.name);
  }
  Rollout& rollout = *newest;
  if (order.rollout && *order.rollout != rollout.number) {
    return Fail(Code::kFailedPrecondition,
                "rollout {} of endpoint '{}' came after rollout {}: look again before you {}",
                rollout.number, at.name, *order.rollout, order.verb);
  }
  if (order.verb == "promote" || order.verb == "resume" || order.verb == "retry") {
    TRY(CheckNoContingency(change.db, at, "rolled out further"));
  }
  const Phase phase = rollout.state.Now();
  const std::int64_t turn = order.turn.value_or(rollout.state.turn);
  Event event{rollout.number, Abort{order.reason}};
  if (order.verb == "promote") {
    event.what = Promote{turn, order.full, order.reason.empty() ? "by a person" : order.reason};
  } else if (order.verb == "pause") {
    event.what = Pause{order.reason};
  } else if (order.verb == "resume") {
    event.what = Resume{turn, order.reason};
  } else if (order.verb == "retry") {
    if (phase == Phase::kAborted || phase == Phase::kRolledBack) {
      return StartAgain(change, rollout, order.reason);
    }
    event.what = Retry{turn, order.reason};
  } else if (order.verb != "abort") {
    return Fail(Code::kInvalidArgument, "'{}' must be promote, pause, resume, abort, retry or undo",
                order.verb);
  }
  TRY(Happen(change, rollout, event));
  return std::move(rollout);
}

Status EndWith(journal::Change& change, const Endpoint& endpoint, std::string_view reason) {
  auto active = TRY(FindActive(change.db, endpoint.row));
  if (!active) return {};
  return Happen(change, *active, {active->number, Abort{std::string(reason)}});
}

Result<Revision> UndoTarget(db::Connection& db, const Endpoint& endpoint,
                            std::optional<std::int64_t> to) {
  constexpr std::int64_t kRevisionsMax = 10'000;
  const auto all = TRY(ListRevisions(db, endpoint.row, kRevisionsMax));
  if (!to && all.size() < 2) {
    return Fail(Code::kFailedPrecondition,
                "the endpoint '{}' has one revision: there is none to go back to", endpoint.name);
  }
  const std::int64_t number = to.value_or(all.size() < 2 ? 0 : all[1].number);
  const auto found = std::ranges::find(all, number, &Revision::number);
  if (found == all.end()) {
    return Fail(Code::kNotFound,
                "the endpoint '{}' has no revision {}; 'galley rollout history {}' "
                "lists them",
                endpoint.name, number, endpoint.name);
  }
  if (found->variant.id != endpoint.variants.front().id) return *found;
  return Fail(Code::kFailedPrecondition, "revision {} of endpoint '{}' is what it serves", number,
              endpoint.name);
}

Result<Undone> UndoRevision(journal::Change& change, std::string_view name,
                            std::optional<std::int64_t> to, std::string_view reason) {
  TRY(CheckReason(reason));
  const Endpoint endpoint = TRY(GetEndpoint(change.db, change.project, name));
  TRY(CheckNoRollout(change.db, endpoint, "undone"));
  const Revision target = TRY(UndoTarget(change.db, endpoint, to));
  const Variant before = Champion(endpoint);
  auto promoted = TRY(FindPromoted(change.db, endpoint.row, before.id));
  if (promoted) {  // First, while the snapshot's next version is the one that says so.
    TRY(Happen(change, *promoted, {promoted->number, Undo{std::string(reason)}}));
  }
  TRY(Retire(change, before.id));
  const bool is_served = !target.variant.retired_ms.has_value();  // As a shadow.
  Variant after = target.variant;
  if (is_served) {
    TRY(Reweigh(change, after.id, kMain, kWholeWeight, 0));
  } else {
    after.id = change.ids.Next();
    after.name = kMain;
    after.weight = kWholeWeight;
    after.mirror = 0;
    TRY(CopyVariant(change, endpoint.row, after, target.variant.id));
  }
  TRY(AddRevision(change, endpoint.row, after.id, "undone", std::nullopt, reason));
  TRY(Bump(change.db));
  Undone undone{.revision = TRY(ListRevisions(change.db, endpoint.row, 1)).front(),
                .version = TRY(SnapshotVersion(change.db))};
  json::Writer detail;
  detail.BeginObject().Key("name").String(endpoint.name);
  if (promoted) detail.Key("rollout").Int(promoted->number);
  Describe(detail, after);
  detail.Key("before").BeginObject();
  Describe(detail, before);
  detail.EndObject();
  detail.Key("revision").Int(undone.revision.number).Key("to").Int(target.number);
  detail.Key("snapshot").Int(undone.version);
  detail.Key("reason").String(reason).EndObject();
  TRY(change.Record("rollout.undone", promoted ? promoted->id.Hex() : endpoint.id.Hex(),
                    std::move(detail)));
  return undone;
}

Status OnWindow(journal::Change& change, const observe::Monitor& monitor, std::int64_t window) {
  for (Rollout& rollout : TRY(ListOpen(change.db, change.project))) {
    const Plan plan = PlanOf(rollout.strategy);
    const State& state = rollout.state;
    if (IsEnd(state.Now()) || state.step < 0 || state.step >= std::ssize(plan.steps)) continue;
    if (plan.steps[static_cast<std::size_t>(state.step)].monitor != monitor.name) continue;
    if (state.began && window <= *state.began) continue;
    WindowClosed closed{.step = state.step, .attempt = state.attempt, .window = window};
    Look look{.window = window};
    if (const AnalysisSettings* analysis = AnalysisOf(rollout.strategy, state.step)) {
      if (monitor.settings.endpoint != rollout.endpoint ||
          (!monitor.settings.compare && analysis->conditions.empty())) {
        look.verdict = Verdict::kError;
        look.reason = fmt::format("the monitor '{}' was changed: it compares nothing of '{}'",
                                  monitor.name, rollout.endpoint);
      } else {
        look = TRY(Judge(change.db, monitor, *analysis, rollout.champion, rollout.challenger,
                         state.began, window));
      }
      closed.verdict = look.verdict;
      closed.reason = look.reason;
    }
    TRY(Happen(change, rollout, {rollout.number, closed}, &look));
  }
  return {};
}

Result<bool> IsDue(db::Connection& db, std::int64_t project, const snapshot::Status* status,
                   std::int64_t now_ms) {
  if (TRY(HasDone(db, project, status))) return true;
  const auto open = TRY(ListOpen(db, project));
  if (open.empty()) return false;
  const std::string name = TRY(ProjectName(db, project));
  const auto monitors = TRY(MonitorNames(db, project));
  for (const Rollout& rollout : open) {
    const Plan plan = PlanOf(rollout.strategy);
    // What is newest decides where an analysis begins, not whether it does.
    const World world{.now_ms = now_ms, .next_version = 0, .newest = {}};
    for (const Event& event : EventsOf(rollout, name, status, monitors)) {
      if (Step(plan, rollout.state, event, world).state != rollout.state) return true;
    }
  }
  return false;
}

Status OnGateway(journal::Change& change, const snapshot::Status* status) {
  const std::string name = TRY(ProjectName(change.db, change.project));
  const auto monitors = TRY(MonitorNames(change.db, change.project));
  for (Rollout& rollout : TRY(ListOpen(change.db, change.project))) {
    for (const Event& event : EventsOf(rollout, name, status, monitors)) {
      TRY(Happen(change, rollout, event));
    }
  }
  return EndDone(change, status);
}

}  // namespace galley::rollout
