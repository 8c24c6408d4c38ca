#include <algorithm>
#include <cmath>

#include "domain/watch/rank.h"

namespace galley::watch {
namespace {

using observe::QualityCounts;

constexpr std::int64_t kLabelsMin = 30;
constexpr std::string_view kNoTimes =
    "nobody knows when the windows were made, so nothing of the journal could be placed";

double Clamped(double value) {
  return std::clamp(value, 0.0, 1.0);
}

QualityCounts SumOf(const std::map<std::int64_t, QualityCounts>& counts, std::int64_t first,
                    std::int64_t last) {
  QualityCounts sum;
  for (const auto& [window, one] : counts) {
    if (window >= first && window <= last) sum.Merge(one);
  }
  return sum;
}

/// Who answered most in a window; null: nobody.
const VariantFacts* Champion(const LookBack& seen, std::int64_t window) {
  const VariantFacts* most = nullptr;
  std::int64_t rows = 0;
  for (const VariantFacts& variant : seen.variants) {
    const auto found = variant.answered.find(window);
    if (found == variant.answered.end() || found->second.predictions <= rows) continue;
    most = &variant;
    rows = found->second.predictions;
  }
  return most;
}

/// Of what accuracy lost, how much the new variant explains: against the variant before on the same
/// windows, if that one was asked as well, else against the windows before. Null: nobody knows.
struct Explained {
  double drop = 0;
  bool side_by_side = false;
};
std::optional<Explained> DropOf(const LookBack& seen, const VariantFacts& before,
                                const VariantFacts& after, std::int64_t from) {
  const QualityCounts is = SumOf(after.all, from, seen.last);
  const QualityCounts beside = SumOf(before.all, from, seen.last);
  const QualityCounts was = SumOf(before.answered, seen.first, from - 1);
  if (is.labels() < kLabelsMin) return std::nullopt;
  if (beside.labels() >= kLabelsMin) {
    return Explained{*beside.Accuracy() - *is.Accuracy(), true};
  }
  if (was.labels() < kLabelsMin) return std::nullopt;
  return Explained{*was.Accuracy() - *is.Accuracy(), false};
}

Candidate ModelChange(const LookBack& seen, const VariantFacts& before, const VariantFacts& after,
                      std::int64_t window) {
  Candidate candidate = Nothing("model", fmt::format("answers since {} in the place of {}",
                                                     TimeOf(seen, window), before.name));
  candidate.name = after.name;
  candidate.since = window;
  const double timing = Timing(window, seen.turn());
  AddText(candidate, "before", before.name);
  AddText(candidate, "variant", after.id.Hex());
  AddFact(candidate, "timing", timing);
  for (const ChangeFacts& change : seen.deployments) {
    if (change.kind != "endpoint.changed" && change.kind != "rollout.promoted" &&
        change.kind != "rollout.rolled_back" && change.kind != "rollout.undone") {
      continue;
    }
    if (std::abs(change.window - window) <= 1) candidate.events.push_back(change.sequence);
  }
  const auto loss = seen.Loss();
  const auto drop = DropOf(seen, before, after, window);
  if (!loss || !drop) {
    candidate.score = 0.45 * timing;
    return candidate;
  }
  const double share = Clamped(drop->drop / *loss);
  AddFact(candidate, "accuracy_lost", *loss);
  AddFact(candidate, "accuracy_lost_to_it", drop->drop);
  AddText(candidate, "compared", drop->side_by_side ? "same windows" : "windows before");
  candidate.score = share == 0 ? 0.1 * timing : (0.35 + 0.6 * share) * timing;
  candidate.what += fmt::format("; of {} accuracy lost it explains {}", Percent(*loss),
                                Percent(std::max(drop->drop, 0.0)));
  return candidate;
}

bool IsBad(const ChangeFacts& change) {
  return change.outcome == "failed" || change.outcome == "refused" ||
         change.outcome == "not started";
}

}  // namespace

void RankModels(const LookBack& seen, std::vector<Candidate>& candidates) {
  const std::size_t known = candidates.size();
  const VariantFacts* before = nullptr;
  for (const WindowFacts& window : seen.windows) {
    const VariantFacts* now = Champion(seen, window.window);
    if (now == nullptr) continue;
    if (before != nullptr && before != now) {
      candidates.push_back(ModelChange(seen, *before, *now, window.window));
    }
    before = now;
  }
  if (candidates.size() > known) return;
  Candidate candidate = Nothing("model", "the same model version answered all along");
  if (before != nullptr) candidate.name = before->name;
  candidates.push_back(std::move(candidate));
}

void RankRollouts(const LookBack& seen, std::vector<Candidate>& candidates) {
  const std::int64_t turn = seen.turn();
  Candidate candidate = Nothing("rollout", "no other variant answered a part of the requests");
  QualityCounts champions;
  QualityCounts challengers;
  for (const WindowFacts& window : seen.windows) {
    if (window.window < turn) continue;
    const VariantFacts* champion = Champion(seen, window.window);
    for (const VariantFacts& variant : seen.variants) {
      const auto found = variant.answered.find(window.window);
      if (found == variant.answered.end() || found->second.predictions == 0) continue;
      (&variant == champion ? champions : challengers).Merge(found->second);
      if (&variant != champion) candidate.name = variant.name;
    }
  }
  for (const ChangeFacts& change : seen.deployments) {
    if (change.kind.starts_with("rollout.")) candidate.events.push_back(change.sequence);
  }
  if (challengers.predictions > 0) {
    const double share = static_cast<double>(challengers.predictions) /
                         static_cast<double>(challengers.predictions + champions.predictions);
    candidate.score = 0.1;
    AddFact(candidate, "share", share);
    candidate.what = fmt::format("answered {} of the requests beside the champion", Percent(share));
    const auto loss = seen.Loss();
    if (loss && challengers.labels() >= kLabelsMin && champions.labels() >= kLabelsMin) {
      const double drop = share * (*champions.Accuracy() - *challengers.Accuracy());
      AddFact(candidate, "accuracy_lost_to_it", drop);
      candidate.score = 0.1 + 0.85 * Clamped(drop / *loss);
      candidate.what += fmt::format("; of {} accuracy lost it explains {}", Percent(*loss),
                                    Percent(std::max(drop, 0.0)));
    }
  } else if (!candidate.events.empty()) {
    candidate.score = 0.05;
    candidate.what = "a rollout was under way, but callers got nothing of it";
  }
  candidates.push_back(std::move(candidate));
}

void RankDatasets(const LookBack& seen, std::vector<Candidate>& candidates) {
  const std::size_t known = candidates.size();
  // One candidate a dataset: its event that says most.
  for (const ChangeFacts& change : seen.datasets) {
    Candidate candidate = Nothing("dataset", "was committed; its checks found nothing new");
    candidate.name = change.name;
    candidate.since = change.window;
    candidate.events.push_back(change.sequence);
    candidate.score = 0.05;
    // A week's data may be committed after it was served.
    const double timing = Timing(change.window - 1, seen.turn());
    std::string found;
    for (const Warning& warning : change.warnings) {
      if (!warning.is_new) continue;
      found += fmt::format("{}{}: {}", found.empty() ? "" : "; ", warning.check, warning.detail);
      AddText(candidate, "check", fmt::format("{}: {}", warning.check, warning.detail));
    }
    if (!found.empty()) {
      candidate.score = 0.05 + 0.35 * timing;
      candidate.what = "a check failed that had passed before: " + found;
    }
    if (change.kind == "dataset.rejected") {
      candidate.score = std::max(candidate.score, 0.05 + 0.35 * timing);
      candidate.what = "a commit was rejected" + (found.empty() ? found : ": " + found);
    } else if (change.kind == "dataset.contract_set") {
      candidate.what = "got another contract";
    }
    const std::string dataset = change.name.substr(0, change.name.find('@'));
    const auto same = std::find_if(candidates.begin() + static_cast<std::ptrdiff_t>(known),
                                   candidates.end(), [&dataset](const Candidate& it) {
                                     return it.name.substr(0, it.name.find('@')) == dataset;
                                   });
    if (same == candidates.end()) {
      candidates.push_back(std::move(candidate));
    } else if (candidate.score > same->score) {
      *same = std::move(candidate);
    }
  }
  if (candidates.size() > known) return;
  candidates.push_back(
      Nothing("dataset", seen.times_known ? "no dataset was committed" : std::string(kNoTimes)));
}

void RankPipelines(const LookBack& seen, std::vector<Candidate>& candidates) {
  Candidate candidate = Nothing(
      "pipeline", seen.times_known ? "no run failed or was refused" : std::string(kNoTimes));
  for (const ChangeFacts& change : seen.pipelines) {
    if (!IsBad(change)) continue;
    candidate.events.push_back(change.sequence);
    const double score = 0.3 * Timing(change.window, seen.turn());
    if (score <= candidate.score) continue;
    candidate.score = score;
    candidate.name = change.name;
    candidate.since = change.window;
    candidate.what = fmt::format("{} at {}: what is served may be older than it should be",
                                 change.outcome, TimeOf(seen, change.window));
  }
  AddFact(candidate, "bad_runs", static_cast<std::int64_t>(candidate.events.size()));
  candidates.push_back(std::move(candidate));
}

}  // namespace galley::watch
