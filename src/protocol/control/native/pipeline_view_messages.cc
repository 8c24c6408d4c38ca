#include "protocol/control/native/pipeline_views.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kPipelineNode[] = {
    Of<&PipelineNode::job>("job"),
    Of<&PipelineNode::stage>("stage"),
    Of<&PipelineNode::base>("base"),
    Of<&PipelineNode::id>("id"),
    Of<&PipelineNode::gate>("gate"),
    Of<&PipelineNode::state>("state"),
    Of<&PipelineNode::verdict>("verdict"),
    Of<&PipelineNode::attempts>("attempts"),
    Of<&PipelineNode::started_ms>("started_ms"),
    Of<&PipelineNode::ended_ms>("ended_ms"),
};
constexpr Field kPipelineEdge[] = {Of<&PipelineEdge::from>("from"), Of<&PipelineEdge::to>("to")};
constexpr Field kPipelineGraph[] = {
    Of<&PipelineGraph::run>("run"),           Of<&PipelineGraph::pipeline>("pipeline"),
    Of<&PipelineGraph::state>("state"),       Of<&PipelineGraph::nodes>("nodes"),
    Of<&PipelineGraph::edges>("edges"),       Of<&PipelineGraph::edges_left_out>("edges_left_out"),
    Of<&PipelineGraph::critical>("critical"), Of<&PipelineGraph::critical_ms>("critical_ms"),
    Of<&PipelineGraph::hash>("hash"),
};
constexpr Field kPipelineChange[] = {
    Of<&PipelineChange::what>("what"), Of<&PipelineChange::key>("key"),
    Of<&PipelineChange::before>("before"), Of<&PipelineChange::after>("after")};
constexpr Field kPipelineJobRef[] = {Of<&PipelineJobRef::run>("run"),
                                     Of<&PipelineJobRef::job_id>("job_id")};
constexpr Field kPipelinePending[] = {
    Of<&PipelinePending::kind>("kind"), Of<&PipelinePending::text>("text"),
    Of<&PipelinePending::job>("job"),   Of<&PipelinePending::state>("state"),
    Of<&PipelinePending::run>("run"),   Of<&PipelinePending::until_ms>("until_ms")};
constexpr Field kPipelineWhy[] = {
    Of<&PipelineWhy::job>("job"),
    Of<&PipelineWhy::verdict>("verdict"),
    Of<&PipelineWhy::cause>("cause"),
    Of<&PipelineWhy::text>("text"),
    Of<&PipelineWhy::changed>("changed"),
    Of<&PipelineWhy::compared>("compared"),
    Of<&PipelineWhy::cached_from>("cached_from"),
    Of<&PipelineWhy::pending>("pending"),
};
constexpr Field kAskPipelineGrid[] = {Of<&AskPipelineGrid::n>("n")};
constexpr Field kPipelineGridRun[] = {
    Of<&PipelineGridRun::run>("run"), Of<&PipelineGridRun::state>("state"),
    Of<&PipelineGridRun::trigger>("trigger"), Of<&PipelineGridRun::created_ms>("created_ms"),
    Of<&PipelineGridRun::ended_ms>("ended_ms")};
constexpr Field kPipelineGridRow[] = {Of<&PipelineGridRow::job>("job"),
                                      Of<&PipelineGridRow::states>("states"),
                                      Of<&PipelineGridRow::ms>("ms")};
constexpr Field kPipelineGrid[] = {Of<&PipelineGrid::pipeline>("pipeline"),
                                   Of<&PipelineGrid::runs>("runs"), Of<&PipelineGrid::rows>("rows"),
                                   Of<&PipelineGrid::rows_left_out>("rows_left_out")};
constexpr Field kListPipelines[] = {Of<&ListPipelines::limit>("limit")};
constexpr Field kPipelineName[] = {Of<&PipelineName::pipeline>("pipeline"),
                                   Of<&PipelineName::runs>("runs"),
                                   Of<&PipelineName::last>("last")};
constexpr Field kPipelinesAnswer[] = {Of<&PipelinesAnswer::pipelines>("pipelines"),
                                      Of<&PipelinesAnswer::has_more>("has_more")};

}  // namespace

const schema::Message PipelineNode::kSchema{"PipelineNode", kPipelineNode};
const schema::Message PipelineEdge::kSchema{"PipelineEdge", kPipelineEdge};
const schema::Message PipelineGraph::kSchema{"PipelineGraph", kPipelineGraph};
const schema::Message PipelineChange::kSchema{"PipelineChange", kPipelineChange};
const schema::Message PipelineJobRef::kSchema{"PipelineJobRef", kPipelineJobRef};
const schema::Message PipelinePending::kSchema{"PipelinePending", kPipelinePending};
const schema::Message PipelineWhy::kSchema{"PipelineWhy", kPipelineWhy};
const schema::Message AskPipelineGrid::kSchema{"AskPipelineGrid", kAskPipelineGrid};
const schema::Message PipelineGridRun::kSchema{"PipelineGridRun", kPipelineGridRun};
const schema::Message PipelineGridRow::kSchema{"PipelineGridRow", kPipelineGridRow};
const schema::Message PipelineGrid::kSchema{"PipelineGrid", kPipelineGrid};
const schema::Message ListPipelines::kSchema{"ListPipelines", kListPipelines};
const schema::Message PipelineName::kSchema{"PipelineName", kPipelineName};
const schema::Message PipelinesAnswer::kSchema{"PipelinesAnswer", kPipelinesAnswer};

}  // namespace galley::native
