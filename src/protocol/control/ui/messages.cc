#include "protocol/control/ui/messages.h"

namespace galley::ui {
namespace {

using schema::Field;
using schema::Of;

constexpr Field kMe[] = {
    Of<&Me::signed_in>("signed_in"), Of<&Me::until_ms>("until_ms"), Of<&Me::user>("user"),
    Of<&Me::version>("version"),     Of<&Me::project>("project"),   Of<&Me::ui>("ui"),
};
constexpr Field kSessionLink[] = {
    Of<&SessionLink::url>("url"),
    Of<&SessionLink::expires_ms>("expires_ms"),
};
constexpr Field kSignedOut[] = {
    Of<&SignedOut::signed_in>("signed_in"),
};
constexpr Field kPageError[] = {
    Of<&PageError::message>("message").Required().Bytes(2000),
    Of<&PageError::stack>("stack").Bytes(64),
    Of<&PageError::path>("path").Bytes(1000),
};

}  // namespace

const schema::Message Me::kSchema{"Me", kMe};
const schema::Message NewSession::kSchema{"NewSession", {}};
const schema::Message SessionLink::kSchema{"SessionLink", kSessionLink};
const schema::Message SignedOut::kSchema{"SignedOut", kSignedOut};
const schema::Message PageError::kSchema{"PageError", kPageError};
const schema::Message PageErrorTaken::kSchema{"PageErrorTaken", {}};

}  // namespace galley::ui
