#pragma once

#include <string_view>

#include "domain/data/service.h"
#include "protocol/control/native/api.h"

/// What the files about datasets share. Inside of this room only.
namespace galley::native {

/// `3`, or `r3` for a rejected version.
Result<data::VersionName> VersionOf(std::string_view text);

using Work = Result<http::Response> (*)(const Api&, const http::Request&);
/// A route below `/api/v1/projects/{project}/` whose handler waits for children and the disk.
http::Route WorkRoute(const Api& api, http::Method method, std::string_view path,
                      policy::Right right, Work work);

}  // namespace galley::native
