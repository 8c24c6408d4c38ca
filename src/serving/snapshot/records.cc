#include "serving/snapshot/records.h"

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::snapshot {
namespace {

using schema::Field;
using schema::Of;

constexpr char kPrediction = 'p';
constexpr char kLabel = 'l';
constexpr std::size_t kCounterAt = 8;

constexpr Field kPredictionRecord[] = {
    Of<&PredictionRecord::id>("id").Required(),
    Of<&PredictionRecord::rows>("rows"),
    Of<&PredictionRecord::at_ms>("at_ms"),
    Of<&PredictionRecord::project>("project").Required(),
    Of<&PredictionRecord::endpoint>("endpoint").Required(),
    Of<&PredictionRecord::variant>("variant").Required(),
    Of<&PredictionRecord::version_id>("version_id").Required(),
    Of<&PredictionRecord::content_type>("content_type"),
    Of<&PredictionRecord::request>("request"),
    Of<&PredictionRecord::response>("response"),
};
constexpr Field kLabelRecord[] = {
    Of<&LabelRecord::prediction_id>("prediction_id").Required(),
    Of<&LabelRecord::at_ms>("at_ms"),
    Of<&LabelRecord::project>("project").Required(),
    Of<&LabelRecord::value>("value").Required(),
};

template <typename T>
Result<std::variant<PredictionRecord, LabelRecord>> Parse(std::string_view json) {
  auto record = schema::FromJson<T>(json, schema::Dialect{});
  if (record) return *std::move(record);
  return Fail(Code::kDataLoss, "a record of the prediction log: {}",
              schema::ErrorOf(record.error()).message);
}

}  // namespace

const schema::Message PredictionRecord::kSchema{"PredictionRecord", kPredictionRecord};
const schema::Message LabelRecord::kSchema{"LabelRecord", kLabelRecord};

std::string ToBytes(const PredictionRecord& record) {
  return kPrediction + schema::ToJson(record, schema::EmptyLists::kWrite);
}
std::string ToBytes(const LabelRecord& record) {
  return kLabel + schema::ToJson(record, schema::EmptyLists::kWrite);
}

Result<std::variant<PredictionRecord, LabelRecord>> ParseRecord(std::string_view bytes) {
  const char kind = bytes.empty() ? '\0' : bytes.front();
  if (kind == kPrediction) return Parse<PredictionRecord>(bytes.substr(1));
  if (kind == kLabel) return Parse<LabelRecord>(bytes.substr(1));
  return Fail(Code::kDataLoss, "a record of the prediction log has an unknown kind");
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

}  // namespace galley::snapshot
