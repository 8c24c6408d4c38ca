#include "app/cli/drill_clients.h"

#include <chrono>
#include <tuple>

#include "foundation/http/client.h"
#include "foundation/schema/decode.h"

namespace galley::cli {
namespace {

using schema::Field;
using schema::Of;

constexpr std::int64_t kTimeoutMs = 60'000;
constexpr auto kBetween = std::chrono::milliseconds(2);
constexpr std::size_t kSaidMax = 300;

/// What is looked at of an answer's body.
struct Facts {
  std::string variant;
  std::int64_t version = 0;
  static const schema::Message kSchema;
};
constexpr Field kFacts[] = {Of<&Facts::variant>("variant"), Of<&Facts::version>("version")};
const schema::Message Facts::kSchema{"Answer", kFacts};

Result<DrillAnswer> Fetched(const std::string& url, const Recorded& request) {
  auto answer = TRY(http::Fetch({.method = http::Method::kPost,
                                 .url = url,
                                 .headers = {{"Content-Type", request.content_type}},
                                 .body = request.body,
                                 .timeout_ms = kTimeoutMs}));
  if (answer.status != 200) {
    return Fail(Code::kUnavailable, "the gateway answered {}: {}", answer.status,
                answer.body.substr(0, kSaidMax));
  }
  const auto facts = schema::FromJson<Facts>(answer.body, {});
  if (!facts) {
    return Fail(Code::kUnavailable, "the gateway's answer is not understood: {}",
                answer.body.substr(0, kSaidMax));
  }
  return DrillAnswer{.variant = facts->variant,
                     .version = facts->version,
                     .degraded = std::string(answer.Header("X-Galley-Degraded")),
                     .predictions = std::move(answer.body)};
}

}  // namespace

Result<DrillAnswer> DrillClients::Send(const Recorded& request) {
  auto answer = Fetched(url_, request);
  ++sent_;
  if (!answer) {
    ++failed_;
    const std::scoped_lock lock(mutex_);
    if (first_failure_.empty()) first_failure_ = answer.error().message;
  }
  return answer;
}

void DrillClients::Start() {
  thread_ = std::jthread([this](const std::stop_token& stop) {
    for (std::size_t at = 0; !stop.stop_requested(); at = (at + 1) % requests_.size()) {
      std::ignore = Send(requests_[at]);  // It is counted.
      std::this_thread::sleep_for(kBetween);
    }
  });
}

void DrillClients::Stop() {
  thread_ = std::jthread();
}

std::string DrillClients::first_failure() const {
  const std::scoped_lock lock(mutex_);
  return first_failure_;
}

}  // namespace galley::cli
