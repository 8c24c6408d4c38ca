#include "foundation/http/serve.h"

#include <signal.h>

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "foundation/http/server.h"
#include "foundation/io/net.h"
#include "foundation/io/process.h"
#include "foundation/json/writer.h"
#include "foundation/telemetry/log.h"

namespace galley::http {
namespace {

Result<io::UniqueFd> TakeSocket(std::string_view name, std::uint16_t port) {
  auto passed = TRY(io::TakePassedSockets());
  if (passed.empty()) return io::ListenLoopback(port);
  if (passed.size() > 1) {
    return Fail(Code::kInvalidArgument, "{} listening sockets were passed; galley {} serves one",
                passed.size(), name);
  }
  return std::move(passed.front());
}

void Announce(std::string_view name, const std::string& url) {
  telemetry::LogInfo("listening", {{"url.full", url}});
  const auto told = io::NotifySupervisor("READY=1");
  if (!told)
    telemetry::LogWarn("cannot tell the supervisor", {{"error.message", told.error().message}});
  if (told && !*told) {
    fmt::print("galley {} is ready: {}\n", name, url);
    std::fflush(stdout);
  }
}

}  // namespace

Result<Listener> Listen(std::string_view name, std::uint16_t port) {
  Listener listener{.socket = TRY(TakeSocket(name, port)), .url = {}};
  listener.url = fmt::format("http://127.0.0.1:{}", TRY(io::LocalPort(listener.socket.get())));
  return listener;
}

Status ServeUntilSignalled(const ServeOptions& options, Listener listener, Router router,
                           policy::Gate gate) {
  const std::string url = listener.url;
  Server server(std::move(listener.socket), std::move(router), std::move(gate),
                {.limits = {},
                 .base_path = options.base_path,
                 .loops = options.loops,
                 .blocking = options.blocking});
  TRY(server.Run(options.signals, [&] { Announce(options.name, url); }));
  telemetry::LogInfo("stopped");
  return {};
}

Route HealthRoute(std::string_view process, std::string_view version) {
  json::Writer writer;
  writer.BeginObject().Key("status").String("ok").Key("process").String(process);
  writer.Key("version").String(version).EndObject();
  Response response;
  response.body = std::move(writer).Take();
  return Route{Method::kGet, "/healthz", [response](const Request&) { return response; },
               policy::Right::kHealth};
}

}  // namespace galley::http
