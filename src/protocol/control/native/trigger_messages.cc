#include "protocol/control/native/trigger_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kPathBytesMax = 4000;
constexpr std::size_t kNameBytesMax = 1000;
constexpr std::size_t kVariablesMax = 1000;

constexpr Field kApplyTriggers[] = {
    Of<&ApplyTriggers::folder>("folder").Required().Bytes(kPathBytesMax),
    Of<&ApplyTriggers::file>("file").Bytes(kNameBytesMax),
    Of<&ApplyTriggers::repository>("repository").Bytes(kPathBytesMax),
    Of<&ApplyTriggers::secret>("secret").Bytes(kNameBytesMax),
    Of<&ApplyTriggers::environment>("environment").Items(kVariablesMax),
    Of<&ApplyTriggers::dry_run>("dry_run"),
};
constexpr Field kRemoveTriggers[] = {
    Of<&RemoveTriggers::folder>("folder").Required().Bytes(kPathBytesMax),
    Of<&RemoveTriggers::file>("file").Bytes(kNameBytesMax),
};
constexpr Field kStartTriggered[] = {
    Of<&StartTriggered::folder>("folder").Required().Bytes(kPathBytesMax),
    Of<&StartTriggered::file>("file").Bytes(kNameBytesMax),
};
constexpr Field kStartedRun[] = {Of<&StartedRun::run>("run"),
                                 Of<&StartedRun::pipeline>("pipeline")};
constexpr Field kTriggerEvent[] = {
    Of<&TriggerEvent::id>("id"),
    Of<&TriggerEvent::run>("run"),
    Of<&TriggerEvent::error>("error"),
    Of<&TriggerEvent::created_ms>("created_ms"),
};
constexpr Field kPipelineTrigger[] = {
    Of<&PipelineTrigger::pipeline>("pipeline"),   Of<&PipelineTrigger::folder>("folder"),
    Of<&PipelineTrigger::file>("file"),           Of<&PipelineTrigger::trigger>("trigger"),
    Of<&PipelineTrigger::waits_for>("waits_for"), Of<&PipelineTrigger::monitor>("monitor"),
    Of<&PipelineTrigger::rules>("rules"),         Of<&PipelineTrigger::supported>("supported"),
    Of<&PipelineTrigger::next_ms>("next_ms"),     Of<&PipelineTrigger::last>("last"),
    Of<&PipelineTrigger::problem>("problem"),     Of<&PipelineTrigger::repository>("repository"),
    Of<&PipelineTrigger::hook>("hook"),           Of<&PipelineTrigger::secret_file>("secret_file"),
    Of<&PipelineTrigger::actor>("actor"),         Of<&PipelineTrigger::applied_ms>("applied_ms"),
};
constexpr Field kTriggersAnswer[] = {Of<&TriggersAnswer::triggers>("triggers")};

}  // namespace

const schema::Message ApplyTriggers::kSchema{"ApplyTriggers", kApplyTriggers};
const schema::Message RemoveTriggers::kSchema{"RemoveTriggers", kRemoveTriggers};
const schema::Message StartTriggered::kSchema{"StartTriggered", kStartTriggered};
const schema::Message StartedRun::kSchema{"StartedRun", kStartedRun};
const schema::Message TriggerEvent::kSchema{"TriggerEvent", kTriggerEvent};
const schema::Message PipelineTrigger::kSchema{"PipelineTrigger", kPipelineTrigger};
const schema::Message TriggersAnswer::kSchema{"TriggersAnswer", kTriggersAnswer};

}  // namespace galley::native
