#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/data/service.h"
#include "domain/pipeline/service.h"
#include "domain/pipeline/triggers.h"
#include "domain/rollout/publisher.h"
#include "domain/tracking/run_query.h"
#include "foundation/base/error.h"
#include "foundation/http/router.h"
#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"
#include "storage/blob/blob_store.h"
#include "storage/db/query.h"
#include "storage/journal/store.h"

namespace galley::native {

class HomeKeeper;
class StreamHub;

/// What the handlers work on. Outlives the server.
struct Api {
  const journal::Store& store;
  rollout::Publisher& serving;
  data::Service& datasets;
  pipeline::Service& pipelines;
  pipeline::Triggers& triggers;
  blob::BlobStore& blobs;
  StreamHub& streams;
  HomeKeeper& homes;
  tracking::RunQueries& runs;
};

/// All routes of the native API. Its errors look as the HTTP layer's own do.
std::vector<http::Route> Routes(const Api& api);

// The route tables of the single files.
std::vector<http::Route> TrackingRoutes(const Api& api);
std::vector<http::Route> RunQueryRoutes(const Api& api);
std::vector<http::Route> EventRoutes(const Api& api);
std::vector<http::Route> ServingRoutes(const Api& api);
std::vector<http::Route> DataRoutes(const Api& api);
std::vector<http::Route> ContractRoutes(const Api& api);
std::vector<http::Route> PipelineRoutes(const Api& api);
std::vector<http::Route> PipelineViewRoutes(const Api& api);
std::vector<http::Route> TriggerRoutes(const Api& api);
std::vector<http::Route> CheckTrendRoutes(const Api& api);
std::vector<http::Route> LineageGraphRoutes(const Api& api);
std::vector<http::Route> ModelCompareRoutes(const Api& api);
std::vector<http::Route> LineageRoutes(const Api& api);
std::vector<http::Route> ConsumerRoutes(const Api& api);
std::vector<http::Route> MonitorRoutes(const Api& api);
std::vector<http::Route> RolloutRoutes(const Api& api);
std::vector<http::Route> RegistryRoutes(const Api& api);
std::vector<http::Route> AlertRoutes(const Api& api);
std::vector<http::Route> IncidentRoutes(const Api& api);
std::vector<http::Route> NotificationRoutes(const Api& api);
std::vector<http::Route> ReportRoutes(const Api& api);
std::vector<http::Route> PredictionRoutes(const Api& api);
std::vector<http::Route> PlanRoutes(const Api& api);
std::vector<http::Route> SettledRoutes(const Api& api);
std::vector<http::Route> StreamRoutes(const Api& api);
std::vector<http::Route> WhyRoutes(const Api& api);
std::vector<http::Route> HomeRoutes(const Api& api);
std::vector<http::Route> SearchRoutes(const Api& api);
std::vector<http::Route> CurveRoutes(const Api& api);
std::vector<http::Route> RunFileRoutes(const Api& api);
std::vector<http::Route> RunLogRoutes(const Api& api);
std::vector<http::Route> RunBaselineRoutes(const Api& api);
std::vector<http::Route> RunBulkRoutes(const Api& api);
std::vector<http::Route> ReproduceRoutes(const Api& api);
std::vector<http::Route> LinkRoutes(const Api& api);

/// The project that a request's path names.
inline std::string Project(const http::Request& request) {
  return std::string(request.Captured("project"));
}

/// The body of a request that changes something.
template <typename Message>
Result<Message> BodyOf(const http::Request& request) {
  auto message = schema::FromJson<Message>(request.body, {.refuse_unknown = true});
  if (message) return *std::move(message);
  return std::unexpected(schema::ErrorOf(message.error()));
}

/// The longest page of a list, except for metric points.
inline constexpr std::int64_t kPageMax = 1000;

/// Fills a message from a request's query. An unknown, repeated or ill-formed parameter is
/// kInvalidArgument and names what there is.
Status DecodeQuery(const http::Request& request, const schema::Message& message, void* object);

/// kInvalidArgument unless `limit` is from 1 to `max` and `offset` is not negative.
Status CheckPage(std::int64_t limit, std::int64_t max, std::int64_t offset = 0);

/// `active`, `deleted` or `all`.
Result<db::View> ViewOf(std::string_view text);

/// Adds `GET /api/v1/projects/{project}/PATH`: a handler that looks at a snapshot, on the pool.
/// `request` is for what the path captures.
template <typename Message, typename Answer>
void AddRead(std::vector<http::Route>& routes, const Api& api, std::string_view path,
             Result<Answer> (*handle)(const journal::View&, const Message&,
                                      const http::Request& request)) {
  const auto call = [api, handle](const http::Request& request) {
    Message message;
    const Status decoded = DecodeQuery(request, Message::kSchema, &message);
    if (!decoded) return http::ErrorResponse(decoded.error());
    http::Response response;
    const auto look = [&](const journal::View& view) -> Status {
      const Result<Answer> answer = handle(view, message, request);
      if (!answer) return std::unexpected(answer.error());
      response.body = schema::ToJson(*answer, schema::EmptyLists::kWrite);
      return {};
    };
    const Status looked = api.store.Read(request.Captured("project"), look);
    return looked ? response : http::ErrorResponse(looked.error());
  };
  routes.push_back({http::Method::kGet, fmt::format("/api/v1/projects/{{project}}/{}", path),
                    http::BlockingHandler{call}, policy::Right::kRead, 0, &Message::kSchema,
                    nullptr, &Answer::kSchema});
}

}  // namespace galley::native
