#include "app/cli/project_file.h"

#include <algorithm>

#include "domain/pipeline/definition.h"
#include "foundation/io/file.h"

namespace galley::cli {

Result<yaml::Document> ReadProjectFile(const std::string& path) {
  yaml::Document document = TRY(yaml::Parse(TRY(io::ReadFile(path, yaml::kBytesMax)), path));
  const auto keys = pipeline::ProjectKeys();
  for (const yaml::Entry& entry : document.root.entries) {
    if (std::ranges::find(keys, entry.key) != keys.end()) continue;
    std::string names;
    for (const std::string_view name : keys) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", name);
    }
    return std::unexpected(
        yaml::ErrorAt(document, entry.place,
                      fmt::format("there is no key '{}'; there are: {}", entry.key, names)));
  }
  return document;
}

}  // namespace galley::cli
