#include "domain/rollout/strategy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"
#include "foundation/stats/evidence.h"

namespace galley::rollout {
namespace {

using schema::Field;
using schema::Of;
using Kind = PlannedStep::Kind;

constexpr std::int64_t kWhole = 1000;
constexpr double kPercent = 100;
constexpr std::size_t kStepsMax = 100;
constexpr std::size_t kNameMax = 63;
constexpr std::size_t kTextMax = 200;
constexpr std::size_t kDefaultMax = 1000;
constexpr std::size_t kConditionsMax = 20;
constexpr std::size_t kLambdasMax = 100;
constexpr std::int64_t kWindowsMax = 10'000;
constexpr std::int64_t kRowsMax = 1'000'000'000'000;
constexpr std::int64_t kShadowsMax = 5;
constexpr std::int64_t kDurationMsMax = 1000LL * 86'400 * 366;
constexpr std::int64_t kMinRequestsMax = 1'000'000;
constexpr double kMsMax = 1e9;

constexpr std::array<std::string_view, 4> kNoData = {"wait", "inconclusive", "fail", "pass"};
constexpr std::array<std::string_view, 2> kOtherwise = {"rollback", "pause"};
constexpr std::array<std::string_view, 8> kMetrics = {"accuracy", "balanced_accuracy", "precision",
                                                      "recall",   "base_rate",         "log_loss",
                                                      "brier",    "conversion"};
constexpr std::array<std::string_view, 4> kRelations = {">=", "<=", ">", "<"};

constexpr Field kMirror[] = {Of<&MirrorSettings::percent>("percent")};
constexpr Field kPause[] = {Of<&PauseSettings::duration>("duration").Bytes(kNameMax),
                            Of<&PauseSettings::windows>("windows"),
                            Of<&PauseSettings::monitor>("monitor").Bytes(kNameMax)};
constexpr Field kAnalysis[] = {
    Of<&AnalysisSettings::monitor>("monitor").Required().Bytes(kNameMax),
    Of<&AnalysisSettings::bound>("bound"),
    Of<&AnalysisSettings::block_scale>("block_scale"),
    Of<&AnalysisSettings::lambdas>("lambdas").Items(kLambdasMax),
    Of<&AnalysisSettings::max_windows>("max_windows"),
    Of<&AnalysisSettings::min_windows>("min_windows"),
    Of<&AnalysisSettings::min_rows>("min_rows"),
    Of<&AnalysisSettings::no_data>("noData"),
    Of<&AnalysisSettings::on_inconclusive>("onInconclusive"),
    Of<&AnalysisSettings::on_failure>("onFailure"),
    Of<&AnalysisSettings::conditions>("conditions").Bytes(kTextMax).Items(kConditionsMax),
};
constexpr Field kStep[] = {
    Of<&StepSettings::set_weight>("setWeight"), Of<&StepSettings::mirror>("mirror"),
    Of<&StepSettings::analysis>("analysis"), Of<&StepSettings::pause>("pause")};
constexpr Field kCanary[] = {Of<&CanarySettings::steps>("steps").Required().Items(kStepsMax),
                             Of<&CanarySettings::keep_shadow>("keepShadow")};
constexpr Field kBlueGreen[] = {
    Of<&BlueGreenSettings::preview>("preview"),
    Of<&BlueGreenSettings::pre_promotion>("prePromotionAnalysis"),
    Of<&BlueGreenSettings::post_promotion>("postPromotionAnalysis"),
    Of<&BlueGreenSettings::auto_promotion>("autoPromotion"),
    Of<&BlueGreenSettings::scale_down_delay>("scaleDownDelay"),
    Of<&BlueGreenSettings::keep_shadow>("keepShadow"),
};
constexpr Field kStrategy[] = {Of<&Strategy::canary>("canary"),
                               Of<&Strategy::blue_green>("blueGreen")};
constexpr Field kStickiness[] = {Of<&Stickiness::key>("key").Required().Bytes(kTextMax),
                                 Of<&Stickiness::seed>("seed").Bytes(kTextMax)};
constexpr Field kFallback[] = {Of<&Fallback::default_answer>("default").Required()};
constexpr Field kEndpoint[] = {Of<&EndpointSettings::stickiness>("stickiness"),
                               Of<&EndpointSettings::guardrails>("guardrails"),
                               Of<&EndpointSettings::fallback>("fallback"),
                               Of<&EndpointSettings::strategy>("strategy")};

struct Wrong {
  std::string key;
  std::string message;
};
using MaybeWrong = std::optional<Wrong>;

template <std::size_t kCount>
std::size_t PlaceIn(const std::array<std::string_view, kCount>& words, std::string_view word) {
  return static_cast<std::size_t>(std::ranges::find(words, word) - words.begin());
}

template <std::size_t kCount>
MaybeWrong OneOf(const std::array<std::string_view, kCount>& words, std::string_view word,
                 std::string key) {
  if (PlaceIn(words, word) < kCount) return std::nullopt;
  std::string names;
  for (const auto& name : words) names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  return Wrong{std::move(key), fmt::format("must be one of {}, not '{}'", names, word)};
}

MaybeWrong Within(std::int64_t value, std::int64_t low, std::int64_t high, std::string key) {
  if (value >= low && value <= high) return std::nullopt;
  return Wrong{std::move(key), fmt::format("must be from {} to {}, not {}", low, high, value)};
}

/// Thousandths of a percentage; null if it is none of a tenth.
std::optional<std::int64_t> Thousandths(double percent) {
  const double share = percent * static_cast<double>(kWhole) / kPercent;
  if (!(percent >= 0 && percent <= kPercent)) return std::nullopt;
  if (std::abs(share - std::round(share)) > 1e-6) return std::nullopt;
  return static_cast<std::int64_t>(std::round(share));
}

MaybeWrong WrongShare(double percent, std::string key) {
  if (Thousandths(percent)) return std::nullopt;
  return Wrong{std::move(key),
               fmt::format("must be a percentage from 0 to 100, in steps of 0.1, not {}", percent)};
}

/// `10m` in milliseconds.
std::optional<std::int64_t> DurationMs(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 1 || number > kDurationMsMax) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  for (const auto& [name, ms] : kUnits) {
    if (unit == name && number <= kDurationMsMax / ms) return number * ms;
  }
  return std::nullopt;
}

MaybeWrong FindWrong(const PauseSettings& pause, const std::string& at) {
  if (!pause.duration.empty() && pause.windows) {
    return Wrong{at, "must have 'duration' or 'windows', not both"};
  }
  if (!pause.duration.empty() && !DurationMs(pause.duration)) {
    return Wrong{at + ".duration",
                 fmt::format("must be a whole number with ms, s, m, h or d, at most 366d, not '{}'",
                             pause.duration)};
  }
  if (pause.windows.has_value() != !pause.monitor.empty()) {
    return Wrong{at, "must have 'windows' and 'monitor' together"};
  }
  return pause.windows ? Within(*pause.windows, 1, kWindowsMax, at + ".windows") : std::nullopt;
}

stats::EvidenceOptions OptionsOf(const AnalysisSettings& analysis) {
  stats::EvidenceOptions options{.block_scale = analysis.block_scale, .bound = analysis.bound};
  if (!analysis.lambdas.empty()) options.lambdas = analysis.lambdas;
  return options;
}

MaybeWrong FindWrong(const AnalysisSettings& analysis, const std::string& at) {
  if (const auto valid = stats::Validate(OptionsOf(analysis)); !valid) {
    const std::string& text = valid.error().message;  // `bound: 0.5 is not above 1`
    const auto colon = text.find(": ");
    return Wrong{at + "." + text.substr(0, colon), "is wrong: " + text.substr(colon + 2)};
  }
  MaybeWrong wrong = Within(analysis.max_windows, 1, kWindowsMax, at + ".max_windows");
  if (!wrong) {
    wrong = Within(analysis.min_windows, 1, analysis.max_windows, at + ".min_windows");
  }
  if (!wrong) wrong = Within(analysis.min_rows, 0, kRowsMax, at + ".min_rows");
  if (!wrong) wrong = OneOf(kNoData, analysis.no_data, at + ".noData");
  if (!wrong) wrong = OneOf(kOtherwise, analysis.on_inconclusive, at + ".onInconclusive");
  if (!wrong) wrong = OneOf(kOtherwise, analysis.on_failure, at + ".onFailure");
  for (std::size_t i = 0; !wrong && i < analysis.conditions.size(); ++i) {
    if (const auto read = ParseCondition(analysis.conditions[i]); !read) {
      wrong = Wrong{fmt::format("{}.conditions[{}]", at, i), read.error().message};
    }
  }
  return wrong;
}

MaybeWrong FindWrong(const StepSettings& step, const std::string& at) {
  const int said =
      static_cast<int>(step.set_weight.has_value()) + static_cast<int>(step.mirror.has_value()) +
      static_cast<int>(step.analysis.has_value()) + static_cast<int>(step.pause.has_value());
  if (said != 1) {
    return Wrong{at, fmt::format("must be one of setWeight, mirror, analysis, pause, not {} of "
                                 "them; a pause without end is 'pause: {{}}'",
                                 said)};
  }
  if (step.set_weight) return WrongShare(*step.set_weight, at + ".setWeight");
  if (step.mirror) return WrongShare(step.mirror->percent, at + ".mirror.percent");
  if (step.analysis) return FindWrong(*step.analysis, at + ".analysis");
  return FindWrong(*step.pause, at + ".pause");
}

MaybeWrong FindWrong(const CanarySettings& canary, const std::string& at) {
  bool is_asked = false;
  for (std::size_t i = 0; i < canary.steps.size(); ++i) {
    const std::string here = fmt::format("{}.steps[{}]", at, i);
    if (auto wrong = FindWrong(canary.steps[i], here)) return wrong;
    const StepSettings& step = canary.steps[i];
    is_asked =
        is_asked || step.set_weight.value_or(0) > 0 || (step.mirror && step.mirror->percent > 0);
    if (step.analysis && !is_asked) {
      return Wrong{here + ".analysis",
                   "has nothing to look at: no step before it asks the challenger (setWeight or "
                   "mirror)"};
    }
  }
  return Within(canary.keep_shadow, 0, kShadowsMax, at + ".keepShadow");
}

MaybeWrong FindWrong(const BlueGreenSettings& blue_green, const std::string& at) {
  MaybeWrong wrong;
  if (blue_green.preview) wrong = WrongShare(blue_green.preview->percent, at + ".preview.percent");
  if (!wrong && blue_green.pre_promotion) {
    wrong = FindWrong(*blue_green.pre_promotion, at + ".prePromotionAnalysis");
    if (!wrong && (!blue_green.preview || blue_green.preview->percent == 0)) {
      wrong = Wrong{at + ".prePromotionAnalysis",
                    "has nothing to look at: without 'preview' nobody asks the challenger"};
    }
  }
  if (!wrong && blue_green.post_promotion) {
    wrong = FindWrong(*blue_green.post_promotion, at + ".postPromotionAnalysis");
  }
  if (!wrong && blue_green.scale_down_delay) {
    wrong = FindWrong(*blue_green.scale_down_delay, at + ".scaleDownDelay");
  }
  if (!wrong) wrong = Within(blue_green.keep_shadow, 0, kShadowsMax, at + ".keepShadow");
  return wrong;
}

MaybeWrong FindWrong(const Strategy& strategy, const std::string& at) {
  if (strategy.canary.has_value() == strategy.blue_green.has_value()) {
    return Wrong{at, "must have 'canary' or 'blueGreen', one of them"};
  }
  if (strategy.canary) return FindWrong(*strategy.canary, at + ".canary");
  return FindWrong(*strategy.blue_green, at + ".blueGreen");
}

MaybeWrong FindWrong(const snapshot::Guardrails& guardrails) {
  if (auto wrong = Within(guardrails.min_requests, 1, kMinRequestsMax, "guardrails.min_requests")) {
    return wrong;
  }
  if (!guardrails.max_error_ratio && !guardrails.max_p99_ms) {
    return Wrong{"guardrails", "must have 'max_error_ratio' or 'max_p99_ms'"};
  }
  const double ratio = guardrails.max_error_ratio.value_or(0);
  if (!(ratio >= 0 && ratio < 1)) {
    return Wrong{"guardrails.max_error_ratio",
                 fmt::format("must be from 0 to below 1, not {}", ratio)};
  }
  const double ms = guardrails.max_p99_ms.value_or(1);
  if (ms > 0 && ms <= kMsMax) return std::nullopt;
  return Wrong{"guardrails.max_p99_ms", fmt::format("must be above 0 and at most 1e9, not {}", ms)};
}

MaybeWrong FindWrong(const EndpointSettings& settings) {
  if (settings.guardrails) {
    if (auto wrong = FindWrong(*settings.guardrails)) return wrong;
  }
  if (settings.fallback) {
    const std::size_t size = settings.fallback->default_answer.text.size();
    if (size == 0 || size > kDefaultMax) {
      return Wrong{
          "fallback.default",
          fmt::format("must be a number, a text, true or false of at most {} bytes", kDefaultMax)};
    }
  }
  return settings.strategy ? FindWrong(*settings.strategy, "strategy") : std::nullopt;
}

PlannedStep PauseStep(const PauseSettings& pause) {
  PlannedStep step{.kind = Kind::kPause, .monitor = pause.monitor, .windows = pause.windows};
  if (!pause.duration.empty()) step.duration_ms = DurationMs(pause.duration);
  return step;
}

PlannedStep AnalysisStep(const AnalysisSettings& analysis) {
  return {.kind = Kind::kAnalysis,
          .monitor = analysis.monitor,
          .no_data = static_cast<NoData>(PlaceIn(kNoData, analysis.no_data)),
          .on_inconclusive = static_cast<Otherwise>(PlaceIn(kOtherwise, analysis.on_inconclusive)),
          .on_failure = static_cast<Otherwise>(PlaceIn(kOtherwise, analysis.on_failure))};
}

PlannedStep ShareStep(Kind kind, double percent) {
  return {.kind = kind, .share = Thousandths(percent).value_or(0)};
}

using Planned = std::pair<PlannedStep, const AnalysisSettings*>;

std::vector<Planned> Steps(const BlueGreenSettings& blue_green) {
  std::vector<Planned> steps;
  if (blue_green.preview) {
    steps.emplace_back(ShareStep(Kind::kMirror, blue_green.preview->percent), nullptr);
  }
  if (const auto& pre = blue_green.pre_promotion) steps.emplace_back(AnalysisStep(*pre), &*pre);
  if (!blue_green.auto_promotion) steps.emplace_back(PlannedStep{}, nullptr);
  steps.emplace_back(ShareStep(Kind::kSetWeight, kPercent), nullptr);
  if (const auto& post = blue_green.post_promotion) steps.emplace_back(AnalysisStep(*post), &*post);
  if (const auto& delay = blue_green.scale_down_delay) {
    steps.emplace_back(PauseStep(*delay), nullptr);
  }
  return steps;
}

std::vector<Planned> Steps(const Strategy& strategy) {
  if (strategy.blue_green) return Steps(*strategy.blue_green);
  std::vector<Planned> steps;
  if (!strategy.canary) return steps;
  for (const StepSettings& step : strategy.canary->steps) {
    if (step.set_weight) steps.emplace_back(ShareStep(Kind::kSetWeight, *step.set_weight), nullptr);
    if (step.mirror) steps.emplace_back(ShareStep(Kind::kMirror, step.mirror->percent), nullptr);
    if (step.analysis) steps.emplace_back(AnalysisStep(*step.analysis), &*step.analysis);
    if (step.pause) steps.emplace_back(PauseStep(*step.pause), nullptr);
  }
  return steps;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

template <typename T>
Result<T> Parse(std::string_view json) {
  auto parsed = schema::FromJson<T>(json, {.refuse_unknown = true});
  if (parsed) return *std::move(parsed);
  return std::unexpected(schema::ErrorOf(parsed.error()));
}

}  // namespace

const schema::Message MirrorSettings::kSchema{"MirrorSettings", kMirror};
const schema::Message PauseSettings::kSchema{"PauseSettings", kPause};
const schema::Message AnalysisSettings::kSchema{"AnalysisSettings", kAnalysis};
const schema::Message StepSettings::kSchema{"StepSettings", kStep};
const schema::Message CanarySettings::kSchema{"CanarySettings", kCanary};
const schema::Message BlueGreenSettings::kSchema{"BlueGreenSettings", kBlueGreen};
const schema::Message Strategy::kSchema{"Strategy", kStrategy};
const schema::Message Stickiness::kSchema{"Stickiness", kStickiness};
const schema::Message Fallback::kSchema{"Fallback", kFallback};
const schema::Message EndpointSettings::kSchema{"EndpointSettings", kEndpoint};

Result<EndpointSettings> ReadEndpoint(const yaml::Document& document, const yaml::Node& node,
                                      const std::string& where) {
  auto settings = TRY(yaml::Decode<EndpointSettings>(document, node, where));
  if (const auto wrong = FindWrong(settings)) {
    return std::unexpected(
        yaml::ErrorAt(document, yaml::PlaceOf(node, wrong->key),
                      fmt::format("'{}.{}' {}", where, wrong->key, wrong->message)));
  }
  return settings;
}

Result<EndpointSettings> ParseEndpoint(std::string_view json) {
  auto settings = TRY(Parse<EndpointSettings>(json));
  if (const auto wrong = FindWrong(settings)) {
    return Fail(Code::kInvalidArgument, "'{}' {}", wrong->key, wrong->message);
  }
  return settings;
}

std::string SettingsJson(const EndpointSettings& settings) {
  return schema::ToJson(settings, schema::EmptyLists::kOmit);
}

Result<Strategy> ParseStrategy(std::string_view json) {
  return Parse<Strategy>(json);
}

std::string StrategyJson(const Strategy& strategy) {
  return schema::ToJson(strategy, schema::EmptyLists::kOmit);
}

Plan PlanOf(const Strategy& strategy) {
  Plan plan;
  for (auto& [step, analysis] : Steps(strategy)) plan.steps.push_back(std::move(step));
  return plan;
}

const AnalysisSettings* AnalysisOf(const Strategy& strategy, std::int64_t step) {
  const auto steps = Steps(strategy);
  if (step < 0 || step >= std::ssize(steps)) return nullptr;
  return steps[static_cast<std::size_t>(step)].second;
}

std::string Describe(const PlannedStep& step) {
  const double percent = static_cast<double>(step.share) * kPercent / static_cast<double>(kWhole);
  switch (step.kind) {
    case Kind::kSetWeight: return fmt::format("setWeight: {} %", percent);
    case Kind::kMirror: return fmt::format("mirror: {} %", percent);
    case Kind::kAnalysis: return fmt::format("analysis of monitor {}", step.monitor);
    case Kind::kPause: break;
  }
  if (step.windows) return fmt::format("pause: {} windows of {}", *step.windows, step.monitor);
  if (step.duration_ms) return fmt::format("pause: {} ms", *step.duration_ms);
  return "pause until promoted or resumed";
}

Result<Condition> ParseCondition(std::string_view text) {
  for (const std::string_view relation : kRelations) {
    const auto at = text.find(relation);
    if (at == std::string_view::npos) continue;
    Condition condition{.metric = std::string(Trimmed(text.substr(0, at))),
                        .relation = std::string(relation)};
    if (const auto wrong = OneOf(kMetrics, condition.metric, "")) {
      return Fail(Code::kInvalidArgument, "begins with '{}', which {}", condition.metric,
                  wrong->message);
    }
    const std::string_view number = Trimmed(text.substr(at + relation.size()));
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), condition.limit);
    if (error == std::errc() && end == number.data() + number.size() &&
        std::isfinite(condition.limit)) {
      return condition;
    }
    break;
  }
  return Fail(Code::kInvalidArgument, "must be METRIC >= NUMBER, with >=, >, <= or <, not '{}'",
              text);
}

}  // namespace galley::rollout
