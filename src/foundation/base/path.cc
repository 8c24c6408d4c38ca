#include "foundation/base/path.h"

#include <algorithm>

namespace galley {
namespace {

constexpr std::size_t kPathBytesMax = 1024;
constexpr std::size_t kPartBytesMax = 255;

Status CheckPart(std::string_view part, std::string_view path) {
  if (part.empty()) {
    return Fail(Code::kInvalidArgument, "Invalid path: '{}' has an empty part", path);
  }
  if (part == "." || part == "..") {
    return Fail(Code::kInvalidArgument, "Invalid path: '{}' has the part '{}'", path, part);
  }
  if (part.size() <= kPartBytesMax) return {};
  return Fail(Code::kInvalidArgument, "Invalid path: a part has {} bytes; the limit is {}",
              part.size(), kPartBytesMax);
}

}  // namespace

Status CheckRelativePath(std::string_view path) {
  if (path.size() > kPathBytesMax) {
    return Fail(Code::kInvalidArgument, "Invalid path: it has {} bytes; the limit is {}",
                path.size(), kPathBytesMax);
  }
  const auto is_control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\';
  };
  if (std::ranges::any_of(path, is_control)) {
    return Fail(Code::kInvalidArgument,
                "Invalid path: it has a backslash, a NUL or another control character");
  }
  for (std::string_view rest = path;;) {
    const auto slash = rest.find('/');
    TRY(CheckPart(rest.substr(0, slash), path));
    if (slash == std::string_view::npos) return {};
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace galley
