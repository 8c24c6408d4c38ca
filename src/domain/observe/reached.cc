#include "domain/observe/reached.h"

#include <algorithm>

namespace galley::observe {

Reached Advance(Reached reached, double time, const Id& request, double reach) {
  if (!reached.watermark || time <= *reached.watermark + reach) {
    reached.watermark = std::max(reached.watermark.value_or(time), time);
    return reached;
  }
  if (!reached.far || reached.far_request == request) {
    reached.far = std::min(reached.far.value_or(time), time);
    reached.far_request = request;
    return reached;
  }
  const double later = std::max(*reached.far, time);
  reached.watermark = std::max(*reached.watermark, std::min(*reached.far, time));
  reached.far.reset();
  return Advance(reached, later, request, reach);
}

}  // namespace galley::observe
