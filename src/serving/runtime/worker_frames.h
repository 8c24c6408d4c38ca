#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/base/error.h"

/// What the gateway and a Python worker say to each other: docs/formats/worker_frames.md.
namespace galley::serving {

inline constexpr std::uint8_t kFrameVersion = 1;
inline constexpr std::size_t kFrameHeaderBytes = 16;
inline constexpr std::size_t kContentTypeBytesMax = 256;

enum class FrameKind : std::uint8_t {
  kReady = 1,    ///< From the worker, once, first: the model is loaded. Body: JSON about it.
  kFailed = 2,   ///< From the worker, instead of kReady: it is not, and why. Body: text.
  kRequest = 3,  ///< To the worker.
  kAnswer = 4,   ///< From the worker: the one to the request with this id.
};

struct FrameHeader {
  FrameKind kind = FrameKind::kReady;
  std::uint16_t status = 0;  ///< Of an answer, as in HTTP; else 0.
  std::uint32_t id = 0;      ///< Of a request and its answer; else 0.
  std::uint32_t content_type_bytes = 0;
  std::uint32_t body_bytes = 0;
};

struct Frame {
  FrameHeader header;
  std::string content_type;
  std::string body;
};

/// The bytes that stand before the content type and the body.
std::array<char, kFrameHeaderBytes> EncodeHeader(const FrameHeader& header);

/// Cuts the byte stream that comes from a worker into frames. It holds what has come and no more,
/// whatever a header promises. One thread.
class FrameReader {
 public:
  explicit FrameReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  void Append(std::string_view bytes) { bytes_.append(bytes); }

  /// The next whole frame, or none yet. kDataLoss: this is no stream of frames, or one is larger
  /// than allowed; the reader is of no use from then on.
  Result<std::optional<Frame>> Next();

  /// True between frames.
  bool empty() const { return bytes_.empty(); }

 private:
  std::size_t body_bytes_max_;
  std::string bytes_;
};

}  // namespace galley::serving
