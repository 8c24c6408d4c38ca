#include "serving/router/routing.h"

#include <array>
#include <cstring>
#include <string>

#include "foundation/stats/assignment.h"
#include "serving/runtime/request_outline.h"

namespace galley::serving {
namespace {

constexpr std::int64_t kWhole = 1000;  // Weights and shares are thousandths.

double Drawn(io::Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.Fill(bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), bytes.size());
  return static_cast<double>(bits >> 11U) * 0x1p-53;
}

}  // namespace

double UnitOf(const LoadedEndpoint& endpoint, const PredictRequest& request, io::Random& random) {
  if (endpoint.key.empty()) return Drawn(random);
  if (!request.key.empty()) return stats::AssignmentHash(endpoint.seed, Plain(request.key));
  const auto key = KeyOf(request.content_type, request.body, endpoint.key);
  return key ? stats::AssignmentHash(endpoint.seed, *key) : Drawn(random);
}

std::size_t ArmFor(const LoadedEndpoint& endpoint, double unit) {
  std::int64_t before = 0;
  for (std::size_t at = 1; at < endpoint.arms.size(); ++at) {
    const LoadedArm& arm = endpoint.arms[at];
    before += arm.weight;
    // Divided, as the hash is, so that equal fractions are equal numbers.
    if (unit >= static_cast<double>(before) / static_cast<double>(kWhole)) continue;
    return arm.variant && !arm.is_tripped() ? at : 0;
  }
  return 0;
}

bool IsMirrored(const LoadedArm& arm, const Id& answered) {
  if (arm.mirror <= 0 || !arm.variant || arm.is_tripped()) return false;
  if (arm.mirror >= kWhole) return true;
  const double unit = stats::AssignmentHash(arm.variant->facts.id, answered.Hex());
  return unit < static_cast<double>(arm.mirror) / static_cast<double>(kWhole);
}

}  // namespace galley::serving
