#include "foundation/stats/assignment.h"

#include <algorithm>
#include <string>

#include <fmt/core.h>

namespace galley::stats {
namespace {

constexpr std::uint32_t kOffset = 0x811c9dc5U;
constexpr std::uint32_t kPrime = 0x01000193U;
constexpr std::uint32_t kReplacement = 0xFFFD;

struct Decoded {
  std::uint32_t point = kReplacement;
  std::size_t bytes = 1;
};

/// The first code point of a text that is not empty.
Decoded DecodeUtf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t size = lead < 0xE0 ? 2 : (lead < 0xF0 ? 3 : 4);
  std::uint32_t point = lead & (0x7FU >> size);
  // Refused by the second byte already: overlong forms, surrogates, what is above U+10FFFF.
  std::uint32_t least = 0x80;
  std::uint32_t most = 0xBF;
  if (lead == 0xE0) least = 0xA0;
  if (lead == 0xED) most = 0x9F;
  if (lead == 0xF0) least = 0x90;
  if (lead == 0xF4) most = 0x8F;
  for (std::size_t i = 1; i < size; ++i) {
    if (i == text.size() || byte(i) < least || byte(i) > most) return {kReplacement, i};
    point = (point << 6U) | (byte(i) & 0x3FU);
    least = 0x80;
    most = 0xBF;
  }
  return {point, size};
}

}  // namespace

std::uint32_t Fnv1aUtf16(std::string_view text) {
  std::uint32_t hash = kOffset;
  const auto add = [&hash](std::uint32_t unit) { hash = (hash ^ unit) * kPrime; };
  while (!text.empty()) {
    const Decoded decoded = DecodeUtf8(text);
    text.remove_prefix(decoded.bytes);
    if (decoded.point < 0x10000) {
      add(decoded.point);
    } else {
      add(0xD800U + ((decoded.point - 0x10000U) >> 10U));
      add(0xDC00U + ((decoded.point - 0x10000U) & 0x3FFU));
    }
  }
  return hash;
}

double AssignmentHash(std::string_view seed, std::string_view value, HashVersion version) {
  if (version == HashVersion::kV1) {
    return static_cast<double>(Fnv1aUtf16(fmt::format("{}{}", value, seed)) % 1000) / 1000;
  }
  const std::uint32_t first = Fnv1aUtf16(fmt::format("{}{}", seed, value));
  return static_cast<double>(Fnv1aUtf16(fmt::format("{}", first)) % 10'000) / 10'000;
}

std::vector<Range> VariationRanges(std::size_t variations, double coverage,
                                   std::span<const double> weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  std::vector<double> used(weights.begin(), weights.end());
  if (used.size() != variations || sum < 0.99 || sum > 1.01) {
    used.assign(variations, 1 / static_cast<double>(variations));
  }
  coverage = std::clamp(coverage, 0.0, 1.0);
  std::vector<Range> ranges;
  double start = 0;
  for (const double weight : used) {
    ranges.push_back({start, start + coverage * weight});
    start += weight;
  }
  return ranges;
}

int ChooseVariation(double n, std::span<const Range> ranges) {
  const auto found = std::ranges::find_if(ranges, [n](const Range& r) { return r.Contains(n); });
  return found == ranges.end() ? -1 : static_cast<int>(found - ranges.begin());
}

bool InNamespace(std::string_view value, std::string_view id, const Range& part) {
  return part.Contains(AssignmentHash(fmt::format("__{}", id), value, HashVersion::kV1));
}

}  // namespace galley::stats
