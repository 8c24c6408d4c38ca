#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API takes and answers of contingency plans (docs/formats/plan.md).
namespace galley::native {

struct StartPlan {
  std::string plan;
  std::string reason;
  static const schema::Message kSchema;
};
struct EndPlan {
  std::string reason;
  static const schema::Message kSchema;
};
struct AskPlans {
  std::string endpoint;
  std::int64_t limit = 20;
  static const schema::Message kSchema;
};
struct PlanMessage {
  std::string id;
  std::string plan;
  std::string endpoint;
  bool in_force = false;
  std::string actor;
  std::string reason;
  std::optional<std::string> rule;      ///< That started it.
  std::optional<std::int64_t> rollout;  ///< That it paused or aborted.
  std::int64_t snapshot = 0;
  std::int64_t created_ms = 0;
  std::optional<std::int64_t> ended_ms;
  std::optional<std::string> ended_by;
  std::optional<std::string> ended_because;
  static const schema::Message kSchema;
};
struct PlanAnswer {
  PlanMessage plan;
  static const schema::Message kSchema;
};
struct PlansAnswer {
  std::vector<PlanMessage> plans;
  static const schema::Message kSchema;
};

struct DrillStep {
  std::string step;
  std::int64_t ms = 0;
  bool passed = false;
  std::string result;
  static const schema::Message kSchema;
};
/// What a drill says of itself.
struct Drill {
  std::string plan;
  std::string endpoint;
  bool passed = false;
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::vector<DrillStep> steps;
  static const schema::Message kSchema;
};

}  // namespace galley::native
