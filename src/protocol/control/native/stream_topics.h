#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "storage/db/connection.h"

/// What a page can look at, and which of it an event changes (docs/formats/stream.md).
namespace galley::native {

inline constexpr std::size_t kTopicsMax = 256;      ///< Of one stream.
inline constexpr std::size_t kTopicBytesMax = 300;  ///< Of one topic.

/// Null, or what is wrong with what a client asks for, with the limit. A topic is `home`, `alert`
/// or `event`, or a noun, a slash and a name; the name `*` stands for all of the noun.
Status CheckTopics(std::span<const std::string> topics);

/// Topics that have changed.
class TopicSet {
 public:
  void Add(std::string_view noun, std::string_view name);
  /// All topics of a noun.
  void AddAllOf(std::string_view noun) { all_of_.emplace(noun); }
  /// All there are.
  void AddAll() { is_all_ = true; }
  void Add(const TopicSet& other);

  bool IsEmpty() const { return !is_all_ && topics_.empty() && all_of_.empty(); }
  /// Whether a topic, such as CheckTopics allows, is one of them.
  bool Has(std::string_view topic) const;

 private:
  std::set<std::string, std::less<>> topics_;
  std::set<std::string, std::less<>> nouns_;  // Of the topics.
  std::set<std::string, std::less<>> all_of_;
  bool is_all_ = false;
};

/// Adds what may have changed without an event while nobody looked: of telemetry nothing is known
/// afterwards.
void AddTelemetry(TopicSet& changed);

/// Whether an event of this kind, or what is touched without one, changes `home`.
bool ChangesHome(std::string_view kind);

/// Turns events into topics by the table of kinds. Remembers what it looks up: made anew for each
/// look at the journal.
class TopicMap {
 public:
  explicit TopicMap(db::Connection& db) : db_(db) {}

  /// Adds what an event changes, or what was touched without one (journal::Feed). A kind that is
  /// not in the table changes all.
  void Map(std::int64_t project, std::string_view kind, std::string_view subject,
           std::string_view detail, TopicSet& changed);

 private:
  using Names = std::vector<std::string>;

  Result<Names> NamesOf(std::int64_t project, int from, std::string_view key);
  Result<Names> FieldOf(std::string_view detail, std::string_view path);

  db::Connection& db_;
  std::map<std::pair<int, std::string>, Names> known_;  // Of one project.
  std::int64_t project_ = 0;
};

}  // namespace galley::native
