#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "protocol/control/native/lineage_messages.h"
#include "storage/journal/store.h"

/// The things that lineage tells of, and what is one step before and after each. Inside of this
/// room only.
namespace galley::native {

/// Which nodes there are, for errors and help.
inline constexpr std::string_view kLineageKinds =
    "dataset:NAME@VERSION, job:ID, pipeline-run:NUMBER, run:ID, model:NAME@VERSION, variant:ID, "
    "endpoint:NAME, prediction:ID, monitor:NAME";

class LineageNodes {
 public:
  explicit LineageNodes(const journal::View& view) : view_(view) {}

  /// The node of a name. kInvalidArgument says how a node is named, kNotFound what is not there.
  Result<LineageNode> Find(std::string_view node);
  /// What it came of, or what came of it, one step away.
  Result<std::vector<LineageNode>> Next(const LineageNode& node, bool up);

 private:
  Result<std::vector<LineageNode>> Causes(const LineageNode& node);
  Result<std::vector<LineageNode>> Effects(const LineageNode& node);
  Result<std::vector<LineageNode>> DatasetsOfRun(std::string_view run);
  Result<std::vector<LineageNode>> JobsThatRead(std::string_view dataset, std::int64_t version);
  Result<std::vector<LineageNode>> RunsThatRead(std::string_view dataset, std::int64_t version);
  Result<std::vector<LineageNode>> MonitorsThatRead(std::string_view dataset, std::int64_t version);
  Result<std::vector<LineageNode>> RunsOfJob(const std::string& job);
  Result<LineageNode> RunNode(const Id& id);
  /// Also of one that is not there any more.
  Result<LineageNode> MaybeRun(const Id& id);

  const journal::View& view_;
  /// Runs by the job that started them; read once.
  std::optional<std::multimap<std::string, Id>> runs_of_jobs_;
};

}  // namespace galley::native
