// EncodeColumn and DecodeColumn: the bytes of docs/formats/statistics.md.
#include <algorithm>
#include <utility>

#include "foundation/stats/bytes.h"
#include "foundation/stats/column_statistics.h"

namespace galley::stats {
namespace {

constexpr std::uint32_t kStatesMax = 256;

template <typename State>
void AddEncoded(std::vector<UnknownState>& states, StateId id, const std::optional<State>& state) {
  if (!state) return;
  states.push_back({static_cast<std::uint16_t>(id), kStateVersion, state->Encode()});
}

/// Puts a state into its place in the column; one that is not known, into `unknown`.
Status Place(ColumnStatistics& column, UnknownState state) {
  if (state.version <= kStateVersion) {
    switch (static_cast<StateId>(state.id)) {
      case StateId::kCounts: column.counts = TRY(CountState::Decode(state.encoded)); return {};
      case StateId::kIntegers:
        column.integers = TRY(IntegerState::Decode(state.encoded));
        return {};
      case StateId::kMoments: column.moments = TRY(MomentState::Decode(state.encoded)); return {};
      case StateId::kDistinct: column.distinct = TRY(HyperLogLog::Decode(state.encoded)); return {};
      case StateId::kQuantiles: column.quantiles = TRY(KllSketch::Decode(state.encoded)); return {};
      case StateId::kFrequent:
        column.frequent = TRY(FrequentItems::Decode(state.encoded));
        return {};
      case StateId::kLengths: column.lengths = TRY(LengthState::Decode(state.encoded)); return {};
      case StateId::kHistogram: break;
    }
  }
  column.unknown.push_back(std::move(state));
  return {};
}

/// kDataLoss if the column has a state that its kind has not, or one of another number of values.
Status CheckFit(const ColumnStatistics& column) {
  const ColumnStatistics usual(column.kind);
  if ((column.integers && !usual.integers) || (column.moments && !usual.moments) ||
      (column.distinct && !usual.distinct) || (column.quantiles && !usual.quantiles) ||
      (column.frequent && !usual.frequent) || (column.lengths && !usual.lengths)) {
    return Fail(Code::kDataLoss, "the statistics are damaged: a state does not fit the kind {}",
                KindName(column.kind));
  }
  const std::uint64_t values = column.counts.Values();
  const auto& moments = column.moments;
  if (column.integers && column.integers->n != values) {
    return Damaged(StateId::kIntegers, "its n does not fit the counts");
  }
  if (moments &&
      moments->n + moments->positive_infinities + moments->negative_infinities != values) {
    return Damaged(StateId::kMoments, "its n does not fit the counts");
  }
  if (column.quantiles && column.quantiles->n() != values) {
    return Damaged(StateId::kQuantiles, "its n does not fit the counts");
  }
  if (column.frequent && column.frequent->n() != values) {
    return Damaged(StateId::kFrequent, "its n does not fit the counts");
  }
  if (column.lengths && column.lengths->n != values) {
    return Damaged(StateId::kLengths, "its n does not fit the counts");
  }
  return {};
}

}  // namespace

std::string EncodeColumn(const ColumnStatistics& column) {
  std::vector<UnknownState> states = column.unknown;
  states.push_back(
      {static_cast<std::uint16_t>(StateId::kCounts), kStateVersion, column.counts.Encode()});
  AddEncoded(states, StateId::kIntegers, column.integers);
  AddEncoded(states, StateId::kMoments, column.moments);
  AddEncoded(states, StateId::kDistinct, column.distinct);
  AddEncoded(states, StateId::kQuantiles, column.quantiles);
  AddEncoded(states, StateId::kFrequent, column.frequent);
  AddEncoded(states, StateId::kLengths, column.lengths);
  std::ranges::sort(states, {}, &UnknownState::id);
  bytes::Writer writer;
  writer.U8(static_cast<std::uint8_t>(column.kind));
  writer.U32(static_cast<std::uint32_t>(states.size()));
  for (const UnknownState& state : states) writer.Raw(state.encoded);
  return std::move(writer).Take();
}

Result<ColumnStatistics> DecodeColumn(std::string_view& encoded) {
  bytes::Reader reader(encoded);
  const std::uint8_t kind = reader.U8();
  const std::uint32_t count = reader.U32();
  if (reader.failed() || kind == 0 || count == 0 || count > kStatesMax) {
    return Fail(Code::kDataLoss, "the statistics are damaged: there is no valid column");
  }
  if (kind > static_cast<std::uint8_t>(Kind::kBinary)) {
    return Fail(Code::kUnimplemented,
                "the statistics have a column of kind {}, the last known is {}", kind,
                static_cast<int>(Kind::kBinary));
  }
  ColumnStatistics column(static_cast<Kind>(kind));
  column.integers.reset();
  column.moments.reset();
  column.distinct.reset();
  column.quantiles.reset();
  column.frequent.reset();
  column.lengths.reset();
  encoded.remove_prefix(encoded.size() - reader.left());
  std::uint16_t before = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    bytes::Reader head(encoded);
    UnknownState state{.id = head.U16(), .version = head.U16(), .encoded = {}};
    const std::uint32_t size = head.U32();
    if (head.failed() || size > kStateBytesMax || size > head.left() || state.id <= before ||
        state.version == 0) {
      return Fail(Code::kDataLoss, "the statistics are damaged: state {} of {} is not whole", i + 1,
                  count);
    }
    if (i == 0 && state.id != static_cast<std::uint16_t>(StateId::kCounts)) {
      return Damaged(StateId::kCounts, "they are missing");
    }
    if (i == 0 && state.version > kStateVersion) {
      return Fail(Code::kUnimplemented, "the statistics 'counts' are in version {}", state.version);
    }
    before = state.id;
    state.encoded = encoded.substr(0, kStateHeadBytes + size);
    encoded.remove_prefix(kStateHeadBytes + size);
    TRY(Place(column, std::move(state)));
  }
  TRY(CheckFit(column));
  return column;
}

}  // namespace galley::stats
