#include "app/server/python_package.h"

#include <string_view>

#include "foundation/io/file.h"

namespace galley::server {
namespace {

constexpr char kClient[] = {
#embed "../../../python/galley/_client.py"
};
constexpr char kAlert[] = {
#embed "../../../python/galley/_alert.py"
};
constexpr char kDeploy[] = {
#embed "../../../python/galley/_deploy.py"
};
constexpr char kMetrics[] = {
#embed "../../../python/galley/_metrics.py"
};
constexpr char kInit[] = {
#embed "../../../python/galley/__init__.py"
};

struct File {
  std::string_view name;
  std::string_view text;
};
/// What others import comes first: a job may be importing while this is written.
constexpr File kFiles[] = {
    {"_client.py", {kClient, sizeof(kClient)}}, {"_alert.py", {kAlert, sizeof(kAlert)}},
    {"_deploy.py", {kDeploy, sizeof(kDeploy)}}, {"_metrics.py", {kMetrics, sizeof(kMetrics)}},
    {"__init__.py", {kInit, sizeof(kInit)}},
};

}  // namespace

Status WritePythonPackage(const std::string& data) {
  const std::string folder = data + "/python/galley";
  TRY(io::MakeFolder(folder));
  for (const File& file : kFiles) {
    const std::string path = fmt::format("{}/{}", folder, file.name);
    const auto there = io::ReadFile(path, file.text.size());
    if (there && *there == file.text) continue;
    TRY(io::ReplaceFile(path, file.text));
  }
  return {};
}

}  // namespace galley::server
