#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"
#include "protocol/control/native/messages.h"

/// What the native API answers about the whole of a project (docs/formats/native_api.md).
namespace galley::native {

/// A stage of the loop.
struct HomeStage {
  std::string stage;
  std::string state;        ///< `good`, `warn`, `bad`, `running`, `empty`.
  std::int64_t number = 0;  ///< Of rollouts those under way, of monitoring what fires; of the
                            ///< others how many began in seven days.
  std::int64_t total = 0;
  std::int64_t under_way = 0;
  std::int64_t failed = 0;
  std::int64_t warned = 0;
  std::string detail;  ///< Name of the newest.
  std::optional<std::int64_t> last_ms;
  std::vector<std::int64_t> spark;
  static const schema::Message kSchema;
};
/// What a confirmation says of a rollout.
struct HomeRollout {
  std::int64_t number = 0;
  std::string endpoint;
  std::string phase;
  std::int64_t turn = 0;
  std::int64_t weight = 0;
  std::int64_t mirror = 0;
  std::string champion;
  std::string challenger;
  static const schema::Message kSchema;
};
struct HomeNeed {
  std::string kind;  ///< `rollout`, `incident`, `alert`, `pipeline`, `schedule`, `endpoint`.
  std::string id;
  std::string title;
  std::string reason;
  std::int64_t since_ms = 0;
  std::string path;
  std::vector<std::string> verbs;
  std::optional<HomeRollout> rollout;
  static const schema::Message kSchema;
};
struct HomeQuality {
  std::string name;
  double value = 0;
  double lo = 0;
  double hi = 0;
  std::int64_t n = 0;
  double from = 0;
  double to = 0;
  std::string monitor;
  std::string time;  ///< The column of the event time; empty: seconds since 1970.
  std::optional<double> closed_through;
  std::optional<double> newest;
  static const schema::Message kSchema;
};
struct HomeChampion {
  std::string endpoint;
  std::string model;
  std::int64_t version = 0;
  std::string variant;
  std::int64_t since_ms = 0;
  std::string state;
  std::optional<HomeQuality> accuracy;
  std::int64_t minutes = 0;  ///< How far back the next ones look.
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::optional<double> p99_ms;
  static const schema::Message kSchema;
};
struct HomeStep {
  std::string step;
  bool done = false;
  static const schema::Message kSchema;
};
struct HomeAnswer {
  std::int64_t at_ms = 0;
  std::vector<HomeStage> stages;
  std::vector<HomeNeed> needs;
  bool needs_has_more = false;
  std::vector<HomeChampion> champions;
  std::vector<HomeStep> setup;
  std::vector<Event> activity;
  static const schema::Message kSchema;
};

}  // namespace galley::native
