#include "protocol/control/native/contract_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kContractAnswer[] = {
    Of<&ContractAnswer::number>("number"),         Of<&ContractAnswer::digest>("digest"),
    Of<&ContractAnswer::contract>("contract"),     Of<&ContractAnswer::actor>("actor"),
    Of<&ContractAnswer::created_ms>("created_ms"),
};
constexpr Field kRejectedVersion[] = {
    Of<&RejectedVersion::version>("version"),   Of<&RejectedVersion::id>("id"),
    Of<&RejectedVersion::mode>("mode"),         Of<&RejectedVersion::rows>("rows"),
    Of<&RejectedVersion::files>("files"),       Of<&RejectedVersion::actor>("actor"),
    Of<&RejectedVersion::source>("source"),     Of<&RejectedVersion::message>("message"),
    Of<&RejectedVersion::batch>("batch"),       Of<&RejectedVersion::created_ms>("created_ms"),
    Of<&RejectedVersion::failures>("failures"), Of<&RejectedVersion::checks>("checks"),
};
constexpr Field kRejectedAnswer[] = {Of<&RejectedAnswer::rejected>("rejected"),
                                     Of<&RejectedAnswer::has_more>("has_more")};
constexpr Field kListRejected[] = {Of<&ListRejected::limit>("limit")};
constexpr Field kFrequentValue[] = {Of<&FrequentValue::value>("value"),
                                    Of<&FrequentValue::count>("count")};
constexpr Field kColumnSummary[] = {
    Of<&ColumnSummary::name>("name"),         Of<&ColumnSummary::kind>("kind"),
    Of<&ColumnSummary::nulls>("nulls"),       Of<&ColumnSummary::nans>("nans"),
    Of<&ColumnSummary::distinct>("distinct"), Of<&ColumnSummary::min>("min"),
    Of<&ColumnSummary::max>("max"),           Of<&ColumnSummary::mean>("mean"),
    Of<&ColumnSummary::stddev>("stddev"),     Of<&ColumnSummary::q25>("q25"),
    Of<&ColumnSummary::median>("median"),     Of<&ColumnSummary::q75>("q75"),
    Of<&ColumnSummary::shortest>("shortest"), Of<&ColumnSummary::longest>("longest"),
    Of<&ColumnSummary::frequent>("frequent"), Of<&ColumnSummary::histogram>("histogram"),
};
constexpr Field kStatisticsAnswer[] = {Of<&StatisticsAnswer::rows>("rows"),
                                       Of<&StatisticsAnswer::columns>("columns")};

}  // namespace

const schema::Message ContractAnswer::kSchema{"ContractAnswer", kContractAnswer};
const schema::Message RejectedVersion::kSchema{"RejectedVersion", kRejectedVersion};
const schema::Message RejectedAnswer::kSchema{"RejectedAnswer", kRejectedAnswer};
const schema::Message ListRejected::kSchema{"ListRejected", kListRejected};
const schema::Message FrequentValue::kSchema{"FrequentValue", kFrequentValue};
const schema::Message ColumnSummary::kSchema{"ColumnSummary", kColumnSummary};
const schema::Message StatisticsAnswer::kSchema{"StatisticsAnswer", kStatisticsAnswer};

}  // namespace galley::native
