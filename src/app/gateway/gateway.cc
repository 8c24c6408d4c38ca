#include "app/gateway/gateway.h"

#include <algorithm>
#include <csignal>
#include <iterator>

#include "foundation/http/serve.h"
#include "foundation/io/file.h"
#include "foundation/io/process.h"
#include "foundation/telemetry/log.h"
#include "protocol/serving/mlflow_scoring/routes.h"
#include "protocol/serving/native/routes.h"
#include "serving/router/serving.h"

namespace galley::gateway {
namespace {

constexpr int kLoopsMax = 8;

int LoopCount() {
  return std::min(io::UsableCores(), kLoopsMax);
}

/// The worker script is part of this program; Python wants a file.
constexpr char kWorkerScript[] = {
#embed "../../../python/galley_worker.py"
};

Result<std::string> WriteWorkerScript(const std::string& data) {
  const std::string folder = data + "/gateway";
  TRY(io::MakeFolder(folder));
  std::string path = folder + "/galley_worker.py";
  TRY(io::ReplaceFile(path, {kWorkerScript, sizeof(kWorkerScript)}));
  return path;
}

void Append(std::vector<http::Route>& routes, std::vector<http::Route> more) {
  std::move(more.begin(), more.end(), std::back_inserter(routes));
}

}  // namespace

Status Run(const Options& options) {
  telemetry::NameProcess("gateway");
  // Blocked before the first thread starts: a thread that does not block SIGTERM dies of it.
  const io::UniqueFd signals = TRY(io::SignalDescriptor({SIGTERM, SIGINT}));
  const io::SystemClock clock;
  io::SystemRandom random;
  const auto serving =
      TRY(serving::Serving::Start({.data = options.data,
                                   .worker_script = TRY(WriteWorkerScript(options.data)),
                                   .uv = options.uv},
                                  clock, random));
  std::vector<http::Route> routes = native_serving::Routes(*serving);
  Append(routes, mlflow_scoring::Routes(*serving));
  routes.push_back(http::HealthRoute("gateway", GALLEY_VERSION));
  return http::ServeUntilSignalled(
      {.name = "gateway", .loops = LoopCount(), .signals = signals.get()},
      TRY(http::Listen("gateway", options.port)),
      http::Router(std::move(routes), mlflow_scoring::Areas()),
      policy::Gate("", options.allowed_hosts));
}

}  // namespace galley::gateway
