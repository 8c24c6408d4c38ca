#include <algorithm>
#include <map>

#include "foundation/json/writer.h"
#include "platform/notify/notify.h"
#include "storage/blob/digest.h"

namespace galley::notify {
namespace {

constexpr std::int64_t kMessageMax = 1000;
constexpr std::int64_t kSeverityMax = 64;
constexpr std::size_t kLabelsMax = 32;
constexpr std::size_t kNameMax = 64;
constexpr std::size_t kValueBytesMax = 1000;
/// Alertmanager's repeat_interval: a message has no end of its own.
constexpr std::int64_t kRepeatMs = std::int64_t{4} * 3600 * 1000;

std::int64_t Characters(std::string_view text) {
  return std::ranges::count_if(text,
                               [](char c) { return (static_cast<unsigned>(c) & 0xC0U) != 0x80U; });
}

Status CheckCharacters(std::string_view what, std::string_view text, std::int64_t max) {
  const std::int64_t count = Characters(text);
  if (count >= 1 && count <= max) return {};
  return Fail(Code::kInvalidArgument, "'{}' must have 1 to {} characters, and has {}", what, max,
              count);
}

bool IsLabelName(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  const auto is_known = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= kNameMax && is_letter(name.front()) &&
         std::ranges::all_of(name, is_known);
}

/// All labels as JSON, the severity among them.
Result<std::string> LabelsOf(db::Connection& db, const Alert& alert) {
  std::map<std::string, std::string> labels{{"alertname", "send_alert"}};
  const Texts given = TRY(TextsOf(db, alert.labels, "labels", true));
  if (given.size() > kLabelsMax) {
    return Fail(Code::kInvalidArgument, "'labels' has {} members; the limit is {}", given.size(),
                kLabelsMax);
  }
  for (const auto& [name, value] : given) {
    if (!IsLabelName(name)) {
      return Fail(
          Code::kInvalidArgument,
          "'labels': '{}' is no name; one has letters, digits and '_', at most {}, and does "
          "not begin with a digit",
          name, kNameMax);
    }
    if (name == "severity") {
      return Fail(Code::kInvalidArgument, "'labels.severity': the severity is 'severity'");
    }
    if (value.size() > kValueBytesMax) {
      return Fail(Code::kInvalidArgument, "'labels.{}' has {} bytes; the limit is {}", name,
                  value.size(), kValueBytesMax);
    }
    labels[name] = value;
  }
  labels["severity"] = alert.severity;
  json::Writer writer;
  writer.BeginObject();
  for (const auto& [name, value] : labels) writer.Key(name).String(value);
  writer.EndObject();
  return std::move(writer).Take();
}

}  // namespace

Result<Told> SendAlert(journal::Change& change, const Alert& alert) {
  TRY(CheckCharacters("message", alert.message, kMessageMax));
  TRY(CheckCharacters("severity", alert.severity, kSeverityMax));
  const std::string labels = TRY(LabelsOf(change.db, alert));
  json::Writer both;
  both.BeginArray().String(alert.message).Raw(labels).EndArray();
  const std::string digest = blob::DigestOf(std::move(both).Take()).Hex();
  const Told told = TRY(Tell(change, {.key = "message/" + digest.substr(0, 16),
                                      .status = "firing",
                                      .title = alert.message,
                                      .labels = labels,
                                      .detail = "",
                                      .repeat_ms = kRepeatMs}));
  json::Writer detail;
  detail.BeginObject().Key("message").String(alert.message).Key("labels").Raw(labels);
  detail.Key("told").Bool(told.is_new).Key("receivers").Int(told.receivers).EndObject();
  TRY(change.Record("alert.sent", told.id.Hex(), std::move(detail)));
  return told;
}

Result<Told> SendTest(journal::Change& change) {
  const Told told = TRY(Tell(change, {.key = "test/" + change.ids.Next().Hex(),
                                      .status = "test",
                                      .title = "A test: galley notify test",
                                      .labels = R"({"alertname":"galley_test","severity":"info"})",
                                      .detail = ""}));
  if (told.receivers == 0) {
    return Fail(Code::kFailedPrecondition,
                "nobody is told: the setting 'notify_webhooks' of the server names no receiver");
  }
  json::Writer detail;
  detail.BeginObject().Key("receivers").Int(told.receivers).EndObject();
  TRY(change.Record("notification.tested", told.id.Hex(), std::move(detail)));
  return told;
}

}  // namespace galley::notify
