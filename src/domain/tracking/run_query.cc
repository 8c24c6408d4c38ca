#include "domain/tracking/run_query.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "domain/tracking/run_scope.h"

namespace galley::tracking {
namespace {

constexpr std::size_t kColumnsMax = 200;
constexpr std::size_t kSortMax = 8;
constexpr std::size_t kGroupByMax = 3;

constexpr std::uint64_t kMissing = ~std::uint64_t{0};
constexpr std::uint64_t kNotANumber = kMissing - 1;

/// A number whose order as a whole number is that of the double.
std::uint64_t OrderOf(double value) {
  const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
  return (bits & kSign) != 0 ? ~bits : bits | kSign;
}

/// For each run of the table where it stands by one key: small comes first, what is missing last,
/// NaN before it, in both directions.
std::vector<std::uint64_t> OrdersOf(const RunTable& table, const SortKey& key) {
  std::vector<std::uint64_t> orders(table.runs().size(), kMissing);
  const auto column = table.Get(key.column.name);
  if (!column) return orders;
  const auto put = [&](std::size_t at, std::uint64_t order) {
    orders[column->runs[at]] = key.ascending ? order : kNotANumber - 1 - order;
  };
  if (column->is_text) {
    const auto ranks = column->words.Ranks();
    // From the back, so that the first of several values counts.
    for (std::size_t at = column->runs.size(); at-- > 0;) put(at, (*ranks)[column->codes[at]]);
    return orders;
  }
  const std::vector<double>& numbers = NumbersOf(*column, key.column.aggregate);
  for (std::size_t at = 0; at < numbers.size(); ++at) {
    if (std::isnan(numbers[at])) {
      orders[column->runs[at]] = kNotANumber;
    } else {
      put(at, OrderOf(numbers[at]));
    }
  }
  return orders;
}

/// Sorts by the keys, then the last started first, then by id.
void Sort(const RunTable& table, std::span<const SortKey> keys, std::vector<std::uint32_t>& runs) {
  std::vector<std::vector<std::uint64_t>> orders;
  for (const SortKey& key : keys) orders.push_back(OrdersOf(table, key));
  orders.push_back(OrdersOf(
      table, {.column = {.name = {ColumnKind::kAttribute, "started"}}, .ascending = false}));
  struct Item {
    std::uint64_t order;
    std::uint32_t run;
  };
  std::vector<Item> items;
  items.reserve(runs.size());
  for (const std::uint32_t run : runs) items.push_back({orders[0][run], run});
  std::ranges::sort(items, [&](const Item& a, const Item& b) {
    if (a.order != b.order) return a.order < b.order;
    for (std::size_t key = 1; key < orders.size(); ++key) {
      if (orders[key][a.run] != orders[key][b.run]) return orders[key][a.run] < orders[key][b.run];
    }
    return table.runs()[a.run].id < table.runs()[b.run].id;
  });
  for (std::size_t at = 0; at < items.size(); ++at) runs[at] = items[at].run;
}

std::vector<RunRow> RowsOf(const RunTable& table, std::span<const std::uint32_t> runs,
                           std::span<const ColumnSpec> specs) {
  struct Shown {
    std::shared_ptr<const Column> column;
    Aggregate aggregate;
  };
  std::vector<Shown> columns;
  for (const ColumnSpec& spec : specs) columns.push_back({table.Get(spec.name), spec.aggregate});
  const auto names = table.Get({ColumnKind::kAttribute, "name"});
  const auto users = table.Get({ColumnKind::kAttribute, "user"});
  std::vector<RunRow> rows;
  rows.reserve(runs.size());
  for (const std::uint32_t run : runs) {
    const RunFacts& facts = table.runs()[run];
    const ExperimentFacts& experiment = table.experiments().at(facts.experiment);
    RunRow row{.id = facts.id,
               .name = names->words.Text(names->codes[run]),
               .experiment = experiment.number,
               .experiment_name = experiment.name,
               .user = users->words.Text(users->codes[run]),
               .status = facts.status,
               .state = facts.state,
               .started_ms = facts.started_ms,
               .ended_ms = facts.ended_ms};
    row.values.reserve(columns.size());
    for (const Shown& shown : columns) {
      const auto at = shown.column ? shown.column->Find(run) : std::nullopt;
      row.values.push_back(at ? ValueAt(*shown.column, *at, shown.aggregate) : Scalar());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Result<std::vector<ColumnSpec>> ParseAll(std::span<const std::string> texts, std::string_view field,
                                         std::size_t most) {
  if (texts.size() > most) {
    return Fail(Code::kInvalidArgument, "'{}' has {} items, and may have {} at most", field,
                texts.size(), most);
  }
  std::vector<ColumnSpec> specs;
  for (std::size_t at = 0; at < texts.size(); ++at) {
    specs.push_back(TRY(Context(ParseColumnSpec(texts[at]), fmt::format("'{}[{}]'", field, at))));
  }
  return specs;
}

Result<std::vector<SortKey>> ParseSort(std::span<const std::string> texts) {
  std::vector<std::string> columns(texts.begin(), texts.end());
  std::vector<SortKey> keys;
  for (std::string& column : columns) {
    const bool descending = column.starts_with('-');
    if (descending) column.erase(0, 1);
    keys.push_back({.column = {}, .ascending = !descending});
  }
  const auto specs = TRY(ParseAll(columns, "sort", kSortMax));
  for (std::size_t at = 0; at < keys.size(); ++at) keys[at].column = specs[at];
  return keys;
}

}  // namespace

bool IsBestLow(std::string_view key) {
  constexpr std::string_view kWords[] = {
      "brier",  "cer",   "cost",   "crossentropy", "deviance", "distance", "duration",   "ece",
      "err",    "error", "errors", "fid",          "hinge",    "kl",       "latency",    "logloss",
      "loss",   "mae",   "mape",   "mse",          "msle",     "nll",      "perplexity", "ppl",
      "regret", "rmse",  "rmsle",  "smape",        "time",     "wer"};
  const auto slash = key.rfind('/');
  if (slash != std::string_view::npos) key.remove_prefix(slash + 1);
  std::string word;
  for (std::size_t at = 0; at <= key.size(); ++at) {
    const char c = at < key.size() ? key[at] : '_';
    if (c >= 'A' && c <= 'Z') {
      word += static_cast<char>(c - 'A' + 'a');
    } else if (c >= 'a' && c <= 'z') {
      word += c;
    } else {
      if (std::ranges::find(kWords, word) != std::end(kWords)) return true;
      word.clear();
    }
  }
  return false;
}

Result<ColumnSpec> ParseColumnSpec(std::string_view text) {
  constexpr std::pair<std::string_view, Aggregate> kAggregates[] = {{"last(", Aggregate::kLast},
                                                                    {"min(", Aggregate::kMin},
                                                                    {"max(", Aggregate::kMax},
                                                                    {"best(", Aggregate::kMax}};
  for (const auto& [call, aggregate] : kAggregates) {
    if (!text.starts_with(call) || !text.ends_with(')')) continue;
    const bool is_best = call == "best(";
    const std::string_view inner = text.substr(call.size(), text.size() - call.size() - 1);
    ColumnSpec spec{.name = TRY(ParseColumnName(inner)), .aggregate = aggregate};
    if (spec.name.kind == ColumnKind::kMetric) {
      if (is_best) spec.aggregate = IsBestLow(spec.name.key) ? Aggregate::kMin : Aggregate::kMax;
      return spec;
    }
    return Fail(Code::kInvalidArgument, "'{}': only metrics have a last, min, max and best value",
                text);
  }
  return ColumnSpec{.name = TRY(ParseColumnName(text))};
}

Result<std::shared_ptr<RunTable>> RunQueries::Current(const journal::View& view) {
  std::shared_ptr<RunTable> table;
  {
    const std::lock_guard lock(mutex_);
    if (tables_.size() >= kProjectsMax && !tables_.contains(view.project)) {
      tables_.erase(tables_.begin());
    }
    auto& entry = tables_[view.project];
    if (!entry) entry = std::make_shared<RunTable>();
    table = entry;
  }
  TRY(table->Refresh(view.db, view.project));
  return table;
}

Id RunQueries::Keep(Kept kept) {
  const Id id = kept.id;
  const std::lock_guard lock(mutex_);
  kept_bytes_ += kept.runs->size() * sizeof(std::uint32_t);
  kept_.push_front(std::move(kept));
  const std::int64_t now = clock_.NowMs();
  while (kept_.size() > 1 &&
         (kept_bytes_ > kKeptBytesMax || kept_.size() > 4096 || kept_.back().until_ms < now)) {
    kept_bytes_ -= kept_.back().runs->size() * sizeof(std::uint32_t);
    kept_.pop_back();
  }
  return id;
}

Result<RunAnswer> RunQueries::Ask(const journal::View& view, const RunQuery& query) {
  const auto columns = TRY(ParseAll(query.columns, "columns", kColumnsMax));
  const auto group_by = TRY(ParseAll(query.group_by, "group_by", kGroupByMax));
  const auto sort = TRY(ParseSort(query.sort));
  if (query.from_ms && query.to_ms && *query.from_ms > *query.to_ms) {
    return Fail(Code::kInvalidArgument, "'from_ms' is {}, later than 'to_ms', {}", *query.from_ms,
                *query.to_ms);
  }
  const auto table = TRY(Current(view));
  const std::shared_lock lock(table->mutex);
  const Mask scope =
      TRY(ScopeOf(*table, query.experiments, query.view, query.from_ms, query.to_ms));
  // A name means what it means in these experiments, whatever time is looked at.
  const Mask known =
      TRY(ScopeOf(*table, query.experiments, db::View::kAll, std::nullopt, std::nullopt));
  const Mask mask = TRY(Context(Matching(*table, known, query.filter), "'filter'"));
  auto runs = std::make_shared<std::vector<std::uint32_t>>();
  for (std::uint32_t run = 0; run < mask.size(); ++run) {
    if ((mask[run] & scope[run]) != 0) runs->push_back(run);
  }
  Sort(*table, sort, *runs);
  RunAnswer answer{.total = static_cast<std::int64_t>(runs->size()), .position = table->position()};
  answer.rows = RowsOf(*table, std::span(*runs).first(std::min(kFirstRows, runs->size())), columns);
  if (!group_by.empty()) {
    Groups groups = GroupsOf(*table, *runs, group_by, columns, sort);
    answer.groups = std::move(groups.groups);
    answer.groups_total = groups.total;
  }
  answer.result = Keep({.id = ids_.Next(),
                        .project = view.project,
                        .until_ms = clock_.NowMs() + kKeptMs,
                        .table = table,
                        .runs = std::move(runs),
                        .columns = columns});
  return answer;
}

Result<RunQueries::Kept> RunQueries::Find(const journal::View& view, std::string_view result) {
  const auto id = Id::Parse(result);
  if (!id) {
    return Fail(Code::kInvalidArgument, "'{}' is no result; an id has 32 lower-case hex digits",
                result);
  }
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(kept_, *id, &Kept::id);
  if (found == kept_.end() || found->project != view.project || found->until_ms < clock_.NowMs()) {
    return Fail(Code::kNotFound,
                "the result {} is no longer kept (they are for {} minutes); ask again", result,
                kKeptMs / 60'000);
  }
  found->until_ms = clock_.NowMs() + kKeptMs;
  kept_.splice(kept_.begin(), kept_, found);
  return kept_.front();
}

Result<std::vector<Id>> RunQueries::Runs(const journal::View& view, std::string_view result) {
  const Kept kept = TRY(Find(view, result));
  if (TRY(Current(view)) != kept.table) {
    return Fail(Code::kNotFound, "the result {} is no longer kept; ask again", result);
  }
  const std::shared_lock lock(kept.table->mutex);
  std::vector<Id> ids;
  ids.reserve(kept.runs->size());
  for (const std::uint32_t run : *kept.runs) ids.push_back(kept.table->runs()[run].id);
  return ids;
}

Result<RunWindow> RunQueries::Window(const journal::View& view, std::string_view result,
                                     std::int64_t from, std::int64_t n) {
  if (from < 0) return Fail(Code::kInvalidArgument, "'from' must not be negative, and is {}", from);
  if (n < 1 || n > kWindowMax) {
    return Fail(Code::kInvalidArgument, "'n' must be from 1 to {}, not {}", kWindowMax, n);
  }
  const Kept kept = TRY(Find(view, result));
  const auto table = TRY(Current(view));
  if (table != kept.table) {
    return Fail(Code::kNotFound, "the result {} is no longer kept; ask again", result);
  }
  const std::shared_lock lock(table->mutex);
  const auto total = static_cast<std::int64_t>(kept.runs->size());
  RunWindow window{.total = total, .from = from, .rows = {}};
  if (from >= total) return window;
  window.rows = RowsOf(*table,
                       std::span(*kept.runs)
                           .subspan(static_cast<std::size_t>(from),
                                    static_cast<std::size_t>(std::min(n, total - from))),
                       kept.columns);
  return window;
}

}  // namespace galley::tracking
