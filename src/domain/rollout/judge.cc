#include "domain/rollout/judge.h"

#include <cmath>
#include <limits>

#include "foundation/stats/evidence.h"

namespace galley::rollout {
namespace {

bool Holds(const Condition& condition, double value) {
  if (condition.relation == ">=") return value >= condition.limit;
  if (condition.relation == ">") return value > condition.limit;
  if (condition.relation == "<=") return value <= condition.limit;
  return value < condition.limit;
}

void Settle(Look& look, const AnalysisSettings& analysis, stats::Verdict verdict,
            bool has_rows_now) {
  const double bound = std::log(analysis.bound);
  const std::string so_far = fmt::format(
      "ln E {:.2f} that it is better, {:.2f} that it is worse (bound {:.2f}), {} rows "
      "in {} blocks of {} windows",
      look.log_e_better, look.log_e_worse, bound, look.rows, look.blocks, look.windows);
  if (verdict == stats::Verdict::kBetter) {
    look.verdict = Verdict::kPass;
    look.reason = "the challenger is better: " + so_far;
  } else if (verdict == stats::Verdict::kWorse) {
    look.verdict = Verdict::kFail;
    look.reason = "the challenger is worse: " + so_far;
  } else if (!has_rows_now) {
    look.verdict = Verdict::kNoData;
    look.reason = fmt::format("no row of window {} has a label and both predictions", look.window);
  } else if (look.windows >= analysis.max_windows) {
    look.verdict = Verdict::kInconclusive;
    look.reason = "no evidence: " + so_far;
  } else {
    look.reason = "undecided: " + so_far;
  }
}

/// The conditions alone.
Result<Look> Watch(db::Connection& db, const observe::Monitor& monitor,
                   const AnalysisSettings& analysis, const Id& challenger, std::int64_t first,
                   std::int64_t window) {
  Look look{.window = window};
  const auto arm = observe::Arm{.variant = challenger, .mirrored = std::nullopt};
  const auto now = TRY(observe::Together(db, monitor, window, window, arm));
  for (std::int64_t at = std::max(first, window - analysis.max_windows); at <= window; ++at) {
    const auto counts = TRY(observe::Together(db, monitor, at, at, arm));
    look.windows += counts.labels() > 0 ? 1 : 0;
    look.rows += counts.labels();
  }
  if (now.labels() == 0) {
    look.verdict = Verdict::kNoData;
    look.reason = fmt::format("no prediction of window {} has a label", window);
  } else if (look.windows >= analysis.max_windows && look.rows >= analysis.min_rows) {
    look.verdict = Verdict::kPass;
    look.reason = fmt::format("its conditions held for {} windows", look.windows);
  } else {
    look.reason =
        fmt::format("its conditions held for {} of {} windows", look.windows, analysis.max_windows);
  }
  return look;
}

}  // namespace

Look LookAt(const AnalysisSettings& analysis, std::span<const observe::PairedBlock> blocks,
            std::optional<std::int64_t> began, std::int64_t window) {
  stats::EvidenceOptions options{.block_scale = analysis.block_scale, .bound = analysis.bound};
  if (!analysis.lambdas.empty()) options.lambdas = analysis.lambdas;
  stats::Evidence evidence(std::move(options));
  Look look{.window = window};
  stats::Verdict verdict = stats::Verdict::kNone;
  bool has_rows_now = false;
  for (std::size_t at = 0; at < blocks.size() && verdict == stats::Verdict::kNone;) {
    const std::int64_t here = blocks[at].window;
    const std::int64_t before = look.rows;
    const bool counts = here <= window && (!began || here > *began);
    for (; at < blocks.size() && blocks[at].window == here; ++at) {
      if (!counts) continue;
      evidence.Add(blocks[at].block);
      look.rows += static_cast<std::int64_t>(blocks[at].block.rows);
    }
    if (look.rows == before) continue;
    ++look.windows;
    has_rows_now = has_rows_now || here == window;
    if (look.windows < analysis.min_windows || look.rows < analysis.min_rows) continue;
    verdict = evidence.Now();
  }
  look.blocks = static_cast<std::int64_t>(evidence.blocks());
  look.log_e_better = evidence.LogBetter();
  look.log_e_worse = evidence.LogWorse();
  Settle(look, analysis, verdict, has_rows_now);
  return look;
}

std::optional<double> MetricOf(std::string_view metric, const observe::QualityCounts& counts) {
  if (metric == "accuracy") return counts.Accuracy();
  if (metric == "balanced_accuracy") return counts.BalancedAccuracy();
  if (metric == "precision") return counts.Precision();
  if (metric == "recall") return counts.Recall();
  if (metric == "base_rate") return counts.BaseRate();
  if (metric == "log_loss") return counts.LogLoss();
  if (metric == "brier") return counts.Brier();
  return counts.Conversion();
}

std::string Breach(const Condition& condition, const observe::QualityCounts& counts) {
  const auto value = MetricOf(condition.metric, counts);
  if (!value || Holds(condition, *value)) return {};
  return fmt::format("{} is {:.4f}, which is not {} {}", condition.metric, *value,
                     condition.relation, condition.limit);
}

Result<Look> Judge(db::Connection& db, const observe::Monitor& monitor,
                   const AnalysisSettings& analysis, const Id& champion, const Id& challenger,
                   std::optional<std::int64_t> began, std::int64_t window) {
  std::int64_t first = window;
  if (began) {
    first = *began + 1;
  } else if (const auto oldest = TRY(observe::OldestWindow(db, monitor))) {
    first = std::min(*oldest, window);
  }
  Look look{.window = window};
  if (monitor.settings.compare) {
    const auto blocks = TRY(observe::ListPaired(db, monitor, champion, challenger, first, window));
    look = LookAt(analysis, blocks, began, window);
  } else {
    look = TRY(Watch(db, monitor, analysis, challenger, first, window));
  }
  if (analysis.conditions.empty()) return look;
  const auto counts =
      TRY(observe::Together(db, monitor, first, window, {.variant = challenger, .mirrored = {}}));
  if (counts.labels() < analysis.min_rows) return look;
  for (const std::string& text : analysis.conditions) {
    const std::string breach = Breach(TRY(ParseCondition(text)), counts);
    if (breach.empty()) continue;
    look.verdict = Verdict::kFail;
    look.reason =
        fmt::format("{}, in {} labels of windows {} to {}", breach, counts.labels(), first, window);
    break;
  }
  return look;
}

}  // namespace galley::rollout
