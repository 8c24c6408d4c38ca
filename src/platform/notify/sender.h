#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/http/guard.h"
#include "foundation/io/random.h"
#include "platform/notify/delivery.h"
#include "platform/notify/notify.h"
#include "storage/journal/store.h"

namespace galley::notify {

/// Delivers what is in the outbox, on a thread of its own for each receiver.
class Sender {
 public:
  struct Options {
    std::vector<std::string> webhooks;  ///< URLs.
    std::vector<std::string> allow;     ///< Exceptions of the guard.
    std::string secret;                 ///< Signs.
    std::string external_url;           ///< Of this server.
  };

  /// Makes these the receivers, then starts. `store` and `random` outlive it.
  static Result<std::unique_ptr<Sender>> Start(const journal::Store& store, io::Random& random,
                                               Options options);
  /// Ends attempts that are being made: they count as not made.
  ~Sender();
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

 private:
  Sender(const journal::Store& store, io::Random& random, Options options, http::Guard guard);
  void Run(const std::stop_token& stop, const Receiver& receiver);
  Result<std::optional<Outgoing>> Next(const Receiver& receiver) const;
  Status Deliver(const std::stop_token& stop, const Receiver& receiver, const Outgoing& outgoing);
  Status Write(const Outgoing& outgoing, const Verdict& verdict, std::int64_t next_ms);

  const journal::Store& store_;
  io::Random& random_;
  const Options options_;
  const http::Guard guard_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::jthread> threads_;
};

/// The secret of a file, which must be its owner's alone; with an empty `file` that of the data
/// directory, made if it is not there. Errors name the setting.
Result<std::string> SecretOf(const std::string& file, const std::string& data, io::Random& random);

}  // namespace galley::notify
