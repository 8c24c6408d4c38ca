#include "protocol/control/native/stream_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kAskStream[] = {Of<&AskStream::topics>("topics"),
                                Of<&AskStream::last_event_id>("last_event_id")};
constexpr Field kStreamTopics[] = {Of<&StreamTopics::topics>("topics")};

}  // namespace

const schema::Message AskStream::kSchema{"AskStream", kAskStream};
const schema::Message StreamTopics::kSchema{"StreamTopics", kStreamTopics};

}  // namespace galley::native
