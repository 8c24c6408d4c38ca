#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/schema/message.h"

/// What the native API answers of where things come from and what came of them
/// (docs/formats/native_api.md).
namespace galley::native {

struct AskLineage {
  std::string node;
  std::string dir = "both";  ///< `up`: causes; `down`: effects; `both`.
  std::int64_t depth = 3;
  std::int64_t limit = 200;  ///< Nodes.
  static const schema::Message kSchema;
};
struct LineageNode {
  std::string node;    ///< As `AskLineage::node`.
  std::string kind;    ///< What stands before its colon.
  std::string name;    ///< For people.
  std::string detail;  ///< What else is to be said of it, or empty.
  std::string state;   ///< Of what it is now; `missing`: it is named, and is not there.
  std::optional<std::int64_t> at_ms;
  std::string path;        ///< Of the page; empty: there is none.
  std::int64_t depth = 0;  ///< Below 0: causes. 0: the one that was asked for.
  bool has_more = false;   ///< There is more beyond it, in the direction that leads away.
  static const schema::Message kSchema;
};
struct LineageEdge {
  std::string from;  ///< The cause.
  std::string to;
  static const schema::Message kSchema;
};
struct LineageAnswer {
  std::string node;
  std::int64_t position = 0;       ///< The newest event of the project that this knows of.
  std::vector<LineageNode> nodes;  ///< The nearest first.
  std::vector<LineageEdge> edges;  ///< Between these nodes.
  bool has_more = false;           ///< `limit` left nodes out.
  static const schema::Message kSchema;
};

}  // namespace galley::native
