#include "storage/appendlog/crc32c.h"

#include <array>
#include <cstring>

namespace galley::appendlog {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // Bits reversed.

constexpr std::array<std::uint32_t, 256> MakeTable() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
    table[byte] = crc;
  }
  return table;
}

constexpr auto kTable = MakeTable();

}  // namespace

std::uint32_t Crc32cByTable(std::string_view bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  for (const char byte : bytes) {
    crc = (crc >> 8U) ^ kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xffU];
  }
  return ~crc;
}

#if defined(__x86_64__)

bool HasCrc32c() {
  return __builtin_cpu_supports("sse4.2") != 0;
}

__attribute__((target("sse4.2"))) std::uint32_t Crc32cByProcessor(std::string_view bytes,
                                                                  std::uint32_t before) {
  std::uint64_t crc = ~before;
  while (bytes.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    crc = __builtin_ia32_crc32di(crc, word);
    bytes.remove_prefix(sizeof(word));
  }
  auto rest = static_cast<std::uint32_t>(crc);
  for (const char byte : bytes) {
    rest = __builtin_ia32_crc32qi(rest, static_cast<unsigned char>(byte));
  }
  return ~rest;
}

#else

bool HasCrc32c() {
  return false;
}

std::uint32_t Crc32cByProcessor(std::string_view bytes, std::uint32_t before) {
  return Crc32cByTable(bytes, before);
}

#endif

std::uint32_t Crc32c(std::string_view bytes, std::uint32_t before) {
  static const bool by_processor = HasCrc32c();
  return by_processor ? Crc32cByProcessor(bytes, before) : Crc32cByTable(bytes, before);
}

}  // namespace galley::appendlog
