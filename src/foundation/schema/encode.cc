#include "foundation/schema/encode.h"

#include <cstdint>

namespace galley::schema {
namespace {

void EncodeValue(const Field& field, const void* value, EmptyLists lists, json::Writer& writer) {
  switch (field.kind) {
    case Kind::kString: writer.String(*static_cast<const std::string*>(value)); return;
    case Kind::kInt64: writer.Int(*static_cast<const std::int64_t*>(value)); return;
    case Kind::kDouble: writer.Double(*static_cast<const double*>(value)); return;
    case Kind::kBool: writer.Bool(*static_cast<const bool*>(value)); return;
    case Kind::kJsonScalar: writer.Raw(static_cast<const JsonScalar*>(value)->text); return;
    case Kind::kJsonObject: writer.Raw(static_cast<const JsonObject*>(value)->text); return;
    case Kind::kMessage: Encode(*field.message, value, lists, writer); return;
  }
}

}  // namespace

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tables are nested.
void Encode(const Message& message, const void* object, EmptyLists lists, json::Writer& writer) {
  writer.BeginObject();
  for (const Field& field : message.fields) {
    const std::size_t count = field.count(object);
    if (count == 0 && (field.form == Form::kOptional || lists == EmptyLists::kOmit)) continue;
    writer.Key(field.name);
    if (field.form == Form::kRepeated) writer.BeginArray();
    for (std::size_t at = 0; at < count; ++at) {
      EncodeValue(field, field.get(object, at), lists, writer);
    }
    if (field.form == Form::kRepeated) writer.EndArray();
  }
  writer.EndObject();
}

}  // namespace galley::schema
