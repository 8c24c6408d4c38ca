#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "domain/observe/drift.h"
#include "domain/observe/monitor.h"
#include "domain/observe/seen.h"
#include "domain/observe/windows.h"
#include "foundation/base/error.h"
#include "storage/journal/change.h"

/// Labels joined to predictions, for all monitors of all projects. Inside of this room only.
namespace galley::observe {

/// Collects what the records of one segment change, and writes it at the end.
class Join {
 public:
  explicit Join(journal::Change& change);
  ~Join();
  Join(const Join&) = delete;
  Join& operator=(const Join&) = delete;

  /// A request that was just stored. What came before it is joined: mirrored answers and labels.
  Status OnRequest(std::int64_t project, const Id& first);
  /// A mirrored answer that was just stored, of the request whose first row this is.
  Status OnMirrored(std::int64_t project, const Id& answered, const Id& mirrored);
  /// A label that is about to be stored. `name`: of what became known, empty: what is predicted.
  Status OnLabel(std::int64_t project, const Id& prediction, std::int64_t at_ms,
                 std::string_view name, std::string_view value);
  Status Flush();

  /// Endpoints, with their projects, whose requests were looked at.
  const std::set<std::pair<std::int64_t, std::string>>& endpoints() const { return endpoints_; }

 private:
  struct Answer;
  struct Request;
  struct Told;
  /// Which counts of a monitor: variant, whether mirrored, window, slice, value.
  using Key = std::tuple<std::int64_t, Id, bool, std::int64_t, std::string, std::string>;
  /// Monitor, champion, challenger, window, value.
  using PairKey = std::tuple<std::int64_t, Id, Id, std::int64_t, std::string>;
  struct PairSum {
    std::int64_t rows = 0;
    std::int64_t sum_e9 = 0;
  };

  Result<const std::vector<Monitor>*> MonitorsOf(std::int64_t project);
  Result<Request*> Load(std::int64_t project, const Id& id);
  Status LoadMirrored(Request& request);
  Result<const std::vector<ColumnReference>*> ReferencesOf(const Monitor& monitor);
  Result<std::vector<Told>> NewestLabels(const Request& request);
  void CountInputs(const Request& request, const Seen& seen);
  Status CountPredictions(const Request& request, const Answer& answer);
  Result<std::string> Admit(const Monitor& monitor, const std::string& slice, std::string value);
  Result<QualityCounts*> At(const Key& key);
  template <typename Do>
  Status ForRow(const Answer& answer, const Seen& seen, std::size_t row, const Do& act);
  Status CountLabel(const Request& request, const Told& told, std::int64_t sign);
  Status CountTruth(const Request& request, const Answer& answer, const Told& told,
                    std::int64_t sign);
  Status CountNamed(const Request& request, const Told& told, std::int64_t sign);
  Status CountPair(const Request& request, const Answer& mirrored, std::size_t at, std::size_t row,
                   bool label, std::int64_t sign);
  Status FlushInputs();
  Status FlushMade();
  Status FlushLags();
  Status FlushPairs();
  Status FlushWatermarks();

  journal::Change& change_;
  std::map<std::int64_t, std::vector<Monitor>> monitors_;  // By project.
  std::unique_ptr<Request> last_;  // Labels of one request follow one another.
  std::map<Key, QualityCounts> counts_;
  /// Known values by monitor and slice; of blocks of pairs where the slice is empty.
  std::map<std::pair<std::int64_t, std::string>, std::set<std::string>> values_;
  /// By monitor.
  std::map<std::int64_t, std::vector<ColumnReference>> references_;
  /// Monitor, column's place, window: the values that came.
  std::map<std::tuple<std::int64_t, std::size_t, std::int64_t>, std::vector<double>> inputs_;
  /// By monitor and window.
  std::map<std::pair<std::int64_t, std::int64_t>, Made> made_;
  std::map<PairKey, PairSum> pairs_;
  /// By monitor, window and bucket of LagBucket: labelled rows.
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, std::int64_t> lags_;
  /// By monitor: the event times of labelled rows, each with its request.
  std::map<std::int64_t, std::set<std::pair<double, Id>>> times_;
  std::map<std::int64_t, std::int64_t> untimed_;
  std::set<std::pair<std::int64_t, std::string>> endpoints_;
};

}  // namespace galley::observe
