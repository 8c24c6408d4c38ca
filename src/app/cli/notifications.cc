#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/core.h>

#include "app/cli/ask.h"
#include "app/cli/commands.h"
#include "app/cli/print.h"
#include "foundation/io/clock.h"
#include "protocol/control/native/notification_messages.h"

namespace galley::cli {
namespace {

constexpr std::int64_t kShown = 20;
constexpr auto kPause = std::chrono::milliseconds(100);
constexpr std::int64_t kWaitMsMax = 60'000;

Colour ColourOfDelivery(std::string_view state) {
  if (state == "delivered") return Colour::kGreen;
  return state == "waiting" ? Colour::kYellow : Colour::kRed;
}

std::string Reason(const native::NotificationDelivery& delivery, std::int64_t now_ms) {
  if (delivery.error.empty() || delivery.state != "waiting") return delivery.error;
  const std::int64_t left = std::max<std::int64_t>(delivery.next_ms.value_or(now_ms) - now_ms, 0);
  return fmt::format("{}; again in {}", delivery.error, Duration(left));
}

void Print(const native::NotificationsAnswer& answer) {
  Table table({{.title = "NUMBER", .right = true},
               {.title = "WHEN"},
               {.title = "STATUS"},
               {.title = "ABOUT", .shrinks = true},
               {.title = "TITLE", .shrinks = true},
               {.title = "RECEIVER", .shrinks = true},
               {.title = "STATE"},
               {.title = "ATTEMPTS", .right = true},
               {.title = "LAST ERROR", .shrinks = true}});
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const native::NotificationMessage& one : answer.notifications) {
    std::vector<Cell> first = {
        {fmt::format("{}", one.sequence), Colour::kDim},
        {Ago(one.created_ms, now_ms)},
        {one.status, one.status == "resolved" ? Colour::kGreen : Colour::kBold},
        {one.key, Colour::kCyan},
        {one.title}};
    if (one.deliveries.empty()) {
      std::vector<Cell> row = first;
      row.insert(row.end(), {{"nobody", Colour::kDim}, {""}, {""}, {""}});
      table.Add(std::move(row));
    }
    for (const native::NotificationDelivery& delivery : one.deliveries) {
      std::vector<Cell> row = std::exchange(first, {{""}, {""}, {""}, {""}, {""}});
      row.insert(row.end(), {{fmt::format("{} ({})", delivery.address, delivery.receiver)},
                             {delivery.state, ColourOfDelivery(delivery.state)},
                             {fmt::format("{}", delivery.attempts)},
                             {Reason(delivery, now_ms), Colour::kDim}});
      table.Add(std::move(row));
    }
  }
  fmt::print("{}", table.Text(ScreenOfOutput()));
}

bool HasOutcome(const native::NotificationDelivery& delivery) {
  return delivery.state != "waiting" || delivery.attempts > 0;
}

}  // namespace

Result<int> ListNotifications(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const Parameters parameters{{"limit", fmt::format("{}", arguments.limit.value_or(kShown))}};
  const std::string body = TRY(Ask(server, arguments, "notifications", parameters));
  if (arguments.json) {
    fmt::print("{}\n", body);
    return 0;
  }
  const auto answer = TRY(Understood<native::NotificationsAnswer>(body));
  if (answer.notifications.empty()) {
    fmt::print(stderr, "Nobody was told anything yet.\n");
    return 0;
  }
  Print(answer);
  if (answer.has_more) SayMore(arguments);
  return 0;
}

Result<int> TestNotifications(const Arguments& arguments) {
  const Server server = TRY(FindServer(arguments));
  const auto told = TRY(Understood<native::ToldAnswer>(
      TRY(Tell(server, arguments, http::Method::kPost, "notifications/test", "{}"))));
  const std::int64_t end_ms = io::MonotonicMs() + kWaitMsMax;
  std::string body;
  std::vector<native::NotificationDelivery> deliveries;
  do {
    std::this_thread::sleep_for(kPause);
    body = TRY(Ask(server, arguments, "notifications/" + told.id));
    deliveries = TRY(Understood<native::NotificationAnswer>(body)).notification.deliveries;
  } while (!std::ranges::all_of(deliveries, HasOutcome) && io::MonotonicMs() < end_ms);
  const auto is_delivered = [](const auto& delivery) { return delivery.state == "delivered"; };
  const int code = std::ranges::all_of(deliveries, is_delivered) ? 0 : 1;
  if (arguments.json) {
    fmt::print("{}\n", body);
    return code;
  }
  const std::int64_t now_ms = io::SystemClock().NowMs();
  for (const native::NotificationDelivery& delivery : deliveries) {
    const std::string reason =
        HasOutcome(delivery) ? Reason(delivery, now_ms) : "there is no outcome yet";
    fmt::print(is_delivered(delivery) ? stdout : stderr, "{} ({}): {}{}{}\n",
               Clean(delivery.address), Clean(delivery.receiver), Clean(delivery.state),
               reason.empty() ? "" : ": ", Clean(reason));
  }
  return code;
}

}  // namespace galley::cli
