#include <algorithm>

#include "domain/ledger/parts.h"

namespace galley::ledger {
namespace {

template <typename Entry>
Entry* FindById(std::vector<Entry>& entries, std::string_view id) {
  // The newest: an alert that fires again may keep its id.
  for (auto it = entries.rbegin(); it != entries.rend(); ++it) {
    if (it->id == id) return &*it;
  }
  return nullptr;
}

void AddAlert(const Happening& it, Report& report) {
  if (it.what == What::kAlertFiring) {
    report.alerts.push_back({.id = it.subject,
                             .rule = it.rule,
                             .column = it.column,
                             .value = it.value,
                             .limit = it.limit,
                             .active_window = it.active_window,
                             .window = it.window,
                             .event = it.sequence,
                             .at_ms = it.at_ms});
    return;
  }
  AlertEntry* alert = FindById(report.alerts, it.subject);
  if (alert == nullptr || alert->resolved_event) return;
  alert->resolved_event = it.sequence;
  alert->resolved_ms = it.at_ms;
  alert->resolved_window = it.window;
}

void TakeCauses(const Happening& it, IncidentEntry& incident) {
  if (it.causes.empty()) return;
  incident.causes.clear();
  for (const CauseDetail& cause : it.causes) {
    incident.causes.push_back({.rank = static_cast<std::int64_t>(incident.causes.size()) + 1,
                               .kind = cause.kind,
                               .name = cause.name,
                               .score = cause.score,
                               .what = cause.what,
                               .claims_data_fault = cause.claims_data_fault});
  }
}

void AddIncident(const Happening& it, Report& report) {
  if (it.what == What::kIncidentOpened) {
    report.incidents.push_back(
        {.id = it.subject, .event = it.sequence, .at_ms = it.at_ms, .window = it.window});
    TakeCauses(it, report.incidents.back());
    return;
  }
  IncidentEntry* incident = FindById(report.incidents, it.subject);
  if (incident == nullptr) return;
  switch (it.what) {
    case What::kIncidentJoined: TakeCauses(it, *incident); break;
    case What::kIncidentAcked:
      incident->acked_by = it.actor;
      incident->acked_event = it.sequence;
      break;
    case What::kIncidentCauseSet:
      if (!incident->cause_event) incident->cause_ms = it.at_ms;
      incident->cause_event = it.sequence;
      incident->cause = it.cause;
      break;
    case What::kIncidentClosed: incident->closed_event = it.sequence; break;
    default: break;
  }
}

void Promote(const Happening& it, bool by_hand, Report& report) {
  report.promotions.push_back({.event = it.sequence,
                               .at_ms = it.at_ms,
                               .window = it.window,
                               .model = it.model,
                               .variant = it.variant,
                               .actor = it.actor,
                               .by_hand = by_hand,
                               .log_e = it.log_evidence});
}

void EndRollout(const Happening& it, RolloutEntry& rollout) {
  rollout.outcome = it.kind.substr(it.kind.find('.') + 1);
  rollout.reason = it.reason;
  rollout.end_event = it.sequence;
  rollout.end_ms = it.at_ms;
  rollout.end_window = it.window;
}

void AddRollout(const Happening& it, Report& report) {
  if (it.what == What::kRolloutStarted) {
    report.rollouts.push_back({.id = it.subject,
                               .model = it.model,
                               .event = it.sequence,
                               .at_ms = it.at_ms,
                               .window = it.window,
                               .actor = it.actor});
    return;
  }
  RolloutEntry* rollout = FindById(report.rollouts, it.subject);
  if (rollout == nullptr) return;
  if (it.what == What::kRolloutJudged) {
    rollout->looks.push_back({it.sequence, it.window, it.log_evidence, it.verdict});
  } else if (it.what == What::kRolloutPromoted || it.what == What::kRolloutEnded) {
    EndRollout(it, *rollout);
  }
  if (it.what != What::kRolloutPromoted) return;
  Promote(it, false, report);
  PromotionEntry& promotion = report.promotions.back();
  if (promotion.model.empty()) promotion.model = rollout->model;
  const auto is_judged = [](const LookEntry& look) { return look.log_e.has_value(); };
  const auto last = std::find_if(rollout->looks.rbegin(), rollout->looks.rend(), is_judged);
  if (!promotion.log_e && last != rollout->looks.rend()) promotion.log_e = last->log_e;
}

/// A rollout that promotes may say so of the endpoint as well, at the same time.
void DropDoubles(Report& report) {
  std::erase_if(report.promotions, [&report](const PromotionEntry& it) {
    return it.by_hand && std::ranges::any_of(report.promotions, [&it](const PromotionEntry& other) {
             return !other.by_hand && other.at_ms == it.at_ms;
           });
  });
}

/// Where an event does not say its window, the first one in which the version answered.
void FindWindows(Report& report) {
  for (PromotionEntry& promotion : report.promotions) {
    if (promotion.window) continue;
    const auto variant = std::ranges::find(report.served, promotion.variant, &ServedVariant::id);
    if (variant != report.served.end()) promotion.window = variant->first_window;
  }
}

}  // namespace

std::string ModelText(std::string_view model, std::int64_t version) {
  return fmt::format("{}@{}", model, version);
}

bool IsByAlert(std::string_view trigger) {
  return trigger.starts_with("alert") || trigger.starts_with("drift");
}

bool IsOurs(const Making& making, const Happening& it) {
  if (it.kind.starts_with("endpoint.")) return it.subject == making.report.endpoint_id;
  if (!it.endpoint.empty() && it.endpoint != making.report.endpoint) return false;
  // A rollout may be judged by another monitor of the endpoint.
  if (it.monitor.empty() || (it.kind.starts_with("rollout.") && !it.endpoint.empty())) return true;
  return it.monitor == making.report.monitor || it.monitor == making.report.monitor_id;
}

void AddStory(Making& making) {
  Report& report = making.report;
  for (const Happening& it : making.happenings) {
    if (!IsOurs(making, it)) continue;
    if (it.kind.starts_with("alert.")) AddAlert(it, report);
    if (it.kind.starts_with("incident.")) AddIncident(it, report);
    if (it.kind.starts_with("rollout.")) AddRollout(it, report);
    if (it.what == What::kEndpointChanged) Promote(it, true, report);
  }
  DropDoubles(report);
  FindWindows(report);
}

}  // namespace galley::ledger
