#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/quality.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/schema/message.h"
#include "foundation/yaml/yaml.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// What is measured of an endpoint (docs/formats/monitor.md).
namespace galley::observe {

struct DriftSettings {
  std::vector<std::string> columns;
  std::string measure = "psi";  ///< What decides: psi, ks, js or wasserstein.
  std::int64_t span = 1;        ///< Windows together.
  std::optional<double> floor;  ///< Of the threshold; once read it is there.
  double deviations = 3;
  std::int64_t running = 2;  ///< Windows in a row for an alarm.
  std::string reference;     ///< A dataset version that `apply` puts in force; empty: none.
  static const schema::Message kSchema;
};

/// How a challenger is compared with a champion that was asked the same.
struct CompareSettings {
  std::vector<std::string> by;  ///< Columns whose values, with the window, make a block.
  double loss_scale = 2.3;      ///< As of stats::EvidenceOptions, as the next one.
  double probability_floor = 0.01;
  static const schema::Message kSchema;
};

struct MonitorSettings {
  std::string endpoint;
  std::string time;              ///< A column; empty: when the prediction was made, in seconds.
  std::optional<double> window;  ///< Null: 1, without `time` 3600.
  double labels_late = 0;
  double threshold = 0.5;
  std::optional<std::int64_t> output;  ///< Null: the last.
  std::vector<std::string> slices;
  std::optional<DriftSettings> drift;
  std::optional<CompareSettings> compare;
  std::string conversion;  ///< Name of the label that says yes or no; empty: none.
  std::string cost;        ///< Name of the label that says what a row cost, a number.
  static const schema::Message kSchema;

  double width() const { return window.value_or(time.empty() ? 3600 : 1); }
};

/// `where` names the node in errors: `monitors.demand`.
Result<MonitorSettings> ReadMonitor(const yaml::Document& document, const yaml::Node& node,
                                    const std::string& where);
Result<MonitorSettings> ParseMonitor(std::string_view json);
std::string SettingsJson(const MonitorSettings& settings);
/// Whether the same is measured: all but `reference` is equal.
bool MeasuresAlike(const MonitorSettings& settings, const MonitorSettings& other);

struct Monitor {
  std::int64_t row = 0;
  Id id;
  std::string name;
  MonitorSettings settings;
  std::string actor;
  std::int64_t created_ms = 0;
  std::int64_t since = 0;  ///< Requests of this and later segments are measured.
};

/// Puts a monitor in force. With other settings than before it begins anew, unless `reference`
/// alone is another; with the same nothing happens. References are SetReference's. With its event
/// `monitor.set`. kInvalidArgument names what is wrong.
Status SetMonitor(journal::Change& change, const std::string& name,
                  const MonitorSettings& settings);
/// kNotFound if there is none. With `monitor.removed`.
Status RemoveMonitor(journal::Change& change, std::string_view name);
Result<std::vector<Monitor>> ListMonitors(db::Connection& db, std::int64_t project);
/// kNotFound lists those that there are.
Result<Monitor> GetMonitor(db::Connection& db, std::int64_t project, std::string_view name);

/// What was measured of a variant in a window: of all of its rows, or of those with a value.
struct Measured {
  Id variant;
  bool mirrored = false;    ///< Nobody got these answers.
  std::int64_t window = 0;  ///< It begins at this times the width.
  std::string slice;        ///< The value, if a slice was asked for.
  QualityCounts counts;
};
/// By window, then in the order in which variants were made, then by slice. `slice`: the column, or
/// empty: all rows. Only windows from `first` on. `mirrored`: as of Arm.
Result<std::vector<Measured>> ListMeasured(db::Connection& db, const Monitor& monitor,
                                           std::string_view slice,
                                           std::optional<std::int64_t> first,
                                           std::optional<bool> mirrored = false);
/// The greatest event time that has a label; null if none has.
Result<std::optional<double>> WatermarkOf(db::Connection& db, const Monitor& monitor);
/// Rows that have no event time, and so are in no window.
Result<std::int64_t> WithoutTime(db::Connection& db, const Monitor& monitor);
/// The newest window that has a prediction.
Result<std::optional<std::int64_t>> NewestWindow(db::Connection& db, const Monitor& monitor);

}  // namespace galley::observe
