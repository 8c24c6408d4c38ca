#pragma once

#include <cstdint>
#include <functional>
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

  // Looked at only where the above does not decide.
  std::string_view cookie;
  std::string_view csrf;        ///< X-Galley-CSRF, which no other site can make a browser send.
  std::string_view fetch_site;  ///< Sec-Fetch-Site
  std::string_view forwarded_proto;  ///< X-Forwarded-Proto
};

/// Whether a Cookie header names a session that is good now. Any thread, within microseconds.
using SessionCheck = std::function<bool(std::string_view cookies)>;

/// The rules of one process. Immutable; any thread.
class Gate {
 public:
  /// `token` opens kAdminister; empty: nobody may. `hosts` are the names, without port, that a Host
  /// header may have; the loopback names always may. A session that `has_session` knows opens
  /// kAdminister too, for pages of the same origin; without it the token alone does.
  Gate(std::string token, std::vector<std::string> hosts, SessionCheck has_session = {});

  /// The reason to refuse, or null. kPermissionDenied for a wrong Host or Origin, kUnauthenticated
  /// for a missing or wrong token.
  std::optional<Error> Decide(Right right, const Facts& facts) const;

  /// Whether an Authorization header has the token.
  bool HasToken(std::string_view authorization) const;

 private:
  bool KnowsHost(std::string_view authority) const;
  std::optional<Error> DecideSession(const Facts& facts) const;

  std::string token_;
  std::vector<std::string> hosts_;
  SessionCheck has_session_;
};

}  // namespace galley::policy
