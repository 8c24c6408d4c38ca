#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/stats/hash.h"

namespace galley::stats {

/// How often keys occur: all of them, exactly, up to `keys_max` distinct ones; above that the
/// frequent ones, by Misra-Gries. A true count is at least a key's counter and at most counter +
/// error(); a key that is not held was added at most error() times; and error() is at most
/// (n - sum of the counters) / (keys_max / 2 + 1), so below n / 5,001 for 10,000 keys. Keeps all of
/// that in a merge, whatever the order; while exact, a merge of parts has the bytes of the whole.
/// When there is a key too many, the counter of rank keys_max / 2 + 1 is subtracted from all and
/// what is not above 0 goes, which costs O(1) a key on average.
/// Sources: J. Misra, D. Gries, "Finding Repeated Elements", Science of Computer Programming 2,
/// 1982; P. K. Agarwal et al., "Mergeable Summaries", PODS 2012, section 2 (merge); D. Anderson et
/// al., "A High-Performance Algorithm for Identifying Frequent Items in Data Streams", IMC 2017
/// (half of the counters at once).
class FrequentItems {
 public:
  static constexpr std::uint32_t kDefaultKeysMax = 10'000;
  static constexpr std::uint32_t kKeysMaxMin = 2;
  static constexpr std::uint32_t kKeysMaxMax = 100'000;
  /// Longer keys are held as KeyOf gives them.
  static constexpr std::size_t kKeyBytesMax = 256;

  /// `keys_max` is from kKeysMaxMin to kKeysMaxMax.
  explicit FrequentItems(std::uint32_t keys_max = kDefaultKeysMax);

  void Add(std::string_view key) { Add(key, Hash(key), 1); }
  /// For who has the key's Hash already.
  void Add(std::string_view key, std::uint64_t hash, std::uint64_t weight);
  /// The result has the smaller keys_max of the two.
  void Merge(const FrequentItems& other);

  /// The key under which a text is held: itself up to kKeyBytesMax; else its beginning, up to the
  /// last whole code point, `...` and its hash.
  static std::string KeyOf(std::string_view text);

  std::uint32_t keys_max() const { return keys_max_; }
  std::uint64_t n() const { return n_; }  ///< The weight of all that was added.
  std::uint64_t error() const { return error_; }
  bool exact() const { return error_ == 0; }
  std::size_t size() const { return entries_.size(); }  ///< Held keys.

  struct Item {
    std::string key;
    std::uint64_t counter;
  };
  /// The held keys with the greatest counters, at most `count`: counters descend, equal ones by
  /// key.
  std::vector<Item> Top(std::size_t count) const;
  /// A key's counter; 0 if it is not held.
  std::uint64_t CounterOf(std::string_view key) const;

  std::string Encode() const;
  static Result<FrequentItems> Decode(std::string_view encoded);

 private:
  struct Entry {
    std::uint64_t hash;
    std::uint64_t counter;
    std::uint32_t offset;  // Of the key in keys_.
    std::uint32_t size;
  };

  std::string_view KeyIn(const Entry& entry) const {
    return {keys_.data() + entry.offset, entry.size};
  }
  std::size_t SlotOf(std::string_view key, std::uint64_t hash) const;
  void Insert(std::string_view key, std::uint64_t hash, std::uint64_t counter);
  void Count(std::string_view key, std::uint64_t hash, std::uint64_t weight);
  void Index(std::size_t slots);
  std::vector<Entry> Sorted() const;
  void Trim();

  std::uint32_t keys_max_;
  std::uint64_t n_ = 0;
  std::uint64_t error_ = 0;
  // A hash table with open addressing, at most half full, of the entries' places from 1; 0 is free.
  // Beside a place stand 32 bits of the hash, so that most other keys need no look at their entry.
  std::vector<std::uint64_t> slots_;
  std::vector<Entry> entries_;
  std::string keys_;
};

}  // namespace galley::stats
