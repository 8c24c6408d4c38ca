#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "domain/tracking/compare.h"
#include "domain/tracking/series.h"
#include "domain/tracking/service.h"
#include "foundation/json/writer.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/curve_messages.h"
#include "protocol/control/native/read_post.h"

namespace galley::native {
namespace {

using journal::View;

/// 6 million points of 24 bytes.
constexpr std::size_t kCachedPoints = 6'000'000;

/// The value that `text` names; the error names the field and all that there are.
template <typename T, std::size_t kCount>
Result<T> OneOf(std::string_view field, std::string_view text,
                const std::pair<std::string_view, T> (&known)[kCount]) {
  std::string names;
  for (const auto& [name, value] : known) {
    if (name == text) return value;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
  }
  return Fail(Code::kInvalidArgument, "'{}' must be one of {}, not '{}'", field, names, text);
}

Result<tracking::Band> BandOf(const QuerySeries& message) {
  using tracking::Band;
  if (!message.band) return Band::kNone;
  if (message.groups.empty()) {
    return Fail(Code::kInvalidArgument, "'band' is of groups; say 'groups', or leave it out");
  }
  constexpr std::pair<std::string_view, Band> kBands[] = {
      {"sd", Band::kDeviation}, {"ci", Band::kConfidence}, {"minmax", Band::kExtremes}};
  return OneOf<Band>("band", *message.band, kBands);
}

/// The groups' runs as indices into `ids`, which gets those that it lacks.
Result<std::vector<std::vector<std::size_t>>> GroupsOf(const View& view, const QuerySeries& message,
                                                       std::vector<Id>& ids) {
  std::vector<std::vector<std::size_t>> groups;
  for (const RunGroup& group : message.groups) {
    auto& indices = groups.emplace_back();
    for (const std::string& text : group.runs) {
      const Id id = TRY(tracking::ResolveRun(view.db, view.project, text));
      const auto found = std::ranges::find(ids, id);
      indices.push_back(static_cast<std::size_t>(found - ids.begin()));
      if (found == ids.end()) ids.push_back(id);
    }
  }
  return groups;
}

Result<tracking::SeriesQuery> QueryOf(const View& view, const QuerySeries& message) {
  using tracking::Reduction;
  using tracking::Smoothing;
  using tracking::XAxis;
  constexpr std::pair<std::string_view, XAxis> kAxes[] = {{"step", XAxis::kStep},
                                                          {"relative", XAxis::kRelative},
                                                          {"wall", XAxis::kWall},
                                                          {"metric", XAxis::kMetric}};
  constexpr std::pair<std::string_view, Reduction> kReductions[] = {
      {"m4", Reduction::kM4}, {"minmax", Reduction::kMinMax}, {"raw", Reduction::kRaw}};
  constexpr std::pair<std::string_view, Smoothing> kSmoothings[] = {
      {"none", Smoothing::kNone},
      {"twema", Smoothing::kTimeWeighted},
      {"gaussian", Smoothing::kGaussian},
      {"median", Smoothing::kMedian}};
  tracking::SeriesQuery query{
      .keys = message.keys,
      .axis = TRY(OneOf<XAxis>("x", message.x, kAxes)),
      .x_key = message.x_key,
      .from = message.from,
      .to = message.to,
      .points = static_cast<std::size_t>(std::max<std::int64_t>(message.points, 0)),
      .reduction = TRY(OneOf<Reduction>("reduce", message.reduce, kReductions)),
      .smoothing = TRY(OneOf<Smoothing>("smooth.kind", message.smooth.kind, kSmoothings)),
      .strength = message.smooth.strength,
      .outliers = message.outliers,
      .band = TRY(BandOf(message))};
  for (const std::string& text : message.runs) {
    const Id id = TRY(tracking::ResolveRun(view.db, view.project, text));
    if (std::ranges::find(query.runs, id) == query.runs.end()) query.runs.push_back(id);
  }
  query.groups = TRY(GroupsOf(view, message, query.runs));
  return query;
}

void WriteColumn(json::Writer& writer, std::string_view name, const std::vector<double>& column) {
  writer.Key(name).BeginArray();
  for (const double value : column) {
    if (std::isnan(value)) {
      writer.Null();
    } else {
      writer.Double(value);
    }
  }
  writer.EndArray();
}

void WriteSeries(json::Writer& writer, const tracking::Series& series, bool is_group,
                 const std::vector<Id>& runs) {
  writer.BeginObject();
  if (is_group) {
    writer.Key("group").Int(static_cast<std::int64_t>(series.of));
  } else {
    writer.Key("run").String(runs[series.of].Hex());
  }
  writer.Key("key").String(series.key).Key("n").Int(series.points).Key("total").Int(series.total);
  writer.Key("unplaced").Int(series.unplaced);
  WriteColumn(writer, "first", series.columns.first);
  WriteColumn(writer, "min", series.columns.min);
  WriteColumn(writer, "max", series.columns.max);
  WriteColumn(writer, "last", series.columns.last);
  WriteColumn(writer, "lo", series.low);
  WriteColumn(writer, "hi", series.high);
  writer.Key("nan").BeginArray();
  for (const auto& span : series.nan) {
    writer.BeginObject().Key("from").Double(span.from).Key("to").Double(span.to);
    writer.Key("n").Int(span.points).EndObject();
  }
  writer.EndArray().Key("infinite").Int(series.infinite).Key("infinities").BeginArray();
  for (const auto& [x, above] : series.infinities) {
    writer.BeginObject().Key("x").Double(x).Key("above").Bool(above).EndObject();
  }
  writer.EndArray().EndObject();
}

/// Written by hand: a message would need a text for each of many thousand numbers.
std::string JsonOf(const tracking::SeriesAnswer& answer, const tracking::SeriesQuery& query) {
  json::Writer writer;
  writer.BeginObject();
  WriteColumn(writer, "x", answer.x);
  writer.Key("exact").Bool(answer.exact);
  writer.Key("from").Double(answer.from).Key("to").Double(answer.to);
  writer.Key("whole").BeginObject().Key("lo").Double(answer.whole_from);
  writer.Key("hi").Double(answer.whole_to).EndObject();
  writer.Key("series").BeginArray();
  for (const auto& series : answer.series) {
    WriteSeries(writer, series, !query.groups.empty(), query.runs);
  }
  writer.EndArray();
  if (answer.y) {
    writer.Key("y").BeginObject().Key("lo").Double(answer.y->low);
    writer.Key("hi").Double(answer.y->high).EndObject();
  }
  writer.Key("clipped").Int(answer.clipped).Key("lacking").Int(answer.lacking).EndObject();
  return std::move(writer).Take();
}

Result<KeysAnswer> KeysOf(const View& view, const ListKeys& message, const http::Request& request) {
  TRY(CheckPage(message.limit, kPageMax));
  const Id id = TRY(tracking::ResolveRun(view.db, view.project, request.Captured("run")));
  auto page =
      TRY(tracking::MetricKeys(view.db, view.project, id, message.q, message.after, message.limit));
  KeysAnswer answer{.has_more = page.has_more};
  for (auto& key : page.items) {
    answer.keys.push_back({.key = std::move(key.latest.key),
                           .points = key.points,
                           .last = key.latest.value,
                           .step = key.latest.step,
                           .timestamp_ms = key.latest.timestamp_ms});
  }
  return answer;
}

schema::JsonScalar ScalarOf(const std::optional<tracking::DiffValue>& value) {
  if (!value) return {"null"};
  json::Writer writer;
  if (value->is_metric) {
    writer.Double(value->number.value_or(0));
  } else {
    writer.String(value->text);
  }
  return {std::move(writer).Take()};
}

Result<std::string> Diff(const View& view, const QueryDiff& message) {
  const auto runs = TRY(tracking::RunsOf(view.db, view.project, message.runs));
  RunDiffAnswer answer;
  for (const auto& run : runs) answer.runs.push_back({run.id.Hex(), run.name});
  answer.baseline = runs.front().id.Hex();
  if (message.baseline) {
    answer.baseline = TRY(tracking::ResolveRun(view.db, view.project, *message.baseline)).Hex();
    if (std::ranges::find(answer.runs, answer.baseline, &RunName::id) == answer.runs.end()) {
      return Fail(Code::kInvalidArgument, "'baseline' is {}, which is none of 'runs'",
                  answer.baseline);
    }
  }
  for (auto& row : tracking::DiffRuns(runs)) {
    answer.same += row.same && !message.all ? 1 : 0;
    if (row.same && !message.all) continue;
    if (answer.rows.size() == tracking::kDiffRowsMax) {
      answer.has_more = true;
      continue;
    }
    RunDiffRow& out = answer.rows.emplace_back();
    out.group = row.group;
    out.key = std::move(row.key);
    out.same = row.same;
    for (const auto& value : row.values) out.values.push_back(ScalarOf(value));
  }
  return schema::ToJson(answer, schema::EmptyLists::kWrite);
}

Result<std::string> ParallelOf(const View& view, const QueryParallel& message) {
  auto parallel = TRY(tracking::ReadParallel(view.db, view.project, message.runs, message.columns));
  ParallelAnswer answer;
  for (auto& run : parallel.runs) answer.runs.push_back({std::move(run.id), std::move(run.name)});
  constexpr std::string_view kTypes[] = {"number", "log", "category"};
  for (std::size_t at = 0; at < parallel.axes.size(); ++at) {
    auto& axis = parallel.axes[at];
    ParallelAxis& out = answer.axes.emplace_back();
    out.column = message.columns[at];
    out.type = kTypes[static_cast<std::size_t>(axis.type)];
    out.min = axis.min;
    out.max = axis.max;
    out.categories = std::move(axis.categories);
    out.missing = axis.missing;
    out.values.reserve(axis.values.size());
    for (const double value : axis.values) {
      if (std::isnan(value)) {
        out.values.push_back({"null"});
      } else {
        out.values.push_back({std::move(json::Writer().Double(value)).Take()});
      }
    }
  }
  return schema::ToJson(answer, schema::EmptyLists::kWrite);
}

}  // namespace

std::vector<http::Route> CurveRoutes(const Api& api) {
  std::vector<http::Route> routes;
  const auto cache = std::make_shared<tracking::PointCache>(kCachedPoints);
  AddPostRead<QuerySeries, SeriesAnswer>(
      routes, api, "metrics/series",
      [cache](const View& view, const QuerySeries& message) -> Result<std::string> {
        const auto query = TRY(QueryOf(view, message));
        return JsonOf(TRY(tracking::ReadSeries(view.db, view.project, query, *cache)), query);
      });
  AddPostRead<QueryDiff, RunDiffAnswer>(routes, api, "runs/diff", Diff);
  AddPostRead<QueryParallel, ParallelAnswer>(routes, api, "runs/parallel", ParallelOf);
  AddRead(routes, api, "runs/{run}/keys", KeysOf);
  return routes;
}

}  // namespace galley::native
