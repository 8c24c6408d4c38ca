#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/http/router.h"
#include "protocol/control/native/home_keeper.h"
#include "protocol/control/native/stream_topics.h"
#include "storage/journal/store.h"

namespace galley::native {

inline constexpr std::size_t kStreamsMax = 1024;
/// Who is further behind than so many events is told to look at everything anew.
inline constexpr std::int64_t kBehindMax = 10'000;

/// Tells open pages what has changed (docs/formats/stream.md). One thread follows the journal, for
/// all streams together, and only while there are any. Any thread.
class StreamHub {
 public:
  /// The store, which has a feed, and `homes` outlive this; home is told once it is made there.
  explicit StreamHub(const journal::Store& store, HomeKeeper* homes = nullptr)
      : store_(store), homes_(homes) {}
  StreamHub(const StreamHub&) = delete;
  StreamHub& operator=(const StreamHub&) = delete;

  /// Where a client was before: an event's sequence, or something that is none.
  struct Resume {
    std::optional<std::int64_t> sequence;
  };
  /// `project` is its row. kInvalidArgument of the topics; kResourceExhausted names kStreamsMax.
  Status Open(std::int64_t project, std::vector<std::string> topics, std::optional<Resume> resume,
              std::unique_ptr<http::Stream> stream);

  /// Replaces a stream's topics; what became of the new ones in the last seconds is told at once.
  /// kNotFound: the stream is over.
  Status SetTopics(std::int64_t project, std::string_view stream, std::vector<std::string> topics);

  /// Follows until Stop; on a thread of its own.
  void Run();
  void Stop();

 private:
  struct Client {
    std::string id;
    std::int64_t project = 0;
    std::set<std::string> topics;
    std::optional<Resume> resume;
    std::unique_ptr<http::Stream> stream;
    std::set<std::string> due;  // Topics that have changed and were not told.
    bool is_greeted = false;
    bool owes_reset = false;        // It was behind; nothing else is told before.
    std::int64_t home_at_ms = 0;    // When home was told.
    std::uint64_t home_change = 0;  // Which change of home it is to be told of; 0: none.
    std::int64_t sent_at_ms = 0;    // When anything was.
  };
  /// What changed at one look.
  struct Change {
    std::int64_t at_ms = 0;
    std::map<std::int64_t, TopicSet> topics;  // By project.
  };

  Status Turn();
  Status Begin(std::int64_t now_ms);
  Status Greet(std::int64_t now_ms);
  Status Follow(std::int64_t now_ms);
  Result<TopicSet> ChangedSince(std::int64_t project, const Resume& resume, bool& is_known);
  bool IsHomeDue(Client& client, std::int64_t now_ms);
  void Deliver(std::int64_t now_ms);
  void Tell(Client& client, std::int64_t now_ms);
  static void Note(Client& client, const TopicSet& changed);

  const journal::Store& store_;
  HomeKeeper* const homes_;
  bool is_following_ = false;  // This and the next three are of the thread that follows.
  std::int64_t position_ = 0;  // The last sequence that was looked at.
  std::uint64_t commits_ = 0;  // The writer's, then.
  std::int64_t look_at_ms_ = 0;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_stopping_ = false;
  bool is_awaited_ = false;  // Somebody is to be greeted.
  std::map<std::string, Client, std::less<>> clients_;
  std::vector<Change> recent_;  // Oldest first.
};

}  // namespace galley::native
