#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API answers of many predictions (docs/formats/native_api.md).
namespace galley::native {

struct PageOfRequests {
  std::string after;  ///< The id of the last request that one has; empty: from the first.
  std::int64_t limit = 100;
  bool newest = false;  ///< The newest ones, the newest first; without `after`.
  static const schema::Message kSchema;
};

struct LabelOfRow {
  std::int64_t row = 0;
  std::string name;
  std::int64_t at_ms = 0;
  schema::JsonScalar value;
  static const schema::Message kSchema;
};

struct RequestMessage {
  std::string id;
  std::int64_t rows = 0;
  std::int64_t at_ms = 0;
  std::string variant;
  std::string version_id;
  std::optional<std::string> mirror_of;
  std::string content_type;
  std::string request;
  std::string response;
  std::vector<LabelOfRow> labels;
  static const schema::Message kSchema;
};

struct RequestsAnswer {
  std::vector<RequestMessage> requests;
  bool has_more = false;
  static const schema::Message kSchema;
};

}  // namespace galley::native
