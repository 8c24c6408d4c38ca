#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/base/error.h"
#include "foundation/schema/message.h"

/// YAML for people's own files: whatever is wrong is named with file, line and key.
namespace galley::yaml {

constexpr std::size_t kBytesMax = std::size_t{1} << 20U;
constexpr std::size_t kNodesMax = 100'000;  ///< An alias counts as all it stands for.
constexpr int kDepthMax = 64;

/// Both from 1.
struct Place {
  int line = 1;
  int column = 1;
};

enum class Kind : std::uint8_t { kNull, kBool, kInteger, kFloating, kText, kList, kMap };
/// `a text`, `a list` and so on, for errors.
std::string_view KindName(Kind kind);

struct Entry;

/// A value. Scalars are resolved as YAML 1.2's core schema does (section 10.3.2): quoted ones and
/// those of no other form are texts.
struct Node {
  Kind kind = Kind::kNull;
  Place place;
  std::string text;            ///< Of a scalar: as it stands in the file, without quotes.
  std::vector<Node> items;     ///< Of a list.
  std::vector<Entry> entries;  ///< Of a map, in the file's order.

  /// The value under a key of a map; null if there is none, or this is no map.
  const Node* Find(std::string_view key) const;
  bool IsScalar() const { return kind != Kind::kList && kind != Kind::kMap; }
};

struct Entry {
  std::string key;
  Place place;  ///< The key's.
  Node value;
};

struct Document {
  std::string label;  ///< The file's name, as errors give it.
  Node root;
};

/// Parses a text of one document; an empty one is null. kInvalidArgument:
/// `galley.yaml:3:5: the key 'a' stands here twice; …`; kResourceExhausted beyond a limit.
Result<Document> Parse(std::string_view text, std::string label);

/// `galley.yaml:3:5: MESSAGE`
Error ErrorAt(const Document& document, Place place, std::string_view message);

/// Where `path` (`a.b[3].c`) leads to below a node, as far as it goes.
Place PlaceOf(const Node& node, std::string_view path);

/// The node as JSON. Integers in octal and hexadecimal become decimal ones; infinities and NaN,
/// which JSON has not, texts.
std::string ToJson(const Node& node);

/// Fills `object`, a struct whose table is `message`, from a map. Keys that the table lacks are
/// errors. `where` names the node in errors, such as `jobs.train`.
Status DecodeInto(const Document& document, const Node& node, std::string_view where,
                  const schema::Message& message, void* object);

template <typename T>
Result<T> Decode(const Document& document, const Node& node, std::string_view where) {
  T object;
  if (auto done = DecodeInto(document, node, where, T::kSchema, &object); !done) {
    return std::unexpected(std::move(done).error());
  }
  return object;
}

}  // namespace galley::yaml
