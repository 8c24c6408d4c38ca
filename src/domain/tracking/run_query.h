#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/tracking/run_table.h"
#include "foundation/base/error.h"
#include "foundation/io/clock.h"
#include "foundation/io/random.h"
#include "storage/db/query.h"
#include "storage/journal/store.h"

/// Questions about many runs at once: filter, order, groups, profiles of columns, completion.
namespace galley::tracking {

/// Which of a metric's numbers a column shows; of other kinds there is only the last.
enum class Aggregate : std::uint8_t { kLast, kMin, kMax };

/// `metrics.auc`, `min(metrics.loss)`, `params.lr`.
struct ColumnSpec {
  ColumnName name;
  Aggregate aggregate = Aggregate::kLast;
};
/// Whether small values of a metric are the good ones: `val/loss`, `rmse`, `error_rate`; by the
/// words of its key's last part.
bool IsBestLow(std::string_view key);
/// Also reads `best(metrics.auc)`, which is the greatest or, by IsBestLow, the least value.
/// kInvalidArgument: as ParseColumnName, or an aggregate of what is no metric.
Result<ColumnSpec> ParseColumnSpec(std::string_view text);

/// Nothing, a number (may be NaN), or a text.
using Scalar = std::variant<std::monostate, double, std::string>;

struct RunQuery {
  std::vector<std::string> experiments;  ///< Numbers or names; empty: all.
  std::string filter;
  std::vector<std::string> sort;  ///< Columns, with `-` in front for descending.
  std::vector<std::string> columns;
  std::vector<std::string> group_by;
  std::optional<std::int64_t> from_ms;  ///< Started at or after.
  std::optional<std::int64_t> to_ms;    ///< Started before.
  db::View view = db::View::kActive;
};

struct RunRow {
  Id id;
  std::string name;
  std::string experiment;  ///< Its number.
  std::string experiment_name;
  std::string user;
  RunStatus status = RunStatus::kRunning;
  State state = State::kActive;
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
  std::vector<Scalar> values;  ///< By column of the query.
};

/// Numbers of one column over the runs of a group; without any, only n, which is 0.
struct GroupStatistics {
  std::int64_t n = 0;
  double mean = 0;
  std::optional<double> sd;  ///< Of a sample; from n = 2.
  double min = 0;
  double max = 0;
};

struct RunGroup {
  std::vector<Scalar> key;
  std::int64_t runs = 0;
  std::int64_t by_status[6] = {};       ///< By RunStatus.
  std::vector<GroupStatistics> values;  ///< By column of the query.
};

struct RunAnswer {
  Id result;
  std::int64_t total = 0;
  std::int64_t position = 0;  ///< The journal's last event that it knows.
  std::vector<RunRow> rows;   ///< The first kFirstRows.
  std::vector<RunGroup> groups;
  std::int64_t groups_total = 0;
};

struct RunWindow {
  std::int64_t total = 0;
  std::int64_t from = 0;
  std::vector<RunRow> rows;
};

struct ValueCount {
  Scalar value;
  std::int64_t count = 0;
};

/// What is known of a column over the runs of some experiments.
struct ColumnProfile {
  ColumnName name;
  bool is_number = false;  ///< All values are numbers.
  std::int64_t runs = 0;   ///< That have a value.
  std::int64_t total = 0;
  std::int64_t distinct = 0;
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::int64_t> histogram;  ///< kBins between min and max; of finite numbers only.
  std::vector<ValueCount> top;          ///< The most frequent, at most kTop.
  std::optional<std::int64_t> first_seen_ms;  ///< Start of the first run that has it.
  std::optional<std::int64_t> last_seen_ms;
};

struct ColumnsQuery {
  std::string experiment;  ///< Number or name; `-`: all.
  std::string contains;    ///< In the name, without regard to case.
  std::optional<ColumnKind> kind;
  std::optional<ColumnName> after;
  std::int64_t limit = 100;
};

struct Option {
  enum class Kind : std::uint8_t { kKey, kOperator, kValue, kWord };
  std::string text;
  Kind kind = Kind::kWord;
  std::string detail;  ///< `metric`, `param`, `tag`, `attribute`; of an operator nothing.
  std::optional<std::int64_t> count;  ///< Runs.
};

/// What may come next in a filter that is being written. Places are characters, from 0.
struct Completion {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::vector<Option> options;
  struct Problem {
    std::string message;
    std::int64_t from = 0;
    std::int64_t to = 0;
  };
  std::optional<Problem> problem;  ///< Why the whole text is no filter.
};

/// Answers such questions, and keeps the orders that it has made for a while. Any thread.
class RunQueries {
 public:
  static constexpr std::size_t kFirstRows = 200;
  static constexpr std::int64_t kWindowMax = 500;
  static constexpr std::size_t kGroupsMax = 1000;
  static constexpr std::size_t kBins = 20;
  static constexpr std::size_t kTop = 10;
  static constexpr std::int64_t kKeptMs = 600'000;
  static constexpr std::size_t kKeptBytesMax = std::size_t{64} << 20;
  static constexpr std::size_t kProjectsMax = 8;
  static constexpr std::size_t kProfiledMax = 16;

  /// Both outlive it.
  RunQueries(io::IdSource& ids, const io::Clock& clock) : ids_(ids), clock_(clock) {}

  Result<RunAnswer> Ask(const journal::View& view, const RunQuery& query);

  /// Rows of an answer by their place in it, with what they have now. kNotFound: the result is
  /// older than kKeptMs, or others took its place.
  Result<RunWindow> Window(const journal::View& view, std::string_view result, std::int64_t from,
                           std::int64_t n);

  /// All runs of an answer, in its order. kNotFound: as Window.
  Result<std::vector<Id>> Runs(const journal::View& view, std::string_view result);

  /// By kind and key, and whether there are more.
  Result<db::Page<ColumnProfile>> Columns(const journal::View& view, const ColumnsQuery& query);

  /// `at` and all places in the answer count characters from 0.
  Result<Completion> Complete(const journal::View& view, const std::string& experiment,
                              std::string_view text, std::int64_t at);

 private:
  struct Kept {
    Id id;
    std::int64_t project;
    std::int64_t until_ms;
    std::shared_ptr<RunTable> table;
    std::shared_ptr<const std::vector<std::uint32_t>> runs;
    std::vector<ColumnSpec> columns;
  };
  /// A page of profiles, as long as nothing changes.
  struct Profiled {
    std::string question;
    std::int64_t change;
    std::int64_t position;
    db::Page<ColumnProfile> page;
  };
  Result<std::shared_ptr<RunTable>> Current(const journal::View& view);
  std::optional<db::Page<ColumnProfile>> Remembered(const std::string& question,
                                                    const RunTable& table);
  Id Keep(Kept kept);
  /// What is kept of an answer, for a while longer; kNotFound.
  Result<Kept> Find(const journal::View& view, std::string_view result);

  io::IdSource& ids_;
  const io::Clock& clock_;
  std::mutex mutex_;
  std::map<std::int64_t, std::shared_ptr<RunTable>> tables_;  // By project.
  std::list<Kept> kept_;                                      // The last used first.
  std::size_t kept_bytes_ = 0;
  std::list<Profiled> profiled_;  // The newest first, at most kProfiledMax.
};

}  // namespace galley::tracking
