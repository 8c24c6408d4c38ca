#include "domain/data/engine.h"

namespace galley::data {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kColumn[] = {Of<&EngineColumn::name>("name"), Of<&EngineColumn::type>("type")};
constexpr Field kInput[] = {Of<&EngineInput::path>("path"), Of<&EngineInput::format>("format"),
                            Of<&EngineInput::label>("label")};
constexpr Field kFile[] = {Of<&EngineFile::path>("path"), Of<&EngineFile::rows>("rows"),
                           Of<&EngineFile::delta_stats>("delta_stats")};
constexpr Field kReference[] = {Of<&EngineReference::check>("check"),
                                Of<&EngineReference::paths>("paths")};
constexpr Field kExpected[] = {Of<&EngineExpected::check>("check"),
                               Of<&EngineExpected::value>("value")};
constexpr Field kRequest[] = {
    Of<&EngineRequest::operation>("operation"), Of<&EngineRequest::out>("out"),
    Of<&EngineRequest::prefix>("prefix"),       Of<&EngineRequest::inputs>("inputs"),
    Of<&EngineRequest::columns>("columns"),     Of<&EngineRequest::files>("files"),
    Of<&EngineRequest::others>("others"),       Of<&EngineRequest::keys>("keys"),
    Of<&EngineRequest::where>("where"),         Of<&EngineRequest::format>("format"),
    Of<&EngineRequest::limit>("limit"),         Of<&EngineRequest::threads>("threads"),
    Of<&EngineRequest::contract>("contract"),   Of<&EngineRequest::references>("references"),
    Of<&EngineRequest::expected>("expected"),   Of<&EngineRequest::late_below>("late_below"),
};
constexpr Field kAnswer[] = {
    Of<&EngineAnswer::columns>("columns"),
    Of<&EngineAnswer::files>("files"),
    Of<&EngineAnswer::removed>("removed"),
    Of<&EngineAnswer::added>("added"),
    Of<&EngineAnswer::removed_rows>("removed_rows"),
    Of<&EngineAnswer::same_rows>("same_rows"),
    Of<&EngineAnswer::changed_rows>("changed_rows"),
    Of<&EngineAnswer::text>("text"),
    Of<&EngineAnswer::checks>("checks"),
    Of<&EngineAnswer::late>("late"),
    Of<&EngineAnswer::event_max>("event_max"),
};

}  // namespace

const schema::Message EngineColumn::kSchema{"EngineColumn", kColumn};
const schema::Message EngineInput::kSchema{"EngineInput", kInput};
const schema::Message EngineFile::kSchema{"EngineFile", kFile};
const schema::Message EngineReference::kSchema{"EngineReference", kReference};
const schema::Message EngineExpected::kSchema{"EngineExpected", kExpected};
const schema::Message EngineRequest::kSchema{"EngineRequest", kRequest};
const schema::Message EngineAnswer::kSchema{"EngineAnswer", kAnswer};

}  // namespace galley::data
