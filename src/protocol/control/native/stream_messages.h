#pragma once

#include <string>
#include <vector>

#include "foundation/schema/message.h"

namespace galley::native {

/// GET stream.
struct AskStream {
  std::string topics;         ///< Separated by commas; one that has a comma can be posted.
  std::string last_event_id;  ///< For clients that cannot set the header Last-Event-ID.
  static const schema::Message kSchema;
};

/// POST stream/{stream}/topics, and its answer: all that are in force now.
struct StreamTopics {
  std::vector<std::string> topics;
  static const schema::Message kSchema;
};

}  // namespace galley::native
