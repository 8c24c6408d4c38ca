#include "protocol/control/native/api.h"

#include <algorithm>
#include <iterator>

#include "foundation/http/url.h"
#include "foundation/schema/decode.h"

namespace galley::native {
namespace {

constexpr schema::Dialect kDialect{.refuse_unknown = true};

std::string NamesOf(const schema::Message& message) {
  std::string names;
  for (const schema::Field& field : message.fields) {
    names += fmt::format("{}{}", names.empty() ? "there are: " : ", ", field.name);
  }
  return names.empty() ? "this operation takes none" : names;
}

}  // namespace

Status DecodeQuery(const http::Request& request, const schema::Message& message, void* object) {
  const auto parameters = http::ParseQuery(request.query);
  if (!parameters) {
    return Fail(Code::kInvalidArgument,
                "the query has a '%' that is not followed by two hexadecimal digits");
  }
  for (auto at = parameters->begin(); at != parameters->end(); ++at) {
    const auto is_same = [at](const auto& other) { return other.first == at->first; };
    if (std::any_of(parameters->begin(), at, is_same)) {
      return Fail(Code::kInvalidArgument, "the parameter '{}' stands more than once", at->first);
    }
  }
  const auto decoded = schema::DecodeParameters(*parameters, message, kDialect, object);
  if (decoded) return {};
  if (decoded.error().what != schema::Problem::What::kUnknown) {
    return std::unexpected(schema::ErrorOf(decoded.error()));
  }
  return Fail(Code::kInvalidArgument, "there is no parameter '{}'; {}", decoded.error().path,
              NamesOf(message));
}

Status CheckPage(std::int64_t limit, std::int64_t max, std::int64_t offset) {
  if (limit < 1 || limit > max) {
    return Fail(Code::kInvalidArgument, "'limit' must be from 1 to {}, not {}", max, limit);
  }
  if (offset < 0) {
    return Fail(Code::kInvalidArgument, "'offset' must not be negative, and is {}", offset);
  }
  return {};
}

Result<db::View> ViewOf(std::string_view text) {
  if (text == "active") return db::View::kActive;
  if (text == "deleted") return db::View::kDeleted;
  if (text == "all") return db::View::kAll;
  return Fail(Code::kInvalidArgument, "'view' must be active, deleted or all, not '{}'", text);
}

std::vector<http::Route> Routes(const Api& api) {
  std::vector<http::Route> routes = TrackingRoutes(api);
  std::ranges::move(RunQueryRoutes(api), std::back_inserter(routes));
  std::ranges::move(EventRoutes(api), std::back_inserter(routes));
  std::ranges::move(ServingRoutes(api), std::back_inserter(routes));
  std::ranges::move(DataRoutes(api), std::back_inserter(routes));
  std::ranges::move(ContractRoutes(api), std::back_inserter(routes));
  std::ranges::move(PipelineRoutes(api), std::back_inserter(routes));
  std::ranges::move(PipelineViewRoutes(api), std::back_inserter(routes));
  std::ranges::move(TriggerRoutes(api), std::back_inserter(routes));
  std::ranges::move(CheckTrendRoutes(api), std::back_inserter(routes));
  std::ranges::move(LineageRoutes(api), std::back_inserter(routes));
  std::ranges::move(LineageGraphRoutes(api), std::back_inserter(routes));
  std::ranges::move(ConsumerRoutes(api), std::back_inserter(routes));
  std::ranges::move(MonitorRoutes(api), std::back_inserter(routes));
  std::ranges::move(RolloutRoutes(api), std::back_inserter(routes));
  std::ranges::move(RegistryRoutes(api), std::back_inserter(routes));
  std::ranges::move(ModelCompareRoutes(api), std::back_inserter(routes));
  std::ranges::move(AlertRoutes(api), std::back_inserter(routes));
  std::ranges::move(IncidentRoutes(api), std::back_inserter(routes));
  std::ranges::move(NotificationRoutes(api), std::back_inserter(routes));
  std::ranges::move(ReportRoutes(api), std::back_inserter(routes));
  std::ranges::move(PredictionRoutes(api), std::back_inserter(routes));
  std::ranges::move(PlanRoutes(api), std::back_inserter(routes));
  std::ranges::move(SettledRoutes(api), std::back_inserter(routes));
  std::ranges::move(StreamRoutes(api), std::back_inserter(routes));
  std::ranges::move(WhyRoutes(api), std::back_inserter(routes));
  std::ranges::move(HomeRoutes(api), std::back_inserter(routes));
  std::ranges::move(LinkRoutes(api), std::back_inserter(routes));
  std::ranges::move(SearchRoutes(api), std::back_inserter(routes));
  std::ranges::move(CurveRoutes(api), std::back_inserter(routes));
  std::ranges::move(RunFileRoutes(api), std::back_inserter(routes));
  std::ranges::move(RunLogRoutes(api), std::back_inserter(routes));
  std::ranges::move(RunBaselineRoutes(api), std::back_inserter(routes));
  std::ranges::move(RunBulkRoutes(api), std::back_inserter(routes));
  std::ranges::move(ReproduceRoutes(api), std::back_inserter(routes));
  return routes;
}

}  // namespace galley::native
