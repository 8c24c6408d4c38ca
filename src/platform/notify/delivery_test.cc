#include "platform/notify/delivery.h"

#include <gtest/gtest.h>

#include "storage/blob/digest.h"

namespace galley::notify {
namespace {

TEST(Delivery, PausesDoubleUpToFiveMinutes) {
  constexpr std::int64_t kWhole[] = {1000,   2000,    4000,    8000,    16'000,  32'000,
                                     64'000, 128'000, 256'000, 300'000, 300'000, 300'000};
  for (std::int64_t attempt = 1; const std::int64_t whole : kWhole) {
    EXPECT_EQ(PauseMs(attempt, 0, 0), whole / 2) << attempt;
    EXPECT_EQ(PauseMs(attempt, 0.5, 0), whole / 2 + whole / 4) << attempt;
    EXPECT_LT(PauseMs(attempt, 0.999999, 0), whole) << attempt;
    ++attempt;
  }
  EXPECT_EQ(PauseMs(1'000'000'000, 0, 0), 150'000);
  EXPECT_EQ(PauseMs(1, 0, 7000), 7000);
  EXPECT_EQ(PauseMs(9, 0, 7000), 128'000);
  EXPECT_EQ(PauseMs(1, 0, 10'000'000), 3'600'000);
}

Verdict Of(int status, std::string retry_after = "") {
  http::ClientResponse response{.status = status, .headers = {}, .body = "a secret of the network"};
  if (!retry_after.empty()) response.headers.emplace_back("retry-after", std::move(retry_after));
  return Judge(response);
}

TEST(Delivery, JudgesAnswers) {
  for (const int status : {200, 201, 202, 204, 299}) EXPECT_EQ(Of(status).state, "delivered");
  for (const int status : {429, 500, 502, 503, 504, 599}) EXPECT_EQ(Of(status).state, "waiting");
  for (const int status : {301, 302, 304, 307, 308, 400, 401, 403, 404, 408, 410, 413}) {
    EXPECT_EQ(Of(status).state, "failed") << status;
  }
  EXPECT_EQ(Of(503).error, "it answered with status 503");
  EXPECT_EQ(Of(302).error, "it answered with status 302; redirects are not followed");
  EXPECT_EQ(Of(503).http_status, 503);
  EXPECT_EQ(Of(429, "17").retry_after_ms, 17'000);
  EXPECT_EQ(Of(503, "999999999999999999999").retry_after_ms, 3'600'000);
  EXPECT_EQ(Of(503, "-1").retry_after_ms, 0);
  EXPECT_EQ(Of(503, "Fri, 31 Dec 1999 23:59:59 GMT").retry_after_ms, 0);
  EXPECT_EQ(Of(404, "17").retry_after_ms, 0);
}

TEST(Delivery, JudgesFailures) {
  const auto of = [](Code code) { return Judge(Fail(code, "why")); };
  for (const Code code : {Code::kUnavailable, Code::kDeadlineExceeded, Code::kInternal}) {
    EXPECT_EQ(of(code).state, "waiting");
    EXPECT_EQ(of(code).error, "why");
  }
  EXPECT_EQ(of(Code::kInvalidArgument).state, "failed");
  EXPECT_EQ(of(Code::kResourceExhausted).state, "failed");
  EXPECT_EQ(of(Code::kPermissionDenied).state, "refused");
  EXPECT_EQ(of(Code::kPermissionDenied).error, "why of the setting 'notify_allow'");
}

TEST(Delivery, SaysWhatAlertmanagerSays) {
  Outgoing outgoing{.delivery = {},
                    .project = "default",
                    .key = "alert/demand/accuracy",
                    .status = "firing",
                    .title = "accuracy \"fell\"",
                    .labels = {{"alertname", "accuracy"}, {"monitor", "demand"}},
                    .detail = {{"value", "0.81"}, {"summary", "not this"}},
                    .starts_ms = 1'764'013'394'007,
                    .created_ms = 1'764'013'394'007};
  EXPECT_EQ(BodyOf(outgoing, "3fa9c1d2", "http://127.0.0.1:5000"),
            R"({"version":"4","groupKey":"default:alert/demand/accuracy","truncatedAlerts":0,)"
            R"("status":"firing","receiver":"3fa9c1d2","groupLabels":{"alertname":"accuracy"},)"
            R"("commonLabels":{"alertname":"accuracy","monitor":"demand"},)"
            R"("commonAnnotations":{"summary":"accuracy \"fell\"","value":"0.81"},)"
            R"("externalURL":"http://127.0.0.1:5000","alerts":[{"status":"firing",)"
            R"("labels":{"alertname":"accuracy","monitor":"demand"},)"
            R"("annotations":{"summary":"accuracy \"fell\"","value":"0.81"},)"
            R"("startsAt":"2025-11-24T19:43:14.007Z","endsAt":"0001-01-01T00:00:00Z",)"
            R"("generatorURL":"http://127.0.0.1:5000","fingerprint":")" +
                FingerprintOf(outgoing.labels) + R"("}]})");
  outgoing.status = "resolved";
  outgoing.created_ms += 60'000;
  const std::string resolved = BodyOf(outgoing, "", "");
  EXPECT_TRUE(resolved.contains(
      R"("startsAt":"2025-11-24T19:43:14.007Z","endsAt":"2025-11-24T19:44:14.007Z")"));
  outgoing.status = "test";
  const std::string test = BodyOf(outgoing, "", "");
  EXPECT_TRUE(test.contains(R"("status":"firing")") && test.contains(R"("status":"test"})"));
}

// The cases of prometheus/common, model/signature_test.go.
TEST(Delivery, FingerprintsAsPrometheus) {
  EXPECT_EQ(FingerprintOf({}), fmt::format("{:016x}", 14695981039346656037U));
  EXPECT_EQ(FingerprintOf({{"fear", "love is not enough"}, {"name", "garland, briggs"}}),
            fmt::format("{:016x}", 5799056148416392346U));
}

TEST(Delivery, SignsTimestampAndBody) {
  EXPECT_EQ(SignatureOf("Jefe", "1764013394", "{}"),
            "sha256=" + blob::HmacOf("Jefe", "1764013394.{}").Hex());
}

}  // namespace
}  // namespace galley::notify
