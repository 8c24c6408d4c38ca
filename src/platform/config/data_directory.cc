#include "platform/config/data_directory.h"

#include <array>
#include <charconv>
#include <string_view>

#include "foundation/base/id.h"
#include "foundation/io/file.h"

namespace galley::config {
namespace {

constexpr std::string_view kStampHead = "galley data directory, layout ";
constexpr std::size_t kSmallFileBytesMax = 4096;

Status CheckStamp(const std::string& path) {
  const std::string file = path + "/format";
  const auto stamp = io::ReadFile(file, kSmallFileBytesMax);
  if (!stamp) {
    if (stamp.error().code != Code::kNotFound) return std::unexpected(stamp.error());
    return io::ReplaceFile(file, fmt::format("{}{}\n", kStampHead, kLayoutVersion));
  }
  int version = 0;
  std::string_view text = *stamp;
  if (text.starts_with(kStampHead)) {
    text.remove_prefix(kStampHead.size());
    std::from_chars(text.data(), text.data() + text.size(), version);
  }
  if (version == kLayoutVersion) return {};
  if (version > kLayoutVersion) {
    return Fail(
        Code::kFailedPrecondition,
        "{} was written by a newer Galley (layout {}; this one knows up to {}); use that one", path,
        version, kLayoutVersion);
  }
  return Fail(Code::kDataLoss, "{} does not say which layout the folder has", file);
}

Result<std::string> TakeToken(const std::string& path, io::Random& random) {
  auto token = io::ReadFile(TokenPath(path), kSmallFileBytesMax);
  if (token) {
    while (token->ends_with('\n')) token->pop_back();
    if (!token->empty()) return token;
  } else if (token.error().code != Code::kNotFound) {
    return token;
  }
  std::array<std::uint8_t, 24> bytes{};
  random.Fill(bytes);
  std::string made = "galley-";
  for (const std::uint8_t byte : bytes) made += HexOf({reinterpret_cast<const char*>(&byte), 1});
  TRY(io::ReplaceFile(TokenPath(path), made + "\n"));
  return made;
}

}  // namespace

std::string TokenPath(const std::string& data) {
  return data + "/token";
}

Result<DataDirectory> DataDirectory::Open(const std::string& path, io::Random& random) {
  TRY(io::MakeFolder(path));
  auto lock = io::LockFile(path + "/lock");
  if (!lock && lock.error().code == Code::kFailedPrecondition) {
    return Fail(Code::kFailedPrecondition,
                "another galley server uses {}; stop that one or choose another --data", path);
  }
  if (!lock) return std::unexpected(lock.error());
  TRY(CheckStamp(path));
  auto token = TRY(TakeToken(path, random));
  return DataDirectory(path, *std::move(lock), std::move(token));
}

}  // namespace galley::config
