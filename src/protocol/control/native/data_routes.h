#pragma once

#include <string_view>

#include "domain/data/service.h"
#include "protocol/control/native/api.h"

/// What the files about datasets share. Inside of this room only.
namespace galley::native {

/// `3`, or `r3` for a rejected version.
Result<data::VersionName> VersionOf(std::string_view text);

using Work = Result<http::Response> (*)(const Api&, const http::Request&);
/// What a route takes and answers, for the description of the API; null where it is no message.
struct Shapes {
  const schema::Message* parameters = nullptr;  ///< Of the query.
  const schema::Message* body = nullptr;
  const schema::Message* answer = nullptr;
};
/// A route below `/api/v1/projects/{project}/` whose handler waits for children and the disk.
http::Route WorkRoute(const Api& api, http::Method method, std::string_view path,
                      policy::Right right, Work work, const Shapes& shapes = {});

}  // namespace galley::native
