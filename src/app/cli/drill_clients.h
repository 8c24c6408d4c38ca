#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/schema/message.h"

namespace galley::cli {

/// A request as it was recorded.
struct Recorded {
  std::string content_type;
  std::string body;
  std::int64_t rows = 0;
};

/// What the gateway answered to one.
struct DrillAnswer {
  std::string variant;  ///< Empty: it is the default answer.
  std::int64_t version = 0;
  std::string degraded;     ///< `X-Galley-Degraded`.
  std::string predictions;  ///< The whole body.
};

/// Sends recorded requests to one endpoint and counts. Any thread.
class DrillClients {
 public:
  /// `url` is that of the endpoint's `predict`.
  DrillClients(std::string url, std::vector<Recorded> requests)
      : url_(std::move(url)), requests_(std::move(requests)) {}

  const std::vector<Recorded>& requests() const { return requests_; }
  /// Sends one. An answer that is not 200 is an error, and counted as failed.
  Result<DrillAnswer> Send(const Recorded& request);

  /// Sends one after the other in the background, until Stop.
  void Start();
  void Stop();

  std::int64_t sent() const { return sent_; }
  std::int64_t failed() const { return failed_; }
  /// What was said to the first one that failed.
  std::string first_failure() const;

 private:
  const std::string url_;
  const std::vector<Recorded> requests_;
  std::atomic<std::int64_t> sent_ = 0;
  std::atomic<std::int64_t> failed_ = 0;
  mutable std::mutex mutex_;
  std::string first_failure_;
  std::jthread thread_;
};

}  // namespace galley::cli
