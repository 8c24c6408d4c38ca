#include "domain/observe/join.h"

#include <algorithm>
#include <cmath>

#include "domain/observe/arrival.h"
#include "domain/observe/reached.h"
#include "domain/observe/request_rows.h"
#include "foundation/stats/evidence.h"
#include "serving/snapshot/records.h"

namespace galley::observe {
namespace {

constexpr std::size_t kValuesMax = 1000;
constexpr std::string_view kRest = "…";
constexpr double kBillion = 1e9;
// A labelled row further ahead than so many windows needs a second one.
constexpr double kFarWindows = 1000;

}  // namespace

/// What a variant said to a request.
struct Join::Answer {
  Id id;
  Id variant;
  bool is_mirrored = false;
  std::vector<std::vector<double>> scores;  ///< As `Request::seen`: of each row; NaN: none.
};

struct Join::Request {
  std::int64_t project = 0;
  Id first;
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  Answer answer;
  std::vector<Answer> mirrored;
  std::vector<Seen> seen;

  std::vector<std::vector<double>> ScoresOf(std::string_view response) const {
    std::vector<std::vector<double>> scores;
    for (const Seen& one : seen) scores.push_back(ProbabilitiesOf(*one.monitor, response, rows));
    return scores;
  }
};

/// What is said of a row.
struct Join::Told {
  std::size_t row = 0;
  std::int64_t at_ms = 0;
  std::string name;
  std::string value;
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

/// The answered request that a prediction is a row of, as the monitors of its endpoint see it that
/// were there when it came; null if it is not known (yet), or if there is no monitor at all.
Result<Join::Request*> Join::Load(std::int64_t project, const Id& id) {
  const auto has = [&id](const Request& request) {
    return snapshot::RowOf(request.first, request.rows, id).has_value();
  };
  if (last_ && last_->project == project && has(*last_)) return last_.get();
  const std::vector<Monitor>& monitors = *TRY(MonitorsOf(project));
  if (monitors.empty()) return nullptr;
  auto request = std::make_unique<Request>();
  {
    auto rows = TRY(change_.db.Query(
        "SELECT id, rows, at_ms, endpoint, variant, content_type, request, response, taken, "
        "mirror_of FROM prediction WHERE project = ? AND id <= ? ORDER BY id DESC LIMIT 1",
        {project, id}));
    if (!TRY(rows.Next())) return nullptr;
    request->project = project;
    request->first = rows.AsId(0);
    request->rows = rows.Integer(1);
    if (!has(*request) || !rows.IsNull(9)) return nullptr;
    request->at_ms = rows.Integer(2);
    const std::string endpoint(rows.Text(3));
    endpoints_.emplace(project, endpoint);
    const std::int64_t taken = rows.Integer(8);
    for (const Monitor& monitor : monitors) {
      if (monitor.settings.endpoint != endpoint || monitor.since > taken) continue;
      request->seen.push_back(See(monitor, *TRY(ReferencesOf(monitor)),
                                  {.rows = request->rows,
                                   .at_ms = request->at_ms,
                                   .content_type = rows.Text(5),
                                   .body = rows.Text(6)}));
    }
    request->answer = {
        .id = request->first, .variant = rows.AsId(4), .scores = request->ScoresOf(rows.Text(7))};
  }
  if (!request->seen.empty()) TRY(LoadMirrored(*request));
  last_ = std::move(request);
  return last_.get();
}

/// Those mirrored answers that are not there yet.
Status Join::LoadMirrored(Request& request) {
  auto rows =
      TRY(change_.db.Query("SELECT id, variant, response FROM prediction INDEXED BY "
                           "prediction_by_mirror WHERE project = "
                           "? AND mirror_of = ?",
                           {request.project, request.first}));
  while (TRY(rows.Next())) {
    const Id id = rows.AsId(0);
    if (std::ranges::find(request.mirrored, id, &Answer::id) != request.mirrored.end()) continue;
    request.mirrored.push_back({.id = id,
                                .variant = rows.AsId(1),
                                .is_mirrored = true,
                                .scores = request.ScoresOf(rows.Text(2))});
  }
  return {};
}

Result<const std::vector<ColumnReference>*> Join::ReferencesOf(const Monitor& monitor) {
  auto found = references_.find(monitor.row);
  if (found == references_.end()) {
    found = references_.emplace(monitor.row, TRY(ListReferences(change_.db, monitor))).first;
  }
  return &found->second;
}

/// Of each row and name the label that counts.
Result<std::vector<Join::Told>> Join::NewestLabels(const Request& request) {
  std::map<std::pair<Id, std::string>, std::pair<std::int64_t, std::string>> newest;
  const Id last = snapshot::Advance(request.first, static_cast<std::uint64_t>(request.rows - 1));
  auto rows =
      TRY(change_.db.Query("SELECT prediction, name, at_ms, value FROM label WHERE project = ? AND "
                           "prediction BETWEEN ? AND ? "
                           "ORDER BY prediction, name, at_ms, value",
                           {request.project, request.first, last}));
  while (TRY(rows.Next())) {
    newest[{rows.AsId(0), std::string(rows.Text(1))}] = {rows.Integer(2),
                                                         std::string(rows.Text(3))};
  }
  std::vector<Told> told;
  for (auto& [key, value] : newest) {
    const auto row = snapshot::RowOf(request.first, request.rows, key.first);
    if (!row) continue;
    told.push_back(
        {static_cast<std::size_t>(*row), value.first, key.second, std::move(value.second)});
  }
  return told;
}

void Join::CountInputs(const Request& request, const Seen& seen) {
  for (std::size_t row = 0; row < seen.times.size(); ++row) {
    const auto window = WindowOf(seen, row);
    if (!window) {
      ++untimed_[seen.monitor->row];
      continue;
    }
    const auto [made, is_new] =
        made_.try_emplace({seen.monitor->row, *window}, Made{request.at_ms, request.at_ms});
    if (!is_new) {
      made->second.first_ms = std::min(made->second.first_ms, request.at_ms);
      made->second.last_ms = std::max(made->second.last_ms, request.at_ms);
    }
    for (std::size_t at = 0; at < seen.inputs.size(); ++at) {
      inputs_[{seen.monitor->row, at, *window}].push_back(seen.inputs[at][row]);
    }
  }
}

/// A value under which it is counted: itself, or with too many others the rest of them.
Result<std::string> Join::Admit(const Monitor& monitor, const std::string& slice,
                                std::string value) {
  const auto key = std::pair(monitor.row, slice);
  auto known = values_.find(key);
  if (known == values_.end()) {
    std::set<std::string> values;
    auto rows = TRY(
        slice.empty()
            ? change_.db.Query("SELECT DISTINCT value FROM paired WHERE monitor = ?", {monitor.row})
            : change_.db.Query(
                  "SELECT DISTINCT value FROM measured WHERE monitor = ? AND slice = ?",
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
Status Join::ForRow(const Answer& answer, const Seen& seen, std::size_t row, const Do& act) {
  const auto window = WindowOf(seen, row);
  if (!window) return {};
  const Monitor& monitor = *seen.monitor;
  act(*TRY(At({monitor.row, answer.variant, answer.is_mirrored, *window, "", ""})));
  for (std::size_t at = 0; at < seen.slices.size(); ++at) {
    const std::string& slice = monitor.settings.slices[at];
    std::string value = TRY(Admit(monitor, slice, seen.slices[at][row]));
    act(*TRY(
        At({monitor.row, answer.variant, answer.is_mirrored, *window, slice, std::move(value)})));
  }
  return {};
}

Result<QualityCounts*> Join::At(const Key& key) {
  const auto found = counts_.find(key);
  if (found != counts_.end()) return &found->second;
  const auto& [monitor, variant, mirrored, window, slice, value] = key;
  QualityCounts counts;
  if (slice.empty()) counts.KeepCalibration();
  auto rows = TRY(change_.db.Query(
      "SELECT counts FROM measured WHERE monitor = ? AND slice = ? AND variant = ? AND mirrored = "
      "? AND window = ? AND value = ?",
      {monitor, slice, variant, mirrored, window, value}));
  if (TRY(rows.Next())) counts = TRY(ParseCounts(rows.Text(0)));
  return &counts_.emplace(key, std::move(counts)).first->second;
}

Status Join::CountPredictions(const Request& request, const Answer& answer) {
  for (std::size_t at = 0; at < request.seen.size(); ++at) {
    for (std::size_t row = 0; row < answer.scores[at].size(); ++row) {
      TRY(ForRow(answer, request.seen[at], row, [&](QualityCounts& counts) {
        ++counts.predictions;
        if (!IsProbability(answer.scores[at][row])) ++counts.unreadable;
      }));
    }
  }
  return {};
}

Status Join::OnRequest(std::int64_t project, const Id& first) {
  const Request* request = TRY(Load(project, first));
  if (request == nullptr || request->seen.empty()) return {};
  for (const Seen& seen : request->seen) CountInputs(*request, seen);
  TRY(CountPredictions(*request, request->answer));
  for (const Answer& mirrored : request->mirrored) TRY(CountPredictions(*request, mirrored));
  for (const Told& told : TRY(NewestLabels(*request))) TRY(CountLabel(*request, told, 1));
  return {};
}

Status Join::OnMirrored(std::int64_t project, const Id& answered, const Id& mirrored) {
  Request* request = TRY(Load(project, answered));
  if (request == nullptr || request->first != answered || request->seen.empty()) return {};
  TRY(LoadMirrored(*request));  // It may have been loaded before this one came.
  const auto answer = std::ranges::find(request->mirrored, mirrored, &Answer::id);
  if (answer == request->mirrored.end()) return {};
  TRY(CountPredictions(*request, *answer));
  for (const Told& told : TRY(NewestLabels(*request))) {
    if (told.name.empty()) TRY(CountTruth(*request, *answer, told, 1));
  }
  return {};
}

Status Join::OnLabel(std::int64_t project, const Id& prediction, std::int64_t at_ms,
                     std::string_view name, std::string_view value) {
  const Request* request = TRY(Load(project, prediction));
  if (request == nullptr || request->seen.empty()) return {};
  const auto row = snapshot::RowOf(request->first, request->rows, prediction);
  if (!row) return {};
  Told told{.row = static_cast<std::size_t>(*row), .name = std::string(name), .value = {}};
  bool replaces = false;
  {
    auto rows = TRY(change_.db.Query(
        "SELECT at_ms, value FROM label WHERE project = ? AND prediction = ? AND name = ? ORDER BY "
        "at_ms DESC, value DESC LIMIT 1",
        {project, prediction, name}));
    replaces = TRY(rows.Next());
    if (replaces) {
      told.at_ms = rows.Integer(0);
      told.value = rows.Text(1);
      if (std::pair(rows.Integer(0), std::string_view(told.value)) >= std::pair(at_ms, value)) {
        return {};
      }
    }
  }
  if (replaces) TRY(CountLabel(*request, told, -1));
  told.at_ms = at_ms;
  told.value = value;
  return CountLabel(*request, told, 1);
}

Status Join::CountLabel(const Request& request, const Told& told, std::int64_t sign) {
  if (!told.name.empty()) return CountNamed(request, told, sign);
  TRY(CountTruth(request, request.answer, told, sign));
  for (const Answer& mirrored : request.mirrored) TRY(CountTruth(request, mirrored, told, sign));
  return {};
}

Status Join::CountTruth(const Request& request, const Answer& answer, const Told& told,
                        std::int64_t sign) {
  const auto label = YesOrNo(told.value);
  for (std::size_t at = 0; at < request.seen.size(); ++at) {
    const Seen& seen = request.seen[at];
    const double score = answer.scores[at][told.row];
    const bool is_read = label.has_value() && IsProbability(score);
    TRY(ForRow(answer, seen, told.row, [&](QualityCounts& counts) {
      if (is_read) counts.Count(score, *label, seen.monitor->settings.threshold, sign);
      if (!label) counts.unreadable += sign;
    }));
    if (!is_read || !WindowOf(seen, told.row)) continue;
    if (answer.is_mirrored) {
      TRY(CountPair(request, answer, at, told.row, *label, sign));
      continue;
    }
    times_[seen.monitor->row].emplace(seen.times[told.row], request.first);
    lags_[{seen.monitor->row, *WindowOf(seen, told.row), LagBucket(told.at_ms - request.at_ms)}] +=
        sign;
  }
  return {};
}

/// A label beside the one that is predicted: of those that callers got.
Status Join::CountNamed(const Request& request, const Told& told, std::int64_t sign) {
  const auto converted = YesOrNo(told.value);
  const auto cost = NumberOf(told.value);
  const bool is_cost = cost && std::abs(*cost) <= QualityCounts::kCostMax;
  for (const Seen& seen : request.seen) {
    const MonitorSettings& settings = seen.monitor->settings;
    if (told.name == settings.conversion) {
      TRY(ForRow(request.answer, seen, told.row, [&](QualityCounts& counts) {
        if (converted) counts.CountConversion(*converted, sign);
        if (!converted) counts.unreadable += sign;
      }));
    } else if (told.name == settings.cost) {
      TRY(ForRow(request.answer, seen, told.row, [&](QualityCounts& counts) {
        if (is_cost) counts.CountCost(*cost, sign);
        if (!is_cost) counts.unreadable += sign;
      }));
    }
  }
  return {};
}

/// A labelled row with a window that two variants predicted.
Status Join::CountPair(const Request& request, const Answer& mirrored, std::size_t at,
                       std::size_t row, bool label, std::int64_t sign) {
  const Seen& seen = request.seen[at];
  const auto& compare = seen.monitor->settings.compare;
  if (!compare || mirrored.variant == request.answer.variant) return {};
  const Answer* champion = &request.answer;  // Ids grow with time.
  const Answer* challenger = &mirrored;
  if (challenger->variant < champion->variant) std::swap(champion, challenger);
  const stats::EvidenceOptions options{.loss_scale = compare->loss_scale,
                                       .probability_floor = compare->probability_floor};
  const double score =
      stats::RowScore(options, champion->scores[at][row], challenger->scores[at][row], label);
  if (std::isnan(score)) return {};
  std::string value = TRY(Admit(*seen.monitor, "", seen.blocks[row]));
  PairSum& sum = pairs_[{seen.monitor->row, champion->variant, challenger->variant,
                         *WindowOf(seen, row), std::move(value)}];
  sum.rows += sign;
  sum.sum_e9 += sign * std::llround(score * kBillion);
  return {};
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

Status Join::FlushMade() {
  for (const auto& [key, made] : made_) {
    TRY(change_.db.Run(
        "INSERT INTO made(monitor, window, first_ms, last_ms) VALUES(?, ?, ?, ?) ON CONFLICT DO "
        "UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, "
        "excluded.last_ms)",
        {key.first, key.second, made.first_ms, made.last_ms}));
  }
  return {};
}

Status Join::FlushLags() {
  for (const auto& [key, count] : lags_) {
    const auto& [monitor, window, bucket] = key;
    // A label that was counted before lags were is not taken back below nothing.
    TRY(change_.db.Run(
        "INSERT INTO label_lag(monitor, window, bucket, rows) VALUES(?, ?, ?, max(0, ?)) ON "
        "CONFLICT DO UPDATE SET rows = max(0, rows + ?)",
        {monitor, window, bucket, count, count}));
  }
  return {};
}

Status Join::FlushPairs() {
  for (const auto& [key, sum] : pairs_) {
    const auto& [monitor, champion, challenger, window, value] = key;
    TRY(change_.db.Run(
        "INSERT INTO paired(monitor, champion, challenger, window, value, rows, sum_e9) VALUES(?, "
        "?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows, sum_e9 = sum_e9 "
        "+ excluded.sum_e9",
        {monitor, champion, challenger, window, value, sum.rows, sum.sum_e9}));
  }
  return {};
}

Status Join::FlushWatermarks() {
  for (const auto& [project, monitors] : monitors_) {
    for (const Monitor& monitor : monitors) {
      const auto times = times_.find(monitor.row);
      if (times == times_.end()) continue;
      Reached reached;
      {
        auto rows = TRY(change_.db.Query(
            "SELECT watermark, far, far_request FROM monitor WHERE row = ?", {monitor.row}));
        if (!TRY(rows.Next())) continue;
        if (!rows.IsNull(0)) reached.watermark = rows.Real(0);
        if (!rows.IsNull(1)) reached.far = rows.Real(1);
        if (!rows.IsNull(2)) reached.far_request = rows.AsId(2);
      }
      for (const auto& [time, request] : times->second) {
        reached = Advance(reached, time, request, kFarWindows * monitor.settings.width());
      }
      TRY(change_.db.Run("UPDATE monitor SET watermark = ?, far = ?, far_request = ? WHERE row = ?",
                         {reached.watermark, reached.far, reached.far_request, monitor.row}));
    }
  }
  return {};
}

Status Join::Flush() {
  TRY(FlushInputs());
  TRY(FlushMade());
  TRY(FlushLags());
  TRY(FlushPairs());
  for (const auto& [key, counts] : counts_) {
    const auto& [monitor, variant, mirrored, window, slice, value] = key;
    TRY(
        change_.db.Run("INSERT OR REPLACE INTO measured(monitor, slice, variant, mirrored, window, "
                       "value, counts) VALUES(?, ?, ?, ?, ?, ?, ?)",
                       {monitor, slice, variant, mirrored, window, value, CountsJson(counts)}));
  }
  TRY(FlushWatermarks());
  for (const auto& [monitor, count] : untimed_) {
    TRY(change_.db.Run("UPDATE monitor SET untimed = untimed + ? WHERE row = ?", {count, monitor}));
  }
  return {};
}

}  // namespace galley::observe
