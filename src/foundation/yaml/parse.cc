#include <algorithm>
#include <exception>

#include <yaml-cpp/yaml.h>

#include "foundation/yaml/scalar.h"
#include "foundation/yaml/yaml.h"

namespace galley::yaml {
namespace {

Place PlaceOf(const YAML::Mark& mark) {
  return mark.is_null() ? Place{} : Place{mark.line + 1, mark.column + 1};
}

/// Builds the tree of one document.
class Reader {
 public:
  explicit Reader(Document& document) : document_(document) {}

  Result<Node> Read(const YAML::Node& yaml, int depth);

 private:
  Result<Node> Scalar(const YAML::Node& yaml, Node node) const;
  Status List(const YAML::Node& yaml, int depth, Node& node);
  Status Map(const YAML::Node& yaml, int depth, Node& node);

  Document& document_;
  std::size_t nodes_ = 0;
};

Result<Node> Reader::Scalar(const YAML::Node& yaml, Node node) const {
  node.text = yaml.Scalar();
  const std::string& tag = yaml.Tag();
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  if (tag == "!" || tag == std::string(kCore) + "str") {
    node.kind = Kind::kText;
    return node;
  }
  const bool is_core = tag.starts_with(kCore);
  if (!tag.empty() && tag != "?" && !is_core) {
    return std::unexpected(
        ErrorAt(document_, node.place, fmt::format("the tag '{}' is not known here", tag)));
  }
  node.kind = Resolve(node.text);
  return node;
}

// NOLINTNEXTLINE(misc-no-recursion): at most kDepthMax deep.
Status Reader::List(const YAML::Node& yaml, int depth, Node& node) {
  node.kind = Kind::kList;
  for (const YAML::Node& item : yaml) node.items.push_back(TRY(Read(item, depth + 1)));
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): at most kDepthMax deep.
Status Reader::Map(const YAML::Node& yaml, int depth, Node& node) {
  node.kind = Kind::kMap;
  for (const auto& member : yaml) {
    const Place place = PlaceOf(member.first.Mark());
    if (!member.first.IsScalar()) {
      return std::unexpected(ErrorAt(document_, place, "a key must be a single value"));
    }
    const std::string& key = member.first.Scalar();
    if (const auto same = std::ranges::find(node.entries, key, &Entry::key);
        same != node.entries.end()) {
      return std::unexpected(ErrorAt(
          document_, place,
          fmt::format("the key '{}' stands here twice; first in line {}", key, same->place.line)));
    }
    node.entries.push_back({key, place, TRY(Read(member.second, depth + 1))});
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): at most kDepthMax deep.
Result<Node> Reader::Read(const YAML::Node& yaml, int depth) {
  Node node{.place = PlaceOf(yaml.Mark())};
  if (++nodes_ > kNodesMax || depth > kDepthMax) {
    Error error = ErrorAt(document_, node.place,
                          depth > kDepthMax
                              ? fmt::format("nested deeper than {}", kDepthMax)
                              : fmt::format("more than {} values, aliases included", kNodesMax));
    error.code = Code::kResourceExhausted;
    return std::unexpected(std::move(error));
  }
  if (yaml.IsScalar()) return Scalar(yaml, std::move(node));
  if (yaml.IsSequence()) TRY(List(yaml, depth, node));
  if (yaml.IsMap()) TRY(Map(yaml, depth, node));
  return node;
}

}  // namespace

Result<Document> Parse(std::string_view text, std::string label) {
  Document document{.label = std::move(label), .root = {}};
  if (text.size() > kBytesMax) {
    return Fail(Code::kResourceExhausted, "{} has {} bytes; the limit is {}", document.label,
                text.size(), kBytesMax);
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1) {
      return std::unexpected(ErrorAt(document, PlaceOf(documents[1].Mark()),
                                     "a second document begins; there must be one"));
    }
    if (!documents.empty()) document.root = TRY(Reader(document).Read(documents.front(), 0));
  } catch (const YAML::Exception& exception) {
    return std::unexpected(
        ErrorAt(document, PlaceOf(exception.mark), "is not YAML: " + exception.msg));
  } catch (const std::exception& exception) {
    return Fail(Code::kInvalidArgument, "{} is not YAML: {}", document.label, exception.what());
  }
  return document;
}

}  // namespace galley::yaml
