#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/watch/rule.h"
#include "domain/watch/state.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"

/// Rules in force and what they found (docs/formats/alert.md). Functions that take a Change write,
/// within its transaction, with their event; the others read. `project` is a project's row.
namespace galley::watch {

/// The tables of rules and alerts.
extern const db::Part kAlertTables;

struct NamedRule {
  std::string name;
  RuleSettings settings;
};
struct Rule {
  std::int64_t row = 0;
  Id id;
  std::string name;
  RuleSettings settings;
  std::string actor;
  std::int64_t created_ms = 0;
};

/// Puts rules in force, all or none. With other keys than before a rule begins anew; with the same
/// nothing happens. kInvalidArgument names what is wrong; kNotFound: no such monitor or endpoint.
Status SetRules(journal::Change& change, const std::vector<NamedRule>& rules);
/// The usual rules of each monitor and endpoint that there are; what has such a name already is
/// not among them.
Result<std::vector<NamedRule>> DefaultRules(db::Connection& db, std::int64_t project);
/// kNotFound lists those that there are. What was firing is resolved.
Status RemoveRule(journal::Change& change, std::string_view name);
Result<std::vector<Rule>> ListRules(db::Connection& db, std::int64_t project);
Result<Rule> GetRule(db::Connection& db, std::int64_t project, std::string_view name);

/// What a rule says of one column, or of all that it looks at: now, or in the past.
struct Alert {
  Id id;  ///< Zero while it is inactive and never fired.
  std::string rule;
  RuleSettings settings;  ///< As they were.
  std::string column;     ///< Of a drift rule; else empty.
  AlertState state;
  std::optional<std::int64_t> active_window;  ///< Of a monitor, as the next ones.
  std::optional<std::int64_t> fired_window;
  std::optional<std::int64_t> resolved_window;
  std::int64_t active_ms = 0;  ///< When that was found, by the clock, as the next ones.
  std::optional<std::int64_t> fired_ms;
  std::optional<std::int64_t> resolved_ms;
  // What the newest evaluation read; of a past alert, the last one while it held.
  std::optional<double> value;
  std::optional<double> limit;
  std::int64_t sample = 0;
  std::optional<std::int64_t> window;
  std::int64_t at_ms = 0;     ///< 0: not evaluated yet.
  Seen seen = Seen::kNoData;  ///< Of the newest evaluation.
  std::string reason;         ///< Why it ended, if not by its expression.
};

struct AlertFilter {
  std::string rule;      ///< Empty: of all.
  std::string monitor;   ///< As well.
  std::string endpoint;  ///< As well.
  std::optional<State> state;
};
/// How rules stand now, by name, then by column.
Result<std::vector<Alert>> ListAlerts(db::Connection& db, std::int64_t project,
                                      const AlertFilter& filter);
/// Those that fire now.
Result<std::vector<Alert>> FiringNow(db::Connection& db, std::int64_t project);
/// Alerts that fired, also of rules that are gone, newest first.
Result<std::vector<Alert>> ListPast(db::Connection& db, std::int64_t project, std::string_view rule,
                                    std::int64_t limit);

/// The last window of a monitor that was evaluated; null: none was since it is in force.
Result<std::optional<std::int64_t>> EvaluatedThrough(db::Connection& db,
                                                     const observe::Monitor& monitor);

}  // namespace galley::watch
