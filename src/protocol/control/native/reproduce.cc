#include <algorithm>
#include <charconv>
#include <utility>

#include "domain/data/service.h"
#include "domain/pipeline/service.h"
#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/run_file_messages.h"
#include "protocol/control/native/run_origin.h"

namespace galley::native {

std::string TagOf(const tracking::Run& run, std::string_view key) {
  const auto found = std::ranges::find(run.tags, key, &tracking::KeyValue::key);
  return found == run.tags.end() ? "" : found->value;
}

Result<std::optional<pipeline::Origin>> OriginOf(const journal::View& view,
                                                 const tracking::Run& run) {
  const auto job = Id::Parse(TagOf(run, "galley.job_id"));
  if (!job) return std::nullopt;
  return pipeline::FindOrigin(view.db, view.project, *job);
}

namespace {

using journal::View;

constexpr std::string_view kDatasetTag = "galley.dataset.";

/// `text` as one word of a POSIX shell.
std::string Quoted(std::string_view text) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./@:=+,").find(c) != std::string_view::npos;
  };
  if (!text.empty() && std::ranges::all_of(text, is_plain)) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

void Miss(ReproduceAnswer& answer, std::string_view what, std::string why) {
  answer.missing.push_back({std::string(what), std::move(why)});
}

/// What the client that logged the run says of its code.
ReproduceCode CodeOf(const tracking::Run& run) {
  return {.commit = TagOf(run, "mlflow.source.git.commit"),
          .branch = TagOf(run, "mlflow.source.git.branch"),
          .repository = TagOf(run, "mlflow.source.git.repoURL"),
          .source = TagOf(run, "mlflow.source.name")};
}

void AddDataset(ReproduceAnswer& answer, std::string_view name, std::int64_t version,
                std::string_view digest) {
  const bool is_known = std::ranges::any_of(answer.datasets, [&](const ReproduceDataset& known) {
    return known.name == name && known.version == version;
  });
  if (is_known) return;
  answer.datasets.push_back(
      {.name = std::string(name),
       .version = version,
       .digest = std::string(digest),
       .how = fmt::format("galley dataset checkout {} --to {}",
                          Quoted(fmt::format("{}@{}", name, version)), Quoted(name))});
}

/// Versions that Galley keeps, of a job or as tags say them.
Status AddVersions(const View& view, const tracking::Run& run,
                   const std::optional<pipeline::Origin>& origin, ReproduceAnswer& answer) {
  if (origin) {
    for (const auto& used : origin->datasets) {
      AddDataset(answer, used.name, used.version, used.digest);
    }
  }
  for (const auto& tag : run.tags) {
    if (!tag.key.starts_with(kDatasetTag)) continue;
    const std::string name = tag.key.substr(kDatasetTag.size());
    std::int64_t number = 0;
    const char* end = tag.value.data() + tag.value.size();
    const bool is_number = std::from_chars(tag.value.data(), end, number).ptr == end;
    const auto dataset = data::GetDataset(view.db, view.project, name);
    if (!is_number || !dataset) {
      Miss(answer, "dataset",
           fmt::format("the run read {}@{}, which is not here", name, tag.value));
      continue;
    }
    const auto version = data::GetVersion(view.db, dataset->row, number);
    if (version) {
      AddDataset(answer, name, number, version->digest.Hex());
    } else {
      Miss(answer, "dataset", fmt::format("the run read {}@{}, which is not here", name, number));
    }
  }
  return {};
}

void AddInputs(const tracking::Run& run, ReproduceAnswer& answer) {
  for (const auto& input : run.inputs) {
    answer.datasets.push_back({.name = input.dataset.name,
                               .version = std::nullopt,
                               .digest = input.dataset.digest,
                               .how = input.dataset.source});
  }
  if (answer.datasets.empty()) {
    Miss(answer, "dataset", "the run names no dataset; mlflow.log_input would");
  }
}

void AddCheckout(const ReproduceCode& code, ReproduceAnswer& answer) {
  if (code.commit.empty()) {
    Miss(answer, "commit", "the run does not say which code it ran");
    return;
  }
  if (!code.repository.empty()) {
    answer.commands.push_back(fmt::format("git clone {}", Quoted(code.repository)));
  }
  answer.commands.push_back(fmt::format("git checkout {}", Quoted(code.commit)));
  if (code.has_changes) {
    Miss(answer, "changes", "the code had changes that were not committed; they are not kept");
  }
}

/// How the run was started, if it says so: it is a pipeline's job, or a script.
void AddCommand(const tracking::Run& run, const std::optional<pipeline::Origin>& origin,
                const ReproduceCode& code, ReproduceAnswer& answer) {
  if (origin) {
    answer.commands.push_back(
        fmt::format("cd {} && galley pipeline run --force", Quoted(origin->run.folder)));
    return;
  }
  const std::string entry = TagOf(run, "mlflow.project.entryPoint");
  if (!entry.empty() && !code.source.empty()) {
    std::string command = fmt::format("mlflow run {} -e {}", Quoted(code.source), Quoted(entry));
    if (!code.commit.empty()) command += fmt::format(" -v {}", Quoted(code.commit));
    for (const auto& param : run.params) {
      command += fmt::format(" -P {}", Quoted(fmt::format("{}={}", param.key, param.value)));
    }
    answer.commands.push_back(std::move(command));
    return;
  }
  if (code.source.ends_with(".py")) {
    answer.commands.push_back(fmt::format("python {}", Quoted(code.source)));
    Miss(answer, "command",
         "the client tells the script, not its arguments; the run's parameters may stand for them");
    return;
  }
  Miss(answer, "command",
       code.source.empty() ? "the run does not say what started it"
                           : fmt::format("the run came from {}, which is no command", code.source));
}

Result<ReproduceAnswer> Reproduce(const View& view, const Nothing& /*message*/,
                                  const http::Request& request) {
  const auto run = TRY(
      tracking::GetRun(view.db, view.project,
                       TRY(tracking::ResolveRun(view.db, view.project, request.Captured("run")))));
  const auto origin = TRY(OriginOf(view, run));
  ReproduceAnswer answer;
  ReproduceCode code = CodeOf(run);
  if (origin) {
    if (!origin->run.code.hex.empty()) code.commit = origin->run.code.hex;
    code.has_changes = origin->run.code.has_changes;
    answer.pipeline = ReproducePipeline{.pipeline = origin->run.pipeline,
                                        .run = origin->run.number,
                                        .job = origin->job.name,
                                        .folder = origin->run.folder};
  }
  AddCheckout(code, answer);
  TRY(AddVersions(view, run, origin, answer));
  AddInputs(run, answer);
  AddCommand(run, origin, code, answer);
  Miss(answer, "environment",
       "a run does not say which packages it had; of a model it logged, requirements.txt does");
  if (!code.commit.empty() || !code.source.empty()) answer.code = std::move(code);
  for (const auto& [key, value] : run.params) answer.params.push_back({key, value});
  return answer;
}

}  // namespace

std::vector<http::Route> ReproduceRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "runs/{run}/reproduce", Reproduce);
  return routes;
}

}  // namespace galley::native
