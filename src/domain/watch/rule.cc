#include "domain/watch/rule.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "domain/rollout/contingency.h"
#include "domain/watch/condition.h"
#include "foundation/json/writer.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::watch {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kExpressionBytesMax = 1000;
constexpr std::int64_t kSpanMax = 1000;
constexpr std::int64_t kSampleMax = 1'000'000'000'000;
constexpr double kTimeMax = 1e12;
constexpr double kSecondsMax = 86'400;
constexpr double kSecondsUsual = 60;
constexpr double kMsPerSecond = 1000;
constexpr std::size_t kTextsMax = 20;
constexpr std::size_t kTextNameMax = 63;
constexpr std::size_t kTextsBytesMax = std::size_t{8} * 1024;  // As JSON.
constexpr std::string_view kOwnLabels[] = {"alertname", "monitor", "endpoint", "column"};

constexpr Field kSettings[] = {
    Of<&RuleSettings::monitor>("monitor"),
    Of<&RuleSettings::endpoint>("endpoint"),
    Of<&RuleSettings::expr>("expr").Required().Bytes(kExpressionBytesMax),
    Of<&RuleSettings::span>("span"),
    Of<&RuleSettings::min_labels>("min_labels"),
    Of<&RuleSettings::seconds>("seconds"),
    Of<&RuleSettings::min_requests>("min_requests"),
    Of<&RuleSettings::hold>("for"),
    Of<&RuleSettings::keep_firing_for>("keep_firing_for"),
    Of<&RuleSettings::no_data>("no_data"),
    Of<&RuleSettings::plan>("plan"),
    Of<&RuleSettings::labels>("labels"),
    Of<&RuleSettings::annotations>("annotations"),
};

struct Wrong {
  std::string_view key;
  std::string message;
};

std::optional<Wrong> FindMisplaced(const RuleSettings& settings) {
  if (settings.monitor.empty() == settings.endpoint.empty()) {
    return Wrong{"", settings.monitor.empty()
                         ? "must have 'monitor' or 'endpoint'"
                         : "has both 'monitor' and 'endpoint'; it must have one"};
  }
  const bool of_monitor = settings.endpoint.empty();
  const std::string_view not_here =
      of_monitor ? "is of rules with 'endpoint'" : "is of rules with 'monitor'";
  if (of_monitor && settings.seconds) return Wrong{"seconds", std::string(not_here)};
  if (of_monitor && settings.min_requests) return Wrong{"min_requests", std::string(not_here)};
  if (!of_monitor && settings.span) return Wrong{"span", std::string(not_here)};
  if (!of_monitor && settings.min_labels) return Wrong{"min_labels", std::string(not_here)};
  if (!settings.IsDrift()) return std::nullopt;
  if (!of_monitor) return Wrong{"expr", "'drift' is of rules with 'monitor'"};
  if (settings.span)
    return Wrong{"span", "has no place in a rule of 'drift': the monitor has its own"};
  if (settings.min_labels) {
    return Wrong{"min_labels", "has no place in a rule of 'drift', which needs no labels"};
  }
  return std::nullopt;
}

std::optional<Wrong> FindBeyond(const RuleSettings& settings) {
  if (settings.windows() < 1 || settings.windows() > kSpanMax) {
    return Wrong{"span", fmt::format("must be from 1 to {}, not {}", kSpanMax, settings.windows())};
  }
  if (settings.min_sample() < 0 || settings.min_sample() > kSampleMax) {
    return Wrong{settings.endpoint.empty() ? "min_labels" : "min_requests",
                 fmt::format("must be from 0 to 1e12, not {}", settings.min_sample())};
  }
  if (settings.seconds && !(*settings.seconds >= 1 && *settings.seconds <= kSecondsMax)) {
    return Wrong{"seconds", fmt::format("must be from 1 to 86400, not {}", *settings.seconds)};
  }
  for (const auto& [key, value] : {std::pair<std::string_view, double>("for", settings.hold),
                                   {"keep_firing_for", settings.keep_firing_for}}) {
    if (!(value >= 0 && value <= kTimeMax)) {
      return Wrong{key, fmt::format("must be from 0 to 1e12, not {}", value)};
    }
  }
  if (settings.no_data != "keep" && settings.no_data != "inactive" && settings.no_data != "alert") {
    return Wrong{"no_data",
                 fmt::format("must be keep, inactive or alert, not '{}'", settings.no_data)};
  }
  if (settings.plan && !rollout::CheckPlanName(*settings.plan)) {
    return Wrong{"plan",
                 fmt::format("must be freeze, degrade or rollback, not '{}'", *settings.plan)};
  }
  return std::nullopt;
}

bool IsLabelName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && name.size() <= kTextNameMax && is_letter(name[0]) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

std::optional<Wrong> FindWrongText(std::string_view key, const schema::JsonObject& object) {
  if (object.text.size() > kTextsBytesMax) {
    return Wrong{key,
                 fmt::format("has {} bytes; the limit is {}", object.text.size(), kTextsBytesMax)};
  }
  const auto texts = TextsOf(object);
  if (!texts) return Wrong{key, texts.error().message};
  if (texts->size() > kTextsMax) {
    return Wrong{key, fmt::format("has {} texts; the limit is {}", texts->size(), kTextsMax)};
  }
  for (const auto& [name, text] : *texts) {
    if (!IsLabelName(name)) {
      return Wrong{key, fmt::format("has the name '{}'; it must have 1 to {} letters, digits or "
                                    "'_', without a digit first",
                                    name, kTextNameMax)};
    }
    if (key == "labels" && std::ranges::find(kOwnLabels, name) != std::end(kOwnLabels)) {
      return Wrong{key, fmt::format("has '{}', which Galley itself sets", name)};
    }
    if (text.contains("{{")) {
      return Wrong{key,
                   fmt::format("has a template in '{}'; texts are passed on as they are", name)};
    }
  }
  return std::nullopt;
}

std::optional<Wrong> FindWrong(const RuleSettings& settings) {
  if (auto wrong = FindMisplaced(settings)) return wrong;
  if (auto wrong = FindBeyond(settings)) return wrong;
  if (!settings.IsDrift()) {
    const auto parsed = ParseCondition(
        settings.expr, settings.endpoint.empty() ? Subject::kMonitor : Subject::kEndpoint);
    if (!parsed) return Wrong{"expr", "is wrong: " + parsed.error().message};
  }
  if (auto wrong = FindWrongText("labels", settings.labels)) return wrong;
  return FindWrongText("annotations", settings.annotations);
}

/// JSON writes what is beyond 16 bits as two escapes, which YAML does not join.
std::string JoinPairs(std::string_view json) {
  constexpr std::size_t kEscape = 6;  // `\ud83d`
  const auto unit = [&json](std::size_t at) -> std::uint32_t {
    std::uint32_t value = 0;
    if (at + kEscape > json.size() || json.substr(at, 2) != "\\u") return 0;
    std::from_chars(json.data() + at + 2, json.data() + at + kEscape, value, 16);
    return value;
  };
  std::string joined;
  for (std::size_t at = 0; at < json.size(); ++at) {
    const std::uint32_t high = unit(at);
    const std::uint32_t low = unit(at + kEscape);
    if (high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000) {
      joined += fmt::format("\\U{:08x}", 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00));
      at += 2 * kEscape - 1;
      continue;
    }
    joined += json[at];
    if (json[at] == '\\' && at + 1 < json.size()) joined += json[++at];
  }
  return joined;
}

/// With texts written in one way.
Result<RuleSettings> Plain(RuleSettings settings) {
  for (schema::JsonObject* object : {&settings.labels, &settings.annotations}) {
    json::Writer writer;
    writer.BeginObject();
    for (const auto& [name, text] : TRY(TextsOf(*object))) writer.Key(name).String(text);
    writer.EndObject();
    object->text = std::move(writer).Take();
  }
  return settings;
}

}  // namespace

const schema::Message RuleSettings::kSchema{"RuleSettings", kSettings};

bool RuleSettings::IsDrift() const {
  const auto first = expr.find_first_not_of(" \t\n\r");
  const auto last = expr.find_last_not_of(" \t\n\r");
  return first != std::string::npos &&
         std::string_view(expr).substr(first, last - first + 1) == "drift";
}

std::int64_t RuleSettings::period_ms() const {
  return std::llround(seconds.value_or(kSecondsUsual) * kMsPerSecond);
}

Timing RuleSettings::timing() const {
  const NoData what = no_data == "alert"      ? NoData::kAlert
                      : no_data == "inactive" ? NoData::kInactive
                                              : NoData::kKeep;
  return {.hold = hold, .keep = keep_firing_for, .no_data = what};
}

Result<RuleSettings> ReadRule(const yaml::Document& document, const yaml::Node& node,
                              const std::string& where) {
  auto settings = TRY(yaml::Decode<RuleSettings>(document, node, where));
  if (const auto wrong = FindWrong(settings)) {
    const std::string name = wrong->key.empty() ? where : fmt::format("{}.{}", where, wrong->key);
    const yaml::Place place = wrong->key.empty() ? node.place : yaml::PlaceOf(node, wrong->key);
    return std::unexpected(
        yaml::ErrorAt(document, place, fmt::format("'{}' {}", name, wrong->message)));
  }
  return Plain(std::move(settings));
}

Result<RuleSettings> Checked(RuleSettings settings) {
  const auto wrong = FindWrong(settings);
  if (!wrong) return Plain(std::move(settings));
  if (wrong->key.empty()) return Fail(Code::kInvalidArgument, "it {}", wrong->message);
  return Fail(Code::kInvalidArgument, "'{}' {}", wrong->key, wrong->message);
}

Result<RuleSettings> ParseRule(std::string_view json) {
  auto settings = schema::FromJson<RuleSettings>(json, {.refuse_unknown = true});
  if (!settings) return std::unexpected(schema::ErrorOf(settings.error()));
  return Checked(*std::move(settings));
}

std::string SettingsJson(const RuleSettings& settings) {
  return schema::ToJson(settings, schema::EmptyLists::kWrite);
}

// JSON is YAML, whose reader keeps an object's members.
Result<std::vector<std::pair<std::string, std::string>>> TextsOf(const schema::JsonObject& object) {
  std::vector<std::pair<std::string, std::string>> texts;
  const auto parsed = yaml::Parse(JoinPairs(object.text), "it");
  if (!parsed) return Fail(Code::kInvalidArgument, "cannot be read: {}", parsed.error().message);
  for (const yaml::Entry& entry : parsed->root.entries) {
    if (entry.value.kind != yaml::Kind::kText) {
      return Fail(Code::kInvalidArgument, "has a '{}' that is {}; it must be a text, in quotes",
                  entry.key, yaml::KindName(entry.value.kind));
    }
    texts.emplace_back(entry.key, entry.value.text);
  }
  return texts;
}

Status CheckAgainst(const RuleSettings& settings, const observe::Monitor& monitor) {
  const auto lacks = [&](std::string_view key) {
    return Fail(Code::kFailedPrecondition, "'{}' needs '{}', which the monitor '{}' has not",
                settings.expr, key, monitor.name);
  };
  if (settings.IsDrift()) {
    if (!monitor.settings.drift) return lacks("drift");
    return {};
  }
  for (const Comparison& it : TRY(ParseCondition(settings.expr, Subject::kMonitor))) {
    const bool of_conversion = it.metric.starts_with("conversion");
    if (of_conversion && monitor.settings.conversion.empty()) return lacks("conversion");
    if (it.metric == "cost" && monitor.settings.cost.empty()) return lacks("cost");
  }
  return {};
}

}  // namespace galley::watch
