#include "domain/pipeline/key.h"

#include <algorithm>
#include <cctype>

#include "foundation/schema/decode.h"
#include "foundation/schema/encode.h"

namespace galley::pipeline {
namespace {

/// A value that a person can compare: parameters, and versions of datasets.
bool IsShown(const PartChange& part) {
  return part.kind == "param" || part.kind == "dataset" || part.kind == "env" ||
         part.kind == "gate";
}

std::string Named(const PartChange& part) {
  if (part.name.empty()) return "the " + part.kind;
  return fmt::format("{} '{}'", part.kind, part.name);
}

const KeyPart* Same(const std::vector<KeyPart>& parts, const KeyPart& part) {
  const auto found = std::ranges::find_if(parts, [&part](const KeyPart& other) {
    return other.kind == part.kind && other.name == part.name;
  });
  return found == parts.end() ? nullptr : &*found;
}

void Add(std::string& text, const std::string& more) {
  text += (text.empty() ? "" : "; ") + more;
}

template <typename T>
Result<T> Parsed(std::string_view json) {
  auto object = schema::FromJson<T>(json, schema::Dialect{});
  if (object) return *std::move(object);
  return Fail(Code::kDataLoss, "{}", schema::ErrorOf(object.error()).message);
}

}  // namespace

std::string VariableName(std::string_view prefix, std::string_view name) {
  std::string variable(prefix);
  for (const char c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    variable += is_plain ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : '_';
  }
  return variable;
}

blob::Digest KeyOf(const std::vector<KeyPart>& parts) {
  return blob::DigestOf("galley job 1\n" + PartsJson(parts));
}

std::vector<PartChange> ChangesOf(const std::vector<KeyPart>& before,
                                  const std::vector<KeyPart>& now) {
  std::vector<PartChange> changes;
  for (const KeyPart& part : now) {
    const KeyPart* was = Same(before, part);
    if (was == nullptr) {
      changes.push_back({part.kind, part.name, std::nullopt, part.value});
    } else if (was->value != part.value) {
      changes.push_back({part.kind, part.name, was->value, part.value});
    }
  }
  for (const KeyPart& part : before) {
    if (Same(now, part) == nullptr) {
      changes.push_back({part.kind, part.name, part.value, std::nullopt});
    }
  }
  return changes;
}

std::string DifferenceOf(const std::vector<KeyPart>& before, const std::vector<KeyPart>& now) {
  std::string text;
  for (const PartChange& change : ChangesOf(before, now)) {
    if (!change.before) {
      Add(text, Named(change) + " is new");
    } else if (!change.after) {
      Add(text, Named(change) + " is gone");
    } else if (IsShown(change)) {
      Add(text, fmt::format("{}: {} → {}", Named(change), *change.before, *change.after));
    } else {
      Add(text, Named(change) + " changed");
    }
  }
  return text;
}

std::string PartsJson(const std::vector<KeyPart>& parts) {
  return schema::ToJson(KeyParts{parts}, schema::EmptyLists::kWrite);
}

Result<std::vector<KeyPart>> ParseParts(std::string_view json) {
  return TRY(Parsed<KeyParts>(json)).parts;
}

std::string ResultsJson(const Results& results) {
  return schema::ToJson(results, schema::EmptyLists::kWrite);
}

Result<Results> ParseResults(std::string_view json) {
  return Parsed<Results>(json);
}

}  // namespace galley::pipeline
