#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/http/client.h"
#include "platform/notify/notify.h"

/// What a delivery says and what its answer means: no clock, no network.
namespace galley::notify {

inline constexpr std::int64_t kAttemptsMax = 12;

/// A notification on its way to one receiver.
struct Outgoing {
  Id delivery;
  std::int64_t attempts = 0;  ///< Made before.
  std::string project;
  std::string key;
  std::string status;
  std::string title;
  Texts labels;  ///< In the order of their names.
  Texts detail;
  std::int64_t starts_ms = 0;
  std::int64_t created_ms = 0;
};

/// The body: Alertmanager's webhook, version 4.
std::string BodyOf(const Outgoing& outgoing, std::string_view receiver,
                   std::string_view external_url);

/// Prometheus' fingerprint of labels that are in the order of their names.
std::string FingerprintOf(const Texts& labels);

/// The value of `X-Galley-Signature`.
std::string SignatureOf(std::string_view secret, std::string_view timestamp, std::string_view body);

struct Verdict {
  std::string_view state;  ///< `delivered`, `waiting` (to be tried again), `failed`, `refused`.
  std::string error;
  std::int64_t http_status = 0;
  std::int64_t retry_after_ms = 0;  ///< As the receiver wishes; 0: it says nothing.
};
/// What an attempt's answer means.
Verdict Judge(const Result<http::ClientResponse>& answer);

/// How long to wait after the attempt of this number, which counts from 1. `part` is random in
/// [0, 1).
std::int64_t PauseMs(std::int64_t attempt, double part, std::int64_t retry_after_ms);

}  // namespace galley::notify
