#include "foundation/stats/frequent_items.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/stats/bytes.h"
#include "foundation/stats/counts.h"

namespace galley::stats {
namespace {

constexpr std::size_t kHashDigits = 16;
constexpr std::string_view kCut = "...";
constexpr std::size_t kSlotsMin = 64;

/// A slot: the hash's high half, and the place of an entry from 1.
std::uint64_t SlotFor(std::uint64_t hash, std::size_t place) {
  return (hash & 0xFFFFFFFF00000000U) | place;
}

std::size_t PlaceIn(std::uint64_t slot) {
  return slot & 0xFFFFFFFFU;
}

}  // namespace

FrequentItems::FrequentItems(std::uint32_t keys_max) : keys_max_(keys_max) {
  CHECK(keys_max >= kKeysMaxMin && keys_max <= kKeysMaxMax);
}

std::string FrequentItems::KeyOf(std::string_view text) {
  if (text.size() <= kKeyBytesMax) return std::string(text);
  std::size_t size = kKeyBytesMax - kCut.size() - kHashDigits;
  const auto continues = [&] { return (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U; };
  for (int i = 0; i < 3 && continues(); ++i) --size;
  return fmt::format("{}{}{:016x}", text.substr(0, size), kCut, Hash(text));
}

/// The slot that holds the key, or the free one where it belongs. There are slots.
std::size_t FrequentItems::SlotOf(std::string_view key, std::uint64_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::size_t place = PlaceIn(slots_[slot]);
    if (slots_[slot] == SlotFor(hash, place) && KeyIn(entries_[place - 1]) == key) break;
  }
  return slot;
}

/// Makes the table anew from the entries. `slots` is a power of two.
void FrequentItems::Index(std::size_t slots) {
  slots_.assign(slots, 0);
  for (std::size_t place = 1; place <= entries_.size(); ++place) {
    const Entry& entry = entries_[place - 1];
    std::size_t slot = entry.hash & (slots - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots - 1);
    slots_[slot] = SlotFor(entry.hash, place);
  }
}

/// A key that is not there.
void FrequentItems::Insert(std::string_view key, std::uint64_t hash, std::uint64_t counter) {
  if (2 * (entries_.size() + 1) > slots_.size()) Index(std::max(kSlotsMin, 2 * slots_.size()));
  entries_.push_back({hash, counter, static_cast<std::uint32_t>(keys_.size()),
                      static_cast<std::uint32_t>(key.size())});
  keys_.append(key);
  slots_[SlotOf(key, hash)] = SlotFor(hash, entries_.size());
}

void FrequentItems::Count(std::string_view key, std::uint64_t hash, std::uint64_t weight) {
  if (!slots_.empty()) {
    const std::size_t place = PlaceIn(slots_[SlotOf(key, hash)]);
    if (place != 0) {
      entries_[place - 1].counter += weight;
      return;
    }
  }
  Insert(key, hash, weight);
}

void FrequentItems::Add(std::string_view key, std::uint64_t hash, std::uint64_t weight) {
  if (key.size() > kKeyBytesMax) {
    const std::string cut = KeyOf(key);
    Add(cut, Hash(cut), weight);
    return;
  }
  if (weight == 0) return;
  n_ += weight;
  Count(key, hash, weight);
  if (entries_.size() > keys_max_) Trim();
}

void FrequentItems::Trim() {
  std::vector<std::uint64_t> counters;
  counters.reserve(entries_.size());
  for (const Entry& entry : entries_) counters.push_back(entry.counter);
  const auto kept = counters.begin() + keys_max_ / 2;
  std::ranges::nth_element(counters, kept, std::ranges::greater());
  const std::uint64_t cut = *kept;
  error_ += cut;
  std::vector<Entry> entries;
  std::string keys;
  for (Entry entry : entries_) {
    if (entry.counter <= cut) continue;
    entry.counter -= cut;
    const std::string_view key = KeyIn(entry);
    entry.offset = static_cast<std::uint32_t>(keys.size());
    keys.append(key);
    entries.push_back(entry);
  }
  entries_ = std::move(entries);
  keys_ = std::move(keys);
  Index(slots_.size());
}

void FrequentItems::Merge(const FrequentItems& other) {
  if (this == &other) {
    Merge(FrequentItems(other));
    return;
  }
  keys_max_ = std::min(keys_max_, other.keys_max_);
  n_ += other.n_;
  error_ += other.error_;
  for (const Entry& entry : other.entries_) Count(other.KeyIn(entry), entry.hash, entry.counter);
  if (entries_.size() > keys_max_) Trim();
}

std::vector<FrequentItems::Item> FrequentItems::Top(std::size_t count) const {
  std::vector<Item> items;
  items.reserve(entries_.size());
  for (const Entry& entry : entries_) items.push_back({std::string(KeyIn(entry)), entry.counter});
  count = std::min(count, items.size());
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(count);
  std::ranges::partial_sort(items, end, [](const Item& a, const Item& b) {
    return a.counter != b.counter ? a.counter > b.counter : a.key < b.key;
  });
  items.resize(count);
  return items;
}

std::uint64_t FrequentItems::CounterOf(std::string_view key) const {
  if (slots_.empty()) return 0;
  if (key.size() > kKeyBytesMax) return CounterOf(KeyOf(key));
  const std::size_t place = PlaceIn(slots_[SlotOf(key, Hash(key))]);
  return place == 0 ? 0 : entries_[place - 1].counter;
}

/// The entries, ascending by key.
std::vector<FrequentItems::Entry> FrequentItems::Sorted() const {
  std::vector<Entry> entries = entries_;
  std::ranges::sort(entries, {}, [&](const Entry& entry) { return KeyIn(entry); });
  return entries;
}

std::string FrequentItems::Encode() const {
  bytes::Writer writer;
  writer.U32(keys_max_);
  writer.U64(n_);
  writer.U64(error_);
  writer.U32(static_cast<std::uint32_t>(entries_.size()));
  for (const Entry& entry : Sorted()) {
    writer.Text(KeyIn(entry));
    writer.U64(entry.counter);
  }
  return EncodeState(StateId::kFrequent, writer.text());
}

Result<FrequentItems> FrequentItems::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, StateId::kFrequent)));
  const std::uint32_t keys_max = reader.U32();
  if (keys_max < kKeysMaxMin || keys_max > kKeysMaxMax) {
    return Damaged(StateId::kFrequent, "its greatest number of keys is out of bounds");
  }
  FrequentItems items(keys_max);
  items.n_ = reader.U64();
  items.error_ = reader.U64();
  const std::uint32_t size = reader.U32();
  if (size > keys_max) return Damaged(StateId::kFrequent, "it has more keys than it may have");
  std::string_view before;
  Uint128 counted = Uint128{items.error_} * (keys_max / 2 + 1);
  for (std::uint32_t i = 0; i < size; ++i) {
    const std::string_view key = reader.Text();
    const std::uint64_t counter = reader.U64();
    if (reader.failed()) break;
    if (key.size() > kKeyBytesMax || counter == 0 || (i > 0 && key <= before)) {
      return Damaged(StateId::kFrequent, "a key is out of order");
    }
    counted += counter;
    items.Insert(key, Hash(key), counter);
    before = key;
  }
  if (!reader.Complete()) return Damaged(StateId::kFrequent, "it has a wrong size");
  if (counted > items.n_ || (items.error_ == 0 && counted != items.n_)) {
    return Damaged(StateId::kFrequent, "its counters do not fit n");
  }
  return items;
}

}  // namespace galley::stats
