#include "domain/observe/join.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "domain/observe/request_rows.h"
#include "serving/snapshot/records.h"

namespace galley::observe {
namespace {

constexpr std::size_t kValuesMax = 1000;
constexpr std::size_t kValueBytesMax = 200;
constexpr std::string_view kRest = "…";
constexpr double kMsPerS = 1000;
// Whole numbers up to here are doubles too.
constexpr double kWindowMax = 9e15;

bool IsProbability(double score) {
  return score >= 0 && score <= 1;
}

std::string ValueOf(const std::vector<Cell>& column, std::size_t row) {
  if (row >= column.size()) return "";
  std::string value = TextOf(column[row]);
  if (value.size() <= kValueBytesMax) return value;
  std::size_t size = kValueBytesMax;
  while (size > 0 && (static_cast<unsigned char>(value[size]) & 0xC0U) == 0x80U) --size;
  value.resize(size);
  return value + "…";
}

}  // namespace

/// A stored request as one monitor sees it.
struct Join::Seen {
  const Monitor* monitor;
  std::vector<double> scores;                    ///< NaN: none. One a row.
  std::vector<double> times;                     ///< NaN: none. One a row.
  std::vector<std::vector<std::string>> slices;  ///< Of each slice's column: a value a row.
  std::vector<std::vector<double>> inputs;       ///< Of each column with a reference; NaN: missing.
};

struct Join::Request {
  std::int64_t project = 0;
  Id first;
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  std::string endpoint;
  Id variant;
  std::string content_type;
  std::string body;
  std::string answer;
  std::vector<Seen> seen;
};

Join::Join(journal::Change& change) : change_(change) {}
Join::~Join() = default;

Result<const std::vector<Monitor>*> Join::MonitorsOf(std::int64_t project) {
  auto found = monitors_.find(project);
  if (found == monitors_.end()) {
    found = monitors_.emplace(project, TRY(ListMonitors(change_.db, project))).first;
  }
  return &found->second;
}

/// The request that a prediction is a row of, as the monitors of its endpoint see it; null if it is
/// not known (yet), or if there is no monitor at all.
Result<const Join::Request*> Join::Load(std::int64_t project, const Id& id) {
  const auto has = [&id](const Request& request) {
    return snapshot::RowOf(request.first, request.rows, id).has_value();
  };
  if (last_ && last_->project == project && has(*last_)) return last_.get();
  const std::vector<Monitor>& monitors = *TRY(MonitorsOf(project));
  if (monitors.empty()) return nullptr;
  auto request = std::make_unique<Request>();
  {
    auto rows = TRY(change_.db.Query(
        "SELECT id, rows, at_ms, endpoint, variant, content_type, request, response FROM "
        "prediction WHERE project = ? AND id <= ? ORDER BY id DESC LIMIT 1",
        {project, id}));
    if (!TRY(rows.Next())) return nullptr;
    request->project = project;
    request->first = rows.AsId(0);
    request->rows = rows.Integer(1);
    if (!has(*request)) return nullptr;
    request->at_ms = rows.Integer(2);
    request->endpoint = rows.Text(3);
    request->variant = rows.AsId(4);
    request->content_type = rows.Text(5);
    request->body = rows.Text(6);
    request->answer = rows.Text(7);
  }
  for (const Monitor& monitor : monitors) {
    if (monitor.settings.endpoint == request->endpoint) {
      request->seen.push_back(TRY(See(monitor, *request)));
    }
  }
  last_ = std::move(request);
  return last_.get();
}

Result<const std::vector<ColumnReference>*> Join::ReferencesOf(const Monitor& monitor) {
  auto found = references_.find(monitor.row);
  if (found == references_.end()) {
    found = references_.emplace(monitor.row, TRY(ListReferences(change_.db, monitor))).first;
  }
  return &found->second;
}

Result<Join::Seen> Join::See(const Monitor& monitor, const Request& request) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const MonitorSettings& settings = monitor.settings;
  const auto count = static_cast<std::size_t>(request.rows);
  Seen seen{.monitor = &monitor, .scores = {}, .times = {}, .slices = {}, .inputs = {}};
  const auto output = settings.output ? std::optional(static_cast<std::size_t>(*settings.output))
                                      : std::optional<std::size_t>();
  auto scores = ScoresOf(request.answer, output);
  if (scores) seen.scores = *std::move(scores);
  seen.scores.resize(count, kNaN);
  std::vector<std::string> names = settings.slices;
  const std::vector<ColumnReference>& references = *TRY(ReferencesOf(monitor));
  for (const ColumnReference& reference : references) names.push_back(reference.column);
  if (!settings.time.empty()) names.push_back(settings.time);
  const auto columns = ColumnsOf(request.content_type, request.body, names);
  const double made_s = static_cast<double>(request.at_ms) / kMsPerS;
  seen.times.assign(count, settings.time.empty() ? made_s : kNaN);
  if (!settings.time.empty() && columns) {
    const std::vector<Cell>& times = columns->back();
    for (std::size_t row = 0; row < std::min(count, times.size()); ++row) {
      if (const double* time = std::get_if<double>(&times[row])) seen.times[row] = *time;
    }
  }
  for (std::size_t slice = 0; slice < settings.slices.size(); ++slice) {
    auto& values = seen.slices.emplace_back();
    for (std::size_t row = 0; row < count; ++row) {
      values.push_back(columns ? ValueOf((*columns)[slice], row) : "");
    }
  }
  for (std::size_t at = 0; at < references.size(); ++at) {
    auto& values = seen.inputs.emplace_back(count, kNaN);
    if (!columns) continue;
    const std::vector<Cell>& cells = (*columns)[settings.slices.size() + at];
    for (std::size_t row = 0; row < std::min(count, cells.size()); ++row) {
      if (const double* value = std::get_if<double>(&cells[row])) values[row] = *value;
    }
  }
  return seen;
}

void Join::CountInputs(const Seen& seen) {
  for (std::size_t row = 0; row < seen.times.size(); ++row) {
    const auto window = WindowOf(seen, row);
    if (!window) continue;
    for (std::size_t at = 0; at < seen.inputs.size(); ++at) {
      inputs_[{seen.monitor->row, at, *window}].push_back(seen.inputs[at][row]);
    }
  }
}

Status Join::FlushInputs() {
  for (const auto& [key, values] : inputs_) {
    const auto& [monitor, column, window] = key;
    const ColumnReference& reference = references_.at(monitor)[column];
    stats::Histogram histogram = reference.histogram.Empty();
    {
      auto rows = TRY(change_.db.Query(
          "SELECT histogram FROM measured_input WHERE monitor = ? AND name = ? AND window = ?",
          {monitor, reference.column, window}));
      if (TRY(rows.Next())) histogram = TRY(stats::Histogram::Decode(rows.Bytes(0)));
    }
    histogram.Add(values);
    TRY(change_.db.Run(
        "INSERT OR REPLACE INTO measured_input(monitor, name, window, histogram) VALUES(?, ?, ?, "
        "?)",
        {monitor, reference.column, window, db::Value::Bytes(histogram.Encode())}));
  }
  return {};
}

/// The window of a row; null if it has no event time.
std::optional<std::int64_t> Join::WindowOf(const Seen& seen, std::size_t row) {
  const double window = std::floor(seen.times[row] / seen.monitor->settings.width());
  if (!(std::abs(window) <= kWindowMax)) return std::nullopt;
  return static_cast<std::int64_t>(window);
}

/// A value under which it is counted: itself, or with too many others the rest of them.
Result<std::string> Join::Admit(const Monitor& monitor, const std::string& slice,
                                std::string value) {
  const auto key = std::pair(monitor.row, slice);
  auto known = values_.find(key);
  if (known == values_.end()) {
    std::set<std::string> values;
    auto rows =
        TRY(change_.db.Query("SELECT DISTINCT value FROM measured WHERE monitor = ? AND slice = ?",
                             {monitor.row, slice}));
    while (TRY(rows.Next())) values.emplace(rows.Text(0));
    known = values_.emplace(key, std::move(values)).first;
  }
  if (known->second.contains(value)) return value;
  if (known->second.size() >= kValuesMax) return std::string(kRest);
  known->second.insert(value);
  return value;
}

/// All counts that a row belongs to: those of its variant and window, whole and by slice.
template <typename Do>
Status Join::ForRow(const Request& request, const Seen& seen, std::size_t row, const Do& act) {
  const auto window = WindowOf(seen, row);
  if (!window) return {};
  const Monitor& monitor = *seen.monitor;
  act(*TRY(At({monitor.row, request.variant, *window, "", ""})));
  for (std::size_t at = 0; at < seen.slices.size(); ++at) {
    const std::string& slice = monitor.settings.slices[at];
    std::string value = TRY(Admit(monitor, slice, seen.slices[at][row]));
    act(*TRY(At({monitor.row, request.variant, *window, slice, std::move(value)})));
  }
  return {};
}

Result<QualityCounts*> Join::At(const Key& key) {
  const auto found = counts_.find(key);
  if (found != counts_.end()) return &found->second;
  const auto& [monitor, variant, window, slice, value] = key;
  QualityCounts counts;
  if (slice.empty()) counts.KeepCalibration();
  auto rows = TRY(change_.db.Query(
      "SELECT counts FROM measured WHERE monitor = ? AND slice = ? AND variant = ? AND window = ? "
      "AND value = ?",
      {monitor, slice, variant, window, value}));
  if (TRY(rows.Next())) counts = TRY(ParseCounts(rows.Text(0)));
  return &counts_.emplace(key, std::move(counts)).first->second;
}

Status Join::OnRequest(std::int64_t project, const Id& first, std::int64_t rows) {
  const Request* request = TRY(Load(project, first));
  if (request == nullptr || request->seen.empty()) return {};
  for (const Seen& seen : request->seen) {
    CountInputs(seen);
    for (std::size_t row = 0; row < seen.scores.size(); ++row) {
      if (!WindowOf(seen, row)) ++untimed_[seen.monitor->row];
      TRY(ForRow(*request, seen, row, [&](QualityCounts& counts) {
        ++counts.predictions;
        if (!IsProbability(seen.scores[row])) ++counts.unreadable;
      }));
    }
  }
  std::map<Id, std::string> newest;
  {
    auto labels = TRY(change_.db.Query(
        "SELECT prediction, value FROM label WHERE project = ? AND prediction BETWEEN ? AND ? "
        "ORDER BY prediction, at_ms, value",
        {project, first, snapshot::Advance(first, static_cast<std::uint64_t>(rows - 1))}));
    while (TRY(labels.Next())) newest[labels.AsId(0)] = labels.Text(1);
  }
  for (const auto& [id, value] : newest) TRY(CountLabel(*request, id, value, 1));
  return {};
}

Status Join::OnLabel(std::int64_t project, const Id& prediction, std::int64_t at_ms,
                     std::string_view value) {
  const Request* request = TRY(Load(project, prediction));
  if (request == nullptr || request->seen.empty()) return {};
  std::optional<std::string> before;
  {
    auto rows = TRY(change_.db.Query(
        "SELECT at_ms, value FROM label WHERE project = ? AND prediction = ? ORDER BY at_ms DESC, "
        "value DESC LIMIT 1",
        {project, prediction}));
    if (TRY(rows.Next())) {
      before = rows.Text(1);
      if (std::pair(rows.Integer(0), std::string_view(*before)) >= std::pair(at_ms, value)) {
        return {};
      }
    }
  }
  if (before) TRY(CountLabel(*request, prediction, *before, -1));
  return CountLabel(*request, prediction, value, 1);
}

Status Join::CountLabel(const Request& request, const Id& id, std::string_view value,
                        std::int64_t sign) {
  const auto place = snapshot::RowOf(request.first, request.rows, id);
  if (!place) return {};
  const auto row = static_cast<std::size_t>(*place);
  const auto label = YesOrNo(value);
  for (const Seen& seen : request.seen) {
    const double score = seen.scores[row];
    const bool is_read = label.has_value() && IsProbability(score);
    TRY(ForRow(request, seen, row, [&](QualityCounts& counts) {
      if (is_read) counts.Count(score, *label, seen.monitor->settings.threshold, sign);
      if (!label) counts.unreadable += sign;
    }));
    if (!is_read || !WindowOf(seen, row)) continue;
    const auto [known, is_new] = watermarks_.emplace(seen.monitor->row, seen.times[row]);
    if (!is_new) known->second = std::max(known->second, seen.times[row]);
  }
  return {};
}

Status Join::Flush() {
  TRY(FlushInputs());
  for (const auto& [key, counts] : counts_) {
    const auto& [monitor, variant, window, slice, value] = key;
    TRY(
        change_.db.Run("INSERT OR REPLACE INTO measured(monitor, slice, variant, window, value, "
                       "counts) VALUES(?, ?, ?, ?, ?, ?)",
                       {monitor, slice, variant, window, value, CountsJson(counts)}));
  }
  for (const auto& [monitor, time] : watermarks_) {
    TRY(
        change_.db.Run("UPDATE monitor SET watermark = ? WHERE row = ? AND coalesce(watermark < ?, "
                       "1)",
                       {time, monitor, time}));
  }
  for (const auto& [monitor, count] : untimed_) {
    TRY(change_.db.Run("UPDATE monitor SET untimed = untimed + ? WHERE row = ?", {count, monitor}));
  }
  return {};
}

}  // namespace galley::observe
