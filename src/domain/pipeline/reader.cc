#include "domain/pipeline/reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "domain/data/contract.h"
#include "foundation/base/path.h"

namespace galley::pipeline {
namespace {

constexpr std::size_t kShownMax = 60;                        // Bytes of a value in an error.
constexpr std::size_t kNamedMax = 20;                        // Names in an error.
constexpr std::string_view kInvalidPath = "Invalid path: ";  // In front of CheckRelativePath's.
constexpr double kBytesMax = 1e18;
constexpr std::int64_t kTimeMaxMs = std::int64_t{365} * 86'400'000;

std::string Shown(const yaml::Node& node) {
  if (!node.IsScalar() || node.kind == yaml::Kind::kNull) {
    return std::string(yaml::KindName(node.kind));
  }
  const std::string_view line = std::string_view(node.text).substr(0, node.text.find('\n'));
  if (line.size() == node.text.size() && line.size() <= kShownMax) {
    return fmt::format("'{}'", line);
  }
  std::size_t length = std::min(line.size(), kShownMax);
  while (length > 0 && length < line.size() && (line[length] & 0xC0) == 0x80) --length;
  return fmt::format("'{}…'", line.substr(0, length));
}

/// Where the value stands; where nothing does, its key.
yaml::Place PlaceOf(const At& at) {
  return at.node->kind == yaml::Kind::kNull ? at.place : at.node->place;
}

bool IsNumber(const yaml::Node& node) {
  return node.kind == yaml::Kind::kInteger || node.kind == yaml::Kind::kFloating;
}

double NumberOf(const yaml::Node& node) {
  return std::strtod(node.text.c_str(), nullptr);
}

double PowerOf(std::string_view unit) {
  if (unit.empty() || unit == "B") return 1;
  if (unit.front() == 'k' && unit != "k" && unit != "kB") return 0;
  constexpr std::string_view kPrefixes = "KMGTk";
  const auto at = kPrefixes.find(unit.front());
  if (at == std::string_view::npos) return 0;
  const double power = at == 4 ? 1 : static_cast<double>(at) + 1;
  const std::string_view rest = unit.substr(1);
  if (rest == "i" || rest == "iB") return std::pow(1024.0, power);
  return rest.empty() || rest == "B" ? std::pow(1000.0, power) : 0;
}

template <typename Names>
std::string Join(const Names& names) {
  std::string out;
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (at == kNamedMax) return out + fmt::format(" and {} more", names.size() - at);
    out += fmt::format("{}{}", at == 0 ? "" : ", ", names[at]);
  }
  return out.empty() ? "none" : out;
}

}  // namespace

At At::Find(std::string_view key) const {
  const auto found = std::ranges::find(node->entries, key, &yaml::Entry::key);
  std::string name = where.empty() ? std::string(key) : fmt::format("{}.{}", where, key);
  if (found == node->entries.end()) return {document, nullptr, std::move(name), place};
  return {document, &found->value, std::move(name), found->place};
}

At At::Item(std::size_t index) const {
  const yaml::Node& item = node->items[index];
  return {document, &item, fmt::format("{}[{}]", where, index), item.place};
}

Error Wrong(const At& at, std::string_view message) {
  return yaml::ErrorAt(*at.document, PlaceOf(at), fmt::format("'{}' {}", at.where, message));
}

Error WrongIn(const At& at, std::string_view message) {
  return yaml::ErrorAt(*at.document, PlaceOf(at), fmt::format("'{}': {}", at.where, message));
}

Error WrongAtKey(const At& at, std::string_view message) {
  return yaml::ErrorAt(*at.document, at.place, fmt::format("'{}' {}", at.where, message));
}

Error WrongType(const At& at, std::string_view expected) {
  return Wrong(at, fmt::format("must be {}, not {}", expected, Shown(*at.node)));
}

Status CheckMapping(const At& at) {
  if (at.node->kind == yaml::Kind::kMap) return {};
  return std::unexpected(WrongType(at, "a mapping"));
}

Status CheckKeys(const At& at, std::span<const std::string_view> known,
                 std::span<const NotYet> not_yet) {
  TRY(CheckMapping(at));
  for (const yaml::Entry& entry : at.node->entries) {
    if (std::ranges::find(known, entry.key) != known.end()) continue;
    const std::string name =
        at.where.empty() ? entry.key : fmt::format("{}.{}", at.where, entry.key);
    const auto later = std::ranges::find(not_yet, entry.key, &NotYet::key);
    if (later != not_yet.end()) {
      return std::unexpected(
          yaml::ErrorAt(*at.document, entry.place,
                        fmt::format("'{}' is not supported yet{}{}", name,
                                    later->instead.empty() ? "" : ": ", later->instead)));
    }
    return std::unexpected(
        yaml::ErrorAt(*at.document, entry.place,
                      fmt::format("there is no key '{}'; there are: {}", name, Named(known))));
  }
  return {};
}

Result<std::string> ReadText(const At& at, std::string_view expected) {
  if (!at.node->IsScalar() || at.node->kind == yaml::Kind::kNull || at.node->text.empty()) {
    return std::unexpected(at.node->kind == yaml::Kind::kText
                               ? Wrong(at, fmt::format("must be {}, not an empty text", expected))
                               : WrongType(at, expected));
  }
  if (at.node->text.contains('\0')) {
    return std::unexpected(Wrong(at, "has the character NUL, which cannot stand here"));
  }
  return at.node->text;
}

Result<bool> ReadBool(const At& at) {
  if (at.node->kind != yaml::Kind::kBool) {
    return std::unexpected(WrongType(at, "true or false"));
  }
  return at.node->text[0] == 't' || at.node->text[0] == 'T';
}

Result<std::int64_t> ReadInteger(const At& at, std::int64_t min, std::int64_t max) {
  const std::string expected = fmt::format("a whole number from {} to {}", min, max);
  if (at.node->kind != yaml::Kind::kInteger) return std::unexpected(WrongType(at, expected));
  const std::string text = yaml::ToJson(*at.node);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max) {
    return std::unexpected(WrongType(at, expected));
  }
  return value;
}

Result<double> ReadNumber(const At& at, double min, double max) {
  const double value = IsNumber(*at.node) ? NumberOf(*at.node) : NAN;
  if (!(value >= min && value <= max)) {
    return std::unexpected(WrongType(at, fmt::format("a number from {} to {}", min, max)));
  }
  return value;
}

Result<std::int64_t> ReadTime(const At& at) {
  constexpr std::string_view kExpected =
      "a time such as '90 s', '30m', '2 h' or a number of seconds, at most 365 d";
  if (IsNumber(*at.node)) {
    const double ms = NumberOf(*at.node) * 1000;
    if (ms >= 0 && ms <= static_cast<double>(kTimeMaxMs)) return std::llround(ms);
  } else if (at.node->kind == yaml::Kind::kText) {
    const auto ms = data::ParseDuration(at.node->text);
    if (ms && *ms <= kTimeMaxMs) return *ms;
  }
  return std::unexpected(WrongType(at, kExpected));
}

Result<std::int64_t> ReadSize(const At& at) {
  constexpr std::string_view kExpected =
      "a size such as '512Mi', '4Gi', '2 GB' or a number of bytes, above 0";
  double number = 0;
  std::string_view unit;
  if (IsNumber(*at.node)) {
    number = NumberOf(*at.node);
  } else if (at.node->kind == yaml::Kind::kText) {
    const std::string& text = at.node->text;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number, std::chars_format::fixed);
    if (error != std::errc()) return std::unexpected(WrongType(at, kExpected));
    unit = std::string_view(end, last);
    while (unit.starts_with(' ')) unit.remove_prefix(1);
  }
  const double bytes = number * PowerOf(unit);
  if (!(bytes >= 1 && bytes <= kBytesMax)) return std::unexpected(WrongType(at, kExpected));
  return std::llround(bytes);
}

Result<std::vector<At>> ReadItems(const At& at, std::string_view expected) {
  std::vector<At> items;
  if (at.node->kind == yaml::Kind::kList) {
    if (at.node->items.size() > kItemsMax) {
      return std::unexpected(Wrong(
          at, fmt::format("has {} items; the limit is {}", at.node->items.size(), kItemsMax)));
    }
    for (std::size_t index = 0; index < at.node->items.size(); ++index) {
      items.push_back(at.Item(index));
    }
  } else if (at.node->kind == yaml::Kind::kNull) {
    return std::unexpected(WrongType(at, expected));
  } else {
    items.push_back(at);
  }
  return items;
}

std::string Named(std::span<const std::string_view> names) {
  return Join(names);
}

std::string Named(const std::vector<std::string>& names) {
  return Join(names);
}

bool IsDatasetName(std::string_view name) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= kDatasetNameMax && is_plain(name.front()) &&
         std::ranges::all_of(
             name, [&](char c) { return is_plain(c) || c == '-' || c == '_' || c == '.'; });
}

Result<std::string> NormalPath(std::string_view path) {
  if (path.starts_with('/')) {
    return Fail(Code::kInvalidArgument, "must be relative to the project's folder, not '{}'", path);
  }
  std::vector<std::string_view> parts;
  for (std::string_view rest = path; !rest.empty();) {
    const auto slash = std::min(rest.find('/'), rest.size());
    const std::string_view part = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return Fail(Code::kInvalidArgument, "must stay in the project's folder; '{}' leaves it",
                  path);
    } else {
      parts.pop_back();
    }
  }
  std::string normal;
  for (const std::string_view part : parts) {
    normal += normal.empty() ? "" : "/";
    normal += part;
  }
  if (normal.empty()) {
    return Fail(Code::kInvalidArgument,
                "must name something below the project's folder; '{}' is the folder itself", path);
  }
  if (auto checked = CheckRelativePath(normal); !checked) {
    std::string_view reason = checked.error().message;
    if (reason.starts_with(kInvalidPath)) reason.remove_prefix(kInvalidPath.size());
    return Fail(Code::kInvalidArgument, "is no path: {}", reason);
  }
  return normal;
}

}  // namespace galley::pipeline
