#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API answers of who reads a dataset (docs/formats/native_api.md).
namespace galley::native {

struct AskConsumers {
  std::int64_t limit = 50;
  static const schema::Message kSchema;
};
struct DatasetConsumer {
  std::string kind;   ///< `job`, `run`, `model`, `monitor`.
  std::string id;     ///< Of the job, the run, the model version, the monitor.
  std::string name;   ///< `train`, a run's name, `demand@3`, a monitor's name.
  std::string state;  ///< Of a monitor `reference`, or `kept` until a model version answers.
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> version;  ///< Of the dataset; absent: the client named none of ours.
  std::optional<std::string> pipeline;  ///< Of a job, as the next one.
  std::optional<std::int64_t> pipeline_run;
  bool direct = true;  ///< False: it read what a reader made.
  static const schema::Message kSchema;
};
struct DatasetConsumersAnswer {
  std::vector<DatasetConsumer> consumers;
  bool has_more = false;
  static const schema::Message kSchema;
};

}  // namespace galley::native
