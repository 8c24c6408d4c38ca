#include "protocol/control/native/model_compare_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kAsk[] = {Of<&AskModelCompare::a>("a").Required(),
                          Of<&AskModelCompare::b>("b").Required(),
                          Of<&AskModelCompare::limit>("limit")};
constexpr Field kMetric[] = {Of<&MetricPair::key>("key"), Of<&MetricPair::a>("a"),
                             Of<&MetricPair::b>("b")};
constexpr Field kText[] = {Of<&TextPair::key>("key"), Of<&TextPair::a>("a"), Of<&TextPair::b>("b")};
constexpr Field kSignature[] = {Of<&SignaturePair::part>("part"), Of<&SignaturePair::name>("name"),
                                Of<&SignaturePair::a>("a"), Of<&SignaturePair::b>("b")};
constexpr Field kFile[] = {Of<&FilePair::path>("path"), Of<&FilePair::a_sha256>("a_sha256"),
                           Of<&FilePair::b_sha256>("b_sha256"), Of<&FilePair::a_bytes>("a_bytes"),
                           Of<&FilePair::b_bytes>("b_bytes")};
constexpr Field kVersion[] = {
    Of<&ComparedVersion::version>("version"),
    Of<&ComparedVersion::aliases>("aliases"),
    Of<&ComparedVersion::run>("run"),
    Of<&ComparedVersion::run_name>("run_name"),
    Of<&ComparedVersion::commit>("commit"),
    Of<&ComparedVersion::created_ms>("created_ms"),
    Of<&ComparedVersion::files>("files"),
    Of<&ComparedVersion::bytes>("bytes"),
    Of<&ComparedVersion::has_signature>("has_signature"),
};
constexpr Field kAnswer[] = {
    Of<&ModelCompareAnswer::model>("model"),
    Of<&ModelCompareAnswer::a>("a"),
    Of<&ModelCompareAnswer::b>("b"),
    Of<&ModelCompareAnswer::metrics>("metrics"),
    Of<&ModelCompareAnswer::params>("params"),
    Of<&ModelCompareAnswer::params_same>("params_same"),
    Of<&ModelCompareAnswer::signature>("signature"),
    Of<&ModelCompareAnswer::signature_same>("signature_same"),
    Of<&ModelCompareAnswer::files>("files"),
    Of<&ModelCompareAnswer::files_same>("files_same"),
    Of<&ModelCompareAnswer::has_more>("has_more"),
};

}  // namespace

const schema::Message AskModelCompare::kSchema{"AskModelCompare", kAsk};
const schema::Message MetricPair::kSchema{"MetricPair", kMetric};
const schema::Message TextPair::kSchema{"TextPair", kText};
const schema::Message SignaturePair::kSchema{"SignaturePair", kSignature};
const schema::Message FilePair::kSchema{"FilePair", kFile};
const schema::Message ComparedVersion::kSchema{"ComparedVersion", kVersion};
const schema::Message ModelCompareAnswer::kSchema{"ModelCompareAnswer", kAnswer};

}  // namespace galley::native
