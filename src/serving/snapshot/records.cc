#include "serving/snapshot/records.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::snapshot {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are stored as they are");

constexpr char kPrediction = 'P';
constexpr char kLabel = 'l';
constexpr char kWatermark = 'w';
constexpr char kTraffic = 't';
constexpr double kFirstBucketUs = 10;
constexpr double kBucketsPerDoubling = 4;
constexpr std::size_t kCounterAt = 8;
constexpr std::uint8_t kHasRequest = 1;
constexpr std::uint8_t kIsMirrored = 2;  // An id more follows the fixed part.
constexpr std::size_t kNameBytesMax = 0xffff;

/// The fixed part of a prediction. No padding: written as it stands.
struct Fixed {
  char kind;
  std::uint8_t flags;
  std::uint16_t project;  // The lengths of what follows, in this order.
  std::uint16_t endpoint;
  std::uint16_t content_type;
  std::uint32_t request;
  std::uint32_t response;
  std::int64_t rows;
  std::int64_t at_ms;
  Id id;
  Id variant;
  Id version;
};
static_assert(sizeof(Fixed) == 80 && std::has_unique_object_representations_v<Fixed>);

constexpr schema::Field kLabelRecord[] = {
    schema::Of<&LabelRecord::prediction_id>("prediction_id").Required(),
    schema::Of<&LabelRecord::at_ms>("at_ms"),
    schema::Of<&LabelRecord::project>("project").Required(),
    schema::Of<&LabelRecord::value>("value").Required(),
    schema::Of<&LabelRecord::name>("name"),
};
constexpr schema::Field kWatermarkRecord[] = {
    schema::Of<&WatermarkRecord::at_ms>("at_ms"),
    schema::Of<&WatermarkRecord::project>("project").Required(),
    schema::Of<&WatermarkRecord::endpoint>("endpoint").Required(),
    schema::Of<&WatermarkRecord::time>("time"),
};
constexpr schema::Field kTrafficRecord[] = {
    schema::Of<&TrafficRecord::project>("project").Required(),
    schema::Of<&TrafficRecord::endpoint>("endpoint").Required(),
    schema::Of<&TrafficRecord::variant>("variant"),
    schema::Of<&TrafficRecord::from_ms>("from_ms"),
    schema::Of<&TrafficRecord::to_ms>("to_ms"),
    schema::Of<&TrafficRecord::requests>("requests"),
    schema::Of<&TrafficRecord::failed>("failed"),
    schema::Of<&TrafficRecord::degraded>("degraded"),
    schema::Of<&TrafficRecord::latency>("latency"),
};

std::unexpected<Error> Damaged(std::string_view why) {
  return Fail(Code::kDataLoss, "a record of the prediction log: {}", why);
}

Result<PredictionRecord> ParsePrediction(std::string_view bytes) {
  if (bytes.size() < sizeof(Fixed)) return Damaged("it is too short");
  Fixed fixed{};
  std::memcpy(&fixed, bytes.data(), sizeof(fixed));
  std::string_view rest = bytes.substr(sizeof(fixed));
  Id mirror_of;
  if ((fixed.flags & kIsMirrored) != 0) {
    if (rest.size() < sizeof(mirror_of)) return Damaged("it is too short");
    std::memcpy(&mirror_of, rest.data(), sizeof(mirror_of));
    rest.remove_prefix(sizeof(mirror_of));
  }
  if (rest.size() != std::uint64_t{fixed.project} + fixed.endpoint + fixed.content_type +
                         fixed.request + fixed.response) {
    return Damaged("its lengths do not fit");
  }
  const auto take = [&rest](std::size_t size) {
    const std::string_view part = rest.substr(0, size);
    rest.remove_prefix(size);
    return part;
  };
  PredictionRecord record{.id = fixed.id,
                          .rows = fixed.rows,
                          .at_ms = fixed.at_ms,
                          .variant = fixed.variant,
                          .version = fixed.version,
                          .mirror_of = mirror_of,
                          .project = take(fixed.project),
                          .endpoint = take(fixed.endpoint),
                          .content_type = take(fixed.content_type)};
  const std::string_view request = take(fixed.request);
  if ((fixed.flags & kHasRequest) != 0) record.request = request;
  record.response = rest;
  return record;
}

template <typename T>
Result<T> ParseJson(std::string_view bytes) {
  auto record = schema::FromJson<T>(bytes.substr(1), schema::Dialect{});
  if (!record) return Damaged(schema::ErrorOf(record.error()).message);
  return *std::move(record);
}

}  // namespace

const schema::Message LabelRecord::kSchema{"LabelRecord", kLabelRecord};
const schema::Message WatermarkRecord::kSchema{"WatermarkRecord", kWatermarkRecord};
const schema::Message TrafficRecord::kSchema{"TrafficRecord", kTrafficRecord};

std::string HeadOf(const PredictionRecord& record) {
  const std::string_view content_type = record.content_type.substr(0, kNameBytesMax);
  const std::string_view request = record.request.value_or("");
  const bool is_mirrored = record.mirror_of != Id{};
  const Fixed fixed{.kind = kPrediction,
                    .flags = static_cast<std::uint8_t>((record.request ? kHasRequest : 0) |
                                                       (is_mirrored ? kIsMirrored : 0)),
                    .project = static_cast<std::uint16_t>(record.project.size()),
                    .endpoint = static_cast<std::uint16_t>(record.endpoint.size()),
                    .content_type = static_cast<std::uint16_t>(content_type.size()),
                    .request = static_cast<std::uint32_t>(request.size()),
                    .response = static_cast<std::uint32_t>(record.response.size()),
                    .rows = record.rows,
                    .at_ms = record.at_ms,
                    .id = record.id,
                    .variant = record.variant,
                    .version = record.version};
  std::string head;
  head.reserve(sizeof(fixed) + sizeof(record.mirror_of) + record.project.size() +
               record.endpoint.size() + content_type.size());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a struct as its bytes.
  head.append(reinterpret_cast<const char*>(&fixed), sizeof(fixed));
  if (is_mirrored) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the same.
    head.append(reinterpret_cast<const char*>(&record.mirror_of), sizeof(record.mirror_of));
  }
  ((head += record.project) += record.endpoint) += content_type;
  return head;
}

std::string ToBytes(const LabelRecord& record) {
  return kLabel + schema::ToJson(record, schema::EmptyLists::kWrite);
}

std::string ToBytes(const WatermarkRecord& record) {
  return kWatermark + schema::ToJson(record, schema::EmptyLists::kWrite);
}

std::string ToBytes(const TrafficRecord& record) {
  return kTraffic + schema::ToJson(record, schema::EmptyLists::kWrite);
}

std::size_t LatencyBucket(double us) {
  if (!(us > kFirstBucketUs)) return 0;
  const double bucket = std::ceil(std::log2(us / kFirstBucketUs) * kBucketsPerDoubling);
  return std::min(kLatencyBuckets - 1, static_cast<std::size_t>(bucket));
}

double LatencyBucketUs(std::size_t bucket) {
  return kFirstBucketUs * std::exp2(static_cast<double>(bucket) / kBucketsPerDoubling);
}

Result<Record> ParseRecord(std::string_view bytes) {
  switch (bytes.empty() ? '\0' : bytes.front()) {
    case kPrediction: return ParsePrediction(bytes);
    case kLabel: return ParseJson<LabelRecord>(bytes);
    case kWatermark: return ParseJson<WatermarkRecord>(bytes);
    case kTraffic: return ParseJson<TrafficRecord>(bytes);
    default: return Damaged("its kind is unknown");
  }
}

Id Advance(const Id& id, std::uint64_t by) {
  Id result = id;
  for (std::size_t at = result.bytes.size(); at > kCounterAt && by > 0; --at) {
    by += result.bytes[at - 1];
    result.bytes[at - 1] = static_cast<std::uint8_t>(by);
    by >>= 8U;
  }
  return result;
}

std::optional<std::int64_t> RowOf(const Id& first, std::int64_t rows, const Id& id) {
  // Ids of a gateway ascend by one.
  std::int64_t low = 0;
  std::int64_t high = rows;
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    const Id there = Advance(first, static_cast<std::uint64_t>(middle));
    if (there == id) return middle;
    if (there < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

}  // namespace galley::snapshot
