#include "serving/snapshot/records.h"

#include <bit>
#include <cstring>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::snapshot {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are stored as they are");

constexpr char kPrediction = 'P';
constexpr char kLabel = 'l';
constexpr std::size_t kCounterAt = 8;
constexpr std::uint8_t kHasRequest = 1;
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
};

std::unexpected<Error> Damaged(std::string_view why) {
  return Fail(Code::kDataLoss, "a record of the prediction log: {}", why);
}

Result<PredictionRecord> ParsePrediction(std::string_view bytes) {
  if (bytes.size() < sizeof(Fixed)) return Damaged("it is too short");
  Fixed fixed{};
  std::memcpy(&fixed, bytes.data(), sizeof(fixed));
  std::string_view rest = bytes.substr(sizeof(fixed));
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
                          .project = take(fixed.project),
                          .endpoint = take(fixed.endpoint),
                          .content_type = take(fixed.content_type)};
  const std::string_view request = take(fixed.request);
  if ((fixed.flags & kHasRequest) != 0) record.request = request;
  record.response = rest;
  return record;
}

}  // namespace

const schema::Message LabelRecord::kSchema{"LabelRecord", kLabelRecord};

std::string HeadOf(const PredictionRecord& record) {
  const std::string_view content_type = record.content_type.substr(0, kNameBytesMax);
  const std::string_view request = record.request.value_or("");
  const Fixed fixed{.kind = kPrediction,
                    .flags = record.request ? kHasRequest : std::uint8_t{0},
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
  head.reserve(sizeof(fixed) + record.project.size() + record.endpoint.size() +
               content_type.size());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a struct as its bytes.
  head.append(reinterpret_cast<const char*>(&fixed), sizeof(fixed));
  ((head += record.project) += record.endpoint) += content_type;
  return head;
}

std::string ToBytes(const LabelRecord& record) {
  return kLabel + schema::ToJson(record, schema::EmptyLists::kWrite);
}

Result<std::variant<PredictionRecord, LabelRecord>> ParseRecord(std::string_view bytes) {
  const char kind = bytes.empty() ? '\0' : bytes.front();
  if (kind == kPrediction) return ParsePrediction(bytes);
  if (kind != kLabel) return Damaged("its kind is unknown");
  auto record = schema::FromJson<LabelRecord>(bytes.substr(1), schema::Dialect{});
  if (!record) return Damaged(schema::ErrorOf(record.error()).message);
  return *std::move(record);
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
