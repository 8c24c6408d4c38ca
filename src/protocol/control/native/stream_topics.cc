#include "protocol/control/native/stream_topics.h"

#include <algorithm>
#include <iterator>

#include "domain/observe/monitor.h"
#include "domain/registry/service.h"
#include "domain/rollout/rollouts.h"
#include "domain/tracking/service.h"

namespace galley::native {
namespace {

// The nouns that stand alone, and those that a name follows.
constexpr std::string_view kAlone[] = {"home", "alert", "event"};
constexpr std::string_view kNamed[] = {"dataset", "endpoint", "experiment",   "incident", "model",
                                       "monitor", "pipeline", "pipeline-run", "rollout",  "run"};

/// How the name behind a noun comes from an event.
enum From : int {
  kNobody,            // There is none: the noun stands alone.
  kAll,               // All names may be concerned.
  kSubject,           // The subject itself.
  kField,             // A field of the detail. Absent: nothing is changed.
  kExperimentOfRun,   // The subject is a run.
  kExperimentOfId,    // The subject is an experiment.
  kRunOfLogged,       // The subject is a logged model; it may have no run.
  kExperimentLogged,  // The same.
  kRunOfPath,         // The subject is the path of an artifact; it may be no run's.
  kExperimentOfPath,  // The same.
  kModelOfId,         // The subject is a registered model.
  kModelOfVersion,    // The subject is a version of one.
  kMonitorsAt,        // The subject is the name of an endpoint: its monitors.
  kRolloutAt,         // The same: its rollout, if one is under way.
};

struct Part {
  std::string_view noun;
  From from;
  std::string_view field = {};  ///< For kField: the path in the detail.
};
struct KindRow {
  std::string_view kind;
  bool home;  ///< Home shows it.
  std::span<const Part> parts;
};

constexpr Part kAlert[] = {
    {"alert", kNobody}, {"monitor", kField, "monitor"}, {"endpoint", kField, "endpoint"}};
constexpr Part kNoRule[] = {{"alert", kNobody}, {"monitor", kAll}, {"endpoint", kAll}};
constexpr Part kRule[] = {{"alert", kNobody},
                          {"monitor", kField, "settings.monitor"},
                          {"endpoint", kField, "settings.endpoint"}};
constexpr Part kAlerts[] = {{"alert", kNobody}};
constexpr Part kArtifact[] = {{"run", kRunOfPath}, {"experiment", kExperimentOfPath}};
constexpr Part kOfDataset[] = {{"dataset", kField, "dataset"}};
constexpr Part kDataset[] = {{"dataset", kField, "name"}};
constexpr Part kDrill[] = {{"endpoint", kField, "endpoint"}};
constexpr Part kServes[] = {{"endpoint", kField, "name"}, {"model", kField, "model"}};
constexpr Part kEndpoint[] = {{"endpoint", kField, "name"}};
constexpr Part kNoEndpoint[] = {{"endpoint", kField, "name"}, {"model", kAll}};
constexpr Part kObserved[] = {
    {"endpoint", kSubject}, {"monitor", kMonitorsAt}, {"rollout", kRolloutAt}};
constexpr Part kExperiment[] = {{"experiment", kField, "number"}};
constexpr Part kWithRuns[] = {{"experiment", kField, "number"}, {"run", kAll}};
constexpr Part kExperimentId[] = {{"experiment", kExperimentOfId}};
constexpr Part kJob[] = {{"pipeline-run", kField, "run"}};
constexpr Part kIncident[] = {{"incident", kField, "incident"},
                              {"monitor", kField, "monitor"},
                              {"endpoint", kField, "endpoint"}};
constexpr Part kLogged[] = {{"run", kRunOfLogged}, {"experiment", kExperimentLogged}};
constexpr Part kModelId[] = {{"model", kModelOfId}};
constexpr Part kModel[] = {{"model", kField, "name"}};
constexpr Part kRenamed[] = {{"model", kField, "from"}, {"model", kField, "to"}};
constexpr Part kMade[] = {{"model", kField, "model"}, {"run", kField, "run"}};
constexpr Part kOfModel[] = {{"model", kField, "model"}};
constexpr Part kVersionId[] = {{"model", kModelOfVersion}};
constexpr Part kEvaluated[] = {{"monitor", kSubject}, {"alert", kNobody}};
constexpr Part kReference[] = {{"monitor", kField, "name"}, {"dataset", kField, "dataset"}};
constexpr Part kNoMonitor[] = {{"monitor", kField, "name"}, {"alert", kNobody}, {"endpoint", kAll}};
constexpr Part kMonitorSet[] = {{"monitor", kField, "name"},
                                {"endpoint", kField, "settings.endpoint"}};
constexpr Part kPipelineRun[] = {{"pipeline-run", kField, "number"},
                                 {"pipeline", kField, "pipeline"}};
constexpr Part kMoved[] = {{"pipeline-run", kSubject}, {"pipeline", kAll}};
constexpr Part kRetried[] = {{"pipeline-run", kField, "number"}, {"pipeline", kAll}};
constexpr Part kTriggers[] = {{"pipeline", kField, "pipeline"}};
constexpr Part kPipelines[] = {{"pipeline", kAll}};
constexpr Part kGaveUp[] = {
    {"pipeline", kAll}, {"monitor", kField, "monitor"}, {"endpoint", kField, "endpoint"}};
constexpr Part kPlan[] = {{"endpoint", kField, "endpoint"}, {"rollout", kField, "rollout"}};
constexpr Part kRollout[] = {{"rollout", kField, "rollout"}, {"endpoint", kField, "name"}};
constexpr Part kPromotes[] = {
    {"rollout", kField, "rollout"}, {"endpoint", kField, "name"}, {"model", kField, "model"}};
constexpr Part kNewRun[] = {{"run", kSubject}, {"experiment", kField, "experiment"}};
constexpr Part kRun[] = {{"run", kSubject}, {"experiment", kExperimentOfRun}};

/// All kinds of events, and what is touched without one; sorted. `event` is changed by every event.
/// What came in a segment is said by endpoint.observed.
constexpr KindRow kKinds[] = {
    {"alert.firing", true, kAlert},
    {"alert.resolved", true, kAlert},
    {"alert.rule_removed", true, kNoRule},
    {"alert.rule_set", true, kRule},
    {"alert.sent", true, kAlerts},
    {"artifact.deleted", false, kArtifact},
    {"artifact.stored", false, kArtifact},
    {"dataset.committed", true, kOfDataset},
    {"dataset.contract_set", true, kOfDataset},
    {"dataset.created", true, kDataset},
    {"dataset.rejected", true, kOfDataset},
    {"drill.run", true, kDrill},
    {"endpoint.changed", true, kServes},
    {"endpoint.configured", true, kEndpoint},
    {"endpoint.created", true, kServes},
    {"endpoint.deleted", true, kNoEndpoint},
    {"endpoint.observed", true, kObserved},
    {"experiment.created", true, kExperiment},
    {"experiment.deleted", true, kWithRuns},
    {"experiment.renamed", true, kExperimentId},
    {"experiment.restored", true, kWithRuns},
    {"experiment.tagged", false, kExperimentId},
    {"experiment.untagged", false, kExperimentId},
    {"gate.decided", true, kJob},
    {"incident.acked", true, kIncident},
    {"incident.cause_set", true, kIncident},
    {"incident.closed", true, kIncident},
    {"incident.joined", true, kIncident},
    {"incident.opened", true, kIncident},
    {"job.ended", true, kJob},
    {"logged_model.created", false, kLogged},
    {"logged_model.deleted", false, kLogged},
    {"logged_model.finalized", false, kLogged},
    {"logged_model.logged", false, kLogged},
    {"logged_model.tagged", false, kLogged},
    {"logged_model.untagged", false, kLogged},
    {"model.alias_deleted", true, kModelId},
    {"model.alias_set", true, kModelId},
    {"model.created", true, kModel},
    {"model.deleted", true, kModel},
    {"model.described", false, kModelId},
    {"model.renamed", true, kRenamed},
    {"model.tagged", false, kModelId},
    {"model.untagged", false, kModelId},
    {"model_version.created", true, kMade},
    {"model_version.deleted", true, kOfModel},
    {"model_version.described", false, kVersionId},
    {"model_version.staged", true, kVersionId},
    {"model_version.tagged", false, kVersionId},
    {"model_version.untagged", false, kVersionId},
    {"monitor.evaluated", true, kEvaluated},
    {"monitor.reference_kept", false, kReference},
    {"monitor.reference_set", true, kReference},
    {"monitor.removed", true, kNoMonitor},
    {"monitor.set", true, kMonitorSet},
    {"notification.tested", false, kAlerts},
    {"pipeline_run.created", true, kPipelineRun},
    {"pipeline_run.ended", true, kPipelineRun},
    {"pipeline_run.moved", true, kMoved},
    {"pipeline_run.retried", true, kRetried},
    {"pipeline_trigger.applied", true, kTriggers},
    {"pipeline_trigger.failed", true, kPipelines},
    {"pipeline_trigger.gave_up", true, kGaveUp},
    {"pipeline_trigger.removed", true, kPipelines},
    {"plan.ended", true, kPlan},
    {"plan.started", true, kPlan},
    {"rollout.aborted", true, kRollout},
    {"rollout.acknowledged", true, kRollout},
    {"rollout.judged", true, kRollout},
    {"rollout.paused", true, kRollout},
    {"rollout.promoted", true, kPromotes},
    {"rollout.resumed", true, kRollout},
    {"rollout.retried", true, kRollout},
    {"rollout.rolled_back", true, kRollout},
    {"rollout.started", true, kPromotes},
    {"rollout.stepped", true, kRollout},
    {"rollout.undone", true, kPromotes},
    {"run.created", true, kNewRun},
    {"run.deleted", true, kRun},
    {"run.inputs_logged", false, kRun},
    {"run.logged", false, kRun},
    {"run.measured", false, kRun},
    {"run.outputs_logged", false, kRun},
    {"run.restored", true, kRun},
    {"run.untagged", false, kRun},
    {"run.updated", true, kRun},
    {"segment.taken", false, {}},
};
static_assert(std::ranges::is_sorted(kKinds, {}, &KindRow::kind));

/// The kinds of changes without an event; see AddTelemetry.
constexpr std::string_view kTouched[] = {"endpoint.observed", "monitor.evaluated",
                                         "pipeline_run.moved", "run.measured"};

const KindRow* RowOf(std::string_view kind) {
  const auto* found = std::ranges::lower_bound(kKinds, kind, {}, &KindRow::kind);
  return found == std::end(kKinds) || found->kind != kind ? nullptr : found;
}

bool IsOneOf(std::string_view noun, std::span<const std::string_view> nouns) {
  return std::ranges::find(nouns, noun) != nouns.end();
}

/// A segment of the path that is a run's id, as in `3/RUN/artifacts/model.pkl`.
std::optional<Id> RunIn(std::string_view path) {
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (auto id = Id::Parse(path.substr(0, slash))) return id;
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return std::nullopt;
}

Result<Id> IdOf(std::string_view text) {
  const auto id = Id::Parse(text);
  if (id) return *id;
  return Fail(Code::kDataLoss, "'{}' is no id", text);
}

Status CheckTopic(const std::string& topic) {
  if (topic.size() > kTopicBytesMax) {
    return Fail(Code::kInvalidArgument, "'topics' has one of {} bytes; the limit is {}",
                topic.size(), kTopicBytesMax);
  }
  const auto slash = topic.find('/');
  const std::string_view noun = std::string_view(topic).substr(0, slash);
  if (slash == std::string::npos && IsOneOf(noun, kAlone)) return {};
  if (slash != std::string::npos && slash + 1 < topic.size() && IsOneOf(noun, kNamed)) return {};
  std::string all;
  for (const std::string_view alone : kAlone) all += fmt::format("{}, ", alone);
  for (const std::string_view named : kNamed) all += fmt::format("{}/NAME, ", named);
  return Fail(Code::kInvalidArgument, "'topics' has '{}'; there are {}and NOUN/* for all of a noun",
              topic, all);
}

}  // namespace

Status CheckTopics(std::span<const std::string> topics) {
  if (topics.size() > kTopicsMax) {
    return Fail(Code::kInvalidArgument, "'topics' has {}; the limit of a stream is {}",
                topics.size(), kTopicsMax);
  }
  for (const std::string& topic : topics) TRY(CheckTopic(topic));
  return {};
}

void TopicSet::Add(std::string_view noun, std::string_view name) {
  nouns_.emplace(noun);
  if (!name.empty()) {
    topics_.insert(fmt::format("{}/{}", noun, name));
  } else {
    topics_.emplace(noun);
  }
}

void TopicSet::Add(const TopicSet& other) {
  topics_.insert(other.topics_.begin(), other.topics_.end());
  nouns_.insert(other.nouns_.begin(), other.nouns_.end());
  all_of_.insert(other.all_of_.begin(), other.all_of_.end());
  is_all_ = is_all_ || other.is_all_;
}

bool TopicSet::Has(std::string_view topic) const {
  if (is_all_ || topics_.contains(topic)) return true;
  const std::string_view noun = topic.substr(0, topic.find('/'));
  if (all_of_.contains(noun)) return true;
  const bool is_any = topic.size() == noun.size() + 2 && topic.ends_with("/*");
  return is_any && nouns_.contains(noun);
}

void AddTelemetry(TopicSet& changed) {
  changed.Add("home", "");
  for (const std::string_view kind : kTouched) {
    for (const Part& part : RowOf(kind)->parts) changed.AddAllOf(part.noun);
  }
}

bool ChangesHome(std::string_view kind) {
  const KindRow* row = RowOf(kind);
  return row == nullptr || row->home;
}

void TopicMap::Map(std::int64_t project, std::string_view kind, std::string_view subject,
                   std::string_view detail, TopicSet& changed) {
  if (project != std::exchange(project_, project)) known_.clear();
  if (!IsOneOf(kind, kTouched)) changed.Add("event", "");
  const KindRow* row = RowOf(kind);
  if (row == nullptr) return changed.AddAll();
  if (row->home) changed.Add("home", "");
  for (const Part& part : row->parts) {
    if (part.from == kNobody) {
      changed.Add(part.noun, "");
      continue;
    }
    if (part.from == kAll) {
      changed.AddAllOf(part.noun);
      continue;
    }
    Result<Names> names = Names{std::string(subject)};
    if (part.from == kField) {
      names = FieldOf(detail, part.field);
    } else if (part.from != kSubject) {
      names = NamesOf(project, part.from, subject);
    }
    if (!names) {  // Gone by now, or damaged: whoever looks at one of them looks again.
      changed.AddAllOf(part.noun);
      continue;
    }
    for (const std::string& name : *names) changed.Add(part.noun, name);
  }
}

/// A scalar of a JSON object as text; none if it is not there.
Result<TopicMap::Names> TopicMap::FieldOf(std::string_view detail, std::string_view path) {
  auto rows = TRY(db_.Query("SELECT json_extract(?, '$.' || ?)", {detail, path}));
  if (TRY(rows.Next()) && !rows.Text(0).empty()) return Names{std::string(rows.Text(0))};
  return Names();
}

namespace {

Result<std::vector<std::string>> LookUp(db::Connection& db, std::int64_t project, From from,
                                        std::string_view key) {
  std::vector<std::string> names;
  if (from == kExperimentOfRun) {
    names.push_back(TRY(tracking::ExperimentOfRun(db, project, TRY(IdOf(key)))));
  } else if (from == kExperimentOfId) {
    names.push_back(TRY(tracking::ExperimentNumber(db, project, TRY(IdOf(key)))));
  } else if (from == kRunOfLogged || from == kExperimentLogged) {
    const auto model = TRY(tracking::GetModel(db, project, TRY(IdOf(key))));
    if (from == kExperimentLogged) names.push_back(model.experiment);
    if (from == kRunOfLogged && model.source_run) names.push_back(model.source_run->Hex());
  } else if (from == kRunOfPath || from == kExperimentOfPath) {
    const auto run = RunIn(key);
    if (!run) return names;
    names.push_back(from == kRunOfPath ? run->Hex()
                                       : TRY(tracking::ExperimentOfRun(db, project, *run)));
  } else if (from == kModelOfId) {
    names.push_back(TRY(registry::ModelName(db, project, TRY(IdOf(key)))));
  } else if (from == kModelOfVersion) {
    names.push_back(TRY(registry::GetVersionById(db, project, TRY(IdOf(key)))).model);
  } else if (from == kMonitorsAt) {
    for (const auto& monitor : TRY(observe::ListMonitors(db, project))) {
      if (monitor.settings.endpoint == key) names.push_back(monitor.name);
    }
  } else if (from == kRolloutAt) {
    for (const auto& rollout : TRY(rollout::ListRollouts(db, project, key, 1))) {
      if (rollout.is_open) names.push_back(fmt::format("{}", rollout.number));
    }
  }
  return names;
}

}  // namespace

Result<TopicMap::Names> TopicMap::NamesOf(std::int64_t project, int from, std::string_view key) {
  const auto [found, is_new] = known_.try_emplace({from, std::string(key)});
  if (!is_new) return found->second;
  auto names = LookUp(db_, project, static_cast<From>(from), key);
  if (names) {
    found->second = *names;
  } else {
    known_.erase(found);
  }
  return names;
}

}  // namespace galley::native
