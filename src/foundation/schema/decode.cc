#include "foundation/schema/decode.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>
#include <simdjson.h>

namespace galley::schema {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t kShownBytesMax = 100;

using Outcome = std::expected<void, Problem>;

std::string Shown(std::string_view text) {
  if (text.size() <= kShownBytesMax) return std::string(text);
  std::size_t end = kShownBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kString: return "a string";
    case Kind::kInt64: return "a whole number of 64 bits";
    case Kind::kDouble: return "a number";
    case Kind::kBool: return "true or false";
    case Kind::kJsonScalar: return "a string, a number, true or false";
    case Kind::kJsonObject:
    case Kind::kMessage: return "an object";
  }
  return "";
}

/// Where in the message the decoder is: a list of names that lives on the stack.
struct Path {
  const Path* outer = nullptr;
  std::string_view name;
  std::optional<std::size_t> index;

  std::string Text() const {  // NOLINT(misc-no-recursion): as deep as the tables are nested.
    std::string text = outer == nullptr ? std::string() : outer->Text();
    if (!text.empty() && !name.empty()) text += '.';
    text += name;
    if (index) text += fmt::format("[{}]", *index);
    return text;
  }
};

std::unexpected<Problem> WrongType(const Path& path, std::string_view value,
                                   std::string_view expected) {
  return std::unexpected(Problem{.what = Problem::What::kWrongType,
                                 .path = path.Text(),
                                 .value = Shown(value),
                                 .detail = std::string(expected)});
}

std::unexpected<Problem> NotJson(std::string_view why) {
  return std::unexpected(Problem{
      .what = Problem::What::kNotJson, .path = {}, .value = {}, .detail = std::string(why)});
}

template <typename Number>
bool ReadNumber(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool ReadDouble(std::string_view text, double& out) {
  if (text == "NaN") {
    out = std::numeric_limits<double>::quiet_NaN();
  } else if (text == "Infinity" || text == "inf") {
    out = std::numeric_limits<double>::infinity();
  } else if (text == "-Infinity" || text == "-inf") {
    out = -std::numeric_limits<double>::infinity();
  } else {
    return ReadNumber(text, out) && std::isfinite(out);
  }
  return true;
}

/// A whole number, also written as `3.0` or `1e3`, as the JSON mapping of Protocol Buffers has it.
bool ReadInt64(std::string_view text, std::int64_t& out) {
  if (ReadNumber(text, out)) return true;
  double number = 0;
  if (!ReadNumber(text, number) || number != std::trunc(number)) return false;
  if (number < -9.2e18 || number > 9.2e18) return false;
  out = static_cast<std::int64_t>(number);
  return true;
}

/// A value that came as text, from a query or from a JSON string.
bool ReadText(const Field& field, std::string_view text, void* slot) {
  switch (field.kind) {
    case Kind::kString: *static_cast<std::string*>(slot) = text; return true;
    case Kind::kInt64: return ReadInt64(text, *static_cast<std::int64_t*>(slot));
    case Kind::kDouble: return ReadDouble(text, *static_cast<double*>(slot));
    case Kind::kBool:
      *static_cast<bool*>(slot) = text == "true";
      return text == "true" || text == "false";
    case Kind::kJsonScalar:
    case Kind::kJsonObject:
    case Kind::kMessage: return false;
  }
  return false;
}

Outcome CheckLength(const Field& field, const void* slot, const Path& path) {
  if (field.kind != Kind::kString || field.bytes_max == 0) return {};
  const auto& text = *static_cast<const std::string*>(slot);
  if (text.size() <= field.bytes_max) return {};
  return std::unexpected(Problem{.what = Problem::What::kTooLong,
                                 .path = path.Text(),
                                 .value = Shown(text),
                                 .detail = {},
                                 .limit = field.bytes_max,
                                 .size = text.size()});
}

bool IsEmpty(const Field& field, const void* object) {
  if (field.count(object) == 0) return true;
  return field.kind == Kind::kString && field.form != Form::kRepeated &&
         static_cast<const std::string*>(field.get(object, 0))->empty();
}

Outcome CheckRequired(const Message& message, const void* object, std::uint64_t seen,
                      const Path& path) {
  for (std::size_t at = 0; at < message.fields.size(); ++at) {
    const Field& field = message.fields[at];
    if (!field.required) continue;
    if ((seen >> at & 1U) != 0 && !IsEmpty(field, object)) continue;
    return std::unexpected(Problem{.what = Problem::What::kMissing,
                                   .path = Path{&path, field.name, {}}.Text(),
                                   .value = {},
                                   .detail = {}});
  }
  return {};
}

/// One pass over a JSON text.
class JsonDecoder {
 public:
  explicit JsonDecoder(const Dialect& dialect) : dialect_(dialect) {}

  Outcome Object(ondemand::object json, const Message& message, void* object, const Path& path);

 private:
  Outcome Member(ondemand::value json, const Field& field, void* object, const Path& path);
  Outcome List(ondemand::value json, const Field& field, void* object, const Path& path);
  Outcome Value(ondemand::value json, const Field& field, void* slot, const Path& path);
  Outcome Scalar(ondemand::value json, const Field& field, void* slot, const Path& path);

  const Dialect& dialect_;
};

std::string_view Trimmed(std::string_view text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tables are nested.
Outcome JsonDecoder::Object(ondemand::object json, const Message& message, void* object,
                            const Path& path) {
  std::uint64_t seen = 0;
  for (auto member : json) {
    std::string_view name;
    if (auto error = member.unescaped_key().get(name)) return NotJson(error_message(error));
    std::size_t at = 0;
    while (at < message.fields.size() && message.fields[at].name != name) ++at;
    ondemand::value value;
    if (auto error = member.value().get(value)) return NotJson(error_message(error));
    if (at == message.fields.size()) {
      if (!dialect_.refuse_unknown) continue;
      return std::unexpected(Problem{.what = Problem::What::kUnknown,
                                     .path = Path{&path, name, {}}.Text(),
                                     .value = {},
                                     .detail = {}});
    }
    seen |= std::uint64_t{1} << at;
    const Field& field = message.fields[at];
    if (auto done = Member(value, field, object, Path{&path, field.name, {}}); !done) return done;
  }
  return CheckRequired(message, object, seen, path);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tables are nested.
Outcome JsonDecoder::Member(ondemand::value json, const Field& field, void* object,
                            const Path& path) {
  bool is_null = false;
  if (auto error = json.is_null().get(is_null)) return NotJson(error_message(error));
  if (is_null) return {};
  if (field.form == Form::kRepeated) return List(json, field, object, path);
  return Value(json, field, field.make(object), path);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tables are nested.
Outcome JsonDecoder::List(ondemand::value json, const Field& field, void* object,
                          const Path& path) {
  ondemand::array items;
  if (json.get_array().get(items)) return WrongType(path, Trimmed(json.raw_json_token()), "a list");
  std::size_t count = 0;
  for (auto item : items) {
    ondemand::value value;
    if (auto error = item.get(value)) return NotJson(error_message(error));
    Path place = path;
    place.index = count++;
    if (field.items_max != 0 && count > field.items_max) continue;
    if (auto done = Value(value, field, field.make(object), place); !done) return done;
  }
  if (field.items_max == 0 || count <= field.items_max) return {};
  return std::unexpected(Problem{.what = Problem::What::kTooMany,
                                 .path = path.Text(),
                                 .value = {},
                                 .detail = {},
                                 .limit = field.items_max,
                                 .size = count});
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tables are nested.
Outcome JsonDecoder::Value(ondemand::value json, const Field& field, void* slot, const Path& path) {
  if (field.kind != Kind::kMessage && field.kind != Kind::kJsonObject) {
    return Scalar(json, field, slot, path);
  }
  ondemand::object inner;
  if (json.get_object().get(inner)) {
    return WrongType(path, Trimmed(json.raw_json_token()), NameOf(field.kind));
  }
  if (field.kind == Kind::kJsonObject) {
    std::string_view text;
    if (auto error = inner.raw_json().get(text)) return NotJson(error_message(error));
    static_cast<JsonObject*>(slot)->text = Trimmed(text);
    return {};
  }
  return Object(inner, *field.message, slot, path);
}

Outcome TakeScalar(std::string_view token, void* slot) {
  static_cast<JsonScalar*>(slot)->text = token;
  return {};
}

Outcome JsonDecoder::Scalar(ondemand::value json, const Field& field, void* slot,
                            const Path& path) {
  auto type = ondemand::json_type::null;
  if (auto error = json.type().get(type)) return NotJson(error_message(error));
  const std::string_view token = Trimmed(json.raw_json_token());
  bool good = false;
  switch (type) {
    case ondemand::json_type::string: {
      std::string_view text;
      if (auto error = json.get_string().get(text)) return NotJson(error_message(error));
      if (field.kind == Kind::kJsonScalar) return TakeScalar(token, slot);
      good = (field.kind == Kind::kString || dialect_.numbers_as_strings) &&
             ReadText(field, text, slot);
      break;
    }
    case ondemand::json_type::number: {
      double checked = 0;  // simdjson checks the grammar only when it is asked for the value.
      std::int64_t whole = 0;
      if (json.get_double().get(checked) && json.get_int64().get(whole)) break;
      if (field.kind == Kind::kJsonScalar) return TakeScalar(token, slot);
      good = (field.kind == Kind::kInt64 || field.kind == Kind::kDouble) &&
             ReadText(field, token, slot);
      break;
    }
    case ondemand::json_type::boolean: {
      bool value = false;
      if (auto error = json.get_bool().get(value)) return NotJson(error_message(error));
      if (field.kind == Kind::kJsonScalar) return TakeScalar(token, slot);
      good = field.kind == Kind::kBool;
      if (good) *static_cast<bool*>(slot) = value;
      break;
    }
    default: break;
  }
  if (!good) return WrongType(path, token, NameOf(field.kind));
  return CheckLength(field, slot, path);
}

/// Puts quotes around the non-numbers that Python writes; nothing inside strings changes.
std::string QuoteNonNumbers(std::string_view body) {
  std::string out;
  out.reserve(body.size() + 16);
  bool in_string = false;
  for (std::size_t at = 0; at < body.size();) {
    if (in_string && body[at] == '\\') {
      out += body.substr(at, 2);
      at += 2;
      continue;
    }
    if (body[at] == '"') in_string = !in_string;
    std::string_view found;
    for (const std::string_view word : {"NaN", "-Infinity", "Infinity"}) {
      if (!in_string && found.empty() && body.substr(at).starts_with(word)) found = word;
    }
    if (found.empty()) {
      out += body[at++];
    } else {
      ((out += '"') += found) += '"';
      at += found.size();
    }
  }
  return out;
}

Outcome DecodePadded(const simdjson::padded_string& text, const Message& message,
                     const Dialect& dialect, void* object, bool may_be_string) {
  ondemand::parser parser;
  ondemand::document document;
  if (auto error = parser.iterate(text).get(document)) return NotJson(error_message(error));
  auto type = ondemand::json_type::null;
  if (auto error = document.type().get(type)) return NotJson(error_message(error));
  if (type == ondemand::json_type::string && may_be_string) {
    std::string_view inner;
    if (auto error = document.get_string().get(inner)) return NotJson(error_message(error));
    return DecodePadded(simdjson::padded_string(inner), message, dialect, object, false);
  }
  ondemand::object root;
  if (document.get_object().get(root)) return WrongType({}, {}, "a JSON object");
  if (auto done = JsonDecoder(dialect).Object(root, message, object, {}); !done) return done;
  const char* rest = nullptr;
  if (!document.current_location().get(rest)) {
    return NotJson("there is more after the end of the object");
  }
  return {};
}

}  // namespace

Outcome DecodeJson(std::string_view body, const Message& message, const Dialect& dialect,
                   void* object) {
  const bool lenient = dialect.python_leniency;
  if (lenient && (body.find("NaN") != body.npos || body.find("Infinity") != body.npos)) {
    const std::string quoted = QuoteNonNumbers(body);
    return DecodePadded(simdjson::padded_string(quoted), message, dialect, object, true);
  }
  return DecodePadded(simdjson::padded_string(body), message, dialect, object, lenient);
}

Outcome DecodeParameters(std::span<const std::pair<std::string, std::string>> parameters,
                         const Message& message, const Dialect& dialect, void* object) {
  std::uint64_t seen = 0;
  for (const auto& [name, text] : parameters) {
    std::size_t at = 0;
    while (at < message.fields.size() && message.fields[at].name != name) ++at;
    const Path path{nullptr, name, {}};
    if (at == message.fields.size()) {
      if (!dialect.refuse_unknown) continue;
      return std::unexpected(
          Problem{.what = Problem::What::kUnknown, .path = path.Text(), .value = {}, .detail = {}});
    }
    const Field& field = message.fields[at];
    seen |= std::uint64_t{1} << at;
    if (field.items_max != 0 && field.count(object) >= field.items_max) {
      return std::unexpected(Problem{.what = Problem::What::kTooMany,
                                     .path = path.Text(),
                                     .value = {},
                                     .detail = {},
                                     .limit = field.items_max,
                                     .size = field.count(object) + 1});
    }
    void* slot = field.make(object);
    if (!ReadText(field, text, slot)) return WrongType(path, text, NameOf(field.kind));
    if (auto done = CheckLength(field, slot, path); !done) return done;
  }
  return CheckRequired(message, object, seen, {});
}

Outcome SetField(std::string_view name, std::string_view text, const Message& message,
                 void* object) {
  for (const Field& field : message.fields) {
    if (field.name != name) continue;
    const Path path{nullptr, name, {}};
    void* slot = field.make(object);
    if (!ReadText(field, text, slot)) return WrongType(path, text, NameOf(field.kind));
    return CheckLength(field, slot, path);
  }
  return {};
}

Error ErrorOf(const Problem& problem) {
  const auto say = [&]() -> std::string {
    const std::string path = problem.path.empty() ? "the body" : problem.path;
    switch (problem.what) {
      case Problem::What::kNotJson: return fmt::format("the body is not JSON: {}", problem.detail);
      case Problem::What::kMissing: return fmt::format("'{}' is required", path);
      case Problem::What::kWrongType:
        if (problem.value.empty()) return fmt::format("{} must be {}", path, problem.detail);
        return fmt::format("'{}' must be {}, not {}", path, problem.detail, problem.value);
      case Problem::What::kTooLong:
        return fmt::format("'{}' has {} bytes; the limit is {}", path, problem.size, problem.limit);
      case Problem::What::kTooMany:
        return fmt::format("'{}' has {} items; the limit is {}", path, problem.size, problem.limit);
      case Problem::What::kUnknown: return fmt::format("there is no field '{}'", path);
    }
    return "the request is wrong";
  };
  return Error{Code::kInvalidArgument, say()};
}

}  // namespace galley::schema
