#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/watch/rule.h"
#include "foundation/schema/message.h"

/// What the native API takes and answers of alerts (docs/formats/native_api.md).
namespace galley::native {

struct RuleMessage {
  std::string name;
  watch::RuleSettings settings;
  static const schema::Message kSchema;
};
struct SetAlerts {
  std::vector<RuleMessage> rules;
  bool defaults = false;  ///< The usual ones, instead of `rules`.
  static const schema::Message kSchema;
};
struct RulesAnswer {
  std::vector<RuleMessage> rules;  ///< That were put in force.
  static const schema::Message kSchema;
};
struct AskAlerts {
  std::string rule;
  std::string monitor;
  std::string endpoint;
  std::string state;
  static const schema::Message kSchema;
};
struct AskPastAlerts {
  std::string rule;
  std::int64_t limit = 100;
  static const schema::Message kSchema;
};
struct AlertMessage {
  std::string id;
  std::string rule;
  watch::RuleSettings settings;
  std::string column;
  std::string state;
  std::string seen;  ///< What the newest evaluation said; empty: there was none, or it is past.
  std::optional<std::int64_t> window;  ///< The newest that was evaluated.
  std::optional<std::int64_t> at_ms;
  std::optional<double> value;
  std::optional<double> limit;
  std::int64_t sample = 0;
  std::optional<std::int64_t> active_window;
  std::optional<std::int64_t> fired_window;
  std::optional<std::int64_t> resolved_window;
  std::optional<std::int64_t> active_ms;
  std::optional<std::int64_t> fired_ms;
  std::optional<std::int64_t> resolved_ms;
  std::string reason;
  static const schema::Message kSchema;
};
struct AlertsAnswer {
  std::vector<AlertMessage> alerts;
  static const schema::Message kSchema;
};
struct PreviewAlerts {
  watch::RuleSettings settings;
  std::int64_t last = 60;  ///< Windows.
  static const schema::Message kSchema;
};
struct PreviewedWindow {
  std::int64_t window = 0;
  double from = 0;  ///< Event time.
  std::string seen;
  std::string state;  ///< After it.
  std::optional<double> value;
  std::optional<double> limit;
  std::int64_t sample = 0;
  static const schema::Message kSchema;
};
struct PreviewedAlert {
  std::string column;
  std::int64_t active_window = 0;
  std::int64_t fired_window = 0;
  std::optional<std::int64_t> resolved_window;
  std::optional<double> value;
  std::optional<double> limit;
  static const schema::Message kSchema;
};
struct AlertPreview {
  std::int64_t evaluated = 0;  ///< Windows.
  std::vector<PreviewedWindow> windows;
  std::vector<PreviewedAlert> alerts;
  static const schema::Message kSchema;
};
struct AlertAnswer {
  RuleMessage rule;
  std::string id;
  std::string actor;
  std::int64_t created_ms = 0;
  std::vector<AlertMessage> alerts;
  std::vector<AlertMessage> history;
  static const schema::Message kSchema;
};

}  // namespace galley::native
