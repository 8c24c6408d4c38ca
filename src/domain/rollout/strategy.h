#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/rollout/machine.h"
#include "foundation/base/error.h"
#include "foundation/schema/message.h"
#include "foundation/yaml/yaml.h"
#include "serving/snapshot/snapshot.h"

/// What `galley.yaml` says of an endpoint (docs/formats/rollout.md).
namespace galley::rollout {

struct MirrorSettings {
  double percent = 100;
  static const schema::Message kSchema;
};

struct PauseSettings {
  std::string duration;  ///< `30s`, `10m`, `2h`; empty: by `windows`, or by a person.
  std::optional<std::int64_t> windows;  ///< So many close first.
  std::string monitor;                  ///< Whose.
  static const schema::Message kSchema;
};

struct AnalysisSettings {
  std::string monitor;
  double bound = 20;  ///< This and the next two: as of stats::EvidenceOptions.
  double block_scale = 0.25;
  std::vector<double> lambdas;  ///< Empty: those of stats::EvidenceOptions.
  std::int64_t max_windows = 8;
  std::int64_t min_windows = 1;
  std::int64_t min_rows = 0;
  std::string no_data = "wait";
  std::string on_inconclusive = "rollback";
  std::string on_failure = "rollback";
  std::vector<std::string> conditions;  ///< `accuracy >= 0.85`, of the challenger.
  static const schema::Message kSchema;
};

/// Exactly one of them.
struct StepSettings {
  std::optional<double> set_weight;  ///< Percent.
  std::optional<MirrorSettings> mirror;
  std::optional<AnalysisSettings> analysis;
  std::optional<PauseSettings> pause;
  static const schema::Message kSchema;
};

struct CanarySettings {
  std::vector<StepSettings> steps;
  std::int64_t keep_shadow = 0;  ///< So many champions of before stay as shadows, the oldest.
  static const schema::Message kSchema;
};

struct BlueGreenSettings {
  std::optional<MirrorSettings> preview;
  std::optional<AnalysisSettings> pre_promotion;
  std::optional<AnalysisSettings> post_promotion;
  bool auto_promotion = true;
  std::optional<PauseSettings> scale_down_delay;
  std::int64_t keep_shadow = 0;
  static const schema::Message kSchema;
};

/// Exactly one of them.
struct Strategy {
  std::optional<CanarySettings> canary;
  std::optional<BlueGreenSettings> blue_green;
  static const schema::Message kSchema;

  std::int64_t keep_shadow() const {
    return canary ? canary->keep_shadow : blue_green ? blue_green->keep_shadow : 0;
  }
};

struct Stickiness {
  std::string key;   ///< A column of the requests.
  std::string seed;  ///< Empty: the endpoint's name.
  static const schema::Message kSchema;
};
struct Fallback {
  schema::JsonScalar default_answer;
  static const schema::Message kSchema;
};

struct EndpointSettings {
  std::optional<Stickiness> stickiness;
  std::optional<snapshot::Guardrails> guardrails;
  std::optional<Fallback> fallback;
  std::optional<Strategy> strategy;
  static const schema::Message kSchema;
};

/// `where` names the node in errors: `endpoints.demand`.
Result<EndpointSettings> ReadEndpoint(const yaml::Document& document, const yaml::Node& node,
                                      const std::string& where);
/// kInvalidArgument names the key.
Result<EndpointSettings> ParseEndpoint(std::string_view json);
std::string SettingsJson(const EndpointSettings& settings);
Result<Strategy> ParseStrategy(std::string_view json);
std::string StrategyJson(const Strategy& strategy);

/// The steps of a valid strategy. Those of `blueGreen`: preview, analysis, pause, switch, analysis,
/// delay.
Plan PlanOf(const Strategy& strategy);
/// The analysis of a step of the plan; null: it has none.
const AnalysisSettings* AnalysisOf(const Strategy& strategy, std::int64_t step);
/// Words for a step: `setWeight: 10`.
std::string Describe(const PlannedStep& step);

/// `accuracy >= 0.85`.
struct Condition {
  std::string metric;
  std::string relation;  ///< `>=`, `>`, `<=`, `<`.
  double limit = 0;
};
Result<Condition> ParseCondition(std::string_view text);

}  // namespace galley::rollout
