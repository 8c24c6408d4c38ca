#include "platform/notify/notify.h"

namespace galley::notify {
namespace {

constexpr std::string_view kSteps[] = {R"(
  CREATE TABLE notification_receiver(
    id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    active INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE notification(
    row INTEGER PRIMARY KEY,
    project INTEGER NOT NULL REFERENCES project,
    id BLOB NOT NULL UNIQUE,
    key TEXT NOT NULL,
    status TEXT NOT NULL,
    title TEXT NOT NULL,
    labels TEXT NOT NULL,
    detail TEXT NOT NULL,
    starts_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX notification_of_key ON notification(project, key, row);
  CREATE TABLE notification_delivery(
    notification INTEGER NOT NULL REFERENCES notification,
    receiver TEXT NOT NULL REFERENCES notification_receiver,
    id BLOB NOT NULL UNIQUE,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    ended_ms INTEGER NOT NULL,
    error TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    PRIMARY KEY(notification, receiver)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notification_waiting ON notification_delivery(receiver, next_ms)
    WHERE state = 'waiting';
)"};

}  // namespace

const db::Part kTables{"notify", kSteps};

}  // namespace galley::notify
