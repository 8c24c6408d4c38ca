#include "platform/notify/delivery.h"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "foundation/json/writer.h"
#include "storage/blob/digest.h"

namespace galley::notify {
namespace {

constexpr std::int64_t kPauseMs = 1000;
constexpr std::int64_t kPauseMsMax = 300'000;
constexpr std::int64_t kRetryAfterMsMax = 3'600'000;
constexpr int kTooManyRequests = 429;

/// RFC 3339, as Alertmanager writes it.
std::string DateOf(std::int64_t at_ms) {
  const auto seconds = static_cast<std::time_t>(at_ms / 1000);
  std::tm fields{};
  ::gmtime_r(&seconds, &fields);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", fields.tm_year + 1900,
                     fields.tm_mon + 1, fields.tm_mday, fields.tm_hour, fields.tm_min,
                     fields.tm_sec, at_ms % 1000);
}

void WriteTexts(json::Writer& writer, const Texts& texts) {
  writer.BeginObject();
  for (const auto& [name, value] : texts) writer.Key(name).String(value);
  writer.EndObject();
}

/// Seconds; a date is not understood.
std::int64_t RetryAfterMs(const http::ClientResponse& response) {
  const std::string_view text = response.Header("Retry-After");
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range) return kRetryAfterMsMax;
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return 0;
  return std::min(seconds, kRetryAfterMsMax / 1000) * 1000;
}

}  // namespace

std::string FingerprintOf(const Texts& labels) {
  constexpr char kSeparator = '\xff';
  std::uint64_t hash = 14695981039346656037U;
  const auto add = [&hash](char c) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  };
  for (const auto& [name, value] : labels) {
    std::ranges::for_each(name, add);
    add(kSeparator);
    std::ranges::for_each(value, add);
    add(kSeparator);
  }
  return fmt::format("{:016x}", hash);
}

std::string BodyOf(const Outgoing& outgoing, std::string_view receiver,
                   std::string_view external_url) {
  const bool is_resolved = outgoing.status == "resolved";
  const std::string_view status = is_resolved ? "resolved" : "firing";
  Texts annotations{{"summary", outgoing.title}};
  for (const auto& member : outgoing.detail) {
    if (member.first != "summary") annotations.push_back(member);
  }
  if (outgoing.status != status) annotations.emplace_back("status", outgoing.status);
  Texts group;
  std::ranges::copy_if(outgoing.labels, std::back_inserter(group),
                       [](const auto& label) { return label.first == "alertname"; });
  json::Writer writer;
  writer.BeginObject().Key("version").String("4");
  writer.Key("groupKey").String(fmt::format("{}:{}", outgoing.project, outgoing.key));
  writer.Key("truncatedAlerts").Int(0).Key("status").String(status);
  writer.Key("receiver").String(receiver).Key("groupLabels");
  WriteTexts(writer, group);
  writer.Key("commonLabels");
  WriteTexts(writer, outgoing.labels);
  writer.Key("commonAnnotations");
  WriteTexts(writer, annotations);
  writer.Key("externalURL").String(external_url).Key("alerts").BeginArray().BeginObject();
  writer.Key("status").String(status).Key("labels");
  WriteTexts(writer, outgoing.labels);
  writer.Key("annotations");
  WriteTexts(writer, annotations);
  writer.Key("startsAt").String(DateOf(outgoing.starts_ms));
  writer.Key("endsAt").String(is_resolved ? DateOf(outgoing.created_ms) : "0001-01-01T00:00:00Z");
  writer.Key("generatorURL").String(external_url);
  writer.Key("fingerprint").String(FingerprintOf(outgoing.labels));
  writer.EndObject().EndArray().EndObject();
  return std::move(writer).Take();
}

std::string SignatureOf(std::string_view secret, std::string_view timestamp,
                        std::string_view body) {
  return "sha256=" + blob::HmacOf(secret, fmt::format("{}.{}", timestamp, body)).Hex();
}

Verdict Judge(const Result<http::ClientResponse>& answer) {
  if (!answer) {
    const Error& error = answer.error();
    switch (error.code) {
      case Code::kPermissionDenied:
        return {.state = "refused", .error = error.message + " of the setting 'notify_allow'"};
      case Code::kInvalidArgument:
      case Code::kResourceExhausted: return {.state = "failed", .error = error.message};
      default: return {.state = "waiting", .error = error.message};
    }
  }
  Verdict verdict{.state = "failed", .error = "", .http_status = answer->status};
  if (answer->status >= 200 && answer->status < 300) {
    verdict.state = "delivered";
    return verdict;
  }
  verdict.error = fmt::format("it answered with status {}", answer->status);
  if (answer->status >= 300 && answer->status < 400) {
    verdict.error += "; redirects are not followed";
  }
  if (answer->status >= 500 || answer->status == kTooManyRequests) {
    verdict.state = "waiting";
    verdict.retry_after_ms = RetryAfterMs(*answer);
  }
  return verdict;
}

std::int64_t PauseMs(std::int64_t attempt, double part, std::int64_t retry_after_ms) {
  std::int64_t whole = kPauseMs;
  for (std::int64_t at = 1; at < attempt && whole < kPauseMsMax; ++at) whole *= 2;
  whole = std::min(whole, kPauseMsMax);
  const std::int64_t half = whole / 2;
  const auto pause = half + static_cast<std::int64_t>(part * static_cast<double>(whole - half));
  return std::max(pause, std::min(retry_after_ms, kRetryAfterMsMax));
}

}  // namespace galley::notify
