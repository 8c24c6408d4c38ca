#include <algorithm>

#include "domain/tracking/service.h"

namespace galley::tracking {
namespace {

constexpr std::size_t kIdDigits = 32;
constexpr int kCandidatesMax = 5;

/// The id that begins with `prefix` and goes on with the digit `fill`.
std::optional<Id> Filled(std::string_view prefix, char fill) {
  std::string text(prefix);
  text.resize(kIdDigits, fill);
  return Id::Parse(text);
}

}  // namespace

Result<Id> ResolveRun(db::Connection& db, std::int64_t project, std::string_view text) {
  const auto first = Filled(text, '0');
  const auto last = Filled(text, 'f');
  if (!first || !last || text.size() < kRunPrefixMin || text.size() > kIdDigits) {
    return Fail(Code::kInvalidArgument,
                "'{}' is no run id; an id has 32 lower-case hex digits, of which the first {} or "
                "more are enough",
                text, kRunPrefixMin);
  }
  auto rows =
      TRY(db.Query("SELECT id, name FROM run WHERE project = ? AND id >= ? AND id <= ? "
                   "ORDER BY id LIMIT ?",
                   {project, *first, *last, kCandidatesMax + 1}));
  std::vector<Id> found;
  std::string candidates;
  while (TRY(rows.Next())) {
    found.push_back(rows.AsId(0));
    if (found.size() > static_cast<std::size_t>(kCandidatesMax)) break;
    candidates +=
        fmt::format("{}{} ({})", candidates.empty() ? "" : ", ", found.back().Hex(), rows.Text(1));
  }
  if (found.empty()) return Fail(Code::kNotFound, "there is no run '{}'", text);
  if (found.size() == 1) return found.front();
  return Fail(Code::kFailedPrecondition,
              "more than one run begins with '{}': {}{}; give more digits", text, candidates,
              found.size() > static_cast<std::size_t>(kCandidatesMax) ? " and others" : "");
}

Result<Experiment> ResolveExperiment(db::Connection& db, std::int64_t project,
                                     std::string_view text) {
  auto by_number = GetExperiment(db, project, text);
  if (by_number || by_number.error().code != Code::kNotFound) return by_number;
  auto by_name = GetExperimentByName(db, project, text);
  if (by_name || by_name.error().code != Code::kNotFound) return by_name;
  return Fail(Code::kNotFound, "there is no experiment with the number or name '{}'", text);
}

Result<RunCounts> CountRuns(db::Connection& db, const Experiment& experiment) {
  auto rows =
      TRY(db.Query("SELECT count(*) FILTER (WHERE state = 0), "
                   "count(*) FILTER (WHERE state = 0 AND status = 1), "
                   "count(*) FILTER (WHERE state = 1), "
                   "max(started_ms) FILTER (WHERE state = 0) FROM run WHERE experiment = ?",
                   {experiment.row}));
  if (!TRY(rows.Next())) return RunCounts{};
  return RunCounts{.active = rows.Integer(0),
                   .running = rows.Integer(1),
                   .deleted = rows.Integer(2),
                   .last_started_ms = rows.MaybeInteger(3)};
}

}  // namespace galley::tracking
