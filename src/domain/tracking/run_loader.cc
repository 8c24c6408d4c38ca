#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "domain/tracking/rows.h"
#include "domain/tracking/run_table.h"

namespace galley::tracking {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// More changed runs than this, and at least an eighth of all, are read by scanning the tables.
constexpr std::size_t kSinglyMax = 2000;

template <typename T>
void Move(std::vector<T>& values, std::span<const std::uint32_t> order) {
  if (values.empty()) return;
  std::vector<T> moved(values.size());
  for (std::size_t at = 0; at < order.size(); ++at) moved[at] = values[order[at]];
  values = std::move(moved);
}

/// Puts values that came in any order in the order of runs.
void SortByRun(Column& column) {
  if (std::ranges::is_sorted(column.runs)) return;
  std::vector<std::uint32_t> order(column.runs.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t at) { return std::pair(column.runs[at], at); });
  Move(column.runs, order);
  Move(column.codes, order);
  Move(column.last, order);
  Move(column.low, order);
  Move(column.high, order);
}

/// Forgets texts that no run has any more, once they are many.
void DropUnusedWords(Column& column) {
  if (column.words.size() <= 2 * column.runs.size() + 1024) return;
  auto fresh = std::make_unique<Column>();
  for (const std::uint32_t code : column.codes) {
    fresh->codes.push_back(fresh->words.CodeOf(column.words.Text(code)));
  }
  column.codes = std::move(fresh->codes);
  column.words.Swap(fresh->words);
}

template <typename T>
void EraseAt(std::vector<T>& values, std::size_t begin, std::size_t end) {
  if (values.empty()) return;
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(begin),
               values.begin() + static_cast<std::ptrdiff_t>(end));
}

void Erase(Column& column, std::uint32_t run) {
  const auto [first, last] = std::ranges::equal_range(column.runs, run);
  if (first == last) return;
  const auto begin = static_cast<std::size_t>(first - column.runs.begin());
  const auto end = static_cast<std::size_t>(last - column.runs.begin());
  EraseAt(column.runs, begin, end);
  EraseAt(column.codes, begin, end);
  EraseAt(column.last, begin, end);
  EraseAt(column.low, begin, end);
  EraseAt(column.high, begin, end);
}

template <typename T>
void InsertAt(std::vector<T>& values, std::size_t at, T value) {
  values.insert(values.begin() + static_cast<std::ptrdiff_t>(at), value);
}

struct Numbers {
  double last;
  double low;
  double high;
};

void AddText(Column& column, std::uint32_t run, std::string_view text) {
  column.runs.push_back(run);
  column.codes.push_back(column.words.CodeOf(text));
}
void AddNumbers(Column& column, std::uint32_t run, const Numbers& numbers) {
  column.runs.push_back(run);
  column.last.push_back(numbers.last);
  column.low.push_back(numbers.low);
  column.high.push_back(numbers.high);
}

/// Sets the run's only value.
void PutText(Column& column, std::uint32_t run, std::string_view text) {
  const auto found = std::ranges::lower_bound(column.runs, run);
  const auto at = static_cast<std::size_t>(found - column.runs.begin());
  const std::uint32_t code = column.words.CodeOf(text);
  if (found != column.runs.end() && *found == run) {
    column.codes[at] = code;
    return;
  }
  InsertAt(column.runs, at, run);
  InsertAt(column.codes, at, code);
}
void PutNumbers(Column& column, std::uint32_t run, const Numbers& numbers) {
  const auto found = std::ranges::lower_bound(column.runs, run);
  const auto at = static_cast<std::size_t>(found - column.runs.begin());
  if (found == column.runs.end() || *found != run) {
    InsertAt(column.runs, at, run);
    InsertAt(column.last, at, 0.0);
    InsertAt(column.low, at, 0.0);
    InsertAt(column.high, at, 0.0);
  }
  column.last[at] = numbers.last;
  column.low[at] = numbers.low;
  column.high[at] = numbers.high;
}
/// Sets the first of a run's values, and adds another one behind those that it has.
void AppendText(Column& column, std::uint32_t run, std::string_view text) {
  const auto at =
      static_cast<std::size_t>(std::ranges::upper_bound(column.runs, run) - column.runs.begin());
  InsertAt(column.runs, at, run);
  InsertAt(column.codes, at, column.words.CodeOf(text));
}

Numbers NumbersAt(const db::Rows& rows, int first) {
  return {.last = rows.Integer(first + 1) != 0 ? kNaN : rows.Real(first),
          .low = rows.IsNull(first + 2) ? kNaN : rows.Real(first + 2),
          .high = rows.IsNull(first + 3) ? kNaN : rows.Real(first + 3)};
}

constexpr std::array<std::pair<std::string_view, int>, 3> kDatasetColumns{
    {{"name", 1}, {"digest", 2}, {"context", 3}}};

}  // namespace

/// Brings one table up to the snapshot of one connection.
class RunLoader {
 public:
  RunLoader(db::Connection& db, std::int64_t project, RunTable& table)
      : db_(db), project_(project), table_(table) {}

  Status Run(std::int64_t position, std::int64_t change);

 private:
  /// A run that is new or has changed.
  struct Changed {
    std::int64_t row;
    std::uint32_t index;
  };
  Status LoadExperiments();
  Result<std::vector<Changed>> LoadFacts();
  Status LoadAll();
  Status LoadOne(const Changed& run);
  Status LoadTexts(ColumnKind kind, std::string_view sql);
  Status LoadMetrics();
  Status LoadDatasets();
  bool IndexOf(std::int64_t row, std::uint32_t& index);

  db::Connection& db_;
  std::int64_t project_;
  RunTable& table_;
  std::int64_t last_row_ = -1;
  std::uint32_t last_index_ = 0;
};

Status RunLoader::LoadExperiments() {
  auto rows =
      TRY(db_.Query("SELECT e.row, a.alias, e.name, e.artifact_root, e.state FROM experiment AS e "
                    "JOIN alias AS a ON a.system = 'mlflow' AND a.kind = 'experiment' "
                    "AND a.row = e.row WHERE e.project = ?",
                    {project_}));
  std::map<std::int64_t, ExperimentFacts> experiments;
  while (TRY(rows.Next())) {
    experiments[rows.Integer(0)] = {.number = std::string(rows.Text(1)),
                                    .name = std::string(rows.Text(2)),
                                    .artifact_root = std::string(rows.Text(3)),
                                    .state = static_cast<State>(rows.Integer(4))};
  }
  table_.experiments_ = std::move(experiments);
  return {};
}

Result<std::vector<RunLoader::Changed>> RunLoader::LoadFacts() {
  auto rows =
      TRY(db_.Query("SELECT row, id, experiment, name, user, status, state, started_ms, ended_ms "
                    "FROM run WHERE project = ? AND changed > ? ORDER BY row",
                    {project_, table_.change_}));
  std::vector<Changed> changed;
  while (TRY(rows.Next())) {
    RunFacts facts{.row = rows.Integer(0),
                   .id = rows.AsId(1),
                   .experiment = rows.Integer(2),
                   .status = static_cast<RunStatus>(rows.Integer(5)),
                   .state = static_cast<State>(rows.Integer(6)),
                   .started_ms = rows.MaybeInteger(7),
                   .ended_ms = rows.MaybeInteger(8)};
    auto& runs = table_.runs_;
    std::uint32_t index = 0;
    if (!IndexOf(facts.row, index)) {
      index = static_cast<std::uint32_t>(runs.size());
      runs.push_back(facts);
    } else {
      runs[index] = facts;
    }
    PutText(*table_.names_, index, rows.Text(3));
    PutText(*table_.users_, index, rows.Text(4));
    changed.push_back({facts.row, index});
  }
  return changed;
}

/// False: the run is of another project, or not there yet.
bool RunLoader::IndexOf(std::int64_t row, std::uint32_t& index) {
  if (row == last_row_) {
    index = last_index_;
    return true;
  }
  const auto& runs = table_.runs_;
  const auto found = std::ranges::lower_bound(runs, row, {}, &RunFacts::row);
  if (found == runs.end() || found->row != row) return false;
  last_row_ = row;
  last_index_ = index = static_cast<std::uint32_t>(found - runs.begin());
  return true;
}

Status RunLoader::LoadTexts(ColumnKind kind, std::string_view sql) {
  auto rows = TRY(db_.Query(sql));
  std::map<std::string, Column*, std::less<>> columns;
  while (TRY(rows.Next())) {
    std::uint32_t run = 0;
    if (!IndexOf(rows.Integer(0), run)) continue;
    const std::string_view key = rows.Text(1);
    auto found = columns.find(key);
    if (found == columns.end()) {
      found = columns.emplace(std::string(key), &table_.Take(kind, key)).first;
    }
    AddText(*found->second, run, rows.Text(2));
  }
  return {};
}

Status RunLoader::LoadMetrics() {
  auto rows = TRY(db_.Query("SELECT run, key, value, is_nan, low, high FROM metric_series"));
  std::map<std::string, Column*, std::less<>> columns;
  while (TRY(rows.Next())) {
    std::uint32_t run = 0;
    if (!IndexOf(rows.Integer(0), run)) continue;
    const std::string_view key = rows.Text(1);
    auto found = columns.find(key);
    if (found == columns.end()) {
      found = columns.emplace(std::string(key), &table_.Take(ColumnKind::kMetric, key)).first;
    }
    AddNumbers(*found->second, run, NumbersAt(rows, 2));
  }
  return {};
}

Status RunLoader::LoadDatasets() {
  auto rows = TRY(
      db_.Query("SELECT i.run, d.name, d.digest, x.value FROM run_input AS i "
                "JOIN dataset AS d ON d.row = i.dataset "
                "LEFT JOIN run_input_tag AS x ON x.input = i.row AND x.key = 'mlflow.data.context' "
                "ORDER BY i.row"));
  while (TRY(rows.Next())) {
    std::uint32_t run = 0;
    if (!IndexOf(rows.Integer(0), run)) continue;
    for (const auto& [key, at] : kDatasetColumns) {
      if (!rows.IsNull(at)) AddText(table_.Take(ColumnKind::kDataset, key), run, rows.Text(at));
    }
  }
  return {};
}

Status RunLoader::LoadAll() {
  table_.columns_.clear();
  TRY(LoadTexts(ColumnKind::kParam, "SELECT run, key, value FROM run_param"));
  TRY(LoadTexts(ColumnKind::kTag, "SELECT run, key, value FROM run_tag"));
  TRY(LoadMetrics());
  TRY(LoadDatasets());
  for (const auto& [name, column] : table_.columns_) SortByRun(*column);
  return {};
}

Status RunLoader::LoadOne(const Changed& run) {
  for (const auto& [name, column] : table_.columns_) {
    if (name.kind == ColumnKind::kTag || name.kind == ColumnKind::kDataset) {
      Erase(*column, run.index);
    }
  }
  {
    auto rows = TRY(db_.Query("SELECT key, value FROM run_param WHERE run = ?", {run.row}));
    while (TRY(rows.Next())) {
      PutText(table_.Take(ColumnKind::kParam, rows.Text(0)), run.index, rows.Text(1));
    }
  }
  {
    auto rows = TRY(db_.Query("SELECT key, value FROM run_tag WHERE run = ?", {run.row}));
    while (TRY(rows.Next())) {
      PutText(table_.Take(ColumnKind::kTag, rows.Text(0)), run.index, rows.Text(1));
    }
  }
  {
    auto rows = TRY(db_.Query(
        "SELECT key, value, is_nan, low, high FROM metric_series WHERE run = ?", {run.row}));
    while (TRY(rows.Next())) {
      PutNumbers(table_.Take(ColumnKind::kMetric, rows.Text(0)), run.index, NumbersAt(rows, 1));
    }
  }
  auto rows = TRY(
      db_.Query("SELECT i.run, d.name, d.digest, x.value FROM run_input AS i "
                "JOIN dataset AS d ON d.row = i.dataset "
                "LEFT JOIN run_input_tag AS x ON x.input = i.row AND x.key = 'mlflow.data.context' "
                "WHERE i.run = ? ORDER BY i.row",
                {run.row}));
  while (TRY(rows.Next())) {
    for (const auto& [key, at] : kDatasetColumns) {
      if (rows.IsNull(at)) continue;
      AppendText(table_.Take(ColumnKind::kDataset, key), run.index, rows.Text(at));
    }
  }
  return {};
}

Status RunLoader::Run(std::int64_t position, std::int64_t change) {
  TRY(LoadExperiments());
  const bool is_first = table_.change_ < 0;
  const std::vector<Changed> changed = TRY(LoadFacts());
  const bool is_much = changed.size() > kSinglyMax && changed.size() > table_.runs_.size() / 8;
  if (is_first || is_much) {
    TRY(LoadAll());
  } else {
    for (const Changed& run : changed) TRY(LoadOne(run));
  }
  for (const auto& [name, column] : table_.columns_) DropUnusedWords(*column);
  DropUnusedWords(*table_.names_);
  std::erase_if(table_.columns_, [](const auto& entry) { return entry.second->runs.empty(); });
  table_.position_ = position;
  table_.change_ = change;
  return {};
}

Status RunTable::Refresh(db::Connection& db, std::int64_t project) {
  std::int64_t position = 0;
  std::int64_t change = 0;
  {
    auto rows =
        TRY(db.Query("SELECT coalesce((SELECT max(sequence) FROM event), 0), "
                     "coalesce((SELECT changed FROM run WHERE project = ? "
                     "ORDER BY changed DESC LIMIT 1), 0)",
                     {project}));
    if (!TRY(rows.Next())) return Fail(Code::kInternal, "no position of the journal");
    position = rows.Integer(0);
    change = rows.Integer(1);
  }
  const auto is_current = [&] { return position <= position_ && change <= change_; };
  {
    const std::shared_lock lock(mutex);
    if (is_current()) return {};
  }
  const std::unique_lock lock(mutex);
  if (is_current()) return {};
  const Status loaded = RunLoader(db, project, *this).Run(position, change);
  const bool is_large = Values() > kValuesMax || TextBytes() > kTextBytesMax;
  if (!loaded || is_large) Clear();  // Half a table would answer half the truth.
  TRY(Status(loaded));
  if (!is_large) return {};
  return Fail(Code::kResourceExhausted,
              "the project's runs have more than {} values, or {} bytes of different texts, the "
              "most that can be queried together",
              kValuesMax, kTextBytesMax);
}

}  // namespace galley::tracking
