#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/schema/message.h"

namespace galley::snapshot {

/// What a gateway writes down of one request to an endpoint (docs/formats/prediction_log.md). The
/// rows of a request have ids that follow one another: `id`, the next one, … The views are those
/// of whoever made the record, or lie in the bytes that it was parsed from.
struct PredictionRecord {
  Id id;  ///< Of the first row.
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  Id variant;
  Id version;
  std::string_view project;
  std::string_view endpoint;
  std::string_view content_type;
  std::optional<std::string_view> request;  ///< The body; absent if it is longer than the limit.
  std::string_view response;                ///< The answer's body.
};

/// What became known later about one row.
struct LabelRecord {
  std::string prediction_id;
  std::int64_t at_ms = 0;
  std::string project;
  std::string value;  ///< The label as JSON: `1`, `"peak"`, `true`.
  static const schema::Message kSchema;
};

/// A longer body is not kept.
inline constexpr std::size_t kRequestBytesMax = std::size_t{64} * 1024;

/// A prediction's bytes in the append log but for its bodies: the record is this, the request (or
/// nothing), the response. So the bodies are copied once, into the log.
std::string HeadOf(const PredictionRecord& record);
/// A label's bytes in the append log.
std::string ToBytes(const LabelRecord& record);
/// kDataLoss if the bytes are no record that this program knows.
Result<std::variant<PredictionRecord, LabelRecord>> ParseRecord(std::string_view bytes);

/// The id that follows `by` ids later: the gateway's counter is its last 8 bytes.
Id Advance(const Id& id, std::uint64_t by);
/// Which of `rows` ids from `first` on an id is; null if it is none of them.
std::optional<std::int64_t> RowOf(const Id& first, std::int64_t rows, const Id& id);

}  // namespace galley::snapshot
