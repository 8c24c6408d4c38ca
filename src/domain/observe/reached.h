#pragma once

#include <optional>

#include "foundation/base/id.h"

/// How far event time has come by what labels say. Inside of this room only.
namespace galley::observe {

struct Reached {
  std::optional<double> watermark;  ///< Never goes back.
  /// A time much further on that one request has named, and that request; else null and any.
  std::optional<double> far;
  Id far_request;

  bool operator==(const Reached&) const = default;
};

/// After a labelled row of a request at `time`. A time more than `reach` beyond the watermark
/// counts once another request has named one as well: a single wrong one would close all windows
/// for good.
Reached Advance(Reached reached, double time, const Id& request, double reach);

}  // namespace galley::observe
