#include <algorithm>

#include "domain/rollout/service.h"
#include "domain/watch/alert_rows.h"
#include "domain/watch/alerts.h"
#include "foundation/base/name.h"

namespace galley::watch {
namespace {

constexpr std::size_t kNameMax = 80;
constexpr std::size_t kRulesMax = 200;
constexpr std::int64_t kUsualSample = 100;

Status CheckName(std::string_view name) {
  if (IsName(name, kNameMax)) return {};
  return Fail(Code::kInvalidArgument,
              "a rule's name must have 1 to {} letters, digits, '-' or '_'; '{}' has not", kNameMax,
              name);
}

Status CheckSubject(const journal::Change& change, const RuleSettings& settings) {
  if (settings.endpoint.empty()) {
    return CheckAgainst(settings,
                        TRY(observe::GetMonitor(change.db, change.project, settings.monitor)));
  }
  TRY(rollout::GetEndpoint(change.db, change.project, settings.endpoint));
  return {};
}

Status SetRule(journal::Change& change, const NamedRule& rule) {
  const std::string text = SettingsJson(rule.settings);
  const auto all = TRY(ListRules(change.db, change.project));
  const auto found = std::ranges::find(all, rule.name, &Rule::name);
  const Id id = found == all.end() ? change.ids.Next() : found->id;
  if (found == all.end()) {
    if (all.size() >= kRulesMax) {
      return Fail(Code::kResourceExhausted, "there are {} rules already; the limit is {}",
                  all.size(), kRulesMax);
    }
    TRY(
        change.db.Run("INSERT INTO alert_rule(project, id, name, settings, actor, created_ms) "
                      "VALUES(?, ?, ?, ?, ?, ?)",
                      {change.project, id, rule.name, text, change.actor, change.now_ms}));
  } else {
    if (SettingsJson(found->settings) == text) return {};
    TRY(BeginAnew(change, *found, "the rule was changed"));
    TRY(change.db.Run("UPDATE alert_rule SET settings = ?, actor = ?, created_ms = ? WHERE row = ?",
                      {text, change.actor, change.now_ms, found->row}));
  }
  json::Writer detail;
  detail.BeginObject().Key("name").String(rule.name).Key("settings").Raw(text).EndObject();
  return change.Record("alert.rule_set", id.Hex(), std::move(detail));
}

}  // namespace

Status SetRules(journal::Change& change, const std::vector<NamedRule>& rules) {
  for (const NamedRule& rule : rules) {
    TRY(CheckName(rule.name));
    const auto is_same = [&](const NamedRule& other) { return other.name == rule.name; };
    if (std::ranges::count_if(rules, is_same) > 1) {
      return Fail(Code::kInvalidArgument, "the rule '{}' is there twice", rule.name);
    }
    const auto settings = Checked(rule.settings);
    const Status there = settings ? CheckSubject(change, *settings) : Status();
    if (!settings || !there) {
      const Error& error = settings ? there.error() : settings.error();
      return Fail(error.code, "the rule '{}': {}", rule.name, error.message);
    }
    TRY(SetRule(change, {rule.name, *settings}));
  }
  return {};
}

Result<std::vector<NamedRule>> DefaultRules(db::Connection& db, std::int64_t project) {
  std::vector<NamedRule> rules;
  for (const auto& monitor : TRY(observe::ListMonitors(db, project))) {
    RuleSettings settings{.monitor = monitor.name, .expr = "accuracy < 0.9"};
    settings.min_labels = kUsualSample;
    rules.push_back({"accuracy-" + monitor.name, settings});
    if (monitor.settings.conversion.empty()) continue;
    settings.expr = "conversion < 0.05";
    rules.push_back({"conversion-" + monitor.name, settings});
  }
  for (const auto& endpoint : TRY(rollout::ListEndpoints(db, project))) {
    RuleSettings settings{.endpoint = endpoint.name, .expr = "p99_ms > 100"};
    settings.min_requests = kUsualSample;
    rules.push_back({"latency-" + endpoint.name, settings});
  }
  const auto there = TRY(ListRules(db, project));
  std::erase_if(rules, [&](const NamedRule& rule) {
    return std::ranges::find(there, rule.name, &Rule::name) != there.end();
  });
  return rules;
}

Status RemoveRule(journal::Change& change, std::string_view name) {
  const Rule rule = TRY(GetRule(change.db, change.project, name));
  TRY(BeginAnew(change, rule, "the rule was removed"));
  TRY(change.db.Run("DELETE FROM alert_rule WHERE row = ?", {rule.row}));
  json::Writer detail;
  detail.BeginObject().Key("name").String(name).EndObject();
  return change.Record("alert.rule_removed", rule.id.Hex(), std::move(detail));
}

Result<std::vector<Rule>> ListRules(db::Connection& db, std::int64_t project) {
  std::vector<Rule> rules;
  auto rows =
      TRY(db.Query("SELECT row, id, name, settings, actor, created_ms FROM alert_rule "
                   "WHERE project = ? ORDER BY name",
                   {project}));
  while (TRY(rows.Next())) {
    rules.push_back({.row = rows.Integer(0),
                     .id = rows.AsId(1),
                     .name = std::string(rows.Text(2)),
                     .settings = TRY(ParseRule(rows.Text(3))),
                     .actor = std::string(rows.Text(4)),
                     .created_ms = rows.Integer(5)});
  }
  return rules;
}

Result<Rule> GetRule(db::Connection& db, std::int64_t project, std::string_view name) {
  auto all = TRY(ListRules(db, project));
  const auto found = std::ranges::find(all, name, &Rule::name);
  if (found != all.end()) return std::move(*found);
  std::string names;
  for (const Rule& rule : all) names += (names.empty() ? "" : ", ") + rule.name;
  return Fail(Code::kNotFound, "there is no rule '{}'; there are: {}", name,
              names.empty() ? "none" : names);
}

}  // namespace galley::watch
