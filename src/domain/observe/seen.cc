#include "domain/observe/seen.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "domain/observe/request_rows.h"

namespace galley::observe {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kValueBytesMax = 200;
constexpr double kMsPerS = 1000;
// Whole numbers up to here are doubles too.
constexpr double kWindowMax = 9e15;

std::string ValueOf(const std::vector<Cell>& column, std::size_t row) {
  if (row >= column.size()) return "";
  std::string value = TextOf(column[row]);
  if (value.size() <= kValueBytesMax) return value;
  std::size_t size = kValueBytesMax;
  while (size > 0 && (static_cast<unsigned char>(value[size]) & 0xC0U) == 0x80U) --size;
  value.resize(size);
  return value + "…";
}

std::vector<double> NumbersOf(const std::vector<Cell>& column, std::size_t count) {
  std::vector<double> numbers(count, kNaN);
  for (std::size_t row = 0; row < std::min(count, column.size()); ++row) {
    if (const double* number = std::get_if<double>(&column[row])) numbers[row] = *number;
  }
  return numbers;
}

}  // namespace

Seen See(const Monitor& monitor, const std::vector<ColumnReference>& references,
         const LoggedBody& request) {
  const MonitorSettings& settings = monitor.settings;
  const auto count = static_cast<std::size_t>(request.rows);
  std::vector<std::string> by;
  if (settings.compare) by = settings.compare->by;
  std::vector<std::string> names = settings.slices;
  for (const ColumnReference& reference : references) names.push_back(reference.column);
  names.insert(names.end(), by.begin(), by.end());
  if (!settings.time.empty()) names.push_back(settings.time);
  auto read = ColumnsOf(request.content_type, request.body, names);
  const auto columns = read ? *std::move(read) : std::vector<std::vector<Cell>>(names.size());

  Seen seen{.monitor = &monitor, .times = {}, .slices = {}, .blocks = {}, .inputs = {}};
  auto column = columns.begin();
  for (std::size_t slice = 0; slice < settings.slices.size(); ++slice, ++column) {
    auto& values = seen.slices.emplace_back();
    for (std::size_t row = 0; row < count; ++row) values.push_back(ValueOf(*column, row));
  }
  for (std::size_t at = 0; at < references.size(); ++at, ++column) {
    seen.inputs.push_back(NumbersOf(*column, count));
  }
  seen.blocks.resize(count);
  for (std::size_t at = 0; at < by.size(); ++at, ++column) {
    for (std::size_t row = 0; row < count; ++row) {
      (seen.blocks[row] += at == 0 ? "" : ",") += ValueOf(*column, row);
    }
  }
  const double made_s = static_cast<double>(request.at_ms) / kMsPerS;
  seen.times =
      settings.time.empty() ? std::vector<double>(count, made_s) : NumbersOf(*column, count);
  return seen;
}

std::optional<std::int64_t> WindowOf(const Seen& seen, std::size_t row) {
  const double window = std::floor(seen.times[row] / seen.monitor->settings.width());
  if (!(std::abs(window) <= kWindowMax)) return std::nullopt;
  return static_cast<std::int64_t>(window);
}

std::vector<double> ProbabilitiesOf(const Monitor& monitor, std::string_view answer,
                                    std::int64_t rows) {
  const auto output = monitor.settings.output
                          ? std::optional(static_cast<std::size_t>(*monitor.settings.output))
                          : std::optional<std::size_t>();
  auto read = ScoresOf(answer, output);
  auto scores = read ? *std::move(read) : std::vector<double>();
  scores.resize(static_cast<std::size_t>(rows), kNaN);
  for (double& score : scores) {
    if (!IsProbability(score)) score = kNaN;
  }
  return scores;
}

bool IsProbability(double score) {
  return score >= 0 && score <= 1;
}

}  // namespace galley::observe
