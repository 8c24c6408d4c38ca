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
/// rows of a request have ids that follow one another: `id`, the next one, …
struct PredictionRecord {
  std::string id;  ///< Of the first row; 32 hex digits.
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  std::string project;
  std::string endpoint;
  std::string variant;     ///< 32 hex digits.
  std::string version_id;  ///< 32 hex digits.
  std::string content_type;
  std::optional<std::string> request;  ///< The body; absent if it is longer than the limit.
  std::string response;                ///< The answer's body.
  static const schema::Message kSchema;
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

/// One record's bytes in the append log: a letter for its kind, then JSON.
std::string ToBytes(const PredictionRecord& record);
std::string ToBytes(const LabelRecord& record);
/// kDataLoss if the bytes are no record that this program knows.
Result<std::variant<PredictionRecord, LabelRecord>> ParseRecord(std::string_view bytes);

/// The id that follows `by` ids later: the gateway's counter is its last 8 bytes.
Id Advance(const Id& id, std::uint64_t by);

}  // namespace galley::snapshot
