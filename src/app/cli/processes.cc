#include <fmt/core.h>

#include "app/cli/commands.h"
#include "app/exec/exec.h"
#include "app/gateway/gateway.h"
#include "app/server/server.h"
#include "app/up/up.h"
#include "foundation/json/writer.h"

namespace galley::cli {
namespace {

Result<int> Done(const Status& status) {
  if (!status) return std::unexpected(status.error());
  return 0;
}

}  // namespace

Result<config::Settings> LoadSettings(const Arguments& arguments) {
  config::Sources sources{.flags = arguments.flags, .environment = config::ProcessEnvironment};
  if (!arguments.config_file.empty()) sources.config_flag = arguments.config_file;
  return config::Settings::Load(sources);
}

Result<int> RunUp(const Arguments& arguments) {
  const config::Settings settings = TRY(LoadSettings(arguments));
  up::Options options{.port = settings.Port(config::Setting::kPort),
                      .predict_port = settings.Port(config::Setting::kPredictPort),
                      .base_path = settings.Text(config::Setting::kBasePath),
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
                           .allowed_hosts = settings.List(config::Setting::kAllowedHosts),
                           .base_path = settings.Text(config::Setting::kBasePath),
                           .duckdb_library = settings.Text(config::Setting::kDuckdbLibrary),
                           .ui_folder = settings.Text(config::Setting::kUiDir),
                           .webhooks = settings.List(config::Setting::kNotifyWebhooks),
                           .notify_secret_file = settings.Text(config::Setting::kNotifySecretFile),
                           .notify_allow = settings.List(config::Setting::kNotifyAllow)}));
}

Result<int> RunExec(const Arguments& arguments) {
  return exec::RunKind(arguments.id);
}

Result<int> RunGateway(const Arguments& arguments) {
  const config::Settings settings = TRY(LoadSettings(arguments));
  return Done(gateway::Run({.data = settings.Text(config::Setting::kData),
                            .port = settings.Port(config::Setting::kPredictPort),
                            .uv = settings.Text(config::Setting::kUv),
                            .allowed_hosts = settings.List(config::Setting::kAllowedHosts)}));
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
    fmt::print("{:18} {:40}{}\n", row.name, text, arguments.origin ? "  # " + origin : "");
  }
  writer.EndObject();
  if (arguments.json) fmt::print("{}\n", std::move(writer).Take());
  return 0;
}

}  // namespace galley::cli
