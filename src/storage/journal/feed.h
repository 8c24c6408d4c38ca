#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "storage/db/writer.h"

namespace galley::journal {

/// What has changed and has no event, for those who show it: telemetry, and states between two
/// events. It is in memory alone: who was away has to look anew. Any thread.
class Feed {
 public:
  struct Touched {
    std::int64_t project = 0;
    std::string kind;        ///< As of an event: `run.measured`.
    std::string subject;     ///< Of what; what it is depends on the kind.
    std::int64_t at_ms = 0;  ///< Of the monotonic clock: the last time.
  };
  struct Taken {
    std::vector<Touched> touched;
    bool is_complete = true;  ///< False: some were lost, because more than kWaitingMax waited.
  };

  static constexpr std::size_t kWaitingMax = 4096;

  explicit Feed(const db::Writer& writer) : writer_(writer) {}
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  /// On the writer's thread, within the write. One that fails has touched all the same.
  void Touch(std::int64_t project, std::string_view kind, std::string_view subject);

  /// What was touched since the last call and is durable by now: a reader that looks after this
  /// sees it. `commits`: the writer's, asked before.
  Taken Take(std::uint64_t commits);

 private:
  using Key = std::tuple<std::int64_t, std::string, std::string>;
  struct Mark {
    std::uint64_t first = 0;  // How many commits there were when it was touched.
    std::uint64_t last = 0;
    std::int64_t at_ms = 0;
  };

  const db::Writer& writer_;
  std::mutex mutex_;
  std::map<Key, Mark> waiting_;
  bool is_complete_ = true;
};

}  // namespace galley::journal
