#include "foundation/policy/gate.h"

#include <algorithm>

#include "foundation/base/base64.h"

namespace galley::policy {
namespace {

constexpr std::string_view kLoopbackNames[] = {"127.0.0.1", "localhost", "[::1]"};
constexpr std::string_view kBearer = "bearer ";
constexpr std::string_view kBasic = "basic ";

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, Lower, Lower);
}

/// `example.org:5000` without its port. An IPv6 address keeps its brackets.
std::string_view NameOf(std::string_view authority) {
  const auto colon = authority.rfind(':');
  const auto bracket = authority.rfind(']');
  if (colon == std::string_view::npos) return authority;
  if (bracket != std::string_view::npos && bracket > colon) return authority;
  return authority.substr(0, colon);
}

/// Whether the page is this server's own, as its browser reached it: perhaps through a proxy that
/// speaks HTTPS, which no page can claim.
bool IsSameOrigin(const Facts& facts) {
  const std::string_view scheme = facts.forwarded_proto == "https" ? "https://" : "http://";
  return facts.origin.starts_with(scheme) &&
         EqualsIgnoringCase(facts.origin.substr(scheme.size()), facts.host);
}

/// Compares in a time that does not depend on where the texts differ.
bool EqualsSecretly(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  unsigned char difference = 0;
  for (std::size_t at = 0; at < left.size(); ++at) {
    difference = static_cast<unsigned char>(difference | (left[at] ^ right[at]));
  }
  return difference == 0;
}

}  // namespace

Gate::Gate(std::string token, std::vector<std::string> hosts, SessionCheck has_session)
    : token_(std::move(token)), hosts_(std::move(hosts)), has_session_(std::move(has_session)) {}

std::optional<Error> Gate::Decide(Right right, const Facts& facts) const {
  if (right == Right::kHealth) return std::nullopt;
  if (!KnowsHost(facts.host)) {
    return Fail(Code::kPermissionDenied,
                "the Host header names '{}'; this server answers to localhost, 127.0.0.1, [::1] "
                "and the names in its setting allowed_hosts",
                facts.host)
        .error();
  }
  if (!facts.origin.empty() && !IsSameOrigin(facts)) {
    return Fail(Code::kPermissionDenied,
                "the page at '{}' may not use this server: its origin differs", facts.origin)
        .error();
  }
  if (right != Right::kAdminister || HasToken(facts.authorization)) return std::nullopt;
  if (has_session_ && !facts.cookie.empty() && has_session_(facts.cookie)) {
    return DecideSession(facts);
  }
  return Error{
      Code::kUnauthenticated,
      "this needs the token of this server as 'Authorization: Bearer TOKEN'; it stands in "
      "the file 'token' of its data directory; a galley command finds it there if it is told "
      "the server's --data (or GALLEY_DATA), and elsewhere takes GALLEY_TOKEN"};
}

/// A browser sends the cookie whoever asks it to: what other sites cannot do is asked for besides.
std::optional<Error> Gate::DecideSession(const Facts& facts) const {
  if (facts.csrf != "1") {
    return Error{Code::kPermissionDenied,
                 "with the session's cookie this needs the header 'X-Galley-CSRF: 1' as well"};
  }
  if (facts.fetch_site.empty() || facts.fetch_site == "same-origin" || facts.fetch_site == "none") {
    return std::nullopt;
  }
  return Fail(Code::kPermissionDenied,
              "a page of another site may not use the session (it is '{}')", facts.fetch_site)
      .error();
}

bool Gate::KnowsHost(std::string_view authority) const {
  const std::string_view name = NameOf(authority);
  const auto matches = [&](std::string_view known) { return EqualsIgnoringCase(known, name); };
  return std::ranges::any_of(kLoopbackNames, matches) || std::ranges::any_of(hosts_, matches);
}

bool Gate::HasToken(std::string_view authorization) const {
  if (token_.empty()) return false;
  if (EqualsIgnoringCase(authorization.substr(0, kBearer.size()), kBearer)) {
    return EqualsSecretly(authorization.substr(kBearer.size()), token_);
  }
  if (!EqualsIgnoringCase(authorization.substr(0, kBasic.size()), kBasic)) return false;
  // Clients that know only names and passwords send the token as the password.
  const auto plain = FromBase64(authorization.substr(kBasic.size()));
  const auto colon = plain ? plain->find(':') : std::string::npos;
  return colon != std::string::npos &&
         EqualsSecretly(std::string_view(*plain).substr(colon + 1), token_);
}

}  // namespace galley::policy
