#include <chrono>
#include <thread>

#include "foundation/io/clock.h"
#include "protocol/control/native/serving_routes.h"

namespace galley::native {
namespace {

constexpr std::int64_t kAcknowledgedMsMax = 5000;
constexpr auto kPoll = std::chrono::milliseconds(10);

}  // namespace

Status AwaitGateway(const Api& api, std::int64_t version, std::string_view done,
                    const std::function<Result<bool>(const snapshot::Status&)>& is_done) {
  const std::int64_t start_ms = io::MonotonicMs();
  for (;;) {
    const auto status = api.serving.GatewayStatus();
    if (!status && status.error().code == Code::kNotFound) return {};
    const bool has_version = status && status->version >= version;
    if (has_version && (!is_done || TRY(is_done(*status)))) return {};
    if (io::MonotonicMs() - start_ms >= kAcknowledgedMsMax) {
      if (has_version) {
        return Fail(Code::kDeadlineExceeded,
                    "{}, but the gateway that writes {} has not loaded within {} s what is to "
                    "answer: until it has, what was served before does",
                    done, api.serving.StatusFile(), kAcknowledgedMsMax / 1000);
      }
      const std::string says =
          status ? fmt::format("it says that it serves version {}", status->version)
                 : status.error().message;
      return Fail(Code::kDeadlineExceeded,
                  "{}, but the gateway that writes {} has not acknowledged version {} of the "
                  "snapshot within {} s ({}): until it does, requests may go to what was served "
                  "before; is it running?",
                  done, api.serving.StatusFile(), version, kAcknowledgedMsMax / 1000, says);
    }
    std::this_thread::sleep_for(kPoll);
  }
}

}  // namespace galley::native
