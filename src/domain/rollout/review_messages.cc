#include "domain/rollout/review.h"

namespace galley::rollout {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kTraffic[] = {
    Of<&TrafficRow::variant>("variant"),   Of<&TrafficRow::role>("role"),
    Of<&TrafficRow::model>("model"),       Of<&TrafficRow::version>("version"),
    Of<&TrafficRow::target>("target"),     Of<&TrafficRow::mirror>("mirror"),
    Of<&TrafficRow::measured>("measured"), Of<&TrafficRow::requests>("requests"),
    Of<&TrafficRow::failed>("failed"),     Of<&TrafficRow::degraded>("degraded"),
    Of<&TrafficRow::rps>("rps"),           Of<&TrafficRow::p50_ms>("p50_ms"),
    Of<&TrafficRow::p99_ms>("p99_ms"),
};
constexpr Field kRatio[] = {Of<&SampleRatio::p>("p"), Of<&SampleRatio::reason>("reason")};
constexpr Field kStep[] = {
    Of<&ReviewStep::number>("number"),
    Of<&ReviewStep::kind>("kind"),
    Of<&ReviewStep::text>("text"),
    Of<&ReviewStep::state>("state"),
    Of<&ReviewStep::share>("share"),
    Of<&ReviewStep::monitor>("monitor"),
    Of<&ReviewStep::started_ms>("started_ms"),
    Of<&ReviewStep::ended_ms>("ended_ms"),
    Of<&ReviewStep::until_ms>("until_ms"),
    Of<&ReviewStep::windows>("windows"),
    Of<&ReviewStep::windows_max>("windows_max"),
    Of<&ReviewStep::verdict>("verdict"),
    Of<&ReviewStep::reason>("reason"),
};
constexpr Field kArm[] = {Of<&ArmFigures::n>("n"), Of<&ArmFigures::value>("value"),
                          Of<&ArmFigures::lo>("lo"), Of<&ArmFigures::hi>("hi")};
constexpr Field kDifference[] = {Of<&Difference::value>("value"), Of<&Difference::lo>("lo"),
                                 Of<&Difference::hi>("hi"), Of<&Difference::level>("level")};
constexpr Field kNeeds[] = {
    Of<&NeedsMore::verdict>("verdict"), Of<&NeedsMore::anew>("anew"),
    Of<&NeedsMore::rows>("rows"),       Of<&NeedsMore::blocks>("blocks"),
    Of<&NeedsMore::windows>("windows"), Of<&NeedsMore::requests>("requests"),
};
constexpr Field kPoint[] = {
    Of<&EvidencePoint::window>("window"),
    Of<&EvidencePoint::value>("value"),
    Of<&EvidencePoint::lo>("lo"),
    Of<&EvidencePoint::hi>("hi"),
    Of<&EvidencePoint::log_e_better>("log_e_better"),
    Of<&EvidencePoint::log_e_worse>("log_e_worse"),
    Of<&EvidencePoint::rows>("rows"),
    Of<&EvidencePoint::blocks>("blocks"),
};
constexpr Field kEvidence[] = {
    Of<&EvidenceRow::metric>("metric"),
    Of<&EvidenceRow::monitor>("monitor"),
    Of<&EvidenceRow::unit>("unit"),
    Of<&EvidenceRow::decides>("decides"),
    Of<&EvidenceRow::champion>("champion"),
    Of<&EvidenceRow::challenger>("challenger"),
    Of<&EvidenceRow::difference>("difference"),
    Of<&EvidenceRow::threshold>("threshold"),
    Of<&EvidenceRow::relation>("relation"),
    Of<&EvidenceRow::e_value>("e_value"),
    Of<&EvidenceRow::bound>("bound"),
    Of<&EvidenceRow::rows>("rows"),
    Of<&EvidenceRow::blocks>("blocks"),
    Of<&EvidenceRow::needs_more>("needs_more"),
    Of<&EvidenceRow::needs_why>("needs_why"),
    Of<&EvidenceRow::state>("state"),
    Of<&EvidenceRow::reason>("reason"),
    Of<&EvidenceRow::points>("points"),
};
constexpr Field kEffect[] = {Of<&Effect::from>("from"),         Of<&Effect::to>("to"),
                             Of<&Effect::text_key>("text_key"), Of<&Effect::next>("next"),
                             Of<&Effect::answers>("answers"),   Of<&Effect::ms>("ms")};
constexpr Field kVerb[] = {
    Of<&VerbReview::verb>("verb"), Of<&VerbReview::allowed>("allowed"), Of<&VerbReview::why>("why"),
    Of<&VerbReview::needs_reason>("needs_reason"), Of<&VerbReview::effect>("effect")};

}  // namespace

const schema::Message TrafficRow::kSchema{"RolloutTraffic", kTraffic};
const schema::Message SampleRatio::kSchema{"SampleRatio", kRatio};
const schema::Message ReviewStep::kSchema{"RolloutTimelineStep", kStep};
const schema::Message ArmFigures::kSchema{"ArmFigures", kArm};
const schema::Message Difference::kSchema{"EvidenceDifference", kDifference};
const schema::Message NeedsMore::kSchema{"NeedsMore", kNeeds};
const schema::Message EvidencePoint::kSchema{"EvidencePoint", kPoint};
const schema::Message EvidenceRow::kSchema{"RolloutEvidence", kEvidence};
const schema::Message Effect::kSchema{"VerbEffect", kEffect};
const schema::Message VerbReview::kSchema{"RolloutVerb", kVerb};

}  // namespace galley::rollout
