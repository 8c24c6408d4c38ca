#pragma once

#include <string>

#include "foundation/json/writer.h"
#include "foundation/schema/message.h"

namespace galley::schema {

/// Whether an empty list is written as `[]` or left out, as Protocol Buffers do.
enum class EmptyLists : std::uint8_t { kWrite, kOmit };

/// Writes `object`, a struct whose table is `message`, as a JSON object. Absent optionals are left
/// out.
void Encode(const Message& message, const void* object, EmptyLists lists, json::Writer& writer);

template <typename T>
std::string ToJson(const T& object, EmptyLists lists) {
  json::Writer writer;
  Encode(T::kSchema, &object, lists, writer);
  return std::move(writer).Take();
}

}  // namespace galley::schema
