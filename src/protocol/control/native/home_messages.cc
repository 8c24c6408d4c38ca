#include "protocol/control/native/home_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kStage[] = {
    Of<&HomeStage::stage>("stage"),         Of<&HomeStage::state>("state"),
    Of<&HomeStage::number>("number"),       Of<&HomeStage::total>("total"),
    Of<&HomeStage::under_way>("under_way"), Of<&HomeStage::failed>("failed"),
    Of<&HomeStage::warned>("warned"),       Of<&HomeStage::detail>("detail"),
    Of<&HomeStage::last_ms>("last_ms"),     Of<&HomeStage::spark>("spark"),
};
constexpr Field kRollout[] = {
    Of<&HomeRollout::number>("number"),     Of<&HomeRollout::endpoint>("endpoint"),
    Of<&HomeRollout::phase>("phase"),       Of<&HomeRollout::turn>("turn"),
    Of<&HomeRollout::weight>("weight"),     Of<&HomeRollout::mirror>("mirror"),
    Of<&HomeRollout::champion>("champion"), Of<&HomeRollout::challenger>("challenger"),
};
constexpr Field kNeed[] = {
    Of<&HomeNeed::kind>("kind"),         Of<&HomeNeed::id>("id"),
    Of<&HomeNeed::title>("title"),       Of<&HomeNeed::reason>("reason"),
    Of<&HomeNeed::since_ms>("since_ms"), Of<&HomeNeed::path>("path"),
    Of<&HomeNeed::verbs>("verbs"),       Of<&HomeNeed::rollout>("rollout"),
};
constexpr Field kQuality[] = {
    Of<&HomeQuality::name>("name"),     Of<&HomeQuality::value>("value"),
    Of<&HomeQuality::lo>("lo"),         Of<&HomeQuality::hi>("hi"),
    Of<&HomeQuality::n>("n"),           Of<&HomeQuality::from>("from"),
    Of<&HomeQuality::to>("to"),         Of<&HomeQuality::monitor>("monitor"),
    Of<&HomeQuality::time>("time"),     Of<&HomeQuality::closed_through>("closed_through"),
    Of<&HomeQuality::newest>("newest"),
};
constexpr Field kChampion[] = {
    Of<&HomeChampion::endpoint>("endpoint"), Of<&HomeChampion::model>("model"),
    Of<&HomeChampion::version>("version"),   Of<&HomeChampion::variant>("variant"),
    Of<&HomeChampion::since_ms>("since_ms"), Of<&HomeChampion::state>("state"),
    Of<&HomeChampion::accuracy>("accuracy"), Of<&HomeChampion::minutes>("minutes"),
    Of<&HomeChampion::requests>("requests"), Of<&HomeChampion::failed>("failed"),
    Of<&HomeChampion::p99_ms>("p99_ms"),
};
constexpr Field kStep[] = {Of<&HomeStep::step>("step"), Of<&HomeStep::done>("done")};
constexpr Field kHomeAnswer[] = {
    Of<&HomeAnswer::at_ms>("at_ms"),         Of<&HomeAnswer::stages>("stages"),
    Of<&HomeAnswer::needs>("needs"),         Of<&HomeAnswer::needs_has_more>("needs_has_more"),
    Of<&HomeAnswer::champions>("champions"), Of<&HomeAnswer::setup>("setup"),
    Of<&HomeAnswer::activity>("activity"),
};

}  // namespace

const schema::Message HomeStage::kSchema{"HomeStage", kStage};
const schema::Message HomeRollout::kSchema{"HomeRollout", kRollout};
const schema::Message HomeNeed::kSchema{"HomeNeed", kNeed};
const schema::Message HomeQuality::kSchema{"HomeQuality", kQuality};
const schema::Message HomeChampion::kSchema{"HomeChampion", kChampion};
const schema::Message HomeStep::kSchema{"HomeStep", kStep};
const schema::Message HomeAnswer::kSchema{"HomeAnswer", kHomeAnswer};

}  // namespace galley::native
