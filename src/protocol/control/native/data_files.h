#pragma once

#include <cstdint>
#include <string_view>

#include "domain/data/types.h"
#include "foundation/base/error.h"
#include "foundation/http/router.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/data_messages.h"

/// Datasets of files: what data.cc puts into the route table. All on the pool but for the upload.
namespace galley::native {

DatasetVersion VersionMessage(const data::Version& version);

/// `POST objects`: objects one after the other, each with its size in front.
http::Route ObjectsRoute(const Api& api);
Result<http::Response> MissingObjects(const Api& api, const http::Request& request);
Result<http::Response> ReadObjects(const Api& api, const http::Request& request);
Result<http::Response> GetObject(const Api& api, const http::Request& request);
Result<http::Response> CommitTreeOf(const Api& api, const http::Request& request);
Result<http::Response> ListTree(const Api& api, const http::Request& request);
Result<http::Response> CompareTrees(const Api& api, const http::Request& request,
                                    const CompareDataset& message);

}  // namespace galley::native
