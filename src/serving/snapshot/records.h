#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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
  Id mirror_of;  ///< The first row of the request that another variant answered; zero: this one.
  std::string_view project;
  std::string_view endpoint;
  std::string_view content_type;
  /// The body; absent if it is longer than the limit, and of mirrored requests: the answered one's
  /// record has it.
  std::optional<std::string_view> request;
  std::string_view response;  ///< The answer's body.
};

/// What became known later about one row.
struct LabelRecord {
  std::string prediction_id;
  std::int64_t at_ms = 0;
  std::string project;
  std::string value;  ///< The label as JSON: `1`, `"peak"`, `true`.
  std::string name;   ///< What became known; empty: what the model predicts.
  static const schema::Message kSchema;
};

/// Whoever sends requests and labels says that he has sent all of an event time before `time`.
struct WatermarkRecord {
  std::int64_t at_ms = 0;
  std::string project;
  std::string endpoint;
  double time = 0;
  static const schema::Message kSchema;
};

/// How the requests that were routed to a variant for a while ended for their callers. Each is
/// counted once, so that the sums over variants are what callers saw.
struct TrafficRecord {
  std::string project;
  std::string endpoint;
  std::string variant;  ///< Id; empty: no variant was to be asked.
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::int64_t requests = 0;  ///< Answered, refused and failed ones; no mirrored ones.
  std::int64_t failed = 0;    ///< By 5xx: not for what the caller sent.
  std::int64_t degraded = 0;  ///< Answered by another or by the default: this one could not.
  /// Requests by time: bucket i holds those of at most 2^(i/4) * 10 us, the last one all others.
  std::vector<std::int64_t> latency;
  static const schema::Message kSchema;
};
/// The bucket of a time, and the longest time of a bucket.
inline constexpr std::size_t kLatencyBuckets = 96;
std::size_t LatencyBucket(double us);
double LatencyBucketUs(std::size_t bucket);

/// A longer body is not kept.
inline constexpr std::size_t kRequestBytesMax = std::size_t{64} * 1024;

/// A prediction's bytes in the append log but for its bodies: the record is this, the request (or
/// nothing), the response. So the bodies are copied once, into the log.
std::string HeadOf(const PredictionRecord& record);
/// The bytes of others in the append log.
std::string ToBytes(const LabelRecord& record);
std::string ToBytes(const WatermarkRecord& record);
std::string ToBytes(const TrafficRecord& record);

using Record = std::variant<PredictionRecord, LabelRecord, WatermarkRecord, TrafficRecord>;
/// kDataLoss if the bytes are no record that this program knows.
Result<Record> ParseRecord(std::string_view bytes);

/// The id that follows `by` ids later: the gateway's counter is its last 8 bytes.
Id Advance(const Id& id, std::uint64_t by);
/// Which of `rows` ids from `first` on an id is; null if it is none of them.
std::optional<std::int64_t> RowOf(const Id& first, std::int64_t rows, const Id& id);

}  // namespace galley::snapshot
