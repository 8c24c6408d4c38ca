#include "serving/runtime/scoring_output.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "foundation/base/check.h"

namespace galley::serving {
namespace {

constexpr std::string_view kHead = "{\"predictions\": [";
constexpr std::string_view kTail = "]}";
constexpr std::size_t kNumberBytes = 24;  // The longest text of a double, comma and space.

void AppendNumber(std::string& out, float value) {
  if (std::isfinite(value)) {
    // fmt switches to exponents where Python's repr does.
    std::array<char, 2 * kNumberBytes> text{};
    const auto end = fmt::format_to(text.data(), "{}", static_cast<double>(value));
    out.append(text.data(), end);
    const std::string_view written(text.data(), static_cast<std::size_t>(end - text.data()));
    if (written.find_first_of(".e") == std::string_view::npos) out += ".0";
    return;
  }
  out += std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

}  // namespace

std::string PredictionsJson(std::span<const float> values, std::size_t columns) {
  CHECK(columns != 0 && values.size() % columns == 0);
  std::string out;
  out.reserve(kHead.size() + kTail.size() + values.size() * kNumberBytes);
  out += kHead;
  for (std::size_t at = 0; at < values.size(); ++at) {
    const bool starts = columns > 1 && at % columns == 0;
    if (at != 0) out += ", ";
    if (starts) out += '[';
    AppendNumber(out, values[at]);
    if (columns > 1 && at % columns == columns - 1) out += ']';
  }
  out += kTail;
  return out;
}

std::string ClassesJson(std::span<const float> values, std::size_t columns) {
  CHECK(columns != 0 && values.size() % columns == 0);
  std::string out(kHead);
  for (std::size_t at = 0; at < values.size(); at += columns) {
    const auto row = values.subspan(at, columns);
    std::size_t best = row[0] > 0.5F ? 1 : 0;
    if (columns > 1) best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
    if (at != 0) out += ", ";
    out += fmt::format("{}", best);
  }
  out += kTail;
  return out;
}

}  // namespace galley::serving
