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
                              Of<&MonitorMessage::without_time>("without_time"),
                              Of<&MonitorMessage::newest>("newest")};
constexpr Field kMonitors[] = {Of<&MonitorsAnswer::monitors>("monitors")};
constexpr Field kAsk[] = {Of<&AskWindows::span>("span"), Of<&AskWindows::last>("last"),
                          Of<&AskWindows::slice>("slice")};
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
    Of<&MeasuredWindow::calibration>("calibration"),
};
constexpr Field kDriftColumn[] = {
    Of<&DriftColumn::column>("column"), Of<&DriftColumn::threshold>("threshold"),
    Of<&DriftColumn::blocks>("blocks"), Of<&DriftColumn::rows>("rows")};
constexpr Field kDriftValue[] = {Of<&DriftValue::column>("column"), Of<&DriftValue::psi>("psi"),
                                 Of<&DriftValue::beyond>("beyond"),
                                 Of<&DriftValue::alarm>("alarm")};
constexpr Field kDriftWindow[] = {Of<&DriftWindow::from>("from"), Of<&DriftWindow::to>("to"),
                                  Of<&DriftWindow::state>("state"), Of<&DriftWindow::rows>("rows"),
                                  Of<&DriftWindow::columns>("columns")};
constexpr Field kAskDrift[] = {Of<&AskDrift::last>("last")};
constexpr Field kDriftAnswer[] = {
    Of<&DriftAnswer::monitor>("monitor"), Of<&DriftAnswer::span>("span"),
    Of<&DriftAnswer::reference>("reference"), Of<&DriftAnswer::windows>("windows")};
constexpr Field kWindows[] = {Of<&WindowsAnswer::monitor>("monitor"),
                              Of<&WindowsAnswer::windows>("windows")};

}  // namespace

const schema::Message MonitorMessage::kSchema{"Monitor", kMonitor};
const schema::Message MonitorsAnswer::kSchema{"MonitorsAnswer", kMonitors};
const schema::Message AskWindows::kSchema{"AskWindows", kAsk};
const schema::Message CalibrationBin::kSchema{"CalibrationBin", kBin};
const schema::Message MeasuredWindow::kSchema{"MeasuredWindow", kWindow};
const schema::Message DriftColumn::kSchema{"DriftColumn", kDriftColumn};
const schema::Message DriftValue::kSchema{"DriftValue", kDriftValue};
const schema::Message DriftWindow::kSchema{"DriftWindow", kDriftWindow};
const schema::Message AskDrift::kSchema{"AskDrift", kAskDrift};
const schema::Message DriftAnswer::kSchema{"DriftAnswer", kDriftAnswer};
const schema::Message WindowsAnswer::kSchema{"WindowsAnswer", kWindows};

}  // namespace galley::native
