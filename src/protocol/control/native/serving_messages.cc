#include "protocol/control/native/serving_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kModelFile[] = {
    Of<&ModelFile::path>("path"),
    Of<&ModelFile::sha256>("sha256"),
    Of<&ModelFile::size>("size"),
};
constexpr Field kModelVersion[] = {
    Of<&ModelVersion::id>("id"),           Of<&ModelVersion::model>("model"),
    Of<&ModelVersion::version>("version"), Of<&ModelVersion::stage>("stage"),
    Of<&ModelVersion::aliases>("aliases"), Of<&ModelVersion::source>("source"),
    Of<&ModelVersion::run>("run"),         Of<&ModelVersion::logged_model>("logged_model"),
    Of<&ModelVersion::commit>("commit"),   Of<&ModelVersion::created_ms>("created_ms"),
    Of<&ModelVersion::files>("files"),
};
constexpr Field kVariant[] = {
    Of<&Variant::id>("id"),
    Of<&Variant::name>("name"),
    Of<&Variant::endpoint>("endpoint"),
    Of<&Variant::weight>("weight"),
    Of<&Variant::mirror>("mirror"),
    Of<&Variant::model>("model"),
    Of<&Variant::version>("version"),
    Of<&Variant::version_id>("version_id"),
    Of<&Variant::python>("python"),
    Of<&Variant::created_ms>("created_ms"),
    Of<&Variant::retired_ms>("retired_ms"),
};
constexpr Field kEndpoint[] = {
    Of<&Endpoint::id>("id"),
    Of<&Endpoint::name>("name"),
    Of<&Endpoint::state>("state"),
    Of<&Endpoint::reason>("reason"),
    Of<&Endpoint::runtime>("runtime"),
    Of<&Endpoint::answering>("answering"),
    Of<&Endpoint::created_ms>("created_ms"),
    Of<&Endpoint::variants>("variants"),
};
constexpr Field kCreateEndpoint[] = {
    Of<&CreateEndpoint::name>("name").Required(),
    Of<&CreateEndpoint::model>("model").Required(),
    Of<&CreateEndpoint::version>("version").Required(),
    Of<&CreateEndpoint::python>("python"),
};
constexpr Field kSetEndpointVersion[] = {
    Of<&SetEndpointVersion::model>("model").Required(),
    Of<&SetEndpointVersion::version>("version").Required(),
    Of<&SetEndpointVersion::python>("python"),
    Of<&SetEndpointVersion::again>("again"),
};
constexpr Field kEndpointAnswer[] = {
    Of<&EndpointAnswer::endpoint>("endpoint"),
    Of<&EndpointAnswer::history>("history"),
    Of<&EndpointAnswer::history_has_more>("history_has_more"),
};
constexpr Field kEndpointsAnswer[] = {
    Of<&EndpointsAnswer::endpoints>("endpoints"),
};
constexpr Field kVariantAnswer[] = {
    Of<&VariantAnswer::variant>("variant"),
};
constexpr Field kModelVersionAnswer[] = {
    Of<&ModelVersionAnswer::model_version>("model_version"),
};
constexpr Field kLabel[] = {
    Of<&Label::at_ms>("at_ms"),
    Of<&Label::name>("name"),
    Of<&Label::value>("value"),
};
constexpr Field kPrediction[] = {
    Of<&Prediction::id>("id"),
    Of<&Prediction::row>("row"),
    Of<&Prediction::rows>("rows"),
    Of<&Prediction::at_ms>("at_ms"),
    Of<&Prediction::endpoint>("endpoint"),
    Of<&Prediction::variant>("variant"),
    Of<&Prediction::version_id>("version_id"),
    Of<&Prediction::mirror_of>("mirror_of"),
    Of<&Prediction::request>("request"),
    Of<&Prediction::response>("response"),
    Of<&Prediction::labels>("labels"),
};
constexpr Field kPredictionAnswer[] = {
    Of<&PredictionAnswer::prediction>("prediction"),
};
constexpr Field kWhyLink[] = {
    Of<&WhyLink::what>("what"),     Of<&WhyLink::id>("id"),       Of<&WhyLink::text>("text"),
    Of<&WhyLink::gap>("gap"),       Of<&WhyLink::at_ms>("at_ms"), Of<&WhyLink::actor>("actor"),
    Of<&WhyLink::digest>("digest"), Of<&WhyLink::check>("check"), Of<&WhyLink::because>("because"),
};
constexpr Field kWhyAnswer[] = {
    Of<&WhyAnswer::chain>("chain"),
};

}  // namespace

const schema::Message ModelFile::kSchema{"ModelFile", kModelFile};
const schema::Message ModelVersion::kSchema{"ModelVersion", kModelVersion};
const schema::Message Variant::kSchema{"Variant", kVariant};
const schema::Message Endpoint::kSchema{"Endpoint", kEndpoint};
const schema::Message CreateEndpoint::kSchema{"CreateEndpoint", kCreateEndpoint};
const schema::Message SetEndpointVersion::kSchema{"SetEndpointVersion", kSetEndpointVersion};
const schema::Message EndpointAnswer::kSchema{"EndpointAnswer", kEndpointAnswer};
const schema::Message EndpointsAnswer::kSchema{"EndpointsAnswer", kEndpointsAnswer};
const schema::Message VariantAnswer::kSchema{"VariantAnswer", kVariantAnswer};
const schema::Message ModelVersionAnswer::kSchema{"ModelVersionAnswer", kModelVersionAnswer};
const schema::Message Label::kSchema{"Label", kLabel};
const schema::Message Prediction::kSchema{"Prediction", kPrediction};
const schema::Message PredictionAnswer::kSchema{"PredictionAnswer", kPredictionAnswer};
const schema::Message WhyLink::kSchema{"WhyLink", kWhyLink};
const schema::Message WhyAnswer::kSchema{"WhyAnswer", kWhyAnswer};

}  // namespace galley::native
