#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/io/clock.h"
#include "foundation/io/random.h"

namespace galley::ui {

/// Signing in with a browser (docs/adr/0019): whoever has the token gets a code, which is good for
/// one cookie. The cookie is signed with a key of the token and stored nowhere. Any thread.
class Sessions {
 public:
  static constexpr std::int64_t kCodeMs = 120'000;
  static constexpr std::int64_t kCookieMs = 12 * 3'600'000;

  /// `clock` and `random` stay the caller's and outlive this. Without a token nobody is signed in.
  /// Cookies are for what is below `path`; empty: for all.
  Sessions(std::string_view token, const io::Clock& clock, io::Random& random,
           std::string path = {});

  struct Code {
    std::string text;
    std::int64_t expires_ms = 0;
  };
  /// A new code. The oldest of more than a few is given up.
  Code NewCode();
  /// Whether the code was good until now; it is not any more.
  bool Redeem(std::string_view code);

  /// Values of Set-Cookie: for a new session, and for none. `secure`: over HTTPS alone.
  std::string NewCookie(bool secure);
  std::string NoCookie() const;

  /// When the session ends that a Cookie header names; null if it names none that is good.
  std::optional<std::int64_t> EndOf(std::string_view cookies) const;

 private:
  std::string Attributes(bool secure) const;
  std::optional<std::int64_t> EndOfValue(std::string_view value) const;
  std::string Signature(std::string_view text) const;

  const io::Clock& clock_;
  io::Random& random_;
  std::string key_;
  std::string path_;
  std::string name_;  // Cookies know no ports: each data directory has a name of its own.
  std::mutex mutex_;
  std::deque<Code> codes_;  // The oldest first.
};

}  // namespace galley::ui
