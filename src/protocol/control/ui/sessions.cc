#include "protocol/control/ui/sessions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/core.h>

#include "foundation/base/id.h"
#include "storage/blob/digest.h"

namespace galley::ui {
namespace {

constexpr std::size_t kCodesMax = 32;
constexpr std::string_view kVersion = "1";
constexpr std::size_t kNameDigits = 8;

std::string RandomHex(io::Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.Fill(bytes);
  return HexOf({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Cuts what stands before the next `separator` off a text.
std::string_view Cut(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

}  // namespace

Sessions::Sessions(std::string_view token, const io::Clock& clock, io::Random& random,
                   std::string path)
    : clock_(clock), random_(random), path_(path.empty() ? "/" : std::move(path)) {
  if (!token.empty()) key_ = blob::HmacOf(token, "galley session cookie 1").Raw();
  name_ = "galley_" + Signature("name").substr(0, kNameDigits);
}

std::string Sessions::Attributes(bool secure) const {
  return fmt::format("; Path={}; HttpOnly; SameSite=Lax{}", path_, secure ? "; Secure" : "");
}

std::string Sessions::Signature(std::string_view text) const {
  return blob::HmacOf(key_, text).Hex();
}

Sessions::Code Sessions::NewCode() {
  Code code{.text = RandomHex(random_), .expires_ms = clock_.NowMs() + kCodeMs};
  const std::scoped_lock lock(mutex_);
  if (codes_.size() == kCodesMax) codes_.pop_front();
  codes_.push_back(code);
  return code;
}

bool Sessions::Redeem(std::string_view code) {
  const std::int64_t now = clock_.NowMs();
  const blob::Digest wanted = blob::DigestOf(code);
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(codes_, [&](const Code& known) {
    return blob::EqualsSecretly(blob::DigestOf(known.text), wanted);
  });
  if (found == codes_.end()) return false;
  const bool good = found->expires_ms > now;
  codes_.erase(found);
  return good;
}

std::string Sessions::NewCookie(bool secure) {
  const std::string signed_text =
      fmt::format("{}.{}.{}", kVersion, clock_.NowMs() + kCookieMs, RandomHex(random_));
  return fmt::format("{}={}.{}; Max-Age={}{}", name_, signed_text, Signature(signed_text),
                     kCookieMs / 1000, Attributes(secure));
}

std::string Sessions::NoCookie() const {
  return fmt::format("{}=; Max-Age=0{}", name_, Attributes(false));
}

std::optional<std::int64_t> Sessions::EndOf(std::string_view cookies) const {
  while (!cookies.empty()) {
    std::string_view pair = Cut(cookies, ';');
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (Cut(pair, '=') != name_) continue;
    if (const auto end = EndOfValue(pair)) return end;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Sessions::EndOfValue(std::string_view value) const {
  const auto dot = value.rfind('.');
  if (key_.empty() || dot == std::string_view::npos) return std::nullopt;
  const std::string_view signed_text = value.substr(0, dot);
  const auto signature = blob::Digest::FromHex(value.substr(dot + 1));
  if (!signature || !blob::EqualsSecretly(blob::HmacOf(key_, signed_text), *signature)) {
    return std::nullopt;
  }
  std::string_view rest = signed_text;
  if (Cut(rest, '.') != kVersion) return std::nullopt;
  const std::string_view expiry = Cut(rest, '.');
  std::int64_t end_ms = 0;
  const auto [end, error] = std::from_chars(expiry.data(), expiry.data() + expiry.size(), end_ms);
  if (error != std::errc() || end != expiry.data() + expiry.size()) return std::nullopt;
  return end_ms > clock_.NowMs() ? std::optional(end_ms) : std::nullopt;
}

}  // namespace galley::ui
