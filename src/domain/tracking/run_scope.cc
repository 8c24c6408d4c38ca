#include "domain/tracking/run_scope.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>

namespace galley::tracking {
namespace {

constexpr std::size_t kKeysMax = 3;
constexpr std::uint64_t kNoValue = ~std::uint64_t{0};

/// What makes a group: for each key a code or the bits of a number.
struct GroupKey {
  std::uint64_t parts[kKeysMax] = {kNoValue, kNoValue, kNoValue};
  bool operator==(const GroupKey&) const = default;
};
struct GroupKeyHash {
  std::size_t operator()(const GroupKey& key) const {
    std::uint64_t hash = 0;
    for (const std::uint64_t part : key.parts) {
      hash = (hash ^ part) * 0x9E3779B97F4A7C15U;
      hash ^= hash >> 32U;
    }
    return hash;
  }
};

/// By run of the table: what its value is, as part of a group's key.
std::vector<std::uint64_t> PartsOf(const RunTable& table, const Column* column,
                                   Aggregate aggregate) {
  std::vector<std::uint64_t> parts(table.runs().size(), kNoValue);
  if (column == nullptr) return parts;
  for (std::size_t at = column->runs.size(); at-- > 0;) {
    if (column->is_text) {
      parts[column->runs[at]] = column->codes[at];
      continue;
    }
    const double number = NumbersOf(*column, aggregate)[at];
    parts[column->runs[at]] = std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
  }
  return parts;
}

Scalar ScalarOf(const Column* column, std::uint64_t part) {
  if (part == kNoValue || column == nullptr) return {};
  if (column->is_text) return column->words.Text(static_cast<std::uint32_t>(part));
  return std::bit_cast<double>(part);
}

/// Mean and spread as values come (Welford 1962).
struct Moments {
  std::int64_t n = 0;
  double mean = 0;
  double squares = 0;
  double min = 0;
  double max = 0;

  void Take(double value) {
    if (std::isnan(value)) return;
    min = n == 0 ? value : std::min(min, value);
    max = n == 0 ? value : std::max(max, value);
    ++n;
    const double off = value - mean;
    mean += off / static_cast<double>(n);
    squares += off * (value - mean);
  }
  GroupStatistics Statistics() const {
    GroupStatistics out{.n = n, .mean = mean, .sd = {}, .min = min, .max = max};
    if (n > 1) out.sd = std::sqrt(squares / static_cast<double>(n - 1));
    return out;
  }
};

/// By run of the table: the number in a column, NaN where there is none.
std::vector<double> ScatteredNumbers(const RunTable& table, const ColumnSpec& spec) {
  std::vector<double> numbers(table.runs().size(), std::numeric_limits<double>::quiet_NaN());
  const auto column = table.Get(spec.name);
  if (!column) return numbers;
  for (std::size_t at = column->runs.size(); at-- > 0;) {
    numbers[column->runs[at]] = column->is_text ? column->words.Number(column->codes[at])
                                                : NumbersOf(*column, spec.aggregate)[at];
  }
  return numbers;
}

/// -1, 0 or 1. Numbers before texts, what is missing last whatever the direction.
int Compared(const Scalar& a, const Scalar& b, bool ascending) {
  const auto rank = [](const Scalar& value) {
    if (std::holds_alternative<std::monostate>(value)) return 3;
    if (const double* number = std::get_if<double>(&value)) return std::isnan(*number) ? 2 : 0;
    return 1;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b) ? -1 : 1;
  if (rank(a) > 1 || a == b) return 0;
  return (a < b) == ascending ? -1 : 1;
}

/// A text that is a number sorts as one.
Scalar Sortable(const Scalar& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return value;
  const double number = NumberIn(*text);
  return std::isnan(number) ? value : Scalar(number);
}

bool SameColumn(const ColumnSpec& a, const ColumnSpec& b) {
  return a.name == b.name && a.aggregate == b.aggregate;
}

/// What a group is sorted by: a part of its key, or the mean of a column.
struct GroupOrder {
  bool by_key;
  std::size_t at;
  bool ascending;
};

std::vector<GroupOrder> OrderOfGroups(std::span<const ColumnSpec> by,
                                      std::span<const ColumnSpec> columns,
                                      std::span<const SortKey> sort) {
  std::vector<GroupOrder> orders;
  for (const SortKey& key : sort) {
    const auto same = [&](const ColumnSpec& spec) { return SameColumn(spec, key.column); };
    const auto part = std::ranges::find_if(by, same);
    const auto column = std::ranges::find_if(columns, same);
    if (part != by.end()) {
      orders.push_back({true, static_cast<std::size_t>(part - by.begin()), key.ascending});
    } else if (column != columns.end()) {
      orders.push_back({false, static_cast<std::size_t>(column - columns.begin()), key.ascending});
    }
  }
  for (std::size_t at = 0; at < by.size(); ++at) orders.push_back({true, at, true});
  return orders;
}

void SortGroups(std::vector<RunGroup>& groups, std::span<const GroupOrder> orders) {
  struct Item {
    std::vector<Scalar> order;
    std::size_t at;
  };
  std::vector<Item> items;
  for (const RunGroup& group : groups) {
    Item item{.order = {}, .at = items.size()};
    for (const GroupOrder& order : orders) {
      if (order.by_key) {
        item.order.push_back(Sortable(group.key[order.at]));
      } else {
        const GroupStatistics& values = group.values[order.at];
        item.order.push_back(values.n > 0 ? Scalar(values.mean) : Scalar());
      }
    }
    items.push_back(std::move(item));
  }
  std::ranges::sort(items, [&](const Item& a, const Item& b) {
    for (std::size_t at = 0; at < orders.size(); ++at) {
      const int compared = Compared(a.order[at], b.order[at], orders[at].ascending);
      if (compared != 0) return compared < 0;
    }
    return a.at < b.at;
  });
  std::vector<RunGroup> sorted;
  sorted.reserve(groups.size());
  for (const Item& item : items) sorted.push_back(std::move(groups[item.at]));
  groups = std::move(sorted);
}

}  // namespace

const std::vector<double>& NumbersOf(const Column& column, Aggregate aggregate) {
  if (aggregate == Aggregate::kMin && !column.low.empty()) return column.low;
  if (aggregate == Aggregate::kMax && !column.high.empty()) return column.high;
  return column.last;
}

Scalar ValueAt(const Column& column, std::size_t at, Aggregate aggregate) {
  if (column.is_text) return column.words.Text(column.codes[at]);
  return NumbersOf(column, aggregate)[at];
}

Result<Mask> ScopeOf(const RunTable& table, std::span<const std::string> experiments,
                     const db::View& view, std::optional<std::int64_t> from_ms,
                     std::optional<std::int64_t> to_ms) {
  std::set<std::int64_t> rows;
  for (const std::string& text : experiments) {
    const auto by = [&](auto member) {
      return std::ranges::find_if(table.experiments(),
                                  [&](const auto& entry) { return entry.second.*member == text; });
    };
    auto found = by(&ExperimentFacts::number);
    if (found == table.experiments().end()) found = by(&ExperimentFacts::name);
    if (found == table.experiments().end()) {
      return Fail(Code::kNotFound, "there is no experiment '{}'", text);
    }
    rows.insert(found->first);
  }
  Mask mask(table.runs().size(), 0);
  std::int64_t last = -1;
  bool last_is_in = rows.empty();
  for (std::size_t at = 0; at < mask.size(); ++at) {
    const RunFacts& run = table.runs()[at];
    if (!rows.empty() && run.experiment != last) {
      last = run.experiment;
      last_is_in = rows.contains(last);
    }
    bool is_in = last_is_in;
    if (view == db::View::kActive) is_in = is_in && run.state == State::kActive;
    if (view == db::View::kDeleted) is_in = is_in && run.state == State::kDeleted;
    if (from_ms) is_in = is_in && run.started_ms && *run.started_ms >= *from_ms;
    if (to_ms) is_in = is_in && run.started_ms && *run.started_ms < *to_ms;
    mask[at] = is_in ? 1 : 0;
  }
  return mask;
}

Groups GroupsOf(const RunTable& table, std::span<const std::uint32_t> runs,
                std::span<const ColumnSpec> by, std::span<const ColumnSpec> columns,
                std::span<const SortKey> sort) {
  std::vector<std::shared_ptr<const Column>> key_columns;
  std::vector<std::vector<std::uint64_t>> parts;
  for (const ColumnSpec& spec : by) {
    key_columns.push_back(table.Get(spec.name));
    parts.push_back(PartsOf(table, key_columns.back().get(), spec.aggregate));
  }
  std::unordered_map<GroupKey, std::uint32_t, GroupKeyHash> numbers;
  std::vector<GroupKey> keys;
  std::vector<std::uint32_t> group_of(runs.size());
  Groups out;
  for (std::size_t at = 0; at < runs.size(); ++at) {
    GroupKey key;
    for (std::size_t part = 0; part < parts.size(); ++part) key.parts[part] = parts[part][runs[at]];
    const auto [entry, is_new] = numbers.try_emplace(key, static_cast<std::uint32_t>(keys.size()));
    if (is_new) {
      keys.push_back(key);
      out.groups.emplace_back();
    }
    group_of[at] = entry->second;
    RunGroup& group = out.groups[entry->second];
    ++group.runs;
    ++group.by_status[static_cast<std::size_t>(table.runs()[runs[at]].status)];
  }
  for (const ColumnSpec& column : columns) {
    const std::vector<double> scattered = ScatteredNumbers(table, column);
    std::vector<Moments> moments(keys.size());
    for (std::size_t at = 0; at < runs.size(); ++at) {
      moments[group_of[at]].Take(scattered[runs[at]]);
    }
    for (std::size_t group = 0; group < keys.size(); ++group) {
      out.groups[group].values.push_back(moments[group].Statistics());
    }
  }
  for (std::size_t group = 0; group < keys.size(); ++group) {
    for (std::size_t part = 0; part < by.size(); ++part) {
      out.groups[group].key.push_back(ScalarOf(key_columns[part].get(), keys[group].parts[part]));
    }
  }
  SortGroups(out.groups, OrderOfGroups(by, columns, sort));
  out.total = static_cast<std::int64_t>(keys.size());
  if (out.groups.size() > RunQueries::kGroupsMax) out.groups.resize(RunQueries::kGroupsMax);
  return out;
}

}  // namespace galley::tracking
