#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/base/error.h"

namespace galley::blob {

/// The SHA-256 (FIPS 180-4) of some bytes.
struct Digest {
  std::array<std::uint8_t, 32> bytes{};

  auto operator<=>(const Digest&) const = default;

  /// 64 lower-case hex digits.
  std::string Hex() const;
  /// The 32 bytes as they are stored.
  std::string_view Raw() const;

  static std::optional<Digest> FromHex(std::string_view text);
  static std::optional<Digest> FromRaw(std::string_view bytes);
};

/// A SHA-256 in the making. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void Add(std::string_view bytes);
  /// The digest of all that was added. Call once.
  Digest Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

Digest DigestOf(std::string_view bytes);
/// The HMAC (RFC 2104) of some bytes with SHA-256.
Digest HmacOf(std::string_view key, std::string_view bytes);
/// Compares in a time that does not depend on where they differ.
bool EqualsSecretly(const Digest& left, const Digest& right);
/// Of all bytes of an open file, wherever it is read at. `path` is for errors. Waits for the disk.
Result<Digest> DigestOfFile(int file, std::string_view path);

}  // namespace galley::blob
