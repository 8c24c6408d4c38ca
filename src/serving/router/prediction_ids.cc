#include "serving/router/prediction_ids.h"

#include <array>
#include <charconv>
#include <cstring>
#include <string_view>

#include <fmt/core.h>

#include "foundation/io/file.h"

namespace galley::serving {
namespace {

constexpr std::size_t kFileBytesMax = 64;

/// `GATEWAY BOOT` in hex.
struct Counted {
  std::uint32_t gateway = 0;
  std::uint32_t boot = 0;
};

Result<Counted> Parse(const std::string& text, const std::string& path) {
  Counted counted;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, counted.gateway, 16);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == ' ') {
    const auto second = std::from_chars(first.ptr + 1, end, counted.boot, 16);
    if (second.ec == std::errc()) return counted;
  }
  return Fail(Code::kDataLoss, "{} does not hold the gateway's number and its boots", path);
}

void PutBigEndian(std::uint64_t value, std::size_t size, std::uint8_t* out) {
  for (std::size_t at = size; at > 0; --at, value >>= 8U) {
    out[at - 1] = static_cast<std::uint8_t>(value);
  }
}

}  // namespace

Result<PredictionIds> PredictionIds::Open(const std::string& folder, io::Random& random) {
  const std::string path = folder + "/id";
  Counted counted;
  const auto text = io::ReadFile(path, kFileBytesMax);
  if (text) {
    counted = TRY(Parse(*text, path));
  } else if (text.error().code == Code::kNotFound) {
    std::array<std::uint8_t, 4> bytes{};
    random.Fill(bytes);
    std::memcpy(&counted.gateway, bytes.data(), bytes.size());
  } else {
    return std::unexpected(text.error());
  }
  ++counted.boot;
  TRY(io::ReplaceFile(path, fmt::format("{:08x} {:08x}\n", counted.gateway, counted.boot)));
  return PredictionIds(counted.gateway, counted.boot);
}

Id PredictionIds::Take(std::uint64_t count) {
  const std::uint64_t first = next_.fetch_add(count, std::memory_order_relaxed);
  Id id;
  PutBigEndian(gateway_, 4, &id.bytes[0]);
  PutBigEndian(boot_, 4, &id.bytes[4]);
  PutBigEndian(first, 8, &id.bytes[8]);
  return id;
}

}  // namespace galley::serving
