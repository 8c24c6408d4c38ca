#include "serving/runtime/worker_frames.h"

#include <bit>
#include <cstring>

namespace galley::serving {
namespace {

static_assert(std::endian::native == std::endian::little, "frames are little-endian");

template <typename T>
void Put(char* at, T value) {
  std::memcpy(at, &value, sizeof(value));
}

template <typename T>
T Get(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

constexpr std::size_t kBodyBytesAt = 0;
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kKindAt = 5;
constexpr std::size_t kStatusAt = 6;
constexpr std::size_t kContentTypeBytesAt = 8;
constexpr std::size_t kIdAt = 12;

Result<FrameHeader> DecodeHeader(const char* bytes, std::size_t body_bytes_max) {
  const auto version = Get<std::uint8_t>(bytes + kVersionAt);
  if (version != kFrameVersion) {
    return Fail(Code::kDataLoss, "a frame has version {}, not {}", version, kFrameVersion);
  }
  const auto kind = Get<std::uint8_t>(bytes + kKindAt);
  if (kind < static_cast<int>(FrameKind::kReady) || kind > static_cast<int>(FrameKind::kAnswer)) {
    return Fail(Code::kDataLoss, "a frame has the unknown kind {}", kind);
  }
  const FrameHeader header{.kind = static_cast<FrameKind>(kind),
                           .status = Get<std::uint16_t>(bytes + kStatusAt),
                           .id = Get<std::uint32_t>(bytes + kIdAt),
                           .content_type_bytes = Get<std::uint32_t>(bytes + kContentTypeBytesAt),
                           .body_bytes = Get<std::uint32_t>(bytes + kBodyBytesAt)};
  if (header.content_type_bytes > kContentTypeBytesMax) {
    return Fail(Code::kDataLoss, "a frame's content type has {} bytes; at most {} are allowed",
                header.content_type_bytes, kContentTypeBytesMax);
  }
  if (header.body_bytes > body_bytes_max) {
    return Fail(Code::kDataLoss, "a frame's body has {} bytes; at most {} are allowed",
                header.body_bytes, body_bytes_max);
  }
  return header;
}

}  // namespace

std::array<char, kFrameHeaderBytes> EncodeHeader(const FrameHeader& header) {
  std::array<char, kFrameHeaderBytes> bytes{};
  Put(bytes.data() + kBodyBytesAt, header.body_bytes);
  Put(bytes.data() + kVersionAt, kFrameVersion);
  Put(bytes.data() + kKindAt, header.kind);
  Put(bytes.data() + kStatusAt, header.status);
  Put(bytes.data() + kContentTypeBytesAt, header.content_type_bytes);
  Put(bytes.data() + kIdAt, header.id);
  return bytes;
}

Result<std::optional<Frame>> FrameReader::Next() {
  if (bytes_.size() < kFrameHeaderBytes) return std::optional<Frame>();
  const FrameHeader header = TRY(DecodeHeader(bytes_.data(), body_bytes_max_));
  const std::size_t body_at = kFrameHeaderBytes + header.content_type_bytes;
  const std::size_t end = body_at + header.body_bytes;
  if (bytes_.size() < end) return std::optional<Frame>();
  std::optional<Frame> frame(
      Frame{.header = header,
            .content_type = bytes_.substr(kFrameHeaderBytes, header.content_type_bytes),
            .body = bytes_.substr(body_at, header.body_bytes)});
  bytes_.erase(0, end);
  if (bytes_.empty()) bytes_.shrink_to_fit();  // One large answer must not stay for ever.
  return frame;
}

}  // namespace galley::serving
