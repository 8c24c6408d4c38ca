#include "protocol/control/native/notification_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kSendNotification[] = {
    Of<&SendNotification::message>("message").Required(),
    Of<&SendNotification::severity>("severity"),
    Of<&SendNotification::labels>("labels"),
};
constexpr Field kToldAnswer[] = {
    Of<&ToldAnswer::told>("told"),
    Of<&ToldAnswer::id>("id"),
    Of<&ToldAnswer::receivers>("receivers"),
};
constexpr Field kNotificationDelivery[] = {
    Of<&NotificationDelivery::id>("id"),
    Of<&NotificationDelivery::receiver>("receiver"),
    Of<&NotificationDelivery::address>("address"),
    Of<&NotificationDelivery::state>("state"),
    Of<&NotificationDelivery::attempts>("attempts"),
    Of<&NotificationDelivery::next_ms>("next_ms"),
    Of<&NotificationDelivery::ended_ms>("ended_ms"),
    Of<&NotificationDelivery::error>("error"),
    Of<&NotificationDelivery::http_status>("http_status"),
};
constexpr Field kNotificationMessage[] = {
    Of<&NotificationMessage::sequence>("sequence"),
    Of<&NotificationMessage::id>("id"),
    Of<&NotificationMessage::key>("key"),
    Of<&NotificationMessage::status>("status"),
    Of<&NotificationMessage::title>("title"),
    Of<&NotificationMessage::labels>("labels"),
    Of<&NotificationMessage::detail>("detail"),
    Of<&NotificationMessage::created_ms>("created_ms"),
    Of<&NotificationMessage::deliveries>("deliveries"),
};
constexpr Field kNotificationAnswer[] = {
    Of<&NotificationAnswer::notification>("notification"),
};
constexpr Field kListNotifications[] = {
    Of<&ListNotifications::limit>("limit"),
    Of<&ListNotifications::before>("before"),
};
constexpr Field kNotificationsAnswer[] = {
    Of<&NotificationsAnswer::notifications>("notifications"),
    Of<&NotificationsAnswer::has_more>("has_more"),
};

}  // namespace

const schema::Message SendNotification::kSchema{"SendNotification", kSendNotification};
const schema::Message ToldAnswer::kSchema{"ToldAnswer", kToldAnswer};
const schema::Message NotificationDelivery::kSchema{"NotificationDelivery", kNotificationDelivery};
const schema::Message NotificationMessage::kSchema{"NotificationMessage", kNotificationMessage};
const schema::Message NotificationAnswer::kSchema{"NotificationAnswer", kNotificationAnswer};
const schema::Message ListNotifications::kSchema{"ListNotifications", kListNotifications};
const schema::Message NotificationsAnswer::kSchema{"NotificationsAnswer", kNotificationsAnswer};

}  // namespace galley::native
