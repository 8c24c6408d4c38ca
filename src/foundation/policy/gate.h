#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::policy {

/// What a route lets its caller do.
enum class Right : std::uint8_t {
  kHealth,      ///< Asking whether the process lives: always allowed.
  kRead,        ///< Seeing what is stored; asking a model.
  kTrack,       ///< Storing what training produces, labels included.
  kSigned,      ///< What the signature in a request allows: its handler checks it.
  kAdminister,  ///< What executes code, opens an endpoint or grants rights.
};

/// What a request says of its caller; empty where a header is absent.
struct Facts {
  std::string_view host;
  std::string_view origin;
  std::string_view authorization;
};

/// The rules of one process. Immutable; any thread.
class Gate {
 public:
  /// `token` opens kAdminister; empty: nobody may. `hosts` are the names, without port, that a Host
  /// header may have; the loopback names always may.
  Gate(std::string token, std::vector<std::string> hosts);

  /// The reason to refuse, or null. kPermissionDenied for a wrong Host or Origin, kUnauthenticated
  /// for a missing or wrong token.
  std::optional<Error> Decide(Right right, const Facts& facts) const;

 private:
  bool KnowsHost(std::string_view authority) const;
  bool HasToken(std::string_view authorization) const;

  std::string token_;
  std::vector<std::string> hosts_;
};

}  // namespace galley::policy
