#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/base/id.h"
#include "storage/db/connection.h"

/// Predictions as they are stored, for whoever wants to compute with them himself.
namespace galley::observe {

struct NamedLabel {
  std::int64_t row = 0;  ///< Of the request, from 0.
  std::string name;      ///< Empty: what the model predicts.
  std::int64_t at_ms = 0;
  std::string value;  ///< JSON.
};

/// One request with all that became known of its rows.
struct RequestRecord {
  Id id;  ///< Of the first row.
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  Id variant;
  Id version;
  std::optional<Id> mirror_of;  ///< Of the answered request, which has body and labels.
  std::string content_type;
  std::string request;
  std::string response;
  std::vector<NamedLabel> labels;  ///< By row, then time.
};
struct RequestPage {
  std::vector<RequestRecord> requests;
  bool has_more = false;
};
/// An endpoint's requests whose ids are above `after`, in the order of their ids: at most `limit`,
/// and fewer if they are long.
Result<RequestPage> ListRequests(db::Connection& db, std::int64_t project,
                                 std::string_view endpoint, const std::optional<Id>& after,
                                 std::int64_t limit);

/// The newest ones, the newest first.
Result<RequestPage> NewestRequests(db::Connection& db, std::int64_t project,
                                   std::string_view endpoint, std::int64_t limit);

}  // namespace galley::observe
