#include "domain/observe/samples.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "domain/observe/request_rows.h"
#include "domain/observe/seen.h"
#include "serving/snapshot/records.h"

namespace galley::observe {
namespace {

constexpr double kFloor = 0.01;  // As of QualityCounts.

/// One of the variant's answers.
struct Answer {
  Id id;
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  std::optional<Id> mirror_of;
  std::vector<double> scores;
};
using Key = std::pair<std::int64_t, Id>;  // When, and which: in the order of time.

double LossOf(double probability, bool label) {
  return -std::log(std::max(kFloor, label ? probability : 1 - probability));
}

/// At most kSampledMax answers of the variant, from the beginning of the time or from its end.
Status AddAnswers(db::Connection& db, std::int64_t project, const Monitor& monitor,
                  const SampleQuestion& question, bool from_end, std::map<Key, Answer>& answers) {
  const std::string_view order = from_end ? "DESC" : "ASC";
  auto rows = TRY(db.Query(
      fmt::format("SELECT id, rows, at_ms, mirror_of, response FROM prediction INDEXED BY "
                  "prediction_by_variant WHERE project = ? AND variant = ? AND at_ms BETWEEN ? "
                  "AND ? ORDER BY at_ms {}, id {} LIMIT ?",
                  order, order),
      {project, question.variant, question.from_ms, question.to_ms, kSampledMax}));
  while (TRY(rows.Next())) {
    const Id id = rows.AsId(0);
    const Key key{rows.Integer(2), id};
    if (answers.contains(key)) continue;
    answers.emplace(key,
                    Answer{.id = id,
                           .rows = rows.Integer(1),
                           .at_ms = rows.Integer(2),
                           .mirror_of = rows.IsNull(3) ? std::nullopt : std::optional(rows.AsId(3)),
                           .scores = ProbabilitiesOf(monitor, rows.Text(4), rows.Integer(1))});
  }
  return {};
}

/// The other variant's answer to the same request, if it was asked too.
Result<std::optional<Answer>> OtherOf(db::Connection& db, std::int64_t project,
                                      const Monitor& monitor, const SampleQuestion& question,
                                      const Answer& answer) {
  auto rows = TRY(
      answer.mirror_of
          ? db.Query("SELECT id, rows, response FROM prediction WHERE project = ? AND id = ? AND "
                     "variant = ?",
                     {project, *answer.mirror_of, question.other})
          : db.Query("SELECT id, rows, response FROM prediction INDEXED BY prediction_by_mirror "
                     "WHERE project = ? AND mirror_of = ? AND variant = ?",
                     {project, answer.id, question.other}));
  if (!TRY(rows.Next())) return std::optional<Answer>();
  return std::optional(Answer{.id = rows.AsId(0),
                              .rows = rows.Integer(1),
                              .scores = ProbabilitiesOf(monitor, rows.Text(2), rows.Integer(1))});
}

/// Of each row of the request that the caller got the newest label that says yes or no.
Result<std::map<std::int64_t, bool>> LabelsOf(db::Connection& db, std::int64_t project,
                                              const Answer& answer) {
  const Id first = answer.mirror_of.value_or(answer.id);
  const Id last = snapshot::Advance(first, static_cast<std::uint64_t>(answer.rows - 1));
  std::map<std::int64_t, bool> labels;
  auto rows = TRY(
      db.Query("SELECT prediction, value FROM label WHERE project = ? AND prediction BETWEEN ? AND "
               "? AND name = '' ORDER BY prediction, at_ms, value",
               {project, first, last}));
  while (TRY(rows.Next())) {
    const auto row = snapshot::RowOf(first, answer.rows, rows.AsId(0));
    const auto label = YesOrNo(rows.Text(1));
    if (row && label) labels[*row] = *label;
  }
  return labels;
}

Status AddSamples(db::Connection& db, std::int64_t project, const Monitor& monitor,
                  const SampleQuestion& question, const Answer& answer,
                  std::vector<Sample>& samples) {
  const auto labels = TRY(LabelsOf(db, project, answer));
  if (labels.empty()) return {};
  const auto other = TRY(OtherOf(db, project, monitor, question, answer));
  for (const auto& [row, label] : labels) {
    const double score = answer.scores[static_cast<std::size_t>(row)];
    if (std::isnan(score)) continue;
    Sample& sample = samples.emplace_back();
    sample.prediction = snapshot::Advance(answer.id, static_cast<std::uint64_t>(row));
    sample.at_ms = answer.at_ms;
    sample.is_mirrored = answer.mirror_of.has_value();
    sample.probability = score;
    sample.label = label;
    sample.loss = LossOf(score, label);
    if (!other || row >= other->rows) continue;
    const double theirs = other->scores[static_cast<std::size_t>(row)];
    if (std::isnan(theirs)) continue;
    sample.other = snapshot::Advance(other->id, static_cast<std::uint64_t>(row));
    sample.other_value = theirs;
    sample.other_loss = LossOf(theirs, label);
  }
  return {};
}

bool Fails(Fault fault, double threshold, const Sample& sample) {
  const bool says = sample.probability >= threshold;
  switch (fault) {
    case Fault::kLoss: return sample.loss > sample.other_loss.value_or(0);
    case Fault::kWrong: return says != sample.label;
    case Fault::kFalsePositive: return says && !sample.label;
    case Fault::kFalseNegative: return !says && sample.label;
  }
  return false;
}

}  // namespace

Result<Samples> SamplesOf(db::Connection& db, std::int64_t project, const Monitor& monitor,
                          const SampleQuestion& question) {
  std::map<Key, Answer> answers;
  TRY(AddAnswers(db, project, monitor, question, false, answers));
  TRY(AddAnswers(db, project, monitor, question, true, answers));
  std::vector<Sample> all;
  for (const auto& [key, answer] : answers) {
    TRY(AddSamples(db, project, monitor, question, answer, all));
  }
  Samples samples{.looked_at = std::ssize(all)};
  samples.first.assign(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), question.limit)));
  std::erase_if(all, [&](const Sample& sample) {
    return !Fails(question.fault, monitor.settings.threshold, sample);
  });
  std::ranges::sort(all, {}, [&](const Sample& sample) {
    // What both variants answered shows the difference; the others come after it.
    const bool is_alone = question.fault == Fault::kLoss && !sample.other_loss;
    const double worse =
        question.fault == Fault::kLoss ? sample.loss - sample.other_loss.value_or(0) : sample.loss;
    return std::tuple(is_alone, -worse, sample.prediction);
  });
  if (all.size() > question.limit) all.resize(question.limit);
  samples.failing = std::move(all);
  return samples;
}

}  // namespace galley::observe
