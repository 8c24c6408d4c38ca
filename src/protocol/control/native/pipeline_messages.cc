#include "protocol/control/native/pipeline_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kTextBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kVariablesMax = 1000;
constexpr std::size_t kValueBytesMax = 32'768;

constexpr Field kPipelineVariable[] = {Of<&PipelineVariable::name>("name").Required().Bytes(1000),
                                       Of<&PipelineVariable::value>("value").Bytes(kValueBytesMax)};
constexpr Field kStartPipeline[] = {
    Of<&StartPipeline::folder>("folder"),
    Of<&StartPipeline::file>("file").Bytes(1000),
    Of<&StartPipeline::text>("text").Bytes(kTextBytesMax),
    Of<&StartPipeline::inputs>("inputs").Items(kVariablesMax),
    Of<&StartPipeline::environment>("environment").Items(kVariablesMax),
    Of<&StartPipeline::force>("force"),
    Of<&StartPipeline::from>("from").Bytes(1000),
    Of<&StartPipeline::again>("again"),
};
constexpr Field kPipelineAttempt[] = {
    Of<&PipelineAttempt::number>("number"),
    Of<&PipelineAttempt::ending>("ending"),
    Of<&PipelineAttempt::reason>("reason"),
    Of<&PipelineAttempt::exit_code>("exit_code"),
    Of<&PipelineAttempt::started_ms>("started_ms"),
    Of<&PipelineAttempt::ended_ms>("ended_ms"),
    Of<&PipelineAttempt::cpu_ms>("cpu_ms"),
    Of<&PipelineAttempt::peak_memory_bytes>("peak_memory_bytes"),
};
constexpr Field kPipelineMetric[] = {Of<&PipelineMetric::name>("name"),
                                     Of<&PipelineMetric::value>("value")};
constexpr Field kPipelinePart[] = {Of<&PipelinePart::kind>("kind"), Of<&PipelinePart::name>("name"),
                                   Of<&PipelinePart::value>("value")};
constexpr Field kPipelineJob[] = {
    Of<&PipelineJob::id>("id"),
    Of<&PipelineJob::name>("name"),
    Of<&PipelineJob::stage>("stage"),
    Of<&PipelineJob::state>("state"),
    Of<&PipelineJob::reason>("reason"),
    Of<&PipelineJob::explanation>("explanation"),
    Of<&PipelineJob::metrics>("metrics"),
    Of<&PipelineJob::attempts>("attempts"),
    Of<&PipelineJob::depends_on>("depends_on"),
    Of<&PipelineJob::started_ms>("started_ms"),
    Of<&PipelineJob::ended_ms>("ended_ms"),
};
constexpr Field kPipelineRun[] = {
    Of<&PipelineRun::run>("run"),
    Of<&PipelineRun::id>("id"),
    Of<&PipelineRun::pipeline>("pipeline"),
    Of<&PipelineRun::folder>("folder"),
    Of<&PipelineRun::state>("state"),
    Of<&PipelineRun::trigger>("trigger"),
    Of<&PipelineRun::event>("event"),
    Of<&PipelineRun::commit>("commit"),
    Of<&PipelineRun::commit_has_changes>("commit_has_changes"),
    Of<&PipelineRun::actor>("actor"),
    Of<&PipelineRun::force>("force"),
    Of<&PipelineRun::from>("from"),
    Of<&PipelineRun::again>("again"),
    Of<&PipelineRun::created_ms>("created_ms"),
    Of<&PipelineRun::ended_ms>("ended_ms"),
    Of<&PipelineRun::jobs>("jobs"),
};
constexpr Field kPipelineRunsAnswer[] = {Of<&PipelineRunsAnswer::runs>("runs"),
                                         Of<&PipelineRunsAnswer::has_more>("has_more")};
constexpr Field kListPipelineRuns[] = {Of<&ListPipelineRuns::limit>("limit"),
                                       Of<&ListPipelineRuns::before>("before"),
                                       Of<&ListPipelineRuns::pipeline>("pipeline").Bytes(200),
                                       Of<&ListPipelineRuns::state>("state").Bytes(20)};
constexpr Field kPipelineExpectation[] = {Of<&PipelineExpectation::job>("job"),
                                          Of<&PipelineExpectation::stage>("stage"),
                                          Of<&PipelineExpectation::verdict>("verdict"),
                                          Of<&PipelineExpectation::explanation>("explanation")};
constexpr Field kExplainAnswer[] = {Of<&ExplainAnswer::jobs>("jobs")};
constexpr Field kAskPipelineParameters[] = {Of<&AskPipelineParameters::limit>("limit")};
constexpr Field kPipelineParameter[] = {Of<&PipelineParameter::name>("name"),
                                        Of<&PipelineParameter::value>("value"),
                                        Of<&PipelineParameter::input>("input")};
constexpr Field kPipelineParametersAnswer[] = {
    Of<&PipelineParametersAnswer::parameters>("parameters"),
    Of<&PipelineParametersAnswer::has_more>("has_more")};
constexpr Field kPipelineGatesAnswer[] = {Of<&PipelineGatesAnswer::gates>("gates")};
constexpr Field kReadPipelineLog[] = {
    Of<&ReadPipelineLog::job>("job").Required(), Of<&ReadPipelineLog::attempt>("attempt"),
    Of<&ReadPipelineLog::offset>("offset"),      Of<&ReadPipelineLog::limit>("limit"),
    Of<&ReadPipelineLog::errors>("errors"),      Of<&ReadPipelineLog::q>("q").Bytes(200),
    Of<&ReadPipelineLog::from>("from")};
constexpr Field kPipelineLogLine[] = {Of<&PipelineLogLine::offset>("offset"),
                                      Of<&PipelineLogLine::line>("line"),
                                      Of<&PipelineLogLine::text>("text")};
constexpr Field kPipelineLogAnswer[] = {
    Of<&PipelineLogAnswer::text>("text"),
    Of<&PipelineLogAnswer::next_offset>("next_offset"),
    Of<&PipelineLogAnswer::size>("size"),
    Of<&PipelineLogAnswer::first_error>("first_error"),
    Of<&PipelineLogAnswer::errors>("errors"),
    Of<&PipelineLogAnswer::errors_have_more>("errors_have_more"),
    Of<&PipelineLogAnswer::matches>("matches"),
    Of<&PipelineLogAnswer::matches_have_more>("matches_have_more"),
    Of<&PipelineLogAnswer::is_cut>("is_cut")};

}  // namespace

const schema::Message PipelineVariable::kSchema{"PipelineVariable", kPipelineVariable};
const schema::Message StartPipeline::kSchema{"StartPipeline", kStartPipeline};
const schema::Message PipelineAttempt::kSchema{"PipelineAttempt", kPipelineAttempt};
const schema::Message PipelineMetric::kSchema{"PipelineMetric", kPipelineMetric};
const schema::Message PipelinePart::kSchema{"PipelinePart", kPipelinePart};
const schema::Message PipelineJob::kSchema{"PipelineJob", kPipelineJob};
const schema::Message PipelineRun::kSchema{"PipelineRun", kPipelineRun};
const schema::Message PipelineRunsAnswer::kSchema{"PipelineRunsAnswer", kPipelineRunsAnswer};
const schema::Message ListPipelineRuns::kSchema{"ListPipelineRuns", kListPipelineRuns};
const schema::Message PipelineExpectation::kSchema{"PipelineExpectation", kPipelineExpectation};
const schema::Message ExplainAnswer::kSchema{"ExplainAnswer", kExplainAnswer};
const schema::Message AskPipelineParameters::kSchema{"AskPipelineParameters",
                                                     kAskPipelineParameters};
const schema::Message PipelineParameter::kSchema{"PipelineParameter", kPipelineParameter};
const schema::Message PipelineParametersAnswer::kSchema{"PipelineParametersAnswer",
                                                        kPipelineParametersAnswer};
const schema::Message PipelineGatesAnswer::kSchema{"PipelineGatesAnswer", kPipelineGatesAnswer};
const schema::Message ReadPipelineLog::kSchema{"ReadPipelineLog", kReadPipelineLog};
const schema::Message PipelineLogLine::kSchema{"PipelineLogLine", kPipelineLogLine};
const schema::Message PipelineLogAnswer::kSchema{"PipelineLogAnswer", kPipelineLogAnswer};

}  // namespace galley::native
