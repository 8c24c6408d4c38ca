#include "foundation/stats/kll.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/stats/bytes.h"
#include "foundation/stats/hash.h"

namespace galley::stats {
namespace {

/// Level 0 holds so many at least: sorting them at once is cheaper, and fewer compactions of the
/// lowest level are fewer random errors.
constexpr std::size_t kBufferMin = 256;
/// No level above the first has a smaller capacity.
constexpr std::size_t kCapacityMin = 8;
/// More than kRowsMax values need; a weight stays below 2^63.
constexpr std::size_t kLevelsMax = 60;

/// Merges from the back, in place. The values are not in `into`.
void MergeSorted(std::vector<double>& into, std::span<const double> values) {
  std::size_t left = into.size();
  std::size_t at = left + values.size();
  into.resize(at);
  for (std::size_t right = values.size(); right > 0;) {
    const bool ours = left > 0 && into[left - 1] > values[right - 1];
    into[--at] = ours ? into[--left] : values[--right];
  }
}

}  // namespace

KllSketch::KllSketch(std::uint32_t k, std::uint64_t seed) : k_(k), random_(seed), levels_(1) {
  CHECK(k >= kMin && k <= kMax);
}

std::size_t KllSketch::BufferMax() const {
  return std::max<std::size_t>(k_, kBufferMin);
}

std::size_t KllSketch::CapacityOf(std::size_t level) const {
  std::size_t capacity = k_;
  for (std::size_t above = levels_.size() - 1; above > level && capacity > kCapacityMin; --above) {
    capacity = (2 * capacity + 2) / 3;
  }
  return std::max(capacity, kCapacityMin);
}

std::size_t KllSketch::UpperCapacity() const {
  std::size_t total = 0;
  for (std::size_t level = 1; level < levels_.size(); ++level) total += CapacityOf(level);
  return total;
}

std::size_t KllSketch::UpperSize() const {
  std::size_t total = 0;
  for (std::size_t level = 1; level < levels_.size(); ++level) total += levels_[level].size();
  return total;
}

// One bit of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number
// Generators", OOPSLA 2014), with XXH64 for a mixer.
bool KllSketch::RandomBit() {
  random_ += 0x9E3779B97F4A7C15U;
  return (HashInteger(random_) >> 63U) != 0;
}

void KllSketch::Add(std::span<const double> values) {
  const std::size_t buffer_max = BufferMax();
  std::size_t at = 0;
  while (at < values.size()) {
    std::vector<double>& buffer = levels_[0];
    const std::size_t before = buffer.size();
    const std::size_t count = std::min(values.size() - at, buffer_max - before);
    for (const double value : values.subspan(at, count)) {
      if (value != value) continue;
      min_ = value < min_ ? value : min_;
      max_ = value > max_ ? value : max_;
      buffer.push_back(value);
    }
    at += count;
    n_ += buffer.size() - before;
    if (buffer.size() == buffer_max) {
      Compact(0);
      Compress();
    }
  }
}

/// Half of a level's values, every other one of them in order, go to the level above. Of an odd
/// number the greatest stays.
void KllSketch::Compact(std::size_t level) {
  if (level + 1 == levels_.size()) levels_.emplace_back();
  CHECK(levels_.size() <= kLevelsMax);
  std::vector<double>& values = levels_[level];
  if (level == 0) std::ranges::sort(values);
  const std::size_t pairs = values.size() / 2;
  const std::size_t odd = values.size() % 2;
  const double last = values.back();
  const std::size_t offset = RandomBit() ? 1 : 0;
  for (std::size_t i = 0; i < pairs; ++i) values[i] = values[2 * i + offset];
  MergeSorted(levels_[level + 1], {values.data(), pairs});
  values.resize(odd);
  if (odd != 0) values[0] = last;
}

/// Makes room above level 0, as late and as low as possible.
void KllSketch::Compress() {
  while (UpperSize() > UpperCapacity()) {
    std::size_t level = 1;
    while (levels_[level].size() < CapacityOf(level)) ++level;
    Compact(level);
  }
}

void KllSketch::Merge(const KllSketch& other) {
  if (this == &other) {
    Merge(KllSketch(other));
    return;
  }
  k_ = std::min(k_, other.k_);
  n_ += other.n_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  random_ = HashInteger(random_ + other.random_);
  if (levels_.size() < other.levels_.size()) levels_.resize(other.levels_.size());
  levels_[0].insert(levels_[0].end(), other.levels_[0].begin(), other.levels_[0].end());
  for (std::size_t level = 1; level < other.levels_.size(); ++level) {
    MergeSorted(levels_[level], other.levels_[level]);
  }
  if (levels_[0].size() >= BufferMax()) Compact(0);
  Compress();
}

double KllSketch::RankError() const {
  return exact() ? 0 : 2.296 / std::pow(k_, 0.9723);
}

std::vector<KllSketch::Item> KllSketch::Items() const {
  std::vector<Item> items;
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    for (const double value : levels_[level]) items.push_back({value, std::uint64_t{1} << level});
  }
  std::ranges::sort(items, {}, &Item::value);
  return items;
}

double KllSketch::Rank(double value) const {
  std::uint64_t below = 0;
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    const auto at_most =
        std::ranges::count_if(levels_[level], [&](double v) { return v <= value; });
    below += static_cast<std::uint64_t>(at_most) << level;
  }
  if (n_ > 0 && value >= max_) below = n_;  // The sketch may hold the maximum no longer,
  if (value < min_) below = 0;              // but knows it.
  return static_cast<double>(below) / static_cast<double>(n_);
}

std::vector<double> KllSketch::Quantiles(std::span<const double> qs) const {
  std::vector<double> quantiles(qs.size(), std::numeric_limits<double>::quiet_NaN());
  if (n_ == 0) return quantiles;
  const std::vector<Item> items = Items();
  std::vector<std::uint64_t> ranks;
  ranks.reserve(items.size());
  std::uint64_t rank = 0;
  for (const Item& item : items) ranks.push_back(rank += item.weight);
  for (std::size_t i = 0; i < qs.size(); ++i) {
    if (qs[i] <= 0) {
      quantiles[i] = min_;
    } else if (qs[i] >= 1) {
      quantiles[i] = max_;
    } else if (qs[i] == qs[i]) {
      // At most n, so that an item is found: the ranks end with n.
      const double wanted = std::ceil(qs[i] * static_cast<double>(n_));
      const auto found = std::ranges::partition_point(
          ranks, [&](std::uint64_t r) { return static_cast<double>(r) < wanted; });
      const auto index = std::min<std::ptrdiff_t>(found - ranks.begin(), std::ssize(items) - 1);
      quantiles[i] = items[static_cast<std::size_t>(index)].value;
    }
  }
  return quantiles;
}

std::string KllSketch::Encode() const {
  bytes::Writer writer;
  writer.U32(k_);
  writer.U64(n_);
  writer.U64(random_);
  writer.F64(n_ == 0 ? 0 : min_);
  writer.F64(n_ == 0 ? 0 : max_);
  writer.U8(static_cast<std::uint8_t>(levels_.size()));
  for (const auto& level : levels_) writer.U32(static_cast<std::uint32_t>(level.size()));
  for (const auto& level : levels_) {
    for (const double value : level) writer.F64(value);
  }
  return EncodeState(StateId::kQuantiles, writer.text());
}

Result<KllSketch> KllSketch::Decode(std::string_view encoded) {
  bytes::Reader reader(TRY(DecodeState(encoded, StateId::kQuantiles)));
  const std::uint32_t k = reader.U32();
  if (k < kMin || k > kMax) return Damaged(StateId::kQuantiles, "its k is out of bounds");
  KllSketch sketch(k);
  sketch.n_ = reader.U64();
  sketch.random_ = reader.U64();
  const double min = reader.F64();
  const double max = reader.F64();
  const std::size_t levels = reader.U8();
  if (levels < 1 || levels > kLevelsMax || sketch.n_ > kRowsMax) {
    return Damaged(StateId::kQuantiles, "its n or its number of levels is out of bounds");
  }
  std::uint64_t left = sketch.n_;
  std::size_t values = 0;
  std::vector<std::size_t> sizes;
  for (std::size_t level = 0; level < levels; ++level) {
    const std::size_t size = sizes.emplace_back(reader.U32());
    if (size > left >> level) return Damaged(StateId::kQuantiles, "its weights are more than n");
    left -= std::uint64_t{size} << level;
    values += size;
  }
  if (left != 0) return Damaged(StateId::kQuantiles, "its weights are less than n");
  if (levels > 1 && sizes.back() == 0) return Damaged(StateId::kQuantiles, "its top is empty");
  if (reader.failed() || reader.left() != values * sizeof(double)) {
    return Damaged(StateId::kQuantiles, "it has a wrong size");
  }
  if (sketch.n_ == 0) {
    if (levels != 1 || min != 0 || max != 0) {
      return Damaged(StateId::kQuantiles, "it has no values and is not empty");
    }
    return sketch;
  }
  sketch.min_ = min;
  sketch.max_ = max;
  sketch.levels_.resize(levels);
  for (std::size_t level = 0; level < levels; ++level) {
    auto& into = sketch.levels_[level];
    into.reserve(sizes[level]);
    for (std::size_t i = 0; i < sizes[level]; ++i) {
      const double value = reader.F64();
      if (!(value >= min && value <= max) || (level > 0 && i > 0 && value < into.back())) {
        return Damaged(StateId::kQuantiles, "a value is out of order");
      }
      into.push_back(value);
    }
  }
  if (sketch.levels_[0].size() >= sketch.BufferMax() ||
      sketch.UpperSize() > sketch.UpperCapacity()) {
    return Damaged(StateId::kQuantiles, "it holds more values than its k allows");
  }
  return sketch;
}

}  // namespace galley::stats
