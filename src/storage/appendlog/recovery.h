#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "foundation/base/error.h"
#include "storage/appendlog/segment.h"

namespace galley::appendlog {

struct Recovered {
  std::uint64_t segments = 0;       ///< Sealed now.
  std::uint64_t records = 0;        ///< In them.
  std::uint64_t bytes_cut = 0;      ///< Behind the last valid record.
  std::optional<SegmentId> newest;  ///< Of all files in the folder.
};

/// Seals what an earlier process left unsealed, up to its last valid record. The caller has the
/// folder's lock.
Result<Recovered> Recover(const std::string& folder);

}  // namespace galley::appendlog
