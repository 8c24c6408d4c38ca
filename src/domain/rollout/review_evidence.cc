#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "domain/observe/windows.h"
#include "domain/rollout/judge.h"
#include "domain/rollout/review.h"
#include "foundation/stats/evidence.h"
#include "foundation/stats/outlook.h"
#include "foundation/stats/sequential.h"

namespace galley::rollout {
namespace {

constexpr double kLevel = 0.95;
constexpr double kTunedFor = 5'000;       // As GrowthBook's gbstats.
constexpr double kShareTunedFor = 1'000;  // Of one variant, which has fewer.
constexpr std::size_t kPointsMax = 60;
constexpr std::size_t kPointBlocksMax = 20'000;  // That points look at together: some 10 ms.

/// An analysis as it is looked at here: the one that goes on, or the newest that began, or the
/// first of those to come.
struct Scene {
  const ReviewStep* step = nullptr;
  const AnalysisSettings* analysis = nullptr;
  std::optional<std::int64_t> began;  ///< Windows after this one count; null: all.
  std::optional<std::int64_t> last;   ///< The newest that was looked at; null: none was.
  const PastLook* look = nullptr;     ///< At that one.
  bool is_over = false;               ///< It looks at nothing more.
};

Scene SceneOf(const Rollout& rollout, const std::vector<ReviewStep>& steps,
              const std::vector<PastLook>& looks) {
  Scene scene;
  for (const ReviewStep& step : steps) {
    if (step.kind == "analysis" && (step.started_ms || scene.step == nullptr)) scene.step = &step;
  }
  if (scene.step == nullptr) return scene;
  scene.analysis = AnalysisOf(rollout.strategy, scene.step->number - 1);
  scene.is_over = scene.step->state != "now" || !rollout.state.blocked.empty();
  if (!scene.step->started_ms) return scene;
  const State& state = rollout.state;
  const bool is_now = scene.step->number == state.step + 1;
  if (looks.empty()) return scene;
  const PastLook& newest = looks.back();
  if (is_now && newest.attempt != state.attempt) return scene;  // Began anew.
  scene.look = &newest;
  scene.last = newest.look.window;
  if (newest.attempt == state.attempt) {
    scene.began = state.began;
  } else {
    // It looked at each window that closed, from the first after its beginning on.
    const auto first = std::ranges::find(looks, newest.attempt, &PastLook::attempt);
    scene.began = first->look.window - 1;
  }
  return scene;
}

std::string StateOf(const Scene& scene) {
  if (scene.look == nullptr) return "no_data";
  const std::string& verdict = scene.look->verdict;
  if (verdict == "none") return "undecided";
  return verdict == "no data" ? "no_data" : verdict;
}

/// Successes of n, which may be looked at as often as one likes.
ArmFigures Share(double successes, double n) {
  ArmFigures figures{.n = static_cast<std::int64_t>(n), .value = {}, .lo = {}, .hi = {}};
  if (n <= 0) return figures;
  const auto interval =
      stats::BernoulliConfidenceSequence(successes, n, kShareTunedFor, 1 - kLevel);
  figures.value = successes / n;
  figures.lo = interval.low;
  figures.hi = interval.high;
  return figures;
}

/// What a metric is of counts, with its interval where it is a share of rows.
ArmFigures FiguresOf(std::string_view metric, const observe::QualityCounts& counts) {
  const auto part = [](std::int64_t yes, std::int64_t no) {
    return Share(static_cast<double>(yes), static_cast<double>(yes + no));
  };
  if (metric == "accuracy") {
    return part(counts.true_positives + counts.true_negatives,
                counts.false_positives + counts.false_negatives);
  }
  if (metric == "precision") return part(counts.true_positives, counts.false_positives);
  if (metric == "recall") return part(counts.true_positives, counts.false_negatives);
  if (metric == "conversion") {
    return part(counts.conversions, counts.predictions - counts.conversions);
  }
  return {.n = counts.labels(), .value = MetricOf(metric, counts), .lo = {}, .hi = {}};
}

/// How much better the challenger's share is, as if rows and arms were independent. `sign` -1: a
/// smaller share is better.
void Compare(EvidenceRow& row, double sign) {
  const ArmFigures& a = row.champion;
  const ArmFigures& b = row.challenger;
  if (!a.value || !b.value || !a.lo || !b.lo) return;
  const auto variance = [](const ArmFigures& it) {
    return *it.value * (1 - *it.value) / static_cast<double>(it.n);
  };
  const stats::Estimate estimate{.value = sign * (*b.value - *a.value),
                                 .se = std::sqrt(variance(a) + variance(b)),
                                 .n = static_cast<double>(a.n + b.n)};
  const auto interval = stats::ConfidenceSequence(estimate, 1 - kLevel, kTunedFor);
  if (std::isnan(interval.low)) return;
  row.difference =
      Difference{.value = estimate.value, .lo = interval.low, .hi = interval.high, .level = kLevel};
  const auto until = stats::ValuesUntil(estimate, 1 - kLevel, kTunedFor);
  if (interval.low > 0 || interval.high < 0 || !until) return;
  const double more = std::max(0.0, *until - estimate.n);
  row.needs_more = NeedsMore{.verdict = estimate.value > 0 ? "pass" : "fail",
                             .rows = static_cast<std::int64_t>(more)};
  row.needs_why =
      "rows of both together until the interval excludes 0, at the present difference and spread";
}

/// Conditions are about the challenger's value alone.
EvidenceRow OfCondition(const Scene& scene, const Condition& condition,
                        const observe::QualityCounts& champion,
                        const observe::QualityCounts& challenger) {
  EvidenceRow row{.metric = condition.metric,
                  .monitor = scene.analysis->monitor,
                  .unit = condition.metric == "log_loss" ? "nats" : "ratio",
                  .decides = true,
                  .champion = FiguresOf(condition.metric, champion),
                  .challenger = FiguresOf(condition.metric, challenger),
                  .threshold = condition.limit,
                  .relation = condition.relation};
  Compare(row, 1);
  row.needs_more.reset();
  row.needs_why = "a condition holds or not; it waits for no number of rows";
  const std::string breach = Breach(condition, challenger);
  if (!row.challenger.value) {
    row.state = "no_data";
    row.reason = fmt::format("no labelled row says what {} is", condition.metric);
  } else if (!breach.empty()) {
    row.state = challenger.labels() < scene.analysis->min_rows ? "undecided" : "fail";
    row.reason = breach;
  } else {
    row.state = "pass";
    row.reason = fmt::format("{} is {:.4f}, which is {} {}", condition.metric,
                             *row.challenger.value, condition.relation, condition.limit);
  }
  const std::int64_t seen = scene.look == nullptr ? 0 : scene.look->look.windows;
  const std::int64_t windows = std::max<std::int64_t>(0, scene.analysis->max_windows - seen);
  const std::int64_t rows =
      std::max<std::int64_t>(0, scene.analysis->min_rows - challenger.labels());
  if (!scene.is_over && StateOf(scene) != "pass" && (windows > 0 || rows > 0)) {
    row.needs_more = NeedsMore{.verdict = "pass", .rows = rows, .windows = windows};
    row.needs_why = fmt::format("it must hold in {} windows with labels and {} rows",
                                scene.analysis->max_windows, scene.analysis->min_rows);
  }
  return row;
}

stats::EvidenceOptions OptionsOf(const AnalysisSettings& analysis) {
  stats::EvidenceOptions options{.block_scale = analysis.block_scale, .bound = analysis.bound};
  if (!analysis.lambdas.empty()) options.lambdas = analysis.lambdas;
  return options;
}

/// What of blocks is known together. `scale`: a score's nats.
EvidencePoint PointOf(const stats::EvidenceOptions& options,
                      const std::vector<stats::EvidenceBlock>& blocks, std::int64_t window,
                      double scale) {
  EvidencePoint point{.window = window};
  stats::Evidence evidence(options);
  double sum = 0;
  for (const stats::EvidenceBlock& block : blocks) {
    evidence.Add(block);
    point.rows += static_cast<std::int64_t>(block.rows);
    sum += std::clamp(block.Mean(), -options.block_scale, options.block_scale);
  }
  point.blocks = static_cast<std::int64_t>(evidence.blocks());
  point.log_e_better = evidence.LogBetter();
  point.log_e_worse = evidence.LogWorse();
  if (point.blocks == 0) return point;
  const auto interval = stats::BettingInterval(options, blocks);
  point.value = sum / static_cast<double>(point.blocks) * scale;
  point.lo = interval.low * scale;
  point.hi = interval.high * scale;
  return point;
}

/// How many rows, blocks, windows and requests a number of blocks is, by those that came.
NeedsMore Spread(std::int64_t more, const EvidenceRow& row, std::int64_t windows,
                 std::int64_t requests) {
  const double blocks = static_cast<double>(*row.blocks);
  const auto of = [&](double count) {
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(more) * count / blocks));
  };
  NeedsMore needs{.rows = of(static_cast<double>(*row.rows)), .blocks = more};
  if (windows > 0) needs.windows = of(static_cast<double>(windows));
  if (requests > 0) needs.requests = of(static_cast<double>(requests));
  return needs;
}

/// What is missing until the bets reach the bound; `requests`: in the time of the blocks.
void Foresee(EvidenceRow& row, const Scene& scene, Phase phase,
             const stats::EvidenceOptions& options, const std::vector<stats::EvidenceBlock>& blocks,
             std::int64_t requests) {
  if (row.state == "pass" || row.state == "fail") {
    row.needs_why = "it is decided";
    return;
  }
  if (phase == Phase::kPromoted || phase == Phase::kUndone) {
    row.needs_why = "the challenger was promoted without it";
    return;
  }
  if (*row.blocks < 2) {
    row.needs_why = "two blocks at least must have come, to say how much they differ";
    return;
  }
  const std::int64_t windows = scene.look == nullptr ? 0 : scene.look->look.windows;
  const bool is_better = row.difference && row.difference->value > 0;
  const auto verdict = is_better ? stats::Verdict::kBetter : stats::Verdict::kWorse;
  const auto more = stats::BlocksUntil(options, blocks, verdict, scene.is_over);
  if (!more) {
    row.needs_why = fmt::format(
        "blocks differ too much for their mean: at the present effect and spread the evidence "
        "that it is {} does not grow",
        is_better ? "better" : "worse");
    return;
  }
  row.needs_more = Spread(*more, row, windows, requests);
  row.needs_more->verdict = is_better ? "pass" : "fail";
  row.needs_more->anew = scene.is_over;
  const std::int64_t needed = row.needs_more->windows.value_or(0);
  const std::int64_t left =
      scene.is_over ? scene.analysis->max_windows : scene.analysis->max_windows - windows;
  row.needs_why = fmt::format(
      "{}if blocks to come are like the {} so far{}", scene.is_over ? "a retry begins anew: " : "",
      *row.blocks,
      needed > left
          ? fmt::format("; max_windows allows {} windows more, and {} are needed", left, needed)
          : "");
}

/// Requests of the endpoint while the predictions of the windows were made.
Result<std::int64_t> RequestsOf(db::Connection& db, std::int64_t project,
                                const observe::Monitor& monitor, std::int64_t first,
                                std::int64_t last) {
  const auto made = TRY(observe::MadeBetween(db, monitor, first, last));
  if (!made) return 0;
  const auto traffic = TRY(observe::TrafficBetween(
      db, project, monitor.settings.endpoint, std::nullopt, made->first_ms, made->last_ms + 1));
  return traffic.requests;
}

/// The comparison row by row, which decides where a monitor compares.
Result<EvidenceRow> OfPairs(db::Connection& db, std::int64_t project, const Rollout& rollout,
                            const Scene& scene, const observe::Monitor& monitor, std::int64_t first,
                            std::int64_t last) {
  const auto options = OptionsOf(*scene.analysis);
  const double scale = monitor.settings.compare->loss_scale;
  EvidenceRow row{.metric = "log_loss",
                  .monitor = monitor.name,
                  .unit = "nats",
                  .decides = true,
                  .bound = options.bound,
                  .state = StateOf(scene)};
  const auto pairs =
      TRY(observe::ListPaired(db, monitor, rollout.champion, rollout.challenger, first, last));
  std::vector<stats::EvidenceBlock> blocks;
  std::vector<std::pair<std::int64_t, std::size_t>> ends;  // Of each window.
  for (const auto& pair : pairs) {
    blocks.push_back(pair.block);
    if (ends.empty() || ends.back().first != pair.window) ends.emplace_back(pair.window, 0);
    ends.back().second = blocks.size();
  }
  const std::size_t points = std::clamp<std::size_t>(
      kPointBlocksMax / std::max<std::size_t>(1, blocks.size()), 2, kPointsMax);
  if (ends.size() > points) {
    ends.erase(ends.begin(), ends.end() - static_cast<std::ptrdiff_t>(points));
  }
  for (const auto& [window, end] : ends) {
    const std::vector<stats::EvidenceBlock> until(
        blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(end));
    row.points.push_back(PointOf(options, until, window, scale));
  }
  const EvidencePoint all = PointOf(options, blocks, last, scale);
  row.rows = all.rows;
  row.blocks = all.blocks;
  row.e_value = std::exp(std::max(all.log_e_better, all.log_e_worse));
  if (all.value) {
    row.difference = Difference{
        .value = *all.value, .lo = *all.lo, .hi = *all.hi, .level = 1 - 2 / options.bound};
  }
  Foresee(row, scene, rollout.state.Now(), options, blocks,
          TRY(RequestsOf(db, project, monitor, first, last)));
  return row;
}

/// What an analysis looks at, in windows `first` to `last`.
Status AddRows(db::Connection& db, std::int64_t project, const Rollout& rollout, const Scene& scene,
               const observe::Monitor& monitor, std::int64_t first, std::int64_t last,
               std::vector<EvidenceRow>& rows) {
  const auto champion = TRY(
      observe::Together(db, monitor, first, last, {.variant = rollout.champion, .mirrored = {}}));
  const auto challenger = TRY(
      observe::Together(db, monitor, first, last, {.variant = rollout.challenger, .mirrored = {}}));
  if (monitor.settings.compare) {
    EvidenceRow row = TRY(OfPairs(db, project, rollout, scene, monitor, first, last));
    row.champion = FiguresOf("log_loss", champion);
    row.challenger = FiguresOf("log_loss", challenger);
    row.reason = scene.look->look.reason;
    rows.push_back(std::move(row));
  }
  bool has_accuracy = false;
  for (const std::string& text : scene.analysis->conditions) {
    const Condition condition = TRY(ParseCondition(text));
    has_accuracy = has_accuracy || condition.metric == "accuracy";
    rows.push_back(OfCondition(scene, condition, champion, challenger));
  }
  if (has_accuracy || champion.labels() + challenger.labels() == 0) return {};
  EvidenceRow row{.metric = "accuracy",
                  .monitor = monitor.name,
                  .unit = "ratio",
                  .champion = FiguresOf("accuracy", champion),
                  .challenger = FiguresOf("accuracy", challenger)};
  Compare(row, 1);
  row.state = !row.difference          ? "no_data"
              : row.difference->lo > 0 ? "pass"
              : row.difference->hi < 0 ? "fail"
                                       : "inconclusive";
  row.reason = "for information: the analysis does not go by it";
  rows.push_back(std::move(row));
  return {};
}

/// The row of an analysis of which nothing can be said.
EvidenceRow Silent(const Scene& scene, std::string state, std::string reason) {
  EvidenceRow row{.metric = "log_loss",
                  .monitor = scene.analysis->monitor,
                  .unit = "nats",
                  .decides = true,
                  .bound = scene.analysis->bound,
                  .needs_why = "nothing was seen yet that could be continued",
                  .state = std::move(state),
                  .reason = std::move(reason)};
  if (!scene.analysis->conditions.empty()) {
    if (const auto condition = ParseCondition(scene.analysis->conditions.front())) {
      row.metric = condition->metric;
      row.threshold = condition->limit;
      row.relation = condition->relation;
      row.bound.reset();
    }
  }
  return row;
}

Status AddAnalysis(db::Connection& db, std::int64_t project, const Rollout& rollout,
                   const std::vector<ReviewStep>& steps, const std::vector<PastLook>& looks,
                   std::vector<EvidenceRow>& rows) {
  const Scene scene = SceneOf(rollout, steps, looks);
  if (scene.analysis == nullptr) return {};
  if (!scene.step->started_ms) {
    rows.push_back(Silent(scene, "no_data",
                          fmt::format("the analysis begins with step {}", scene.step->number)));
    return {};
  }
  const auto monitor = observe::GetMonitor(db, project, scene.analysis->monitor);
  if (!monitor) {
    rows.push_back(Silent(scene, "error", monitor.error().message));
    return {};
  }
  if (!scene.last) {
    rows.push_back(Silent(scene, "no_data",
                          fmt::format("no window of monitor {} has closed since the analysis began",
                                      scene.analysis->monitor)));
    return {};
  }
  std::int64_t first = *scene.last;
  if (scene.began) {
    first = *scene.began + 1;
  } else if (const auto oldest = TRY(observe::OldestWindow(db, *monitor))) {
    first = std::min(*oldest, first);
  }
  return AddRows(db, project, rollout, scene, *monitor, first, *scene.last, rows);
}

const TrafficRow& ArmOf(const TrafficReview& traffic, std::string_view role) {
  return *std::ranges::find(traffic.rows, role, &TrafficRow::role);
}

/// What a guardrail of the gateway has said of the challenger; empty: nothing.
std::string TripOf(const Rollout& rollout, const snapshot::Status* gateway) {
  constexpr std::string_view kBecause = "guardrail: ";  // As Rollout's reason begins.
  if (rollout.state.reason.starts_with(kBecause)) {
    return rollout.state.reason.substr(kBecause.size());
  }
  if (gateway == nullptr) return {};
  for (const auto& endpoint : gateway->endpoints) {
    for (const auto& trip : endpoint.trips) {
      if (trip.variant == rollout.challenger.Hex()) return trip.reason;
    }
  }
  return {};
}

/// What guardrails look at, of all requests since the rollout began.
void AddGuardrails(const Rollout& rollout, const snapshot::Guardrails& guardrails,
                   const TrafficReview& traffic, const std::string& trip,
                   std::vector<EvidenceRow>& rows) {
  const TrafficRow& champion = ArmOf(traffic, "champion");
  const TrafficRow& challenger = ArmOf(traffic, "challenger");
  const std::int64_t missing = guardrails.min_requests - challenger.requests;
  const bool is_over = IsEnd(rollout.state.Now());
  const auto finish = [&](EvidenceRow& row, bool breaks, bool tripped) {
    row.needs_more.reset();
    if (tripped) {
      row.state = "fail";
      row.reason = trip;
    } else if (missing > 0) {
      row.state = "no_data";
      row.reason = fmt::format("the guardrail says nothing below {} requests of the variant",
                               guardrails.min_requests);
      if (!is_over) {
        row.needs_more = NeedsMore{.verdict = "pass", .requests = missing};
        row.needs_why = "requests of the challenger until the guardrail says anything";
      }
    } else {
      row.state = row.decides && breaks ? "fail" : row.decides ? "pass" : "undecided";
      row.reason = row.decides
                       ? "the gateway goes by the last 100 requests; here are all since the "
                         "rollout began"
                       : "for information: there is no such guardrail";
    }
    if (row.needs_why.empty() || !row.needs_more) {
      row.needs_why = "a guardrail holds until it is broken";
    }
    rows.push_back(std::move(row));
  };
  const auto errors = [](const TrafficRow& it) {
    return Share(static_cast<double>(it.failed + it.degraded), static_cast<double>(it.requests));
  };
  EvidenceRow ratio{.metric = "error_ratio",
                    .unit = "ratio",
                    .decides = guardrails.max_error_ratio.has_value(),
                    .champion = errors(champion),
                    .challenger = errors(challenger),
                    .threshold = guardrails.max_error_ratio,
                    .relation = "<="};
  Compare(ratio, -1);
  finish(ratio,
         ratio.challenger.value.value_or(0) >
             guardrails.max_error_ratio.value_or(std::numeric_limits<double>::infinity()),
         trip.find("failed") != std::string::npos);
  if (!guardrails.max_p99_ms) return;
  EvidenceRow slow{.metric = "p99_ms",
                   .unit = "ms",
                   .decides = true,
                   .champion = {.n = champion.requests, .value = champion.p99_ms},
                   .challenger = {.n = challenger.requests, .value = challenger.p99_ms},
                   .threshold = guardrails.max_p99_ms,
                   .relation = "<="};
  finish(slow, challenger.p99_ms.value_or(0) > *guardrails.max_p99_ms,
         !trip.empty() && trip.find("failed") == std::string::npos);
}

}  // namespace

Result<std::vector<EvidenceRow>> ReviewEvidence(db::Connection& db, std::int64_t project,
                                                const Rollout& rollout,
                                                const std::vector<ReviewStep>& steps,
                                                const std::vector<PastLook>& looks,
                                                const TrafficReview& traffic,
                                                const snapshot::Status* gateway) {
  std::vector<EvidenceRow> rows;
  TRY(AddAnalysis(db, project, rollout, steps, looks, rows));
  snapshot::Guardrails guardrails;
  const auto endpoint = GetEndpoint(db, project, rollout.endpoint);
  if (endpoint && endpoint->row == rollout.endpoint_row) {
    guardrails = TRY(ParseEndpoint(endpoint->settings)).guardrails.value_or(guardrails);
  }
  AddGuardrails(rollout, guardrails, traffic, TripOf(rollout, gateway), rows);
  return rows;
}

}  // namespace galley::rollout
