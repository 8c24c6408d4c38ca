#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/io/random.h"

namespace galley::serving {

/// Ids for predictions, unique without asking anybody: 4 bytes of the gateway, 4 of its boot, 8
/// that count. Any thread.
class PredictionIds {
 public:
  /// Reads the gateway's number and counts its boots in `folder`, which exists. Durable before it
  /// returns.
  static Result<PredictionIds> Open(const std::string& folder, io::Random& random);

  PredictionIds(PredictionIds&& other) noexcept
      : gateway_(other.gateway_), boot_(other.boot_), next_(other.next_.load()) {}
  PredictionIds& operator=(PredictionIds&&) = delete;
  PredictionIds(const PredictionIds&) = delete;
  PredictionIds& operator=(const PredictionIds&) = delete;
  ~PredictionIds() = default;

  /// The first of `count` ids that follow one another (snapshot::Advance).
  Id Take(std::uint64_t count);

 private:
  PredictionIds(std::uint32_t gateway, std::uint32_t boot) : gateway_(gateway), boot_(boot) {}

  std::uint32_t gateway_;
  std::uint32_t boot_;
  std::atomic<std::uint64_t> next_ = 0;
};

}  // namespace galley::serving
