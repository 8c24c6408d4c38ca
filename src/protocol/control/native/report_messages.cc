#include "protocol/control/native/report_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kAsk[] = {Of<&AskReport::monitor>("monitor")};
constexpr Field kAnswer[] = {Of<&ReportAnswer::report>("report")};

}  // namespace

const schema::Message AskReport::kSchema{"AskReport", kAsk};
const schema::Message ReportAnswer::kSchema{"ReportAnswer", kAnswer};

}  // namespace galley::native
