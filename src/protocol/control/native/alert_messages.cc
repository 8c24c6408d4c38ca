#include "protocol/control/native/alert_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr std::size_t kRulesMax = 200;

constexpr Field kRule[] = {Of<&RuleMessage::name>("name").Required(),
                           Of<&RuleMessage::settings>("settings").Required()};
constexpr Field kSet[] = {Of<&SetAlerts::rules>("rules").Items(kRulesMax),
                          Of<&SetAlerts::defaults>("defaults")};
constexpr Field kRules[] = {Of<&RulesAnswer::rules>("rules")};
constexpr Field kAsk[] = {Of<&AskAlerts::rule>("rule"), Of<&AskAlerts::monitor>("monitor"),
                          Of<&AskAlerts::endpoint>("endpoint"), Of<&AskAlerts::state>("state")};
constexpr Field kAskPast[] = {Of<&AskPastAlerts::rule>("rule"), Of<&AskPastAlerts::limit>("limit")};
constexpr Field kAlert[] = {
    Of<&AlertMessage::id>("id"),
    Of<&AlertMessage::rule>("rule"),
    Of<&AlertMessage::settings>("settings"),
    Of<&AlertMessage::column>("column"),
    Of<&AlertMessage::state>("state"),
    Of<&AlertMessage::seen>("seen"),
    Of<&AlertMessage::window>("window"),
    Of<&AlertMessage::at_ms>("at_ms"),
    Of<&AlertMessage::value>("value"),
    Of<&AlertMessage::limit>("limit"),
    Of<&AlertMessage::sample>("sample"),
    Of<&AlertMessage::active_window>("active_window"),
    Of<&AlertMessage::fired_window>("fired_window"),
    Of<&AlertMessage::resolved_window>("resolved_window"),
    Of<&AlertMessage::active_ms>("active_ms"),
    Of<&AlertMessage::fired_ms>("fired_ms"),
    Of<&AlertMessage::resolved_ms>("resolved_ms"),
    Of<&AlertMessage::reason>("reason"),
};
constexpr Field kPreview[] = {Of<&PreviewAlerts::settings>("settings").Required(),
                              Of<&PreviewAlerts::last>("last")};
constexpr Field kPreviewedWindow[] = {
    Of<&PreviewedWindow::window>("window"), Of<&PreviewedWindow::from>("from"),
    Of<&PreviewedWindow::seen>("seen"),     Of<&PreviewedWindow::state>("state"),
    Of<&PreviewedWindow::value>("value"),   Of<&PreviewedWindow::limit>("limit"),
    Of<&PreviewedWindow::sample>("sample"),
};
constexpr Field kPreviewedAlert[] = {
    Of<&PreviewedAlert::column>("column"),
    Of<&PreviewedAlert::active_window>("active_window"),
    Of<&PreviewedAlert::fired_window>("fired_window"),
    Of<&PreviewedAlert::resolved_window>("resolved_window"),
    Of<&PreviewedAlert::value>("value"),
    Of<&PreviewedAlert::limit>("limit"),
};
constexpr Field kPreviewAnswer[] = {Of<&AlertPreview::evaluated>("evaluated"),
                                    Of<&AlertPreview::windows>("windows"),
                                    Of<&AlertPreview::alerts>("alerts")};
constexpr Field kAlerts[] = {Of<&AlertsAnswer::alerts>("alerts")};
constexpr Field kOne[] = {
    Of<&AlertAnswer::rule>("rule"),     Of<&AlertAnswer::id>("id"),
    Of<&AlertAnswer::actor>("actor"),   Of<&AlertAnswer::created_ms>("created_ms"),
    Of<&AlertAnswer::alerts>("alerts"), Of<&AlertAnswer::history>("history")};

}  // namespace

const schema::Message RuleMessage::kSchema{"Rule", kRule};
const schema::Message SetAlerts::kSchema{"SetAlerts", kSet};
const schema::Message RulesAnswer::kSchema{"RulesAnswer", kRules};
const schema::Message AskAlerts::kSchema{"AskAlerts", kAsk};
const schema::Message AskPastAlerts::kSchema{"AskPastAlerts", kAskPast};
const schema::Message AlertMessage::kSchema{"Alert", kAlert};
const schema::Message AlertsAnswer::kSchema{"AlertsAnswer", kAlerts};
const schema::Message PreviewAlerts::kSchema{"PreviewAlerts", kPreview};
const schema::Message PreviewedWindow::kSchema{"PreviewedWindow", kPreviewedWindow};
const schema::Message PreviewedAlert::kSchema{"PreviewedAlert", kPreviewedAlert};
const schema::Message AlertPreview::kSchema{"AlertPreview", kPreviewAnswer};
const schema::Message AlertAnswer::kSchema{"AlertAnswer", kOne};

}  // namespace galley::native
