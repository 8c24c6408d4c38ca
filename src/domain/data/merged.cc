#include "domain/data/merged.h"

#include <algorithm>
#include <iterator>

#include "domain/data/service_parts.h"
#include "foundation/io/file.h"

namespace galley::data {
namespace {

constexpr std::size_t kSidecarBytesMax = std::size_t{1} << 30U;

}  // namespace

Status MergeSidecar(stats::TableStatistics& table, const std::string& sidecar) {
  const auto one = TRY(Context(stats::DecodeTable(TRY(io::ReadFile(sidecar, kSidecarBytesMax))),
                               "the statistics " + sidecar));
  if (table.columns.empty() && table.rows == 0) {
    table = one;
    return {};
  }
  return table.Merge(one);
}

Result<stats::TableStatistics> Fold(const std::vector<std::string>& sidecars) {
  stats::TableStatistics table;
  for (const std::string& sidecar : sidecars) TRY(MergeSidecar(table, sidecar));
  return table;
}

Result<std::shared_ptr<const stats::TableStatistics>> Merged::Of(
    const std::string& folder, const std::vector<TableFile>& files) {
  std::vector<std::string> paths;
  for (const TableFile& file : files) paths.push_back(file.path);
  std::ranges::sort(paths);
  Known known;
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = known_.find(folder); found != known_.end()) known = found->second;
  }
  if (known.statistics && known.paths == paths) return known.statistics;
  std::vector<std::string> missing = paths;
  stats::TableStatistics table;
  if (known.statistics && std::ranges::includes(paths, known.paths)) {
    table = *known.statistics;
    missing.clear();
    std::ranges::set_difference(paths, known.paths, std::back_inserter(missing));
  }
  for (const std::string& path : missing) TRY(MergeSidecar(table, folder + SidecarOf(path)));
  known = {std::move(paths), std::make_shared<const stats::TableStatistics>(std::move(table))};
  const std::scoped_lock lock(mutex_);
  if (known_.size() >= kTablesMax && !known_.contains(folder)) known_.erase(known_.begin());
  known_[folder] = known;
  return known.statistics;
}

}  // namespace galley::data
