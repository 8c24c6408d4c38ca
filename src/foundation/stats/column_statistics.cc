#include "foundation/stats/column_statistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "foundation/base/check.h"
#include "foundation/stats/bytes.h"
#include "foundation/stats/hash.h"

namespace galley::stats {
namespace {

/// Rows that go through all states together, so that they are read from the first cache.
constexpr std::size_t kBlock = 1024;
constexpr std::size_t kWordBits = 64;

bool IsIntegral(Kind kind) {
  return kind == Kind::kInteger || kind == Kind::kTimestamp || kind == Kind::kDate;
}

bool IsNumeric(Kind kind) {
  return IsIntegral(kind) || kind == Kind::kFloating;
}

bool IsValid(Validity validity, std::size_t row) {
  return ((validity[row / kWordBits] >> (row % kWordBits)) & 1U) != 0;
}

/// Calls `add(valid values of a block, nulls of it)` for each block of rows. All its values are in
/// the rows' memory or in a copy that lives as long as the call.
template <typename T, typename F>
void ForBlocks(std::span<const T> values, Validity validity, F add) {
  CHECK(validity.empty() || validity.size() * kWordBits >= values.size());
  std::array<T, kBlock> valid;
  for (std::size_t at = 0; at < values.size(); at += kBlock) {
    const auto block = values.subspan(at, std::min(kBlock, values.size() - at));
    if (validity.empty()) {
      add(block, 0);
      continue;
    }
    std::size_t count = 0;
    for (std::size_t i = 0; i < block.size(); ++i) {
      valid[count] = block[i];  // Overwritten if it is null.
      count += IsValid(validity, at + i) ? 1U : 0U;
    }
    add(std::span<const T>(valid.data(), count), block.size() - count);
  }
}

std::string_view BytesOf(const std::uint64_t& bits) {
  return {reinterpret_cast<const char*>(&bits), sizeof bits};
}

std::optional<std::uint64_t> BitsOfKey(std::string_view key) {
  std::uint64_t bits = 0;
  if (key.size() != sizeof bits) return std::nullopt;
  std::memcpy(&bits, key.data(), sizeof bits);
  return bits;
}

/// To the states that ask which value it is; one hash is for both.
void AddIdentity(ColumnStatistics& column, std::string_view key, std::uint64_t hash) {
  if (column.distinct) column.distinct->Add(hash);
  if (column.frequent) column.frequent->Add(key, hash, 1);
}

template <typename State>
void MergeState(std::optional<State>& into, const std::optional<State>& other) {
  if (into && other) {
    into->Merge(*other);
  } else {
    into.reset();
  }
}

}  // namespace

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kInteger: return "integer";
    case Kind::kFloating: return "floating";
    case Kind::kText: return "text";
    case Kind::kBoolean: return "boolean";
    case Kind::kTimestamp: return "timestamp";
    case Kind::kDate: return "date";
    case Kind::kBinary: return "binary";
  }
  return "unknown";
}

ColumnStatistics::ColumnStatistics(Kind column_kind, const Options& options) : kind(column_kind) {
  if (IsIntegral(kind)) integers.emplace();
  if (IsNumeric(kind)) {
    moments.emplace();
    quantiles.emplace(options.quantiles_k, options.seed);
  }
  if (kind == Kind::kText || kind == Kind::kBinary) lengths.emplace();
  if (kind != Kind::kBoolean) distinct.emplace();
  if (kind == Kind::kInteger || kind == Kind::kText) {
    frequent.emplace(options.frequent_keys_max);
  } else if (IsNumeric(kind)) {
    frequent.emplace(options.frequent_numbers_max);
  }
}

void ColumnStatistics::AddDoubles(std::span<const double> values, Validity validity) {
  CHECK(kind == Kind::kFloating);
  ForBlocks(values, validity, [this](std::span<const double> block, std::size_t nulls) {
    counts.AddNulls(nulls);
    counts.Add(block);
    if (moments) moments->Add(block);
    if (quantiles) quantiles->Add(block);
    for (const double value : block) {
      if (value != value) continue;
      const std::uint64_t bits = BitsOf(value);
      AddIdentity(*this, BytesOf(bits), HashInteger(bits));
    }
  });
}

void ColumnStatistics::AddIntegers(std::span<const std::int64_t> values, Validity validity) {
  CHECK(IsIntegral(kind));
  ForBlocks(values, validity, [this](std::span<const std::int64_t> block, std::size_t nulls) {
    counts.AddNulls(nulls);
    counts.Add(block);
    if (integers) integers->Add(block);
    std::array<double, kBlock> doubles;
    std::ranges::transform(block, doubles.begin(), [](auto v) { return static_cast<double>(v); });
    if (moments) moments->Add({doubles.data(), block.size()});
    if (quantiles) quantiles->Add({doubles.data(), block.size()});
    for (const std::int64_t value : block) {
      const auto bits = static_cast<std::uint64_t>(value);
      AddIdentity(*this, BytesOf(bits), HashInteger(bits));
    }
  });
}

void ColumnStatistics::AddTexts(std::span<const std::string_view> values, Validity validity) {
  CHECK(kind == Kind::kText || kind == Kind::kBinary);
  ForBlocks(values, validity, [this](std::span<const std::string_view> block, std::size_t nulls) {
    counts.AddNulls(nulls);
    counts.rows += block.size();
    for (const std::string_view value : block) {
      if (lengths) lengths->Add(kind == Kind::kText ? CodePoints(value) : value.size());
      AddIdentity(*this, value, Hash(value));
    }
  });
}

void ColumnStatistics::AddBooleans(std::span<const bool> values, Validity validity) {
  CHECK(kind == Kind::kBoolean);
  ForBlocks(values, validity, [this](std::span<const bool> block, std::size_t nulls) {
    counts.AddNulls(nulls);
    counts.rows += block.size();
    counts.zeros += static_cast<std::uint64_t>(std::ranges::count(block, false));
  });
}

void ColumnStatistics::AddNulls(std::uint64_t count) {
  counts.AddNulls(count);
}

Status ColumnStatistics::Merge(const ColumnStatistics& other) {
  if (kind != other.kind) {
    return Fail(Code::kFailedPrecondition, "the kinds differ: {} and {}", KindName(kind),
                KindName(other.kind));
  }
  if (other.counts.rows == 0) return {};
  if (counts.rows == 0) {
    *this = other;
    return {};
  }
  counts.Merge(other.counts);
  MergeState(integers, other.integers);
  MergeState(moments, other.moments);
  MergeState(distinct, other.distinct);
  MergeState(quantiles, other.quantiles);
  MergeState(frequent, other.frequent);
  MergeState(lengths, other.lengths);
  unknown.clear();
  return {};
}

std::string NumberKey(std::int64_t value) {
  return std::string(BytesOf(static_cast<std::uint64_t>(value)));
}

std::string NumberKey(double value) {
  return std::string(BytesOf(BitsOf(value)));
}

std::optional<std::int64_t> IntegerOfKey(std::string_view key) {
  const auto bits = BitsOfKey(key);
  if (!bits) return std::nullopt;
  return static_cast<std::int64_t>(*bits);
}

std::optional<double> DoubleOfKey(std::string_view key) {
  const auto bits = BitsOfKey(key);
  if (!bits) return std::nullopt;
  return std::bit_cast<double>(*bits);
}

}  // namespace galley::stats
