#include "protocol/control/native/rollout_picture_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kAskSeries[] = {
    Of<&AskSeries::buckets>("buckets"),
    Of<&AskSeries::monitor>("monitor"),
};
constexpr Field kSeriesTraffic[] = {
    Of<&SeriesTraffic::at_ms>("at_ms"),   Of<&SeriesTraffic::requests>("requests"),
    Of<&SeriesTraffic::failed>("failed"), Of<&SeriesTraffic::degraded>("degraded"),
    Of<&SeriesTraffic::rps>("rps"),       Of<&SeriesTraffic::error_ratio>("error_ratio"),
    Of<&SeriesTraffic::p50_ms>("p50_ms"), Of<&SeriesTraffic::p95_ms>("p95_ms"),
    Of<&SeriesTraffic::p99_ms>("p99_ms"),
};
constexpr Field kSeriesQuality[] = {
    Of<&SeriesQuality::window>("window"),
    Of<&SeriesQuality::first_ms>("first_ms"),
    Of<&SeriesQuality::last_ms>("last_ms"),
    Of<&SeriesQuality::predictions>("predictions"),
    Of<&SeriesQuality::labels>("labels"),
    Of<&SeriesQuality::accuracy>("accuracy"),
    Of<&SeriesQuality::accuracy_low>("accuracy_low"),
    Of<&SeriesQuality::accuracy_high>("accuracy_high"),
};
constexpr Field kSeriesVariant[] = {
    Of<&SeriesVariant::variant>("variant"), Of<&SeriesVariant::role>("role"),
    Of<&SeriesVariant::model>("model"),     Of<&SeriesVariant::version>("version"),
    Of<&SeriesVariant::traffic>("traffic"), Of<&SeriesVariant::quality>("quality"),
};
constexpr Field kSeriesWindow[] = {
    Of<&SeriesWindow::window>("window"),         Of<&SeriesWindow::state>("state"),
    Of<&SeriesWindow::coverage>("coverage"),     Of<&SeriesWindow::lag_p50_ms>("lag_p50_ms"),
    Of<&SeriesWindow::lag_p90_ms>("lag_p90_ms"),
};
constexpr Field kSeriesMarker[] = {
    Of<&SeriesMarker::sequence>("sequence"), Of<&SeriesMarker::at_ms>("at_ms"),
    Of<&SeriesMarker::kind>("kind"),         Of<&SeriesMarker::step>("step"),
    Of<&SeriesMarker::weight>("weight"),     Of<&SeriesMarker::mirror>("mirror"),
};
constexpr Field kRolloutSeries[] = {
    Of<&RolloutSeries::from_ms>("from_ms"),   Of<&RolloutSeries::to_ms>("to_ms"),
    Of<&RolloutSeries::step_ms>("step_ms"),   Of<&RolloutSeries::is_cut>("is_cut"),
    Of<&RolloutSeries::monitor>("monitor"),   Of<&RolloutSeries::monitor_reason>("monitor_reason"),
    Of<&RolloutSeries::variants>("variants"), Of<&RolloutSeries::windows>("windows"),
    Of<&RolloutSeries::markers>("markers"),
};
constexpr Field kAskSamples[] = {
    Of<&AskSamples::metric>("metric"),
    Of<&AskSamples::monitor>("monitor"),
    Of<&AskSamples::limit>("limit"),
};
constexpr Field kRolloutSample[] = {
    Of<&RolloutSample::prediction>("prediction"),
    Of<&RolloutSample::at_ms>("at_ms"),
    Of<&RolloutSample::mirrored>("mirrored"),
    Of<&RolloutSample::probability>("probability"),
    Of<&RolloutSample::label>("label"),
    Of<&RolloutSample::loss>("loss"),
    Of<&RolloutSample::champion>("champion"),
    Of<&RolloutSample::champion_probability>("champion_probability"),
    Of<&RolloutSample::champion_loss>("champion_loss"),
};
constexpr Field kRolloutSamples[] = {
    Of<&RolloutSamples::metric>("metric"), Of<&RolloutSamples::monitor>("monitor"),
    Of<&RolloutSamples::reason>("reason"), Of<&RolloutSamples::looked_at>("looked_at"),
    Of<&RolloutSamples::first>("first"),   Of<&RolloutSamples::failing>("failing"),
};

}  // namespace

const schema::Message AskSeries::kSchema{"AskSeries", kAskSeries};
const schema::Message SeriesTraffic::kSchema{"SeriesTraffic", kSeriesTraffic};
const schema::Message SeriesQuality::kSchema{"SeriesQuality", kSeriesQuality};
const schema::Message SeriesVariant::kSchema{"SeriesVariant", kSeriesVariant};
const schema::Message SeriesWindow::kSchema{"SeriesWindow", kSeriesWindow};
const schema::Message SeriesMarker::kSchema{"SeriesMarker", kSeriesMarker};
const schema::Message RolloutSeries::kSchema{"RolloutSeries", kRolloutSeries};
const schema::Message AskSamples::kSchema{"AskSamples", kAskSamples};
const schema::Message RolloutSample::kSchema{"RolloutSample", kRolloutSample};
const schema::Message RolloutSamples::kSchema{"RolloutSamples", kRolloutSamples};

}  // namespace galley::native
