#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/tracking/types.h"
#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// All runs of a project by columns, in memory: what filters, sorting, groups and profiles read.
/// The tables of the database stay the truth; a table here follows them by change numbers.
namespace galley::tracking {

/// What a column is of; also the order in which columns are listed.
enum class ColumnKind : std::uint8_t { kMetric, kParam, kTag, kAttribute, kDataset };

/// A column's name: `metrics.val/loss`. `key` is free text.
struct ColumnName {
  ColumnKind kind = ColumnKind::kAttribute;
  std::string key;

  auto operator<=>(const ColumnName&) const = default;
  /// `metrics.auc`, `params.lr`, `tags.team`, `attributes.user`, `dataset.name`.
  std::string Text() const;
};
/// `metrics.`, with its point.
std::string_view PrefixOf(ColumnKind kind);
/// Reads what Text writes. kInvalidArgument: no such kind, no key, or no such attribute.
Result<ColumnName> ParseColumnName(std::string_view text);

/// The text as a number; NaN unless all of it is a finite decimal number.
double NumberIn(std::string_view text);

/// The distinct texts of a column, numbered in the order in which they came.
class Words {
 public:
  std::uint32_t CodeOf(std::string_view text);
  std::size_t size() const { return texts_.size(); }
  const std::string& Text(std::uint32_t code) const { return texts_[code]; }
  /// What the text is as a number; NaN where it is none.
  double Number(std::uint32_t code) const { return numbers_[code]; }
  /// By code: its place among all, numbers first by value, then texts by bytes. Computed when it is
  /// first asked for; any thread.
  std::shared_ptr<const std::vector<std::uint32_t>> Ranks() const;
  std::size_t bytes() const { return bytes_; }
  void Swap(Words& other);

 private:
  std::deque<std::string> texts_;  // Never move, so that the keys below may point into them.
  std::vector<double> numbers_;
  std::unordered_map<std::string_view, std::uint32_t> codes_;
  std::size_t bytes_ = 0;
  mutable std::mutex ranks_mutex_;
  mutable std::shared_ptr<const std::vector<std::uint32_t>> ranks_;
};

/// The values of the runs that have one, by run's index. Only a dataset column has several of one
/// run. Numbers are in `last` (with `low` and `high` for metrics: NaN where no point is a number);
/// texts in `codes`.
struct Column {
  bool is_text = false;
  std::vector<std::uint32_t> runs;
  std::vector<std::uint32_t> codes;
  std::vector<double> last;
  std::vector<double> low;
  std::vector<double> high;
  Words words;

  /// Where the run's first value stands; nothing if it has none.
  std::optional<std::size_t> Find(std::uint32_t run) const;
};

/// What a run is beside what it logged.
struct RunFacts {
  std::int64_t row = 0;
  Id id;
  std::int64_t experiment = 0;  ///< Its row.
  RunStatus status = RunStatus::kRunning;
  State state = State::kActive;
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
};

struct ExperimentFacts {
  std::string number;
  std::string name;
  std::string artifact_root;
  State state = State::kActive;
};

/// `finished`.
std::string_view StatusText(RunStatus status);

/// The attributes that columns, filters and orders know, by their first names.
inline constexpr std::string_view kAttributes[] = {
    "id",     "name",    "experiment", "experiment_number", "user",
    "status", "started", "ended",      "duration",          "artifact_uri"};

/// The runs of one project. A run's index is its place in the order of rows and stays. Whoever
/// reads holds `mutex` shared; Refresh takes it alone for as long as it works.
class RunTable {
 public:
  RunTable() { Clear(); }

  /// Values (runs times what each has) that a table may hold: some 2 GiB.
  static constexpr std::size_t kValuesMax = 64'000'000;
  static constexpr std::size_t kTextBytesMax = std::size_t{1} << 30;

  /// Takes over what `db`'s snapshot has and the table does not. Cheap if nothing changed.
  /// kResourceExhausted: the project is larger than the limits above.
  Status Refresh(db::Connection& db, std::int64_t project);

  std::shared_mutex mutex;

  // All of these: with `mutex`.
  const std::vector<RunFacts>& runs() const { return runs_; }
  const std::map<std::int64_t, ExperimentFacts>& experiments() const { return experiments_; }
  /// The journal's last event that is in here.
  std::int64_t position() const { return position_; }
  /// The change number up to which everything is in here.
  std::int64_t change() const { return change_; }
  /// Metrics, params, tags and datasets; attributes are computed.
  const std::map<ColumnName, std::unique_ptr<Column>>& columns() const { return columns_; }
  /// Null if no run of the project has it. Attributes that are not stored are made for the call.
  std::shared_ptr<const Column> Get(const ColumnName& name) const;

 private:
  friend class RunLoader;
  std::shared_ptr<const Column> Computed(std::string_view attribute) const;
  Column& Take(ColumnKind kind, std::string_view key);
  std::size_t Values() const;
  std::size_t TextBytes() const;
  void Clear();

  std::vector<RunFacts> runs_;
  std::map<std::int64_t, ExperimentFacts> experiments_;
  std::map<ColumnName, std::unique_ptr<Column>> columns_;
  std::unique_ptr<Column> names_;
  std::unique_ptr<Column> users_;
  std::int64_t position_ = -1;
  std::int64_t change_ = -1;
};

}  // namespace galley::tracking
