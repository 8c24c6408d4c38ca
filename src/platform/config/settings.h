#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::config {

enum class Setting : std::uint8_t {
  kData,
  kPort,
  kPredictPort,
  kAllowedHosts,
  kBasePath,
  kUv,
  kDuckdbLibrary,
  kUiDir,
  kNotifyWebhooks,
  kNotifySecretFile,
  kNotifyAllow
};

/// One row of the table of settings. Its name is the key in the file; with `-` for `_` the flag,
/// in capitals behind `GALLEY_` the environment variable.
struct SettingRow {
  Setting setting;
  std::string_view name;
  std::string_view help;
};
std::span<const SettingRow> AllSettings();

std::string FlagOf(const SettingRow& row);         ///< `--predict-port`
std::string EnvironmentOf(const SettingRow& row);  ///< `GALLEY_PREDICT_PORT`

/// What `Load` asks the outside, so that a test can answer.
struct Sources {
  std::map<Setting, std::string> flags;
  std::optional<std::string> config_flag;  ///< `--config`: the file to read.
  std::function<std::optional<std::string>(const std::string&)> environment;
};

/// All settings with the place where each value came from.
class Settings {
 public:
  /// kInvalidArgument names the setting, its origin, what is wrong and the limit. An unknown key in
  /// the file is an error.
  static Result<Settings> Load(const Sources& sources);

  const std::string& Text(Setting setting) const { return values_.at(setting).text; }
  const std::string& Origin(Setting setting) const { return values_.at(setting).origin; }
  std::uint16_t Port(Setting setting) const;
  /// Of a setting that is a list: what stands between its commas.
  std::vector<std::string> List(Setting setting) const;

 private:
  struct Value {
    std::string text;
    std::string origin;  ///< `flag --port`, `environment GALLEY_PORT`, `file PATH`, `default`.
  };
  std::map<Setting, Value> values_;
};

/// The variable of this process's environment.
std::optional<std::string> ProcessEnvironment(const std::string& name);

}  // namespace galley::config
