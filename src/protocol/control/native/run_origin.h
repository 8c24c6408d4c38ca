#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/pipeline/service.h"
#include "domain/tracking/types.h"
#include "foundation/base/error.h"
#include "storage/journal/store.h"

/// What a run's tags tell of where it comes from. Inside of this room only.
namespace galley::native {

/// The value of a tag; empty: the run has no such tag.
std::string TagOf(const tracking::Run& run, std::string_view key);

/// The pipeline's job that started the run; null: none did, or it is gone.
Result<std::optional<pipeline::Origin>> OriginOf(const journal::View& view,
                                                 const tracking::Run& run);

}  // namespace galley::native
