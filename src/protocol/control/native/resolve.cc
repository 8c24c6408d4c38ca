#include "protocol/control/native/resolve.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/data/overview.h"
#include "domain/data/service.h"
#include "domain/observe/overview.h"
#include "domain/pipeline/overview.h"
#include "domain/pipeline/service.h"
#include "domain/registry/overview.h"
#include "domain/registry/service.h"
#include "domain/rollout/overview.h"
#include "domain/tracking/overview.h"
#include "domain/tracking/service.h"
#include "domain/watch/overview.h"
#include "foundation/http/url.h"
#include "protocol/control/native/paths.h"
#include "protocol/control/native/whole_number.h"

namespace galley::native {
namespace {

using journal::View;
/// Null: the text is not of this form, or names nothing.
using Maybe = std::optional<Resolved>;

constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kDigestDigits = 64;

Resolved At(std::string_view kind, std::string_view id, std::string_view title) {
  return {std::string(kind), std::string(id), std::string(title), PathOf(kind, id)};
}

/// A thing that is not there is no error here.
template <typename T>
Result<std::optional<T>> IfThere(Result<T> result) {
  if (result) return std::optional(*std::move(result));
  const Code code = result.error().code;
  if (code == Code::kNotFound || code == Code::kInvalidArgument) return std::optional<T>();
  return std::unexpected(std::move(result.error()));
}

std::vector<std::string> PartsOf(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (slash != 0) parts.push_back(http::PercentDecode(path.substr(0, slash)).value_or(""));
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
  }
  return parts;
}

Result<Maybe> RunAt(const View& view, std::string_view text) {
  const auto id = TRY(IfThere(tracking::ResolveRun(view.db, view.project, text)));
  if (!id) return Maybe();
  const auto run = TRY(tracking::GetRun(view.db, view.project, *id));
  return Maybe(At("run", id->Hex(), run.name));
}

Result<Maybe> ExperimentAt(const View& view, std::string_view number) {
  const auto found = TRY(IfThere(tracking::GetExperiment(view.db, view.project, number)));
  if (!found) return Maybe();
  return Maybe(At("experiment", found->number, found->name));
}

Result<Maybe> ModelAt(const View& view, std::string_view name) {
  const auto found = TRY(IfThere(registry::GetModel(view.db, view.project, name)));
  if (!found) return Maybe();
  return Maybe(At("model", found->name, found->name));
}

/// A version by its number, its alias or its stage.
Result<Maybe> VersionAt(const View& view, std::string_view name, std::string_view which) {
  std::optional<registry::ModelVersion> found;
  if (const auto number = WholeNumber(which)) {
    found = TRY(IfThere(registry::GetVersion(view.db, view.project, name, *number)));
  } else {
    found = TRY(IfThere(registry::GetByAlias(view.db, view.project, name, which)));
  }
  if (!found) return Maybe();
  const std::string id = fmt::format("{}@{}", found->model, found->version);
  return Maybe(At("model_version", id, id));
}

Result<Maybe> DatasetAt(const View& view, std::string_view name, std::string_view which) {
  if (which.starts_with('v')) which.remove_prefix(1);
  const auto number = WholeNumber(which);
  if (!number) return Maybe();
  const auto dataset = TRY(IfThere(data::GetDataset(view.db, view.project, name)));
  if (!dataset) return Maybe();
  const auto version = TRY(IfThere(data::GetVersion(view.db, dataset->row, *number)));
  if (!version) return Maybe();
  const std::string id = fmt::format("{}@{}", dataset->name, version->number);
  return Maybe(At("dataset_version", id, id));
}

/// The one hit of a search whose `field` is equal to the text.
Result<Maybe> Exactly(const View& view, std::string_view kind, std::string_view field,
                      std::string_view text,
                      Result<db::Found> (*find)(db::Connection&, std::int64_t, const db::Sought&)) {
  const auto found = TRY(find(view.db, view.project, {.text = text, .limit = 1}));
  if (found.hits.empty()) return Maybe();
  const db::Hit& hit = found.hits.front();
  if (hit.field != field || hit.match != text) return Maybe();
  return Maybe(At(kind, hit.id, hit.title));
}

/// A logged model leads to the run that made it.
Result<Maybe> LoggedModelAt(const View& view, const Id& id) {
  const auto model = TRY(IfThere(tracking::GetModel(view.db, view.project, id)));
  if (!model || !model->source_run) return Maybe();
  return RunAt(view, model->source_run->Hex());
}

Result<Maybe> FromWholeId(const View& view, std::string_view text) {
  const auto id = Id::Parse(text);
  if (!id) return Maybe();
  if (auto run = TRY(RunAt(view, text))) return run;
  struct Room {
    std::string_view kind;
    std::string_view field;
    Result<db::Found> (*find)(db::Connection&, std::int64_t, const db::Sought&);
  };
  constexpr std::array<Room, 13> kRooms = {{{"prediction", "id", observe::FindPredictions},
                                            {"model_version", "id", registry::FindVersions},
                                            {"dataset_version", "id", data::FindDatasetVersions},
                                            {"rollout", "id", rollout::FindRollouts},
                                            {"incident", "id", watch::FindIncidents},
                                            {"pipeline_run", "id", pipeline::FindPipelineRuns},
                                            {"pipeline_run", "job", pipeline::FindPipelineRuns},
                                            {"endpoint", "id", rollout::FindEndpoints},
                                            {"monitor", "id", observe::FindMonitors},
                                            {"experiment", "id", tracking::FindExperiments},
                                            {"dataset", "id", data::FindDatasets},
                                            {"model", "id", registry::FindModels},
                                            {"alert", "alert", watch::FindRules}}};
  for (const Room& room : kRooms) {
    if (auto found = TRY(Exactly(view, room.kind, room.field, text, room.find))) return found;
  }
  const auto variant = TRY(IfThere(rollout::GetVariant(view.db, view.project, *id)));
  if (variant) return Maybe(At("endpoint", variant->endpoint, variant->endpoint));
  return LoggedModelAt(view, *id);
}

Result<Maybe> FromDigits(const View& view, std::string_view text) {
  std::string digits(text);
  for (char& it : digits) {
    if (it >= 'A' && it <= 'F') it = static_cast<char>(it - 'A' + 'a');
  }
  const bool is_hex = digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hex || digits.size() < tracking::kRunPrefixMin) return Maybe();
  if (digits.size() == kIdDigits) {
    if (auto found = TRY(FromWholeId(view, digits))) return found;
  } else if (digits.size() < kIdDigits) {
    if (auto run = TRY(RunAt(view, digits))) return run;
  }
  if (digits.size() > kDigestDigits) return Maybe();
  // Equal content has an equal digest: the newest such version.
  const auto found = TRY(data::FindDatasetVersions(view.db, view.project, {.text = digits}));
  for (const db::Hit& hit : found.hits) {
    if (hit.field == "digest") return Maybe(At("dataset_version", hit.id, hit.title));
  }
  return Maybe();
}

/// `models:/NAME/3`, `models:/NAME@champion`, `models:/m-ID`, `runs:/ID/model`.
Result<Maybe> FromUri(const View& view, std::string_view text) {
  constexpr std::string_view kModels = "models:/";
  constexpr std::string_view kRuns = "runs:/";
  if (text.starts_with(kRuns)) {
    const auto parts = PartsOf(text.substr(kRuns.size()));
    return parts.empty() ? Result<Maybe>(Maybe()) : RunAt(view, parts.front());
  }
  if (!text.starts_with(kModels)) return Maybe();
  const auto parts = PartsOf(text.substr(kModels.size()));
  if (parts.size() == 1 && parts[0].starts_with("m-")) {
    const auto id = Id::Parse(std::string_view(parts[0]).substr(2));
    return id ? LoggedModelAt(view, *id) : Result<Maybe>(Maybe());
  }
  if (parts.size() == 1) {
    const auto at = parts[0].rfind('@');
    if (at == std::string::npos) return ModelAt(view, parts[0]);
    return VersionAt(view, parts[0].substr(0, at), parts[0].substr(at + 1));
  }
  if (parts.size() != 2) return Maybe();
  if (auto version = TRY(VersionAt(view, parts[0], parts[1]))) return version;
  const auto latest =
      TRY(IfThere(registry::LatestVersions(view.db, view.project, parts[0], {&parts[1], 1})));
  if (!latest || latest->empty()) return Maybe();
  return VersionAt(view, parts[0], std::to_string(latest->front().version));
}

/// `NAME@3` of a model or, if there is none, of a dataset; `NAME@champion`; `NAME@v3` of a dataset.
Result<Maybe> FromVersionName(const View& view, std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return Maybe();
  const std::string_view name = text.substr(0, at);
  const std::string_view which = text.substr(at + 1);
  if (auto version = TRY(VersionAt(view, name, which))) return version;
  return DatasetAt(view, name, which);
}

/// `rollout 3`, `rollouts/3`, `incident #3`, `pipeline run 3`.
Result<Maybe> FromNumber(const View& view, std::string_view text) {
  const auto end = text.find_last_not_of("0123456789");
  if (end == std::string_view::npos || end + 1 == text.size()) return Maybe();
  const std::string number(text.substr(end + 1));
  std::string noun;
  for (const char it : text.substr(0, end + 1)) {
    if (it >= 'A' && it <= 'Z') noun += static_cast<char>(it - 'A' + 'a');
    if (it >= 'a' && it <= 'z') noun += it;
    if (std::string_view(" #/:-_").find(it) == std::string_view::npos &&
        !(it >= 'a' && it <= 'z') && !(it >= 'A' && it <= 'Z')) {
      return Maybe();
    }
  }
  if (noun.ends_with('s')) noun.pop_back();
  if (noun == "rollout") return Exactly(view, "rollout", "number", number, rollout::FindRollouts);
  if (noun == "incident") return Exactly(view, "incident", "number", number, watch::FindIncidents);
  if (noun == "pipelinerun") {
    return Exactly(view, "pipeline_run", "number", number, pipeline::FindPipelineRuns);
  }
  if (noun == "experiment") return ExperimentAt(view, number);
  return Maybe();
}

// Addresses that clients of other servers print. One table; the first row that fits and names
// something counts. `*` is one segment, a last `...` whatever follows, also nothing.

using Parts = std::vector<std::string>;

Result<Maybe> PipelineAt(const View& view, std::string_view name) {
  const auto found =
      TRY(pipeline::FindPipelines(view.db, view.project, {.text = name, .limit = 1}));
  if (found.hits.empty() || found.hits.front().title != name) return Maybe();
  return Maybe(At("pipeline", name, name));
}

Result<Maybe> PipelineRunAt(const View& view, std::string_view text) {
  for (const std::string_view field : {"number", "id", "job"}) {
    if (auto run = TRY(Exactly(view, "pipeline_run", field, text, pipeline::FindPipelineRuns))) {
      return run;
    }
  }
  return Maybe();
}

Result<Maybe> LoggedModelOf(const View& view, std::string_view text) {
  const auto id = Id::Parse(text.starts_with("m-") ? text.substr(2) : text);
  return id ? LoggedModelAt(view, *id) : Result<Maybe>(Maybe());
}

/// W&B's project is an experiment of that name, or of `entity/project`.
Result<Maybe> ExperimentNamed(const View& view, const Parts& parts) {
  for (const std::string& name : {parts[1], fmt::format("{}/{}", parts[0], parts[1])}) {
    const auto found = TRY(IfThere(tracking::GetExperimentByName(view.db, view.project, name)));
    if (found) return Maybe(At("experiment", found->number, found->name));
  }
  return Maybe();
}

/// W&B's run, if it is one of that project.
Result<Maybe> RunOfProject(const View& view, const Parts& parts) {
  const auto experiment = TRY(ExperimentNamed(view, parts));
  if (!experiment) return Maybe();
  auto run = TRY(RunAt(view, parts[3]));
  if (!run) return Maybe();
  const Id id = *Id::Parse(run->id);
  const std::string number = TRY(tracking::ExperimentOfRun(view.db, view.project, id));
  return number == experiment->id ? run : Maybe();
}

struct Printed {
  std::string_view pattern;
  Result<Maybe> (*find)(const View& view, const Parts& parts);
};
// Behind `#/`: MLflow, Kubeflow Pipelines.
constexpr Printed kFragments[] = {
    {"experiments/*/runs/*/...",
     [](const View& view, const Parts& p) { return RunAt(view, p[3]); }},
    {"experiments/*/models/*/...",
     [](const View& view, const Parts& p) { return LoggedModelOf(view, p[3]); }},
    {"experiments/details/*/...",
     [](const View& view, const Parts& p) { return ExperimentAt(view, p[2]); }},
    {"experiments/*/...",
     [](const View& view, const Parts& p) { return ExperimentAt(view, p[1]); }},
    {"runs/details/*/...",
     [](const View& view, const Parts& p) { return PipelineRunAt(view, p[2]); }},
    {"runs/*/...", [](const View& view, const Parts& p) { return RunAt(view, p[1]); }},
    {"pipelines/details/*/...",
     [](const View& view, const Parts& p) { return PipelineAt(view, p[2]); }},
    {"models/*/versions/*/...",
     [](const View& view, const Parts& p) { return VersionAt(view, p[1], p[3]); }},
    {"models/*", [](const View& view, const Parts& p) { return ModelAt(view, p[1]); }},
};
// Paths: W&B.
constexpr Printed kPaths[] = {
    {"*/*/runs/*/...", RunOfProject},   {"*/*", ExperimentNamed},
    {"*/*/workspace", ExperimentNamed}, {"*/*/table", ExperimentNamed},
    {"*/*/overview", ExperimentNamed},
};

bool Fits(std::string_view pattern, const Parts& parts) {
  const Parts wanted = PartsOf(pattern);
  const bool is_open = wanted.back() == "...";
  const std::size_t size = wanted.size() - (is_open ? 1 : 0);
  if (parts.size() < size || (parts.size() > size && !is_open)) return false;
  for (std::size_t at = 0; at < size; ++at) {
    if (wanted[at] != "*" && wanted[at] != parts[at]) return false;
  }
  return true;
}

Result<Maybe> FirstOf(const View& view, std::span<const Printed> rows, std::string_view path) {
  const Parts parts = PartsOf(path.substr(0, path.find('?')));
  for (const Printed& row : rows) {
    if (!Fits(row.pattern, parts)) continue;
    if (auto found = TRY(row.find(view, parts))) return found;
  }
  return Maybe();
}

/// An address of the page itself is where it says, whether something is there or not.
Maybe FromOwnPath(std::string_view path) {
  constexpr std::string_view kPage = "/ui/";
  if (!path.starts_with(kPage) || path.size() == kPage.size()) return std::nullopt;
  const auto is_fit = [](char it) { return it > ' ' && it < '\x7f' && it != '\\' && it != '"'; };
  if (!std::ranges::all_of(path, is_fit)) return std::nullopt;
  return Resolved{"page", std::string(path.substr(kPage.size())), std::string(path),
                  std::string(path)};
}

Result<Maybe> FromAddress(const View& view, std::string_view text) {
  const auto scheme = text.find("://");
  const bool is_whole = text.starts_with("http://") || text.starts_with("https://");
  if (scheme != std::string_view::npos && !is_whole) return Maybe();
  std::string_view path = text;
  if (is_whole) {
    const auto slash = text.find('/', scheme + 3);
    path = slash == std::string_view::npos ? "" : text.substr(slash);
  }
  const auto fragment = path.find("#/");
  if (fragment != std::string_view::npos) {
    return FirstOf(view, kFragments, path.substr(fragment + 2));
  }
  const auto own = path.find("/ui/");  // There may be a base path in front.
  if (is_whole && own == std::string_view::npos) return FirstOf(view, kPaths, path);
  if (own == std::string_view::npos || (!is_whole && own != 0)) return Maybe();
  return FromOwnPath(path.substr(own));
}

}  // namespace

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

Result<std::optional<Resolved>> ResolvePath(const View& view, std::string_view path) {
  return FirstOf(view, kPaths, path);
}

Result<Resolved> Resolve(const View& view, std::string_view text) {
  text = Trimmed(text);
  for (const auto from : {FromAddress, FromUri, FromDigits, FromVersionName, FromNumber}) {
    if (auto found = TRY(from(view, text))) return *std::move(found);
  }
  return Fail(Code::kNotFound,
              "'{}' names nothing here: give an id, the first {} digits or more of a run's, a "
              "dataset's digest, NAME@VERSION, NAME@ALIAS, models:/…, rollout N, or an address",
              text, tracking::kRunPrefixMin);
}

}  // namespace galley::native
