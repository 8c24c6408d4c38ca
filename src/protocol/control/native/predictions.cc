#include "domain/observe/export.h"
#include "domain/rollout/service.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/prediction_messages.h"

namespace galley::native {
namespace {

using journal::View;
using schema::Field;
using schema::Of;

constexpr Field kPage[] = {
    Of<&PageOfRequests::after>("after"),
    Of<&PageOfRequests::limit>("limit"),
    Of<&PageOfRequests::newest>("newest"),
};
constexpr Field kLabel[] = {
    Of<&LabelOfRow::row>("row"),
    Of<&LabelOfRow::name>("name"),
    Of<&LabelOfRow::at_ms>("at_ms"),
    Of<&LabelOfRow::value>("value"),
};
constexpr Field kRequest[] = {
    Of<&RequestMessage::id>("id"),
    Of<&RequestMessage::rows>("rows"),
    Of<&RequestMessage::at_ms>("at_ms"),
    Of<&RequestMessage::variant>("variant"),
    Of<&RequestMessage::version_id>("version_id"),
    Of<&RequestMessage::mirror_of>("mirror_of"),
    Of<&RequestMessage::content_type>("content_type"),
    Of<&RequestMessage::request>("request"),
    Of<&RequestMessage::response>("response"),
    Of<&RequestMessage::labels>("labels"),
};
constexpr Field kAnswer[] = {Of<&RequestsAnswer::requests>("requests"),
                             Of<&RequestsAnswer::has_more>("has_more")};

Result<RequestsAnswer> List(const View& view, const PageOfRequests& page,
                            const http::Request& request) {
  TRY(CheckPage(page.limit, kPageMax));
  std::optional<Id> after;
  if (!page.after.empty()) {
    after = Id::Parse(page.after);
    if (!after) {
      return Fail(Code::kInvalidArgument, "'after' must be an id of 32 hex digits, not '{}'",
                  page.after);
    }
  }
  if (page.newest && after) {
    return Fail(Code::kInvalidArgument, "'newest' and 'after' exclude each other");
  }
  const std::string name(request.Captured("name"));
  TRY(rollout::GetEndpoint(view.db, view.project, name));
  RequestsAnswer answer;
  auto found = page.newest
                   ? TRY(observe::NewestRequests(view.db, view.project, name, page.limit))
                   : TRY(observe::ListRequests(view.db, view.project, name, after, page.limit));
  answer.has_more = found.has_more;
  for (auto& record : found.requests) {
    RequestMessage& message = answer.requests.emplace_back();
    message.id = record.id.Hex();
    message.rows = record.rows;
    message.at_ms = record.at_ms;
    message.variant = record.variant.Hex();
    message.version_id = record.version.Hex();
    if (record.mirror_of) message.mirror_of = record.mirror_of->Hex();
    message.content_type = std::move(record.content_type);
    message.request = std::move(record.request);
    message.response = std::move(record.response);
    for (auto& label : record.labels) {
      message.labels.push_back(
          {label.row, std::move(label.name), label.at_ms, {std::move(label.value)}});
    }
  }
  return answer;
}

}  // namespace

const schema::Message PageOfRequests::kSchema{"PageOfRequests", kPage};
const schema::Message LabelOfRow::kSchema{"LabelOfRow", kLabel};
const schema::Message RequestMessage::kSchema{"Request", kRequest};
const schema::Message RequestsAnswer::kSchema{"Requests", kAnswer};

std::vector<http::Route> PredictionRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "endpoints/{name}/predictions", List);
  return routes;
}

}  // namespace galley::native
