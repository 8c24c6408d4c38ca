#include "domain/data/trend.h"

#include <algorithm>
#include <map>
#include <utility>

#include "domain/data/contracts.h"
#include "domain/data/service.h"

namespace galley::data {
namespace {

constexpr double kMsPerSecond = 1000;

struct Commit {
  TrendCommit shown;
  std::optional<Report> report;
};

/// By their digests, as reports name them.
using Contracts = std::map<std::string, Contract, std::less<>>;

/// Every contract that a dataset ever had.
Result<Contracts> AllContracts(db::Connection& db, std::int64_t dataset) {
  Contracts contracts;
  auto rows = TRY(db.Query(
      "SELECT contract FROM dataset_contract WHERE dataset = ? AND contract <> ''", {dataset}));
  while (TRY(rows.Next())) {
    Contract contract = TRY(Context(ParseContract(rows.Text(0)), "the stored contract"));
    contracts[DigestOf(contract).Hex()] = std::move(contract);
  }
  return contracts;
}

/// Published and rejected commits, newest first, one more than `limit` if there are more.
Result<std::vector<Commit>> NewestCommits(db::Connection& db, std::int64_t dataset,
                                          std::int64_t limit) {
  std::vector<Commit> commits;
  for (const auto& version : TRY(ListVersions(db, dataset, limit + 1, std::nullopt))) {
    commits.push_back(
        {.shown = {fmt::format("{}", version.number), version.created_ms, version.outcome},
         .report = TRY(FindReport(db, version.id))});
  }
  for (auto& rejection : TRY(ListRejections(db, dataset, limit + 1))) {
    commits.push_back(
        {.shown = {fmt::format("r{}", rejection.number), rejection.created_ms, "rejected"},
         .report = std::move(rejection.report)});
  }
  std::ranges::sort(commits, std::ranges::greater(), [](const Commit& commit) {
    return std::pair(commit.shown.created_ms, commit.shown.version);
  });
  commits.resize(std::min(commits.size(), static_cast<std::size_t>(limit) + 1));
  return commits;
}

void SetBounds(const Check& check, TrendPoint& point) {
  const std::string_view measure = MeasureOf(check.rule);
  if (measure == "rows") {
    point.high = 0;
  } else if (measure == "seconds") {
    if (const auto most = ParseDuration(check.max_age)) {
      point.high = static_cast<double>(*most) / kMsPerSecond;
    }
  } else if (measure == "value") {
    point.low = check.min ? check.min : check.above;
    point.high = check.max ? check.max : check.below;
  }
}

TrendPoint PointOf(const CheckOutcome& outcome, const Contract* contract) {
  TrendPoint point{.is_there = true,
                   .outcome = outcome.outcome,
                   .severity = outcome.severity,
                   .value = outcome.value,
                   .low = {},
                   .high = {}};
  // A check that could not be evaluated has failed without a row that breaks it.
  const bool has_rows = outcome.rows > 0 || outcome.outcome == kPassed;
  if (MeasureOf(outcome.rule) == "rows" && has_rows) {
    point.value = static_cast<double>(outcome.rows);
  }
  if (const Check* check = contract == nullptr ? nullptr : contract->Find(outcome.id)) {
    SetBounds(*check, point);
  }
  return point;
}

}  // namespace

std::string_view MeasureOf(std::string_view rule) {
  if (rule == "freshness") return "seconds";
  const Rule* known = FindRule(rule);
  if (known == nullptr || known->judge == Judge::kColumns) return "none";
  const bool has_value = known->judge == Judge::kStatistics || known->judge == Judge::kQuery;
  return has_value ? "value" : "rows";
}

Result<Trend> TrendOf(db::Connection& db, std::int64_t dataset, std::int64_t limit) {
  auto commits = TRY(NewestCommits(db, dataset, limit));
  const Contracts contracts = TRY(AllContracts(db, dataset));
  Trend trend{.commits = {}, .checks = {}, .has_more = std::ssize(commits) > limit};
  if (trend.has_more) commits.pop_back();
  const std::size_t count = commits.size();
  for (std::size_t at = 0; at < count; ++at) {
    const auto& report = commits[at].report;
    if (!report) continue;
    const auto found = contracts.find(report->contract);
    const Contract* contract = found == contracts.end() ? nullptr : &found->second;
    for (const CheckOutcome& outcome : report->checks) {
      auto check = std::ranges::find(trend.checks, outcome.id, &CheckTrend::id);
      if (check == trend.checks.end()) {
        trend.checks.push_back({.id = outcome.id,
                                .rule = outcome.rule,
                                .severity = outcome.severity,
                                .measure = std::string(MeasureOf(outcome.rule)),
                                .points = std::vector<TrendPoint>(count)});
        check = std::prev(trend.checks.end());
      }
      // Of another rule under the same id there is nothing to compare.
      if (check->rule == outcome.rule) check->points[count - 1 - at] = PointOf(outcome, contract);
    }
  }
  std::ranges::reverse(commits);
  for (Commit& commit : commits) trend.commits.push_back(std::move(commit.shown));
  return trend;
}

}  // namespace galley::data
