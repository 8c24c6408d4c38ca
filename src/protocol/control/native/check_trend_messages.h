#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API answers of how checks of a dataset went (docs/formats/native_api.md).
namespace galley::native {

struct AskCheckTrend {
  std::int64_t limit = 30;  ///< Commits.
  static const schema::Message kSchema;
};
struct TrendCommitMessage {
  std::string version;
  std::int64_t created_ms = 0;
  std::string outcome;
  static const schema::Message kSchema;
};
/// Lists have one item for each commit, null where the commit's contract had no such check.
struct CheckTrendMessage {
  std::string id;
  std::string rule;
  std::string severity;
  std::string measure;                     ///< `value`, `rows`, `seconds`, `none`.
  std::vector<schema::JsonScalar> states;  ///< `passed`, `warned`, `failed`, `skipped`.
  std::vector<schema::JsonScalar> values;  ///< Null also where there was nothing to measure.
  std::vector<schema::JsonScalar> lows;    ///< What was allowed; null: without such a bound.
  std::vector<schema::JsonScalar> highs;
  static const schema::Message kSchema;
};
struct CheckTrendAnswer {
  std::vector<TrendCommitMessage> commits;  ///< Oldest first.
  std::vector<CheckTrendMessage> checks;
  bool has_more = false;
  static const schema::Message kSchema;
};

}  // namespace galley::native
