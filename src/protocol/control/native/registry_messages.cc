#include "protocol/control/native/registry_messages.h"

namespace galley::native {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kAskModels[] = {Of<&AskModels::q>("q").Bytes(250), Of<&AskModels::limit>("limit"),
                                Of<&AskModels::offset>("offset")};
constexpr Field kAlias[] = {Of<&ModelAlias::alias>("alias"), Of<&ModelAlias::version>("version")};
constexpr Field kServed[] = {Of<&ServedAt::endpoint>("endpoint"), Of<&ServedAt::variant>("variant"),
                             Of<&ServedAt::version>("version"), Of<&ServedAt::weight>("weight"),
                             Of<&ServedAt::mirror>("mirror")};
constexpr Field kModel[] = {
    Of<&RegisteredModelMessage::id>("id"),
    Of<&RegisteredModelMessage::name>("name"),
    Of<&RegisteredModelMessage::description>("description"),
    Of<&RegisteredModelMessage::newest>("newest"),
    Of<&RegisteredModelMessage::created_ms>("created_ms"),
    Of<&RegisteredModelMessage::updated_ms>("updated_ms"),
    Of<&RegisteredModelMessage::tags>("tags"),
    Of<&RegisteredModelMessage::aliases>("aliases"),
    Of<&RegisteredModelMessage::served>("served"),
};
constexpr Field kModels[] = {Of<&RegisteredModelsAnswer::models>("models"),
                             Of<&RegisteredModelsAnswer::has_more>("has_more")};
constexpr Field kAskModel[] = {Of<&AskModel::limit>("limit"), Of<&AskModel::offset>("offset")};
constexpr Field kVersion[] = {
    Of<&RegisteredVersion::id>("id"),
    Of<&RegisteredVersion::version>("version"),
    Of<&RegisteredVersion::description>("description"),
    Of<&RegisteredVersion::stage>("stage"),
    Of<&RegisteredVersion::aliases>("aliases"),
    Of<&RegisteredVersion::source>("source"),
    Of<&RegisteredVersion::user>("user"),
    Of<&RegisteredVersion::run>("run"),
    Of<&RegisteredVersion::run_name>("run_name"),
    Of<&RegisteredVersion::commit>("commit"),
    Of<&RegisteredVersion::created_ms>("created_ms"),
    Of<&RegisteredVersion::files>("files"),
    Of<&RegisteredVersion::bytes>("bytes"),
    Of<&RegisteredVersion::metrics>("metrics"),
    Of<&RegisteredVersion::served>("served"),
};
constexpr Field kAnswer[] = {Of<&RegisteredModelAnswer::model>("model"),
                             Of<&RegisteredModelAnswer::versions>("versions"),
                             Of<&RegisteredModelAnswer::has_more>("has_more")};

}  // namespace

const schema::Message AskModels::kSchema{"AskModels", kAskModels};
const schema::Message ModelAlias::kSchema{"ModelAlias", kAlias};
const schema::Message ServedAt::kSchema{"ServedAt", kServed};
const schema::Message RegisteredModelMessage::kSchema{"RegisteredModel", kModel};
const schema::Message RegisteredModelsAnswer::kSchema{"RegisteredModelsAnswer", kModels};
const schema::Message AskModel::kSchema{"AskModel", kAskModel};
const schema::Message RegisteredVersion::kSchema{"RegisteredVersion", kVersion};
const schema::Message RegisteredModelAnswer::kSchema{"RegisteredModelAnswer", kAnswer};

}  // namespace galley::native
