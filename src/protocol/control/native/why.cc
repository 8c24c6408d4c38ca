#include <algorithm>

#include "domain/data/service.h"
#include "domain/observe/service.h"
#include "domain/pipeline/service.h"
#include "domain/registry/service.h"
#include "domain/rollout/overview.h"
#include "domain/tracking/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/serving_messages.h"
#include "storage/blob/digest.h"

namespace galley::native {
namespace {

using journal::View;
using Files = std::vector<registry::VersionFile>;

WhyLink GapAt(std::string_view what, std::string_view why) {
  return {.what = std::string(what), .text = std::string(why), .gap = true};
}

/// What a gate said of the model that a job made.
Status AddGate(const View& view, const Id& job, std::vector<WhyLink>& chain) {
  const auto decision = TRY(pipeline::FindDecision(view.db, view.project, job));
  if (!decision) {
    chain.push_back(GapAt("gate", "no gate looked at what the job made"));
    return {};
  }
  const auto& evidence = decision->evidence;
  const pipeline::CandidateEvidence* winner = evidence.Winner();
  const bool won = winner != nullptr && winner->job_id == job.Hex();
  std::string champion;
  if (evidence.champion) {
    champion = evidence.champion->missing.empty()
                   ? fmt::format("; champion: {}", evidence.champion->model)
                   : "; " + evidence.champion->missing;
  }
  const std::string text = fmt::format("'{}' of run {} of pipeline {} {}: {}{}", evidence.job,
                                       decision->run, decision->pipeline,
                                       won               ? "let it pass"
                                       : evidence.passed ? "preferred another"
                                                         : "refused it",
                                       evidence.summary, champion);
  chain.push_back({.what = "gate",
                   .id = decision->job.Hex(),
                   .text = text,
                   .gap = !won,
                   .at_ms = decision->decided_ms,
                   .check = won ? "id" : ""});
  return {};
}

/// What a run that a pipeline's job started adds to the chain: the job, its gate, and the datasets
/// behind it.
Status AddOrigin(const View& view, const tracking::Run& run, std::vector<WhyLink>& chain) {
  const auto tag = std::ranges::find(run.tags, "galley.job_id", &tracking::KeyValue::key);
  const auto job = tag == run.tags.end() ? std::nullopt : Id::Parse(tag->value);
  if (!job) return {};
  const auto origin = TRY(pipeline::FindOrigin(view.db, view.project, *job));
  if (!origin) {
    chain.push_back(GapAt("job", fmt::format("there is no job {}", job->Hex())));
    return {};
  }
  const std::string code = origin->run.code.Text();
  chain.push_back(
      {.what = "job",
       .id = job->Hex(),
       .text = fmt::format("'{}' of run {} of pipeline {}, started by {} ({}){}{}",
                           origin->job.name, origin->run.number, origin->run.pipeline,
                           origin->run.actor, origin->run.trigger, code.empty() ? "" : ", ", code),
       .at_ms = origin->job.started_ms,
       .actor = origin->run.actor,
       .digest = origin->run.code.hex,
       .check = "id"});
  TRY(AddGate(view, *job, chain));
  if (origin->datasets.empty()) {
    chain.push_back(GapAt("dataset", "neither the job nor one before it read a dataset"));
  }
  for (const auto& used : origin->datasets) {
    const auto dataset = data::GetDataset(view.db, view.project, used.name);
    const auto version = dataset ? data::GetVersion(view.db, dataset->row, used.version)
                                 : Result<data::Version>(std::unexpected(dataset.error()));
    if (!version || version->digest.Hex() != used.digest) {
      chain.push_back(
          GapAt("dataset", fmt::format("{}@{} is not what it was", used.name, used.version)));
      continue;
    }
    chain.push_back(
        {.what = "dataset",
         .id = version->id.Hex(),
         .text = fmt::format("{}@{}, {} rows, checks: {}; read by '{}'", used.name, used.version,
                             version->rows.total,
                             version->outcome.empty() ? "none" : version->outcome, used.by),
         .at_ms = version->created_ms,
         .actor = version->actor,
         .digest = version->digest.Hex(),
         .check = "digest"});
  }
  return {};
}

/// What a run adds to the chain: itself, its parameters, its commit, and what is behind it.
Status AddRun(const View& view, const registry::ModelVersion& version,
              std::vector<WhyLink>& chain) {
  if (!version.run) {
    chain.push_back(GapAt("run", "the model version names no run"));
    return {};
  }
  const auto found = tracking::GetRun(view.db, view.project, *version.run);
  if (!found && found.error().code != Code::kNotFound) return std::unexpected(found.error());
  if (!found) {
    chain.push_back(GapAt("run", found.error().message));
    return {};
  }
  const tracking::Run& run = *found;
  chain.push_back({.what = "run",
                   .id = run.id.Hex(),
                   .text = fmt::format("{} (experiment {})", run.name, run.experiment),
                   .at_ms = run.started_ms,
                   .actor = run.user,
                   .check = "id"});
  std::string params;
  for (const auto& [key, value] : run.params) {
    params += fmt::format("{}{}={}", params.empty() ? "" : ", ", key, value);
  }
  chain.push_back(params.empty() ? GapAt("parameters", "the run logged none")
                                 : WhyLink{.what = "parameters", .text = std::move(params)});
  chain.push_back(
      version.commit.empty()
          ? GapAt("commit", "the run does not say which code it ran")
          : WhyLink{.what = "commit", .text = version.commit, .digest = version.commit});
  return AddOrigin(view, run, chain);
}

std::string BecauseOf(const rollout::Approval& approval) {
  std::string because = approval.cause;
  if (approval.rollout) because += fmt::format(" by rollout {}", *approval.rollout);
  if (!approval.reason.empty()) because += ": " + approval.reason;
  return because;
}

Status AddVariant(const View& view, const Id& id, std::vector<WhyLink>& chain) {
  const auto variant = rollout::GetVariant(view.db, view.project, id);
  if (!variant) {
    chain.push_back(GapAt("variant", variant.error().message));
    return {};
  }
  WhyLink link{
      .what = "variant",
      .id = variant->variant.id.Hex(),
      .text = fmt::format("'{}' of endpoint '{}'", variant->variant.name, variant->endpoint),
      .at_ms = variant->variant.created_ms,
      .check = "id"};
  if (const auto approval = TRY(rollout::FindApproval(view.db, view.project, id))) {
    link.at_ms = approval->at_ms;
    link.actor = approval->actor;
    link.because = BecauseOf(*approval);
  }
  chain.push_back(std::move(link));
  return {};
}

/// The SHA-256 of what sha256sum would print of the files, by path.
std::string DigestOfFiles(const Files& files) {
  blob::Sha256 hash;
  for (const auto& file : files) hash.Add(fmt::format("{}  {}\n", file.digest.Hex(), file.path));
  return hash.Finish().Hex();
}

/// A version, and whether the variant serves the same files.
Result<WhyLink> LinkOf(const View& view, const registry::ModelVersion& version, const Id& variant) {
  WhyLink link{.what = "model version",
               .id = version.id.Hex(),
               .text = fmt::format("{}@{}", version.model, version.version),
               .at_ms = version.created_ms,
               .actor = version.user,
               .check = "id"};
  const Files files = TRY(registry::VersionFiles(view.db, version.row));
  if (files.empty()) return link;
  link.digest = DigestOfFiles(files);
  const Files served = TRY(rollout::VariantFiles(view.db, view.project, variant));
  if (!served.empty() && DigestOfFiles(served) == link.digest) link.check = "digest";
  return link;
}

Result<WhyAnswer> Why(const View& view, const Nothing& /*message*/, const http::Request& request) {
  const std::string_view text = request.Captured("id");
  const auto id = Id::Parse(text);
  if (!id) {
    return Fail(Code::kInvalidArgument, "'{}' is no prediction id; one has 32 hexadecimal digits",
                text);
  }
  const auto prediction = TRY(observe::GetPrediction(view.db, view.project, *id));
  WhyAnswer answer;
  answer.chain.push_back(
      {.what = "prediction",
       .id = id->Hex(),
       .text = fmt::format(
           "row {} of {} asked of endpoint '{}'{}", prediction.row + 1, prediction.rows,
           prediction.endpoint,
           prediction.mirror_of ? ", mirrored: the caller got " + prediction.mirror_of->Hex() : ""),
       .at_ms = prediction.at_ms,
       .check = "id"});
  TRY(AddVariant(view, prediction.variant, answer.chain));
  const auto version = registry::GetVersionById(view.db, view.project, prediction.version);
  if (!version) {
    answer.chain.push_back(GapAt("model version", version.error().message));
    return answer;
  }
  answer.chain.push_back(TRY(LinkOf(view, *version, prediction.variant)));
  TRY(AddRun(view, *version, answer.chain));
  return answer;
}

}  // namespace

std::vector<http::Route> WhyRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "why/{id}", Why);
  return routes;
}

}  // namespace galley::native
