#include "serving/runtime/ubjson_reader.h"

#include <bit>
#include <cmath>
#include <concepts>
#include <cstring>
#include <limits>
#include <type_traits>

namespace galley::serving {
namespace {

// Deeper nesting in a value that is skipped ends the load. XGBoost's files reach 8.
constexpr int kSkipDepthMax = 64;

// Bytes of one number of the type, 0 if the type is none.
constexpr std::size_t SizeOf(char type) {
  switch (type) {
    case 'i':
    case 'U': return 1;
    case 'I': return 2;
    case 'l':
    case 'd': return 4;
    case 'L':
    case 'D': return 8;
    default: return 0;
  }
}

// UBJSON is big-endian.
template <typename T>
T Load(const char* at) {
  using Bits = std::conditional_t<
      sizeof(T) == 1, std::uint8_t,
      std::conditional_t<sizeof(T) == 2, std::uint16_t,
                         std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
  Bits bits = 0;
  std::memcpy(&bits, at, sizeof bits);
  if constexpr (sizeof(T) > 1 && std::endian::native == std::endian::little) {
    bits = std::byteswap(bits);
  }
  return std::bit_cast<T>(bits);
}

class UbjsonReader final : public DocumentReader {
 public:
  explicit UbjsonReader(std::string_view bytes) : bytes_(bytes) {}

  Status Object(const OnKey& on_key) override {
    TRY(Expect('{', "an object"));
    while (TRY(Peek()) != '}') {
      const std::string_view key = TRY(Text());
      pending_ = true;
      TRY(on_key(key));
      if (pending_) TRY(Skip(0));
    }
    ++at_;
    return {};
  }

  Status Array(const OnItem& on_item) override {
    TRY(Expect('[', "an array"));
    const Header header = TRY(ArrayHeader());
    if (header.type != 0) {
      return Fail(Code::kInvalidArgument, "byte {}: an array of numbers where others belong", at_);
    }
    for (std::int64_t i = 0; header.counted ? i < header.count : TRY(Peek()) != ']'; ++i) {
      pending_ = true;
      TRY(on_item());
      if (pending_) TRY(Skip(0));
    }
    if (!header.counted) ++at_;
    return {};
  }

  Result<std::string> String() override {
    TRY(Expect('S', "a string"));
    return std::string(TRY(Text()));
  }

  Result<std::int64_t> Integer() override {
    pending_ = false;
    return IntegerOf(TRY(Take()));
  }

  Status Floats(std::vector<float>& out) override { return Numbers(out); }
  Status Integers(std::vector<std::int32_t>& out) override { return Numbers(out); }

 private:
  struct Header {
    char type = 0;  // Of all elements; 0 if each has its own.
    bool counted = false;
    std::int64_t count = 0;
  };

  std::size_t Left() const { return bytes_.size() - at_; }

  std::unexpected<Error> CutOff() const {
    return Fail(Code::kInvalidArgument, "the file is cut off: {} bytes, and more must follow",
                bytes_.size());
  }

  Result<char> Peek() const {
    if (Left() == 0) return CutOff();
    return bytes_[at_];
  }

  Result<char> Take() {
    const char taken = TRY(Peek());
    ++at_;
    return taken;
  }

  Status Expect(char type, std::string_view name) {
    pending_ = false;
    const char found = TRY(Take());
    if (found == type) return {};
    return Fail(Code::kInvalidArgument, "byte {}: type 0x{:02x} where {} belongs", at_ - 1,
                static_cast<unsigned char>(found), name);
  }

  // The value of an integer whose type byte has been taken.
  Result<std::int64_t> IntegerOf(char type) {
    const std::size_t size = SizeOf(type);
    if (size == 0 || type == 'd' || type == 'D') {
      return Fail(Code::kInvalidArgument, "byte {}: type 0x{:02x} where an integer belongs",
                  at_ - 1, static_cast<unsigned char>(type));
    }
    if (Left() < size) return CutOff();
    const char* from = bytes_.data() + at_;
    at_ += size;
    switch (type) {
      case 'i': return Load<std::int8_t>(from);
      case 'U': return Load<std::uint8_t>(from);
      case 'I': return Load<std::int16_t>(from);
      case 'l': return Load<std::int32_t>(from);
      default: return Load<std::int64_t>(from);
    }
  }

  Result<std::int64_t> Count() {
    const std::int64_t count = TRY(IntegerOf(TRY(Take())));
    if (count < 0) return Fail(Code::kInvalidArgument, "byte {}: a length of {}", at_, count);
    return count;
  }

  // A length and as many bytes, which stay in the file.
  Result<std::string_view> Text() {
    const auto length = static_cast<std::uint64_t>(TRY(Count()));
    if (length > Left()) return CutOff();
    const std::string_view text = bytes_.substr(at_, length);
    at_ += length;
    return text;
  }

  // What follows the '[': the bytes of a typed array are known to be there afterwards.
  Result<Header> ArrayHeader() {
    Header header;
    if (TRY(Peek()) == '$') {
      ++at_;
      header.type = TRY(Take());
      if (SizeOf(header.type) == 0) {
        return Fail(Code::kInvalidArgument, "byte {}: arrays of type 0x{:02x} are not read",
                    at_ - 1, static_cast<unsigned char>(header.type));
      }
      if (TRY(Peek()) != '#') {
        return Fail(Code::kInvalidArgument, "byte {}: a typed array without a count", at_);
      }
    }
    if (TRY(Peek()) != '#') return header;
    ++at_;
    header.counted = true;
    header.count = TRY(Count());
    // An element of any kind takes at least a byte.
    const std::size_t each = header.type == 0 ? 1 : SizeOf(header.type);
    if (static_cast<std::uint64_t>(header.count) > Left() / each) return CutOff();
    return header;
  }

  template <typename T>
  Status Numbers(std::vector<T>& out) {
    out.clear();
    TRY(Expect('[', "an array"));
    const Header header = TRY(ArrayHeader());
    if (header.type != 0) {
      out.reserve(static_cast<std::size_t>(header.count));
      for (std::int64_t i = 0; i < header.count; ++i) out.push_back(TRY(Number<T>(header.type)));
      return {};
    }
    for (std::int64_t i = 0; header.counted ? i < header.count : TRY(Peek()) != ']'; ++i) {
      out.push_back(TRY(Number<T>(TRY(Take()))));
    }
    if (!header.counted) ++at_;
    return {};
  }

  template <typename T>
  Result<T> Number(char type) {
    if constexpr (std::integral<T>) {
      if (type == 'T' || type == 'F') return T{type == 'T'};
      const std::int64_t value = TRY(IntegerOf(type));
      if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) {
        return Fail(Code::kInvalidArgument, "byte {}: {} does not fit into 32 bits", at_, value);
      }
      return static_cast<T>(value);
    } else {
      if (type != 'd' && type != 'D') return static_cast<T>(TRY(IntegerOf(type)));
      if (Left() < SizeOf(type)) return CutOff();
      const char* from = bytes_.data() + at_;
      at_ += SizeOf(type);
      if (type == 'd') return Load<float>(from);
      const double value = Load<double>(from);
      if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) {
        return Fail(Code::kInvalidArgument, "byte {}: {} does not fit into a float", at_, value);
      }
      return static_cast<float>(value);
    }
  }

  Status Skip(int depth) {
    pending_ = false;
    if (depth > kSkipDepthMax) {
      return Fail(Code::kInvalidArgument, "byte {}: values nested more than {} deep", at_,
                  kSkipDepthMax);
    }
    const char type = TRY(Take());
    switch (type) {
      case 'Z':
      case 'T':
      case 'F': return {};
      case 'C': return Advance(1);
      case 'S': return TRY(Text()), Status();
      case '{':
        while (TRY(Peek()) != '}') {
          TRY(Text());
          TRY(Skip(depth + 1));
        }
        return Advance(1);
      case '[': return SkipArray(depth);
      default: break;
    }
    if (SizeOf(type) != 0) return Advance(SizeOf(type));
    return Fail(Code::kInvalidArgument, "byte {}: unknown type 0x{:02x}", at_ - 1,
                static_cast<unsigned char>(type));
  }

  Status SkipArray(int depth) {
    const Header header = TRY(ArrayHeader());
    if (header.type != 0)
      return Advance(static_cast<std::size_t>(header.count) * SizeOf(header.type));
    for (std::int64_t i = 0; header.counted ? i < header.count : TRY(Peek()) != ']'; ++i) {
      TRY(Skip(depth + 1));
    }
    return header.counted ? Status() : Advance(1);
  }

  Status Advance(std::size_t count) {
    if (count > Left()) return CutOff();
    at_ += count;
    return {};
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool pending_ = true;  // The current value has not been read.
};

}  // namespace

std::unique_ptr<DocumentReader> OpenUbjson(std::string_view bytes) {
  return std::make_unique<UbjsonReader>(bytes);
}

}  // namespace galley::serving
