#include "foundation/io/errno.h"

#include <system_error>

namespace galley::io {
namespace {

Code CodeOf(int error_number) {
  switch (error_number) {
    case ENOENT: return Code::kNotFound;
    case EEXIST: return Code::kAlreadyExists;
    case EACCES:
    case EPERM: return Code::kPermissionDenied;
    case EADDRINUSE: return Code::kFailedPrecondition;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM: return Code::kResourceExhausted;
    case EAGAIN:
    case ECONNREFUSED: return Code::kUnavailable;
    case ETIMEDOUT: return Code::kDeadlineExceeded;
    default: return Code::kInternal;
  }
}

}  // namespace

Error ErrnoError(std::string_view doing, int error_number) {
  return Error{CodeOf(error_number), std::generic_category().message(error_number)}.Context(doing);
}

}  // namespace galley::io
