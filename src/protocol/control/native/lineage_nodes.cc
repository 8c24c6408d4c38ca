#include "protocol/control/native/lineage_nodes.h"

#include <algorithm>
#include <utility>

#include "domain/data/service.h"
#include "domain/observe/monitor.h"
#include "domain/observe/reference_source.h"
#include "domain/observe/service.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/service.h"
#include "domain/tracking/run_tags.h"
#include "domain/tracking/service.h"
#include "foundation/http/url.h"
#include "protocol/control/native/paths.h"
#include "protocol/control/native/whole_number.h"

namespace galley::native {
namespace {

using Nodes = std::vector<LineageNode>;

constexpr std::string_view kJobTag = "galley.job_id";
constexpr std::string_view kDatasetTag = "galley.dataset.";
constexpr std::int64_t kRunsMax = 10'000;

struct Split {
  std::string_view kind;
  std::string_view id;
};
Split SplitOf(std::string_view node) {
  const auto colon = node.find(':');
  if (colon == std::string_view::npos) return {};
  return {node.substr(0, colon), node.substr(colon + 1)};
}

struct NameAndVersion {
  std::string_view name;
  std::int64_t version = 0;
};
Result<NameAndVersion> NameOf(const Split& node) {
  const auto at = node.id.rfind('@');
  const auto version =
      at == std::string_view::npos ? std::nullopt : WholeNumber(node.id.substr(at + 1));
  if (version && at > 0) return NameAndVersion{node.id.substr(0, at), *version};
  return Fail(Code::kInvalidArgument,
              "'node': '{}:{}' must be {}:NAME@VERSION, VERSION a whole number", node.kind, node.id,
              node.kind);
}

Result<Id> IdOf(const Split& node) {
  if (const auto id = Id::Parse(node.id)) return *id;
  return Fail(Code::kInvalidArgument, "'node': '{}:{}' must be {}:ID, ID 32 hexadecimal digits",
              node.kind, node.id, node.kind);
}

LineageNode NodeOf(std::string_view kind, std::string_view id) {
  return {
      .node = fmt::format("{}:{}", kind, id), .kind = std::string(kind), .name = std::string(id)};
}

LineageNode DatasetNode(std::string_view name, const data::Version& version) {
  const std::string id = fmt::format("{}@{}", name, version.number);
  LineageNode node = NodeOf("dataset", id);
  node.detail = fmt::format("{} rows", version.rows.total);
  node.state = version.outcome.empty() ? "unchecked" : version.outcome;
  node.at_ms = version.created_ms;
  node.path = PathOf("dataset_version", id);
  return node;
}

/// Also of one that is not there any more.
Result<LineageNode> MaybeDataset(const journal::View& view, std::string_view name,
                                 std::int64_t number) {
  const auto dataset = data::GetDataset(view.db, view.project, name);
  if (!dataset && dataset.error().code != Code::kNotFound) return std::unexpected(dataset.error());
  if (dataset) {
    const auto version = data::GetVersion(view.db, dataset->row, number);
    if (version) return DatasetNode(name, *version);
    if (version.error().code != Code::kNotFound) return std::unexpected(version.error());
  }
  LineageNode node = NodeOf("dataset", fmt::format("{}@{}", name, number));
  node.state = "missing";
  return node;
}

LineageNode JobNode(const pipeline::Run& run, const pipeline::JobRun& job) {
  LineageNode node = NodeOf("job", job.id.Hex());
  node.name = job.name;
  node.detail = fmt::format("{} #{}", run.pipeline, run.number);
  node.state = pipeline::JobStateName(job.state);
  node.at_ms = std::max(job.ended_ms, run.created_ms);
  node.path = fmt::format("{}?job={}", PathOf("pipeline_run", std::to_string(run.number)),
                          http::PercentEncode(job.name));
  return node;
}

std::string StateOf(tracking::RunStatus status) {
  switch (status) {
    case tracking::RunStatus::kRunning: return "running";
    case tracking::RunStatus::kScheduled: return "scheduled";
    case tracking::RunStatus::kFinished: return "finished";
    case tracking::RunStatus::kFailed: return "failed";
    case tracking::RunStatus::kKilled: return "killed";
  }
  return "";
}

LineageNode ModelNode(const registry::ModelVersion& version) {
  const std::string id = fmt::format("{}@{}", version.model, version.version);
  LineageNode node = NodeOf("model", id);
  for (const std::string& alias : version.aliases) {
    node.detail += fmt::format("{}{}", node.detail.empty() ? "" : ", ", alias);
  }
  if (version.stage != "None") node.state = version.stage;
  node.at_ms = version.created_ms;
  node.path = PathOf("model_version", id);
  return node;
}

LineageNode VariantNode(const rollout::Variant& variant, std::string_view endpoint) {
  LineageNode node = NodeOf("variant", variant.id.Hex());
  node.name = fmt::format("{} · {}", endpoint, variant.name);
  node.state = variant.retired_ms ? "retired" : "serving";
  if (!variant.retired_ms) {
    node.detail = fmt::format("{:.4g} %", static_cast<double>(variant.weight) / 10);
  }
  node.at_ms = variant.created_ms;
  node.path = PathOf("endpoint", endpoint);
  return node;
}

LineageNode EndpointNode(const rollout::Endpoint& endpoint) {
  LineageNode node = NodeOf("endpoint", endpoint.name);
  node.state = "serving";
  node.at_ms = endpoint.created_ms;
  node.path = PathOf("endpoint", endpoint.name);
  return node;
}

LineageNode PredictionNode(const observe::Prediction& prediction, std::string_view id) {
  LineageNode node = NodeOf("prediction", id);
  node.name = id.substr(0, 8);
  node.detail = prediction.endpoint;
  node.at_ms = prediction.at_ms;
  node.path = PathOf("prediction", id);
  return node;
}

LineageNode MonitorNode(std::string_view name) {
  LineageNode node = NodeOf("monitor", name);
  node.path = PathOf("monitor", name);
  return node;
}

LineageNode PipelineRunNode(const pipeline::Run& run) {
  const std::string number = std::to_string(run.number);
  LineageNode node = NodeOf("pipeline-run", number);
  node.name = fmt::format("{} #{}", run.pipeline, number);
  node.detail = run.trigger;
  node.state = pipeline::RunStateName(run.state);
  node.at_ms = run.created_ms;
  node.path = PathOf("pipeline_run", number);
  return node;
}

Result<pipeline::Origin> OriginOf(const journal::View& view, const Id& id) {
  auto origin = TRY(pipeline::FindOrigin(view.db, view.project, id));
  if (origin) return *std::move(origin);
  return Fail(Code::kNotFound, "there is no job {}", id.Hex());
}

std::string TagOf(const tracking::Run& run, std::string_view key) {
  const auto found = std::ranges::find(run.tags, key, &tracking::KeyValue::key);
  return found == run.tags.end() ? "" : found->value;
}

/// Null: it was deleted, and is still named by its run or its variants.
Result<std::optional<registry::ModelVersion>> MaybeVersion(const journal::View& view,
                                                           std::string_view name,
                                                           std::int64_t number) {
  auto version = registry::GetVersion(view.db, view.project, name, number);
  if (version) return std::optional(*std::move(version));
  if (version.error().code == Code::kNotFound) return std::optional<registry::ModelVersion>();
  return std::unexpected(version.error());
}

/// The datasets that a run of a pipeline read itself.
Result<Nodes> DatasetsOf(const journal::View& view, const pipeline::Run& run) {
  Nodes nodes;
  for (const auto& job : run.jobs) {
    for (const auto& part : job.parts) {
      if (part.kind != "dataset" || part.value.empty()) continue;
      const std::string_view value = part.value;  // `@3 DIGEST`
      const auto version = WholeNumber(value.substr(1, value.find(' ') - 1));
      if (version) nodes.push_back(TRY(MaybeDataset(view, part.name, *version)));
    }
  }
  return nodes;
}

}  // namespace

Result<LineageNode> LineageNodes::RunNode(const Id& id) {
  const auto run = TRY(tracking::GetRun(view_.db, view_.project, id));
  LineageNode node = NodeOf("run", id.Hex());
  node.name = run.name;
  node.detail = run.user;
  node.state = StateOf(run.status);
  node.at_ms = run.started_ms;
  node.path = PathOf("run", id.Hex());
  return node;
}

Result<LineageNode> LineageNodes::MaybeRun(const Id& id) {
  auto run = RunNode(id);
  if (run || run.error().code != Code::kNotFound) return run;
  LineageNode node = NodeOf("run", id.Hex());
  node.state = "missing";
  return node;
}

Result<LineageNode> LineageNodes::Find(std::string_view text) {
  const Split node = SplitOf(text);
  db::Connection& db = view_.db;
  if (node.kind == "dataset") {
    const auto [name, number] = TRY(NameOf(node));
    const auto dataset = TRY(data::GetDataset(db, view_.project, name));
    return DatasetNode(name, TRY(data::GetVersion(db, dataset.row, number)));
  }
  if (node.kind == "job") {
    const auto origin = TRY(OriginOf(view_, TRY(IdOf(node))));
    return JobNode(origin.run, origin.job);
  }
  if (node.kind == "pipeline-run") {
    const auto number = WholeNumber(node.id);
    if (number) return PipelineRunNode(TRY(pipeline::GetRun(db, view_.project, *number)));
    return Fail(Code::kInvalidArgument, "'node': '{}' must be pipeline-run:NUMBER", text);
  }
  if (node.kind == "run") return RunNode(TRY(tracking::ResolveRun(db, view_.project, node.id)));
  if (node.kind == "model") {
    const auto [name, number] = TRY(NameOf(node));
    return ModelNode(TRY(registry::GetVersion(db, view_.project, name, number)));
  }
  if (node.kind == "variant") {
    const auto found = TRY(rollout::GetVariant(db, view_.project, TRY(IdOf(node))));
    return VariantNode(found.variant, found.endpoint);
  }
  if (node.kind == "endpoint") {
    return EndpointNode(TRY(rollout::GetEndpoint(db, view_.project, node.id)));
  }
  if (node.kind == "prediction") {
    const Id id = TRY(IdOf(node));
    return PredictionNode(TRY(observe::GetPrediction(db, view_.project, id)), id.Hex());
  }
  if (node.kind == "monitor") {
    const auto monitor = TRY(observe::GetMonitor(db, view_.project, node.id));
    return MonitorNode(monitor.name);
  }
  return Fail(Code::kInvalidArgument, "'node': '{}' names nothing; it must be one of {}", text,
              kLineageKinds);
}

Result<Nodes> LineageNodes::Next(const LineageNode& node, bool up) {
  if (node.state == "missing") return Nodes();
  return up ? Causes(node) : Effects(node);
}

Result<Nodes> LineageNodes::DatasetsOfRun(std::string_view text) {
  const auto run = TRY(tracking::GetRun(view_.db, view_.project, TRY(IdOf({"run", text}))));
  const auto job = Id::Parse(TagOf(run, kJobTag));
  if (job) {
    const auto origin = TRY(pipeline::FindOrigin(view_.db, view_.project, *job));
    if (origin) return Nodes{JobNode(origin->run, origin->job)};
  }
  Nodes nodes;
  for (const auto& [key, value] : run.tags) {
    if (!key.starts_with(kDatasetTag)) continue;
    const auto version = WholeNumber(value);
    const std::string_view name = std::string_view(key).substr(kDatasetTag.size());
    if (version) nodes.push_back(TRY(MaybeDataset(view_, name, *version)));
  }
  return nodes;
}

Result<Nodes> LineageNodes::Causes(const LineageNode& node) {
  const Split split = SplitOf(node.node);
  db::Connection& db = view_.db;
  Nodes nodes;
  if (split.kind == "job") {
    for (const auto& used : TRY(OriginOf(view_, TRY(IdOf(split)))).datasets) {
      nodes.push_back(TRY(MaybeDataset(view_, used.name, used.version)));
    }
  } else if (split.kind == "pipeline-run") {
    const auto run = TRY(pipeline::GetRun(db, view_.project, WholeNumber(split.id).value_or(0)));
    nodes = TRY(DatasetsOf(view_, run));
  } else if (split.kind == "run") {
    nodes = TRY(DatasetsOfRun(split.id));
  } else if (split.kind == "model") {
    const auto [name, number] = TRY(NameOf(split));
    const auto version = TRY(MaybeVersion(view_, name, number));
    if (version && version->run) nodes.push_back(TRY(MaybeRun(*version->run)));
  } else if (split.kind == "variant") {
    const auto found = TRY(rollout::GetVariant(db, view_.project, TRY(IdOf(split))));
    nodes.push_back(
        ModelNode(TRY(registry::GetVersionById(db, view_.project, found.variant.version_id))));
  } else if (split.kind == "endpoint") {
    for (const auto& variant : TRY(rollout::GetEndpoint(db, view_.project, split.id)).variants) {
      nodes.push_back(VariantNode(variant, split.id));
    }
  } else if (split.kind == "prediction") {
    const auto prediction = TRY(observe::GetPrediction(db, view_.project, TRY(IdOf(split))));
    const auto found = TRY(rollout::GetVariant(db, view_.project, prediction.variant));
    nodes.push_back(VariantNode(found.variant, found.endpoint));
  } else if (split.kind == "monitor") {
    const auto monitor = TRY(observe::GetMonitor(db, view_.project, split.id));
    const auto known = TRY(observe::FindSource(db, monitor, std::nullopt));
    if (known && !known->source.dataset.empty()) {
      nodes.push_back(TRY(MaybeDataset(view_, known->source.dataset, known->source.version)));
    }
  }
  return nodes;
}

Result<Nodes> LineageNodes::JobsThatRead(std::string_view dataset, std::int64_t version) {
  Nodes nodes;
  for (const auto& [run, jobs] :
       TRY(pipeline::FindReaders(view_.db, view_.project, dataset, version))) {
    for (const auto& job : jobs) {
      // What came from the cache made nothing new.
      if (!job.attempts.empty()) nodes.push_back(JobNode(run, job));
    }
  }
  return nodes;
}

Result<Nodes> LineageNodes::RunsThatRead(std::string_view dataset, std::int64_t version) {
  Nodes nodes;
  for (const auto& read : TRY(tracking::RunsThatRead(view_.db, view_.project, dataset, kRunsMax))) {
    // A run of a job stands behind its job.
    if (read.is_input || WholeNumber(read.version) != version) continue;
    const auto job = Id::Parse(TagOf(read.run, kJobTag));
    if (job && TRY(pipeline::FindOrigin(view_.db, view_.project, *job))) continue;
    nodes.push_back(TRY(RunNode(read.run.id)));
  }
  return nodes;
}

Result<Nodes> LineageNodes::MonitorsThatRead(std::string_view dataset, std::int64_t version) {
  Nodes nodes;
  for (const auto& it : TRY(observe::ListReferencing(view_.db, view_.project, dataset))) {
    if (!it.in_force || it.version != version) continue;
    LineageNode node = MonitorNode(it.monitor);
    node.at_ms = it.set_ms;
    nodes.push_back(std::move(node));
  }
  return nodes;
}

Result<Nodes> LineageNodes::RunsOfJob(const std::string& job) {
  if (!runs_of_jobs_) {
    runs_of_jobs_.emplace();
    for (auto& [value, id] : TRY(tracking::RunsByTag(view_.db, view_.project, kJobTag))) {
      runs_of_jobs_->emplace(std::move(value), id);
    }
  }
  Nodes nodes;
  const auto [first, last] = runs_of_jobs_->equal_range(job);
  for (auto at = first; at != last; ++at) nodes.push_back(TRY(RunNode(at->second)));
  return nodes;
}

Result<Nodes> LineageNodes::Effects(const LineageNode& node) {
  const Split split = SplitOf(node.node);
  db::Connection& db = view_.db;
  Nodes nodes;
  if (split.kind == "dataset") {
    const auto [name, number] = TRY(NameOf(split));
    nodes = TRY(JobsThatRead(name, number));
    std::ranges::move(TRY(RunsThatRead(name, number)), std::back_inserter(nodes));
    std::ranges::move(TRY(MonitorsThatRead(name, number)), std::back_inserter(nodes));
  } else if (split.kind == "pipeline-run") {
    const auto run = TRY(pipeline::GetRun(db, view_.project, WholeNumber(split.id).value_or(0)));
    for (const auto& job : run.jobs) {
      if (!job.attempts.empty()) nodes.push_back(JobNode(run, job));
    }
  } else if (split.kind == "job") {
    nodes = TRY(RunsOfJob(std::string(split.id)));
  } else if (split.kind == "run") {
    for (const auto& version : TRY(registry::VersionsOfRun(db, view_.project, TRY(IdOf(split))))) {
      nodes.push_back(ModelNode(version));
    }
  } else if (split.kind == "model") {
    const auto [name, number] = TRY(NameOf(split));
    const auto version = TRY(MaybeVersion(view_, name, number));
    if (!version) return nodes;
    for (const auto& [variant, endpoint] :
         TRY(rollout::VariantsOfVersion(db, view_.project, version->id))) {
      nodes.push_back(VariantNode(variant, endpoint));
    }
  } else if (split.kind == "variant") {
    const auto found = TRY(rollout::GetVariant(db, view_.project, TRY(IdOf(split))));
    if (found.variant.retired_ms) return nodes;
    const auto endpoint = rollout::GetEndpoint(db, view_.project, found.endpoint);
    if (endpoint) nodes.push_back(EndpointNode(*endpoint));
    if (!endpoint && endpoint.error().code != Code::kNotFound) {
      return std::unexpected(endpoint.error());
    }
  }
  return nodes;
}

}  // namespace galley::native
