#include "protocol/control/native/api.h"
#include "protocol/control/native/report_messages.h"

namespace galley::native {
namespace {

Result<http::Response> Report(const Api& api, const http::Request& request) {
  AskReport message;
  TRY(DecodeQuery(request, AskReport::kSchema, &message));
  ReportAnswer answer;
  TRY(api.store.Read(Project(request), [&](const journal::View& view) -> Status {
    answer.report = TRY(ledger::Build(view.db, view.project,
                                      {.endpoint = std::string(request.Captured("name")),
                                       .monitor = message.monitor,
                                       .now_ms = api.store.clock.NowMs()}));
    return {};
  }));
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

}  // namespace

std::vector<http::Route> ReportRoutes(const Api& api) {
  const auto call = [api](const http::Request& request) {
    auto response = Report(api, request);
    return response ? *std::move(response) : http::ErrorResponse(response.error());
  };
  return {{http::Method::kGet, "/api/v1/projects/{project}/endpoints/{name}/report",
           http::BlockingHandler{call}, policy::Right::kRead, 0, &AskReport::kSchema, nullptr,
           &ReportAnswer::kSchema}};
}

}  // namespace galley::native
