#include "domain/watch/condition.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "domain/watch/rule.h"
#include "foundation/stats/interval.h"

namespace galley::watch {
namespace {

using expr::Node;
using expr::Op;
using observe::QualityCounts;
using observe::Traffic;
using Maybe = std::optional<double>;

constexpr double kMillion = 1e6;

constexpr expr::Spelling kOperators[] = {
    {"<", Op::kLess},   {"<=", Op::kLessEqual}, {">", Op::kGreater}, {">=", Op::kGreaterEqual},
    {"==", Op::kEqual}, {"!=", Op::kNotEqual},  {"AND", Op::kAnd},   {"=", Op::kEqual, false}};
constexpr expr::Grammar kGrammar{.operators = kOperators,
                                 .quotes = {},
                                 .parentheses = false,
                                 .limits = {.bytes = 1000, .clauses = 20}};

Maybe Ratio(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

stats::Interval AccuracyInterval(const QualityCounts& counts) {
  return stats::WilsonInterval(static_cast<double>(counts.true_positives + counts.true_negatives),
                               static_cast<double>(counts.labels()));
}

stats::Interval ConversionInterval(const QualityCounts& counts) {
  return stats::WilsonInterval(static_cast<double>(counts.conversions),
                               static_cast<double>(counts.predictions));
}

template <typename T>
struct Metric {
  std::string_view name;
  Maybe (*of)(const T&);
};

constexpr Metric<QualityCounts> kOfMonitor[] = {
    {"accuracy", [](const QualityCounts& c) { return c.Accuracy(); }},
    {"accuracy_low",
     [](const QualityCounts& c) {
       return c.Accuracy() ? Maybe(AccuracyInterval(c).low) : std::nullopt;
     }},
    {"accuracy_high",
     [](const QualityCounts& c) {
       return c.Accuracy() ? Maybe(AccuracyInterval(c).high) : std::nullopt;
     }},
    {"balanced_accuracy", [](const QualityCounts& c) { return c.BalancedAccuracy(); }},
    {"precision", [](const QualityCounts& c) { return c.Precision(); }},
    {"recall", [](const QualityCounts& c) { return c.Recall(); }},
    {"log_loss", [](const QualityCounts& c) { return c.LogLoss(); }},
    {"brier", [](const QualityCounts& c) { return c.Brier(); }},
    {"base_rate", [](const QualityCounts& c) { return c.BaseRate(); }},
    {"conversion", [](const QualityCounts& c) { return c.Conversion(); }},
    {"conversion_low",
     [](const QualityCounts& c) {
       return c.Conversion() ? Maybe(ConversionInterval(c).low) : std::nullopt;
     }},
    {"conversion_high",
     [](const QualityCounts& c) {
       return c.Conversion() ? Maybe(ConversionInterval(c).high) : std::nullopt;
     }},
    {"cost",
     [](const QualityCounts& c) {
       return c.cost_labels > 0 ? Maybe(static_cast<double>(c.cost_e6) / kMillion) : std::nullopt;
     }},
    {"coverage", [](const QualityCounts& c) { return Ratio(c.labels(), c.predictions); }},
    {"labels", [](const QualityCounts& c) { return Maybe(static_cast<double>(c.labels())); }},
    {"predictions",
     [](const QualityCounts& c) { return Maybe(static_cast<double>(c.predictions)); }},
};
constexpr Metric<Traffic> kOfEndpoint[] = {
    {"p50_ms", [](const Traffic& t) { return t.QuantileMs(0.5); }},
    {"p90_ms", [](const Traffic& t) { return t.QuantileMs(0.9); }},
    {"p95_ms", [](const Traffic& t) { return t.QuantileMs(0.95); }},
    {"p99_ms", [](const Traffic& t) { return t.QuantileMs(0.99); }},
    {"error_ratio", [](const Traffic& t) { return Ratio(t.failed, t.requests); }},
    {"degraded_ratio", [](const Traffic& t) { return Ratio(t.degraded, t.requests); }},
    {"requests", [](const Traffic& t) { return Maybe(static_cast<double>(t.requests)); }},
};

template <typename T>
Status CheckName(std::span<const Metric<T>> metrics, const Node& name, std::string_view text) {
  const std::string_view wanted = text.substr(name.offset, name.length);
  if (std::ranges::find(metrics, wanted, &Metric<T>::name) != metrics.end()) return {};
  std::string names;
  for (const auto& metric : metrics) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", metric.name);
  }
  return Fail(Code::kInvalidArgument, "there is no metric '{}'; there are: {}", wanted, names);
}

Result<Comparison> ComparisonOf(const expr::Expression& parsed, expr::NodeId id,
                                std::string_view text, Subject subject) {
  const Node& node = parsed[id];
  if (node.kind != Node::Kind::kCompare) {
    return Fail(Code::kInvalidArgument, "position {}: a comparison such as 'accuracy < 0.9' is due",
                expr::PositionOf(text, node.offset));
  }
  const Node& left = parsed[node.children[0]];
  const Node& right = parsed[node.children[1]];
  if (right.kind != Node::Kind::kNumber || !std::isfinite(right.number)) {
    return Fail(Code::kInvalidArgument, "position {}: a number is due",
                expr::PositionOf(text, right.offset));
  }
  TRY(subject == Subject::kMonitor ? CheckName<QualityCounts>(kOfMonitor, left, text)
                                   : CheckName<Traffic>(kOfEndpoint, left, text));
  return Comparison{.metric = std::string(text.substr(left.offset, left.length)),
                    .op = node.op,
                    .limit = right.number};
}

template <typename T>
Result<Reading> ReadOf(std::span<const Metric<T>> metrics, Subject subject,
                       const RuleSettings& settings, const T& from, std::int64_t sample) {
  Reading reading{.seen = Seen::kHit, .sample = sample};
  for (const Comparison& it : TRY(ParseCondition(settings.expr, subject))) {
    const Maybe value = std::ranges::find(metrics, it.metric, &Metric<T>::name)->of(from);
    const bool is_first = !reading.limit;
    const bool holds = value && it.Holds(*value);
    if (is_first || !holds) {
      reading.value = value;
      reading.limit = it.limit;
    }
    if (holds) continue;
    reading.seen = value ? Seen::kMiss : Seen::kNoData;
    break;
  }
  if (sample < settings.min_sample()) reading.seen = Seen::kNoData;
  return reading;
}

}  // namespace

bool Comparison::Holds(double value) const {
  switch (op) {
    case Op::kLess: return value < limit;
    case Op::kLessEqual: return value <= limit;
    case Op::kGreater: return value > limit;
    case Op::kGreaterEqual: return value >= limit;
    case Op::kNotEqual: return value != limit;
    default: return value == limit;
  }
}

Result<std::vector<Comparison>> ParseCondition(std::string_view text, Subject subject) {
  const expr::Expression parsed = TRY(expr::Parse(text, kGrammar));
  const Node& root = parsed[*parsed.root];
  std::vector<Comparison> comparisons;
  if (root.kind == Node::Kind::kAnd) {
    for (const expr::NodeId child : root.children) {
      comparisons.push_back(TRY(ComparisonOf(parsed, child, text, subject)));
    }
  } else {
    comparisons.push_back(TRY(ComparisonOf(parsed, *parsed.root, text, subject)));
  }
  return comparisons;
}

Result<Reading> Read(const RuleSettings& settings, const QualityCounts& counts) {
  return ReadOf<QualityCounts>(kOfMonitor, Subject::kMonitor, settings, counts, counts.labels());
}

Result<Reading> Read(const RuleSettings& settings, const Traffic& traffic) {
  return ReadOf<Traffic>(kOfEndpoint, Subject::kEndpoint, settings, traffic, traffic.requests);
}

}  // namespace galley::watch
