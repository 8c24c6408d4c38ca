#include "app/server/server.h"

#include "foundation/http/serve.h"

namespace galley::server {

Status Run(const Options& options) {
  return http::ServeUntilSignalled({.name = "server", .port = options.port},
                                   {http::HealthRoute("server", GALLEY_VERSION)});
}

}  // namespace galley::server
