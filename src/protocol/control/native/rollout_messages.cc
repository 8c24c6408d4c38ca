#include "protocol/control/native/rollout_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kStart[] = {
    Of<&StartRollout::model>("model").Required(), Of<&StartRollout::version>("version").Required(),
    Of<&StartRollout::python>("python"), Of<&StartRollout::settings>("settings"),
    Of<&StartRollout::reason>("reason")};
constexpr Field kOrder[] = {
    Of<&RolloutOrder::full>("full"),     Of<&RolloutOrder::to>("to"),
    Of<&RolloutOrder::turn>("turn"),     Of<&RolloutOrder::rollout>("rollout"),
    Of<&RolloutOrder::newest>("newest"), Of<&RolloutOrder::reason>("reason")};
constexpr Field kAsk[] = {Of<&AskRollouts::endpoint>("endpoint"), Of<&AskRollouts::limit>("limit")};
constexpr Field kAskRevisions[] = {Of<&AskRevisions::limit>("limit")};
constexpr Field kLook[] = {
    Of<&RolloutLook::monitor>("monitor"),
    Of<&RolloutLook::attempt>("attempt"),
    Of<&RolloutLook::window>("window"),
    Of<&RolloutLook::windows>("windows"),
    Of<&RolloutLook::verdict>("verdict"),
    Of<&RolloutLook::reason>("reason"),
    Of<&RolloutLook::log_e_better>("log_e_better"),
    Of<&RolloutLook::log_e_worse>("log_e_worse"),
    Of<&RolloutLook::rows>("rows"),
    Of<&RolloutLook::blocks>("blocks"),
};
constexpr Field kStep[] = {Of<&RolloutStep::text>("text"), Of<&RolloutStep::state>("state")};
constexpr Field kRollout[] = {
    Of<&RolloutMessage::id>("id"),
    Of<&RolloutMessage::number>("number"),
    Of<&RolloutMessage::endpoint>("endpoint"),
    Of<&RolloutMessage::phase>("phase"),
    Of<&RolloutMessage::reason>("reason"),
    Of<&RolloutMessage::turn>("turn"),
    Of<&RolloutMessage::step>("step"),
    Of<&RolloutMessage::steps>("steps"),
    Of<&RolloutMessage::weight>("weight"),
    Of<&RolloutMessage::mirror>("mirror"),
    Of<&RolloutMessage::awaits>("awaits"),
    Of<&RolloutMessage::acknowledged>("acknowledged"),
    Of<&RolloutMessage::champion>("champion"),
    Of<&RolloutMessage::challenger>("challenger"),
    Of<&RolloutMessage::actor>("actor"),
    Of<&RolloutMessage::started_because>("started_because"),
    Of<&RolloutMessage::created_ms>("created_ms"),
    Of<&RolloutMessage::ended_ms>("ended_ms"),
    Of<&RolloutMessage::looks>("looks"),
};
constexpr Field kRolloutAnswer[] = {Of<&RolloutAnswer::rollout>("rollout")};
constexpr Field kRolloutsAnswer[] = {Of<&RolloutsAnswer::rollouts>("rollouts")};
constexpr Field kEvent[] = {
    Of<&RolloutEvent::sequence>("sequence"), Of<&RolloutEvent::at_ms>("at_ms"),
    Of<&RolloutEvent::actor>("actor"),       Of<&RolloutEvent::kind>("kind"),
    Of<&RolloutEvent::reason>("reason"),     Of<&RolloutEvent::detail>("detail"),
};
constexpr Field kReview[] = {
    Of<&RolloutReview::rollout>("rollout"),
    Of<&RolloutReview::strategy>("strategy"),
    Of<&RolloutReview::since_ms>("since_ms"),
    Of<&RolloutReview::from_ms>("from_ms"),
    Of<&RolloutReview::to_ms>("to_ms"),
    Of<&RolloutReview::traffic>("traffic"),
    Of<&RolloutReview::ratio>("ratio"),
    Of<&RolloutReview::timeline>("timeline"),
    Of<&RolloutReview::evidence>("evidence"),
    Of<&RolloutReview::verbs>("verbs"),
    Of<&RolloutReview::events>("events"),
    Of<&RolloutReview::events_has_more>("events_has_more"),
};
constexpr Field kAskServing[] = {Of<&AskServing::minutes>("minutes")};
constexpr Field kServingRollout[] = {
    Of<&ServingRollout::number>("number"), Of<&ServingRollout::phase>("phase"),
    Of<&ServingRollout::reason>("reason"), Of<&ServingRollout::weight>("weight"),
    Of<&ServingRollout::model>("model"),   Of<&ServingRollout::version>("version"),
};
constexpr Field kServingEndpoint[] = {
    Of<&ServingEndpoint::name>("name"),         Of<&ServingEndpoint::state>("state"),
    Of<&ServingEndpoint::reason>("reason"),     Of<&ServingEndpoint::model>("model"),
    Of<&ServingEndpoint::version>("version"),   Of<&ServingEndpoint::variant>("variant"),
    Of<&ServingEndpoint::since_ms>("since_ms"), Of<&ServingEndpoint::requests>("requests"),
    Of<&ServingEndpoint::failed>("failed"),     Of<&ServingEndpoint::degraded>("degraded"),
    Of<&ServingEndpoint::rps>("rps"),           Of<&ServingEndpoint::p50_ms>("p50_ms"),
    Of<&ServingEndpoint::p99_ms>("p99_ms"),     Of<&ServingEndpoint::rollout>("rollout"),
    Of<&ServingEndpoint::plan>("plan"),
};
constexpr Field kServing[] = {Of<&ServingAnswer::from_ms>("from_ms"),
                              Of<&ServingAnswer::to_ms>("to_ms"),
                              Of<&ServingAnswer::endpoints>("endpoints")};
constexpr Field kRevision[] = {
    Of<&RevisionMessage::number>("number"),   Of<&RevisionMessage::model>("model"),
    Of<&RevisionMessage::version>("version"), Of<&RevisionMessage::variant>("variant"),
    Of<&RevisionMessage::cause>("cause"),     Of<&RevisionMessage::rollout>("rollout"),
    Of<&RevisionMessage::actor>("actor"),     Of<&RevisionMessage::reason>("reason"),
    Of<&RevisionMessage::at_ms>("at_ms"),
};
constexpr Field kRevisionAnswer[] = {Of<&RevisionAnswer::revision>("revision")};
constexpr Field kRevisionsAnswer[] = {Of<&RevisionsAnswer::revisions>("revisions")};

}  // namespace

const schema::Message StartRollout::kSchema{"StartRollout", kStart};
const schema::Message RolloutOrder::kSchema{"RolloutOrder", kOrder};
const schema::Message AskRollouts::kSchema{"AskRollouts", kAsk};
const schema::Message AskRevisions::kSchema{"AskRevisions", kAskRevisions};
const schema::Message RolloutLook::kSchema{"RolloutLook", kLook};
const schema::Message RolloutStep::kSchema{"RolloutStep", kStep};
const schema::Message RolloutMessage::kSchema{"Rollout", kRollout};
const schema::Message RolloutAnswer::kSchema{"RolloutAnswer", kRolloutAnswer};
const schema::Message RolloutsAnswer::kSchema{"RolloutsAnswer", kRolloutsAnswer};
const schema::Message RolloutEvent::kSchema{"RolloutEvent", kEvent};
const schema::Message RolloutReview::kSchema{"RolloutReview", kReview};
const schema::Message AskServing::kSchema{"AskServing", kAskServing};
const schema::Message ServingRollout::kSchema{"ServingRollout", kServingRollout};
const schema::Message ServingEndpoint::kSchema{"ServingEndpoint", kServingEndpoint};
const schema::Message ServingAnswer::kSchema{"ServingAnswer", kServing};
const schema::Message RevisionMessage::kSchema{"Revision", kRevision};
const schema::Message RevisionAnswer::kSchema{"RevisionAnswer", kRevisionAnswer};
const schema::Message RevisionsAnswer::kSchema{"RevisionsAnswer", kRevisionsAnswer};

}  // namespace galley::native
