#include "domain/observe/windows.h"

namespace galley::observe {

Result<std::optional<std::int64_t>> ClosedThrough(db::Connection& /*db*/,
                                                  const Monitor& /*monitor*/) {
  return std::optional<std::int64_t>();
}

Result<std::optional<std::int64_t>> OldestWindow(db::Connection& /*db*/,
                                                 const Monitor& /*monitor*/) {
  return std::optional<std::int64_t>();
}

Result<QualityCounts> Together(db::Connection& db, const Monitor& monitor, std::int64_t first,
                               std::int64_t last, const Arm& arm) {
  QualityCounts counts;
  if (arm.mirrored.value_or(false)) return counts;
  for (const Measured& it : TRY(ListMeasured(db, monitor, "", first))) {
    if (it.window <= last && arm.variant.value_or(it.variant) == it.variant)
      counts.Merge(it.counts);
  }
  return counts;
}

Result<std::vector<PairedBlock>> ListPaired(db::Connection& /*db*/, const Monitor& /*monitor*/,
                                            const Id& /*champion*/, const Id& /*challenger*/,
                                            std::int64_t /*first*/, std::int64_t /*last*/) {
  return std::vector<PairedBlock>();
}

Result<std::optional<Made>> MadeBetween(db::Connection& /*db*/, const Monitor& /*monitor*/,
                                        std::int64_t /*first*/, std::int64_t /*last*/) {
  return std::optional<Made>();
}

std::optional<double> Traffic::QuantileMs(double /*q*/) const {
  return std::nullopt;
}

Result<Traffic> TrafficBetween(db::Connection& /*db*/, std::int64_t /*project*/,
                               std::string_view /*endpoint*/, const std::optional<Id>& /*variant*/,
                               std::int64_t /*from_ms*/, std::int64_t /*to_ms*/) {
  return Traffic{};
}

}  // namespace galley::observe
