#include "protocol/control/native/plan_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kStepsMax = 50;
constexpr std::size_t kTextMax = 2000;

constexpr Field kStart[] = {
    Of<&StartPlan::plan>("plan").Required(),
    Of<&StartPlan::reason>("reason"),
};
constexpr Field kEnd[] = {Of<&EndPlan::reason>("reason")};
constexpr Field kAsk[] = {
    Of<&AskPlans::endpoint>("endpoint"),
    Of<&AskPlans::limit>("limit"),
};
constexpr Field kPlan[] = {
    Of<&PlanMessage::id>("id"),
    Of<&PlanMessage::plan>("plan"),
    Of<&PlanMessage::endpoint>("endpoint"),
    Of<&PlanMessage::in_force>("in_force"),
    Of<&PlanMessage::actor>("actor"),
    Of<&PlanMessage::reason>("reason"),
    Of<&PlanMessage::rule>("rule"),
    Of<&PlanMessage::rollout>("rollout"),
    Of<&PlanMessage::snapshot>("snapshot"),
    Of<&PlanMessage::created_ms>("created_ms"),
    Of<&PlanMessage::ended_ms>("ended_ms"),
    Of<&PlanMessage::ended_by>("ended_by"),
    Of<&PlanMessage::ended_because>("ended_because"),
};
constexpr Field kPlanAnswer[] = {Of<&PlanAnswer::plan>("plan")};
constexpr Field kPlansAnswer[] = {Of<&PlansAnswer::plans>("plans")};
constexpr Field kStep[] = {
    Of<&DrillStep::step>("step").Required().Bytes(kTextMax),
    Of<&DrillStep::ms>("ms"),
    Of<&DrillStep::passed>("passed"),
    Of<&DrillStep::result>("result").Bytes(kTextMax),
};
constexpr Field kDrill[] = {
    Of<&Drill::plan>("plan").Required(), Of<&Drill::endpoint>("endpoint"),
    Of<&Drill::passed>("passed"),        Of<&Drill::requests>("requests"),
    Of<&Drill::failed>("failed"),        Of<&Drill::steps>("steps").Items(kStepsMax),
};

}  // namespace

const schema::Message StartPlan::kSchema{"StartPlan", kStart};
const schema::Message EndPlan::kSchema{"EndPlan", kEnd};
const schema::Message AskPlans::kSchema{"AskPlans", kAsk};
const schema::Message PlanMessage::kSchema{"Plan", kPlan};
const schema::Message PlanAnswer::kSchema{"PlanAnswer", kPlanAnswer};
const schema::Message PlansAnswer::kSchema{"PlansAnswer", kPlansAnswer};
const schema::Message DrillStep::kSchema{"DrillStep", kStep};
const schema::Message Drill::kSchema{"Drill", kDrill};

}  // namespace galley::native
