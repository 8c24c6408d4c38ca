#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/observe/quality.h"
#include "domain/observe/windows.h"
#include "domain/watch/state.h"
#include "foundation/base/error.h"
#include "foundation/expr/expr.h"
#include "foundation/schema/message.h"
#include "foundation/yaml/yaml.h"

/// What a rule says (docs/formats/alert.md).
namespace galley::watch {

struct RuleSettings {
  std::string monitor;   ///< Empty: of an endpoint.
  std::string endpoint;  ///< Empty: of a monitor.
  std::string expr;
  std::optional<std::int64_t> span;
  std::optional<std::int64_t> min_labels;
  std::optional<double> seconds;
  std::optional<std::int64_t> min_requests;
  double hold = 0;
  double keep_firing_for = 0;
  std::string no_data = "keep";
  std::optional<std::string> plan;  ///< Contingency plan that starts when it begins to fire.
  schema::JsonObject labels;        ///< Texts by name.
  schema::JsonObject annotations;   ///< As well.
  static const schema::Message kSchema;

  bool IsDrift() const;
  std::int64_t windows() const { return span.value_or(1); }
  std::int64_t min_sample() const {
    return (endpoint.empty() ? min_labels : min_requests).value_or(0);
  }
  std::int64_t period_ms() const;
  Timing timing() const;
};

/// `where` names the node in errors: `alerts.accuracy`.
Result<RuleSettings> ReadRule(const yaml::Document& document, const yaml::Node& node,
                              const std::string& where);
/// The same rule as it is stored; kInvalidArgument: what is out of its limits, with its key.
Result<RuleSettings> Checked(RuleSettings settings);
Result<RuleSettings> ParseRule(std::string_view json);
std::string SettingsJson(const RuleSettings& settings);
/// Of `labels` or `annotations`; kInvalidArgument if they are not texts by name.
Result<std::vector<std::pair<std::string, std::string>>> TextsOf(const schema::JsonObject& object);

/// kFailedPrecondition if an expression asks for what the monitor does not measure.
Status CheckAgainst(const RuleSettings& settings, const observe::Monitor& monitor);

/// What an expression says at an evaluation.
struct Reading {
  std::string column;  ///< Of drift; else empty.
  Seen seen = Seen::kNoData;
  std::optional<double> value;
  std::optional<double> limit;
  std::int64_t sample = 0;  ///< Labels, rows of drift, requests.
};
/// Of a rule that is not drift; the settings are valid.
Result<Reading> Read(const RuleSettings& settings, const observe::QualityCounts& counts);
Result<Reading> Read(const RuleSettings& settings, const observe::Traffic& traffic);

}  // namespace galley::watch
