#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What charts and comparisons of runs ask for and get.
namespace galley::native {

struct SmoothBy {
  std::string kind = "none";  ///< `none`, `twema`, `gaussian`, `median`.
  double strength = 0;
  static const schema::Message kSchema;
};
struct RunGroup {
  std::vector<std::string> runs;
  static const schema::Message kSchema;
};
struct QuerySeries {
  std::vector<std::string> runs;
  std::vector<std::string> keys;
  std::string x = "step";  ///< `step`, `relative`, `wall`, `metric`.
  std::string x_key;       ///< Of `metric`: which.
  std::optional<double> from;
  std::optional<double> to;
  std::int64_t points = 1000;
  std::string reduce = "m4";  ///< `m4`, `minmax`, `raw`.
  SmoothBy smooth;
  double outliers = 0;
  std::vector<RunGroup> groups;
  std::optional<std::string> band;  ///< `sd`, `ci`, `minmax`.
  static const schema::Message kSchema;
};
struct NanSpan {
  double from = 0;
  double to = 0;
  std::int64_t n = 0;
  static const schema::Message kSchema;
};
struct InfinitePoint {
  double x = 0;
  bool above = false;
  static const schema::Message kSchema;
};
struct ValueRange {
  double lo = 0;
  double hi = 0;
  static const schema::Message kSchema;
};
/// One curve. Columns are as long as `x` of the answer; `null` where there is no value.
struct MetricSeries {
  std::optional<std::string> run;
  std::optional<std::int64_t> group;
  std::string key;
  std::int64_t n = 0;
  std::int64_t total = 0;
  std::int64_t unplaced = 0;  ///< Points without a value of `x_key` at their step.
  std::vector<schema::JsonScalar> first;
  std::vector<schema::JsonScalar> min;
  std::vector<schema::JsonScalar> max;
  std::vector<schema::JsonScalar> last;
  std::vector<schema::JsonScalar> lo;
  std::vector<schema::JsonScalar> hi;
  std::vector<NanSpan> nan;
  std::int64_t infinite = 0;
  std::vector<InfinitePoint> infinities;
  static const schema::Message kSchema;
};
struct SeriesAnswer {
  std::vector<double> x;
  bool exact = false;
  double from = 0;
  double to = 0;
  ValueRange whole;
  std::vector<MetricSeries> series;
  std::optional<ValueRange> y;
  std::int64_t clipped = 0;
  std::int64_t lacking = 0;  ///< Runs with a key of the query, but without `x_key`.
  static const schema::Message kSchema;
};

struct ListKeys {
  std::string q;      ///< Only keys that contain it.
  std::string after;  ///< Only keys behind it.
  std::int64_t limit = 1000;
  static const schema::Message kSchema;
};
struct MetricKey {
  std::string key;
  std::int64_t points = 0;
  double last = 0;
  std::int64_t step = 0;
  std::int64_t timestamp_ms = 0;
  static const schema::Message kSchema;
};
struct KeysAnswer {
  std::vector<MetricKey> keys;
  bool has_more = false;
  static const schema::Message kSchema;
};

struct QueryDiff {
  std::vector<std::string> runs;
  std::optional<std::string> baseline;
  bool all = false;
  static const schema::Message kSchema;
};
struct RunName {
  std::string id;
  std::string name;
  static const schema::Message kSchema;
};
struct RunDiffRow {
  std::string group;
  std::string key;
  std::vector<schema::JsonScalar> values;
  bool same = false;
  static const schema::Message kSchema;
};
struct RunDiffAnswer {
  std::vector<RunName> runs;
  std::string baseline;
  std::vector<RunDiffRow> rows;
  std::int64_t same = 0;
  bool has_more = false;
  static const schema::Message kSchema;
};

struct QueryParallel {
  std::vector<std::string> runs;
  std::vector<std::string> columns;
  static const schema::Message kSchema;
};
struct ParallelAxis {
  std::string column;
  std::string type;  ///< `number`, `log`, `category`.
  std::optional<double> min;
  std::optional<double> max;
  std::vector<std::string> categories;
  std::int64_t missing = 0;
  std::vector<schema::JsonScalar> values;
  static const schema::Message kSchema;
};
struct ParallelAnswer {
  std::vector<RunName> runs;
  std::vector<ParallelAxis> axes;
  static const schema::Message kSchema;
};

}  // namespace galley::native
