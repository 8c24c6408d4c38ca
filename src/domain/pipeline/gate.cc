#include "domain/pipeline/gate.h"

#include <algorithm>
#include <cmath>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::pipeline {
namespace {

using schema::Field;
using schema::Of;

constexpr std::string_view kRelations[] = {">=", "<=", ">", "<"};

constexpr Field kRule[] = {
    Of<&RuleEvidence::id>("id"),         Of<&RuleEvidence::metric>("metric"),
    Of<&RuleEvidence::value>("value"),   Of<&RuleEvidence::relation>("relation"),
    Of<&RuleEvidence::limit>("limit"),   Of<&RuleEvidence::against>("against"),
    Of<&RuleEvidence::passed>("passed"), Of<&RuleEvidence::slices>("slices"),
    Of<&RuleEvidence::slice>("slice"),   Of<&RuleEvidence::note>("note")};
constexpr Field kCandidate[] = {Of<&CandidateEvidence::job>("job"),
                                Of<&CandidateEvidence::job_id>("job_id"),
                                Of<&CandidateEvidence::run>("run"),
                                Of<&CandidateEvidence::model>("model"),
                                Of<&CandidateEvidence::model_version>("model_version"),
                                Of<&CandidateEvidence::value>("value"),
                                Of<&CandidateEvidence::passed>("passed"),
                                Of<&CandidateEvidence::won>("won"),
                                Of<&CandidateEvidence::reason>("reason"),
                                Of<&CandidateEvidence::rules>("rules")};
constexpr Field kChampion[] = {Of<&ChampionEvidence::endpoint>("endpoint"),
                               Of<&ChampionEvidence::alias>("alias"),
                               Of<&ChampionEvidence::model>("model"),
                               Of<&ChampionEvidence::model_version>("model_version"),
                               Of<&ChampionEvidence::run>("run"),
                               Of<&ChampionEvidence::measured>("measured"),
                               Of<&ChampionEvidence::missing>("missing")};
constexpr Field kEvidence[] = {Of<&GateEvidence::job>("job"),
                               Of<&GateEvidence::passed>("passed"),
                               Of<&GateEvidence::summary>("summary"),
                               Of<&GateEvidence::best>("best"),
                               Of<&GateEvidence::direction>("direction"),
                               Of<&GateEvidence::champion>("champion"),
                               Of<&GateEvidence::candidates>("candidates")};

std::string Decimal(double value) {
  return fmt::format("{}", value);
}

/// For a sentence: five digits tell two metrics apart.
std::string Short(double value) {
  return fmt::format("{:.5g}", value);
}

bool Holds(Relation relation, double value, double limit) {
  switch (relation) {
    case Relation::kAtLeast: return value >= limit;
    case Relation::kAtMost: return value <= limit;
    case Relation::kAbove: return value > limit;
    case Relation::kBelow: return value < limit;
  }
  return false;
}

/// How much room there is; the slice with the least is the worst.
double Room(Relation relation, double value, double limit) {
  const bool is_floor = relation == Relation::kAtLeast || relation == Relation::kAbove;
  return is_floor ? value - limit : limit - value;
}

/// One metric that fits a name, and what stood for its `*`.
struct Slice {
  std::string name;
  double value = 0;
};

/// Whose metrics, for errors.
struct Source {
  std::string_view whose;
  const Metrics& metrics;
};

bool HasStar(std::string_view metric) {
  return metric.contains('*');
}

Result<std::vector<Slice>> SlicesOf(const Source& source, std::string_view metric) {
  std::vector<Slice> slices;
  for (const Metric& known : source.metrics) {
    const auto stars = FitsPattern(metric, known.name);
    if (!stars) continue;
    if (!std::isfinite(known.value)) {
      return Fail(Code::kInvalidArgument, "the metric '{}' of {} is {}: nothing to compare with",
                  known.name, source.whose, known.value);
    }
    slices.push_back({*stars, known.value});
  }
  if (!slices.empty()) return slices;
  std::string there;
  constexpr std::size_t kShown = 10;
  for (std::size_t at = 0; at < std::min(source.metrics.size(), kShown); ++at) {
    there += (there.empty() ? "" : ", ") + source.metrics[at].name;
  }
  if (source.metrics.size() > kShown) {
    there += fmt::format(" and {} more", source.metrics.size() - kShown);
  }
  return Fail(Code::kInvalidArgument, "{} has no number '{}' among its metrics; it has: {}",
              source.whose, metric, there.empty() ? "none" : there);
}

double MeanOf(const std::vector<Slice>& slices) {
  double sum = 0;
  for (const Slice& slice : slices) sum += slice.value;
  return sum / static_cast<double>(slices.size());
}

/// The limits of a rule for one candidate: one for all slices, or one a slice.
struct Limits {
  std::string against;
  bool is_one = false;
  double one = 0;
  std::vector<Slice> slices;
  bool is_missing = false;  ///< There is no champion: the rule holds.
};

class Judgement {
 public:
  Judgement(const Gate& gate, const std::optional<Champion>& champion,
            const std::map<std::string, Metrics>& others)
      : gate_(gate), champion_(champion), others_(others) {}

  Result<RuleEvidence> Check(const GateRule& rule, const Source& candidate) const {
    RuleEvidence evidence{.id = rule.id,
                          .metric = rule.metric,
                          .relation = std::string(kRelations[static_cast<int>(rule.relation)])};
    auto slices = TRY(SlicesOf(candidate, rule.metric));
    if (rule.is_mean) slices = {Slice{"", MeanOf(slices)}};
    const Limits limits = TRY(LimitsOf(rule, candidate));
    evidence.against = limits.against;
    evidence.slices = static_cast<std::int64_t>(slices.size());
    if (limits.is_missing) {
      evidence.value = slices.size() == 1 ? Decimal(slices.front().value) : "";
      evidence.passed = !gate_.champion->is_required;
      evidence.note = champion_->facts.missing;
      return evidence;
    }
    return Compare(rule, slices, limits, candidate, std::move(evidence));
  }

 private:
  Result<Limits> LimitsOf(const GateRule& rule, const Source& candidate) const {
    if (rule.limit_of == LimitOf::kNumber) {
      return Limits{.against = "", .is_one = true, .one = rule.number};
    }
    std::string whose;
    const Metrics* metrics = &candidate.metrics;
    if (rule.limit_of == LimitOf::kCandidate) {
      whose = "the candidate";
    } else if (rule.limit_of == LimitOf::kJob) {
      whose = fmt::format("job '{}'", rule.limit_job);
      metrics = &others_.at(rule.limit_job);
    } else if (!champion_->facts.missing.empty()) {
      return Limits{.against = "the champion", .is_missing = true};
    } else {
      whose = fmt::format("the champion {}", champion_->facts.model);
      metrics = &champion_->metrics;
    }
    Limits limits{.against = fmt::format("{} of {}", rule.limit_metric, whose)};
    if (rule.number != 0) limits.against += fmt::format(", {:+g}", rule.number);
    limits.slices = TRY(SlicesOf({whose, *metrics}, rule.limit_metric));
    for (Slice& slice : limits.slices) slice.value += rule.number;
    limits.is_one = rule.is_mean || !HasStar(rule.limit_metric);
    if (limits.is_one) limits.one = MeanOf(limits.slices);
    return limits;
  }

  static Result<RuleEvidence> Compare(const GateRule& rule, const std::vector<Slice>& slices,
                                      const Limits& limits, const Source& candidate,
                                      RuleEvidence evidence) {
    double least_room = 0;
    std::int64_t compared = 0;
    std::int64_t broken = 0;
    for (const Slice& slice : slices) {
      double limit = limits.one;
      if (!limits.is_one) {
        const auto same = std::ranges::find(limits.slices, slice.name, &Slice::name);
        if (same == limits.slices.end()) continue;
        limit = same->value;
      }
      const double room = Room(rule.relation, slice.value, limit);
      broken += Holds(rule.relation, slice.value, limit) ? 0 : 1;
      if (compared++ > 0 && room >= least_room) continue;
      least_room = room;
      evidence.value = Decimal(slice.value);
      evidence.limit = Decimal(limit);
      evidence.slice = slice.name;
    }
    if (compared == 0) {
      return Fail(Code::kInvalidArgument, "no slice of '{}' of {} is one of {}", rule.metric,
                  candidate.whose, limits.against);
    }
    const auto passed_over = static_cast<std::int64_t>(slices.size()) - compared;
    if (passed_over > 0) {
      evidence.note =
          fmt::format("{} slices were passed over: the other side has them not", passed_over);
    }
    if (broken > 0 && slices.size() > 1) {
      evidence.note = fmt::format("{} of {} slices break it{}{}", broken, compared,
                                  evidence.note.empty() ? "" : "; ", evidence.note);
    }
    evidence.slices = compared;
    evidence.passed = broken == 0;
    return evidence;
  }

  const Gate& gate_;
  const std::optional<Champion>& champion_;
  const std::map<std::string, Metrics>& others_;
};

double NumberOf(const std::string& decimal) {
  return std::strtod(decimal.c_str(), nullptr);
}

/// `G1: validation.accuracy 0.87 is not >= 0.9`
std::string Broken(const RuleEvidence& rule) {
  if (rule.limit.empty()) return fmt::format("{}: {}", rule.id, rule.note);
  return fmt::format("{}: {}{} {} is not {} {}{}", rule.id, rule.metric,
                     rule.slice.empty() ? "" : fmt::format(" ({})", rule.slice),
                     Short(NumberOf(rule.value)), rule.relation, Short(NumberOf(rule.limit)),
                     rule.against.empty() ? "" : fmt::format(" ({})", rule.against));
}

std::string BrokenRules(const CandidateEvidence& candidate) {
  std::string text;
  for (const RuleEvidence& rule : candidate.rules) {
    if (!rule.passed) text += (text.empty() ? "" : "; ") + Broken(rule);
  }
  return text.empty() ? candidate.reason : text;
}

bool IsBetter(const Gate& gate, const CandidateEvidence& one, const CandidateEvidence& other) {
  if (gate.best.empty()) return false;
  const double a = NumberOf(one.value);
  const double b = NumberOf(other.value);
  return gate.is_lower_better ? a < b : a > b;
}

/// The best of those that `may` stand; the first of equal ones; null if there is none.
template <typename Predicate>
CandidateEvidence* BestOf(const Gate& gate, std::vector<CandidateEvidence>& candidates,
                          const Predicate& may) {
  CandidateEvidence* best = nullptr;
  for (CandidateEvidence& candidate : candidates) {
    if (!may(candidate)) continue;
    if (best == nullptr || IsBetter(gate, candidate, *best)) best = &candidate;
  }
  return best;
}

std::string Summary(const Gate& gate, GateEvidence& evidence) {
  auto& all = evidence.candidates;
  const auto passed = std::ranges::count(all, true, &CandidateEvidence::passed);
  if (const CandidateEvidence* winner = evidence.Winner()) {
    std::string text = fmt::format("'{}' holds {} rules", winner->job, gate.rules.size());
    if (!winner->model.empty()) text = fmt::format("{} of {}", winner->model, text);
    if (all.size() == 1) return text;
    return fmt::format("{}, best of {} by {} ({}); {} of them hold{} all", text, all.size(),
                       gate.best, Short(NumberOf(winner->value)), passed, passed == 1 ? "s" : "");
  }
  const CandidateEvidence* closest =
      BestOf(gate, all, [](const CandidateEvidence& it) { return it.reason.empty(); });
  if (closest == nullptr) return fmt::format("no candidate: {}", BrokenRules(all.front()));
  if (all.size() == 1) return BrokenRules(*closest);
  return fmt::format("none of {} candidates holds all rules; the best of them, '{}': {}",
                     all.size(), closest->job, BrokenRules(*closest));
}

}  // namespace

const schema::Message RuleEvidence::kSchema{"RuleEvidence", kRule};
const schema::Message CandidateEvidence::kSchema{"CandidateEvidence", kCandidate};
const schema::Message ChampionEvidence::kSchema{"ChampionEvidence", kChampion};
const schema::Message GateEvidence::kSchema{"GateEvidence", kEvidence};

const CandidateEvidence* GateEvidence::Winner() const {
  const auto found = std::ranges::find(candidates, true, &CandidateEvidence::won);
  return found == candidates.end() ? nullptr : &*found;
}

std::string EvidenceJson(const GateEvidence& evidence) {
  return schema::ToJson(evidence, schema::EmptyLists::kWrite);
}

Result<GateEvidence> ParseEvidence(std::string_view json) {
  auto evidence = schema::FromJson<GateEvidence>(json, schema::Dialect{});
  if (evidence) return *std::move(evidence);
  return Fail(Code::kDataLoss, "{}", schema::ErrorOf(evidence.error()).message);
}

std::optional<std::string> FitsPattern(std::string_view pattern, std::string_view name) {
  std::string stars;
  // A `*` never takes a dot, so that each part between dots fits or not by itself.
  for (;;) {
    const auto pattern_dot = pattern.find('.');
    const auto name_dot = name.find('.');
    std::string_view want = pattern.substr(0, pattern_dot);
    std::string_view have = name.substr(0, name_dot);
    if (const auto star = want.find('*'); star != std::string_view::npos) {
      const std::string_view before = want.substr(0, star);
      const std::string_view after = want.substr(star + 1);
      if (have.size() <= before.size() + after.size() || !have.starts_with(before) ||
          !have.ends_with(after)) {
        return std::nullopt;
      }
      if (!stars.empty()) stars += '.';
      stars += have.substr(before.size(), have.size() - before.size() - after.size());
    } else if (want != have) {
      return std::nullopt;
    }
    const bool pattern_ends = pattern_dot == std::string_view::npos;
    const bool name_ends = name_dot == std::string_view::npos;
    if (pattern_ends || name_ends) {
      return pattern_ends && name_ends ? std::optional(std::move(stars)) : std::nullopt;
    }
    pattern.remove_prefix(pattern_dot + 1);
    name.remove_prefix(name_dot + 1);
  }
}

Result<GateEvidence> Weigh(const Gate& gate, const std::vector<Candidate>& candidates,
                           const std::optional<Champion>& champion,
                           const std::map<std::string, Metrics>& others) {
  const Judgement judgement(gate, champion, others);
  GateEvidence evidence{.best = gate.best,
                        .direction = gate.best.empty()      ? ""
                                     : gate.is_lower_better ? "min"
                                                            : "max"};
  if (champion) evidence.champion = champion->facts;
  for (const Candidate& candidate : candidates) {
    CandidateEvidence& it = evidence.candidates.emplace_back(candidate.facts);
    if (!it.reason.empty()) continue;
    const std::string whose = fmt::format("job '{}'", it.job);
    const Source source{whose, candidate.metrics};
    it.passed = true;
    for (const GateRule& rule : gate.rules) {
      it.rules.push_back(TRY(judgement.Check(rule, source)));
      it.passed = it.passed && it.rules.back().passed;
    }
    if (!gate.best.empty()) it.value = Decimal(TRY(SlicesOf(source, gate.best)).front().value);
  }
  CandidateEvidence* winner =
      BestOf(gate, evidence.candidates, [](const CandidateEvidence& it) { return it.passed; });
  if (winner != nullptr) winner->won = true;
  evidence.passed = winner != nullptr;
  evidence.summary = Summary(gate, evidence);
  return evidence;
}

}  // namespace galley::pipeline
