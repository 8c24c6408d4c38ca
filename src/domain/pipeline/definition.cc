#include "domain/pipeline/definition.h"

#include <algorithm>
#include <set>

#include "domain/pipeline/order.h"
#include "domain/pipeline/trigger.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kTopKeys[] = {"name",     "on",          "params",   "defaults",
                                         "stages",   "concurrency", "jobs",     "on_failure",
                                         "datasets", "endpoints",   "monitors", "alerts"};
constexpr std::string_view kConcurrencyKeys[] = {"group", "cancel-in-progress"};
constexpr std::string_view kStages[] = {"data_prep", "train", "evaluate", "deploy", "monitor"};
constexpr std::size_t kNameBytesMax = 200;
constexpr std::size_t kWordBytesMax = 63;
constexpr std::size_t kStagesMax = 100;

/// Whether a job or a stage may be called that.
bool IsName(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && name.size() <= kWordBytesMax && name.front() != '-' &&
         std::ranges::all_of(name, allowed);
}

constexpr std::string_view kNameRule =
    "a name has 1 to 63 letters, digits, '_' and '-', and no '-' in front";

/// `a/b/galley.yaml`: `b`.
std::string FolderName(std::string_view path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return "";
  path = path.substr(0, slash);
  path = path.substr(path.rfind('/') + 1);
  return path == "." || path == ".." ? "" : std::string(path);
}

Result<std::string> ReadName(const At& at) {
  std::string name = TRY(ReadText(at, "a text"));
  const bool has_control = std::ranges::any_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (name.size() <= kNameBytesMax && !has_control) return name;
  return std::unexpected(
      Wrong(at, fmt::format("must be a text of one line, of at most {} bytes", kNameBytesMax)));
}

Result<std::vector<std::string>> ReadStages(const At& at) {
  if (at.node->kind != yaml::Kind::kList) {
    return std::unexpected(WrongType(at, "a list of names"));
  }
  if (at.node->items.size() > kStagesMax) {
    return std::unexpected(Wrong(
        at, fmt::format("has {} stages; the limit is {}", at.node->items.size(), kStagesMax)));
  }
  std::vector<std::string> stages;
  for (std::size_t index = 0; index < at.node->items.size(); ++index) {
    const At item = at.Item(index);
    std::string name = TRY(ReadText(item, "the name of a stage"));
    if (!IsName(name)) {
      return std::unexpected(
          Wrong(item, fmt::format("cannot be a stage: '{}'; {}", name, kNameRule)));
    }
    if (std::ranges::find(stages, name) != stages.end()) {
      return std::unexpected(Wrong(item, fmt::format("names the stage '{}' again", name)));
    }
    stages.push_back(std::move(name));
  }
  return stages;
}

/// What is checked here and used elsewhere, or has no effect yet.
Status CheckRest(const At& root) {
  if (const At on = root.Find("on")) TRY(ReadTriggers(on));
  if (const At on_failure = root.Find("on_failure")) TRY(CheckMapping(on_failure));
  if (const At defaults = root.Find("defaults")) TRY(CheckDefaults(defaults));
  return {};
}

Result<Concurrency> ReadConcurrency(const At& at, const Parameters& parameters) {
  Concurrency concurrency;
  if (!at) return concurrency;
  const Scope scope{
      .parameters = &parameters, .matrix = {}, .environment = {}, .keeps_branch = true};
  if (at.node->IsScalar()) {
    concurrency.group = TRY(ReadFilled(at, "the name of a group or a mapping", scope));
    return concurrency;
  }
  TRY(CheckKeys(at, kConcurrencyKeys, {}));
  const At group = at.Find("group");
  if (!group) return std::unexpected(WrongAtKey(at, "must have the key 'group'"));
  concurrency.group = TRY(ReadFilled(group, "the name of a group", scope));
  if (const At cancel = at.Find("cancel-in-progress")) {
    concurrency.cancels_running = TRY(ReadBool(cancel));
  }
  return concurrency;
}

/// Those of the file; else the usual ones if a job names one.
Result<std::vector<std::string>> StagesOf(const At& root, const At& jobs) {
  if (const At stages = root.Find("stages")) return ReadStages(stages);
  const bool is_named =
      jobs && std::ranges::any_of(jobs.node->entries, [](const yaml::Entry& entry) {
        return entry.value.Find("stage") != nullptr;
      });
  std::vector<std::string> stages;
  if (is_named) stages.assign(std::begin(kStages), std::end(kStages));
  return stages;
}

Result<std::vector<Draft>> ReadJobs(const At& jobs, const Surroundings& around) {
  std::vector<Draft> drafts;
  for (const yaml::Entry& entry : jobs.node->entries) {
    const At at = jobs.Find(entry.key);
    if (!IsName(entry.key)) {
      return std::unexpected(WrongAtKey(at, fmt::format("cannot be a job's name: {}", kNameRule)));
    }
    TRY(CheckJobKeys(at));
    std::vector<Combination> combinations(1);
    if (const At matrix = at.Find("matrix")) combinations = TRY(ReadMatrix(matrix));
    if (drafts.size() + combinations.size() > kJobsMax) {
      return std::unexpected(
          WrongAtKey(at, fmt::format("is one too many: with it there are {} jobs; a pipeline has "
                                     "at most {}",
                                     drafts.size() + combinations.size(), kJobsMax)));
    }
    for (const Combination& combination : combinations) {
      drafts.push_back(TRY(ReadJob(at, entry.key, combination, around)));
    }
  }
  return drafts;
}

}  // namespace

std::span<const std::string_view> ProjectKeys() {
  return kTopKeys;
}

const Job* Pipeline::Find(std::string_view wanted) const {
  const auto found = std::ranges::find(jobs, wanted, &Job::name);
  return found == jobs.end() ? nullptr : &*found;
}

Result<Pipeline> ReadPipeline(const yaml::Document& document, const Files& files,
                              const std::map<std::string, std::string>& inputs) {
  const At root{&document, &document.root, "", document.root.place};
  if (document.root.kind != yaml::Kind::kMap) {
    return std::unexpected(yaml::ErrorAt(
        document, document.root.place,
        fmt::format("a pipeline must be a mapping, not {}", yaml::KindName(document.root.kind))));
  }
  TRY(CheckKeys(root, kTopKeys, {}));
  Pipeline pipeline{.name = FolderName(document.label), .stages = {}, .jobs = {}};
  if (const At name = root.Find("name")) pipeline.name = TRY(ReadName(name));
  TRY(CheckRest(root));
  const Parameters parameters = TRY(Parameters::Read(root.Find("params"), files, inputs));
  pipeline.concurrency = TRY(ReadConcurrency(root.Find("concurrency"), parameters));
  At jobs = root.Find("jobs");
  if (jobs && jobs.node->kind == yaml::Kind::kNull) jobs.node = nullptr;
  if (jobs && jobs.node->kind != yaml::Kind::kMap) {
    return std::unexpected(WrongType(jobs, "a mapping of names to jobs"));
  }
  pipeline.stages = TRY(StagesOf(root, jobs));
  if (!jobs) return pipeline;
  const Surroundings around{root.Find("defaults"), &parameters, &pipeline.stages};
  std::vector<Draft> drafts = TRY(ReadJobs(jobs, around));
  pipeline.jobs = TRY(Ordered(document, std::move(drafts), pipeline.stages));
  return pipeline;
}

Result<std::vector<Parameter>> ReadParameters(const yaml::Document& document, const Files& files,
                                              const std::map<std::string, std::string>& inputs) {
  const At root{&document, &document.root, "", document.root.place};
  const Parameters parameters = TRY(Parameters::Read(root.Find("params"), files, inputs));
  std::vector<Parameter> found;
  for (const std::string& name : parameters.Names()) {
    const yaml::Node* node = parameters.Find(name);
    if (node == nullptr || !node->IsScalar()) continue;
    found.push_back({name, yaml::ToJson(*node), inputs.contains(name)});
  }
  return found;
}

}  // namespace galley::pipeline
