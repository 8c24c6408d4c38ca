#include "domain/tracking/run_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "foundation/base/check.h"

namespace galley::tracking {
namespace {

struct Prefix {
  ColumnKind kind;
  std::string_view text;
};
constexpr Prefix kPrefixes[] = {
    {ColumnKind::kMetric, "metrics."},  {ColumnKind::kParam, "params."},
    {ColumnKind::kTag, "tags."},        {ColumnKind::kAttribute, "attributes."},
    {ColumnKind::kDataset, "dataset."},
};
constexpr std::string_view kDatasetKeys[] = {"name", "digest", "context"};
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

template <typename Texts>
std::string Listed(const Texts& texts) {
  std::string out;
  for (const std::string_view text : texts) (out += out.empty() ? "" : ", ") += text;
  return out;
}

std::shared_ptr<Column> NumberColumn(std::size_t most) {
  auto column = std::make_shared<Column>();
  column->runs.reserve(most);
  column->last.reserve(most);
  return column;
}

}  // namespace

double NumberIn(std::string_view text) {
  if (text.empty() || (text[0] != '-' && text[0] != '.' && (text[0] < '0' || text[0] > '9'))) {
    return kNaN;
  }
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return kNaN;
  return std::isfinite(number) ? number : kNaN;
}

std::string_view PrefixOf(ColumnKind kind) {
  for (const Prefix& prefix : kPrefixes) {
    if (prefix.kind == kind) return prefix.text;
  }
  return "";
}

std::string ColumnName::Text() const {
  return std::string(PrefixOf(kind)) + key;
}

Result<ColumnName> ParseColumnName(std::string_view text) {
  for (const Prefix& prefix : kPrefixes) {
    if (!text.starts_with(prefix.text)) continue;
    const std::string_view key = text.substr(prefix.text.size());
    if (key.empty()) return Fail(Code::kInvalidArgument, "'{}' has no key behind its point", text);
    if (prefix.kind == ColumnKind::kAttribute &&
        std::ranges::find(kAttributes, key) == std::end(kAttributes)) {
      return Fail(Code::kInvalidArgument, "there is no attribute '{}'; there are: {}", key,
                  Listed(kAttributes));
    }
    if (prefix.kind == ColumnKind::kDataset &&
        std::ranges::find(kDatasetKeys, key) == std::end(kDatasetKeys)) {
      return Fail(Code::kInvalidArgument, "a dataset has no '{}'; there are: {}", key,
                  Listed(kDatasetKeys));
    }
    return ColumnName{prefix.kind, std::string(key)};
  }
  return Fail(Code::kInvalidArgument,
              "'{}' must begin with metrics., params., tags., attributes. or dataset.", text);
}

std::string_view StatusText(RunStatus status) {
  switch (status) {
    case RunStatus::kRunning: return "running";
    case RunStatus::kScheduled: return "scheduled";
    case RunStatus::kFinished: return "finished";
    case RunStatus::kFailed: return "failed";
    case RunStatus::kKilled: return "killed";
  }
  return "unspecified";
}

std::uint32_t Words::CodeOf(std::string_view text) {
  if (const auto found = codes_.find(text); found != codes_.end()) return found->second;
  const auto code = static_cast<std::uint32_t>(texts_.size());
  texts_.emplace_back(text);
  numbers_.push_back(NumberIn(text));
  codes_.emplace(texts_.back(), code);
  bytes_ += text.size();
  return code;
}

std::shared_ptr<const std::vector<std::uint32_t>> Words::Ranks() const {
  const std::lock_guard lock(ranks_mutex_);
  if (ranks_ && ranks_->size() == size()) return ranks_;
  std::vector<std::uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
    const bool a_is_text = std::isnan(numbers_[a]);
    const bool b_is_text = std::isnan(numbers_[b]);
    if (a_is_text != b_is_text) return b_is_text;
    if (!a_is_text && numbers_[a] != numbers_[b]) return numbers_[a] < numbers_[b];
    return texts_[a] < texts_[b];
  });
  auto ranks = std::make_shared<std::vector<std::uint32_t>>(size());
  for (std::uint32_t at = 0; at < order.size(); ++at) (*ranks)[order[at]] = at;
  ranks_ = std::move(ranks);
  return ranks_;
}

void Words::Swap(Words& other) {
  texts_.swap(other.texts_);
  numbers_.swap(other.numbers_);
  codes_.swap(other.codes_);
  std::swap(bytes_, other.bytes_);
  ranks_.reset();
  other.ranks_.reset();
}

std::optional<std::size_t> Column::Find(std::uint32_t run) const {
  const auto found = std::ranges::lower_bound(runs, run);
  if (found == runs.end() || *found != run) return std::nullopt;
  return static_cast<std::size_t>(found - runs.begin());
}

Column& RunTable::Take(ColumnKind kind, std::string_view key) {
  auto& column = columns_[ColumnName{kind, std::string(key)}];
  if (!column) {
    column = std::make_unique<Column>();
    column->is_text = kind != ColumnKind::kMetric;
  }
  return *column;
}

std::size_t RunTable::Values() const {
  std::size_t values = runs_.size() * 2;
  for (const auto& [name, column] : columns_) values += column->runs.size();
  return values;
}

std::size_t RunTable::TextBytes() const {
  std::size_t bytes = names_->words.bytes() + users_->words.bytes();
  for (const auto& [name, column] : columns_) bytes += column->words.bytes();
  return bytes;
}

std::shared_ptr<const Column> RunTable::Get(const ColumnName& name) const {
  if (name.kind == ColumnKind::kAttribute) return Computed(name.key);
  const auto found = columns_.find(name);
  if (found == columns_.end()) return nullptr;
  // Lives as long as the table, which whoever asks holds.
  return {std::shared_ptr<void>(), found->second.get()};
}

std::shared_ptr<const Column> RunTable::Computed(std::string_view attribute) const {
  if (attribute == "name") return {std::shared_ptr<void>(), names_.get()};
  if (attribute == "user") return {std::shared_ptr<void>(), users_.get()};
  const bool is_number = attribute == "started" || attribute == "ended" || attribute == "duration";
  auto column = NumberColumn(runs_.size());
  column->is_text = !is_number;
  std::map<std::int64_t, std::uint32_t> codes;  // By experiment.
  for (const auto& [row, experiment] : experiments_) {
    if (attribute == "experiment") codes[row] = column->words.CodeOf(experiment.name);
    if (attribute == "experiment_number") codes[row] = column->words.CodeOf(experiment.number);
  }
  for (std::uint32_t at = 0; at < runs_.size(); ++at) {
    const RunFacts& run = runs_[at];
    std::optional<std::int64_t> number;
    if (attribute == "started") number = run.started_ms;
    if (attribute == "ended") number = run.ended_ms;
    if (attribute == "duration" && run.started_ms && run.ended_ms) {
      number = *run.ended_ms - *run.started_ms;
    }
    if (is_number && !number) continue;
    column->runs.push_back(at);
    if (is_number) {
      column->last.push_back(static_cast<double>(*number));
    } else if (attribute == "status") {
      column->codes.push_back(column->words.CodeOf(StatusText(run.status)));
    } else if (attribute == "id") {
      column->codes.push_back(column->words.CodeOf(run.id.Hex()));
    } else if (attribute == "artifact_uri") {
      column->codes.push_back(column->words.CodeOf(fmt::format(
          "{}/{}/artifacts", experiments_.at(run.experiment).artifact_root, run.id.Hex())));
    } else {
      column->codes.push_back(codes.at(run.experiment));
    }
  }
  return column;
}

void RunTable::Clear() {
  runs_.clear();
  columns_.clear();
  position_ = -1;
  change_ = -1;
  for (auto* column : {&names_, &users_}) {
    *column = std::make_unique<Column>();
    (*column)->is_text = true;
  }
}

}  // namespace galley::tracking
