#include "foundation/stats/histogram.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "foundation/base/check.h"
#include "foundation/stats/bytes.h"

namespace galley::stats {
namespace {

/// What is wrong with the edges, or nothing.
std::string EdgesProblem(std::span<const double> edges) {
  if (edges.size() >= Histogram::kBinsMax) {
    return fmt::format("{} edges are too many, the most is {}", edges.size(),
                       Histogram::kBinsMax - 1);
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (!std::isfinite(edges[i])) return fmt::format("edge {} is not finite", i);
    if (i > 0 && !(edges[i - 1] < edges[i])) {
      return fmt::format("edge {} is {}, not above the one before it, {}", i, edges[i],
                         edges[i - 1]);
    }
  }
  return {};
}

/// The same for sorted categories.
std::string CategoriesProblem(std::span<const std::string> categories) {
  if (categories.size() >= Histogram::kBinsMax) {
    return fmt::format("{} categories are too many, the most is {}", categories.size(),
                       Histogram::kBinsMax - 1);
  }
  for (std::size_t i = 0; i < categories.size(); ++i) {
    if (categories[i].size() > Histogram::kCategoryBytesMax) {
      return fmt::format("a category has {} bytes, the most is {}", categories[i].size(),
                         Histogram::kCategoryBytesMax);
    }
    if (i > 0 && !(categories[i - 1] < categories[i])) {
      return fmt::format("the category '{}' is there twice", categories[i]);
    }
  }
  return {};
}

/// The quantile of sorted values, by linear interpolation.
double Quantile(std::span<const double> sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = at - static_cast<double>(below);
  // As numpy does, from the nearer end, so that edges agree in every bit.
  const double step = sorted[above] - sorted[below];
  return share >= 0.5 ? sorted[above] - step * (1 - share) : sorted[below] + step * share;
}

}  // namespace

Result<Histogram> Histogram::WithEdges(std::vector<double> edges) {
  if (const std::string problem = EdgesProblem(edges); !problem.empty()) {
    return Fail(Code::kInvalidArgument, "the edges of a histogram: {}", problem);
  }
  for (double& edge : edges) edge += 0.0;  // Not -0.0, whose bytes are others.
  Histogram histogram;
  histogram.counts_.resize(edges.size() + 1);
  histogram.edges_ = std::move(edges);
  return histogram;
}

Result<Histogram> Histogram::WithQuantiles(std::span<const double> reference, std::size_t parts) {
  if (parts < 1 || parts > kBinsMax) {
    return Fail(Code::kInvalidArgument, "a histogram has 1 to {} parts, not {}", kBinsMax, parts);
  }
  std::vector<double> sorted;
  sorted.reserve(reference.size());
  for (const double value : reference) {
    if (std::isfinite(value)) sorted.push_back(value);
  }
  if (sorted.empty()) {
    return Fail(Code::kInvalidArgument,
                "the reference of a histogram has no finite value among its {}", reference.size());
  }
  std::ranges::sort(sorted);
  std::vector<double> edges;
  for (std::size_t i = 1; i < parts; ++i) {
    const double edge = Quantile(sorted, static_cast<double>(i) / static_cast<double>(parts));
    if (std::isfinite(edge) && (edges.empty() || edges.back() < edge)) edges.push_back(edge);
  }
  return WithEdges(std::move(edges));
}

Result<Histogram> Histogram::WithCategories(std::vector<std::string> categories) {
  std::ranges::sort(categories);
  if (const std::string problem = CategoriesProblem(categories); !problem.empty()) {
    return Fail(Code::kInvalidArgument, "the categories of a histogram: {}", problem);
  }
  Histogram histogram;
  histogram.has_categories_ = true;
  histogram.counts_.resize(categories.size() + 1);
  histogram.categories_ = std::move(categories);
  return histogram;
}

Histogram Histogram::Empty() const {
  Histogram empty;
  empty.has_categories_ = has_categories_;
  empty.edges_ = edges_;
  empty.categories_ = categories_;
  empty.counts_.resize(counts_.size());
  return empty;
}

void Histogram::Add(std::span<const double> values) {
  CHECK(!has_categories_);
  for (const double value : values) {
    if (std::isnan(value)) {
      ++missing_;
      continue;
    }
    const auto above = std::ranges::upper_bound(edges_, value);
    ++counts_[static_cast<std::size_t>(above - edges_.begin())];
    if (std::isfinite(value)) {
      min_ = std::min(min_, value + 0.0);
      max_ = std::max(max_, value + 0.0);
    }
  }
}

void Histogram::Add(std::span<const std::string_view> values) {
  CHECK(has_categories_);
  for (const std::string_view value : values) {
    const auto found = std::ranges::lower_bound(categories_, value, std::less<>());
    const bool known = found != categories_.end() && *found == value;
    ++counts_[known ? static_cast<std::size_t>(found - categories_.begin()) : categories_.size()];
  }
}

Status Histogram::Merge(const Histogram& other) {
  if (!SameBins(other)) {
    return Fail(Code::kFailedPrecondition,
                "histograms of different bins do not merge: {} {} here, {} {} there",
                counts_.size(), has_categories_ ? "categories" : "bins of edges",
                other.counts_.size(), other.has_categories_ ? "categories" : "bins of edges");
  }
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  missing_ += other.missing_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  return {};
}

bool Histogram::SameBins(const Histogram& other) const {
  return has_categories_ == other.has_categories_ && edges_ == other.edges_ &&
         categories_ == other.categories_;
}

std::uint64_t Histogram::n() const {
  return std::accumulate(counts_.begin(), counts_.end(), missing_);
}

std::string Histogram::Encode() const {
  bytes::Writer writer;
  writer.U8(has_categories_ ? 2 : 1);
  writer.U32(static_cast<std::uint32_t>(counts_.size() - 1));
  for (const double edge : edges_) writer.F64(edge);
  for (const std::string& category : categories_) writer.Text(category);
  for (const std::uint64_t count : counts_) writer.U64(count);
  writer.U64(missing_);
  if (!has_categories_) {
    const bool any = min_ <= max_;
    writer.F64(any ? min_ : 0);
    writer.F64(any ? max_ : 0);
    writer.U8(any ? 1 : 0);
  }
  return EncodeState(StateId::kHistogram, writer.text());
}

namespace {

bool IsNegativeZero(double value) {
  return value == 0 && std::signbit(value);
}

/// Whether the least and the greatest finite value are possible with the counts: each lies in a
/// bin that holds something. Without them only the ends hold anything, infinities.
bool RangeFits(const Histogram& histogram, bool any, double min, double max) {
  if (IsNegativeZero(min) || IsNegativeZero(max)) return false;
  const std::vector<std::uint64_t>& counts = histogram.counts();
  if (!any) {
    const auto holds = [](std::uint64_t count) { return count > 0; };
    return min == 0 && max == 0 &&
           (counts.size() <= 2 || std::none_of(counts.begin() + 1, counts.end() - 1, holds));
  }
  if (!std::isfinite(min) || !std::isfinite(max) || min > max) return false;
  const std::vector<double>& edges = histogram.edges();
  const auto count_at = [&](double value) {
    return counts[static_cast<std::size_t>(std::ranges::upper_bound(edges, value) - edges.begin())];
  };
  return count_at(min) > 0 && count_at(max) > 0;
}

}  // namespace

Result<Histogram> Histogram::Decode(std::string_view encoded) {
  constexpr StateId kId = StateId::kHistogram;
  bytes::Reader reader(TRY(DecodeState(encoded, kId)));
  const std::uint8_t kind = reader.U8();
  if (kind != 1 && kind != 2) return Damaged(kId, "it has neither edges nor categories");
  const std::size_t size = reader.U32();
  if (size >= kBinsMax) return Damaged(kId, "it has too many bins");
  if (size > reader.left() / 4) return Damaged(kId, "its bins are more than its bytes");
  Histogram histogram;
  histogram.has_categories_ = kind == 2;
  if (kind == 1) {
    histogram.edges_.resize(size);
    for (double& edge : histogram.edges_) edge = reader.F64();
    if (!EdgesProblem(histogram.edges_).empty()) return Damaged(kId, "its edges do not ascend");
    if (std::ranges::any_of(histogram.edges_, IsNegativeZero)) {
      return Damaged(kId, "an edge is -0");
    }
  } else {
    histogram.categories_.resize(size);
    for (std::string& category : histogram.categories_) category = reader.Text();
    if (!CategoriesProblem(histogram.categories_).empty()) {
      return Damaged(kId, "its categories do not ascend, or are too long");
    }
  }
  if (reader.left() < (size + 1) * 8) return Damaged(kId, "its length is not that of its bytes");
  histogram.counts_.resize(size + 1);
  std::uint64_t left = kRowsMax;
  for (std::uint64_t& count : histogram.counts_) {
    count = reader.U64();
    if (count > left) return Damaged(kId, "it counts more values than there can be");
    left -= count;
  }
  histogram.missing_ = reader.U64();
  if (histogram.missing_ > left) return Damaged(kId, "it counts more values than there can be");
  if (kind == 1) {
    const double min = reader.F64();
    const double max = reader.F64();
    const std::uint8_t any = reader.U8();
    if (any > 1) return Damaged(kId, "its range is neither there nor not");
    if (!RangeFits(histogram, any == 1, min, max)) {
      return Damaged(kId, "its range is not that of its counts");
    }
    if (any == 1) {
      histogram.min_ = min;
      histogram.max_ = max;
    }
  }
  if (!reader.Complete()) return Damaged(kId, "its length is not that of its bytes");
  return histogram;
}

}  // namespace galley::stats
