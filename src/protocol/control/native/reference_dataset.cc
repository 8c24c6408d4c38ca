#include "protocol/control/native/reference_dataset.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "domain/data/overview.h"
#include "domain/data/service.h"
#include "domain/rollout/service.h"
#include "protocol/control/native/data_routes.h"
#include "protocol/control/native/lineage_nodes.h"
#include "protocol/control/native/resolve.h"

namespace galley::native {
namespace {

using journal::View;

constexpr std::size_t kDigitsMin = 6;
constexpr std::size_t kIdDigits = 32;
constexpr std::size_t kDigestDigits = 64;
constexpr int kStepsMax = 4;  // Model, run, job, dataset.

std::unexpected<Error> Wrong(Code code, std::string_view field, std::string_view what) {
  return Fail(code, "'{}': {}", field, what);
}

/// `sales@3` of an id or of the first digits of a digest; empty: it is none of both.
Result<std::string> NameOfDigits(const View& view, std::string_view text, std::string_view field) {
  std::string digits(text);
  for (char& it : digits) {
    if (it >= 'A' && it <= 'F') it = static_cast<char>(it - 'A' + 'a');
  }
  const bool is_hex = digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!is_hex || digits.size() < kDigitsMin || digits.size() > kDigestDigits) return std::string();
  const auto found = TRY(data::FindDatasetVersions(view.db, view.project, {.text = digits}));
  const db::Hit* first = nullptr;
  for (const db::Hit& hit : found.hits) {
    if (hit.field == "id" && digits.size() == kIdDigits) return hit.id;
    if (hit.field != "digest") continue;
    // Of equal digests, which are in `detail`, the newest version comes first.
    if (first != nullptr && first->detail != hit.detail) {
      return Wrong(Code::kInvalidArgument, field,
                   fmt::format("the digests of {} and {} begin with '{}'; give more of it",
                               first->id, hit.id, text));
    }
    if (first == nullptr) first = &hit;
  }
  return first == nullptr ? std::string() : first->id;
}

Result<data::Dataset> TableNamed(const View& view, std::string_view name, std::string_view field) {
  auto dataset = data::GetDataset(view.db, view.project, name);
  if (!dataset && dataset.error().code != Code::kNotFound) {
    return std::unexpected(std::move(dataset.error()));
  }
  if (!dataset) {
    return Wrong(Code::kNotFound, field,
                 fmt::format("there is no dataset '{}'; 'galley dataset list' prints those there "
                             "are. It must be NAME@VERSION, NAME, an id or a digest",
                             name));
  }
  if (dataset->kind == data::Kind::kTable) return dataset;
  return Wrong(Code::kInvalidArgument, field,
               fmt::format("'{}' is a dataset of files, which has no rows; name a table", name));
}

Result<data::Version> VersionAt(const View& view, const data::Dataset& dataset,
                                std::string_view which, std::string_view field) {
  if (which.starts_with('v')) which.remove_prefix(1);
  const auto named = VersionOf(which);
  if (!named) return Wrong(Code::kInvalidArgument, field, named.error().message);
  if (named->is_rejected) {
    const std::string rejected = fmt::format("{}@{}", dataset.name, which);
    return Wrong(Code::kInvalidArgument, field,
                 fmt::format("'{}' broke its contract and was not published: 'galley dataset "
                             "report {}' says why; name a published version",
                             rejected, rejected));
  }
  auto version = data::GetVersion(view.db, dataset.row, named->number);
  if (version || version.error().code != Code::kNotFound) return version;
  return Wrong(Code::kNotFound, field,
               fmt::format("dataset '{}': {}", dataset.name, version.error().message));
}

/// Whether requests' numbers can be compared with its values.
bool IsNumber(std::string_view type) {
  constexpr std::array<std::string_view, 7> kNumbers = {"boolean", "byte",  "short", "integer",
                                                        "long",    "float", "double"};
  return std::ranges::find(kNumbers, type) != kNumbers.end() || type.starts_with("decimal");
}

Status CheckColumn(const observe::Monitor& monitor, const ReferredVersion& found,
                   std::string_view name, std::string_view key, std::string_view field) {
  const auto& columns = found.version.columns;
  const std::string version = fmt::format("{}@{}", found.dataset, found.version.number);
  const auto column = std::ranges::find(columns, name, &data::Column::name);
  if (column == columns.end()) {
    std::string names;
    for (const data::Column& it : columns) names += (names.empty() ? "" : ", ") + it.name;
    return Wrong(Code::kInvalidArgument, field,
                 fmt::format("'{}' has no column '{}', which is in '{}' of the monitor '{}'; it "
                             "has: {}. Name a version that has it, or change '{}'",
                             version, name, key, monitor.name, names, key));
  }
  if (IsNumber(column->type)) return {};
  return Wrong(Code::kInvalidArgument, field,
               fmt::format("the column '{}' of '{}' is {}, not a number, and is in '{}' of the "
                           "monitor '{}'; commit it as a number, or change '{}'",
                           name, version, column->type, key, monitor.name, key));
}

Status CheckVersion(const observe::Monitor& monitor, const ReferredVersion& found,
                    std::string_view field) {
  for (const std::string& name : monitor.settings.drift->columns) {
    TRY(CheckColumn(monitor, found, name, "drift.columns", field));
  }
  if (!monitor.settings.time.empty()) {
    TRY(CheckColumn(monitor, found, monitor.settings.time, "time", field));
  }
  if (found.version.rows.total > 0) return {};
  return Wrong(Code::kInvalidArgument, field,
               fmt::format("'{}@{}' has no rows; name a version that has", found.dataset,
                           found.version.number));
}

}  // namespace

Result<ReferredVersion> FindReferred(const View& view, const observe::Monitor& monitor,
                                     std::string_view text, std::string_view field) {
  if (!monitor.settings.drift) {
    return Fail(Code::kFailedPrecondition, "the monitor '{}' looks at no drift: it has no 'drift'",
                monitor.name);
  }
  text = Trimmed(text);
  std::string named;
  if (!data::GetDataset(view.db, view.project, text)) named = TRY(NameOfDigits(view, text, field));
  if (!named.empty()) text = named;
  const auto at = text.rfind('@');
  const auto dataset = TRY(TableNamed(view, text.substr(0, at), field));
  ReferredVersion found{.dataset = dataset.name, .version = {}};
  if (at != std::string_view::npos) {
    found.version = TRY(VersionAt(view, dataset, text.substr(at + 1), field));
  } else if (dataset.latest) {
    found.version = *dataset.latest;
  } else {
    return Wrong(Code::kFailedPrecondition, field,
                 fmt::format("the dataset '{}' has no version yet; 'galley dataset commit' makes "
                             "one",
                             dataset.name));
  }
  TRY(CheckVersion(monitor, found, field));
  return found;
}

Result<observe::Reference> ReadReferred(const Api& api, const std::string& project,
                                        const observe::Monitor& monitor,
                                        const ReferredVersion& found, std::string_view field) {
  std::vector<std::string> names = monitor.settings.drift->columns;
  const std::string& time = monitor.settings.time;
  if (!time.empty() && std::ranges::find(names, time) == names.end()) names.push_back(time);
  const std::string where = fmt::format("'{}'", field);
  const std::string csv =
      TRY(Context(api.datasets.Numbers(project, found.dataset, found.version.number, names,
                                       observe::kReferenceBytesMax),
                  where));
  auto reference = TRY(Context(observe::MakeReference(monitor, csv), where));
  reference.source = {.source = "dataset",
                      .from = {},
                      .to = {},
                      .dataset = found.dataset,
                      .version = found.version.number,
                      .version_id = found.version.id,
                      .digest = found.version.digest.Hex()};
  return reference;
}

Result<std::vector<TrainedOn>> TrainedOnOf(const View& view, std::string_view endpoint) {
  std::vector<TrainedOn> versions;
  const auto found = rollout::GetEndpoint(view.db, view.project, endpoint);
  if (!found && found.error().code != Code::kNotFound) return std::unexpected(found.error());
  if (!found || found->variants.empty()) return versions;
  const rollout::Variant& champion = found->variants.front();
  LineageNodes nodes(view);
  std::set<std::string> seen;
  std::vector<LineageNode> level = {
      {.node = fmt::format("model:{}@{}", champion.model, champion.version), .kind = "model"}};
  for (int step = 0; step < kStepsMax; ++step) {
    std::vector<LineageNode> next;
    for (const LineageNode& from : level) {
      for (LineageNode& node : TRY(nodes.Next(from, true))) {
        if (node.state == "missing" || !seen.insert(node.node).second) continue;
        if (node.kind != "dataset") {
          next.push_back(std::move(node));
          continue;
        }
        const auto at = node.name.rfind('@');
        const auto number = TRY(VersionOf(std::string_view(node.name).substr(at + 1)));
        versions.push_back({.dataset = node.name.substr(0, at), .version = number.number});
      }
    }
    level = std::move(next);
  }
  return versions;
}

}  // namespace galley::native
