#include "domain/watch/rank.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "foundation/json/writer.h"

namespace galley::watch {
namespace {

using schema::Field;
using schema::Of;

constexpr double kLate = 0.1;

constexpr Field kFact[] = {Of<&EvidenceFact::name>("name"), Of<&EvidenceFact::value>("value")};
constexpr Field kCandidate[] = {
    Of<&Candidate::kind>("kind"),         Of<&Candidate::name>("name"),
    Of<&Candidate::score>("score"),       Of<&Candidate::what>("what"),
    Of<&Candidate::since>("since"),       Of<&Candidate::claims_data_fault>("claims_data_fault"),
    Of<&Candidate::evidence>("evidence"), Of<&Candidate::events>("events"),
};

std::size_t PlaceOf(std::string_view kind) {
  return static_cast<std::size_t>(std::ranges::find(kCandidateKinds, kind) - kCandidateKinds);
}

}  // namespace

const schema::Message EvidenceFact::kSchema{"EvidenceFact", kFact};
const schema::Message Candidate::kSchema{"Candidate", kCandidate};

std::string CandidatesEvidence(const std::vector<Candidate>& candidates) {
  json::Writer writer;
  writer.BeginArray();
  for (const Candidate& candidate : candidates) {
    writer.BeginObject().Key("kind").String(candidate.kind).Key("name").String(candidate.name);
    writer.Key("score").String(Decimal(candidate.score)).Key("what").String(candidate.what);
    writer.Key("claims_data_fault").Bool(candidate.claims_data_fault);
    if (candidate.since) writer.Key("since").Int(*candidate.since);
    writer.Key("evidence").BeginObject();
    for (const EvidenceFact& fact : candidate.evidence) writer.Key(fact.name).String(fact.value);
    writer.EndObject().Key("events").BeginArray();
    for (const std::int64_t sequence : candidate.events) writer.Int(sequence);
    writer.EndArray().EndObject();
  }
  writer.EndArray();
  return std::move(writer).Take();
}

std::string Decimal(double value) {
  return fmt::format("{}", value);
}

std::string Short(double value) {
  return fmt::format("{:.4g}", value);
}

std::string Percent(double share) {
  return fmt::format("{:.1f} %", share * 100);
}

void AddFact(Candidate& candidate, std::string_view name, double value) {
  candidate.evidence.push_back({std::string(name), Decimal(value)});
}

void AddFact(Candidate& candidate, std::string_view name, std::int64_t value) {
  candidate.evidence.push_back({std::string(name), fmt::format("{}", value)});
}

void AddText(Candidate& candidate, std::string_view name, std::string_view value) {
  candidate.evidence.push_back({std::string(name), std::string(value)});
}

std::string TimeOf(const LookBack& seen, std::int64_t window) {
  return fmt::format("{:.10g}", static_cast<double>(window) * seen.width);
}

Candidate Nothing(std::string_view kind, std::string what) {
  return {.kind = std::string(kind),
          .name = {},
          .what = std::move(what),
          .since = std::nullopt,
          .evidence = {},
          .events = {}};
}

double DifferenceZ(double hits, double of, double other_hits, double other_of) {
  if (!(of > 0) || !(other_of > 0)) return 0;
  const double together = (hits + other_hits) / (of + other_of);
  const double variance = together * (1 - together) * (1 / of + 1 / other_of);
  if (!(variance > 0)) return 0;
  return (hits / of - other_hits / other_of) / std::sqrt(variance);
}

double Timing(std::int64_t window, std::int64_t turn) {
  if (window > turn) return kLate;
  return std::pow(0.5, static_cast<double>(std::max<std::int64_t>(turn - window - 1, 0)));
}

std::vector<Candidate> Rank(const LookBack& seen) {
  std::vector<Candidate> candidates;
  RankColumns(seen, candidates);
  RankModels(seen, candidates);
  RankRollouts(seen, candidates);
  RankDatasets(seen, candidates);
  RankPipelines(seen, candidates);
  RankWorker(seen, candidates);
  RankLoad(seen, candidates);
  RankLabels(seen, candidates);
  RankSlices(seen, candidates);
  RankBaseRate(seen, candidates);
  std::ranges::sort(candidates, [](const Candidate& one, const Candidate& other) {
    return std::tuple(-one.score, PlaceOf(one.kind), one.name) <
           std::tuple(-other.score, PlaceOf(other.kind), other.name);
  });
  return candidates;
}

}  // namespace galley::watch
