#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace galley::json {

/// Appends `text` to `out` as a JSON string with its quotes (RFC 8259 §7). Control characters
/// become
/// `\u00XX` or their short form. Bytes that are not valid UTF-8 become U+FFFD each, so that the
/// output is always valid JSON.
void AppendString(std::string& out, std::string_view text);

/// Writes one JSON object or array, with the commas in the right places. The caller keeps the
/// nesting right; `Take` checks that everything was closed. One thread.
class Writer {
 public:
  Writer& BeginObject() { return Open('{'); }
  Writer& EndObject() { return Close('}'); }
  Writer& BeginArray() { return Open('['); }
  Writer& EndArray() { return Close(']'); }

  /// The name of the object member whose value is written next.
  Writer& Key(std::string_view name);

  Writer& String(std::string_view value);
  Writer& Int(std::int64_t value);
  Writer& Bool(bool value);
  Writer& Null();

  /// The shortest text that reads back as the same double, with a point or an exponent. JSON has no
  /// NaN and no infinity: they become the strings "NaN", "Infinity" and "-Infinity", as in the JSON
  /// mapping of Protocol Buffers.
  Writer& Double(double value);

  /// A value that is JSON already; it is not checked.
  Writer& Raw(std::string_view json);

  /// The finished text.
  std::string Take() &&;

 private:
  Writer& Open(char bracket);
  Writer& Close(char bracket);
  void Separate();

  std::string out_;
  int depth_ = 0;
  bool needs_comma_ = false;
};

}  // namespace galley::json
