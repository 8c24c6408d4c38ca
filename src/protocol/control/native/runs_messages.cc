#include "protocol/control/native/runs_messages.h"

#include "domain/tracking/sparks.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kItemsMax = 1000;
constexpr std::size_t kNameMax = 1024;
constexpr std::size_t kFilterMax = std::size_t{64} * 1024;
constexpr std::size_t kBulkIdsMax = 20'000;
constexpr std::size_t kTagKeyMax = 250;
constexpr std::size_t kTagValueMax = 8000;

constexpr Field kRunsQuery[] = {
    Of<&RunsQuery::experiments>("experiments").Items(kItemsMax),
    Of<&RunsQuery::filter>("filter").Bytes(kFilterMax),
    Of<&RunsQuery::sort>("sort").Bytes(kNameMax),
    Of<&RunsQuery::columns>("columns").Bytes(kNameMax),
    Of<&RunsQuery::group_by>("group_by").Bytes(kNameMax),
    Of<&RunsQuery::from_ms>("from_ms"),
    Of<&RunsQuery::to_ms>("to_ms"),
    Of<&RunsQuery::view>("view"),
};
constexpr Field kRunsRow[] = {
    Of<&RunsRow::id>("id"),
    Of<&RunsRow::name>("name"),
    Of<&RunsRow::experiment>("experiment"),
    Of<&RunsRow::experiment_name>("experiment_name"),
    Of<&RunsRow::user>("user"),
    Of<&RunsRow::status>("status"),
    Of<&RunsRow::state>("state"),
    Of<&RunsRow::started_ms>("started_ms"),
    Of<&RunsRow::ended_ms>("ended_ms"),
    Of<&RunsRow::values>("values"),
};
constexpr Field kRunStates[] = {
    Of<&RunStates::running>("running"),     Of<&RunStates::failed>("failed"),
    Of<&RunStates::finished>("finished"),   Of<&RunStates::killed>("killed"),
    Of<&RunStates::scheduled>("scheduled"),
};
constexpr Field kGroupValue[] = {
    Of<&GroupValue::n>("n"),     Of<&GroupValue::mean>("mean"), Of<&GroupValue::sd>("sd"),
    Of<&GroupValue::min>("min"), Of<&GroupValue::max>("max"),
};
constexpr Field kRunsGroup[] = {
    Of<&RunsGroup::key>("key"),
    Of<&RunsGroup::runs>("runs"),
    Of<&RunsGroup::states>("states"),
    Of<&RunsGroup::values>("values"),
};
constexpr Field kRunsQueryAnswer[] = {
    Of<&RunsQueryAnswer::result>("result"),
    Of<&RunsQueryAnswer::total>("total"),
    Of<&RunsQueryAnswer::position>("position"),
    Of<&RunsQueryAnswer::columns>("columns"),
    Of<&RunsQueryAnswer::rows>("rows"),
    Of<&RunsQueryAnswer::groups>("groups"),
    Of<&RunsQueryAnswer::groups_total>("groups_total"),
};
constexpr Field kRunsWindow[] = {
    Of<&RunsWindow::from>("from"),
    Of<&RunsWindow::n>("n"),
};
constexpr Field kRunsWindowAnswer[] = {
    Of<&RunsWindowAnswer::total>("total"),
    Of<&RunsWindowAnswer::from>("from"),
    Of<&RunsWindowAnswer::rows>("rows"),
};
constexpr Field kQuerySparks[] = {
    Of<&QuerySparks::runs>("runs").Required().Items(tracking::kSparkRunsMax),
    Of<&QuerySparks::keys>("keys").Required().Items(tracking::kSparkKeysMax).Bytes(kNameMax),
    Of<&QuerySparks::points>("points"),
};
constexpr Field kRunSpark[] = {
    Of<&RunSpark::run>("run"),
    Of<&RunSpark::key>("key"),
    Of<&RunSpark::points>("points"),
    Of<&RunSpark::x>("x"),
    Of<&RunSpark::y>("y"),
    Of<&RunSpark::min>("min"),
    Of<&RunSpark::min_step>("min_step"),
    Of<&RunSpark::max>("max"),
    Of<&RunSpark::max_step>("max_step"),
    Of<&RunSpark::best>("best"),
};
constexpr Field kSparksAnswer[] = {Of<&SparksAnswer::sparks>("sparks")};
constexpr Field kRunsBulk[] = {
    Of<&RunsBulk::action>("action").Required(),
    Of<&RunsBulk::ids>("ids").Items(kBulkIdsMax),
    Of<&RunsBulk::result>("result"),
    Of<&RunsBulk::except>("except").Items(kBulkIdsMax),
    Of<&RunsBulk::key>("key").Bytes(kTagKeyMax),
    Of<&RunsBulk::value>("value").Bytes(kTagValueMax),
    Of<&RunsBulk::dry_run>("dry_run"),
};
constexpr Field kBulkRefusal[] = {
    Of<&BulkRefusal::id>("id"),
    Of<&BulkRefusal::name>("name"),
    Of<&BulkRefusal::reason>("reason"),
};
constexpr Field kRunsBulkAnswer[] = {
    Of<&RunsBulkAnswer::action>("action"),       Of<&RunsBulkAnswer::dry_run>("dry_run"),
    Of<&RunsBulkAnswer::total>("total"),         Of<&RunsBulkAnswer::changed>("changed"),
    Of<&RunsBulkAnswer::unchanged>("unchanged"), Of<&RunsBulkAnswer::running>("running"),
    Of<&RunsBulkAnswer::refused>("refused"),     Of<&RunsBulkAnswer::refusals>("refusals"),
    Of<&RunsBulkAnswer::undo>("undo"),
};
constexpr Field kListColumns[] = {
    Of<&ListColumns::q>("q").Bytes(kNameMax),
    Of<&ListColumns::kind>("kind"),
    Of<&ListColumns::after>("after").Bytes(kNameMax),
    Of<&ListColumns::limit>("limit"),
};
constexpr Field kColumnValue[] = {
    Of<&ColumnValue::value>("value"),
    Of<&ColumnValue::count>("count"),
};
constexpr Field kRunColumn[] = {
    Of<&RunColumn::key>("key"),
    Of<&RunColumn::kind>("kind"),
    Of<&RunColumn::type>("type"),
    Of<&RunColumn::runs>("runs"),
    Of<&RunColumn::total>("total"),
    Of<&RunColumn::distinct>("distinct"),
    Of<&RunColumn::min>("min"),
    Of<&RunColumn::max>("max"),
    Of<&RunColumn::histogram>("histogram"),
    Of<&RunColumn::top>("top"),
    Of<&RunColumn::first_seen_ms>("first_seen_ms"),
    Of<&RunColumn::last_seen_ms>("last_seen_ms"),
};
constexpr Field kRunColumnsAnswer[] = {
    Of<&RunColumnsAnswer::columns>("columns"),
    Of<&RunColumnsAnswer::has_more>("has_more"),
};
constexpr Field kCompleteFilter[] = {
    Of<&CompleteFilter::experiment>("experiment").Bytes(kNameMax),
    Of<&CompleteFilter::text>("text").Bytes(kFilterMax),
    Of<&CompleteFilter::pos>("pos"),
};
constexpr Field kCompletionOption[] = {
    Of<&CompletionOption::text>("text"),
    Of<&CompletionOption::kind>("kind"),
    Of<&CompletionOption::detail>("detail"),
    Of<&CompletionOption::count>("count"),
};
constexpr Field kFilterProblem[] = {
    Of<&FilterProblem::message>("message"),
    Of<&FilterProblem::from>("from"),
    Of<&FilterProblem::to>("to"),
};
constexpr Field kCompleteAnswer[] = {
    Of<&CompleteAnswer::from>("from"),
    Of<&CompleteAnswer::to>("to"),
    Of<&CompleteAnswer::options>("options"),
    Of<&CompleteAnswer::error>("error"),
};

}  // namespace

const schema::Message RunsQuery::kSchema{"RunsQuery", kRunsQuery};
const schema::Message RunsRow::kSchema{"RunsRow", kRunsRow};
const schema::Message RunStates::kSchema{"RunStates", kRunStates};
const schema::Message GroupValue::kSchema{"GroupValue", kGroupValue};
const schema::Message RunsGroup::kSchema{"RunsGroup", kRunsGroup};
const schema::Message RunsQueryAnswer::kSchema{"RunsQueryAnswer", kRunsQueryAnswer};
const schema::Message RunsWindow::kSchema{"RunsWindow", kRunsWindow};
const schema::Message RunsWindowAnswer::kSchema{"RunsWindowAnswer", kRunsWindowAnswer};
const schema::Message QuerySparks::kSchema{"QuerySparks", kQuerySparks};
const schema::Message RunSpark::kSchema{"RunSpark", kRunSpark};
const schema::Message SparksAnswer::kSchema{"SparksAnswer", kSparksAnswer};
const schema::Message RunsBulk::kSchema{"RunsBulk", kRunsBulk};
const schema::Message BulkRefusal::kSchema{"BulkRefusal", kBulkRefusal};
const schema::Message RunsBulkAnswer::kSchema{"RunsBulkAnswer", kRunsBulkAnswer};
const schema::Message ListColumns::kSchema{"ListColumns", kListColumns};
const schema::Message ColumnValue::kSchema{"ColumnValue", kColumnValue};
const schema::Message RunColumn::kSchema{"RunColumn", kRunColumn};
const schema::Message RunColumnsAnswer::kSchema{"RunColumnsAnswer", kRunColumnsAnswer};
const schema::Message CompleteFilter::kSchema{"CompleteFilter", kCompleteFilter};
const schema::Message CompletionOption::kSchema{"CompletionOption", kCompletionOption};
const schema::Message FilterProblem::kSchema{"FilterProblem", kFilterProblem};
const schema::Message CompleteAnswer::kSchema{"CompleteAnswer", kCompleteAnswer};

}  // namespace galley::native
