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

Maybe AccuracyBound(const QualityCounts& counts, bool is_high) {
  if (!counts.Accuracy()) return std::nullopt;
  const auto interval =
      stats::WilsonInterval(static_cast<double>(counts.true_positives + counts.true_negatives),
                            static_cast<double>(counts.labels()));
  return is_high ? interval.high : interval.low;
}

Maybe ConversionBound(const QualityCounts& counts, bool is_high) {
  if (!counts.Conversion()) return std::nullopt;
  const auto interval = stats::WilsonInterval(static_cast<double>(counts.conversions),
                                              static_cast<double>(counts.predictions));
  return is_high ? interval.high : interval.low;
}

Maybe Cost(const QualityCounts& counts) {
  if (counts.cost_labels == 0) return std::nullopt;
  return static_cast<double>(counts.cost_e6) / kMillion;
}

template <typename T>
using Function = Maybe (*)(const T&);

template <typename T>
struct Metric {
  std::string_view name;
  Function<T> of;
};

/// A method, a bound of an interval, a number of rows, a quantile, a share: as a function.
template <auto kMethod>
constexpr Function<QualityCounts> kBy = [](const QualityCounts& c) { return (c.*kMethod)(); };
template <auto kBound, bool kIsHigh>
constexpr Function<QualityCounts> kEnd = [](const QualityCounts& c) { return kBound(c, kIsHigh); };
template <typename T, auto kCount>
constexpr Function<T> kNumber = [](const T& of) { return Maybe(static_cast<double>(of.*kCount)); };
template <int kPercent>
constexpr Function<Traffic> kQuantile =
    [](const Traffic& t) { return t.QuantileMs(kPercent / 1e2); };
template <auto kPart>
constexpr Function<Traffic> kShare = [](const Traffic& t) { return Ratio(t.*kPart, t.requests); };
Maybe Labels(const QualityCounts& counts) {
  return static_cast<double>(counts.labels());
}
Maybe Coverage(const QualityCounts& counts) {
  return Ratio(counts.labels(), counts.predictions);
}

constexpr Metric<QualityCounts> kOfMonitor[] = {
    {"accuracy", kBy<&QualityCounts::Accuracy>},
    {"accuracy_low", kEnd<&AccuracyBound, false>},
    {"accuracy_high", kEnd<&AccuracyBound, true>},
    {"balanced_accuracy", kBy<&QualityCounts::BalancedAccuracy>},
    {"precision", kBy<&QualityCounts::Precision>},
    {"recall", kBy<&QualityCounts::Recall>},
    {"log_loss", kBy<&QualityCounts::LogLoss>},
    {"brier", kBy<&QualityCounts::Brier>},
    {"base_rate", kBy<&QualityCounts::BaseRate>},
    {"conversion", kBy<&QualityCounts::Conversion>},
    {"conversion_low", kEnd<&ConversionBound, false>},
    {"conversion_high", kEnd<&ConversionBound, true>},
    {"cost", &Cost},
    {"coverage", &Coverage},
    {"labels", &Labels},
    {"predictions", kNumber<QualityCounts, &QualityCounts::predictions>},
};
constexpr Metric<Traffic> kOfEndpoint[] = {
    {"p50_ms", kQuantile<50>},
    {"p90_ms", kQuantile<90>},
    {"p95_ms", kQuantile<95>},
    {"p99_ms", kQuantile<99>},
    {"error_ratio", kShare<&Traffic::failed>},
    {"degraded_ratio", kShare<&Traffic::degraded>},
    {"requests", kNumber<Traffic, &Traffic::requests>},
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
