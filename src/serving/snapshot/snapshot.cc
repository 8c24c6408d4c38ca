#include "serving/snapshot/snapshot.h"

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::snapshot {
namespace {

using schema::Field;
using schema::Of;

constexpr schema::Dialect kDialect{.refuse_unknown = true};
constexpr std::int64_t kFormat = 1;

constexpr Field kFile[] = {
    Of<&File::path>("path").Required(),
    Of<&File::sha256>("sha256").Required(),
    Of<&File::size>("size"),
};
constexpr Field kVariant[] = {
    Of<&Variant::id>("id").Required(), Of<&Variant::name>("name").Required(),
    Of<&Variant::weight>("weight"),    Of<&Variant::model>("model").Required(),
    Of<&Variant::version>("version"),  Of<&Variant::version_id>("version_id").Required(),
    Of<&Variant::python>("python"),    Of<&Variant::files>("files"),
    Of<&Variant::mirror>("mirror"),
};
constexpr Field kGuardrails[] = {
    Of<&Guardrails::min_requests>("min_requests"),
    Of<&Guardrails::max_error_ratio>("max_error_ratio"),
    Of<&Guardrails::max_p99_ms>("max_p99_ms"),
};
constexpr Field kEndpoint[] = {
    Of<&Endpoint::project>("project").Required(),
    Of<&Endpoint::name>("name").Required(),
    Of<&Endpoint::id>("id").Required(),
    Of<&Endpoint::variants>("variants"),
    Of<&Endpoint::key>("key"),
    Of<&Endpoint::seed>("seed"),
    Of<&Endpoint::guardrails>("guardrails"),
    Of<&Endpoint::default_answer>("default_answer"),
    Of<&Endpoint::degraded>("degraded"),
};
constexpr Field kSnapshot[] = {
    Of<&Snapshot::format>("format"),
    Of<&Snapshot::version>("version"),
    Of<&Snapshot::written_ms>("written_ms"),
    Of<&Snapshot::endpoints>("endpoints"),
};
constexpr Field kTrip[] = {
    Of<&Trip::variant>("variant").Required(),
    Of<&Trip::reason>("reason"),
    Of<&Trip::at_ms>("at_ms"),
};
constexpr Field kVariantStatus[] = {
    Of<&VariantStatus::variant>("variant").Required(),
    Of<&VariantStatus::state>("state").Required(),
    Of<&VariantStatus::reason>("reason"),
};
constexpr Field kEndpointStatus[] = {
    Of<&EndpointStatus::project>("project").Required(),
    Of<&EndpointStatus::name>("name").Required(),
    Of<&EndpointStatus::variant>("variant"),
    Of<&EndpointStatus::state>("state").Required(),
    Of<&EndpointStatus::reason>("reason"),
    Of<&EndpointStatus::runtime>("runtime"),
    Of<&EndpointStatus::answering>("answering"),
    Of<&EndpointStatus::variants>("variants"),
    Of<&EndpointStatus::trips>("trips"),
};
constexpr Field kStatus[] = {
    Of<&Status::version>("version"),
    Of<&Status::endpoints>("endpoints"),
};

template <typename T>
Result<T> Parse(std::string_view text, std::string_view what) {
  auto parsed = schema::FromJson<T>(text, kDialect);
  if (parsed) return *std::move(parsed);
  return std::unexpected(
      Error{Code::kDataLoss, schema::ErrorOf(parsed.error()).message}.Context(what));
}

}  // namespace

const schema::Message File::kSchema{"File", kFile};
const schema::Message Variant::kSchema{"Variant", kVariant};
const schema::Message Guardrails::kSchema{"Guardrails", kGuardrails};
const schema::Message Endpoint::kSchema{"Endpoint", kEndpoint};
const schema::Message Snapshot::kSchema{"Snapshot", kSnapshot};
const schema::Message Trip::kSchema{"Trip", kTrip};
const schema::Message VariantStatus::kSchema{"VariantStatus", kVariantStatus};
const schema::Message EndpointStatus::kSchema{"EndpointStatus", kEndpointStatus};
const schema::Message Status::kSchema{"Status", kStatus};

std::string_view DrillOf(std::string_view name) {
  constexpr std::string_view kSuffix = "-drill";
  if (!name.ends_with(kSuffix)) return {};
  name.remove_suffix(kSuffix.size());
  return name;
}

std::string ToText(const Snapshot& snapshot) {
  return schema::ToJson(snapshot, schema::EmptyLists::kWrite);
}
std::string ToText(const Status& status) {
  return schema::ToJson(status, schema::EmptyLists::kWrite);
}

Result<Snapshot> ParseSnapshot(std::string_view text) {
  auto snapshot = TRY(Parse<Snapshot>(text, "the serving snapshot"));
  if (snapshot.format == kFormat) return snapshot;
  return Fail(Code::kFailedPrecondition,
              "the serving snapshot has format {}; this gateway reads {}", snapshot.format,
              kFormat);
}
Result<Status> ParseStatus(std::string_view text) {
  return Parse<Status>(text, "the gateway's status");
}

std::string SnapshotPath(const std::string& data) {
  return data + "/serving/snapshot.json";
}
std::string StatusPath(const std::string& data) {
  return data + "/gateway/status.json";
}

}  // namespace galley::snapshot
