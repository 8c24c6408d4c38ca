#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/data/types.h"
#include "domain/observe/drift.h"
#include "foundation/base/error.h"
#include "protocol/control/native/api.h"
#include "protocol/control/native/monitor_messages.h"
#include "storage/journal/store.h"

/// Dataset versions as references of drift (docs/formats/monitor.md). Inside of this room only.
namespace galley::native {

struct ReferredVersion {
  std::string dataset;  ///< Its name.
  data::Version version;
};
/// The version that a text names, if the monitor can be compared with it. Errors name `field`:
/// kNotFound says which versions there are, kInvalidArgument which column is missing or no number.
Result<ReferredVersion> FindReferred(const journal::View& view, const observe::Monitor& monitor,
                                     std::string_view text, std::string_view field);
/// Its rows as a reference. Reads all of them: neither on an event loop nor in a transaction.
Result<observe::Reference> ReadReferred(const Api& api, const std::string& project,
                                        const observe::Monitor& monitor,
                                        const ReferredVersion& found, std::string_view field);
/// The versions that the endpoint's champion comes from, as lineage knows them; the nearest first.
Result<std::vector<TrainedOn>> TrainedOnOf(const journal::View& view, std::string_view endpoint);

}  // namespace galley::native
