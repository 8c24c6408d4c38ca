#include "domain/pipeline/again.h"

#include <algorithm>

#include "domain/pipeline/active.h"
#include "domain/pipeline/parameters.h"
#include "domain/pipeline/service.h"
#include "foundation/yaml/yaml.h"

namespace galley::pipeline {

Result<std::vector<char>> JobsFrom(const Pipeline& pipeline, std::string_view from) {
  std::vector<char> forced(pipeline.jobs.size());
  if (from.empty()) return forced;
  std::vector<std::string> names;
  bool is_there = false;
  // Jobs stand behind those that they need.
  for (std::size_t at = 0; at < pipeline.jobs.size(); ++at) {
    const Job& job = pipeline.jobs[at];
    names.push_back(job.name);
    const bool is_it = job.name == from || job.base == from;
    is_there = is_there || is_it;
    const bool follows = std::ranges::any_of(job.needs, [&](const std::string& need) {
      for (std::size_t before = 0; before < at; ++before) {
        if (pipeline.jobs[before].name == need) return forced[before] != 0;
      }
      return false;
    });
    forced[at] = is_it || follows ? 1 : 0;
  }
  if (is_there) return forced;
  return Fail(Code::kInvalidArgument, "'from': there is no job '{}'; there are: {}", from,
              Named(names));
}

std::string WhyForced(std::string_view from) {
  if (from.empty()) return "the run is forced";
  return fmt::format("the run begins anew at '{}'", from);
}

std::optional<std::string> Foreseen::DigestOf(const std::string& path) const {
  for (const Results& results : made_) {
    std::string list = "galley folder 1\n";
    bool is_folder = false;
    for (const OutFile& file : results.files) {
      if (file.path == path) return file.sha256;
      if (!IsWithin(file.path, path)) continue;
      is_folder = true;
      list += fmt::format("{} {}\n", file.sha256, file.path.substr(path.size()));
    }
    if (is_folder) return blob::DigestOf(list).Hex();
  }
  return std::nullopt;
}

Job Foreseen::Without(Job job) const {
  std::erase_if(job.deps, [this](const std::string& dep) { return DigestOf(dep).has_value(); });
  return job;
}

void Foreseen::AddTo(const Job& job, std::vector<KeyPart>& parts) const {
  auto at = std::ranges::find(parts, "dep", &KeyPart::kind);
  if (at == parts.end()) at = parts.begin() + 1;  // Behind the command.
  for (const std::string& dep : job.deps) {
    if (const auto digest = DigestOf(dep)) at = parts.insert(at, {"dep", dep, *digest});
    ++at;
  }
}

NewRun Repeated(NewRun wanted, const Run& run, const Definition& definition) {
  wanted.folder = run.folder;
  wanted.file = definition.file;
  wanted.text = definition.text;
  wanted.name = run.pipeline;
  for (const auto& [name, value] : definition.inputs) wanted.inputs.try_emplace(name, value);
  if (wanted.environment.empty()) wanted.environment = definition.environment;
  return wanted;
}

Result<Service::Asked> Service::Ask(const std::string& project, const NewRun& wanted) const {
  Asked asked{.run = wanted};
  std::optional<Definition> before;
  if (wanted.again > 0) {
    TRY(store_.Read(project, [&](const journal::View& view) -> Status {
      const Run run = TRY(GetRun(view.db, view.project, wanted.again));
      before = TRY(LoadDefinition(view.db, run.row));
      asked.run = Repeated(wanted, run, *before);
      return {};
    }));
  }
  TRY(CheckFolder(asked.run.folder));
  const auto document = TRY(yaml::Parse(asked.run.text, asked.run.file));
  if (before) {
    const StoredFiles files(before->other_files);
    asked.pipeline = TRY(ReadPipeline(document, files, asked.run.inputs));
    asked.other_files = before->other_files;
  } else {
    const FolderFiles files(asked.run.folder);
    asked.pipeline = TRY(ReadPipeline(document, files, asked.run.inputs));
    asked.other_files = files.read();
  }
  std::string& name = asked.pipeline.name;
  if (name.empty()) name = asked.run.name;
  if (name.empty()) name = asked.run.folder.substr(asked.run.folder.rfind('/') + 1);
  asked.is_forced = TRY(JobsFrom(asked.pipeline, wanted.from));
  if (wanted.force) std::ranges::fill(asked.is_forced, 1);
  return asked;
}

Result<std::vector<Parameter>> ParametersOf(db::Connection& db, std::int64_t project,
                                            std::int64_t number) {
  const Run run = TRY(GetRun(db, project, number));
  const Definition definition = TRY(LoadDefinition(db, run.row));
  const auto document = TRY(yaml::Parse(definition.text, definition.file));
  return ReadParameters(document, StoredFiles(definition.other_files), definition.inputs);
}

}  // namespace galley::pipeline
