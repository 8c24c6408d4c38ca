#include "protocol/control/native/paths.h"

#include <fmt/core.h>

#include "foundation/http/url.h"

namespace galley::native {
namespace {

struct Page {
  std::string_view kind;
  std::string_view before;
};
constexpr Page kPages[] = {{"run", "/ui/runs/"},
                           {"experiment", "/ui/experiments/"},
                           {"dataset", "/ui/datasets/"},
                           {"model", "/ui/models/"},
                           {"endpoint", "/ui/endpoints/"},
                           {"rollout", "/ui/rollouts/"},
                           {"monitor", "/ui/monitors/"},
                           {"incident", "/ui/incidents/"},
                           {"alert", "/ui/alerts?rule="},
                           {"pipeline", "/ui/pipelines?p="},
                           {"pipeline_run", "/ui/pipeline-runs/"},
                           {"prediction", "/ui/lineage/prediction/"}};

/// `NAME@V`: the page of the name, and which version of it.
std::string VersionPath(std::string_view page, std::string_view between, std::string_view id) {
  const auto at = id.rfind('@');
  if (at == std::string_view::npos) return "";
  return fmt::format("{}{}{}{}", page, http::PercentEncode(id.substr(0, at)), between,
                     http::PercentEncode(id.substr(at + 1)));
}

}  // namespace

std::string PathOf(std::string_view kind, std::string_view id) {
  if (kind == "model_version") return VersionPath("/ui/models/", "?version=", id);
  if (kind == "dataset_version") return VersionPath("/ui/datasets/", "?v=", id);
  for (const Page& page : kPages) {
    if (page.kind == kind) return fmt::format("{}{}", page.before, http::PercentEncode(id));
  }
  return "";
}

}  // namespace galley::native
