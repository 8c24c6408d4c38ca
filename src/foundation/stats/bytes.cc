#include "foundation/stats/bytes.h"

#include <bit>
#include <cstring>

namespace galley::stats::bytes {

static_assert(std::endian::native == std::endian::little);

void Writer::Number(std::uint64_t value, std::size_t size) {
  text_.append(reinterpret_cast<const char*>(&value), size);
}

void Writer::F64(double value) {
  U64(std::bit_cast<std::uint64_t>(value));
}

void Writer::Text(std::string_view bytes) {
  U32(static_cast<std::uint32_t>(bytes.size()));
  Raw(bytes);
}

std::uint64_t Reader::Number(std::size_t size) {
  const std::string_view bytes = Raw(size);
  std::uint64_t value = 0;
  if (!bytes.empty()) std::memcpy(&value, bytes.data(), size);
  return value;
}

double Reader::F64() {
  return std::bit_cast<double>(U64());
}

std::string_view Reader::Raw(std::size_t size) {
  if (failed_ || size > left_.size()) {
    failed_ = true;
    return {};
  }
  const std::string_view bytes = left_.substr(0, size);
  left_.remove_prefix(size);
  return bytes;
}

}  // namespace galley::stats::bytes

namespace galley::stats {

std::string EncodeState(StateId id, std::string_view payload) {
  bytes::Writer writer;
  writer.U16(static_cast<std::uint16_t>(id));
  writer.U16(kStateVersion);
  writer.Text(payload);
  return std::move(writer).Take();
}

Result<std::string_view> DecodeState(std::string_view encoded, StateId id) {
  bytes::Reader reader(encoded);
  if (reader.U16() != static_cast<std::uint16_t>(id)) return Damaged(id, "it is another state");
  const std::uint16_t version = reader.U16();
  const std::string_view payload = reader.Text();
  if (!reader.Complete()) return Damaged(id, "its length is not that of its bytes");
  if (version > kStateVersion) {
    return Fail(Code::kUnimplemented,
                "the statistics '{}' are in version {}, the newest known is {}",
                StateName(static_cast<std::uint16_t>(id)), version, kStateVersion);
  }
  if (version == 0) return Damaged(id, "its version is 0");
  return payload;
}

std::string StateName(std::uint16_t id) {
  switch (static_cast<StateId>(id)) {
    case StateId::kCounts: return "counts";
    case StateId::kIntegers: return "integers";
    case StateId::kMoments: return "moments";
    case StateId::kDistinct: return "distinct";
    case StateId::kQuantiles: return "quantiles";
    case StateId::kFrequent: return "frequent";
    case StateId::kLengths: return "lengths";
    case StateId::kHistogram: return "histogram";
  }
  return fmt::format("state {}", id);
}

std::unexpected<Error> Damaged(StateId id, std::string_view what) {
  return Fail(Code::kDataLoss, "the statistics '{}' are damaged: {}",
              StateName(static_cast<std::uint16_t>(id)), what);
}

}  // namespace galley::stats
