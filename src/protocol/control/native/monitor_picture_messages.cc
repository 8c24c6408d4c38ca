#include "protocol/control/native/monitor_picture_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kAskHeatmap[] = {
    Of<&AskHeatmap::last>("last"),
    Of<&AskHeatmap::columns>("columns"),
};
constexpr Field kHeatmapWindow[] = {
    Of<&HeatmapWindow::window>("window"), Of<&HeatmapWindow::from>("from"),
    Of<&HeatmapWindow::to>("to"),         Of<&HeatmapWindow::state>("state"),
    Of<&HeatmapWindow::rows>("rows"),
};
constexpr Field kHeatmapColumn[] = {
    Of<&HeatmapColumn::column>("column"),
    Of<&HeatmapColumn::threshold>("threshold"),
    Of<&HeatmapColumn::reference_rows>("reference_rows"),
    Of<&HeatmapColumn::rows_min>("rows_min"),
    Of<&HeatmapColumn::distances>("distances"),
    Of<&HeatmapColumn::beyond>("beyond"),
    Of<&HeatmapColumn::alarms>("alarms"),
    Of<&HeatmapColumn::worst>("worst"),
};
constexpr Field kHeatmap[] = {
    Of<&HeatmapAnswer::monitor>("monitor"),
    Of<&HeatmapAnswer::measure>("measure"),
    Of<&HeatmapAnswer::span>("span"),
    Of<&HeatmapAnswer::width>("width"),
    Of<&HeatmapAnswer::windows>("windows"),
    Of<&HeatmapAnswer::columns>("columns"),
    Of<&HeatmapAnswer::columns_total>("columns_total"),
};
constexpr Field kAskFeature[] = {
    Of<&AskFeature::from>("from"),
    Of<&AskFeature::to>("to"),
};
constexpr Field kFeatureBin[] = {
    Of<&FeatureBin::lo>("lo"),       Of<&FeatureBin::hi>("hi"),
    Of<&FeatureBin::label>("label"), Of<&FeatureBin::missing>("missing"),
    Of<&FeatureBin::rows>("rows"),   Of<&FeatureBin::share>("share"),
};
constexpr Field kFeatureSide[] = {
    Of<&FeatureSide::rows>("rows"),
    Of<&FeatureSide::min>("min"),
    Of<&FeatureSide::max>("max"),
    Of<&FeatureSide::bins>("bins"),
};
constexpr Field kFeatureQuantile[] = {
    Of<&FeatureQuantile::q>("q"),
    Of<&FeatureQuantile::reference>("reference"),
    Of<&FeatureQuantile::current>("current"),
};
constexpr Field kFeature[] = {
    Of<&FeatureAnswer::monitor>("monitor"),
    Of<&FeatureAnswer::column>("column"),
    Of<&FeatureAnswer::kind>("kind"),
    Of<&FeatureAnswer::measure>("measure"),
    Of<&FeatureAnswer::span>("span"),
    Of<&FeatureAnswer::from>("from"),
    Of<&FeatureAnswer::to>("to"),
    Of<&FeatureAnswer::threshold>("threshold"),
    Of<&FeatureAnswer::rows_min>("rows_min"),
    Of<&FeatureAnswer::reference>("reference"),
    Of<&FeatureAnswer::current>("current"),
    Of<&FeatureAnswer::distances>("distances"),
    Of<&FeatureAnswer::quantiles>("quantiles"),
};
constexpr Field kAskAccuracy[] = {
    Of<&AskAccuracy::span>("span"),
    Of<&AskAccuracy::last>("last"),
};
constexpr Field kAccuracyOfVariant[] = {
    Of<&AccuracyOfVariant::variant>("variant"),
    Of<&AccuracyOfVariant::model>("model"),
    Of<&AccuracyOfVariant::version>("version"),
    Of<&AccuracyOfVariant::predictions>("predictions"),
    Of<&AccuracyOfVariant::labels>("labels"),
    Of<&AccuracyOfVariant::accuracy>("accuracy"),
    Of<&AccuracyOfVariant::accuracy_low>("accuracy_low"),
    Of<&AccuracyOfVariant::accuracy_high>("accuracy_high"),
};
constexpr Field kAccuracyWindow[] = {
    Of<&AccuracyWindow::window>("window"),
    Of<&AccuracyWindow::from>("from"),
    Of<&AccuracyWindow::to>("to"),
    Of<&AccuracyWindow::state>("state"),
    Of<&AccuracyWindow::predictions>("predictions"),
    Of<&AccuracyWindow::labels>("labels"),
    Of<&AccuracyWindow::coverage>("coverage"),
    Of<&AccuracyWindow::accuracy>("accuracy"),
    Of<&AccuracyWindow::accuracy_low>("accuracy_low"),
    Of<&AccuracyWindow::accuracy_high>("accuracy_high"),
    Of<&AccuracyWindow::timed>("timed"),
    Of<&AccuracyWindow::lag_p50_ms>("lag_p50_ms"),
    Of<&AccuracyWindow::lag_p90_ms>("lag_p90_ms"),
    Of<&AccuracyWindow::variants>("variants"),
};
constexpr Field kArrivalPoint[] = {
    Of<&ArrivalPoint::lag_ms>("lag_ms"),
    Of<&ArrivalPoint::labels>("labels"),
    Of<&ArrivalPoint::share>("share"),
};
constexpr Field kAccuracy[] = {
    Of<&AccuracyAnswer::monitor>("monitor"),
    Of<&AccuracyAnswer::windows>("windows"),
    Of<&AccuracyAnswer::arrival_rows>("arrival_rows"),
    Of<&AccuracyAnswer::arrival>("arrival"),
};

}  // namespace

const schema::Message AskHeatmap::kSchema{"AskHeatmap", kAskHeatmap};
const schema::Message HeatmapWindow::kSchema{"HeatmapWindow", kHeatmapWindow};
const schema::Message HeatmapColumn::kSchema{"HeatmapColumn", kHeatmapColumn};
const schema::Message HeatmapAnswer::kSchema{"Heatmap", kHeatmap};
const schema::Message AskFeature::kSchema{"AskFeature", kAskFeature};
const schema::Message FeatureBin::kSchema{"FeatureBin", kFeatureBin};
const schema::Message FeatureSide::kSchema{"FeatureSide", kFeatureSide};
const schema::Message FeatureQuantile::kSchema{"FeatureQuantile", kFeatureQuantile};
const schema::Message FeatureAnswer::kSchema{"Feature", kFeature};
const schema::Message AskAccuracy::kSchema{"AskAccuracy", kAskAccuracy};
const schema::Message AccuracyOfVariant::kSchema{"AccuracyOfVariant", kAccuracyOfVariant};
const schema::Message AccuracyWindow::kSchema{"AccuracyWindow", kAccuracyWindow};
const schema::Message ArrivalPoint::kSchema{"ArrivalPoint", kArrivalPoint};
const schema::Message AccuracyAnswer::kSchema{"Accuracy", kAccuracy};

}  // namespace galley::native
