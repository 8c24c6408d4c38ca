#include "foundation/schema/decode.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "foundation/json/writer.h"
#include "foundation/yaml/scalar.h"
#include "foundation/yaml/yaml.h"

namespace galley::yaml {
namespace {

void WriteScalar(const Node& node, json::Writer& writer) {
  switch (node.kind) {
    case Kind::kNull: writer.Null(); return;
    case Kind::kBool: writer.Bool(node.text[0] == 't' || node.text[0] == 'T'); return;
    case Kind::kInteger:
      if (const auto value = IntegerOf(node.text)) {
        writer.Int(*value);
        return;
      }
      break;
    case Kind::kFloating: {
      const double value = std::strtod(node.text.c_str(), nullptr);
      if (!node.text.ends_with('f') && !node.text.ends_with('F') && std::isfinite(value)) {
        writer.Double(value);
        return;
      }
      break;
    }
    default: break;
  }
  writer.String(node.text);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as Parse lets it.
void Write(const Node& node, json::Writer& writer) {
  if (node.kind == Kind::kList) {
    writer.BeginArray();
    for (const Node& item : node.items) Write(item, writer);
    writer.EndArray();
  } else if (node.kind == Kind::kMap) {
    writer.BeginObject();
    for (const Entry& entry : node.entries) {
      writer.Key(entry.key);
      Write(entry.value, writer);
    }
    writer.EndObject();
  } else {
    WriteScalar(node, writer);
  }
}

/// Where a Problem's path leads to, as far as the file goes.
struct Found {
  Place place;
  const schema::Message* message;  ///< Of the last map on the way.
};
Found Follow(const Node& root, std::string_view path, const schema::Message* message) {
  Found found{root.place, message};
  const Node* node = &root;
  while (!path.empty()) {
    if (path.starts_with('[') && node->kind == Kind::kList) {
      const std::size_t at = std::strtoul(path.data() + 1, nullptr, 10);
      path.remove_prefix(std::min(path.find(']') + 1, path.size()));
      if (at >= node->items.size()) return found;
      node = &node->items[at];
      found.place = node->place;
      continue;
    }
    if (path.starts_with('.')) path.remove_prefix(1);
    // A key that the table lacks may have any characters: it is the whole rest.
    const auto next = std::ranges::find_if(node->entries, [path](const Entry& entry) {
      const std::string_view rest = path.substr(std::min(entry.key.size(), path.size()));
      return path.starts_with(entry.key) &&
             (rest.empty() || rest.front() == '.' || rest.front() == '[');
    });
    if (next == node->entries.end()) return found;
    path.remove_prefix(next->key.size());
    if (!path.empty() && found.message != nullptr) {
      const auto field = std::ranges::find(found.message->fields, next->key, &schema::Field::name);
      if (field != found.message->fields.end() && field->message != nullptr) {
        found.message = field->message;
      }
    }
    node = &next->value;
    found.place = path.empty() ? next->place : node->place;
  }
  return found;
}

std::string Known(const schema::Message& message) {
  std::string names;
  for (const schema::Field& field : message.fields) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", field.name);
  }
  return names;
}

}  // namespace

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull: return "nothing";
    case Kind::kBool: return "true or false";
    case Kind::kInteger: return "a whole number";
    case Kind::kFloating: return "a number";
    case Kind::kText: return "a text";
    case Kind::kList: return "a list";
    case Kind::kMap: return "a mapping";
  }
  return "";
}

const Node* Node::Find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

Error ErrorAt(const Document& document, Place place, std::string_view message) {
  return {Code::kInvalidArgument,
          fmt::format("{}:{}:{}: {}", document.label, place.line, place.column, message)};
}

Place PlaceOf(const Node& node, std::string_view path) {
  return Follow(node, path, nullptr).place;
}

std::string ToJson(const Node& node) {
  json::Writer writer;
  Write(node, writer);
  return std::move(writer).Take();
}

Status DecodeInto(const Document& document, const Node& node, std::string_view where,
                  const schema::Message& message, void* object) {
  if (node.kind != Kind::kMap) {
    return std::unexpected(
        ErrorAt(document, node.place,
                fmt::format("'{}' must be a mapping, not {}", where, KindName(node.kind))));
  }
  const auto done = schema::DecodeJson(ToJson(node), message, {.refuse_unknown = true}, object);
  if (done) return {};
  schema::Problem problem = done.error();
  const Found found = Follow(node, problem.path, &message);
  problem.path = problem.path.empty()
                     ? std::string(where)
                     : fmt::format("{}{}{}", where, where.empty() ? "" : ".", problem.path);
  std::string text = schema::ErrorOf(problem).message;
  if (problem.what == schema::Problem::What::kUnknown) {
    text += fmt::format("; there are: {}", Known(*found.message));
  }
  return std::unexpected(ErrorAt(document, found.place, text));
}

}  // namespace galley::yaml
