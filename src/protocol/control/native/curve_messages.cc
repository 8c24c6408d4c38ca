#include "protocol/control/native/curve_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kTextMax = 1024;

constexpr Field kSmoothBy[] = {
    Of<&SmoothBy::kind>("kind"),
    Of<&SmoothBy::strength>("strength"),
};
constexpr Field kRunGroup[] = {
    Of<&RunGroup::runs>("runs").Required().Items(500),
};
constexpr Field kQuerySeries[] = {
    Of<&QuerySeries::runs>("runs").Required().Items(500),
    Of<&QuerySeries::keys>("keys").Required().Items(50),
    Of<&QuerySeries::x>("x"),
    Of<&QuerySeries::x_key>("x_key").Bytes(kTextMax),
    Of<&QuerySeries::from>("from"),
    Of<&QuerySeries::to>("to"),
    Of<&QuerySeries::points>("points"),
    Of<&QuerySeries::reduce>("reduce"),
    Of<&QuerySeries::smooth>("smooth"),
    Of<&QuerySeries::outliers>("outliers"),
    Of<&QuerySeries::groups>("groups").Items(100),
    Of<&QuerySeries::band>("band"),
};
constexpr Field kNanSpan[] = {
    Of<&NanSpan::from>("from"),
    Of<&NanSpan::to>("to"),
    Of<&NanSpan::n>("n"),
};
constexpr Field kInfinitePoint[] = {
    Of<&InfinitePoint::x>("x"),
    Of<&InfinitePoint::above>("above"),
};
constexpr Field kValueRange[] = {
    Of<&ValueRange::lo>("lo"),
    Of<&ValueRange::hi>("hi"),
};
constexpr Field kMetricSeries[] = {
    Of<&MetricSeries::run>("run"),
    Of<&MetricSeries::group>("group"),
    Of<&MetricSeries::key>("key"),
    Of<&MetricSeries::n>("n"),
    Of<&MetricSeries::total>("total"),
    Of<&MetricSeries::unplaced>("unplaced"),
    Of<&MetricSeries::first>("first"),
    Of<&MetricSeries::min>("min"),
    Of<&MetricSeries::max>("max"),
    Of<&MetricSeries::last>("last"),
    Of<&MetricSeries::lo>("lo"),
    Of<&MetricSeries::hi>("hi"),
    Of<&MetricSeries::nan>("nan"),
    Of<&MetricSeries::infinite>("infinite"),
    Of<&MetricSeries::infinities>("infinities"),
};
constexpr Field kSeriesAnswer[] = {
    Of<&SeriesAnswer::x>("x"),
    Of<&SeriesAnswer::exact>("exact"),
    Of<&SeriesAnswer::from>("from"),
    Of<&SeriesAnswer::to>("to"),
    Of<&SeriesAnswer::whole>("whole"),
    Of<&SeriesAnswer::series>("series"),
    Of<&SeriesAnswer::y>("y"),
    Of<&SeriesAnswer::clipped>("clipped"),
    Of<&SeriesAnswer::lacking>("lacking"),
};
constexpr Field kListKeys[] = {
    Of<&ListKeys::q>("q").Bytes(kTextMax),
    Of<&ListKeys::after>("after").Bytes(kTextMax),
    Of<&ListKeys::limit>("limit"),
};
constexpr Field kMetricKey[] = {
    Of<&MetricKey::key>("key"),
    Of<&MetricKey::points>("points"),
    Of<&MetricKey::last>("last"),
    Of<&MetricKey::step>("step"),
    Of<&MetricKey::timestamp_ms>("timestamp_ms"),
};
constexpr Field kKeysAnswer[] = {
    Of<&KeysAnswer::keys>("keys"),
    Of<&KeysAnswer::has_more>("has_more"),
};
constexpr Field kQueryDiff[] = {
    Of<&QueryDiff::runs>("runs").Required().Items(500),
    Of<&QueryDiff::baseline>("baseline"),
    Of<&QueryDiff::all>("all"),
};
constexpr Field kRunName[] = {
    Of<&RunName::id>("id"),
    Of<&RunName::name>("name"),
};
constexpr Field kRunDiffRow[] = {
    Of<&RunDiffRow::group>("group"),
    Of<&RunDiffRow::key>("key"),
    Of<&RunDiffRow::values>("values"),
    Of<&RunDiffRow::same>("same"),
};
constexpr Field kRunDiffAnswer[] = {
    Of<&RunDiffAnswer::runs>("runs"),         Of<&RunDiffAnswer::baseline>("baseline"),
    Of<&RunDiffAnswer::rows>("rows"),         Of<&RunDiffAnswer::same>("same"),
    Of<&RunDiffAnswer::has_more>("has_more"),
};
constexpr Field kQueryParallel[] = {
    Of<&QueryParallel::runs>("runs").Required().Items(5000),
    Of<&QueryParallel::columns>("columns").Required().Items(50),
};
constexpr Field kParallelAxis[] = {
    Of<&ParallelAxis::column>("column"),
    Of<&ParallelAxis::type>("type"),
    Of<&ParallelAxis::min>("min"),
    Of<&ParallelAxis::max>("max"),
    Of<&ParallelAxis::categories>("categories"),
    Of<&ParallelAxis::missing>("missing"),
    Of<&ParallelAxis::values>("values"),
};
constexpr Field kParallelAnswer[] = {
    Of<&ParallelAnswer::runs>("runs"),
    Of<&ParallelAnswer::axes>("axes"),
};

}  // namespace

const schema::Message SmoothBy::kSchema{"SmoothBy", kSmoothBy};
const schema::Message RunGroup::kSchema{"RunGroup", kRunGroup};
const schema::Message QuerySeries::kSchema{"QuerySeries", kQuerySeries};
const schema::Message NanSpan::kSchema{"NanSpan", kNanSpan};
const schema::Message InfinitePoint::kSchema{"InfinitePoint", kInfinitePoint};
const schema::Message ValueRange::kSchema{"ValueRange", kValueRange};
const schema::Message MetricSeries::kSchema{"MetricSeries", kMetricSeries};
const schema::Message SeriesAnswer::kSchema{"SeriesAnswer", kSeriesAnswer};
const schema::Message ListKeys::kSchema{"ListKeys", kListKeys};
const schema::Message MetricKey::kSchema{"MetricKey", kMetricKey};
const schema::Message KeysAnswer::kSchema{"KeysAnswer", kKeysAnswer};
const schema::Message QueryDiff::kSchema{"QueryDiff", kQueryDiff};
const schema::Message RunName::kSchema{"RunName", kRunName};
const schema::Message RunDiffRow::kSchema{"RunDiffRow", kRunDiffRow};
const schema::Message RunDiffAnswer::kSchema{"RunDiffAnswer", kRunDiffAnswer};
const schema::Message QueryParallel::kSchema{"QueryParallel", kQueryParallel};
const schema::Message ParallelAxis::kSchema{"ParallelAxis", kParallelAxis};
const schema::Message ParallelAnswer::kSchema{"ParallelAnswer", kParallelAnswer};

}  // namespace galley::native
