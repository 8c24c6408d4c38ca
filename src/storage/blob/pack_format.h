#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "storage/blob/digest.h"

/// The bytes of a pack (docs/formats/pack.md). Pure.
namespace galley::blob {

inline constexpr std::string_view kPackBegin = "GLYPACK1";
inline constexpr std::string_view kPackEnd = "GLYPKEND";
inline constexpr std::size_t kHeadBytes = 48;  ///< Of a record, and of an entry of the footer.
inline constexpr std::size_t kTailBytes = 56;  ///< What ends a pack, behind the footer.
/// Objects up to this size lie in packs.
inline constexpr std::uint64_t kObjectBytesMax = std::uint64_t{4} << 20U;
/// Of a pack's objects, and how many they are.
inline constexpr std::uint64_t kPackBytesMax = std::uint64_t{64} << 20U;
inline constexpr std::size_t kPackObjectsMax = 65'536;

/// Appends a number in little-endian order.
void AppendNumber(std::string& to, std::uint64_t number, std::size_t bytes);
/// The number that all of `bytes`, at most 8, are.
std::uint64_t NumberOf(std::string_view bytes);

/// Where an object lies in a pack.
struct PackEntry {
  Digest digest;
  std::uint64_t offset = 0;  ///< Of its record.
  std::uint64_t size = 0;    ///< Of the object.
};

/// The head of a record, kHeadBytes long.
std::string EncodeHead(const Digest& digest, std::uint64_t size);
/// Null if the head is damaged. The offset stays 0.
std::optional<PackEntry> DecodeHead(std::string_view head);

/// Footer and end of a pack.
struct PackFooter {
  std::string bytes;
  Digest checksum;  ///< Names the pack.
};
/// Sorts the entries. `offset`: where the footer will begin.
PackFooter EncodeFooter(std::vector<PackEntry>& entries, std::uint64_t offset);

/// Where the footer begins, by a pack's last kTailBytes and its size. kDataLoss says what is wrong.
Result<std::uint64_t> FooterOffset(std::string_view tail, std::uint64_t pack_bytes);
/// The entries, by all from the footer's begin to the pack's end. kDataLoss says what is wrong.
Result<std::vector<PackEntry>> DecodeFooter(std::string_view footer, std::uint64_t offset);

}  // namespace galley::blob
