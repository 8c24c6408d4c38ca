#pragma once

#include <cerrno>
#include <string_view>

#include "foundation/base/error.h"

namespace galley::io {

/// The Error for a failed system call: "`doing`: No such file or directory", with the code that
/// fits `error_number`. Call it before anything else can change `errno`.
Error ErrnoError(std::string_view doing, int error_number = errno);

}  // namespace galley::io
