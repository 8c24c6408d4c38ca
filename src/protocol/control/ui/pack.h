#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"

namespace galley::ui {

/// How a file of the page lies in the pack, the least first.
enum class Coding : std::uint8_t { kIdentity, kGzip, kBrotli };
inline constexpr std::size_t kCodings = 3;

/// One file of the page. All views point into the pack.
struct Asset {
  std::string_view path;  ///< Below /ui/, such as `assets/index-5d1f.js`.
  std::string_view content_type;
  std::array<std::string_view, kCodings> bodies;  ///< By Coding; empty: not in that form.
  std::string tag;                                ///< Hex digits of its SHA-256.
};

/// The files of the page, in the format of docs/formats/ui_pack.md. Immutable; any thread.
class Pack {
 public:
  /// No files.
  Pack() = default;

  /// Reads a pack, which must outlive what this returns; no bytes are an empty pack. kDataLoss says
  /// what is wrong with it.
  static Result<Pack> Parse(std::string_view bytes);

  /// Null if there is none.
  const Asset* Find(std::string_view path) const;

  bool empty() const { return assets_.empty(); }
  /// Names all of its bytes: hex digits. Empty for an empty pack.
  const std::string& version() const { return version_; }

 private:
  std::vector<Asset> assets_;  // Sorted by path.
  std::string version_;
};

/// The pack in this program; empty if it was built without (CMake option GALLEY_UI).
std::string_view EmbeddedPack();

}  // namespace galley::ui
