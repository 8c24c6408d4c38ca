#pragma once

#include <string>
#include <string_view>

/// Where the page shows things. Inside of this room only.
namespace galley::native {

/// The page of a thing, below `/ui/`. `kind` is one that search answers, `id` what its hits have;
/// empty for a kind that has no page.
std::string PathOf(std::string_view kind, std::string_view id);

}  // namespace galley::native
