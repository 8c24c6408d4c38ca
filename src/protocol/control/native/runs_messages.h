#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// Messages of the queries over many runs. Field by field: docs/formats/run_query.md.
namespace galley::native {

struct RunsQuery {
  std::vector<schema::JsonScalar> experiments;  ///< Numbers or names; empty: all.
  std::string filter;
  std::vector<std::string> sort;
  std::vector<std::string> columns;
  std::vector<std::string> group_by;
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> to_ms;
  std::string view = "active";
  static const schema::Message kSchema;
};

struct RunsRow {
  std::string id;
  std::string name;
  std::string experiment;  ///< Its number.
  std::string experiment_name;
  std::string user;
  std::string status;
  std::string state;
  std::optional<std::int64_t> started_ms;
  std::optional<std::int64_t> ended_ms;
  std::vector<schema::JsonScalar> values;  ///< By column; null: missing.
  static const schema::Message kSchema;
};

struct RunStates {
  std::int64_t running = 0;
  std::int64_t failed = 0;
  std::int64_t finished = 0;
  std::int64_t killed = 0;
  std::int64_t scheduled = 0;
  static const schema::Message kSchema;
};
struct GroupValue {
  std::int64_t n = 0;  ///< Runs with a number; without any, nothing else is there.
  std::optional<double> mean;
  std::optional<double> sd;
  std::optional<double> min;
  std::optional<double> max;
  static const schema::Message kSchema;
};
struct RunsGroup {
  std::vector<schema::JsonScalar> key;
  std::int64_t runs = 0;
  RunStates states;
  std::vector<GroupValue> values;  ///< By column.
  static const schema::Message kSchema;
};

struct RunsQueryAnswer {
  std::string result;
  std::int64_t total = 0;
  std::int64_t position = 0;
  std::vector<std::string> columns;
  std::vector<RunsRow> rows;
  std::vector<RunsGroup> groups;
  std::int64_t groups_total = 0;
  static const schema::Message kSchema;
};

struct RunsWindow {
  std::int64_t from = 0;
  std::int64_t n = 200;
  static const schema::Message kSchema;
};
struct RunsWindowAnswer {
  std::int64_t total = 0;
  std::int64_t from = 0;
  std::vector<RunsRow> rows;
  static const schema::Message kSchema;
};

struct QuerySparks {
  std::vector<std::string> runs;  ///< Ids.
  std::vector<std::string> keys;  ///< Of metrics.
  std::int64_t points = 40;
  static const schema::Message kSchema;
};
struct RunSpark {
  std::string run;
  std::string key;
  std::int64_t points = 0;      ///< Of the whole series.
  std::vector<std::int64_t> x;  ///< Steps.
  std::vector<double> y;
  std::optional<double> min;  ///< Over the whole series, without NaN; with the first step of each.
  std::optional<std::int64_t> min_step;
  std::optional<double> max;
  std::optional<std::int64_t> max_step;
  std::string best;  ///< Which of them is the good one: `min` or `max`.
  static const schema::Message kSchema;
};
struct SparksAnswer {
  std::vector<RunSpark> sparks;  ///< By run as asked for, then key.
  static const schema::Message kSchema;
};

/// One change of many runs: of `ids`, or of a result without `except`.
struct RunsBulk {
  std::string action;  ///< `delete`, `restore`, `tag`, `untag`.
  std::vector<std::string> ids;
  std::optional<std::string> result;
  std::vector<std::string> except;
  std::optional<std::string> key;    ///< Of a tag.
  std::optional<std::string> value;  ///< Of `tag`.
  bool dry_run = false;
  static const schema::Message kSchema;
};
struct BulkRefusal {
  std::string id;
  std::string name;
  std::string reason;
  static const schema::Message kSchema;
};
struct RunsBulkAnswer {
  std::string action;
  bool dry_run = false;
  std::int64_t total = 0;      ///< Runs that were asked for.
  std::int64_t changed = 0;    ///< Or would be.
  std::int64_t unchanged = 0;  ///< That are so already.
  std::int64_t running = 0;    ///< Of those that change: whose clients may still log.
  std::int64_t refused = 0;
  std::vector<BulkRefusal> refusals;  ///< The first ones.
  std::vector<RunsBulk> undo;         ///< What is to be sent, in order, so that all is as before.
  static const schema::Message kSchema;
};

struct ListColumns {
  std::string q;
  std::optional<std::string> kind;
  std::optional<std::string> after;
  std::int64_t limit = 100;
  static const schema::Message kSchema;
};
struct ColumnValue {
  schema::JsonScalar value;
  std::int64_t count = 0;
  static const schema::Message kSchema;
};
struct RunColumn {
  std::string key;   ///< `metrics.auc`.
  std::string kind;  ///< `metric`, `param`, `tag`, `attribute`, `dataset`.
  std::string type;  ///< `number` or `text`.
  std::int64_t runs = 0;
  std::int64_t total = 0;
  std::int64_t distinct = 0;
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::int64_t> histogram;
  std::vector<ColumnValue> top;
  std::optional<std::int64_t> first_seen_ms;
  std::optional<std::int64_t> last_seen_ms;
  static const schema::Message kSchema;
};
struct RunColumnsAnswer {
  std::vector<RunColumn> columns;
  bool has_more = false;
  static const schema::Message kSchema;
};

struct CompleteFilter {
  std::string experiment = "-";
  std::string text;
  std::optional<std::int64_t> pos;  ///< In characters; absent: at the end.
  static const schema::Message kSchema;
};
struct CompletionOption {
  std::string text;
  std::string kind;  ///< `key`, `operator`, `value`, `word`.
  std::string detail;
  std::optional<std::int64_t> count;
  static const schema::Message kSchema;
};
struct FilterProblem {
  std::string message;
  std::int64_t from = 0;
  std::int64_t to = 0;
  static const schema::Message kSchema;
};
struct CompleteAnswer {
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::vector<CompletionOption> options;
  std::optional<FilterProblem> error;
  static const schema::Message kSchema;
};

}  // namespace galley::native
