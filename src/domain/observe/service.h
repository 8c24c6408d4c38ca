#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/observe/monitor.h"
#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/appendlog/segment.h"
#include "storage/db/connection.h"
#include "storage/db/migrate.h"
#include "storage/journal/change.h"

namespace galley::observe {

/// The tables of this room.
extern const db::Part kTables;

/// What became of a segment.
struct Ingested {
  bool was_known = false;        ///< It had come before; nothing was changed.
  std::int64_t predictions = 0;  ///< Requests that were answered.
  std::int64_t mirrored = 0;     ///< Answers that nobody got.
  std::int64_t labels = 0;
  std::int64_t skipped = 0;  ///< Records of no known kind or project.
};
/// Takes in all records of a sealed segment.
Result<Ingested> Ingest(journal::Change& change, appendlog::SegmentReader& segment);

struct Label {
  std::int64_t at_ms = 0;
  std::string name;   ///< Of what became known; empty: what is predicted.
  std::string value;  ///< JSON.
};

/// One row of a request, with its labels.
struct Prediction {
  Id id;
  std::int64_t row = 0;   ///< Within its request, from 0.
  std::int64_t rows = 0;  ///< Of its request.
  std::int64_t at_ms = 0;
  std::string endpoint;
  Id variant;
  Id version;
  std::optional<Id> mirror_of;  ///< The row that the caller got, if nobody got this one.
  std::string request;          ///< Body; empty if it was too long to keep.
  std::string response;         ///< Body.
  std::vector<Label> labels;    ///< Of the row that the caller got.
};
/// kNotFound also while the gateway's segment has not come.
Result<Prediction> GetPrediction(db::Connection& db, std::int64_t project, const Id& id);

struct Counts {
  std::int64_t predictions = 0;  ///< Rows, without mirrored ones.
  std::int64_t labels = 0;
};
/// What a variant answered so far, in rows, and when it began and ended. Mirrored rows are none.
struct Predicted {
  std::int64_t rows = 0;
  std::int64_t first_ms = 0;  ///< 0 without rows.
  std::int64_t last_ms = 0;
};
/// Looks at every prediction of the project.
Result<Predicted> PredictedBy(db::Connection& db, std::int64_t project, const Id& variant);
Result<Counts> CountAll(db::Connection& db, std::int64_t project);

}  // namespace galley::observe
