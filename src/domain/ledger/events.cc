#include "domain/ledger/events.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "foundation/schema/decode.h"
#include "storage/journal/history.h"

namespace galley::ledger {
namespace {

using schema::Field;
using schema::Of;

constexpr std::int64_t kEventsMax = 200'000;

struct KindRow {
  std::string_view kind;  ///< One that ends in a dot stands for all that begin with it.
  What what;
};
/// The first that fits decides.
constexpr KindRow kKinds[] = {{"alert.firing", What::kAlertFiring},
                              {"alert.resolved", What::kAlertResolved},
                              {"incident.opened", What::kIncidentOpened},
                              {"incident.joined", What::kIncidentJoined},
                              {"incident.acked", What::kIncidentAcked},
                              {"incident.cause_set", What::kIncidentCauseSet},
                              {"incident.closed", What::kIncidentClosed},
                              {"rollout.started", What::kRolloutStarted},
                              {"rollout.acknowledged", What::kRolloutAcknowledged},
                              {"rollout.stepped", What::kRolloutStepped},
                              {"rollout.judged", What::kRolloutJudged},
                              {"rollout.promoted", What::kRolloutPromoted},
                              {"rollout.aborted", What::kRolloutEnded},
                              {"rollout.rolled_back", What::kRolloutEnded},
                              {"rollout.undone", What::kRolloutEnded},
                              {"rollout.", What::kRolloutOther},
                              {"endpoint.created", What::kEndpointCreated},
                              {"endpoint.changed", What::kEndpointChanged},
                              {"endpoint.", What::kEndpointOther},
                              {"pipeline_run.created", What::kRunCreated},
                              {"pipeline_run.ended", What::kRunEnded},
                              {"pipeline_trigger.failed", What::kTriggerOther},
                              {"pipeline_trigger.gave_up", What::kTriggerOther},
                              {"job.ended", What::kJobEnded},
                              {"gate.decided", What::kGateDecided},
                              {"model_version.created", What::kVersionCreated},
                              {"dataset.committed", What::kDatasetCommitted},
                              {"artifact.stored", What::kArtifactStored},
                              {"monitor.reference_set", What::kReferenceSet},
                              {"plan.", What::kPlan},
                              {"drill.", What::kPlan}};

// Details in groups: one of another type than is known here costs its group alone.
struct Place {
  std::string monitor;
  std::string endpoint;
  std::optional<std::int64_t> window;
  std::optional<std::int64_t> active_window;
  static const schema::Message kSchema;
};
struct Names {
  std::string name;
  std::string pipeline;
  std::string dataset;
  static const schema::Message kSchema;
};
struct Alerting {
  std::string rule;
  std::string column;
  std::optional<double> value;
  std::optional<double> limit;
  static const schema::Message kSchema;
};
struct Words {
  std::string reason;
  std::string cause;
  std::string verdict;
  std::string state;
  std::string trigger;
  static const schema::Message kSchema;
};
struct CauseFields {
  std::string kind;
  std::string name;
  std::optional<double> score;
  std::string what;
  bool claims_data_fault = false;
  static const schema::Message kSchema;
};
struct Causes {
  std::vector<CauseFields> causes;
  std::vector<CauseFields> candidates;
  static const schema::Message kSchema;
};
struct AlertEvents {
  std::vector<std::int64_t> alert_events;
  static const schema::Message kSchema;
};
struct Model {
  std::string model;
  std::optional<std::int64_t> version;
  std::string variant;
  static const schema::Message kSchema;
};
struct Referred {
  std::optional<std::int64_t> dataset_version;
  static const schema::Message kSchema;
};
struct Challenger {
  std::string challenger;  ///< `orange-juice@2`.
  static const schema::Message kSchema;
};
struct Evidence {
  std::optional<double> log_e_better;
  std::optional<double> log_e;
  std::optional<double> weight;
  static const schema::Message kSchema;
};
struct Numbers {
  std::optional<std::int64_t> run;
  std::optional<std::int64_t> number;
  static const schema::Message kSchema;
};
struct FileFields {
  std::string sha256;
  std::int64_t size = 0;
  std::int64_t bytes = 0;
  static const schema::Message kSchema;
};
struct ResultFields {
  std::vector<FileFields> files;
  static const schema::Message kSchema;
};
struct JobResults {
  ResultFields results;
  static const schema::Message kSchema;
};

constexpr Field kPlace[] = {Of<&Place::monitor>("monitor"), Of<&Place::endpoint>("endpoint"),
                            Of<&Place::window>("window"),
                            Of<&Place::active_window>("active_window")};
constexpr Field kNames[] = {Of<&Names::name>("name"), Of<&Names::pipeline>("pipeline"),
                            Of<&Names::dataset>("dataset")};
constexpr Field kAlerting[] = {Of<&Alerting::rule>("rule"), Of<&Alerting::column>("column"),
                               Of<&Alerting::value>("value"), Of<&Alerting::limit>("limit")};
constexpr Field kWords[] = {Of<&Words::reason>("reason"), Of<&Words::cause>("cause"),
                            Of<&Words::verdict>("verdict"), Of<&Words::state>("state"),
                            Of<&Words::trigger>("trigger")};
constexpr Field kCause[] = {Of<&CauseFields::kind>("kind"), Of<&CauseFields::name>("name"),
                            Of<&CauseFields::score>("score"), Of<&CauseFields::what>("what"),
                            Of<&CauseFields::claims_data_fault>("claims_data_fault")};
constexpr Field kCauses[] = {Of<&Causes::causes>("causes"), Of<&Causes::candidates>("candidates")};
constexpr Field kAlertEvents[] = {Of<&AlertEvents::alert_events>("alert_events")};
constexpr Field kModel[] = {Of<&Model::model>("model"), Of<&Model::version>("version"),
                            Of<&Model::variant>("variant")};
constexpr Field kReferred[] = {Of<&Referred::dataset_version>("dataset_version")};
constexpr Field kChallenger[] = {Of<&Challenger::challenger>("challenger")};
constexpr Field kEvidence[] = {Of<&Evidence::log_e_better>("log_e_better"),
                               Of<&Evidence::log_e>("log_e"), Of<&Evidence::weight>("weight")};
constexpr Field kNumbers[] = {Of<&Numbers::run>("run"), Of<&Numbers::number>("number")};
constexpr Field kFile[] = {Of<&FileFields::sha256>("sha256"), Of<&FileFields::size>("size"),
                           Of<&FileFields::bytes>("bytes")};
constexpr Field kResults[] = {Of<&ResultFields::files>("files")};
constexpr Field kJobResults[] = {Of<&JobResults::results>("results")};

const schema::Message Place::kSchema{"detail", kPlace};
const schema::Message Names::kSchema{"detail", kNames};
const schema::Message Alerting::kSchema{"detail", kAlerting};
const schema::Message Words::kSchema{"detail", kWords};
const schema::Message CauseFields::kSchema{"cause", kCause};
const schema::Message Causes::kSchema{"detail", kCauses};
const schema::Message AlertEvents::kSchema{"detail", kAlertEvents};
const schema::Message Model::kSchema{"detail", kModel};
const schema::Message Referred::kSchema{"detail", kReferred};
const schema::Message Challenger::kSchema{"detail", kChallenger};
const schema::Message Evidence::kSchema{"detail", kEvidence};
const schema::Message Numbers::kSchema{"detail", kNumbers};
const schema::Message FileFields::kSchema{"file", kFile};
const schema::Message ResultFields::kSchema{"results", kResults};
const schema::Message JobResults::kSchema{"detail", kJobResults};

template <typename T>
T Read(std::string_view detail) {
  T fields;
  if (!schema::DecodeJson(detail, T::kSchema, {.numbers_as_strings = true}, &fields)) return {};
  return fields;
}

const KindRow* RowOf(std::string_view kind) {
  const auto* row = std::ranges::find_if(kKinds, [kind](const KindRow& it) {
    return it.kind.ends_with('.') ? kind.starts_with(it.kind) : kind == it.kind;
  });
  return row == std::end(kKinds) ? nullptr : row;
}

void ReadModel(std::string_view detail, Happening& happening) {
  const auto model = Read<Model>(detail);
  happening.variant = model.variant;
  happening.model = Read<Challenger>(detail).challenger;
  if (!happening.model.empty() || model.model.empty()) return;
  happening.model = model.model;
  if (model.version) happening.model += fmt::format("@{}", *model.version);
}

void ReadFiles(What what, std::string_view detail, Happening& happening) {
  if (what == What::kArtifactStored) {
    const auto file = Read<FileFields>(detail);
    happening.files.push_back({file.sha256, file.size});
  }
  if (what != What::kJobEnded) return;
  for (const FileFields& file : Read<JobResults>(detail).results.files) {
    happening.files.push_back({file.sha256, file.bytes});
  }
}

void ReadCauses(std::string_view detail, Happening& happening) {
  const auto causes = Read<Causes>(detail);
  for (const auto& cause : causes.causes.empty() ? causes.candidates : causes.causes) {
    happening.causes.push_back(
        {cause.kind, cause.name, cause.score, cause.what, cause.claims_data_fault});
  }
  happening.alert_events = Read<AlertEvents>(detail).alert_events;
}

/// What a run says that an alert started: `alert demand/accuracy@116`.
void ReadTrigger(Happening& happening) {
  const std::string_view text = happening.trigger;
  const auto space = text.find(' ');
  const auto slash = text.find('/');
  const auto at = text.rfind('@');
  const std::string_view kind = text.substr(0, space);
  if ((kind != "alert" && kind != "drift") || at == std::string_view::npos ||
      !(space < slash && slash < at)) {
    return;
  }
  happening.monitor = text.substr(space + 1, slash - space - 1);
  happening.rule = text.substr(slash + 1, at - slash - 1);
  const std::string_view digits = text.substr(at + 1);
  std::int64_t window = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), window);
  if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size()) {
    happening.window = window;
  }
}

}  // namespace

Happening ToHappening(What what, std::string_view kind, std::string_view detail) {
  Happening happening{.what = what, .kind = std::string(kind), .detail = std::string(detail)};
  ReadFiles(what, detail, happening);
  if (what == What::kArtifactStored) return happening;  // There are many, and nothing else in them.
  const auto place = Read<Place>(detail);
  const auto names = Read<Names>(detail);
  const auto alerting = Read<Alerting>(detail);
  auto words = Read<Words>(detail);
  const auto numbers = Read<Numbers>(detail);
  const auto evidence = Read<Evidence>(detail);
  happening.monitor = place.monitor;
  const bool is_named = kind.starts_with("endpoint.") || kind.starts_with("rollout.");
  happening.endpoint = place.endpoint.empty() && is_named ? names.name : place.endpoint;
  happening.window = place.window;
  happening.active_window = place.active_window;
  happening.pipeline = names.pipeline;
  happening.rule = alerting.rule;
  happening.column = alerting.column;
  happening.value = alerting.value;
  happening.limit = alerting.limit;
  happening.reason = std::move(words.reason);
  happening.cause = std::move(words.cause);
  happening.verdict = std::move(words.verdict);
  happening.state = std::move(words.state);
  happening.trigger = std::move(words.trigger);
  happening.log_evidence = evidence.log_e_better ? evidence.log_e_better : evidence.log_e;
  happening.weight = evidence.weight;
  happening.run = numbers.run ? numbers.run : numbers.number;
  ReadModel(detail, happening);
  if (what == What::kRunCreated) ReadTrigger(happening);
  if (kind.starts_with("incident.")) ReadCauses(detail, happening);
  if (what == What::kDatasetCommitted) {
    if (const auto version = Read<Model>(detail).version) {
      happening.dataset = fmt::format("{}@{}", names.dataset, *version);
    }
  }
  if (what == What::kReferenceSet) {
    if (const auto version = Read<Referred>(detail).dataset_version) {
      happening.dataset = fmt::format("{}@{}", names.dataset, *version);
    }
  }
  return happening;
}

Result<std::vector<Happening>> ReadHappenings(db::Connection& db, std::int64_t project) {
  std::array<std::string_view, std::size(kKinds)> kinds;
  std::ranges::transform(kKinds, kinds.begin(), &KindRow::kind);
  std::vector<Happening> happenings;
  for (journal::Event& event : TRY(journal::ReadKinds(db, project, kinds, kEventsMax))) {
    Happening happening = ToHappening(RowOf(event.kind)->what, event.kind, event.detail);
    happening.sequence = event.sequence;
    happening.at_ms = event.at_ms;
    happening.subject = std::move(event.subject);
    happening.actor = std::move(event.actor);
    happenings.push_back(std::move(happening));
  }
  return happenings;
}

}  // namespace galley::ledger
