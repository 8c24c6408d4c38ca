#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API takes and answers of notifications (docs/formats/native_api.md).
namespace galley::native {

struct SendNotification {
  std::string message;
  std::string severity = "warning";
  schema::JsonObject labels;
  static const schema::Message kSchema;
};
struct ToldAnswer {
  bool told = false;  ///< False: it was told already, by the notification `id`.
  std::string id;
  std::int64_t receivers = 0;
  static const schema::Message kSchema;
};

struct NotificationDelivery {
  std::string id;
  std::string receiver;
  std::string address;
  std::string state;
  std::int64_t attempts = 0;
  std::optional<std::int64_t> next_ms;
  std::optional<std::int64_t> ended_ms;
  std::string error;
  std::optional<std::int64_t> http_status;
  static const schema::Message kSchema;
};
struct NotificationMessage {
  std::int64_t sequence = 0;
  std::string id;
  std::string key;
  std::string status;
  std::string title;
  schema::JsonObject labels;
  schema::JsonObject detail;
  std::int64_t created_ms = 0;
  std::vector<NotificationDelivery> deliveries;
  static const schema::Message kSchema;
};
struct NotificationAnswer {
  NotificationMessage notification;
  static const schema::Message kSchema;
};

struct ListNotifications {
  std::int64_t limit = 100;
  std::optional<std::int64_t> before;
  static const schema::Message kSchema;
};
struct NotificationsAnswer {
  std::vector<NotificationMessage> notifications;
  bool has_more = false;
  static const schema::Message kSchema;
};

}  // namespace galley::native
