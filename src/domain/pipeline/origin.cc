#include <algorithm>
#include <map>
#include <set>

#include "domain/pipeline/active.h"
#include "domain/pipeline/key.h"
#include "domain/pipeline/service.h"

namespace galley::pipeline {
namespace {

using Made = std::map<std::string, std::vector<OutFile>>;

Result<Made> MadeBy(db::Connection& db, const Run& run) {
  Made made;
  auto rows = TRY(db.Query("SELECT name, results FROM pipeline_job WHERE run = ?", {run.row}));
  while (TRY(rows.Next())) {
    made[std::string(rows.Text(0))] = TRY(ParseResults(rows.Text(1))).files;
  }
  return made;
}

/// Whether one of the files is what a job reads at `dep`.
bool HasPart(const std::vector<OutFile>& files, std::string_view dep) {
  return std::ranges::any_of(files, [dep](const OutFile& file) {
    return IsWithin(file.path, dep) || IsWithin(dep, file.path);
  });
}

}  // namespace

Result<std::optional<Origin>> FindOrigin(db::Connection& db, std::int64_t project, const Id& job) {
  std::int64_t number = 0;
  {
    auto rows = TRY(db.Query(
        "SELECT pipeline_run.number FROM pipeline_job JOIN pipeline_run ON pipeline_run.row = "
        "pipeline_job.run WHERE pipeline_job.id = ? AND pipeline_run.project = ?",
        {job, project}));
    if (!TRY(rows.Next())) return std::optional<Origin>();
    number = rows.Integer(0);
  }
  Origin origin{.run = TRY(GetRun(db, project, number)), .job = {}, .datasets = {}};
  const Made made = TRY(MadeBy(db, origin.run));
  origin.job = *std::ranges::find(origin.run.jobs, job, &JobRun::id);
  std::set<std::string> seen = {origin.job.name};
  std::vector<std::string> open = {origin.job.name};
  while (!open.empty()) {
    const auto it = std::ranges::find(origin.run.jobs, open.back(), &JobRun::name);
    open.pop_back();
    for (const KeyPart& part : it->parts) {
      if (part.kind == "dataset") {
        // `@60 DIGEST`
        const auto space = part.value.find(' ');
        origin.datasets.push_back({part.name, std::strtoll(part.value.c_str() + 1, nullptr, 10),
                                   part.value.substr(std::min(space + 1, part.value.size())),
                                   it->name});
      }
      if (part.kind != "dep") continue;
      for (const auto& [name, files] : made) {
        if (HasPart(files, part.name) && seen.insert(name).second) open.push_back(name);
      }
    }
  }
  return std::optional(std::move(origin));
}

namespace {

/// The jobs of a run that read the version, and those that read what they made.
Result<std::vector<JobRun>> ReadersIn(db::Connection& db, const Run& run, std::string_view dataset,
                                      const std::string& version) {
  const Made made = TRY(MadeBy(db, run));
  std::vector<JobRun> readers;
  std::vector<OutFile> touched;
  // Jobs stand behind those that they need.
  for (const JobRun& job : run.jobs) {
    const bool reads = std::ranges::any_of(job.parts, [&](const KeyPart& part) {
      if (part.kind == "dataset") return part.name == dataset && part.value.starts_with(version);
      return part.kind == "dep" && HasPart(touched, part.name);
    });
    if (!reads) continue;
    readers.push_back(job);
    const auto files = made.find(job.name);
    if (files != made.end()) {
      touched.insert(touched.end(), files->second.begin(), files->second.end());
    }
  }
  return readers;
}

}  // namespace

namespace {

/// `value`: how what a job notes of a version begins: `@3 `, or `@` for any.
Result<std::vector<Reader>> ReadersOf(db::Connection& db, std::int64_t project,
                                      std::string_view dataset, const std::string& value,
                                      std::int64_t limit) {
  std::vector<std::int64_t> numbers;
  {
    auto rows = TRY(db.Query(
        "SELECT DISTINCT pipeline_run.number FROM pipeline_job JOIN pipeline_run ON "
        "pipeline_run.row = pipeline_job.run, json_each(pipeline_job.key_parts, '$.parts') AS part "
        "WHERE pipeline_run.project = ? AND part.value ->> 'kind' = 'dataset' AND part.value ->> "
        "'name' = ? AND substr(part.value ->> 'value', 1, ?) = ? ORDER BY pipeline_run.number DESC "
        "LIMIT ?",
        {project, dataset, static_cast<std::int64_t>(value.size()), value, limit}));
    while (TRY(rows.Next())) numbers.push_back(rows.Integer(0));
  }
  std::vector<Reader> readers;
  for (const std::int64_t number : numbers) {
    Run run = TRY(GetRun(db, project, number));
    auto jobs = TRY(ReadersIn(db, run, dataset, value));
    readers.push_back({std::move(run), std::move(jobs)});
  }
  return readers;
}

}  // namespace

Result<std::vector<Reader>> FindReaders(db::Connection& db, std::int64_t project,
                                        std::string_view dataset, std::int64_t version) {
  constexpr std::int64_t kAll = -1;
  auto readers = TRY(ReadersOf(db, project, dataset, fmt::format("@{} ", version), kAll));
  std::ranges::reverse(readers);
  return readers;
}

Result<std::vector<Reader>> NewestReaders(db::Connection& db, std::int64_t project,
                                          std::string_view dataset, std::int64_t runs) {
  return ReadersOf(db, project, dataset, "@", runs);
}

}  // namespace galley::pipeline
