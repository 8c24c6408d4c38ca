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

  /// A request that was just stored. Labels that came before it are joined.
  Status OnRequest(std::int64_t project, const Id& first, std::int64_t rows);
  /// A label that is about to be stored.
  Status OnLabel(std::int64_t project, const Id& prediction, std::int64_t at_ms,
                 std::string_view value);
  Status Flush();

 private:
  struct Seen;
  struct Request;
  /// Monitor, variant, window, slice, value.
  using Key = std::tuple<std::int64_t, Id, std::int64_t, std::string, std::string>;

  Result<const std::vector<Monitor>*> MonitorsOf(std::int64_t project);
  Result<const Request*> Load(std::int64_t project, const Id& id);
  Result<const std::vector<ColumnReference>*> ReferencesOf(const Monitor& monitor);
  Result<Seen> See(const Monitor& monitor, const Request& request);
  void CountInputs(const Seen& seen);
  Status FlushInputs();
  static std::optional<std::int64_t> WindowOf(const Seen& seen, std::size_t row);
  Result<std::string> Admit(const Monitor& monitor, const std::string& slice, std::string value);
  Result<QualityCounts*> At(const Key& key);
  template <typename Do>
  Status ForRow(const Request& request, const Seen& seen, std::size_t row, const Do& act);
  Status CountLabel(const Request& request, const Id& id, std::string_view value,
                    std::int64_t sign);

  journal::Change& change_;
  std::map<std::int64_t, std::vector<Monitor>> monitors_;  // By project.
  std::unique_ptr<const Request> last_;  // Labels of one request follow one another.
  std::map<Key, QualityCounts> counts_;
  std::map<std::pair<std::int64_t, std::string>, std::set<std::string>> values_;
  /// By monitor.
  std::map<std::int64_t, std::vector<ColumnReference>> references_;
  /// Monitor, column's place, window: the values that came.
  std::map<std::tuple<std::int64_t, std::size_t, std::int64_t>, std::vector<double>> inputs_;
  std::map<std::int64_t, double> watermarks_;
  std::map<std::int64_t, std::int64_t> untimed_;
};

}  // namespace galley::observe
