#include "protocol/control/native/monitor_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kMonitor[] = {Of<&MonitorMessage::id>("id"),
                              Of<&MonitorMessage::name>("name"),
                              Of<&MonitorMessage::settings>("settings"),
                              Of<&MonitorMessage::actor>("actor"),
                              Of<&MonitorMessage::created_ms>("created_ms"),
                              Of<&MonitorMessage::watermark>("watermark"),
                              Of<&MonitorMessage::stated_watermark>("stated_watermark"),
                              Of<&MonitorMessage::closed_through>("closed_through"),
                              Of<&MonitorMessage::without_time>("without_time"),
                              Of<&MonitorMessage::newest>("newest"),
                              Of<&MonitorMessage::reference>("reference")};
constexpr Field kMonitorReference[] = {
    Of<&MonitorReference::source>("source"),   Of<&MonitorReference::rows>("rows"),
    Of<&MonitorReference::sha256>("sha256"),   Of<&MonitorReference::from>("from"),
    Of<&MonitorReference::to>("to"),           Of<&MonitorReference::dataset>("dataset"),
    Of<&MonitorReference::version>("version"), Of<&MonitorReference::version_id>("version_id"),
    Of<&MonitorReference::digest>("digest"),   Of<&MonitorReference::actor>("actor"),
    Of<&MonitorReference::set_ms>("set_ms")};
constexpr Field kMonitors[] = {Of<&MonitorsAnswer::monitors>("monitors")};
constexpr Field kAsk[] = {Of<&AskWindows::span>("span"), Of<&AskWindows::last>("last"),
                          Of<&AskWindows::slice>("slice"), Of<&AskWindows::arm>("arm")};
constexpr Field kBin[] = {Of<&CalibrationBin::rows>("rows"),
                          Of<&CalibrationBin::mean_probability>("mean_probability"),
                          Of<&CalibrationBin::share_of_yes>("share_of_yes")};
constexpr Field kWindow[] = {
    Of<&MeasuredWindow::from>("from"),
    Of<&MeasuredWindow::to>("to"),
    Of<&MeasuredWindow::state>("state"),
    Of<&MeasuredWindow::variant>("variant"),
    Of<&MeasuredWindow::model>("model"),
    Of<&MeasuredWindow::version>("version"),
    Of<&MeasuredWindow::arm>("arm"),
    Of<&MeasuredWindow::value>("value"),
    Of<&MeasuredWindow::predictions>("predictions"),
    Of<&MeasuredWindow::labels>("labels"),
    Of<&MeasuredWindow::unreadable>("unreadable"),
    Of<&MeasuredWindow::true_positives>("true_positives"),
    Of<&MeasuredWindow::false_positives>("false_positives"),
    Of<&MeasuredWindow::false_negatives>("false_negatives"),
    Of<&MeasuredWindow::true_negatives>("true_negatives"),
    Of<&MeasuredWindow::coverage>("coverage"),
    Of<&MeasuredWindow::accuracy>("accuracy"),
    Of<&MeasuredWindow::accuracy_low>("accuracy_low"),
    Of<&MeasuredWindow::accuracy_high>("accuracy_high"),
    Of<&MeasuredWindow::balanced_accuracy>("balanced_accuracy"),
    Of<&MeasuredWindow::precision>("precision"),
    Of<&MeasuredWindow::recall>("recall"),
    Of<&MeasuredWindow::base_rate>("base_rate"),
    Of<&MeasuredWindow::majority>("majority"),
    Of<&MeasuredWindow::log_loss>("log_loss"),
    Of<&MeasuredWindow::brier>("brier"),
    Of<&MeasuredWindow::conversions>("conversions"),
    Of<&MeasuredWindow::conversion_labels>("conversion_labels"),
    Of<&MeasuredWindow::conversion>("conversion"),
    Of<&MeasuredWindow::conversion_low>("conversion_low"),
    Of<&MeasuredWindow::conversion_high>("conversion_high"),
    Of<&MeasuredWindow::cost_labels>("cost_labels"),
    Of<&MeasuredWindow::cost>("cost"),
    Of<&MeasuredWindow::calibration>("calibration"),
};
constexpr Field kDriftColumn[] = {
    Of<&DriftColumn::column>("column"), Of<&DriftColumn::threshold>("threshold"),
    Of<&DriftColumn::blocks>("blocks"), Of<&DriftColumn::rows>("rows")};
constexpr Field kDriftValue[] = {
    Of<&DriftValue::column>("column"), Of<&DriftValue::distance>("distance"),
    Of<&DriftValue::psi>("psi"),       Of<&DriftValue::ks>("ks"),
    Of<&DriftValue::js>("js"),         Of<&DriftValue::wasserstein>("wasserstein"),
    Of<&DriftValue::beyond>("beyond"), Of<&DriftValue::alarm>("alarm")};
constexpr Field kDriftWindow[] = {Of<&DriftWindow::from>("from"), Of<&DriftWindow::to>("to"),
                                  Of<&DriftWindow::state>("state"), Of<&DriftWindow::rows>("rows"),
                                  Of<&DriftWindow::columns>("columns")};
constexpr Field kAskDrift[] = {Of<&AskDrift::last>("last")};
constexpr Field kAskReference[] = {
    Of<&AskReference::model>("model"),
    Of<&AskReference::version>("version"),
};
constexpr Field kDriftAnswer[] = {
    Of<&DriftAnswer::monitor>("monitor"), Of<&DriftAnswer::measure>("measure"),
    Of<&DriftAnswer::span>("span"), Of<&DriftAnswer::reference>("reference"),
    Of<&DriftAnswer::windows>("windows")};
constexpr Field kWindows[] = {Of<&WindowsAnswer::monitor>("monitor"),
                              Of<&WindowsAnswer::windows>("windows")};
constexpr Field kAskComparison[] = {Of<&AskComparison::champion>("champion"),
                                    Of<&AskComparison::challenger>("challenger"),
                                    Of<&AskComparison::last>("last")};
constexpr Field kComparedVariant[] = {Of<&ComparedVariant::variant>("variant"),
                                      Of<&ComparedVariant::model>("model"),
                                      Of<&ComparedVariant::version>("version")};
constexpr Field kComparedBlock[] = {
    Of<&ComparedBlock::value>("value"), Of<&ComparedBlock::rows>("rows"),
    Of<&ComparedBlock::sum>("sum"), Of<&ComparedBlock::mean>("mean")};
constexpr Field kComparedWindow[] = {
    Of<&ComparedWindow::from>("from"),   Of<&ComparedWindow::to>("to"),
    Of<&ComparedWindow::state>("state"), Of<&ComparedWindow::rows>("rows"),
    Of<&ComparedWindow::sum>("sum"),     Of<&ComparedWindow::blocks>("blocks")};
constexpr Field kComparison[] = {
    Of<&ComparisonAnswer::monitor>("monitor"), Of<&ComparisonAnswer::champion>("champion"),
    Of<&ComparisonAnswer::challenger>("challenger"), Of<&ComparisonAnswer::windows>("windows")};
constexpr Field kAskTraffic[] = {Of<&AskTraffic::minutes>("minutes")};
constexpr Field kTrafficOfVariant[] = {Of<&TrafficOfVariant::variant>("variant"),
                                       Of<&TrafficOfVariant::model>("model"),
                                       Of<&TrafficOfVariant::version>("version"),
                                       Of<&TrafficOfVariant::requests>("requests"),
                                       Of<&TrafficOfVariant::failed>("failed"),
                                       Of<&TrafficOfVariant::degraded>("degraded"),
                                       Of<&TrafficOfVariant::error_ratio>("error_ratio"),
                                       Of<&TrafficOfVariant::p50_ms>("p50_ms"),
                                       Of<&TrafficOfVariant::p99_ms>("p99_ms")};
constexpr Field kTrafficAnswer[] = {
    Of<&TrafficAnswer::endpoint>("endpoint"), Of<&TrafficAnswer::from_ms>("from_ms"),
    Of<&TrafficAnswer::to_ms>("to_ms"), Of<&TrafficAnswer::variants>("variants")};

constexpr std::size_t kDatasetNameBytesMax = 200;
constexpr Field kSetReference[] = {
    Of<&SetReference::from>("from"),
    Of<&SetReference::to>("to"),
    Of<&SetReference::dataset>("dataset").Bytes(kDatasetNameBytesMax),
    Of<&SetReference::model>("model"),
    Of<&SetReference::version>("version"),
    Of<&SetReference::dry_run>("dry_run")};
constexpr Field kTrainedOn[] = {Of<&TrainedOn::dataset>("dataset"),
                                Of<&TrainedOn::version>("version")};
constexpr Field kMonitorReferenceAnswer[] = {Of<&MonitorReferenceAnswer::reference>("reference"),
                                             Of<&MonitorReferenceAnswer::trained_on>("trained_on")};
constexpr Field kReferenceColumn[] = {Of<&ReferenceColumn::column>("column"),
                                      Of<&ReferenceColumn::threshold>("threshold"),
                                      Of<&ReferenceColumn::blocks>("blocks"),
                                      Of<&ReferenceColumn::threshold_before>("threshold_before")};
constexpr Field kReferenceAnswer[] = {
    Of<&ReferenceAnswer::monitor>("monitor"),
    Of<&ReferenceAnswer::from>("from"),
    Of<&ReferenceAnswer::to>("to"),
    Of<&ReferenceAnswer::dataset>("dataset"),
    Of<&ReferenceAnswer::version>("version"),
    Of<&ReferenceAnswer::digest>("digest"),
    Of<&ReferenceAnswer::windows>("windows"),
    Of<&ReferenceAnswer::rows>("rows"),
    Of<&ReferenceAnswer::unreadable>("unreadable"),
    Of<&ReferenceAnswer::rows_before>("rows_before"),
    Of<&ReferenceAnswer::sha256>("sha256"),
    Of<&ReferenceAnswer::dry_run>("dry_run"),
    Of<&ReferenceAnswer::columns>("columns"),
};

}  // namespace

const schema::Message MonitorReference::kSchema{"MonitorReference", kMonitorReference};
const schema::Message TrainedOn::kSchema{"TrainedOn", kTrainedOn};
const schema::Message MonitorReferenceAnswer::kSchema{"MonitorReferenceAnswer",
                                                      kMonitorReferenceAnswer};
const schema::Message SetReference::kSchema{"SetReference", kSetReference};
const schema::Message ReferenceColumn::kSchema{"ReferenceColumn", kReferenceColumn};
const schema::Message ReferenceAnswer::kSchema{"ReferenceAnswer", kReferenceAnswer};
const schema::Message MonitorMessage::kSchema{"Monitor", kMonitor};
const schema::Message MonitorsAnswer::kSchema{"MonitorsAnswer", kMonitors};
const schema::Message AskWindows::kSchema{"AskWindows", kAsk};
const schema::Message CalibrationBin::kSchema{"CalibrationBin", kBin};
const schema::Message MeasuredWindow::kSchema{"MeasuredWindow", kWindow};
const schema::Message DriftColumn::kSchema{"DriftColumn", kDriftColumn};
const schema::Message DriftValue::kSchema{"DriftValue", kDriftValue};
const schema::Message DriftWindow::kSchema{"DriftWindow", kDriftWindow};
const schema::Message AskDrift::kSchema{"AskDrift", kAskDrift};
const schema::Message AskReference::kSchema{"AskReference", kAskReference};
const schema::Message DriftAnswer::kSchema{"DriftAnswer", kDriftAnswer};
const schema::Message WindowsAnswer::kSchema{"WindowsAnswer", kWindows};
const schema::Message AskComparison::kSchema{"AskComparison", kAskComparison};
const schema::Message ComparedVariant::kSchema{"ComparedVariant", kComparedVariant};
const schema::Message ComparedBlock::kSchema{"ComparedBlock", kComparedBlock};
const schema::Message ComparedWindow::kSchema{"ComparedWindow", kComparedWindow};
const schema::Message ComparisonAnswer::kSchema{"ComparisonAnswer", kComparison};
const schema::Message AskTraffic::kSchema{"AskTraffic", kAskTraffic};
const schema::Message TrafficOfVariant::kSchema{"TrafficOfVariant", kTrafficOfVariant};
const schema::Message TrafficAnswer::kSchema{"TrafficAnswer", kTrafficAnswer};

}  // namespace galley::native
