#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace galley::schema {

struct Message;

/// A JSON object whose members no table knows, as its text. One that was decoded has matching
/// brackets and quotes; what stands between them is not checked.
struct JsonObject {
  std::string text = "{}";
};

/// A JSON string, number, `true` or `false`, as its JSON text.
struct JsonScalar {
  std::string text;
  bool operator==(const JsonScalar&) const = default;
};

enum class Kind : std::uint8_t {
  kString,
  kInt64,
  kDouble,
  kBool,
  kJsonScalar,
  kJsonObject,
  kMessage
};

/// How often a field may stand in a message.
enum class Form : std::uint8_t {
  kSingle,    ///< Once; the member keeps its default value if it is absent.
  kOptional,  ///< Once or not at all.
  kRepeated,  ///< A list.
};

/// One row of a message's table. The function pointers reach a member without knowing its type.
struct Field {
  std::string_view name;
  Kind kind;
  Form form;
  const Message* message;  ///< For kMessage.

  /// Where to put a value: the member itself, or a new element of its vector or optional.
  void* (*make)(void* object);
  /// How many values there are, and one of them.
  std::size_t (*count)(const void* object);
  const void* (*get)(const void* object, std::size_t index);

  bool required = false;      ///< Absent or empty is a Problem.
  std::size_t bytes_max = 0;  ///< Of a string; 0: as long as the body may be.
  std::size_t items_max = 0;  ///< Of a list; 0: as long as the body may be.

  constexpr Field Required() const {
    Field copy = *this;
    copy.required = true;
    return copy;
  }
  constexpr Field Bytes(std::size_t max) const {
    Field copy = *this;
    copy.bytes_max = max;
    return copy;
  }
  constexpr Field Items(std::size_t max) const {
    Field copy = *this;
    copy.items_max = max;
    return copy;
  }
};

/// What a message consists of. Lives for ever; made from a constexpr table.
struct Message {
  std::string_view name;
  std::span<const Field> fields;
};

namespace internal {

template <typename T>
struct MemberType;
template <typename Object, typename Value>
struct MemberType<Value Object::*> {
  using ObjectType = Object;
  using ValueType = Value;
};

/// A member that stands alone.
template <typename T>
struct Shape {
  using Element = T;
  static constexpr Form kForm = Form::kSingle;
  static T* Make(T& member) { return &member; }
  static std::size_t Count(const T& /*member*/) { return 1; }
  static const T* Get(const T& member, std::size_t /*index*/) { return &member; }
};
template <typename T>
struct Shape<std::optional<T>> {
  using Element = T;
  static constexpr Form kForm = Form::kOptional;
  static T* Make(std::optional<T>& member) { return &member.emplace(); }
  static std::size_t Count(const std::optional<T>& member) { return member ? 1 : 0; }
  static const T* Get(const std::optional<T>& member, std::size_t /*index*/) { return &*member; }
};
template <typename T>
struct Shape<std::vector<T>> {
  using Element = T;
  static constexpr Form kForm = Form::kRepeated;
  static T* Make(std::vector<T>& member) { return &member.emplace_back(); }
  static std::size_t Count(const std::vector<T>& member) { return member.size(); }
  static const T* Get(const std::vector<T>& member, std::size_t index) { return &member[index]; }
};

template <typename T>
constexpr Kind KindOf() {
  if constexpr (std::is_same_v<T, std::string>) return Kind::kString;
  if constexpr (std::is_same_v<T, std::int64_t>) return Kind::kInt64;
  if constexpr (std::is_same_v<T, double>) return Kind::kDouble;
  if constexpr (std::is_same_v<T, bool>) return Kind::kBool;
  if constexpr (std::is_same_v<T, JsonScalar>) return Kind::kJsonScalar;
  if constexpr (std::is_same_v<T, JsonObject>) return Kind::kJsonObject;
  return Kind::kMessage;
}

template <typename T>
constexpr const Message* MessageOf() {
  if constexpr (KindOf<T>() == Kind::kMessage) {
    return &T::kSchema;
  } else {
    return nullptr;
  }
}

}  // namespace internal

/// The row for a member: `Of<&LogMetric::run_id>("run_id").Required().Bytes(256)`.
template <auto kMember>
constexpr Field Of(std::string_view name) {
  using Object = typename internal::MemberType<decltype(kMember)>::ObjectType;
  using Shape = internal::Shape<typename internal::MemberType<decltype(kMember)>::ValueType>;
  using Element = typename Shape::Element;
  return Field{
      .name = name,
      .kind = internal::KindOf<Element>(),
      .form = Shape::kForm,
      .message = internal::MessageOf<Element>(),
      .make = [](void* object) -> void* {
        return Shape::Make(static_cast<Object*>(object)->*kMember);
      },
      .count =
          [](const void* object) {
            return Shape::Count(static_cast<const Object*>(object)->*kMember);
          },
      .get = [](const void* object, std::size_t index) -> const void* {
        return Shape::Get(static_cast<const Object*>(object)->*kMember, index);
      },
  };
}

}  // namespace galley::schema
