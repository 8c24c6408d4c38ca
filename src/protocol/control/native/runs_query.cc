#include <algorithm>

#include "domain/tracking/run_query.h"
#include "domain/tracking/sparks.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/read_post.h"
#include "protocol/control/native/runs_messages.h"

namespace galley::native {
namespace {

using journal::View;
using schema::JsonScalar;
using tracking::ColumnKind;

constexpr std::uint64_t kBodyMax = std::uint64_t{1} << 20;
constexpr std::int64_t kColumnsMax = 500;

struct KindName {
  ColumnKind kind;
  std::string_view text;
};
constexpr KindName kKinds[] = {
    {ColumnKind::kMetric, "metric"},   {ColumnKind::kParam, "param"},
    {ColumnKind::kTag, "tag"},         {ColumnKind::kAttribute, "attribute"},
    {ColumnKind::kDataset, "dataset"},
};

std::string NameOf(ColumnKind kind) {
  return std::string(std::ranges::find(kKinds, kind, &KindName::kind)->text);
}

std::string_view NameOf(tracking::Option::Kind kind) {
  switch (kind) {
    case tracking::Option::Kind::kKey: return "key";
    case tracking::Option::Kind::kOperator: return "operator";
    case tracking::Option::Kind::kValue: return "value";
    case tracking::Option::Kind::kWord: return "word";
  }
  return "";
}

/// JSON of a cell. Whole numbers beyond a double's certainty do not occur: times are in range.
JsonScalar ToMessage(const tracking::Scalar& scalar) {
  json::Writer writer;
  if (const auto* number = std::get_if<double>(&scalar)) {
    writer.Double(*number);
  } else if (const auto* text = std::get_if<std::string>(&scalar)) {
    writer.String(*text);
  } else {
    writer.Null();
  }
  return {std::move(writer).Take()};
}

std::vector<JsonScalar> ToMessages(const std::vector<tracking::Scalar>& scalars) {
  std::vector<JsonScalar> messages;
  messages.reserve(scalars.size());
  for (const auto& scalar : scalars) messages.push_back(ToMessage(scalar));
  return messages;
}

std::vector<RunsRow> ToMessages(const std::vector<tracking::RunRow>& rows) {
  std::vector<RunsRow> messages;
  messages.reserve(rows.size());
  for (const tracking::RunRow& row : rows) {
    messages.push_back({.id = row.id.Hex(),
                        .name = row.name,
                        .experiment = row.experiment,
                        .experiment_name = row.experiment_name,
                        .user = row.user,
                        .status = std::string(tracking::StatusText(row.status)),
                        .state = row.state == tracking::State::kActive ? "active" : "deleted",
                        .started_ms = row.started_ms,
                        .ended_ms = row.ended_ms,
                        .values = ToMessages(row.values)});
  }
  return messages;
}

RunsGroup ToMessage(const tracking::RunGroup& group) {
  const auto count = [&](tracking::RunStatus status) {
    return group.by_status[static_cast<std::size_t>(status)];
  };
  RunsGroup message{.key = ToMessages(group.key),
                    .runs = group.runs,
                    .states = {.running = count(tracking::RunStatus::kRunning),
                               .failed = count(tracking::RunStatus::kFailed),
                               .finished = count(tracking::RunStatus::kFinished),
                               .killed = count(tracking::RunStatus::kKilled),
                               .scheduled = count(tracking::RunStatus::kScheduled)},
                    .values = {}};
  for (const tracking::GroupStatistics& values : group.values) {
    GroupValue value{.n = values.n};
    if (values.n > 0) {
      value.mean = values.mean;
      value.sd = values.sd;
      value.min = values.min;
      value.max = values.max;
    }
    message.values.push_back(value);
  }
  return message;
}

/// An experiment's number or name, which may stand as a number.
Result<std::string> ExperimentOf(const JsonScalar& scalar, std::size_t at) {
  struct Text {
    std::string text;
    static const schema::Message& Schema() {
      static constexpr schema::Field kFields[] = {schema::Of<&Text::text>("text")};
      static const schema::Message message{"Text", kFields};
      return message;
    }
  };
  const bool is_number = !scalar.text.empty() && std::ranges::all_of(scalar.text, [](char c) {
    return c >= '0' && c <= '9';
  });
  if (is_number) return scalar.text;
  Text text;
  const std::string body = fmt::format("{{\"text\":{}}}", scalar.text);
  if (schema::DecodeJson(body, Text::Schema(), {}, &text)) return text.text;
  return Fail(Code::kInvalidArgument,
              "'experiments[{}]' must be an experiment's number or name, not {}", at, scalar.text);
}

Result<RunsQueryAnswer> Ask(tracking::RunQueries& queries, const View& view,
                            const RunsQuery& message) {
  tracking::RunQuery query{.experiments = {},
                           .filter = message.filter,
                           .sort = message.sort,
                           .columns = message.columns,
                           .group_by = message.group_by,
                           .from_ms = message.from_ms,
                           .to_ms = message.to_ms,
                           .view = TRY(ViewOf(message.view))};
  for (std::size_t at = 0; at < message.experiments.size(); ++at) {
    query.experiments.push_back(TRY(ExperimentOf(message.experiments[at], at)));
  }
  const auto found = TRY(queries.Ask(view, query));
  RunsQueryAnswer answer{.result = found.result.Hex(),
                         .total = found.total,
                         .position = found.position,
                         .columns = message.columns,
                         .rows = ToMessages(found.rows),
                         .groups = {},
                         .groups_total = found.groups_total};
  for (const auto& group : found.groups) answer.groups.push_back(ToMessage(group));
  return answer;
}

Result<RunsWindowAnswer> Window(tracking::RunQueries& queries, const View& view,
                                const RunsWindow& message, const http::Request& request) {
  const auto window =
      TRY(queries.Window(view, request.Captured("result"), message.from, message.n));
  return RunsWindowAnswer{
      .total = window.total, .from = window.from, .rows = ToMessages(window.rows)};
}

Result<ColumnKind> KindOf(std::string_view text) {
  const auto found = std::ranges::find(kKinds, text, &KindName::text);
  if (found != std::end(kKinds)) return found->kind;
  return Fail(Code::kInvalidArgument,
              "'kind' must be metric, param, tag, attribute or dataset, not '{}'", text);
}

RunColumn ToMessage(const tracking::ColumnProfile& profile) {
  RunColumn message{.key = profile.name.Text(),
                    .kind = NameOf(profile.name.kind),
                    .type = profile.is_number ? "number" : "text",
                    .runs = profile.runs,
                    .total = profile.total,
                    .distinct = profile.distinct,
                    .min = profile.min,
                    .max = profile.max,
                    .histogram = profile.histogram,
                    .top = {},
                    .first_seen_ms = profile.first_seen_ms,
                    .last_seen_ms = profile.last_seen_ms};
  for (const auto& value : profile.top) {
    message.top.push_back({.value = ToMessage(value.value), .count = value.count});
  }
  return message;
}

Result<RunColumnsAnswer> Columns(tracking::RunQueries& queries, const View& view,
                                 const ListColumns& message, const http::Request& request) {
  TRY(CheckPage(message.limit, kColumnsMax));
  tracking::ColumnsQuery query{.experiment = std::string(request.Captured("experiment")),
                               .contains = message.q,
                               .kind = {},
                               .after = {},
                               .limit = message.limit};
  if (message.kind) query.kind = TRY(KindOf(*message.kind));
  if (message.after) {
    query.after = TRY(Context(tracking::ParseColumnName(*message.after), "'after'"));
  }
  const auto page = TRY(queries.Columns(view, query));
  RunColumnsAnswer answer{.columns = {}, .has_more = page.has_more};
  for (const auto& profile : page.items) answer.columns.push_back(ToMessage(profile));
  return answer;
}

Result<CompleteAnswer> Complete(tracking::RunQueries& queries, const View& view,
                                const CompleteFilter& message, const http::Request& /*request*/) {
  const auto characters = std::ranges::count_if(
      message.text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
  const auto found = TRY(
      queries.Complete(view, message.experiment, message.text, message.pos.value_or(characters)));
  CompleteAnswer answer{.from = found.from, .to = found.to, .options = {}, .error = {}};
  for (const auto& option : found.options) {
    answer.options.push_back({.text = option.text,
                              .kind = std::string(NameOf(option.kind)),
                              .detail = option.detail,
                              .count = option.count});
  }
  if (found.problem) {
    answer.error = {
        .message = found.problem->message, .from = found.problem->from, .to = found.problem->to};
  }
  return answer;
}

Result<std::string> Sparks(const View& view, const QuerySparks& message) {
  constexpr auto kMin = static_cast<std::int64_t>(tracking::kSparkPointsMin);
  constexpr auto kMax = static_cast<std::int64_t>(tracking::kSparkPointsMax);
  if (message.points < kMin || message.points > kMax) {
    return Fail(Code::kInvalidArgument, "'points' must be from {} to {}, not {}", kMin, kMax,
                message.points);
  }
  std::vector<Id> runs;
  for (std::size_t at = 0; at < message.runs.size(); ++at) {
    const auto id = Id::Parse(message.runs[at]);
    if (!id) {
      return Fail(Code::kInvalidArgument,
                  "'runs[{}]' is no run id: '{}'; an id has 32 lower-case hex digits", at,
                  message.runs[at]);
    }
    runs.push_back(*id);
  }
  SparksAnswer answer;
  for (auto& spark : TRY(tracking::ReadSparks(view.db, view.project, runs, message.keys,
                                              static_cast<std::size_t>(message.points)))) {
    RunSpark& out = answer.sparks.emplace_back();
    out.run = spark.run.Hex();
    out.best = tracking::IsBestLow(spark.key) ? "min" : "max";
    out.key = std::move(spark.key);
    out.points = spark.points;
    out.x = std::move(spark.x);
    out.y = std::move(spark.y);
    if (!spark.low) continue;
    out.min = spark.low->value;
    out.min_step = spark.low->step;
    out.max = spark.high->value;
    out.max_step = spark.high->step;
  }
  return schema::ToJson(answer, schema::EmptyLists::kWrite);
}

/// What a handler answers, looked up in a snapshot.
template <typename Answer>
http::Response Answered(const Api& api, const http::Request& request,
                        const std::function<Result<Answer>(const View&)>& look) {
  http::Response response;
  const Status looked =
      api.store.Read(request.Captured("project"), [&](const View& view) -> Status {
        const Answer answer = TRY(look(view));
        response.body = schema::ToJson(answer, schema::EmptyLists::kWrite);
        return {};
      });
  return looked ? response : http::ErrorResponse(looked.error());
}

template <typename Message, typename Answer>
void AddQuery(std::vector<http::Route>& routes, const Api& api, std::string_view path,
              Result<Answer> (*handle)(tracking::RunQueries&, const View&, const Message&,
                                       const http::Request&)) {
  const auto call = [api, handle](const http::Request& request) {
    Message message;
    const Status decoded = DecodeQuery(request, Message::kSchema, &message);
    if (!decoded) return http::ErrorResponse(decoded.error());
    return Answered<Answer>(
        api, request, [&](const View& view) { return handle(api.runs, view, message, request); });
  };
  routes.push_back({http::Method::kGet, fmt::format("/api/v1/projects/{{project}}/{}", path),
                    http::BlockingHandler{call}, policy::Right::kRead, 0, &Message::kSchema,
                    nullptr, &Answer::kSchema});
}

}  // namespace

std::vector<http::Route> RunQueryRoutes(const Api& api) {
  std::vector<http::Route> routes;
  const auto ask = [api](const http::Request& request) {
    const auto message = BodyOf<RunsQuery>(request);
    if (!message) return http::ErrorResponse(message.error());
    return Answered<RunsQueryAnswer>(
        api, request, [&](const View& view) { return Ask(api.runs, view, *message); });
  };
  routes.push_back({http::Method::kPost, "/api/v1/projects/{project}/runs/query",
                    http::BlockingHandler{ask}, policy::Right::kRead, kBodyMax, nullptr,
                    &RunsQuery::kSchema, &RunsQueryAnswer::kSchema});
  AddQuery(routes, api, "runs/result/{result}", Window);
  AddQuery(routes, api, "experiments/{experiment}/columns", Columns);
  AddQuery(routes, api, "complete", Complete);
  AddPostRead<QuerySparks, SparksAnswer>(routes, api, "runs/sparks", Sparks);
  return routes;
}

}  // namespace galley::native
