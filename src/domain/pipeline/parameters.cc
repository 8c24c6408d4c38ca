#include "domain/pipeline/parameters.h"

namespace galley::pipeline {
namespace {

/// `a.b.c` below a mapping. A key may have dots itself.
// NOLINTNEXTLINE(misc-no-recursion): as deep as YAML may be.
const yaml::Node* Follow(const yaml::Node& node, std::string_view name) {
  for (const yaml::Entry& entry : node.entries) {
    if (!name.starts_with(entry.key)) continue;
    if (name.size() == entry.key.size()) return &entry.value;
    if (name[entry.key.size()] != '.') continue;
    if (const auto* found = Follow(entry.value, name.substr(entry.key.size() + 1))) return found;
  }
  return nullptr;
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as YAML may be.
void Collect(const yaml::Node& node, const std::string& name,
             std::vector<std::pair<std::string, const yaml::Node*>>& values) {
  if (node.kind != yaml::Kind::kMap || (node.entries.empty() && !name.empty())) {
    values.emplace_back(name, &node);
    return;
  }
  for (const yaml::Entry& entry : node.entries) {
    Collect(entry.value, name.empty() ? entry.key : fmt::format("{}.{}", name, entry.key), values);
  }
}

/// An input's text as a value: what YAML makes of it if that is all of it, else the text.
yaml::Node ValueOf(const std::string& text) {
  yaml::Node whole{.kind = yaml::Kind::kText, .text = text};
  auto parsed = yaml::Parse(text, "input");
  if (!parsed || !parsed->root.IsScalar()) return whole;
  const bool is_quoted = text.starts_with('"') || text.starts_with('\'');
  return is_quoted || parsed->root.text == text ? std::move(parsed->root) : whole;
}

}  // namespace

Result<Parameters> Parameters::Read(const At& at, const Files& files,
                                    const std::map<std::string, std::string>& inputs) {
  Parameters parameters;
  if (at && at.node->kind == yaml::Kind::kText) {
    const auto path = NormalPath(at.node->text);
    if (!path) return std::unexpected(Wrong(at, path.error().message));
    const auto text = files.Read(*path);
    if (!text) return std::unexpected(Wrong(at, "cannot be read: " + text.error().message));
    yaml::Document document = TRY(yaml::Parse(*text, *path));
    if (document.root.kind != yaml::Kind::kMap && document.root.kind != yaml::Kind::kNull) {
      return std::unexpected(yaml::ErrorAt(
          document, document.root.place,
          fmt::format("parameters must be a mapping, not {}", yaml::KindName(document.root.kind))));
    }
    parameters.root_ = std::move(document.root);
  } else if (at && at.node->kind == yaml::Kind::kMap) {
    parameters.root_ = *at.node;
  } else if (at) {
    return std::unexpected(WrongType(at, "a mapping or the path of a YAML file"));
  }
  for (const auto& [name, text] : inputs) TRY(parameters.Replace(name, text));
  return parameters;
}

const yaml::Node* Parameters::Find(std::string_view name) const {
  return Follow(root_, name);
}

std::vector<std::pair<std::string, std::string>> Parameters::Below(std::string_view name) const {
  std::vector<std::pair<std::string, const yaml::Node*>> values;
  if (const yaml::Node* node = Find(name)) Collect(*node, std::string(name), values);
  std::vector<std::pair<std::string, std::string>> out;
  out.reserve(values.size());
  for (const auto& [full, value] : values) out.emplace_back(full, yaml::ToJson(*value));
  return out;
}

std::vector<std::string> Parameters::Names() const {
  std::vector<std::pair<std::string, const yaml::Node*>> values;
  if (!root_.entries.empty()) Collect(root_, "", values);
  std::vector<std::string> names;
  names.reserve(values.size());
  for (const auto& value : values) names.push_back(value.first);
  return names;
}

Status Parameters::Replace(const std::string& name, const std::string& text) {
  const yaml::Node* found = Find(name);
  if (found == nullptr) {
    return Fail(Code::kInvalidArgument, "input '{}': there is no such parameter; there are: {}",
                name, Named(Names()));
  }
  if (!found->IsScalar()) {
    return Fail(Code::kInvalidArgument,
                "input '{}': that parameter is {}; an input takes the place of a single value",
                name, yaml::KindName(found->kind));
  }
  // It is a node of our own root_.
  *const_cast<yaml::Node*>(found) = ValueOf(text);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return {};
}

}  // namespace galley::pipeline
