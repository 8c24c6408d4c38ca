#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "domain/tracking/run_query.h"
#include "domain/tracking/run_scope.h"

namespace galley::tracking {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool ContainsFolded(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) { return Lower(a) == Lower(b); };
  return !std::ranges::search(text, part, same).empty() || part.empty();
}

/// How often each value stands in a column, over the runs of a scope.
struct Counted {
  struct Value {
    std::uint64_t bits;  ///< A code, or a number's bits.
    std::int64_t count;
  };
  std::vector<Value> values;
  bool is_text = false;
};

/// Numbers by their bits, in a table without pointers: most metrics have as many values as runs.
class BitCounts {
 public:
  explicit BitCounts(std::size_t most)
      : slots_(std::bit_ceil(std::max<std::size_t>(16, most * 2))) {}

  void Add(std::uint64_t bits) {
    std::size_t at = (bits * 0x9E3779B97F4A7C15U) >> (64U - std::bit_width(slots_.size() - 1));
    while (slots_[at].count > 0 && slots_[at].bits != bits) at = (at + 1) & (slots_.size() - 1);
    slots_[at].bits = bits;
    ++slots_[at].count;
  }
  void TakeInto(std::vector<Counted::Value>& values) const {
    for (const Counted::Value& slot : slots_) {
      if (slot.count > 0) values.push_back(slot);
    }
  }

 private:
  std::vector<Counted::Value> slots_;
};

Counted CountValues(const Column& column, const Mask& scope) {
  Counted out{.values = {}, .is_text = column.is_text};
  if (column.is_text) {
    std::vector<std::int64_t> counts(column.words.size(), 0);
    for (std::size_t at = 0; at < column.runs.size(); ++at) {
      counts[column.codes[at]] += scope[column.runs[at]];
    }
    for (std::size_t code = 0; code < counts.size(); ++code) {
      if (counts[code] > 0) out.values.push_back({code, counts[code]});
    }
    return out;
  }
  BitCounts counts(column.runs.size());
  for (std::size_t at = 0; at < column.runs.size(); ++at) {
    if (scope[column.runs[at]] == 0) continue;
    const double value = column.last[at];
    counts.Add(std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
  }
  counts.TakeInto(out.values);
  return out;
}

double NumberAt(const Column& column, const Counted::Value& value) {
  return column.is_text ? column.words.Number(static_cast<std::uint32_t>(value.bits))
                        : std::bit_cast<double>(value.bits);
}

/// Type, extremes and histogram of the numbers among the values.
void AddNumbers(const Column& column, const Counted& counted, ColumnProfile& profile) {
  profile.is_number = !column.is_text || !counted.values.empty();
  for (const Counted::Value& value : counted.values) {
    const double number = NumberAt(column, value);
    if (column.is_text && std::isnan(number)) profile.is_number = false;
    if (std::isnan(number)) continue;
    profile.min = std::min(profile.min.value_or(number), number);
    profile.max = std::max(profile.max.value_or(number), number);
  }
  if (!profile.is_number) {
    profile.min.reset();
    profile.max.reset();
    return;
  }
  if (!profile.min) return;
  profile.histogram.assign(RunQueries::kBins, 0);
  const double width = (*profile.max - *profile.min) / static_cast<double>(RunQueries::kBins);
  for (const Counted::Value& value : counted.values) {
    const double number = NumberAt(column, value);
    if (std::isnan(number)) continue;
    const double bin = width > 0 ? (number - *profile.min) / width : 0;
    const auto last = static_cast<double>(RunQueries::kBins - 1);
    // A width beyond the largest double makes no bins: all stands in the first.
    const auto at = std::isfinite(bin) ? static_cast<std::size_t>(std::clamp(bin, 0.0, last)) : 0;
    profile.histogram[at] += value.count;
  }
}

/// The most frequent values; of equally frequent ones the smaller first.
void AddTop(const Column& column, Counted& counted, ColumnProfile& profile) {
  const auto before = [&](const Counted::Value& a, const Counted::Value& b) {
    if (a.count != b.count) return a.count > b.count;
    if (!column.is_text) return std::bit_cast<double>(a.bits) < std::bit_cast<double>(b.bits);
    return column.words.Text(static_cast<std::uint32_t>(a.bits)) <
           column.words.Text(static_cast<std::uint32_t>(b.bits));
  };
  // NaN orders nowhere.
  std::erase_if(counted.values, [&](const Counted::Value& value) {
    return !column.is_text && std::isnan(std::bit_cast<double>(value.bits));
  });
  const auto most = std::min(RunQueries::kTop, counted.values.size());
  std::ranges::partial_sort(counted.values,
                            counted.values.begin() + static_cast<std::ptrdiff_t>(most), before);
  for (std::size_t at = 0; at < most; ++at) {
    const Counted::Value& value = counted.values[at];
    const Scalar scalar = column.is_text
                              ? Scalar(column.words.Text(static_cast<std::uint32_t>(value.bits)))
                              : Scalar(std::bit_cast<double>(value.bits));
    profile.top.push_back({scalar, value.count});
  }
}

ColumnProfile ProfileOf(const RunTable& table, const Mask& scope, std::int64_t total,
                        const ColumnName& name, const Column& column) {
  ColumnProfile profile{.name = name, .total = total};
  std::optional<std::uint32_t> last;
  for (const std::uint32_t run : column.runs) {
    if (scope[run] == 0 || run == last) continue;
    last = run;
    ++profile.runs;
    const auto started = table.runs()[run].started_ms;
    if (!started) continue;
    profile.first_seen_ms = std::min(profile.first_seen_ms.value_or(*started), *started);
    profile.last_seen_ms = std::max(profile.last_seen_ms.value_or(*started), *started);
  }
  Counted counted = CountValues(column, scope);
  profile.distinct = static_cast<std::int64_t>(counted.values.size());
  AddNumbers(column, counted, profile);
  AddTop(column, counted, profile);
  return profile;
}

}  // namespace

std::optional<db::Page<ColumnProfile>> RunQueries::Remembered(const std::string& question,
                                                              const RunTable& table) {
  const std::lock_guard lock(mutex_);
  for (const Profiled& one : profiled_) {
    const bool is_current = one.change == table.change() && one.position == table.position();
    if (is_current && one.question == question) return one.page;
  }
  return std::nullopt;
}

Result<db::Page<ColumnProfile>> RunQueries::Columns(const journal::View& view,
                                                    const ColumnsQuery& query) {
  const auto table = TRY(Current(view));
  const std::shared_lock lock(table->mutex);
  const std::string question = fmt::format("{} {} {} {} {:?} {:?}", view.project, query.limit,
                                           query.kind ? static_cast<int>(*query.kind) : -1,
                                           query.after ? query.after->Text() : std::string(),
                                           query.experiment, query.contains);
  if (auto known = Remembered(question, *table)) return *std::move(known);
  std::vector<std::string> experiments;
  if (query.experiment != "-") experiments.push_back(query.experiment);
  const Mask scope =
      TRY(ScopeOf(*table, experiments, db::View::kActive, std::nullopt, std::nullopt));
  const auto total = std::ranges::count(scope, 1);
  std::vector<ColumnName> names;
  for (const auto& [name, column] : table->columns()) names.push_back(name);
  for (const std::string_view key : kAttributes) {
    names.push_back({ColumnKind::kAttribute, std::string(key)});
  }
  std::ranges::sort(names);
  db::Page<ColumnProfile> page;
  for (const ColumnName& name : names) {
    if (query.kind && name.kind != *query.kind) continue;
    if (query.after && name <= *query.after) continue;
    if (!ContainsFolded(name.Text(), query.contains)) continue;
    const bool is_attribute = name.kind == ColumnKind::kAttribute;
    if (!is_attribute && !IsIn(*table, scope, name)) continue;
    if (page.items.size() == static_cast<std::size_t>(query.limit)) {
      page.has_more = true;
      break;
    }
    // Each run's own; to make them all takes long and says nothing.
    if (is_attribute && (name.key == "id" || name.key == "artifact_uri")) {
      page.items.push_back({.name = name, .runs = total, .total = total, .distinct = total});
      continue;
    }
    page.items.push_back(ProfileOf(*table, scope, total, name, *table->Get(name)));
  }
  const std::lock_guard remembering(mutex_);
  profiled_.push_front({question, table->change(), table->position(), page});
  if (profiled_.size() > kProfiledMax) profiled_.pop_back();
  return page;
}

}  // namespace galley::tracking
