#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>
#include <vector>

#include <yaml-cpp/eventhandler.h>
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

/// Notes where documents begin and passes over all else.
class DocumentStarts : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> marks;

  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}
};

/// The only document of a text; nothing if there is none. YAML::LoadAll is not used: where it does
/// not understand how a text goes on (`,`) it finds one empty document after the other for ever.
Result<std::optional<YAML::Node>> LoadOne(const Document& document, const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  const bool has_one = parser.HandleNextDocument(starts);
  if (has_one && parser.HandleNextDocument(starts)) {
    const YAML::Mark& next = starts.marks.back();
    const bool is_stuck = next.pos == starts.marks.front().pos;
    return std::unexpected(
        ErrorAt(document, PlaceOf(next),
                is_stuck ? std::string("is not YAML: it does not go on behind this place")
                         : std::string("a second document begins; there must be one")));
  }
  if (!has_one) return std::optional<YAML::Node>();
  return std::optional(YAML::Load(text));
}

}  // namespace

Result<Document> Parse(std::string_view text, std::string label) {
  Document document{.label = std::move(label), .root = {}};
  if (text.size() > kBytesMax) {
    return Fail(Code::kResourceExhausted, "{} has {} bytes; the limit is {}", document.label,
                text.size(), kBytesMax);
  }
  try {
    const auto root = TRY(LoadOne(document, std::string(text)));
    if (root) document.root = TRY(Reader(document).Read(*root, 0));
  } catch (const YAML::Exception& exception) {
    return std::unexpected(
        ErrorAt(document, PlaceOf(exception.mark), "is not YAML: " + exception.msg));
  } catch (const std::exception& exception) {
    return Fail(Code::kInvalidArgument, "{} is not YAML: {}", document.label, exception.what());
  }
  return document;
}

}  // namespace galley::yaml
