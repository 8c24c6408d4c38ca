#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <span>

#include "foundation/base/id.h"
#include "foundation/io/errno.h"
#include "foundation/io/file.h"
#include "platform/notify/sender.h"

namespace galley::notify {
namespace {

constexpr std::size_t kBytesMin = 16;
constexpr std::size_t kBytesMax = 1024;
constexpr std::string_view kSetting = "notify_secret_file";

Result<std::string> ReadSecret(const std::string& path) {
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) {
    return Fail(Code::kNotFound, "{}: there is no file '{}' that can be read", kSetting, path);
  }
  if ((facts.st_mode & 0077U) != 0) {
    return Fail(Code::kFailedPrecondition,
                "{}: others may use '{}' (mode {:o}); 'chmod 600' makes it yours alone", kSetting,
                path, facts.st_mode & 0777U);
  }
  // Two bytes for the end of a line.
  std::string secret = TRY(Context(io::ReadFile(path, kBytesMax + 2), kSetting));
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.size() >= kBytesMin && secret.size() <= kBytesMax) return secret;
  return Fail(Code::kFailedPrecondition,
              "{}: the secret in '{}' has {} bytes; it must have {} to {}", kSetting, path,
              secret.size(), kBytesMin, kBytesMax);
}

}  // namespace

Result<std::string> SecretOf(const std::string& file, const std::string& data, io::Random& random) {
  if (!file.empty()) return ReadSecret(file);
  const std::string path = data + "/notify-secret";
  struct stat facts{};
  if (::stat(path.c_str(), &facts) == 0) return ReadSecret(path);
  std::array<std::uint8_t, 32> bytes{};
  random.Fill(bytes);
  std::string made = HexOf({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  TRY(io::ReplaceFile(path, made + "\n"));
  return made;
}

}  // namespace galley::notify
