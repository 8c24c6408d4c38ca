#include "platform/notify/notify.h"

#include <map>

#include "foundation/http/client.h"
#include "foundation/json/writer.h"
#include "storage/blob/digest.h"

namespace galley::notify {
namespace {

constexpr std::size_t kKeyBytesMax = 1000;
constexpr std::size_t kTitleBytesMax = 4000;
constexpr std::size_t kLabelsBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kDetailBytesMax = std::size_t{64} * 1024;
constexpr std::size_t kReceiverDigits = 8;

Status CheckLength(std::string_view what, std::string_view text, std::size_t max) {
  if (text.size() <= max) return {};
  return Fail(Code::kInvalidArgument, "'{}' of a notification has {} bytes; the limit is {}", what,
              text.size(), max);
}

/// The labels in the order of their names, each once.
Result<std::string> NormalLabels(db::Connection& db, const Notification& notification) {
  std::map<std::string, std::string> labels{{"alertname", notification.key}};
  for (auto& [name, value] : TRY(TextsOf(db, notification.labels, "labels", true))) {
    labels[name] = std::move(value);
  }
  json::Writer writer;
  writer.BeginObject();
  for (const auto& [name, value] : labels) writer.Key(name).String(value);
  writer.EndObject();
  return std::move(writer).Take();
}

struct Last {
  std::int64_t row = 0;
  Id id;
  std::string status;
  std::int64_t starts_ms = 0;
  std::int64_t created_ms = 0;
};

Result<std::optional<Last>> LastOf(const journal::Change& change, std::string_view key) {
  auto rows =
      TRY(change.db.Query("SELECT row, id, status, starts_ms, created_ms FROM notification "
                          "WHERE project = ? AND key = ? ORDER BY row DESC LIMIT 1",
                          {change.project, key}));
  if (!TRY(rows.Next())) return std::nullopt;
  return Last{.row = rows.Integer(0),
              .id = rows.AsId(1),
              .status = std::string(rows.Text(2)),
              .starts_ms = rows.Integer(3),
              .created_ms = rows.Integer(4)};
}

Result<std::vector<std::string>> ActiveReceivers(db::Connection& db) {
  std::vector<std::string> receivers;
  auto rows = TRY(db.Query("SELECT id FROM notification_receiver WHERE active = 1 ORDER BY id"));
  while (TRY(rows.Next())) receivers.emplace_back(rows.Text(0));
  return receivers;
}

Status RemoveOld(db::Connection& db, std::int64_t newest) {
  const std::int64_t last = newest - kKeptMax;
  TRY(db.Run("DELETE FROM notification_delivery WHERE notification <= ?", {last}));
  return db.Run("DELETE FROM notification WHERE row <= ?", {last});
}

Result<std::vector<Delivery>> DeliveriesOf(db::Connection& db, std::int64_t notification) {
  std::vector<Delivery> deliveries;
  auto rows = TRY(
      db.Query("SELECT d.id, d.receiver, r.address, d.state, d.attempts, d.next_ms, d.ended_ms, "
               "d.error, d.http_status FROM notification_delivery d "
               "JOIN notification_receiver r ON r.id = d.receiver "
               "WHERE d.notification = ? ORDER BY r.address, d.receiver",
               {notification}));
  while (TRY(rows.Next())) {
    deliveries.push_back({.id = rows.AsId(0),
                          .receiver = std::string(rows.Text(1)),
                          .address = std::string(rows.Text(2)),
                          .state = std::string(rows.Text(3)),
                          .attempts = rows.Integer(4),
                          .next_ms = rows.Integer(5),
                          .ended_ms = rows.Integer(6),
                          .error = std::string(rows.Text(7)),
                          .http_status = rows.Integer(8)});
  }
  return deliveries;
}

Stored StoredOf(const db::Rows& rows) {
  return {.sequence = rows.Integer(0),
          .id = rows.AsId(1),
          .notification = {.key = std::string(rows.Text(2)),
                           .status = std::string(rows.Text(3)),
                           .title = std::string(rows.Text(4)),
                           .labels = std::string(rows.Text(5)),
                           .detail = std::string(rows.Text(6))},
          .created_ms = rows.Integer(7),
          .deliveries = {}};
}

}  // namespace

Status Enqueue(journal::Change& change, const Notification& notification) {
  TRY(Tell(change, notification));
  return {};
}

Result<Told> Tell(journal::Change& change, const Notification& notification) {
  TRY(CheckLength("key", notification.key, kKeyBytesMax));
  TRY(CheckLength("status", notification.status, kKeyBytesMax));
  TRY(CheckLength("title", notification.title, kTitleBytesMax));
  TRY(CheckLength("labels", notification.labels, kLabelsBytesMax));
  TRY(CheckLength("detail", notification.detail, kDetailBytesMax));
  const auto last = TRY(LastOf(change, notification.key));
  if (last && last->status == notification.status) {
    const bool is_old = change.now_ms >= last->created_ms + notification.repeat_ms;
    if (notification.repeat_ms == 0 || !is_old) return Told{.id = last->id};
  }
  const std::string labels = TRY(NormalLabels(change.db, notification));
  const std::string detail = notification.detail.empty() ? "{}" : notification.detail;
  TRY(TextsOf(change.db, detail, "detail", false));
  const bool ends = notification.status == "resolved" && last;
  Told told{.id = change.ids.Next(), .is_new = true};
  TRY(change.db.Run(
      "INSERT INTO notification(project, id, key, status, title, labels, detail, starts_ms, "
      "created_ms) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {change.project, told.id, notification.key, notification.status, notification.title, labels,
       detail, ends ? last->starts_ms : change.now_ms, change.now_ms}));
  const std::int64_t row = change.db.LastInsertRow();
  for (const std::string& receiver : TRY(ActiveReceivers(change.db))) {
    TRY(change.db.Run(
        "INSERT INTO notification_delivery(notification, receiver, id, state, attempts, next_ms, "
        "ended_ms, error, http_status) VALUES(?, ?, ?, 'waiting', 0, ?, 0, '', 0)",
        {row, receiver, change.ids.Next(), change.now_ms}));
    ++told.receivers;
  }
  TRY(RemoveOld(change.db, row));
  return told;
}

Result<std::vector<Stored>> ListNotifications(db::Connection& db, std::int64_t project,
                                              std::optional<std::int64_t> before,
                                              std::int64_t limit) {
  std::vector<Stored> all;
  auto rows = TRY(
      db.Query("SELECT row, id, key, status, title, labels, detail, created_ms FROM notification "
               "WHERE project = ? AND row < ? ORDER BY row DESC LIMIT ?",
               {project, before.value_or(INT64_MAX), limit}));
  while (TRY(rows.Next())) {
    all.push_back(StoredOf(rows));
    all.back().deliveries = TRY(DeliveriesOf(db, all.back().sequence));
  }
  return all;
}

Result<Stored> GetNotification(db::Connection& db, std::int64_t project, const Id& id) {
  auto rows = TRY(
      db.Query("SELECT row, id, key, status, title, labels, detail, created_ms FROM notification "
               "WHERE project = ? AND id = ?",
               {project, id}));
  if (!TRY(rows.Next())) {
    return Fail(Code::kNotFound, "there is no notification {}; the newest {} are kept", id.Hex(),
                kKeptMax);
  }
  Stored stored = StoredOf(rows);
  stored.deliveries = TRY(DeliveriesOf(db, stored.sequence));
  return stored;
}

Result<Receiver> ReceiverOf(const std::string& url) {
  const http::Target target = TRY(http::TargetOf(url));
  return Receiver{.id = blob::DigestOf(url).Hex().substr(0, kReceiverDigits),
                  .address = target.Origin(),
                  .url = url};
}

Status SetReceivers(db::Connection& db, std::span<const Receiver> receivers, std::int64_t now_ms) {
  TRY(db.Run("UPDATE notification_receiver SET active = 0"));
  for (const Receiver& receiver : receivers) {
    TRY(
        db.Run("INSERT INTO notification_receiver(id, address, active) VALUES(?, ?, 1) "
               "ON CONFLICT(id) DO UPDATE SET address = excluded.address, active = 1",
               {receiver.id, receiver.address}));
  }
  TRY(
      db.Run("UPDATE notification_delivery SET state = 'failed', ended_ms = ?, "
             "error = 'the settings name this receiver no longer' WHERE state = 'waiting' "
             "AND receiver IN (SELECT id FROM notification_receiver WHERE active = 0)",
             {now_ms}));
  return db.Run(
      "DELETE FROM notification_receiver WHERE active = 0 "
      "AND id NOT IN (SELECT receiver FROM notification_delivery)");
}

Result<Texts> TextsOf(db::Connection& db, std::string_view json, std::string_view what,
                      bool only_texts) {
  Texts texts;
  if (json.empty()) return texts;
  {
    auto rows = TRY(db.Query(
        "SELECT CASE WHEN json_valid(?) THEN json_type(?) = 'object' ELSE 0 END", {json, json}));
    if (!TRY(rows.Next()) || rows.Integer(0) == 0) {
      return Fail(Code::kInvalidArgument, "'{}' must be a JSON object", what);
    }
  }
  auto rows =
      TRY(db.Query("SELECT key, type, CASE type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
                   "WHEN 'null' THEN 'null' ELSE CAST(value AS TEXT) END FROM json_each(?)",
                   {json}));
  while (TRY(rows.Next())) {
    if (only_texts && rows.Text(1) != "text") {
      return Fail(Code::kInvalidArgument, "'{}.{}' must be a text", what, rows.Text(0));
    }
    texts.emplace_back(rows.Text(0), rows.Text(2));
  }
  return texts;
}

}  // namespace galley::notify
