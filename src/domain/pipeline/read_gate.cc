#include "domain/pipeline/read_gate.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace galley::pipeline {
namespace {

constexpr std::string_view kBesideGate[] = {"gate", "stage", "needs", "if", "desc"};
constexpr std::string_view kGateKeys[] = {"candidates", "best", "champion", "rules"};
constexpr std::string_view kBestKeys[] = {"metric", "direction"};
constexpr std::string_view kChampionKeys[] = {"endpoint", "model", "alias", "required"};
constexpr std::string_view kRuleKeys[] = {"id",  "metric", "aggregate", "min",
                                          "max", "above",  "below",     "description"};
constexpr std::string_view kLimitKeys[] = {"of", "job", "metric", "plus"};
constexpr std::size_t kRulesMax = 100;
constexpr std::size_t kIdMax = 63;
constexpr std::size_t kMetricMax = 500;

struct Comparison {
  std::string_view key;
  Relation relation;
};
constexpr Comparison kComparisons[] = {{"min", Relation::kAtLeast},
                                       {"max", Relation::kAtMost},
                                       {"above", Relation::kAbove},
                                       {"below", Relation::kBelow}};

std::optional<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || !std::isfinite(number)) return std::nullopt;
  return number;
}

bool IsIdSign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

/// Whether each part between dots has at most one `*`, and there is no empty part.
bool IsPattern(std::string_view metric) {
  for (;;) {
    const auto dot = metric.find('.');
    const std::string_view part = metric.substr(0, dot);
    if (part.empty() || std::ranges::count(part, '*') > 1) return false;
    if (dot == std::string_view::npos) return true;
    metric.remove_prefix(dot + 1);
  }
}

class GateReader {
 public:
  GateReader(const At& at, const Scope& scope, std::vector<Said>& said)
      : at_(at), scope_(scope), said_(said) {}

  Result<Gate> Run() {
    TRY(CheckKeys(at_, kGateKeys, {}));
    TRY(Candidates());
    if (const At best = at_.Find("best")) TRY(Best(best));
    if (const At champion = at_.Find("champion")) TRY(ReadChampion(champion));
    const At rules = at_.Find("rules");
    if (!rules) return std::unexpected(WrongAtKey(at_, "must have the key 'rules'"));
    if (rules.node->kind != yaml::Kind::kList) {
      return std::unexpected(WrongType(rules, "a list of rules"));
    }
    const std::size_t count = rules.node->items.size();
    if (count == 0 || count > kRulesMax) {
      return std::unexpected(
          Wrong(rules, fmt::format("has {} rules; a gate has 1 to {} of them", count, kRulesMax)));
    }
    for (std::size_t index = 0; index < count; ++index) TRY(Rule(rules.Item(index), index));
    return std::move(gate_);
  }

 private:
  Status Candidates() {
    const At candidates = at_.Find("candidates");
    if (!candidates) return std::unexpected(WrongAtKey(at_, "must have the key 'candidates'"));
    constexpr std::string_view kExpected = "the name of a job";
    for (const At& item :
         TRY(ReadItems(candidates, fmt::format("{} or a list of them", kExpected)))) {
      gate_.candidates.push_back(TRY(ReadFilled(item, kExpected, scope_)));
      said_.push_back({gate_.candidates.back(), item.where, item.node->place});
    }
    if (!gate_.candidates.empty()) return {};
    return std::unexpected(Wrong(candidates, "names no job"));
  }

  Result<std::string> MetricAt(const At& at, bool may_have_star) const {
    std::string metric = TRY(ReadFilled(at, "the name of a metric", scope_));
    if (metric.size() > kMetricMax || !IsPattern(metric)) {
      return std::unexpected(
          Wrong(at, fmt::format("must be a metric's dotted name of at most {} bytes, with at most "
                                "one '*' between dots, not '{}'",
                                kMetricMax, metric)));
    }
    if (may_have_star || !metric.contains('*')) return metric;
    return std::unexpected(Wrong(at, "must name one metric: it may have no '*'"));
  }

  Status Best(const At& best) {
    if (best.node->kind != yaml::Kind::kMap) {
      gate_.best = TRY(MetricAt(best, false));
      return {};
    }
    TRY(CheckKeys(best, kBestKeys, {}));
    const At metric = best.Find("metric");
    if (!metric) return std::unexpected(WrongAtKey(best, "must have the key 'metric'"));
    gate_.best = TRY(MetricAt(metric, false));
    const At direction = best.Find("direction");
    if (!direction) return {};
    const std::string word = TRY(ReadText(direction, "'max' or 'min'"));
    if (word != "max" && word != "min") {
      return std::unexpected(WrongType(direction, "'max' or 'min'"));
    }
    gate_.is_lower_better = word == "min";
    return {};
  }

  Status ReadChampion(const At& at) {
    TRY(CheckKeys(at, kChampionKeys, {}));
    ChampionName champion;
    const At endpoint = at.Find("endpoint");
    const At model = at.Find("model");
    const At alias = at.Find("alias");
    if (static_cast<bool>(endpoint) == static_cast<bool>(model)) {
      return std::unexpected(WrongAtKey(at, "must have 'endpoint', or else 'model' with 'alias'"));
    }
    if (static_cast<bool>(model) != static_cast<bool>(alias)) {
      return std::unexpected(WrongAtKey(at, "must have 'alias' beside 'model'"));
    }
    if (endpoint) champion.endpoint = TRY(ReadFilled(endpoint, "the name of an endpoint", scope_));
    if (model) {
      champion.model = TRY(ReadFilled(model, "the name of a model", scope_));
      champion.alias = TRY(ReadFilled(alias, "an alias", scope_));
    }
    if (const At required = at.Find("required")) champion.is_required = TRY(ReadBool(required));
    gate_.champion = std::move(champion);
    return {};
  }

  Status Rule(const At& at, std::size_t index) {
    TRY(CheckKeys(at, kRuleKeys, {}));
    GateRule rule{.id = fmt::format("G{}", index + 1)};
    if (const At id = at.Find("id")) rule.id = TRY(IdAt(id));
    const bool is_known =
        std::ranges::find(gate_.rules, rule.id, &GateRule::id) != gate_.rules.end();
    if (is_known) {
      return std::unexpected(WrongAtKey(at, fmt::format("is a second rule '{}'", rule.id)));
    }
    const At metric = at.Find("metric");
    if (!metric) return std::unexpected(WrongAtKey(at, "must have the key 'metric'"));
    rule.metric = TRY(MetricAt(metric, true));
    if (const At desc = at.Find("description")) TRY(ReadText(desc, "a text"));
    if (const At aggregate = at.Find("aggregate")) {
      const std::string word = TRY(ReadText(aggregate, "'each' or 'mean'"));
      if (word != "each" && word != "mean") {
        return std::unexpected(WrongType(aggregate, "'each' or 'mean'"));
      }
      rule.is_mean = word == "mean";
    }
    int limits = 0;
    for (const auto& [key, relation] : kComparisons) {
      const At limit = at.Find(key);
      if (!limit) continue;
      ++limits;
      rule.relation = relation;
      TRY(Limit(limit, rule));
    }
    if (limits != 1) {
      return std::unexpected(
          WrongAtKey(at, limits == 0 ? "must have one of: min, max, above, below"
                                     : "must have only one of: min, max, above, below; write a "
                                       "second rule"));
    }
    gate_.rules.push_back(std::move(rule));
    return {};
  }

  static Result<std::string> IdAt(const At& at) {
    std::string id = TRY(ReadText(at, "a text"));
    if (!id.empty() && id.size() <= kIdMax && std::ranges::all_of(id, IsIdSign)) return id;
    return std::unexpected(Wrong(
        at, fmt::format("must have 1 to {} letters, digits, '_', '-', '.', not '{}'", kIdMax, id)));
  }

  Status Limit(const At& at, GateRule& rule) {
    constexpr std::string_view kExpected =
        "a number, 'champion' or a mapping: of, job, metric, plus";
    if (at.node->kind == yaml::Kind::kMap) return OtherMetric(at, rule);
    const std::string text = TRY(ReadFilled(at, kExpected, scope_));
    if (text == "champion") {
      rule.limit_of = LimitOf::kChampion;
      rule.limit_metric = rule.metric;
      return NeedsChampion(at);
    }
    const auto number = ParseNumber(text);
    if (!number) return std::unexpected(WrongType(at, kExpected));
    rule.number = *number;
    return {};
  }

  Status OtherMetric(const At& at, GateRule& rule) {
    TRY(CheckKeys(at, kLimitKeys, {}));
    const At of = at.Find("of");
    const At job = at.Find("job");
    const At metric = at.Find("metric");
    if (static_cast<bool>(of) == static_cast<bool>(job)) {
      return std::unexpected(WrongAtKey(at, "must have 'of' or 'job', one of them"));
    }
    rule.limit_metric = metric ? TRY(MetricAt(metric, true)) : rule.metric;
    if (!rule.metric.contains('*') && rule.limit_metric.contains('*')) {
      return std::unexpected(
          WrongAtKey(at, "names slices by '*', but the rule's own metric is one"));
    }
    if (const At plus = at.Find("plus")) {
      const auto number = ParseNumber(TRY(ReadFilled(plus, "a number", scope_)));
      if (!number) return std::unexpected(WrongType(plus, "a number"));
      rule.number = *number;
    }
    if (job) {
      rule.limit_of = LimitOf::kJob;
      rule.limit_job = TRY(ReadFilled(job, "the name of a job", scope_));
      said_.push_back({rule.limit_job, job.where, job.node->place});
      return {};
    }
    const std::string whose = TRY(ReadText(of, "'champion' or 'candidate'"));
    if (whose == "champion") {
      rule.limit_of = LimitOf::kChampion;
      return NeedsChampion(of);
    }
    if (whose != "candidate") return std::unexpected(WrongType(of, "'champion' or 'candidate'"));
    if (!metric) return std::unexpected(WrongAtKey(at, "must have 'metric': which other one"));
    rule.limit_of = LimitOf::kCandidate;
    return {};
  }

  Status NeedsChampion(const At& at) const {
    if (gate_.champion) return {};
    return std::unexpected(Wrong(at, "asks for a champion: the gate must have the key 'champion'"));
  }

  const At at_;
  const Scope& scope_;
  std::vector<Said>& said_;
  Gate gate_;
};

}  // namespace

Result<Gate> ReadGate(const At& at, const Scope& scope, std::vector<Said>& said) {
  for (const yaml::Entry& entry : at.node->entries) {
    if (std::ranges::find(kBesideGate, entry.key) != std::end(kBesideGate)) continue;
    return std::unexpected(WrongAtKey(at.Find(entry.key), "cannot stand beside 'gate'"));
  }
  return GateReader(at.Find("gate"), scope, said).Run();
}

}  // namespace galley::pipeline
