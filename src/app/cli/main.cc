#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "app/gateway/gateway.h"
#include "app/server/server.h"
#include "app/up/up.h"
#include "foundation/base/error.h"
#include "foundation/io/process.h"

namespace galley {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

constexpr auto kFooter = R"(Examples:
  galley up                             server on port 5000, gateway on port 8080
  galley up --port 0 --predict-port 0   on free ports; the ready line names them
  galley up --json                      the ready line as JSON, for scripts

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.)";

struct Arguments {
  up::Options up;
  server::Options server;
  gateway::Options gateway;
};

int UsageError(std::string_view problem) {
  fmt::print(stderr, "galley: {}\nRun 'galley --help' for the commands and their options.\n",
             problem);
  return kExitUsage;
}

int Report(const std::string& command, const Result<int>& result) {
  if (result) return *result;
  const Error& error = result.error();
  fmt::print(stderr, "galley {}: {}\n", command, error.message);
  return error.code == Code::kInvalidArgument ? kExitUsage : kExitFailed;
}

Result<int> Done(const Status& status) {
  if (!status) return std::unexpected(status.error());
  return 0;
}

void AddPort(CLI::App* command, const std::string& name, std::uint16_t& port,
             std::string_view what) {
  command->add_option(name, port, fmt::format("{} {}; 0 takes a free one", what, port))
      ->option_text("PORT");
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Galley: the whole MLOps kitchen in one program.", "galley");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("galley ") + GALLEY_VERSION);
  app.require_subcommand(1);

  auto* up = app.add_subcommand("up", "Run server and gateway, and start again what ends");
  AddPort(up, "--port", arguments.up.port, "Port of the server, by default");
  AddPort(up, "--predict-port", arguments.up.predict_port, "Port of the gateway, by default");
  up->add_flag("--json", arguments.up.json, "Print the ready line as JSON");

  auto* server = app.add_subcommand("server", "Run the control plane alone");
  AddPort(server, "--port", arguments.server.port, "By default");

  auto* gateway = app.add_subcommand("gateway", "Run the data plane alone");
  AddPort(gateway, "--port", arguments.gateway.port, "By default");

  io::PrepareProcess();
  if (argc == 1) return UsageError("which command?");
  const auto named = [&](const CLI::App* command) { return command->get_name() == argv[1]; };
  if (argv[1][0] != '-' && app.get_subcommands(named).empty()) {
    return UsageError(fmt::format("there is no command '{}'", argv[1]));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return UsageError(error.what());
  }

  if (up->parsed()) return Report("up", up::Run(arguments.up));
  if (server->parsed()) return Report("server", Done(server::Run(arguments.server)));
  return Report("gateway", Done(gateway::Run(arguments.gateway)));
}

}  // namespace
}  // namespace galley

int main(int argc, char** argv) {
  try {
    return galley::Main(argc, argv);
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "galley: %s\n", exception.what());
  } catch (...) {
    std::fputs("galley: an unknown failure\n", stderr);
  }
  return galley::kExitFailed;
}
