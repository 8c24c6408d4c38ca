#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API takes and answers of searching, and of views of pages
/// (docs/formats/native_api.md).
namespace galley::native {

struct AskSearch {
  std::string q;
  std::string types;  ///< Kinds, with commas between; empty: all.
  std::int64_t limit = 5;
  std::int64_t offset = 0;
  static const schema::Message kSchema;
};
struct SearchHit {
  std::string kind;
  std::string id;
  std::string title;
  std::string detail;
  std::string path;
  std::string field;
  std::string match;
  std::int64_t at_ms = 0;
  static const schema::Message kSchema;
};
struct SearchCount {
  std::string kind;
  std::int64_t count = 0;
  static const schema::Message kSchema;
};
struct SearchAnswer {
  std::vector<SearchHit> hits;
  std::vector<SearchCount> counts;
  bool has_more = false;
  static const schema::Message kSchema;
};

struct AskResolve {
  std::string text;
  static const schema::Message kSchema;
};
struct Resolved {
  std::string kind;
  std::string id;
  std::string title;
  std::string path;
  static const schema::Message kSchema;
};

struct KeepPageView {
  std::string page;
  std::string state;
  static const schema::Message kSchema;
};
struct PageView {
  std::string id;
  std::string page;
  std::string state;
  static const schema::Message kSchema;
};

}  // namespace galley::native
