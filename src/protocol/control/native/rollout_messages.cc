#include "protocol/control/native/rollout_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kStart[] = {
    Of<&StartRollout::model>("model").Required(), Of<&StartRollout::version>("version").Required(),
    Of<&StartRollout::python>("python"), Of<&StartRollout::settings>("settings"),
    Of<&StartRollout::reason>("reason")};
constexpr Field kOrder[] = {Of<&RolloutOrder::full>("full"), Of<&RolloutOrder::to>("to"),
                            Of<&RolloutOrder::turn>("turn"), Of<&RolloutOrder::reason>("reason")};
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
const schema::Message RevisionMessage::kSchema{"Revision", kRevision};
const schema::Message RevisionAnswer::kSchema{"RevisionAnswer", kRevisionAnswer};
const schema::Message RevisionsAnswer::kSchema{"RevisionsAnswer", kRevisionsAnswer};

}  // namespace galley::native
