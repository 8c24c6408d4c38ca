#include "platform/config/settings.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include <fmt/core.h>

#include "foundation/http/client.h"
#include "foundation/http/guard.h"
#include "foundation/io/file.h"
#include "foundation/yaml/yaml.h"

namespace galley::config {
namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::size_t kWebhooksMax = 8;
constexpr std::size_t kBasePathBytesMax = 200;
constexpr std::string_view kOwnWords[] = {"ajax-api", "api", "health", "healthz", "ui", "version"};

constexpr SettingRow kTable[] = {
    {Setting::kData, "data", "Folder where everything is stored; galley up creates it"},
    {Setting::kPort, "port", "Port of the server; 0 takes a free one"},
    {Setting::kPredictPort, "predict_port", "Port of the gateway; 0 takes a free one"},
    {Setting::kAllowedHosts, "allowed_hosts",
     "Further names, separated by commas, by which clients may call the server"},
    {Setting::kBasePath, "base_path",
     "Path below which a proxy in front shows the server, as /galley; links begin with it"},
    {Setting::kUv, "uv",
     "Path of uv, which makes Python environments of models; by default on PATH"},
    {Setting::kDuckdbLibrary, "duckdb_library",
     "Path of libduckdb.so, which reads and writes the tables of datasets"},
    {Setting::kUiDir, "ui_dir",
     "Folder whose files are the web page, instead of those in the program; for its authors"},
    {Setting::kNotifyWebhooks, "notify_webhooks",
     "URLs, separated by commas, that are told of alerts"},
    {Setting::kNotifySecretFile, "notify_secret_file",
     "File with the secret that signs what they are told; by default one is made"},
    {Setting::kNotifyAllow, "notify_allow",
     "Networks, addresses and names, separated by commas, that may be told though not public"},
};

using Environment = std::function<std::optional<std::string>(const std::string&)>;

std::string DefaultOf(Setting setting, const Environment& environment) {
  switch (setting) {
    case Setting::kData:
      if (const auto data = environment("XDG_DATA_HOME"); data && !data->empty()) {
        return *data + "/galley";
      }
      return environment("HOME").value_or("") + "/.local/share/galley";
    case Setting::kPort: return "5000";
    case Setting::kPredictPort: return "8080";
    case Setting::kAllowedHosts:
    case Setting::kBasePath:
    case Setting::kUv:
    case Setting::kDuckdbLibrary:
    case Setting::kUiDir:
    case Setting::kNotifyWebhooks:
    case Setting::kNotifySecretFile:
    case Setting::kNotifyAllow: return "";
  }
  return "";
}

const SettingRow* FindByName(std::string_view name) {
  for (const SettingRow& row : kTable) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string KnownNames() {
  std::string names;
  for (const SettingRow& row : kTable) {
    if (!names.empty()) names += ", ";
    names += row.name;
  }
  return names;
}

Result<std::uint16_t> ParsePort(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error == std::errc() && end == text.data() + text.size() && !text.empty()) return port;
  return Fail(Code::kInvalidArgument, "'{}' is no port; a port is a number from 0 to 65535", text);
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

/// Segments that need no encoding; the first one is no word that the server's own paths begin with.
Status CheckBasePath(std::string_view text) {
  if (text.empty()) return {};
  const auto fail = [&](std::string_view why) -> Status {
    return Fail(Code::kInvalidArgument, "'{}' is no base path: {}; one looks like /galley", text,
                why);
  };
  if (text.size() > kBasePathBytesMax) {
    return fail(fmt::format("it has {} bytes, the limit is {}", text.size(), kBasePathBytesMax));
  }
  if (!text.starts_with('/')) return fail("it must begin with '/'");
  const auto is_fit = [](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || std::string_view("-._~").contains(c);
  };
  for (std::string_view rest = text.substr(1);;) {
    const auto slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.empty()) return fail("it has an empty segment or ends with '/'");
    if (!std::ranges::all_of(segment, is_fit) || segment == "." || segment == "..") {
      return fail("segments have letters, digits, '-', '.', '_' and '~'");
    }
    const bool is_first = rest.size() + 1 == text.size();
    if (is_first && std::ranges::find(kOwnWords, segment) != std::end(kOwnWords)) {
      return fail(fmt::format("the server's own paths begin with '/{}'", segment));
    }
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

Status CheckWebhooks(const std::vector<std::string>& urls) {
  if (urls.size() > kWebhooksMax) {
    return Fail(Code::kInvalidArgument, "{} URLs are too many; the limit is {}", urls.size(),
                kWebhooksMax);
  }
  for (const std::string& url : urls) {
    TRY(http::TargetOf(url));
    if (std::ranges::count(urls, url) > 1) {
      return Fail(Code::kInvalidArgument, "'{}' stands there twice", url);
    }
  }
  return {};
}

Status Check(const SettingRow& row, const std::string& text) {
  switch (row.setting) {
    case Setting::kPort:
    case Setting::kPredictPort: TRY(ParsePort(text)); return {};
    case Setting::kData:
      if (text.starts_with('/')) return {};
      return Fail(Code::kInvalidArgument, "'{}' must be an absolute path", text);
    case Setting::kUv:
    case Setting::kDuckdbLibrary:
    case Setting::kUiDir:
    case Setting::kNotifySecretFile:
      if (text.empty() || text.starts_with('/')) return {};
      return Fail(Code::kInvalidArgument, "'{}' must be an absolute path", text);
    case Setting::kAllowedHosts: return {};
    case Setting::kBasePath: return CheckBasePath(text);
    case Setting::kNotifyWebhooks: return CheckWebhooks(SplitList(text));
    case Setting::kNotifyAllow: TRY(http::Guard::Parse(SplitList(text))); return {};
  }
  return {};
}

bool IsPath(Setting setting) {
  return setting == Setting::kData || setting == Setting::kUv ||
         setting == Setting::kDuckdbLibrary || setting == Setting::kUiDir ||
         setting == Setting::kNotifySecretFile;
}

Result<std::map<Setting, std::string>> ParseFile(const std::string& path) {
  const auto document = TRY(yaml::Parse(TRY(io::ReadFile(path, kFileBytesMax)), path));
  std::map<Setting, std::string> values;
  if (document.root.kind == yaml::Kind::kNull) return values;
  if (document.root.kind != yaml::Kind::kMap) {
    return Fail(Code::kInvalidArgument, "{} must be a mapping of settings", path);
  }
  for (const auto& [name, place, value] : document.root.entries) {
    const SettingRow* row = FindByName(name);
    if (row == nullptr) {
      return std::unexpected(yaml::ErrorAt(
          document, place,
          fmt::format("there is no setting '{}'; there are: {}", name, KnownNames())));
    }
    if (!value.IsScalar()) {
      return std::unexpected(
          yaml::ErrorAt(document, value.place, fmt::format("'{}' must be a single value", name)));
    }
    values[row->setting] = value.text;
  }
  return values;
}

/// A path from the command line is meant from where the command was typed.
std::string Absolute(const std::string& path) {
  if (path.empty() || path.starts_with('/')) return path;
  char* folder = ::realpath(".", nullptr);
  const std::string absolute = fmt::format("{}/{}", folder == nullptr ? "" : folder, path);
  std::free(folder);  // NOLINT(cppcoreguidelines-no-malloc): realpath allocates so.
  return absolute;
}

}  // namespace

std::span<const SettingRow> AllSettings() {
  return kTable;
}

std::string FlagOf(const SettingRow& row) {
  std::string flag = fmt::format("--{}", row.name);
  for (char& c : flag) c = c == '_' ? '-' : c;
  return flag;
}

std::string EnvironmentOf(const SettingRow& row) {
  std::string name = "GALLEY_";
  for (const char c : row.name) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

std::optional<std::string> ProcessEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): at the start.
  if (value == nullptr) return std::nullopt;
  return value;
}

Result<Settings> Settings::Load(const Sources& sources) {
  const auto path =
      sources.config_flag ? sources.config_flag : sources.environment("GALLEY_CONFIG");
  std::map<Setting, std::string> file;
  if (path) file = TRY(Context(ParseFile(*path), "the settings file"));
  Settings settings;
  for (const SettingRow& row : kTable) {
    Value value{DefaultOf(row.setting, sources.environment), "default"};
    if (const auto found = file.find(row.setting); found != file.end()) {
      value = {found->second, "file " + *path};
    }
    if (const auto text = sources.environment(EnvironmentOf(row)); text) {
      value = {*text, "environment " + EnvironmentOf(row)};
    }
    if (const auto found = sources.flags.find(row.setting); found != sources.flags.end()) {
      value = {found->second, "flag " + FlagOf(row)};
      if (IsPath(row.setting)) value.text = Absolute(value.text);
    }
    TRY(Context(Check(row, value.text), fmt::format("{} (from {})", row.name, value.origin)));
    settings.values_[row.setting] = std::move(value);
  }
  return settings;
}

std::uint16_t Settings::Port(Setting setting) const {
  return ParsePort(Text(setting)).value_or(0);
}

std::vector<std::string> Settings::List(Setting setting) const {
  return SplitList(Text(setting));
}

}  // namespace galley::config
