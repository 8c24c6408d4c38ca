#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "foundation/json/writer.h"
#include "storage/db/connection.h"
#include "storage/journal/change.h"

/// Where the rows of references came from (docs/formats/monitor.md).
namespace galley::observe {

struct ReferenceSource {
  std::string source = "file";  ///< Or `dataset`, `requests`.
  std::optional<double> from;   ///< Of requests: event times of closed windows, as the next one.
  std::optional<double> to;
  std::string dataset;       ///< Of a dataset: its name, and what follows.
  std::int64_t version = 0;  ///< The number.
  Id version_id;
  std::string digest;
};

/// A reference that is in force, or waits for a model version.
struct KnownSource {
  ReferenceSource source;
  std::string sha256;  ///< Of the CSV that was read.
  std::int64_t rows = 0;
  std::string actor;
  std::int64_t set_ms = 0;
};

/// Of the reference in force, or of the one that waits for `model_version`. Null: there is none, or
/// it was set before sources were kept.
Result<std::optional<KnownSource>> FindSource(db::Connection& db, const Monitor& monitor,
                                              const std::optional<Id>& model_version);

/// A monitor whose reference is a version of a dataset.
struct ReferencingMonitor {
  std::string monitor;  ///< Name.
  Id id;
  std::int64_t version = 0;  ///< Of the dataset.
  bool in_force = true;      ///< False: it waits for a model version.
  std::int64_t set_ms = 0;
};
/// The newest first.
Result<std::vector<ReferencingMonitor>> ListReferencing(db::Connection& db, std::int64_t project,
                                                        std::string_view dataset);

// Inside of this room only.

/// In the place of the one that there is.
Status KeepSource(journal::Change& change, const Monitor& monitor,
                  const std::optional<Id>& model_version, const KnownSource& known);
/// What an event says of it, into an open object.
void WriteSource(const ReferenceSource& source, json::Writer& detail);

}  // namespace galley::observe
