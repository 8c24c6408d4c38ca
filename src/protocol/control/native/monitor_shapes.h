#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/observe/monitor.h"
#include "domain/observe/quality.h"
#include "domain/observe/reference_source.h"
#include "foundation/base/error.h"
#include "foundation/http/router.h"
#include "foundation/stats/interval.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/monitor_messages.h"
#include "storage/journal/store.h"

/// What the files about monitors share. Inside of this room only.
namespace galley::native {

Result<MonitorMessage> MonitorMessageOf(const journal::View& view, const observe::Monitor& monitor);
/// `complete`, `closed`, `late` or `open`: of windows that end at `end`, in event time.
std::string WindowState(const MonitorMessage& monitor, const observe::QualityCounts& counts,
                        double end);
/// Accuracy with its interval, of a window or of a variant in it.
template <typename Message>
void AddAccuracy(const observe::QualityCounts& counts, Message& message) {
  message.predictions = counts.predictions;
  message.labels = counts.labels();
  message.accuracy = counts.Accuracy();
  if (!message.accuracy) return;
  const auto interval =
      stats::WilsonInterval(static_cast<double>(counts.true_positives + counts.true_negatives),
                            static_cast<double>(counts.labels()));
  message.accuracy_low = interval.low;
  message.accuracy_high = interval.high;
}

/// Labelled rows by bucket of observe::LagBucket.
using Lags = std::map<std::int64_t, std::int64_t>;
std::int64_t RowsOf(const Lags& lags);
/// Upper end of the bucket that the quantile lies in; null without rows.
std::optional<double> QuantileMs(const Lags& lags, double q);

struct WindowRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
};
/// The windows that begin in [from, to) of event time; kInvalidArgument: none does, or too many.
Result<WindowRange> WindowsBetween(const observe::Monitor& monitor, double from, double to);
/// Where a reference's rows came from, as the API answers it.
MonitorReference ReferenceMessageOf(const observe::KnownSource& known);
/// `GET` and `POST` of a reference.
void AddMonitorReference(std::vector<http::Route>& routes, const Api& api);

/// The heat map, a column beside its reference, accuracy with its labels' arrival: what pages draw.
void AddMonitorPictures(std::vector<http::Route>& routes, const Api& api);

}  // namespace galley::native
