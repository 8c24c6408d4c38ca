#include "domain/tracking/compare.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "domain/tracking/rows.h"
#include "domain/tracking/service.h"

namespace galley::tracking {
namespace {

constexpr std::string_view kGroups[] = {"attribute", "param", "metric", "tag",
                                        "input",     "code",  "env"};
enum GroupIndex : std::uint8_t { kAttribute, kParam, kMetric, kTag, kInput, kCode, kEnv };
constexpr std::string_view kDatasetTag = "galley.dataset.";
constexpr double kLogFrom = 1000;

std::optional<double> NumberIn(std::string_view text) {
  if (text.empty()) return std::nullopt;
  double value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + (text.front() == '+' ? 1 : 0), end, value);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

/// Where a tag belongs; null: it says what an attribute says, or nothing of its run.
std::optional<GroupIndex> GroupOfTag(std::string_view key) {
  if (key == "mlflow.runName" || key == "mlflow.user" || key == "mlflow.log-model.history" ||
      key == "mlflow.loggedArtifacts") {
    return std::nullopt;
  }
  if (key.starts_with("mlflow.source.") || key.starts_with("mlflow.git") ||
      key == "mlflow.project.entryPoint") {
    return kCode;
  }
  if (key.starts_with(kDatasetTag)) return kInput;
  if (key.starts_with("mlflow.docker.") || key.starts_with("mlflow.project.") ||
      key.starts_with("galley.")) {
    return kEnv;
  }
  return kTag;
}

class Differ {
 public:
  explicit Differ(std::span<const Run> runs) : runs_(runs) {}

  std::vector<DiffRow> Rows() {
    for (at_ = 0; at_ < runs_.size(); ++at_) Take(runs_[at_]);
    std::vector<DiffRow> rows;
    for (auto& [name, values] : rows_) {
      const auto differs = [&](const auto& value) { return !SameValue(value, values.front()); };
      const bool same = std::ranges::none_of(values, differs);
      rows.push_back({kGroups[name.first], name.second, std::move(values), same});
    }
    return rows;
  }

 private:
  void Put(GroupIndex group, std::string key, std::string text, bool is_metric = false,
           std::optional<double> number = {}) {
    auto& values = rows_[{group, std::move(key)}];
    values.resize(runs_.size());
    if (!number) number = NumberIn(text);
    values[at_] = DiffValue{std::move(text), number, is_metric};
  }

  void Take(const Run& run) {
    Put(kAttribute, "experiment", run.experiment);
    Put(kAttribute, "user", run.user);
    Put(kAttribute, "status", StatusName(run.status));
    if (run.started_ms) {
      Put(kAttribute, "started_ms", std::to_string(*run.started_ms));
      if (run.ended_ms) {
        Put(kAttribute, "duration_ms", std::to_string(*run.ended_ms - *run.started_ms));
      }
    }
    for (const KeyValue& param : run.params) Put(kParam, param.key, param.value);
    for (const MetricPoint& point : run.metrics) Put(kMetric, point.key, "", true, point.value);
    for (const KeyValue& tag : run.tags) {
      const auto group = GroupOfTag(tag.key);
      if (!group) continue;
      std::string key = tag.key;
      if (*group == kInput) key = key.substr(kDatasetTag.size()) + " (version)";
      Put(*group, std::move(key), tag.value);
    }
    for (const DatasetInput& input : run.inputs) {
      Put(kInput, input.dataset.name, input.dataset.digest);
    }
  }

  static std::string StatusName(RunStatus status) {
    switch (status) {
      case RunStatus::kRunning: return "running";
      case RunStatus::kScheduled: return "scheduled";
      case RunStatus::kFinished: return "finished";
      case RunStatus::kFailed: return "failed";
      case RunStatus::kKilled: return "killed";
    }
    return "unspecified";
  }

  std::span<const Run> runs_;
  std::size_t at_ = 0;
  std::map<std::pair<GroupIndex, std::string>, std::vector<std::optional<DiffValue>>> rows_;
};

Result<std::vector<std::int64_t>> RowsOf(db::Connection& db, std::int64_t project,
                                         std::span<const std::string> ids) {
  std::vector<std::int64_t> rows;
  std::set<std::string> known;
  for (const std::string& text : ids) {
    const Id id = TRY(ResolveRun(db, project, text));
    if (!known.insert(id.Hex()).second) {
      return Fail(Code::kInvalidArgument, "'runs' names the run {} more than once", id.Hex());
    }
    rows.push_back(TRY(FindRun(db, project, id)).row);
  }
  return rows;
}

using Texts = std::vector<std::optional<std::string>>;
using Places = std::unordered_map<std::int64_t, std::size_t>;

std::string TextOf(double value) {
  if (std::isnan(value)) return "nan";
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

Status ReadPairs(db::Connection& db, std::string_view sql, const std::string& rows_json,
                 std::string_view key, const Places& places, Texts& texts) {
  auto rows = TRY(db.Query(sql, {rows_json, key}));
  while (TRY(rows.Next())) texts[places.at(rows.Integer(0))] = std::string(rows.Text(1));
  return {};
}

Status ReadAttribute(db::Connection& db, const std::string& rows_json, std::string_view name,
                     const Places& places, Texts& texts) {
  constexpr std::pair<std::string_view, std::string_view> kAttributes[] = {
      {"started_ms", "started_ms"},
      {"duration_ms", "ended_ms - started_ms"},
      {"status",
       "CASE status WHEN 1 THEN 'running' WHEN 2 THEN 'scheduled' WHEN 3 THEN 'finished' WHEN 4 "
       "THEN 'failed' ELSE 'killed' END"},
      {"user", "user"},
      {"name", "name"}};
  const auto* found =
      std::ranges::find(kAttributes, name, &std::pair<std::string_view, std::string_view>::first);
  if (found == std::end(kAttributes)) {
    return Fail(Code::kInvalidArgument,
                "there is no attribute '{}'; there are: started_ms, duration_ms, status, user, "
                "name",
                name);
  }
  auto rows = TRY(db.QueryOnce(
      fmt::format("SELECT row, {} FROM run WHERE row IN (SELECT value FROM json_each(?))",
                  found->second),
      {rows_json}));
  while (TRY(rows.Next())) texts[places.at(rows.Integer(0))] = rows.MaybeText(1);
  return {};
}

Result<Texts> ReadColumn(db::Connection& db, const std::string& rows_json, std::string_view column,
                         const Places& places) {
  Texts texts(places.size());
  const auto key_of = [column](std::string_view prefix) -> std::optional<std::string_view> {
    if (!column.starts_with(prefix)) return std::nullopt;
    return column.substr(prefix.size());
  };
  if (const auto key = key_of("metrics.")) {
    auto rows =
        TRY(db.Query("SELECT run, value, is_nan FROM metric_series "
                     "WHERE run IN (SELECT value FROM json_each(?)) AND key = ?",
                     {rows_json, *key}));
    while (TRY(rows.Next())) {
      if (rows.Integer(2) == 0) texts[places.at(rows.Integer(0))] = TextOf(rows.Real(1));
    }
  } else if (const auto param = key_of("params.")) {
    TRY(ReadPairs(db,
                  "SELECT run, value FROM run_param "
                  "WHERE run IN (SELECT value FROM json_each(?)) AND key = ?",
                  rows_json, *param, places, texts));
  } else if (const auto tag = key_of("tags.")) {
    TRY(ReadPairs(db,
                  "SELECT run, value FROM run_tag "
                  "WHERE run IN (SELECT value FROM json_each(?)) AND key = ?",
                  rows_json, *tag, places, texts));
  } else if (const auto attribute = key_of("attributes.")) {
    TRY(ReadAttribute(db, rows_json, *attribute, places, texts));
  } else {
    return Fail(Code::kInvalidArgument,
                "the column '{}' must begin with metrics., params., tags. or attributes.", column);
  }
  return texts;
}

Status CheckCount(std::string_view field, std::size_t count, std::size_t max) {
  if (count >= 1 && count <= max) return {};
  return Fail(Code::kInvalidArgument, "'{}' must have from 1 to {} items, not {}", field, max,
              count);
}

}  // namespace

bool SameValue(const std::optional<DiffValue>& left, const std::optional<DiffValue>& right) {
  if (!left || !right) return left.has_value() == right.has_value();
  if (!left->number || !right->number) {
    return left->number.has_value() == right->number.has_value() && left->text == right->text;
  }
  const double a = *left->number;
  const double b = *right->number;
  return a == b || (std::isnan(a) && std::isnan(b));
}

std::vector<DiffRow> DiffRuns(std::span<const Run> runs) {
  return Differ(runs).Rows();
}

Result<std::vector<Run>> RunsOf(db::Connection& db, std::int64_t project,
                                std::span<const std::string> ids) {
  TRY(CheckCount("runs", ids.size(), kDiffRunsMax));
  return LoadRuns(db, TRY(RowsOf(db, project, ids)));
}

ParallelAxis AxisOf(std::span<const std::optional<std::string>> texts) {
  constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
  ParallelAxis axis;
  std::set<std::string> distinct;
  bool all_numbers = true;
  for (const auto& text : texts) {
    axis.missing += text ? 0 : 1;
    if (!text) continue;
    const auto number = NumberIn(*text);
    all_numbers = all_numbers && number && std::isfinite(*number);
    if (distinct.size() <= kCategoriesMax) distinct.insert(*text);
  }
  axis.values.reserve(texts.size());
  if (!all_numbers) {
    axis.type = AxisType::kCategory;
    if (distinct.size() > kCategoriesMax) distinct.erase(std::prev(distinct.end()));
    axis.categories.assign(distinct.begin(), distinct.end());
    axis.missing = 0;
    for (const auto& text : texts) {
      const auto found =
          text ? std::ranges::lower_bound(axis.categories, *text) : axis.categories.end();
      const bool is_known = found != axis.categories.end() && *found == *text;
      axis.missing += is_known ? 0 : 1;
      axis.values.push_back(is_known ? static_cast<double>(found - axis.categories.begin())
                                     : kMissing);
    }
    return axis;
  }
  for (const auto& text : texts) {
    axis.values.push_back(text ? NumberIn(*text).value_or(kMissing) : kMissing);
    if (!text) continue;
    axis.min = std::min(axis.min.value_or(axis.values.back()), axis.values.back());
    axis.max = std::max(axis.max.value_or(axis.values.back()), axis.values.back());
  }
  if (axis.min && *axis.min > 0 && *axis.max / *axis.min >= kLogFrom) axis.type = AxisType::kLog;
  return axis;
}

Result<Parallel> ReadParallel(db::Connection& db, std::int64_t project,
                              std::span<const std::string> ids,
                              std::span<const std::string> columns) {
  TRY(CheckCount("runs", ids.size(), kParallelRunsMax));
  TRY(CheckCount("columns", columns.size(), kParallelColumnsMax));
  const auto rows = TRY(RowsOf(db, project, ids));
  Places places;
  for (std::size_t at = 0; at < rows.size(); ++at) places[rows[at]] = at;
  const std::string rows_json = JsonList(rows);
  Parallel parallel;
  parallel.runs.resize(rows.size());
  {
    auto found =
        TRY(db.Query("SELECT row, id, name FROM run WHERE row IN (SELECT value FROM json_each(?))",
                     {rows_json}));
    while (TRY(found.Next())) {
      parallel.runs[places.at(found.Integer(0))] = {found.AsId(1).Hex(),
                                                    std::string(found.Text(2))};
    }
  }
  for (const std::string& column : columns) {
    parallel.axes.push_back(AxisOf(TRY(ReadColumn(db, rows_json, column, places))));
  }
  return parallel;
}

}  // namespace galley::tracking
