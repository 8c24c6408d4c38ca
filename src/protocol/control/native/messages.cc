#include "protocol/control/native/messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kTextMax = 1024;

constexpr Field kKeyValue[] = {
    Of<&KeyValue::key>("key"),
    Of<&KeyValue::value>("value"),
};
constexpr Field kMetric[] = {
    Of<&Metric::key>("key"),
    Of<&Metric::value>("value"),
    Of<&Metric::step>("step"),
    Of<&Metric::timestamp_ms>("timestamp_ms"),
    Of<&Metric::dataset_name>("dataset_name"),
    Of<&Metric::dataset_digest>("dataset_digest"),
    Of<&Metric::run>("run"),
};
constexpr Field kRunCounts[] = {
    Of<&RunCounts::active>("active"),
    Of<&RunCounts::running>("running"),
    Of<&RunCounts::deleted>("deleted"),
};
constexpr Field kExperiment[] = {
    Of<&Experiment::id>("id"),
    Of<&Experiment::number>("number"),
    Of<&Experiment::name>("name"),
    Of<&Experiment::state>("state"),
    Of<&Experiment::artifact_root>("artifact_root"),
    Of<&Experiment::runs>("runs"),
    Of<&Experiment::created_ms>("created_ms"),
    Of<&Experiment::updated_ms>("updated_ms"),
    Of<&Experiment::last_run_ms>("last_run_ms"),
    Of<&Experiment::tags>("tags"),
};
constexpr Field kExperimentAnswer[] = {
    Of<&ExperimentAnswer::experiment>("experiment"),
};
constexpr Field kListExperiments[] = {
    Of<&ListExperiments::view>("view"),
    Of<&ListExperiments::limit>("limit"),
    Of<&ListExperiments::offset>("offset"),
};
constexpr Field kExperimentsAnswer[] = {
    Of<&ExperimentsAnswer::experiments>("experiments"),
    Of<&ExperimentsAnswer::has_more>("has_more"),
};
constexpr Field kRun[] = {
    Of<&Run::id>("id"),
    Of<&Run::name>("name"),
    Of<&Run::experiment>("experiment"),
    Of<&Run::experiment_name>("experiment_name"),
    Of<&Run::user>("user"),
    Of<&Run::status>("status"),
    Of<&Run::state>("state"),
    Of<&Run::started_ms>("started_ms"),
    Of<&Run::ended_ms>("ended_ms"),
    Of<&Run::artifact_uri>("artifact_uri"),
    Of<&Run::params>("params"),
    Of<&Run::metrics>("metrics"),
    Of<&Run::tags>("tags"),
};
constexpr Field kInput[] = {
    Of<&Input::name>("name"),
    Of<&Input::digest>("digest"),
    Of<&Input::source_type>("source_type"),
    Of<&Input::source>("source"),
    Of<&Input::tags>("tags"),
};
constexpr Field kModelLink[] = {
    Of<&ModelLink::id>("id"),         Of<&ModelLink::name>("name"), Of<&ModelLink::type>("type"),
    Of<&ModelLink::status>("status"), Of<&ModelLink::step>("step"),
};
constexpr Field kArtifact[] = {
    Of<&Artifact::name>("name"),
    Of<&Artifact::is_folder>("is_folder"),
    Of<&Artifact::files>("files"),
    Of<&Artifact::size>("size"),
};
constexpr Field kRunAnswer[] = {
    Of<&RunAnswer::run>("run"),
    Of<&RunAnswer::inputs>("inputs"),
    Of<&RunAnswer::models_in>("models_in"),
    Of<&RunAnswer::models_out>("models_out"),
    Of<&RunAnswer::artifacts>("artifacts"),
    Of<&RunAnswer::artifacts_has_more>("artifacts_has_more"),
};
constexpr Field kListRuns[] = {
    Of<&ListRuns::experiment>("experiment").Bytes(kTextMax),
    Of<&ListRuns::view>("view"),
    Of<&ListRuns::limit>("limit"),
    Of<&ListRuns::offset>("offset"),
};
constexpr Field kRunsAnswer[] = {
    Of<&RunsAnswer::runs>("runs"),
    Of<&RunsAnswer::has_more>("has_more"),
};
constexpr Field kListMetrics[] = {
    Of<&ListMetrics::key>("key").Required().Bytes(kTextMax),
    Of<&ListMetrics::limit>("limit"),
    Of<&ListMetrics::offset>("offset"),
};
constexpr Field kMetricsAnswer[] = {
    Of<&MetricsAnswer::metrics>("metrics"),
    Of<&MetricsAnswer::has_more>("has_more"),
};
constexpr Field kModel[] = {
    Of<&Model::id>("id"),
    Of<&Model::experiment>("experiment"),
    Of<&Model::name>("name"),
    Of<&Model::type>("type"),
    Of<&Model::status>("status"),
    Of<&Model::source_run>("source_run"),
    Of<&Model::created_ms>("created_ms"),
    Of<&Model::updated_ms>("updated_ms"),
    Of<&Model::artifact_uri>("artifact_uri"),
    Of<&Model::params>("params"),
    Of<&Model::metrics>("metrics"),
    Of<&Model::tags>("tags"),
};
constexpr Field kModelAnswer[] = {
    Of<&ModelAnswer::model>("model"),
};
constexpr Field kEvent[] = {
    Of<&Event::sequence>("sequence"), Of<&Event::at_ms>("at_ms"), Of<&Event::kind>("kind"),
    Of<&Event::subject>("subject"),   Of<&Event::actor>("actor"), Of<&Event::detail>("detail"),
};
constexpr Field kListEvents[] = {
    Of<&ListEvents::subject>("subject").Bytes(kTextMax),
    Of<&ListEvents::before>("before"),
    Of<&ListEvents::limit>("limit"),
    Of<&ListEvents::kind>("kind").Bytes(kTextMax),
    Of<&ListEvents::actor>("actor").Bytes(kTextMax),
};
constexpr Field kAskEventFacets[] = {Of<&AskEventFacets::last>("last")};
constexpr Field kEventFacet[] = {
    Of<&EventFacet::value>("value"),
    Of<&EventFacet::count>("count"),
};
constexpr Field kEventFacets[] = {
    Of<&EventFacets::events>("events"),
    Of<&EventFacets::kinds>("kinds"),
    Of<&EventFacets::actors>("actors"),
};
constexpr Field kEventsAnswer[] = {
    Of<&EventsAnswer::events>("events"),
    Of<&EventsAnswer::has_more>("has_more"),
};
constexpr Field kErrorBody[] = {
    Of<&ErrorBody::code>("code"),
    Of<&ErrorBody::message>("message"),
};
constexpr Field kErrorAnswer[] = {
    Of<&ErrorAnswer::error>("error"),
};

}  // namespace

const schema::Message KeyValue::kSchema{"KeyValue", kKeyValue};
const schema::Message Metric::kSchema{"Metric", kMetric};
const schema::Message RunCounts::kSchema{"RunCounts", kRunCounts};
const schema::Message Experiment::kSchema{"Experiment", kExperiment};
const schema::Message ExperimentAnswer::kSchema{"ExperimentAnswer", kExperimentAnswer};
const schema::Message ListExperiments::kSchema{"ListExperiments", kListExperiments};
const schema::Message ExperimentsAnswer::kSchema{"ExperimentsAnswer", kExperimentsAnswer};
const schema::Message Run::kSchema{"Run", kRun};
const schema::Message Input::kSchema{"Input", kInput};
const schema::Message ModelLink::kSchema{"ModelLink", kModelLink};
const schema::Message Artifact::kSchema{"Artifact", kArtifact};
const schema::Message RunAnswer::kSchema{"RunAnswer", kRunAnswer};
const schema::Message ListRuns::kSchema{"ListRuns", kListRuns};
const schema::Message RunsAnswer::kSchema{"RunsAnswer", kRunsAnswer};
const schema::Message ListMetrics::kSchema{"ListMetrics", kListMetrics};
const schema::Message MetricsAnswer::kSchema{"MetricsAnswer", kMetricsAnswer};
const schema::Message Model::kSchema{"Model", kModel};
const schema::Message ModelAnswer::kSchema{"ModelAnswer", kModelAnswer};
const schema::Message Event::kSchema{"Event", kEvent};
const schema::Message ListEvents::kSchema{"ListEvents", kListEvents};
const schema::Message AskEventFacets::kSchema{"AskEventFacets", kAskEventFacets};
const schema::Message EventFacet::kSchema{"EventFacet", kEventFacet};
const schema::Message EventFacets::kSchema{"EventFacets", kEventFacets};
const schema::Message EventsAnswer::kSchema{"EventsAnswer", kEventsAnswer};
const schema::Message Nothing::kSchema{"Nothing", {}};
const schema::Message ErrorBody::kSchema{"ErrorBody", kErrorBody};
const schema::Message ErrorAnswer::kSchema{"ErrorAnswer", kErrorAnswer};

}  // namespace galley::native
