#include "storage/blob/digest.h"

#include <unistd.h>

#include <algorithm>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "foundation/base/check.h"
#include "foundation/base/id.h"
#include "foundation/io/errno.h"

namespace galley::blob {

struct Sha256::Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { EVP_MD_CTX_free(evp); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  CHECK(EVP_DigestInit_ex(context_->evp, EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::Add(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size()) == 1);
}

Digest Sha256::Finish() {
  Digest digest;
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(context_->evp, digest.bytes.data(), &size) == 1);
  CHECK(size == digest.bytes.size());
  return digest;
}

Digest DigestOf(std::string_view bytes) {
  Sha256 hash;
  hash.Add(bytes);
  return hash.Finish();
}

Digest HmacOf(std::string_view key, std::string_view bytes) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): characters as bytes.
  const auto* text = reinterpret_cast<const unsigned char*>(bytes.data());
  Digest digest;
  unsigned size = 0;
  CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text, bytes.size(),
             digest.bytes.data(), &size) != nullptr);
  CHECK(size == digest.bytes.size());
  return digest;
}

bool EqualsSecretly(const Digest& left, const Digest& right) {
  return CRYPTO_memcmp(left.bytes.data(), right.bytes.data(), left.bytes.size()) == 0;
}

Result<Digest> DigestOfFile(int file, std::string_view path) {
  constexpr std::size_t kPieceBytes = std::size_t{1} << 18U;
  Sha256 hash;
  std::string piece(kPieceBytes, '\0');
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file, piece.data(), piece.size(), at);
    if (got < 0) return std::unexpected(io::ErrnoError(fmt::format("reading {}", path)));
    if (got == 0) return hash.Finish();
    hash.Add(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
    at += got;
  }
}

std::string_view Digest::Raw() const {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as characters.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string Digest::Hex() const {
  return HexOf(Raw());
}

std::optional<Digest> Digest::FromRaw(std::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) return std::nullopt;
  std::memcpy(digest.bytes.data(), bytes.data(), bytes.size());
  return digest;
}

std::optional<Digest> Digest::FromHex(std::string_view text) {
  constexpr std::size_t kHalf = 32;
  if (text.size() != 2 * kHalf) return std::nullopt;
  const auto first = Id::Parse(text.substr(0, kHalf));
  const auto second = Id::Parse(text.substr(kHalf));
  if (!first || !second) return std::nullopt;
  Digest digest;
  std::ranges::copy(first->bytes, digest.bytes.begin());
  std::ranges::copy(second->bytes, digest.bytes.begin() + kHalf / 2);
  return digest;
}

}  // namespace galley::blob
