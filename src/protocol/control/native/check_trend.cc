#include "domain/data/service.h"
#include "domain/data/trend.h"
#include "foundation/json/writer.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/check_trend_messages.h"

namespace galley::native {
namespace {

using journal::View;
using schema::Field;
using schema::Of;

constexpr std::int64_t kCommitsMax = 100;  // Each with its report.

constexpr Field kAskCheckTrend[] = {Of<&AskCheckTrend::limit>("limit")};
constexpr Field kTrendCommit[] = {Of<&TrendCommitMessage::version>("version"),
                                  Of<&TrendCommitMessage::created_ms>("created_ms"),
                                  Of<&TrendCommitMessage::outcome>("outcome")};
constexpr Field kCheckTrend[] = {
    Of<&CheckTrendMessage::id>("id"),
    Of<&CheckTrendMessage::rule>("rule"),
    Of<&CheckTrendMessage::severity>("severity"),
    Of<&CheckTrendMessage::measure>("measure"),
    Of<&CheckTrendMessage::states>("states"),
    Of<&CheckTrendMessage::values>("values"),
    Of<&CheckTrendMessage::lows>("lows"),
    Of<&CheckTrendMessage::highs>("highs"),
};
constexpr Field kCheckTrendAnswer[] = {Of<&CheckTrendAnswer::commits>("commits"),
                                       Of<&CheckTrendAnswer::checks>("checks"),
                                       Of<&CheckTrendAnswer::has_more>("has_more")};

schema::JsonScalar NumberOrNull(const std::optional<double>& value) {
  json::Writer writer;
  if (value) {
    writer.Double(*value);
  } else {
    writer.Null();
  }
  return {std::move(writer).Take()};
}

schema::JsonScalar StateOf(const data::TrendPoint& point) {
  if (!point.is_there) return {"null"};
  const bool warned = point.outcome == data::kFailed && point.severity == "warning";
  json::Writer writer;
  writer.String(warned ? "warned" : std::string_view(point.outcome));
  return {std::move(writer).Take()};
}

Result<CheckTrendAnswer> Checks(const View& view, const AskCheckTrend& message,
                                const http::Request& request) {
  TRY(CheckPage(message.limit, kCommitsMax));
  const auto dataset = TRY(data::GetDataset(view.db, view.project, request.Captured("name")));
  const auto trend = TRY(data::TrendOf(view.db, dataset.row, message.limit));
  CheckTrendAnswer answer{.commits = {}, .checks = {}, .has_more = trend.has_more};
  for (const auto& commit : trend.commits) {
    answer.commits.push_back({commit.version, commit.created_ms, commit.outcome});
  }
  for (const auto& check : trend.checks) {
    CheckTrendMessage shown{.id = check.id,
                            .rule = check.rule,
                            .severity = check.severity,
                            .measure = check.measure,
                            .states = {},
                            .values = {},
                            .lows = {},
                            .highs = {}};
    for (const auto& point : check.points) {
      shown.states.push_back(StateOf(point));
      shown.values.push_back(NumberOrNull(point.value));
      shown.lows.push_back(NumberOrNull(point.low));
      shown.highs.push_back(NumberOrNull(point.high));
    }
    answer.checks.push_back(std::move(shown));
  }
  return answer;
}

}  // namespace

const schema::Message AskCheckTrend::kSchema{"AskCheckTrend", kAskCheckTrend};
const schema::Message TrendCommitMessage::kSchema{"TrendCommit", kTrendCommit};
const schema::Message CheckTrendMessage::kSchema{"CheckTrend", kCheckTrend};
const schema::Message CheckTrendAnswer::kSchema{"CheckTrendAnswer", kCheckTrendAnswer};

std::vector<http::Route> CheckTrendRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "datasets/{name}/checks", Checks);
  return routes;
}

}  // namespace galley::native
