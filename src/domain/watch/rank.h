#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/watch/candidate.h"
#include "domain/watch/lookback.h"

/// Scores of candidates (docs/formats/incident.md). Pure; inside of this room only. Each function
/// appends at least one candidate of its kind.
namespace galley::watch {

void RankColumns(const LookBack& seen, std::vector<Candidate>& candidates);
void RankDatasets(const LookBack& seen, std::vector<Candidate>& candidates);
void RankPipelines(const LookBack& seen, std::vector<Candidate>& candidates);
void RankModels(const LookBack& seen, std::vector<Candidate>& candidates);
void RankRollouts(const LookBack& seen, std::vector<Candidate>& candidates);
void RankWorker(const LookBack& seen, std::vector<Candidate>& candidates);
void RankLoad(const LookBack& seen, std::vector<Candidate>& candidates);
void RankLabels(const LookBack& seen, std::vector<Candidate>& candidates);
void RankSlices(const LookBack& seen, std::vector<Candidate>& candidates);
void RankBaseRate(const LookBack& seen, std::vector<Candidate>& candidates);

/// The shortest decimal that reads back as the same double.
std::string Decimal(double value);
/// For a sentence: four significant digits.
std::string Short(double value);
std::string Percent(double share);
void AddFact(Candidate& candidate, std::string_view name, double value);
void AddFact(Candidate& candidate, std::string_view name, std::int64_t value);
void AddText(Candidate& candidate, std::string_view name, std::string_view value);
/// Where a window begins, in the unit of the monitor's event time.
std::string TimeOf(const LookBack& seen, std::int64_t window);
/// A candidate of a kind that nothing speaks for.
Candidate Nothing(std::string_view kind, std::string what);

/// How far apart two shares are, in standard errors; 0 if a side counts nothing.
double DifferenceZ(double hits, double of, double other_hits, double other_of);

/// How well a change from `window` on fits a fall from `turn` on: 1 in the same window or the one
/// before, half as much for each window earlier, 0.1 afterwards.
double Timing(std::int64_t window, std::int64_t turn);

}  // namespace galley::watch
