#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "foundation/stats/table_statistics.h"

/// What all rows of a table's version come to: its files' statistics, merged. Inside of this room.
namespace galley::data {

/// Merges the statistics in these files. kDataLoss if one is damaged.
Result<stats::TableStatistics> Fold(const std::vector<std::string>& sidecars);
/// Adds those in one more file.
Status MergeSidecar(stats::TableStatistics& table, const std::string& sidecar);

/// Remembers the last answer for each table: a version that only adds files to it costs those
/// files. Any thread.
class Merged {
 public:
  static constexpr std::size_t kTablesMax = 32;

  /// Statistics of these files of the table in `folder`.
  Result<std::shared_ptr<const stats::TableStatistics>> Of(const std::string& folder,
                                                           const std::vector<TableFile>& files);

 private:
  struct Known {
    std::vector<std::string> paths;  // Sorted.
    std::shared_ptr<const stats::TableStatistics> statistics;
  };

  std::mutex mutex_;
  std::map<std::string, Known> known_;  // Under mutex_; by folder.
};

}  // namespace galley::data
