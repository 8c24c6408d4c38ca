#include <algorithm>
#include <map>
#include <span>

#include "domain/ledger/bootstrap.h"
#include "domain/ledger/parts.h"
#include "domain/observe/drift.h"
#include "foundation/stats/interval.h"

namespace galley::ledger {
namespace {

using observe::QualityCounts;

constexpr double kMillion = 1e6;

/// By window.
using Windows = std::map<std::int64_t, QualityCounts>;

std::int64_t RightOf(const QualityCounts& counts) {
  return counts.true_positives + counts.true_negatives;
}

ArmPoint PointOf(std::int64_t window, const QualityCounts& counts) {
  ArmPoint point{.window = window,
                 .predictions = counts.predictions,
                 .labels = counts.labels(),
                 .right = RightOf(counts),
                 .accuracy = counts.Accuracy(),
                 .balanced_accuracy = counts.BalancedAccuracy(),
                 .log_loss = counts.LogLoss(),
                 .conversion = counts.Conversion()};
  if (point.accuracy) {
    const auto interval =
        stats::WilsonInterval(static_cast<double>(point.right), static_cast<double>(point.labels));
    point.low = interval.low;
    point.high = interval.high;
  }
  if (counts.cost_labels > 0) point.cost = static_cast<double>(counts.cost_e6) / kMillion;
  return point;
}

Arm ArmOf(std::string name, const Windows& windows) {
  Arm arm{.name = std::move(name)};
  QualityCounts all;
  std::vector<Hits> hits;
  for (const auto& [window, counts] : windows) {
    all.Merge(counts);
    arm.points.push_back(PointOf(window, counts));
    if (counts.labels() > 0) hits.push_back({RightOf(counts), counts.labels()});
  }
  arm.predictions = all.predictions;
  arm.labels = all.labels();
  arm.accuracy = all.Accuracy();
  arm.balanced_accuracy = all.BalancedAccuracy();
  arm.log_loss = all.LogLoss();
  arm.conversion = all.Conversion();
  if (const auto interval = RatioInterval(hits)) {
    arm.low = interval->low;
    arm.high = interval->high;
  }
  return arm;
}

/// The version that a variant stands for, also one of an earlier endpoint of this name.
Result<std::string> VersionOf(Making& making, const Id& variant) {
  const auto known = std::ranges::find(making.history, variant, &rollout::Variant::id);
  if (known != making.history.end()) return ModelText(known->model, known->version);
  const auto found = rollout::GetVariant(making.db, making.project, variant);
  if (found) return ModelText(found->variant.model, found->variant.version);
  if (found.error().code == Code::kNotFound) return variant.Hex();
  return std::unexpected(found.error());
}

void NoteWindow(Making& making, const observe::Measured& measured) {
  const auto served =
      std::ranges::find(making.report.served, measured.variant.Hex(), &ServedVariant::id);
  if (served == making.report.served.end()) return;
  served->predictions += measured.counts.predictions;
  served->first_window = std::min(served->first_window.value_or(measured.window), measured.window);
  served->last_window = std::max(served->last_window.value_or(measured.window), measured.window);
}

Status AddArms(Making& making) {
  Windows served;
  std::map<std::string, Windows> versions;
  std::vector<std::string> order;
  for (const auto& measured :
       TRY(observe::ListMeasured(making.db, *making.monitor, "", std::nullopt, std::nullopt))) {
    const std::string version = TRY(VersionOf(making, measured.variant));
    if (!versions.contains(version)) order.push_back(version);
    versions[version][measured.window].Merge(measured.counts);
    if (!measured.mirrored) served[measured.window].Merge(measured.counts);
    NoteWindow(making, measured);
  }
  if (order.empty()) return {};
  making.report.arms.push_back(ArmOf("served", served));
  std::string first;
  if (!making.history.empty()) {
    first = ModelText(making.history.front().model, making.history.front().version);
  }
  for (const std::string& version : order) {
    making.report.arms.push_back(ArmOf(version, versions[version]));
    making.report.arms.back().is_first = version == first;
  }
  return {};
}

DriftingColumn ColumnOf(const observe::ColumnReference& reference, std::size_t at,
                        std::span<const observe::WindowDrift> windows) {
  DriftingColumn column{.column = reference.column, .threshold = reference.threshold};
  for (const auto& window : windows) {
    const auto& found = window.columns[at];
    column.points.push_back({window.window, found.distance, found.beyond, found.alarm});
    if (window.is_open) continue;
    if (found.alarm && !column.is_alarming) column.began.push_back(window.window);
    column.is_alarming = found.alarm;
  }
  return column;
}

Status AddDrift(Making& making) {
  if (!making.monitor->settings.drift) return {};
  const auto references = TRY(observe::ListReferences(making.db, *making.monitor));
  if (references.empty()) return {};
  const auto windows = TRY(observe::ListDrift(making.db, *making.monitor, references));
  for (std::size_t at = 0; at < references.size(); ++at) {
    DriftingColumn column = ColumnOf(references[at], at, windows);
    if (!column.began.empty()) making.report.drift.push_back(std::move(column));
  }
  return {};
}

}  // namespace

Status AddServed(Making& making) {
  constexpr std::int64_t kHistoryMax = 1000;
  making.history = TRY(rollout::EndpointHistory(making.db, making.endpoint.row, kHistoryMax));
  std::ranges::reverse(making.history);
  for (const rollout::Variant& variant : making.history) {
    making.report.served.push_back({.id = variant.id.Hex(),
                                    .name = variant.name,
                                    .model = ModelText(variant.model, variant.version),
                                    .version_id = variant.version_id.Hex(),
                                    .weight = variant.weight,
                                    .created_ms = variant.created_ms,
                                    .retired_ms = variant.retired_ms});
  }
  return {};
}

Status AddMeasured(Making& making) {
  if (!making.monitor) return {};
  TRY(AddArms(making));
  return AddDrift(making);
}

}  // namespace galley::ledger
