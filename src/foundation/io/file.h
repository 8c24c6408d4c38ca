#pragma once

#include <string>
#include <string_view>

#include "foundation/base/error.h"
#include "foundation/io/fd.h"

namespace galley::io {

/// Creates a folder and the ones above it, for this user alone (0700). One that exists is left as
/// it is.
Status MakeFolder(const std::string& path);

/// Whether the path leads to a folder, through links too.
bool IsFolder(const std::string& path);

/// Removes a folder with all that is in it. One that does not exist is no error.
Status RemoveFolder(const std::string& path);

/// Makes the names in a folder durable (fsync of the folder itself).
Status SyncFolder(const std::string& path);

/// Writes all of `bytes`; `path` is for the error. A full disk is kUnavailable.
Status WriteAll(int file, std::string_view bytes, std::string_view path);

/// The whole of a file of at most `bytes_max` bytes. kNotFound if there is none.
Result<std::string> ReadFile(const std::string& path, std::size_t bytes_max);

/// Replaces a file at once and durably: a reader sees the old bytes or the new ones, and so does
/// whoever starts after a power cut.
Status ReplaceFile(const std::string& path, std::string_view bytes, unsigned mode = 0600);

/// Takes the lock of a file, which it creates. kFailedPrecondition if another process has it. The
/// lock is held until the descriptor is closed or the process ends (flock(2)).
Result<UniqueFd> LockFile(const std::string& path);

}  // namespace galley::io
