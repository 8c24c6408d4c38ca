#include "domain/data/check_statistics.h"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

namespace galley::data {
namespace {

constexpr double kUsPerMs = 1000;

bool IsOutside(const Check& check, double value) {
  return std::isnan(value) || (check.min && value < *check.min) ||
         (check.max && value > *check.max) || (check.above && value <= *check.above) ||
         (check.below && value >= *check.below);
}

std::string Bounds(const Check& check) {
  std::string text;
  const auto add = [&text](std::string_view name, const std::optional<double>& bound) {
    if (bound) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, *bound);
  };
  add("min", check.min);
  add("max", check.max);
  add("above", check.above);
  add("below", check.below);
  return text;
}

double Median(std::vector<std::int64_t> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  const auto upper = static_cast<double>(values[half]);
  return values.size() % 2 == 1 ? upper : (static_cast<double>(values[half - 1]) + upper) / 2;
}

CheckOutcome Statistic(const Check& check, const Facts& facts) {
  const stats::TableStatistics* table = check.IsOfDataset() ? facts.dataset : facts.batch;
  CheckOutcome outcome = OutcomeOf(check, kSkipped);
  if (table == nullptr) {
    outcome.detail = "nothing comes in";
    return outcome;
  }
  const std::string& column = check.columns.front();
  if (table->Find(column) == nullptr && table->rows > 0) {
    outcome.outcome = kFailed;
    outcome.detail = fmt::format("there is no column '{}'", column);
    return outcome;
  }
  const auto value = StatisticOf(*table, column, check.of, check.quantile.value_or(0.5));
  if (!value) {
    outcome.detail = fmt::format("column '{}' has no {}", column, check.of);
    return outcome;
  }
  const bool is_outside = IsOutside(check, *value);
  outcome.value = value;
  outcome.outcome = is_outside ? kFailed : kPassed;
  outcome.detail = fmt::format("{} of {} is {:.6g}", check.of, column, *value);
  if (is_outside) outcome.detail += fmt::format("; the contract says {}", Bounds(check));
  return outcome;
}

CheckOutcome RowCount(const Check& check, const Facts& facts) {
  CheckOutcome outcome = OutcomeOf(check, kPassed);
  const auto added = static_cast<double>(facts.added);
  outcome.value = added;
  outcome.detail = fmt::format("{} rows come in", facts.added);
  if (IsOutside(check, added)) {
    outcome.outcome = kFailed;
    outcome.detail += fmt::format("; the contract says {}", Bounds(check));
    return outcome;
  }
  if (!check.history) return outcome;
  const auto wanted = static_cast<std::size_t>(*check.history);
  if (facts.history.size() < wanted) {
    outcome.outcome = check.min || check.max ? kPassed : kSkipped;
    outcome.detail +=
        fmt::format("; only {} commits of {} to compare with", facts.history.size(), wanted);
    return outcome;
  }
  const double median = Median({facts.history.begin(), facts.history.begin() + *check.history});
  const double share = median == 0 ? (added == 0 ? 0 : HUGE_VAL) : added / median - 1;
  outcome.detail += fmt::format(", {:+.1f} % from the median {} of the last {} commits",
                                100 * share, median, wanted);
  if (std::abs(share) <= *check.within) return outcome;
  outcome.outcome = kFailed;
  outcome.detail += fmt::format("; allowed are {:.4g} %", 100 * *check.within);
  return outcome;
}

CheckOutcome Freshness(const Check& check, const Facts& facts) {
  CheckOutcome outcome = OutcomeOf(check, kFailed);
  const auto* column =
      facts.dataset == nullptr ? nullptr : facts.dataset->Find(check.columns.front());
  const bool is_time = column != nullptr && (column->kind == stats::Kind::kTimestamp ||
                                             column->kind == stats::Kind::kDate);
  const auto newest = is_time ? GreatestOf(*facts.dataset, check.columns.front()) : std::nullopt;
  if (!newest) {
    outcome.detail = fmt::format("column '{}' has no times", check.columns.front());
    return outcome;
  }
  const double age_s =
      (static_cast<double>(facts.now_ms) - static_cast<double>(*newest) / kUsPerMs) / 1000;
  outcome.value = age_s;
  if (age_s * 1000 <= static_cast<double>(*ParseDuration(check.max_age))) {
    outcome.outcome = kPassed;
  }
  outcome.detail =
      fmt::format("the newest value is {:.0f} s old; allowed are {}", age_s, check.max_age);
  return outcome;
}

std::optional<double> OfIntegers(const stats::IntegerState& state, std::string_view of) {
  if (state.n == 0) return std::nullopt;
  if (of == "min") return static_cast<double>(state.min);
  if (of == "max") return static_cast<double>(state.max);
  if (of == "sum") return static_cast<double>(state.sum);
  return std::nullopt;
}

std::optional<double> OfMoments(const stats::MomentState& state, std::string_view of) {
  if (state.n == 0) return std::nullopt;
  if (of == "mean") return state.mean;
  if (of == "min") return state.min;
  if (of == "max") return state.max;
  if (of == "sum") return state.mean * static_cast<double>(state.n);
  if (of == "stddev" && state.n > 1) return std::sqrt(state.SampleVariance());
  return std::nullopt;
}

}  // namespace

std::optional<double> StatisticOf(const stats::TableStatistics& table, std::string_view column,
                                  std::string_view of, double quantile) {
  const stats::ColumnStatistics* found = table.Find(column);
  if (found == nullptr || table.rows == 0) return std::nullopt;
  const stats::CountState& counts = found->counts;
  if (of == "null_fraction") {
    return static_cast<double>(counts.nulls) / static_cast<double>(counts.rows);
  }
  if (of == "distinct_count" && found->distinct) return std::round(found->distinct->Estimate());
  if (of == "quantile" && found->quantiles && found->quantiles->n() > 0) {
    return found->quantiles->Quantile(quantile);
  }
  if (found->kind == stats::Kind::kBoolean && of == "mean" && counts.Values() > 0) {
    return 1 - static_cast<double>(counts.zeros) / static_cast<double>(counts.Values());
  }
  if (found->integers) {
    if (const auto value = OfIntegers(*found->integers, of)) return value;
  }
  return found->moments ? OfMoments(*found->moments, of) : std::nullopt;
}

std::optional<std::int64_t> GreatestOf(const stats::TableStatistics& table,
                                       std::string_view column) {
  const stats::ColumnStatistics* found = table.Find(column);
  if (found == nullptr || !found->integers || found->integers->n == 0) return std::nullopt;
  return found->integers->max;
}

std::vector<CheckOutcome> CheckStatistics(const Contract& contract, const Facts& facts) {
  std::vector<CheckOutcome> outcomes;
  for (const Check& check : contract.checks) {
    if (check.rule == "statistic") outcomes.push_back(Statistic(check, facts));
    if (check.rule == "freshness") outcomes.push_back(Freshness(check, facts));
    if (check.rule == "row_count" && facts.counts_rows && facts.batch != nullptr) {
      outcomes.push_back(RowCount(check, facts));
    }
  }
  return outcomes;
}

}  // namespace galley::data
