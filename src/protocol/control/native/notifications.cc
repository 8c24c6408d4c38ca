#include "platform/notify/notify.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/messages.h"
#include "protocol/control/native/notification_messages.h"

namespace galley::native {
namespace {

using http::Method;
using journal::View;

std::optional<std::int64_t> UnlessZero(std::int64_t value) {
  if (value == 0) return std::nullopt;
  return value;
}

NotificationMessage ToMessage(const notify::Stored& stored) {
  NotificationMessage message{.sequence = stored.sequence,
                              .id = stored.id.Hex(),
                              .key = stored.notification.key,
                              .status = stored.notification.status,
                              .title = stored.notification.title,
                              .labels = {stored.notification.labels},
                              .detail = {stored.notification.detail},
                              .created_ms = stored.created_ms,
                              .deliveries = {}};
  for (const notify::Delivery& delivery : stored.deliveries) {
    const bool waits = delivery.state == "waiting";
    message.deliveries.push_back({.id = delivery.id.Hex(),
                                  .receiver = delivery.receiver,
                                  .address = delivery.address,
                                  .state = delivery.state,
                                  .attempts = delivery.attempts,
                                  .next_ms = UnlessZero(waits ? delivery.next_ms : 0),
                                  .ended_ms = UnlessZero(delivery.ended_ms),
                                  .error = delivery.error,
                                  .http_status = UnlessZero(delivery.http_status)});
  }
  return message;
}

Result<NotificationsAnswer> List(const View& view, const ListNotifications& message,
                                 const http::Request& /*request*/) {
  TRY(CheckPage(message.limit, kPageMax));
  NotificationsAnswer answer;
  for (const auto& stored :
       TRY(notify::ListNotifications(view.db, view.project, message.before, message.limit + 1))) {
    if (answer.notifications.size() == static_cast<std::size_t>(message.limit)) {
      answer.has_more = true;
      break;
    }
    answer.notifications.push_back(ToMessage(stored));
  }
  return answer;
}

Result<NotificationAnswer> Get(const View& view, const Nothing& /*message*/,
                               const http::Request& request) {
  const auto id = Id::Parse(request.Captured("id"));
  if (!id) {
    return Fail(Code::kInvalidArgument, "'{}' is no id of a notification: 32 hex digits",
                request.Captured("id"));
  }
  return NotificationAnswer{
      .notification = ToMessage(TRY(notify::GetNotification(view.db, view.project, *id)))};
}

template <typename Work>
Result<http::Response> TellWith(const Api& api, const http::Request& request, std::string actor,
                                const Work& work) {
  notify::Told told;
  TRY(api.store.WriteAndWait(db::WriteClass::kInteractive, Project(request), std::move(actor),
                             [&](journal::Change& change) -> Status {
                               told = TRY(work(change));
                               return {};
                             }));
  const ToldAnswer answer{.told = told.is_new, .id = told.id.Hex(), .receivers = told.receivers};
  return http::Response{.body = schema::ToJson(answer, schema::EmptyLists::kWrite)};
}

Result<http::Response> Send(const Api& api, const http::Request& request) {
  const auto message = TRY(BodyOf<SendNotification>(request));
  const notify::Alert alert{
      .message = message.message, .severity = message.severity, .labels = message.labels.text};
  return TellWith(api, request, "anonymous",
                  [&](journal::Change& change) { return notify::SendAlert(change, alert); });
}

Result<http::Response> Test(const Api& api, const http::Request& request) {
  TRY(BodyOf<Nothing>(request));
  return TellWith(api, request, "administrator", notify::SendTest);
}

}  // namespace

std::vector<http::Route> NotificationRoutes(const Api& api) {
  std::vector<http::Route> routes;
  AddRead(routes, api, "notifications", List);
  routes.push_back(WorkRoute(api, Method::kPost, "notifications", policy::Right::kTrack, Send,
                             {.body = &SendNotification::kSchema, .answer = &ToldAnswer::kSchema}));
  // Before the path with a variable: a test is no notification's id.
  routes.push_back(WorkRoute(api, Method::kPost, "notifications/test", policy::Right::kAdminister,
                             Test, {.body = &Nothing::kSchema, .answer = &ToldAnswer::kSchema}));
  AddRead(routes, api, "notifications/{id}", Get);
  return routes;
}

}  // namespace galley::native
