#include "platform/notify/sender.h"

#include <chrono>
#include <utility>

#include "foundation/telemetry/log.h"

namespace galley::notify {
namespace {

constexpr auto kPause = std::chrono::milliseconds(250);
/// After an error of the database.
constexpr auto kLongPause = std::chrono::seconds(2);
constexpr std::int64_t kTimeoutMs = 10'000;
constexpr std::uint64_t kAnswerBytesMax = 4096;
constexpr std::uint64_t kParts = 1U << 20U;

/// The error without what may be secret in a URL.
std::string Shown(std::string error, const Receiver& receiver) {
  for (auto at = error.find(receiver.url); at != std::string::npos;
       at = error.find(receiver.url, at + receiver.address.size())) {
    error.replace(at, receiver.url.size(), receiver.address);
  }
  return error;
}

}  // namespace

Result<std::unique_ptr<Sender>> Sender::Start(const journal::Store& store, io::Random& random,
                                              Options options) {
  auto guard = TRY(Context(http::Guard::Parse(options.allow), "notify_allow"));
  std::vector<Receiver> receivers;
  for (const std::string& url : options.webhooks) {
    receivers.push_back(TRY(Context(ReceiverOf(url), "notify_webhooks")));
  }
  TRY(store.writer.Call(db::WriteClass::kInteractive, [&](db::Connection& db) {
    return SetReceivers(db, receivers, store.clock.NowMs());
  }));
  std::unique_ptr<Sender> sender(new Sender(store, random, std::move(options), std::move(guard)));
  for (Receiver& receiver : receivers) {
    sender->threads_.emplace_back([self = sender.get(), receiver = std::move(receiver)](
                                      const std::stop_token& stop) { self->Run(stop, receiver); });
  }
  return sender;
}

Sender::Sender(const journal::Store& store, io::Random& random, Options options, http::Guard guard)
    : store_(store), random_(random), options_(std::move(options)), guard_(std::move(guard)) {}

Sender::~Sender() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
}

void Sender::Run(const std::stop_token& stop, const Receiver& receiver) {
  while (!stop.stop_requested()) {
    auto next = Next(receiver);
    Status status = next ? Status() : std::unexpected(next.error());
    if (next && *next) status = Deliver(stop, receiver, **next);
    if (status && next && *next) continue;
    if (!status) {
      telemetry::LogError("notifications cannot be delivered",
                          {{"error.message", status.error().message}});
    }
    std::unique_lock lock(mutex_);
    const auto pause = status ? std::chrono::milliseconds(kPause) : kLongPause;
    wake_.wait_for(lock, stop, pause, [] { return false; });
  }
}

Result<std::optional<Outgoing>> Sender::Next(const Receiver& receiver) const {
  const db::Readers::Lease db = TRY(store_.readers.Take());
  std::string labels;
  std::string detail;
  Outgoing outgoing;
  {
    // Of one key in their order: one that was told later waits for those before it.
    auto rows = TRY(db->Query(
        "SELECT d.id, d.attempts, p.name, n.key, n.status, n.title, n.labels, n.detail, "
        "n.starts_ms, n.created_ms FROM notification_delivery d "
        "JOIN notification n ON n.row = d.notification JOIN project p ON p.row = n.project "
        "WHERE d.receiver = ? AND d.state = 'waiting' AND d.next_ms <= ? AND NOT EXISTS "
        "(SELECT 1 FROM notification m JOIN notification_delivery e ON e.notification = m.row "
        "WHERE m.project = n.project AND m.key = n.key AND m.row < n.row "
        "AND e.receiver = d.receiver AND e.state = 'waiting') "
        "ORDER BY d.next_ms, d.notification LIMIT 1",
        {receiver.id, store_.clock.NowMs()}));
    if (!TRY(rows.Next())) return std::nullopt;
    outgoing = {.delivery = rows.AsId(0),
                .attempts = rows.Integer(1),
                .project = std::string(rows.Text(2)),
                .key = std::string(rows.Text(3)),
                .status = std::string(rows.Text(4)),
                .title = std::string(rows.Text(5)),
                .labels = {},
                .detail = {},
                .starts_ms = rows.Integer(8),
                .created_ms = rows.Integer(9)};
    labels = rows.Text(6);
    detail = rows.Text(7);
  }
  outgoing.labels = TRY(TextsOf(*db, labels, "labels", false));
  outgoing.detail = TRY(TextsOf(*db, detail, "detail", false));
  return outgoing;
}

Status Sender::Deliver(const std::stop_token& stop, const Receiver& receiver,
                       const Outgoing& outgoing) {
  const std::string body = BodyOf(outgoing, receiver.id, options_.external_url);
  const std::string timestamp = std::to_string(store_.clock.NowMs() / 1000);
  const auto answer = http::Fetch(
      {.method = http::Method::kPost,
       .url = receiver.url,
       .headers = {{"Content-Type", "application/json"},
                   {"X-Galley-Timestamp", timestamp},
                   {"X-Galley-Signature", SignatureOf(options_.secret, timestamp, body)},
                   {"X-Galley-Delivery", outgoing.delivery.Hex()}},
       .body = body,
       .timeout_ms = kTimeoutMs,
       .body_bytes_max = kAnswerBytesMax,
       .cut_body = true,
       .stop = stop,
       .guard = &guard_});
  if (!answer && stop.stop_requested()) return {};
  Verdict verdict = Judge(answer);
  verdict.error = Shown(std::move(verdict.error), receiver);
  const std::int64_t attempt = outgoing.attempts + 1;
  if (verdict.state == "waiting" && attempt >= kAttemptsMax) verdict.state = "failed";
  const double part = static_cast<double>(random_.Below(kParts)) / static_cast<double>(kParts);
  const std::int64_t pause = PauseMs(attempt, part, verdict.retry_after_ms);
  if (verdict.state == "failed" || verdict.state == "refused") {
    telemetry::LogWarn("a notification was not delivered",
                       {{"url.full", receiver.address}, {"error.message", verdict.error}});
  }
  return Write(outgoing, verdict, store_.clock.NowMs() + pause);
}

Status Sender::Write(const Outgoing& outgoing, const Verdict& verdict, std::int64_t next_ms) {
  return store_.writer.Call(db::WriteClass::kInteractive, [&](db::Connection& db) {
    const bool waits = verdict.state == "waiting";
    return db.Run(
        "UPDATE notification_delivery SET state = ?, attempts = attempts + 1, next_ms = ?, "
        "ended_ms = ?, error = ?, http_status = ? WHERE id = ? AND state = 'waiting'",
        {verdict.state, waits ? next_ms : 0, waits ? 0 : store_.clock.NowMs(), verdict.error,
         verdict.http_status, outgoing.delivery});
  });
}

}  // namespace galley::notify
