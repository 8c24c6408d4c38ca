#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"

/// What people are told outside of Galley (docs/formats/notification.md).
namespace galley::notify {

/// The tables of this room.
extern const db::Part kTables;

struct Notification {
  std::string
      key;  ///< What it is about: `alert/demand/accuracy`. Of one key a status is told once.
  std::string status;          ///< `firing`, `resolved`; or another word.
  std::string title;           ///< One line.
  std::string labels;          ///< A JSON object of strings; empty: none.
  std::string detail;          ///< A JSON object; empty: none.
  std::int64_t repeat_ms = 0;  ///< After so long the same status is told again; 0: never.
};

/// Puts it in the outbox, within the transaction of what it tells of. kInvalidArgument if labels or
/// detail are not what they must be, or too long.
Status Enqueue(journal::Change& change, const Notification& notification);

struct Told {
  Id id;  ///< Of the notification that tells it.
  bool is_new = false;
  std::int64_t receivers = 0;
};
/// As Enqueue, and says what became of it.
Result<Told> Tell(journal::Change& change, const Notification& notification);

/// A message of a script.
struct Alert {
  std::string message;   ///< 1 to 1,000 characters.
  std::string severity;  ///< 1 to 64 characters.
  std::string labels;    ///< A JSON object.
};
/// Tells it and records `alert.sent`. kInvalidArgument names what is wrong and the limit.
Result<Told> SendAlert(journal::Change& change, const Alert& alert);

/// Tells every receiver that this is a test. kFailedPrecondition if there is none.
Result<Told> SendTest(journal::Change& change);

struct Delivery {
  Id id;
  std::string receiver;
  std::string address;  ///< Of its URL without path and query, which may be secret.
  std::string state;    ///< `waiting`, `delivered`, `failed`, `refused`.
  std::int64_t attempts = 0;
  std::int64_t next_ms = 0;   ///< While it waits.
  std::int64_t ended_ms = 0;  ///< 0 while it waits.
  std::string error;          ///< Of the last attempt.
  std::int64_t http_status = 0;
};
struct Stored {
  std::int64_t sequence = 0;
  Id id;
  Notification notification;
  std::int64_t created_ms = 0;
  std::vector<Delivery> deliveries;
};

/// The newest first; `before`: only those with a smaller sequence.
Result<std::vector<Stored>> ListNotifications(db::Connection& db, std::int64_t project,
                                              std::optional<std::int64_t> before,
                                              std::int64_t limit);
/// kNotFound if there is none.
Result<Stored> GetNotification(db::Connection& db, std::int64_t project, const Id& id);

struct Receiver {
  std::string id;       ///< 8 hex digits, by its URL.
  std::string address;  ///< As of Delivery.
  std::string url;
};
/// kInvalidArgument if it is no URL of a receiver.
Result<Receiver> ReceiverOf(const std::string& url);

/// These are told from now on, and no others: what waits for one ends.
Status SetReceivers(db::Connection& db, std::span<const Receiver> receivers, std::int64_t now_ms);

/// The members of a JSON object, as text.
using Texts = std::vector<std::pair<std::string, std::string>>;
/// kInvalidArgument, which names `what`, if it is no object, or with `only_texts` has another
/// member than a string.
Result<Texts> TextsOf(db::Connection& db, std::string_view json, std::string_view what,
                      bool only_texts);

/// So many notifications are kept, the newest.
inline constexpr std::int64_t kKeptMax = 10'000;

}  // namespace galley::notify
