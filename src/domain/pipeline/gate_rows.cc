#include "domain/pipeline/rows.h"
#include "domain/pipeline/service.h"
#include "foundation/json/writer.h"

namespace galley::pipeline {
namespace {

constexpr std::string_view kDecided =
    "SELECT g.evidence, g.job, r.number, r.pipeline, g.created_ms FROM pipeline_gate AS g "
    "JOIN pipeline_job AS j ON j.id = g.job JOIN pipeline_run AS r ON r.row = j.run ";

Result<Decision> DecisionAt(const db::Rows& rows) {
  return Decision{.evidence = TRY(ParseEvidence(rows.Text(0))),
                  .job = rows.AsId(1),
                  .run = rows.Integer(2),
                  .pipeline = std::string(rows.Text(3)),
                  .decided_ms = rows.Integer(4)};
}

}  // namespace

Status StoreGate(journal::Change& change, const Run& run, const Id& job,
                 const GateEvidence& evidence) {
  const std::string text = EvidenceJson(evidence);
  TRY(
      change.db.Run("INSERT OR REPLACE INTO pipeline_gate(project, job, evidence, created_ms) "
                    "VALUES(?, ?, ?, ?)",
                    {change.project, job, text, change.now_ms}));
  TRY(change.db.Run("DELETE FROM pipeline_gate_candidate WHERE project = ? AND gate = ?",
                    {change.project, job}));
  for (const CandidateEvidence& candidate : evidence.candidates) {
    const auto id = Id::Parse(candidate.job_id);
    if (!id) continue;
    TRY(
        change.db.Run("INSERT OR REPLACE INTO pipeline_gate_candidate(project, candidate, gate, "
                      "won) VALUES(?, ?, ?, ?)",
                      {change.project, *id, job, candidate.won}));
  }
  json::Writer detail;
  detail.BeginObject().Key("run").Int(run.number).Key("evidence").Raw(text).EndObject();
  return change.Record("gate.decided", job.Hex(), std::move(detail));
}

Result<std::optional<GateEvidence>> LoadGate(db::Connection& db, const Id& job) {
  auto rows = TRY(db.Query("SELECT evidence FROM pipeline_gate WHERE job = ?", {job}));
  if (!TRY(rows.Next())) return std::optional<GateEvidence>();
  return std::optional(TRY(ParseEvidence(rows.Text(0))));
}

Result<std::optional<Id>> CachedBy(db::Connection& db, std::int64_t project, std::string_view key) {
  auto rows = TRY(db.Query("SELECT job FROM pipeline_cache WHERE project = ? AND key = ?",
                           {project, db::Value::Bytes(key)}));
  if (!TRY(rows.Next())) return std::optional<Id>();
  return std::optional(rows.AsId(0));
}

Result<std::vector<Decision>> GatesOfRun(db::Connection& db, std::int64_t project,
                                         std::int64_t number) {
  std::vector<Decision> decisions;
  auto rows = TRY(db.QueryOnce(
      fmt::format("{} WHERE r.project = ? AND r.number = ? ORDER BY j.position", kDecided),
      {project, number}));
  while (TRY(rows.Next())) decisions.push_back(TRY(DecisionAt(rows)));
  return decisions;
}

Result<std::optional<Decision>> FindDecision(db::Connection& db, std::int64_t project,
                                             const Id& job) {
  auto rows = TRY(db.QueryOnce(
      fmt::format("{} JOIN pipeline_gate_candidate AS c ON c.gate = g.job AND c.project = "
                  "g.project WHERE c.project = ? AND c.candidate = ? "
                  "ORDER BY c.won DESC, iif(c.won, g.created_ms, -g.created_ms) LIMIT 1",
                  kDecided),
      {project, job}));
  if (!TRY(rows.Next())) return std::optional<Decision>();
  return std::optional(TRY(DecisionAt(rows)));
}

}  // namespace galley::pipeline
