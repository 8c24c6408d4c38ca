#include <algorithm>
#include <cstdio>
#include <exception>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "app/gateway/gateway.h"
#include "app/server/server.h"
#include "app/up/up.h"
#include "foundation/base/error.h"
#include "foundation/io/process.h"
#include "foundation/json/writer.h"
#include "platform/config/settings.h"

namespace galley {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

constexpr auto kFooter = R"(Examples:
  galley up                             server on port 5000, gateway on port 8080
  galley up --data ./kitchen            with everything stored in that folder
  galley up --port 0 --predict-port 0   on free ports; the ready line names them
  galley up --json                      the ready line as JSON, for scripts
  galley config show --origin           every setting and where its value comes from

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.)";

/// What the command line says, before the settings are put together.
struct Arguments {
  std::map<config::Setting, std::string> flags;
  std::string config_file;
  bool json = false;
  bool origin = false;
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

/// Gives a command the flags of some settings, and `--config`.
void AddSettings(CLI::App* command, std::initializer_list<config::Setting> settings,
                 Arguments& arguments) {
  for (const config::SettingRow& row : config::AllSettings()) {
    if (std::ranges::find(settings, row.setting) == settings.end()) continue;
    command->add_option_function<std::string>(
        config::FlagOf(row),
        [&arguments, setting = row.setting](const std::string& value) {
          arguments.flags[setting] = value;
        },
        std::string(row.help));
  }
  command->add_option("--config", arguments.config_file, "Settings file (YAML)");
}

Result<config::Settings> LoadSettings(const Arguments& arguments) {
  config::Sources sources{.flags = arguments.flags, .environment = config::ProcessEnvironment};
  if (!arguments.config_file.empty()) sources.config_flag = arguments.config_file;
  return config::Settings::Load(sources);
}

Result<int> RunUp(const Arguments& arguments) {
  const config::Settings settings = TRY(LoadSettings(arguments));
  up::Options options{.port = settings.Port(config::Setting::kPort),
                      .predict_port = settings.Port(config::Setting::kPredictPort),
                      .json = arguments.json};
  for (const config::SettingRow& row : config::AllSettings()) {
    options.environment.emplace_back(config::EnvironmentOf(row), settings.Text(row.setting));
  }
  return up::Run(options);
}

Result<int> RunServer(const Arguments& arguments) {
  const config::Settings settings = TRY(LoadSettings(arguments));
  return Done(server::Run({.data = settings.Text(config::Setting::kData),
                           .port = settings.Port(config::Setting::kPort),
                           .allowed_hosts = settings.AllowedHosts()}));
}

Result<int> RunGateway(const Arguments& arguments) {
  const config::Settings settings = TRY(LoadSettings(arguments));
  return Done(gateway::Run({.data = settings.Text(config::Setting::kData),
                            .port = settings.Port(config::Setting::kPredictPort),
                            .allowed_hosts = settings.AllowedHosts()}));
}

Result<int> ShowConfig(const Arguments& arguments) {
  const config::Settings settings = TRY(LoadSettings(arguments));
  json::Writer writer;
  writer.BeginObject();
  for (const config::SettingRow& row : config::AllSettings()) {
    const std::string& text = settings.Text(row.setting);
    const std::string& origin = settings.Origin(row.setting);
    writer.Key(row.name).BeginObject().Key("value").String(text);
    writer.Key("origin").String(origin).EndObject();
    if (arguments.json) continue;
    fmt::print("{:14} {:40}{}\n", row.name, text, arguments.origin ? "  # " + origin : "");
  }
  writer.EndObject();
  if (arguments.json) fmt::print("{}\n", std::move(writer).Take());
  return 0;
}

/// One command: where it stands on the line, and what it does.
struct Command {
  CLI::App* app;
  std::string name;
  Result<int> (*run)(const Arguments&);
};

std::vector<Command> AddCommands(CLI::App& app, Arguments& arguments) {
  using config::Setting;
  std::vector<Command> commands;
  const auto add = [&](CLI::App& parent, const std::string& name, const std::string& what,
                       Result<int> (*run)(const Arguments&)) {
    CLI::App* command = parent.add_subcommand(name, what);
    commands.push_back({command, name, run});
    return command;
  };
  auto* up = add(app, "up", "Run server and gateway, and start again what ends", RunUp);
  AddSettings(up, {Setting::kData, Setting::kPort, Setting::kPredictPort, Setting::kAllowedHosts},
              arguments);
  up->add_flag("--json", arguments.json, "Print the ready line as JSON");
  AddSettings(add(app, "server", "Run the control plane alone", RunServer),
              {Setting::kData, Setting::kPort, Setting::kAllowedHosts}, arguments);
  AddSettings(add(app, "gateway", "Run the data plane alone", RunGateway),
              {Setting::kData, Setting::kPredictPort, Setting::kAllowedHosts}, arguments);
  auto* config = app.add_subcommand("config", "Settings: flag, then environment, then file");
  config->require_subcommand(1);
  auto* show = add(*config, "show", "Print all settings", ShowConfig);
  AddSettings(show, {Setting::kData, Setting::kPort, Setting::kPredictPort, Setting::kAllowedHosts},
              arguments);
  show->add_flag("--origin", arguments.origin, "Also where each value comes from");
  show->add_flag("--json", arguments.json, "As JSON");
  return commands;
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Galley: the whole MLOps kitchen in one program.", "galley");
  app.footer(kFooter);
  app.set_version_flag("--version", std::string("galley ") + GALLEY_VERSION);
  app.require_subcommand(1);
  const auto commands = AddCommands(app, arguments);

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

  for (const Command& command : commands) {
    if (command.app->parsed()) return Report(command.name, command.run(arguments));
  }
  return kExitUsage;
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
